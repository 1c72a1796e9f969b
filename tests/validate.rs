//! Prediction beside measurement: what a prediction may use, what is compared, what is refused.

use replsim::validate::comparison::{Comparison, Tolerance};
use replsim::validate::file::{MeasuredFile, read};
use replsim::validate::{compare, skipped};
use serde_json::{Value, json};
use std::path::Path;

/// Short runs: the tests ask whether, not how well.
fn short() -> Vec<(String, String)> {
    [("warm_up", "0.3 s"), ("duration", "0.8 s")]
        .map(|(path, value)| (path.to_owned(), value.to_owned()))
        .to_vec()
}

fn measured(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("experiments/measured");
    folder.join(name).to_string_lossy().into_owned()
}

fn document(name: &str) -> Value {
    let text = std::fs::read_to_string(measured(name)).expect("there");
    serde_json::from_str(&text).expect("JSON")
}

fn read_value(document: &Value) -> Result<MeasuredFile, String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("x.json");
    std::fs::write(&path, document.to_string()).expect("written");
    read(&path.to_string_lossy()).map_err(|error| error.to_string())
}

fn compared(document: &Value, sets: &[(String, String)]) -> Vec<Comparison> {
    let file = read_value(document).unwrap_or_else(|error| panic!("{error}"));
    compare(&file, sets, &|| ()).unwrap_or_else(|error| panic!("{error}"))
}

/// Every number times 1.3, outside the keys that say what was set up.
fn louder(value: &mut Value) {
    match value {
        Value::Number(number) => {
            let factor = number.as_f64().expect("a number") * 1.3;
            *value = json!(factor);
        }
        Value::Array(entries) => entries.iter_mut().for_each(louder),
        Value::Object(map) => map.values_mut().for_each(louder),
        _ => {}
    }
}

const SETUP: [&str; 16] = [
    "calibration",
    "clients",
    "fast_replica_io_stopped",
    "fault",
    "first_sample_is_warmup",
    "innodb_flush_log_at_trx_commit",
    "mode",
    "rate_tps",
    "replica_durability_sync_binlog_flush",
    "replicas_connected",
    "rows_per_txn",
    "rtt_ms",
    "semi_sync_replicas",
    "sync_binlog",
    "timeout_ms",
    "wait_no_slave",
];

fn with_louder_observations(document: &Value, key: &str) -> Value {
    let mut louder_document = document.clone();
    for run in louder_document[key].as_array_mut().expect("records") {
        for (name, value) in run.as_object_mut().expect("a record") {
            if !SETUP.contains(&name.as_str()) {
                louder(value);
            }
        }
    }
    louder_document
}

fn predictions(compared: &[Comparison]) -> Vec<(String, String, f64)> {
    let one = |one: &Comparison| (one.record.clone(), one.metric.clone(), one.predicted);
    compared.iter().map(one).collect()
}

#[test]
fn no_prediction_depends_on_what_was_observed() {
    for (name, key, keep, sets) in [
        ("grid.json", "runs", 6, short()),
        ("batching.json", "runs", 2, short()),
        ("durability.json", "runs", 2, short()),
        ("visibility.json", "runs", 3, Vec::new()),
        (
            "replica_outage.json",
            "runs",
            1,
            vec![("workload.sessions".to_owned(), "2".to_owned())],
        ),
    ] {
        let mut original = document(name);
        original[key]
            .as_array_mut()
            .expect("records")
            .truncate(keep);
        let first = compared(&original, &sets);
        let second = compared(&with_louder_observations(&original, key), &sets);
        assert_eq!(predictions(&first), predictions(&second), "{name}");
        let moved = first.iter().zip(&second);
        let moved = moved.filter(|(a, b)| (b.observed / a.observed - 1.3).abs() < 1e-9);
        assert!(
            moved.count() * 2 > first.len(),
            "{name}: observations moved"
        );
    }
}

#[test]
fn every_counter_of_the_measured_sessions_is_equal_step_by_step() {
    let mut counters = document("semi_sync_counters.json");
    counters["fallback_runs"] = json!([]);
    let compared = compared(&counters, &[]);
    assert!(compared.len() >= 20, "{} steps", compared.len());
    for one in &compared {
        assert_eq!(one.tolerance, Tolerance::Equal);
        assert!(
            one.within,
            "{}: {} {}",
            one.record, one.metric, one.observed
        );
    }
}

#[test]
fn texts_and_inputs_are_skipped_by_name() {
    for (name, why) in [
        ("reference_text.json", "texts"),
        ("schema_drift.json", "texts"),
        ("paced_local.json", "input"),
    ] {
        let file = read(&measured(name)).unwrap_or_else(|error| panic!("{error}"));
        let said = skipped(&file).map(|(_, why)| why);
        assert!(
            said.is_some_and(|said| said.contains(why)),
            "{name}: {said:?}"
        );
        assert!(compare(&file, &[], &|| ()).expect("nothing").is_empty());
    }
}

#[test]
fn unknown_records_and_calibrations_are_errors_that_say_where() {
    let wrong = |document: Value, parts: &[&str]| {
        let error = read_value(&document).expect_err("an error");
        for part in parts {
            assert!(error.contains(part), "{error}\nlacks: {part}");
        }
    };
    wrong(json!([]), &["expected a file of measurements"]);
    wrong(json!({"runs": []}), &["no records of a known kind", "runs"]);
    wrong(
        json!({"runs": [{"mode": "async", "speed": 3}]}),
        &["no records of a known kind"],
    );
    let mut grid = document("grid.json");
    grid["runs"].as_array_mut().expect("records").truncate(2);
    let mut unknown_mode = grid.clone();
    unknown_mode["runs"][1]["mode"] = json!("AFTER_COMIT");
    wrong(
        unknown_mode,
        &["runs[1].mode", "AFTER_COMIT", "AFTER_COMMIT"],
    );
    let mut no_latency = grid.clone();
    no_latency["runs"][1]
        .as_object_mut()
        .expect("a record")
        .remove("latency");
    wrong(no_latency, &["runs[1]", "latency"]);
    grid["runs"][0]["calibration"] = json!(99);
    wrong(grid, &["runs[0].calibration", "no such calibration"]);
}

#[test]
fn a_cell_is_compared_by_its_median_within_the_spread_of_its_repetitions() {
    let mut grid = document("grid.json");
    let runs = grid["runs"].as_array().expect("records");
    let first = runs[0].clone();
    let mut three = vec![first.clone(), first.clone(), first];
    for (run, throughput) in three.iter_mut().zip([800.0, 1_000.0, 1_200.0]) {
        run["throughput_tps"] = json!(throughput);
    }
    grid["runs"] = json!(three);
    let compared = compared(&grid, &short());
    let throughput = compared
        .iter()
        .find(|one| one.metric == "throughput")
        .expect("compared");
    assert_eq!(throughput.observed, 1_000.0);
    // Standard deviation 200 of mean 1000, twice; the latencies did not vary: as stated.
    assert_eq!(throughput.tolerance, Tolerance::Ratio(0.4));
    let p99 = compared
        .iter()
        .find(|one| one.metric == "p99_latency")
        .expect("compared");
    assert_eq!(p99.tolerance, Tolerance::Ratio(0.25));
}
