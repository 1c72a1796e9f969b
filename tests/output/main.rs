//! Output arrives or the command fails: standard output, folders, names of files, inputs from pipes, and text that a
//! terminal or a spreadsheet would obey.
#![cfg(unix)]

mod folders;
mod inputs;
mod interrupted;
mod names;
mod shown;
mod standard_output;

use serde_json::{Value, json};
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// The program with these arguments in a folder.
fn replsim(arguments: &[&str], folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_replsim"));
    command.args(arguments).current_dir(folder);
    command
}

fn output(arguments: &[&str], folder: &Path) -> Output {
    replsim(arguments, folder)
        .output()
        .expect("the program starts")
}

/// The program with this on its standard input.
fn output_of(arguments: &[&str], folder: &Path, input: &[u8]) -> Output {
    let mut child = replsim(arguments, folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut to = child.stdin.take().expect("piped");
    let input = input.to_vec();
    // One that has read enough goes away.
    let writer = std::thread::spawn(move || drop(to.write_all(&input)));
    let ended = child.wait_with_output().expect("it ends");
    writer.join().expect("it ends");
    ended
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("text")
}

/// An experiment that takes no time.
fn small() -> Value {
    json!({
        "title": "small",
        "model": ["clusters/mysql-8.0"],
        "overrides": {"mode": "after_sync"},
        "workload": {"sessions": 1},
        "faults": [{"kind": "site_loss", "server": "master", "at": "60 ms"}],
        "warm_up": "20 ms",
        "duration": "100 ms",
        "runs": 2
    })
}

/// A lesson that takes no time.
fn lesson() -> Value {
    json!({
        "title": "A lesson",
        "model": "clusters/mysql-8.0",
        "steps": [
            {"on": "mysql-m", "type": "CREATE DATABASE shop"},
            {"picture": {"kind": "space-time", "caption": "All of it"}},
            {"text": "The end."}
        ]
    })
}

/// A model by itself.
fn model() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/clusters/mysql-8.0.json");
    serde_json::from_str(&fs::read_to_string(path).expect("a model")).expect("JSON")
}

/// Measurements that take no time.
fn measurements() -> Value {
    json!({"texts": []})
}

/// A folder with `small.json`, `lesson.json`, `model.json` and `measured.json`.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, value) in [
        ("small.json", small()),
        ("lesson.json", lesson()),
        ("model.json", model()),
        ("measured.json", measurements()),
    ] {
        fs::write(folder.path().join(name), value.to_string()).expect("written");
    }
    folder
}

/// What is in a folder, sorted.
fn names_in(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .expect("readable")
        .map(|entry| entry.expect("readable").file_name())
        .map(|name| name.into_string().expect("text"))
        .collect();
    names.sort();
    names
}

/// A check that takes no time.
const CHECK: [&str; 8] = [
    "check",
    "./small.json",
    "--sessions",
    "1",
    "--transactions",
    "1",
    "--restarts",
    "0",
];

/// Each command that writes files: its arguments, its exit status, and one of its files.
const WRITING: [(&[&str], i32, &str); 5] = [
    (&["run", "./small.json"], 0, "results.json"),
    (&CHECK, 0, "check.json"),
    (&["explain", "./small.json"], 0, "explain.txt"),
    (&["lesson", "./lesson.json"], 0, "lesson.md"),
    (&["validate", "./measured.json"], 0, "results.json"),
];
