//! What is beyond a limit is said, with the bottleneck's name; what is far from it is not mentioned.

use replsim::{Experiment, Nobody, Options, load_text};
use std::fs;

/// The experiment of a file in `tests/broken/speed` with these settings: what it prints, and its results document.
fn run(name: &str, sets: &[(&str, &str)]) -> (String, serde_json::Value) {
    run_at("1500/s", name, sets)
}

/// The same at another rate than the file's.
fn run_at(rate: &str, name: &str, sets: &[(&str, &str)]) -> (String, serde_json::Value) {
    let file = format!(
        "{}/tests/broken/speed/{name}.json",
        env!("CARGO_MANIFEST_DIR")
    );
    let text = fs::read_to_string(&file).expect("readable");
    let text = text.replace("1500/s", rate);
    let owned = |(path, value): &(&str, &str)| ((*path).to_owned(), (*value).to_owned());
    let sets: Vec<_> = sets.iter().map(owned).collect();
    let loaded = load_text(name, &file, &text, &sets).expect("valid");
    let experiment = Experiment::plan(&loaded).expect("valid");
    let runs = u64::from(loaded.experiment.runs);
    let answer = experiment
        .run(&Options::runs(runs), &Nobody)
        .expect("it runs");
    let results = serde_json::to_value(&answer.results).expect("a document");
    (replsim::report::table::table(&answer.results), results)
}

fn number(results: &serde_json::Value, path: &str) -> f64 {
    let found = results.pointer(path).and_then(serde_json::Value::as_f64);
    found.unwrap_or_else(|| panic!("{path} in {results}"))
}

#[test]
fn an_open_loop_beyond_what_is_served_says_so_and_prints_no_latency_that_measures_the_run() {
    let (table, results) = run("saturated", &[]);
    for case in 0..4 {
        let offered = number(&results, &format!("/cases/{case}/metrics/offered/mean"));
        let served = number(&results, &format!("/cases/{case}/metrics/throughput/mean"));
        assert!((1_400.0..1_600.0).contains(&offered), "{offered}");
        assert!(served < offered / 2.0, "{served}");
        let limits = &results["cases"][case]["limits"];
        assert!(
            limits[0]
                .as_str()
                .expect("said")
                .contains("the queue grows")
        );
        // 16 sessions wait for a replica 25 ms away: nothing is busy but they.
        assert!(
            limits[1]
                .as_str()
                .expect("said")
                .contains("all sessions are busy")
        );
    }
    assert!(table.contains("At the limit:"), "{table}");
    let row = table
        .lines()
        .find(|line| line.contains("16 s"))
        .expect("a row");
    assert!(row.trim_end().ends_with("grows grows"), "{row}");
    // Twice as long a run leaves twice as many behind.
    let left = |case| number(&results, &format!("/cases/{case}/metrics/queued/mean"));
    let ratio = left(3) / left(2);
    assert!((1.7..2.3).contains(&ratio), "{ratio}");
}

#[test]
fn a_fifth_of_the_load_says_nothing() {
    let (table, results) = run_at("300/s", "saturated", &[]);
    assert!(!table.contains("At the limit"), "{table}");
    assert!(!table.contains("grows"), "{table}");
    assert_eq!(results["cases"][0]["limits"], serde_json::json!([]));
    let served = number(&results, "/cases/0/metrics/throughput/mean");
    assert!((280.0..320.0).contains(&served), "{served}");
}

#[test]
fn the_thread_that_is_the_bottleneck_is_named() {
    let slow = |path: &'static str| [("sessions", "200"), (path, "2 ms")];
    for (path, busy) in [
        ("costs.receive", "IO thread of fra-b"),
        ("costs.dump", "dump thread for fra-b"),
        ("costs.apply", "8 workers of fra-b"),
    ] {
        let mut sets = slow(path).to_vec();
        sets.push(("servers.fra-b.variables.replica_parallel_workers", "8"));
        sets.push((
            "servers.fra-b.variables.replica_preserve_commit_order",
            "ON",
        ));
        if path == "costs.apply" {
            sets[1].1 = "50 ms";
        }
        let (table, results) = run("saturated", &sets);
        let named = format!("{busy}: ");
        let limits = results["cases"][0]["limits"].as_array().expect("a list");
        let said = limits
            .iter()
            .any(|said| said.as_str().expect("text").starts_with(&named));
        assert!(said, "{path}: {limits:?}\n{table}");
    }
}

#[test]
fn an_open_loop_arrives_at_its_rate_with_few_sessions_and_with_many() {
    let (_, results) = run("open_loop_rate", &[]);
    for case in 0..2 {
        let offered = &results["cases"][case]["metrics"]["offered"];
        let end = |at: usize| offered["ci95"][at].as_f64().expect("an interval");
        assert!(end(0) <= 200.0 && 200.0 <= end(1), "{offered}");
        let served = number(&results, &format!("/cases/{case}/metrics/throughput/mean"));
        assert!((served / 200.0 - 1.0).abs() < 0.06, "{served}");
    }
}
