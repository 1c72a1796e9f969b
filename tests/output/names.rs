//! Names of files and folders that come from what people write.

use super::*;
use std::collections::BTreeSet;

fn broken(name: &str) -> String {
    format!(
        "{}/tests/broken/names/{name}.json",
        env!("CARGO_MANIFEST_DIR")
    )
}

/// Names that every file system takes, none twice.
fn are_fit(names: &[String]) {
    let mut seen = BTreeSet::new();
    for name in names {
        assert!(name.len() <= 150, "{name}");
        assert!(!name.starts_with(['.', '-']), "{name}");
        assert!(
            name.chars()
                .all(|c| c.is_alphanumeric() || "._-".contains(c)),
            "{name}"
        );
        assert!(seen.insert(name.to_lowercase()), "{name} twice");
    }
}

#[test]
fn a_long_value_of_an_axis_makes_a_short_name() {
    let folder = folder();
    let ended = output(
        &["run", &broken("long_axis_value"), "--out", "o"],
        folder.path(),
    );
    assert_eq!(ended.status.code(), Some(0), "{}", text(&ended.stderr));
    let names = names_in(&folder.path().join("o"));
    are_fit(&names);
    let timelines = names.iter().filter(|name| name.starts_with("timeline-"));
    assert_eq!(timelines.clone().count(), 4);
    assert!(timelines.clone().any(|name| name == "timeline-5_ms.svg"));
    assert!(
        timelines
            .clone()
            .any(|name| name.starts_with("timeline-__quantiles____0.025-"))
    );
}

#[test]
fn cases_whose_values_look_alike_have_files_of_their_own() {
    let folder = folder();
    let mut many = small();
    many["vary"] = json!({"title": ["a b", "a_b", "a/b", "A B", "../x", "", ".", "nul", "CON.x", "é", "è", "-", "a_b-8cf50a36"]});
    fs::write(folder.path().join("many.json"), many.to_string()).expect("written");
    for (file, cases) in [
        (broken("colliding_file_names"), 3),
        ("many.json".to_owned(), 13),
    ] {
        let once = |out: &str| {
            let ended = output(&["run", &file, "--out", out], folder.path());
            assert_eq!(ended.status.code(), Some(0), "{}", text(&ended.stderr));
            let names = names_in(&folder.path().join(out));
            fs::remove_dir_all(folder.path().join(out)).expect("removed");
            names
        };
        let names = once("o");
        are_fit(&names);
        let timelines = names.iter().filter(|name| name.starts_with("timeline-"));
        assert_eq!(timelines.count(), 2 * cases, "{names:?}");
        assert_eq!(names, once("again"));
    }
    // So are those of a check.
    let mut two = small();
    two["vary"] = json!({"title": ["a b", "a/b"]});
    two["overrides"]["mode"] = json!("async");
    fs::write(folder.path().join("small.json"), two.to_string()).expect("written");
    let checked = output(
        &[&CHECK[..], &["--replay", "--out", "c"]].concat(),
        folder.path(),
    );
    assert_eq!(checked.status.code(), Some(1), "{}", text(&checked.stderr));
    let names = names_in(&folder.path().join("c"));
    are_fit(&names);
    let lost = names
        .iter()
        .filter(|name| name.contains("nothing-acknowledged-is-lost"));
    assert_eq!(lost.count(), 2 * 3, "{names:?}");
    let document = fs::read_to_string(folder.path().join("c/check.json")).expect("written");
    let document: Value = serde_json::from_str(&document).expect("JSON");
    for case in document["cases"].as_array().expect("cases") {
        for property in case["properties"].as_array().expect("properties") {
            if let Some(file) = property["replay"].as_str() {
                assert!(names.contains(&file.to_owned()), "{file}");
            }
        }
    }
}

#[test]
fn what_an_experiment_is_called_does_not_lead_out_of_the_folder() {
    let folder = folder();
    let at = folder.path().join("deep/down");
    fs::create_dir_all(at.join("experiments/sub")).expect("a folder");
    for name in [
        "...json",
        "--out.json",
        ".json",
        "nul.json",
        "a b.json",
        "experiments/sub/x.json",
        "experiments/in.json",
        "mine.json",
    ] {
        fs::write(at.join(name), small().to_string()).expect("written");
    }
    fs::write(at.join("..").join("mine.json"), small().to_string()).expect("written");
    fs::write(at.join("y".repeat(250) + ".json"), small().to_string()).expect("written");
    let absolute = at.join("mine.json");
    let long = format!("./{}.json", "y".repeat(250));
    for experiment in [
        "./...json",
        "./--out.json",
        "./.json",
        "./nul.json",
        "./a b.json",
        "sub/x",
        "../experiments/in",
        "../mine",
        "../mine.json",
        absolute.to_str().expect("text"),
        &long,
    ] {
        for command in ["run", "explain"] {
            let ended = output(&[command, experiment, "--quiet"], &at);
            assert_eq!(
                ended.status.code(),
                Some(0),
                "{experiment}: {}",
                text(&ended.stderr)
            );
        }
    }
    let made = names_in(&at.join("out"));
    are_fit(&made);
    for name in [
        "__",
        "__out",
        "_json",
        "_nul",
        "a_b",
        "sub_x",
        "mine",
        "explain-mine",
        "explain-a_b",
    ] {
        assert!(made.contains(&name.to_owned()), "{name} in {made:?}");
    }
    for folder in &made {
        assert!(at.join("out").join(folder).is_dir());
    }
    assert_eq!(names_in(&folder.path().join("deep")), ["down", "mine.json"]);
}

#[test]
fn the_files_of_shipped_experiments_are_called_as_ever() {
    let folder = folder();
    let run = ["run", "master-crash", "--runs", "1", "--quiet"];
    output(&run, folder.path());
    let names = names_in(&folder.path().join("out/master-crash"));
    for name in [
        "latency.svg",
        "loss.svg",
        "results.csv",
        "results.json",
        "table.txt",
        "timeline-after_commit-site_loss.csv",
        "timeline-async-process_kill.svg",
    ] {
        assert!(names.contains(&name.to_owned()), "{name} in {names:?}");
    }
}

#[test]
fn measurements_of_the_same_name_in_two_folders_are_told_apart() {
    let folder = folder();
    let measured =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("experiments/measured/visibility.json");
    for at in ["a", "b"] {
        fs::create_dir(folder.path().join(at)).expect("a folder");
        fs::copy(&measured, folder.path().join(at).join("v.json")).expect("copied");
    }
    let ended = output(
        &["validate", "a/v.json", "b/v.json", "--out", "o"],
        folder.path(),
    );
    assert!(
        matches!(ended.status.code(), Some(0 | 1)),
        "{}",
        text(&ended.stderr)
    );
    let names = names_in(&folder.path().join("o"));
    are_fit(&names);
    assert_eq!(
        names.iter().filter(|name| name.ends_with(".svg")).count(),
        2,
        "{names:?}"
    );
    assert!(text(&ended.stdout).contains("a/v: "));
}
