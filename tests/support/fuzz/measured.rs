//! Files of measurements: a few records of the shipped ones, changed, broken, and compared.

use super::source::Source;
use super::{Ran, mutate};
use replsim::validate::{compare, file};
use serde_json::{Value, json};
use std::sync::LazyLock;

/// The shipped files: their calibrations and records.
static SHIPPED: LazyLock<Vec<Value>> = LazyLock::new(|| {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/experiments/measured");
    let folder = match std::path::Path::new(folder).is_dir() {
        true => folder.to_owned(),
        false => concat!(env!("CARGO_MANIFEST_DIR"), "/../experiments/measured").to_owned(),
    };
    let names = [
        "batching",
        "crash_loss",
        "durability",
        "grid",
        "paced_local",
        "replica_outage",
        "semi_sync_counters",
        "visibility",
    ];
    let read = |name: &&str| {
        let text =
            std::fs::read_to_string(format!("{folder}/{name}.json")).expect("a shipped file");
        serde_json::from_str(&text).expect("JSON")
    };
    names.iter().map(read).collect()
});

/// Makes what takes long short: the fuzzer has a thousand more.
fn hurry(record: &mut Value, source: &mut Source) {
    if let Value::Object(map) = record {
        for (key, value) in map.iter_mut() {
            let short = match key.as_str() {
                "window_s" => Some(json!(source.number_or(1, 3, &[0, 1 << 40]) as f64 / 4.0)),
                "warmup_s" => Some(json!(0.1)),
                "clients" => Some(json!(source.number_or(1, 8, &[0, 65_535]))),
                "rtt_ms" if value.is_number() => Some(json!(source.number_or(0, 40, &[1 << 50]))),
                _ => None,
            };
            if let Some(short) = short {
                *value = short;
            }
        }
    }
}

/// The text of a file with one record or two.
pub fn text(source: &mut Source) -> String {
    let shipped = source.pick(&SHIPPED);
    let mut document = json!({"scenario": "fuzzed"});
    for (key, value) in shipped.as_object().expect("an object") {
        let Some(list) = value.as_array().filter(|list| !list.is_empty()) else {
            continue;
        };
        let most = if key == "calibrations" { 1 } else { 2 };
        let mut records: Vec<Value> = (0..source.number(1, most))
            .map(|_| source.pick(list))
            .collect();
        for record in &mut records {
            hurry(record, source);
            if record.get("calibration").is_some() {
                record["calibration"] = json!(0);
            }
        }
        document[key] = Value::Array(records);
    }
    mutate::text(document, source)
}

/// Compares what stands in the file.
pub fn run(text: &str) -> Ran {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("fuzz.json");
    std::fs::write(&path, text).expect("writable");
    let read = match file::read(&path.to_string_lossy()) {
        Ok(read) => read,
        Err(error) => return Ran::Refused(error.to_string()),
    };
    match compare(&read, &[], &|| ()) {
        Ok(compared) => {
            assert!(
                compared.iter().all(|one| one.predicted.is_finite()),
                "a prediction that is not a number"
            );
            Ran::Done
        }
        Err(error) => Ran::Refused(error.to_string()),
    }
}
