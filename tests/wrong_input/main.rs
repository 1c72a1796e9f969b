//! Wrong input of every kind: an error says where, what was expected and the nearest known name, and nothing panics.

mod anything;
mod experiment;
mod files;
mod lesson;
mod model;
#[path = "../support/seeds.rs"]
mod seeds;

use replsim::plan::{cases, expectations, topology};
use replsim::spec::{Loaded, load_text};
use serde_json::{Value, json};

/// A small experiment that is right.
fn right() -> Value {
    json!({
        "question": "Is anything lost?",
        "model": ["clusters/mysql-8.0", {"mode": "after_sync"}],
        "overrides": {"clients": {"rtt": "1 ms"}},
        "workload": {"sessions": 2, "readers": {"count": 1, "every": "5 ms"}},
        "faults": [{"kind": "host_loss", "server": "mysql-m", "at": "1 s"}],
        "vary": {"rtt": ["1 ms", "5 ms"], "crash": ["process_kill", "site_loss"]},
        "runs": 3,
        "expect": [{"claim": "no", "metric": "lost_acknowledged", "statistic": "max", "at_most": 0}]
    })
}

/// Everything that happens to an experiment before it runs.
fn check(text: &str, sets: &[(&str, &str)]) -> Result<Loaded, String> {
    let sets: Vec<_> = sets
        .iter()
        .map(|(path, value)| (path.to_string(), value.to_string()))
        .collect();
    let loaded = load_text("x", "x.json", text, &sets).map_err(|error| error.to_string())?;
    let cases = cases(&loaded).map_err(|error| error.to_string())?;
    expectations(&loaded, &cases).map_err(|error| error.to_string())?;
    for case in &cases {
        let plan = case.compile().map_err(|error| error.to_string())?;
        topology::warnings(&plan);
    }
    Ok(loaded)
}

/// The error of the right experiment with one value put at a JSON pointer (its parent exists).
fn with(pointer: &str, value: Value) -> String {
    let mut document = right();
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let parent = document.pointer_mut(parent).unwrap();
    match parent {
        Value::Array(list) => list[key.parse::<usize>().unwrap()] = value,
        parent => parent[key] = value,
    }
    check(&document.to_string(), &[]).unwrap_err()
}

#[track_caller]
fn says(error: &str, parts: &[&str]) {
    for part in parts {
        assert!(error.contains(part), "{error}\nlacks: {part}");
    }
}
