//! A model alone as the experiment that a lab plays.

use super::super::error::Error;
use super::super::experiment::ModelRef;
use super::super::load::{Loaded, load_text};
use super::super::settings::Setting;
use super::super::typed::{self};
use serde_json::{Map, Value, json};

/// A model alone, as an experiment in which nobody submits by himself.
pub fn model_as_experiment(
    name: &str,
    file: &str,
    title: &str,
    model: &Value,
    overrides: &Map<String, Value>,
    sets: &[(String, String)],
) -> Result<Loaded, Error> {
    ModelRef::read(model, "model").map_err(|error| error.in_file(file))?;
    // Who gives orders here is a person.
    let mut overrides = overrides.clone();
    overrides.entry("manager").or_insert(Value::Null);
    let experiment = json!({
        "title": title,
        "model": model,
        "overrides": overrides,
        "workload": {"transaction": {"keys": "distinct"}},
        "warm_up": "0 s",
        "duration": "1 s",
        "runs": 1,
    });
    load_text(name, file, &experiment.to_string(), sets)
}

/// A line of my.cnf.
pub fn setting(name: &str, value: &Value) -> Result<Setting, Error> {
    typed::read(value, name)
}
