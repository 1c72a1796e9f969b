//! What the shipped experiments print, word for word: a change of any number is seen and has to be explained.

use std::path::Path;
use std::process::Command;

/// Runs an experiment as a user does and gives what it prints; `out` keeps its files.
fn answer(name: &str, out: &Path) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_replsim"))
        .args(["run", name, "--quiet", "--out"])
        .arg(out)
        .output()
        .expect("the program starts");
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(
        output.status.code(),
        Some(0),
        "{name} ends well and all its claims hold: {errors}"
    );
    assert_eq!(errors, "", "--quiet says nothing on standard error");
    String::from_utf8(output.stdout).expect("text")
}

/// Compares what an experiment prints with what was reviewed; gives the folder with its files.
fn snapshot(name: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let table = answer(name, folder.path());
    insta::with_settings!({snapshot_path => "../snapshots", prepend_module_to_snapshot => false, omit_expression => true}, {
        insta::assert_snapshot!(name, table);
    });
    for file in [
        "results.json",
        "results.csv",
        "table.txt",
        "latency.svg",
        "latency.csv",
    ] {
        let text = std::fs::read_to_string(folder.path().join(file))
            .unwrap_or_else(|error| panic!("{file}: {error}"));
        assert!(!text.is_empty(), "{file} says something");
    }
    folder
}

#[test]
fn master_crash_answers_as_reviewed_and_as_the_readme_shows_it() {
    let folder = snapshot("master-crash");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(root.join("README.md")).expect("there");
    let table = std::fs::read_to_string(folder.path().join("table.txt")).expect("written");
    let rows = table
        .lines()
        .skip_while(|line| !line.starts_with("mode "))
        .take_while(|line| !line.starts_with("Transactions per run"))
        .filter(|line| !line.is_empty());
    for row in rows {
        let shown = readme.lines().any(|line| line.trim() == row.trim());
        assert!(shown, "the README should show this row:\n{row}");
    }
    // The README's picture is the one that the program draws; after a reviewed change, copy it there.
    let drawn = std::fs::read_to_string(folder.path().join("loss.svg")).expect("written");
    let shown =
        std::fs::read_to_string(root.join("snapshots/master-crash-loss.svg")).expect("there");
    assert!(
        drawn == shown,
        "snapshots/master-crash-loss.svg is not what `run master-crash` draws"
    );
}

#[test]
fn semi_sync_timeout_answers_as_reviewed() {
    snapshot("semi-sync-timeout");
}

#[test]
fn no_replica_answers_as_reviewed() {
    snapshot("no-replica");
    snapshot("no-replica-crash");
}

#[test]
fn years_answer_as_reviewed() {
    snapshot("years");
    snapshot("years-no-replica");
}

#[test]
fn wait_point_answers_as_reviewed() {
    snapshot("wait-point");
}

#[test]
fn replica_outage_answers_as_reviewed() {
    snapshot("replica-outage");
}

#[test]
fn parallel_apply_answers_as_reviewed() {
    snapshot("parallel-apply");
}

#[test]
fn acker_durability_answers_as_reviewed() {
    snapshot("acker-durability");
}

#[test]
fn partition_answers_as_reviewed() {
    snapshot("partition");
}

#[test]
fn rejoin_answers_as_reviewed() {
    snapshot("rejoin");
}

#[test]
fn two_acks_and_slow_replica_answer_as_reviewed() {
    snapshot("two-acks");
    snapshot("slow-replica");
}

#[test]
fn rtt_and_autocommit_answers_as_reviewed() {
    snapshot("rtt-and-autocommit");
}

/// Crashes at random moments lose on average what was exposed, averaged over every moment.
fn loses_what_was_exposed(case: &serde_json::Value) {
    let number = |value: &serde_json::Value| value.as_f64().expect("a number");
    for level in [
        "lost_acknowledged",
        "visible_then_lost",
        "read_then_lost",
        "errant",
    ] {
        let (average, lost) = (
            &case["exposure"]["site_loss"][level],
            &case["metrics"][level],
        );
        // Four standard errors: 36 comparisons with a fixed seed. No interval: every run lost the same.
        let ends = lost["ci95"].as_array();
        let wide = ends.map_or(0.0, |ends| number(&ends[1]) - number(&ends[0]));
        let room = wide / 2.0 / 1.96 * 4.0;
        let off = (number(&lost["mean"]) - number(&average["mean"])).abs();
        assert!(
            off <= room,
            "{} {level}: {lost} and {average}",
            case["case"]
        );
        assert_eq!(
            number(&average["max"]) == 0.0,
            number(&lost["max"]) == 0.0,
            "{} {level}",
            case["case"]
        );
    }
}

#[test]
fn site_loss_answers_as_reviewed_and_loses_what_the_formula_and_its_exposure_say() {
    let folder = snapshot("site-loss");
    let drawn = std::fs::read_to_string(folder.path().join("exposure-site_loss.svg"));
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let shown = std::fs::read_to_string(root.join("snapshots/site-loss-exposure.svg"));
    assert!(
        drawn.expect("written") == shown.expect("there"),
        "snapshots/site-loss-exposure.svg is not what `run site-loss` draws"
    );
    let text = std::fs::read_to_string(folder.path().join("results.json")).expect("written");
    let document: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let cases = document["cases"].as_array().expect("cases");
    assert_eq!(cases.len(), 9);
    cases.iter().for_each(loses_what_was_exposed);
    let mut compared = 0;
    for case in cases {
        if case["case"]["mode"] != "async" || case["case"]["rtt"] == "1 ms" {
            continue;
        }
        let lost = case["metrics"]["lost_acknowledged"]["mean"]
            .as_f64()
            .expect("a number");
        let expected = case["loss_formula"]["transactions"]
            .as_f64()
            .expect("a number");
        assert!(
            (lost / expected - 1.0).abs() < 0.05,
            "{lost} lost where the formula says {expected}"
        );
        compared += 1;
    }
    assert_eq!(compared, 2, "5 and 20 ms");
}
