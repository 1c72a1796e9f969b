//! Standard output that takes nothing, and readers that go away.

use super::*;
use std::fs::File;

/// Every command, with a small answer.
fn commands() -> Vec<Vec<&'static str>> {
    let mut all: Vec<Vec<&str>> = WRITING.iter().map(|(words, ..)| words.to_vec()).collect();
    let others: [&[&str]; 13] = [
        &["run", "./small.json", "--format", "json"],
        &["run", "./small.json", "--format", "csv"],
        &["trace", "./small.json"],
        &["trace", "./small.json", "--format", "perfetto"],
        &["lesson"],
        &["lab", "clusters/mysql-8.0"],
        &["list"],
        &["schema", "experiment"],
        &["completions", "bash"],
        &["check", "--table", "truth"],
        &["--help"],
        &["help", "run"],
        &["--version"],
    ];
    all.extend(others.iter().map(|words| words.to_vec()));
    all
}

#[test]
fn every_command_fails_when_its_answer_does_not_arrive() {
    let folder = folder();
    for arguments in commands() {
        // A full disk, and a descriptor that cannot be written to.
        let full = File::options().write(true).open("/dev/full");
        let closed = File::open("/dev/null");
        for out in [full, closed] {
            let mut child = replsim(&arguments, folder.path())
                .stdin(Stdio::piped())
                .stdout(out.expect("a device"))
                .stderr(Stdio::piped())
                .spawn()
                .expect("the program starts");
            let _ = child.stdin.take().expect("piped").write_all(b"SELECT 1\n");
            let ended = child.wait_with_output().expect("it ends");
            let said = text(&ended.stderr);
            assert_eq!(ended.status.code(), Some(2), "{arguments:?}: {said}");
            assert!(
                said.contains("cannot write to standard output: "),
                "{arguments:?}: {said}"
            );
        }
    }
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let folder = folder();
    for arguments in commands() {
        let mut child = replsim(&arguments, folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        drop(child.stdout.take());
        let _ = child.stdin.take().expect("piped").write_all(b"SELECT 1\n");
        let ended = child.wait_with_output().expect("it ends");
        let said = text(&ended.stderr);
        assert_eq!(ended.status.code(), Some(0), "{arguments:?}: {said}");
        assert!(!said.contains("replsim: "), "{arguments:?}: {said}");
    }
}

#[test]
fn nothing_panics_when_nobody_can_be_told() {
    let folder = folder();
    for (arguments, status) in [
        (vec!["run", "./small.json"], 0),
        (vec!["run", "./nothing.json"], 2),
        (vec!["run", "--runs"], 2),
    ] {
        let full = File::options().write(true).open("/dev/full");
        let ended = replsim(&arguments, folder.path())
            .stderr(full.expect("a device"))
            .output()
            .expect("the program starts");
        assert_eq!(ended.status.code(), Some(status), "{arguments:?}");
    }
}

#[test]
fn the_web_page_that_answered_to_every_host_name_is_gone() {
    let folder = folder();
    let ended = output(
        &["check", "./small.json", "--explore", "8080"],
        folder.path(),
    );
    assert_eq!(ended.status.code(), Some(2));
    assert!(text(&ended.stderr).contains("--explore"));
}
