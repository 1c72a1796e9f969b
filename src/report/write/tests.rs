//! Tests of `write`.

use super::*;

fn left(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("readable");
    let names = entries.map(|entry| entry.expect("readable").file_name());
    let mut names: Vec<String> = names.map(|name| name.to_string_lossy().into()).collect();
    names.sort();
    names
}

#[test]
fn a_file_that_cannot_be_written_leaves_nothing_behind() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir(folder.path().join("results.json")).expect("a folder in the way");
    let unused = folder.path().join("a/b");
    drop(Folder::open(&unused).expect("writable"));
    let out = Folder::open(folder.path()).expect("writable");
    let error = out
        .write(&[("results.json".to_owned(), "{}".to_owned())])
        .expect_err("a folder is in the way");
    assert!(error.to_string().contains("results.json"));
    assert_eq!(left(folder.path()), ["results.json"]);
}

#[test]
fn what_dead_processes_left_goes_away_and_what_living_ones_write_stays() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let living = format!("a.json.{}-7.part", std::process::id());
    for name in ["a.json.4294967295-0.part", &living, "my.part", "b.1-x.part"] {
        fs::write(folder.path().join(name), "{").expect("written");
    }
    Folder::open(folder.path()).expect("writable");
    assert_eq!(left(folder.path()), [&living, "b.1-x.part", "my.part"]);
}

#[cfg(unix)]
#[test]
fn nothing_is_written_through_a_link_that_waits_under_the_name_of_a_part() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let victim = folder.path().join("victim");
    fs::write(&victim, "precious").expect("written");
    let out = Folder::open(folder.path()).expect("writable");
    let trap = format!("a.json.{}-0.part", std::process::id());
    std::os::unix::fs::symlink(&victim, folder.path().join(&trap)).expect("a link");
    out.write(&[("a.json".to_owned(), "{}".to_owned())])
        .expect("written beside it");
    assert_eq!(fs::read_to_string(&victim).expect("there"), "precious");
    assert_eq!(
        fs::read_to_string(folder.path().join("a.json")).expect("there"),
        "{}"
    );
    assert_eq!(left(folder.path()), ["a.json", &trap, "victim"]);
}
