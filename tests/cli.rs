//! The program as its users meet it: exit codes, standard output, files.

use std::path::Path;
use std::process::{Command, Output};

fn replsim(arguments: &[&str], folder: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_replsim"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("the program starts")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("text")
}

const SMALL: [&str; 5] = ["run", "master-crash", "--runs", "3", "--quiet"];

#[test]
fn one_job_and_two_print_and_write_the_same_bytes() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let printed: Vec<Output> = ["1", "2"]
        .iter()
        .map(|jobs| {
            replsim(
                &[
                    &SMALL[..],
                    &["--format", "json", "--jobs", jobs, "--out", jobs],
                ]
                .concat(),
                folder.path(),
            )
        })
        .collect();
    assert_eq!(text(&printed[0].stdout), text(&printed[1].stdout));
    let mut compared = 0;
    for file in std::fs::read_dir(folder.path().join("1")).expect("written") {
        let name = file.expect("readable").file_name();
        let read =
            |jobs: &str| std::fs::read(folder.path().join(jobs).join(&name)).expect("in both");
        assert_eq!(read("1"), read("2"), "{}", name.display());
        compared += 1;
    }
    assert!(compared >= 5, "results, table and charts");
}

#[test]
fn another_seed_prints_other_numbers_and_the_same_seed_the_same() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let with = |seed: &str| {
        text(
            &replsim(
                &[&SMALL[..], &["--seed", seed, "--format", "csv"]].concat(),
                folder.path(),
            )
            .stdout,
        )
    };
    let five = with("5");
    assert_eq!(five, with("5"));
    assert_ne!(five, with("6"));
}

#[test]
fn a_claim_that_does_not_hold_exits_with_1_and_still_answers() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let wrong = r#"{"model": "clusters/mysql-8.0", "workload": {"sessions": 1}, "runs": 1,
        "expect": [{"claim": "a commit takes a year", "metric": "commit_latency", "statistic": "p50", "at_least": "1 h"}]}"#;
    std::fs::write(folder.path().join("year.json"), wrong).expect("written");
    let output = replsim(&["run", "./year.json", "--quiet"], folder.path());
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("DID NOT HOLD"));
    assert!(folder.path().join("out/year/results.json").exists());
}

#[test]
fn wrong_input_exits_with_2_names_the_nearest_and_writes_nothing() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (arguments, expected) in [
        (vec!["run", "master-crsh"], "master-crash"),
        (
            vec!["run", "master-crash", "--set", "network.rrt=5 ms"],
            "rtt",
        ),
        (
            vec!["run", "master-crash", "--set", "workload.sessions=0"],
            "workload.sessions",
        ),
        (
            vec!["run", "master-crash", "--set", "network.rtt=5"],
            "unit",
        ),
        (
            vec!["run", "master-crash", "--set", "no_equals_sign"],
            "PATH=VALUE",
        ),
        (
            vec!["run", "master-crash", "--set", "no_replica=managed"],
            "not modelled",
        ),
        (vec!["schema", "experimnt"], "experiment"),
    ] {
        let output = replsim(&arguments, folder.path());
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert_eq!(text(&output.stdout), "", "{arguments:?}");
        let error = text(&output.stderr);
        assert!(error.contains(expected), "{arguments:?} says {error}");
        assert!(!error.contains("panicked"), "{arguments:?} says {error}");
    }
    assert_eq!(
        std::fs::read_dir(folder.path()).expect("readable").count(),
        0,
        "nothing is written"
    );
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("taken"), "a file").expect("written");
    let output = replsim(&[&SMALL[..], &["--out", "taken"]].concat(), folder.path());
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("taken"));
}

#[test]
fn list_schema_and_completions_speak_on_standard_output() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let list = text(&replsim(&["list"], folder.path()).stdout);
    for name in [
        "master-crash",
        "site-loss",
        "semi-sync-timeout",
        "rtt-and-autocommit",
    ] {
        assert!(
            list.lines().any(|line| line.starts_with(name)),
            "{name} is listed"
        );
    }
    for of in ["experiment", "model", "lesson", "measurements"] {
        let schema = text(&replsim(&["schema", of], folder.path()).stdout);
        let schema: serde_json::Value = serde_json::from_str(&schema).expect("JSON");
        assert!(schema["properties"].is_object(), "{of}");
    }
    assert!(text(&replsim(&["completions", "bash"], folder.path()).stdout).contains("replsim"));
}

#[test]
fn a_check_ends_with_1_when_a_guarantee_fails_with_3_when_undecided_and_with_0_when_all_hold() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let check = |more: &[&str]| {
        let case = ["--set", "vary={\"mode\":[\"after_sync\"]}"];
        let small = ["--sessions", "1", "--transactions", "1", "--quiet"];
        let arguments = [&["check", "site-loss"][..], &case, &small, more].concat();
        replsim(&arguments, folder.path())
    };
    let errant = check(&["--restarts", "1"]);
    assert_eq!(errant.status.code(), Some(1), "{}", text(&errant.stderr));
    let said = text(&errant.stdout);
    assert!(
        said.contains("Counterexample to: no errant transaction"),
        "{said}"
    );
    assert!(said.contains("all were searched"), "{said}");
    let holds = check(&["--restarts", "0", "--format", "json"]);
    assert_eq!(holds.status.code(), Some(0), "{}", text(&holds.stderr));
    let document: serde_json::Value = serde_json::from_slice(&holds.stdout).expect("JSON");
    let properties = &document["cases"][0]["properties"];
    let properties = properties.as_array().expect("properties");
    assert!(properties.len() >= 5);
    let all_hold = properties
        .iter()
        .all(|property| property["verdict"] == "holds");
    assert!(all_hold, "{properties:?}");
    assert!(document["cases"][0]["states"].as_u64().expect("a number") > 100);
    let undecided = check(&["--restarts", "0", "--most-states", "50"]);
    assert_eq!(undecided.status.code(), Some(3));
    let unknown = replsim(&["check", "site-los"], folder.path());
    assert_eq!(unknown.status.code(), Some(2));
    assert!(text(&unknown.stderr).contains("site-loss"));
}

#[test]
fn a_counterexample_replays_in_time_and_a_loss_is_explained() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let run = |arguments: &[&str]| replsim(arguments, folder.path());
    let vary = "vary={\"mode\":[\"async\"]}";
    let checked = run(&[
        "check",
        "site-loss",
        "--set",
        vary,
        "--replay",
        "--quiet",
        "--out",
        "c",
    ]);
    assert_eq!(checked.status.code(), Some(1), "{}", text(&checked.stderr));
    let file = "c/async-nothing-acknowledged-is-lost.json";
    let replayed = run(&["run", file, "--quiet", "--out", "r"]);
    let said = text(&replayed.stdout);
    assert_eq!(
        replayed.status.code(),
        Some(0),
        "its claim is the loss: {said}"
    );
    assert!(
        said.contains("counterexample to: nothing acknowledged is lost"),
        "{said}"
    );
    let explained = run(&["explain", file, "--quiet", "--out", "e"]);
    let said = text(&explained.stdout);
    assert!(said.contains("acknowledged, then lost"), "{said}");
    assert!(said.contains("promoted at"), "{said}");
    for name in ["explain.txt", "explain.svg", "explain.dot"] {
        assert!(folder.path().join("e").join(name).is_file(), "{name}");
    }
    let nobody = run(&["explain", "site-loss", "--transaction", "mysql-m:0"]);
    assert_eq!(nobody.status.code(), Some(2));
    let no_case = run(&["explain", "site-loss", "--case", "mode=asink,rtt=5 ms"]);
    assert_eq!(no_case.status.code(), Some(2));
    assert!(
        text(&no_case.stderr).contains("mode=async,rtt=5 ms"),
        "{}",
        text(&no_case.stderr)
    );
}

#[test]
fn a_sweep_that_is_killed_resumes_to_the_same_bytes() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let sweep = ["run", "site-loss", "--quiet", "--runs", "40", "--out"];
    let whole = replsim(&[&sweep[..], &["whole"]].concat(), folder.path());
    let mut killed = Command::new(env!("CARGO_BIN_EXE_replsim"))
        .args(sweep)
        .args(["cut", "--jobs", "1"])
        .current_dir(folder.path())
        .stdout(std::process::Stdio::null())
        .spawn()
        .expect("the program starts");
    let left = folder.path().join("cut/resume.json");
    while !left.exists() {
        assert!(
            killed.try_wait().expect("a child").is_none(),
            "it ended too soon"
        );
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    killed.kill().expect("it runs");
    killed.wait().expect("it ends");
    let names: Vec<_> = std::fs::read_dir(folder.path().join("cut"))
        .expect("a folder")
        .map(|file| file.expect("readable").file_name())
        .filter(|name| !name.to_string_lossy().ends_with(".part"))
        .collect();
    assert_eq!(names, ["resume.json"], "answers appear whole or not at all");
    let other = [&sweep[..], &["cut", "--resume", "--seed", "2"]].concat();
    let other = replsim(&other, folder.path());
    assert_eq!(other.status.code(), Some(2));
    assert!(
        text(&other.stderr).contains("its seed is 1, not 2"),
        "{}",
        text(&other.stderr)
    );
    let resumed = replsim(&[&sweep[..], &["cut", "--resume"]].concat(), folder.path());
    assert_eq!(text(&whole.stdout), text(&resumed.stdout));
    for file in std::fs::read_dir(folder.path().join("whole")).expect("written") {
        let name = file.expect("readable").file_name();
        let read = |at: &str| std::fs::read(folder.path().join(at).join(&name)).expect("in both");
        assert_eq!(read("whole"), read("cut"), "{}", name.display());
    }
    assert!(!left.exists());
}

#[test]
fn a_precision_gives_what_its_number_of_runs_gives() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let small = r#"{"model": ["clusters/mysql-8.0", "hardware/io2"], "workload": {"sessions": 1},
        "vary": {"mode": ["after_sync"]}, "warm_up": "0.1 s", "duration": "0.2 s"}"#;
    std::fs::write(folder.path().join("small.json"), small).expect("written");
    let one = ["run", "./small.json", "--quiet", "--format", "json"];
    let run = |more: &[&str]| {
        let output = replsim(&[&one[..], more].concat(), folder.path());
        let document: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        document["cases"].clone()
    };
    let precise = run(&["--until", "5 %"]);
    let runs = precise[0]["runs"].as_u64().expect("a number").to_string();
    assert_eq!(precise, run(&["--runs", &runs]));
    let half = |of: &serde_json::Value| {
        let ends = [0, 1].map(|end| of["ci95"][end].as_f64().expect("a number"));
        (ends[1] - ends[0]) / 2.0 / of["mean"].as_f64().expect("a number")
    };
    assert!(half(&precise[0]["metrics"]["throughput"]) < 0.05);
    let capped = run(&["--until", "0.001 %", "--runs", "31"]);
    assert_eq!(capped[0]["runs"], 31);
}
