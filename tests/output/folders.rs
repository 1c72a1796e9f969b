//! Folders that take no files: found before the work, and the answer is printed all the same.

use super::*;
use std::os::unix::fs::symlink;
use std::time::{Duration, Instant};

#[test]
fn a_folder_that_takes_no_files_is_found_before_the_work() {
    let folder = folder();
    fs::write(folder.path().join("taken"), "a file").expect("written");
    symlink("nowhere/else", folder.path().join("dangling")).expect("a link");
    for (arguments, ..) in WRITING {
        for out in ["taken", "taken/below", "dangling", "/dev/full", "/proc/x"] {
            let ended = output(&[arguments, &["--out", out]].concat(), folder.path());
            let said = text(&ended.stderr);
            assert_eq!(ended.status.code(), Some(2), "{arguments:?} {out}: {said}");
            assert!(said.contains("cannot write"), "{arguments:?} {out}: {said}");
            assert_eq!(text(&ended.stdout), "", "{arguments:?} {out}");
        }
    }
    // Of the ten million runs none is begun.
    let long = [
        "run",
        "./small.json",
        "--runs",
        "10000000",
        "--out",
        "taken",
    ];
    let began = Instant::now();
    assert_eq!(output(&long, folder.path()).status.code(), Some(2));
    assert!(began.elapsed() < Duration::from_secs(30));
    assert_eq!(
        names_in(folder.path()),
        [
            "dangling",
            "lesson.json",
            "measured.json",
            "model.json",
            "small.json",
            "taken"
        ]
    );
}

#[test]
fn the_answer_is_printed_when_its_files_cannot_be_written_afterwards() {
    let folder = folder();
    for (at, (arguments, status, file)) in WRITING.into_iter().enumerate() {
        let out = format!("out-{at}");
        let arguments = [arguments, &["--out", &out]].concat();
        let well = output(&arguments, folder.path());
        assert_eq!(well.status.code(), Some(status), "{}", text(&well.stderr));
        let out = folder.path().join(&out);
        assert!(names_in(&out).contains(&file.to_owned()), "{file}");
        fs::remove_dir_all(&out).expect("removed");
        fs::create_dir_all(out.join(file)).expect("a folder in the way");
        let ended = output(&arguments, folder.path());
        let said = text(&ended.stderr);
        assert_eq!(ended.status.code(), Some(2), "{arguments:?}");
        assert!(
            said.contains(&format!("cannot write out-{at}/{file}")),
            "{said}"
        );
        match arguments[0] {
            // Without the files there is the text.
            "lesson" => assert!(text(&ended.stdout).starts_with("# A lesson\n")),
            _ => assert_eq!(text(&ended.stdout), text(&well.stdout), "{arguments:?}"),
        }
        assert!(!names_in(&out).iter().any(|name| name.ends_with(".part")));
    }
}

#[test]
fn a_folder_that_was_made_for_nothing_goes_away_again() {
    let folder = folder();
    let wrong = ["validate", "./measured.json", "nothing.json"];
    assert_eq!(output(&wrong, folder.path()).status.code(), Some(2));
    let nothing = ["run", "./small.json", "--resume"];
    let ended = output(&nothing, folder.path());
    assert_eq!(ended.status.code(), Some(2));
    assert!(text(&ended.stderr).contains("nothing to resume"));
    assert!(!folder.path().join("out").exists());
}

#[test]
fn a_lab_saves_no_file_in_the_place_of_a_device_or_a_pipe() {
    let folder = folder();
    let pipe = folder.path().join("pipe");
    let made = Command::new("mkfifo").arg(&pipe).status();
    assert!(made.expect("mkfifo").success());
    let ended = output_of(
        &["lab", "clusters/mysql-8.0"],
        folder.path(),
        b"save pipe\nsave taken/x.json\nsave mine.json\n",
    );
    assert_eq!(ended.status.code(), Some(0));
    let said = text(&ended.stdout);
    assert!(said.contains("? cannot write ./pipe"), "{said}");
    assert!(!fs::metadata(&pipe).expect("there").is_file());
    for file in ["mine.json", "taken/x.json"] {
        let saved = fs::read_to_string(folder.path().join(file)).expect("saved");
        assert!(saved.contains("clusters/mysql-8.0"));
    }
}
