//! The walls between the rooms, and the size of the files.

use std::fs;
use std::path::{Path, PathBuf};

/// What each room may use of the others. Nobody uses `cli`.
const ARROWS: [(&str, &[&str]); 14] = [
    ("protocol", &[]),
    ("random", &[]),
    ("spec", &["protocol", "random"]),
    ("plan", &["protocol", "random", "spec"]),
    ("engine", &["protocol", "random", "plan"]),
    ("explore", &["protocol"]),
    ("measure", &["protocol", "plan", "engine"]),
    ("estimate", &["measure", "protocol", "spec"]),
    ("observe", &["protocol", "plan", "engine"]),
    (
        "lesson",
        &["spec", "plan", "engine", "measure", "observe", "protocol"],
    ),
    (
        "run",
        &["engine", "measure", "estimate", "plan", "protocol", "spec"],
    ),
    (
        "validate",
        &[
            "spec", "plan", "run", "engine", "measure", "protocol", "random",
        ],
    ),
    (
        "report",
        &[
            "estimate", "explore", "lesson", "measure", "observe", "protocol", "spec", "validate",
        ],
    ),
    (
        "cli",
        &[
            "spec", "plan", "protocol", "random", "measure", "run", "estimate", "explore",
            "observe", "report", "validate", "lesson",
        ],
    ),
];

/// A file longer than this is two things.
const LONGEST: usize = 400;

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder of the source") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

#[test]
fn rooms_use_only_what_the_map_allows() {
    for (room, allowed) in ARROWS {
        for file in files(&source().join(room)) {
            let text = fs::read_to_string(&file).expect("readable");
            for used in text.split("crate::").skip(1) {
                let used: String = used
                    .chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_')
                    .collect();
                let is_room = ARROWS.iter().any(|(name, _)| *name == used);
                assert!(
                    !is_room || used == room || allowed.contains(&used.as_str()),
                    "{} uses {used}",
                    file.display()
                );
            }
        }
    }
}

#[test]
fn every_file_begins_with_one_line_that_says_what_it_is_and_is_not_two_things() {
    for file in files(&source()) {
        let text = fs::read_to_string(&file).expect("readable");
        assert!(
            text.starts_with("//! "),
            "{} does not say what it is",
            file.display()
        );
        let lines = text.lines().count();
        assert!(lines <= LONGEST, "{} has {lines} lines", file.display());
    }
}

#[test]
fn the_core_needs_nothing_but_the_standard_library_and_knows_no_floats() {
    for file in files(&source().join("protocol")) {
        let text = fs::read_to_string(&file).expect("readable");
        for forbidden in [
            "f64",
            "f32",
            "rand",
            "serde",
            "std::time",
            "HashMap",
            "RefCell",
            "Box<dyn",
            "println!",
        ] {
            let word = |line: &str| {
                line.split(|c: char| !c.is_alphanumeric() && !"_:<!".contains(c))
                    .any(|word| word.contains(forbidden))
            };
            let found = text.lines().find(|line| {
                !line.trim_start().starts_with("//")
                    && word(line)
                    && (forbidden != "rand" || line.contains("rand::"))
            });
            assert!(
                found.is_none(),
                "{}: {}",
                file.display(),
                found.unwrap_or_default()
            );
        }
    }
}
