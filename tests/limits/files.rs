//! Files that once made the program panic, hang or take all memory (`tests/broken`): each ends, or is refused.

use serde_json::{Value, json};
use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// No file takes longer, whatever else the machine does.
const LONGEST: Duration = Duration::from_secs(120);

/// Runs the program: exit status, standard output, standard error.
fn replsim(arguments: &[&str], folder: &Path) -> (i32, String, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_replsim"))
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut out, mut err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let out = std::thread::spawn(move || {
        let mut text = String::new();
        out.read_to_string(&mut text).map(|_| text).unwrap()
    });
    let err = std::thread::spawn(move || {
        let mut text = String::new();
        err.read_to_string(&mut text).map(|_| text).unwrap()
    });
    let since = Instant::now();
    let status = loop {
        match child.try_wait().unwrap() {
            Some(status) => break status.code().unwrap_or(-1),
            None if since.elapsed() > LONGEST => {
                child.kill().unwrap();
                panic!("{arguments:?} does not end");
            }
            None => std::thread::sleep(Duration::from_millis(5)),
        }
    };
    (status, out.join().unwrap(), err.join().unwrap())
}

fn broken(name: &str) -> String {
    format!("{}/tests/broken/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// The program refuses a file with these words.
#[track_caller]
fn refused(arguments: &[&str], words: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let (status, out, err) = replsim(arguments, folder.path());
    assert_eq!((status, out.as_str()), (2, ""), "{arguments:?}: {err}");
    for word in words {
        assert!(err.contains(word), "{arguments:?}: {err}\nlacks {word}");
    }
    assert!(
        !folder.path().join("out").exists(),
        "{arguments:?} has written"
    );
}

/// Every file of a folder of `tests/broken`.
fn all(folder: &str) -> Vec<String> {
    let entries = fs::read_dir(broken(folder)).unwrap();
    let mut files: Vec<String> = entries
        .map(|entry| entry.unwrap().path().to_string_lossy().into_owned())
        .collect();
    files.sort();
    files
}

#[test]
fn ten_years_in_any_place_are_not_a_panic() {
    let files = all("horizon");
    assert_eq!(files.len(), 20);
    for file in files {
        let folder = tempfile::tempdir().unwrap();
        let (status, _, err) = replsim(&["run", &file, "--quiet"], folder.path());
        assert_eq!(status, 0, "{file}: {err}");
    }
}

#[test]
fn arithmetic_on_large_costs_and_counts_neither_wraps_nor_panics() {
    let folder = tempfile::tempdir().unwrap();
    let numbers = |file: &str| -> Value {
        let arguments = ["run", &broken(file), "--quiet", "--format", "json"];
        let (status, out, err) = replsim(&arguments, folder.path());
        assert_eq!(status, 0, "{file}: {err}");
        serde_json::from_str(&out).unwrap()
    };
    // A statement of 584,000 years is not one of 1.7 ms.
    let wrap = numbers("overflow/wrap.json");
    assert_eq!(
        wrap["cases"][0]["metrics"]["acknowledged"]["mean"].as_f64(),
        Some(0.0)
    );
    assert!(
        numbers("overflow/st300.json")["cases"][0]["metrics"]["acknowledged"]["mean"].as_f64()
            > Some(0.0)
    );
}

#[test]
fn what_never_ended_ends_or_is_refused_with_the_limit() {
    for name in ["reconnect0", "reconnect0b", "reconnect0c", "sessions65535"] {
        let folder = tempfile::tempdir().unwrap();
        let file = broken(&format!("hang/{name}.json"));
        let (status, _, err) = replsim(&["run", &file, "--quiet"], folder.path());
        assert_eq!(status, 0, "{name}: {err}");
    }
    for (name, words) in [
        ("duration10y", ["duration: 8760 h", "at most 24 h"]),
        (
            "reader1ns",
            ["workload.readers.every: 1 ns", "at least 1 us"],
        ),
        ("writeback1ns", ["disk.writeback: 1 ns", "at least 1 ms"]),
    ] {
        let file = broken(&format!("hang/{name}.json"));
        for command in ["run", "check", "explain", "trace"] {
            refused(&[command, &file], &words);
        }
    }
}

#[test]
fn what_took_all_memory_is_refused_with_the_number_and_the_limit() {
    let file = |name: &str| broken(&format!("limits/{name}.json"));
    for command in ["run", "check", "explain", "trace"] {
        refused(
            &[command, &file("bigcheck")],
            &["check.sessions", "1 to 4", "65535"],
        );
        refused(
            &[command, &file("zerocheck")],
            &["check.most_states", "1 to 40000000, not 0"],
        );
    }
    refused(
        &["lesson", &file("lesson_bomb")],
        &["parameters.", "16 MiB"],
    );
    refused(
        &["lesson", &file("lesson_feed_million")],
        &["steps[34].feed.times", "1000000", "at most 100000"],
    );
}

/// A file in a folder of its own with one more key.
fn written(folder: &Path, key: &str, value: Value) -> String {
    let mut experiment = json!({"model": ["clusters/mysql-8.0"], "runs": 1});
    experiment[key] = value;
    let path = folder.join("it.json");
    fs::write(&path, experiment.to_string()).unwrap();
    path.to_string_lossy().into_owned()
}

#[test]
fn what_is_too_many_is_refused_with_its_number() {
    let folder = tempfile::tempdir().unwrap();
    let fault = json!({"kind": "process_kill", "server": "mysql-s-1", "at": "1 s"});
    let seeds: Vec<u32> = (0..9_999).collect();
    let axis = vec!["a"; 40_000].join(".");
    let clause = json!({"claim": "x", "metric": "lag", "statistic": "max", "at_most": "1 s"});
    let knots: Vec<Value> = (0..2_000)
        .map(|at| json!([f64::from(at) / 2_000.0, "1 s"]))
        .collect();
    for (key, value, words) in [
        (
            "faults",
            json!(vec![fault; 9_999]),
            ["faults: 9999", "at most 1000"],
        ),
        (
            "vary",
            json!({"seed": seeds}),
            ["9999 cases of one run each need about 28", "at most 4.0 GB"],
        ),
        (
            "vary",
            json!({axis: [1]}),
            ["a path of 40000 names", "at most 16"],
        ),
        (
            "vary",
            json!({"seed": vec![1; 20_000]}),
            ["20000 values", "at most 10000"],
        ),
        (
            "vary",
            Value::Object(
                (0..5_000)
                    .map(|at| (format!("a{at}"), json!([1])))
                    .collect(),
            ),
            ["5000 axes", "at most 20"],
        ),
        (
            "runs",
            json!(4_000_000_000u32),
            ["runs: 1 case of 4000000000 runs", "at most 4.0 GB"],
        ),
        (
            "faults",
            json!(vec![json!({"kind": 1}); 350_000]),
            ["more than 100000 values", "docs/limits.md"],
        ),
        (
            "expect",
            json!(vec![clause; 5_000]),
            ["5000 clauses", "at most 1000"],
        ),
        (
            "model",
            json!(vec!["clusters/mysql-8.0"; 50_000]),
            ["50000 parts", "at most 64"],
        ),
        (
            "workload",
            json!({"think_time": {"quantiles": knots}}),
            ["2000 quantiles", "at most 1000"],
        ),
        (
            "workload",
            json!({"readers": {"count": 60_000, "every": "1 ms"}}),
            ["readers.count: 60000", "at most 1000"],
        ),
        (
            "duration",
            json!("25 h"),
            ["duration: 25 h", "at most 24 h"],
        ),
    ] {
        let file = written(folder.path(), key, value);
        for command in ["run", "check", "explain", "trace"] {
            refused(&[command, &file], &words);
        }
    }
    let long = json!({"sessions": 10_001});
    let file = written(folder.path(), "workload", long);
    refused(
        &["run", &file, "--set", "duration=9 h"],
        &["duration: 9 h", "at most 8 h"],
    );
}

#[test]
fn a_trace_keeps_the_time_that_was_asked_for_and_says_when_that_is_too_much() {
    let folder = tempfile::tempdir().unwrap();
    let workload = json!({"sessions": 64});
    let file = written(folder.path(), "workload", workload);
    let long = ["--set", "duration=1 h"];
    let refused_whole = [&["trace", &file][..], &long].concat();
    refused(&refused_whole, &["more than 1000000 events until", "--at"]);
    refused(
        &[&["explain", &file][..], &long].concat(),
        &["more than 1000000 events"],
    );
    let part = [
        &[
            "trace",
            &file,
            "--at",
            "0.5 s..0.501 s",
            "--format",
            "jsonl",
        ][..],
        &long,
    ]
    .concat();
    let (status, out, err) = replsim(&part, folder.path());
    assert_eq!(status, 0, "{err}");
    assert!(out.lines().count() > 10, "{out}");
}

#[test]
fn a_lesson_and_a_lab_have_a_day() {
    let folder = tempfile::tempdir().unwrap();
    let lesson = |steps: Value| {
        let path = folder.path().join("lesson.json");
        let lesson = json!({"title": "x", "model": ["clusters/mysql-8.0"], "steps": steps});
        fs::write(&path, lesson.to_string()).unwrap();
        path.to_string_lossy().into_owned()
    };
    for steps in [
        json!([{"wait": "87600 h"}]),
        json!([{"wait": "13 h"}, {"wait": "13 h"}]),
        json!([{"at": "25 h", "text": "x"}]),
        json!([{"on": "mysql-m", "type": ["SELECT 1", "SELECT 1"], "pause": "13 h"}]),
    ] {
        refused(&["lesson", &lesson(steps)], &["steps[", "at most 24 h"]);
    }
    let day = lesson(json!([{"wait": "24 h"}]));
    let (status, _, err) = replsim(&["lesson", &day], folder.path());
    assert_eq!(status, 0, "{err}");
    let create = json!({"on": "mysql-m", "type": ["CREATE DATABASE d", "CREATE TABLE d.t (i INT PRIMARY KEY)"]});
    let feed = json!({"on": "mysql-m", "feed": {"type": "INSERT INTO d.t VALUES ({n})", "times": 1_000_000_000, "background": true}});
    let background = lesson(json!([create, feed, {"wait": "20 min"}]));
    refused(
        &["lesson", &background],
        &["steps[2]", "more than 100000 statements"],
    );
    let feed = json!([{"on": "mysql-m", "feed": {"type": "x", "times": 2, "from": u64::MAX}}]);
    refused(&["lesson", &lesson(feed)], &["steps[0].feed.times"]);
}

#[test]
fn what_is_too_much_is_refused_before_anything_is_done_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let long = "x".repeat(200_000);
    let servers: serde_json::Map<String, Value> = (0..20_000)
        .map(|at| (format!("s{at}"), json!({"host": "h"})))
        .collect();
    let model = json!({"model": ["clusters/mysql-8.0", {"servers": servers}]});
    let title = json!({"title": long, "model": "clusters/mysql-8.0"});
    let key = json!({"model": ["clusters/mysql-8.0", {"servers": {long: {"host": "h"}}}]});
    let cases = [
        (
            "servers",
            model,
            "model[1].servers: 20000 servers: at most 16",
        ),
        ("title", title, "a text of 200000 bytes: at most 100000"),
        ("key", key, "a text of 200000 bytes: at most 100000"),
    ];
    for (name, document, words) in cases {
        let file = folder.path().join(format!("{name}.json"));
        fs::write(&file, document.to_string()).unwrap();
        let file = file.display().to_string();
        for command in ["run", "check", "lesson"] {
            if command != "lesson" || name != "servers" {
                refused(&[command, &file], &[words]);
            }
        }
    }
}
