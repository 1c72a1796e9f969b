//! The JSON Schema of files of measurements.

use super::records::*;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Value, json};

/// The JSON Schema: a list of calibrations, and one kind of records.
pub fn schema() -> Value {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    let calibration = generator.subschema_for::<Calibration>();
    let kinds = [
        runs::<LoadSetup, LoadObserved>(&mut generator, "runs", "Load on a healthy cluster"),
        runs::<CrashSetup, CrashObserved>(&mut generator, "runs", "Crashes of the master"),
        runs::<OutageSetup, OutageObserved>(&mut generator, "runs", "An outage of a replica"),
        runs::<VisibilitySetup, VisibilityObserved>(&mut generator, "runs", "When rows are seen"),
        runs::<FallbackSetup, FallbackObserved>(&mut generator, "fallback_runs", "Fall-backs"),
        runs::<StepsSetup, StepsObserved>(&mut generator, "seed004_runs", "Step by step"),
        json!({"description": "Texts, which are skipped", "required": ["texts"]}),
    ];
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Measurements",
        "description": "What was set up, what the machine could do minutes before, and what was observed (experiments/measured/README.md). Keys that are not named here are remarks.",
        "type": "object",
        "properties": {
            "$schema": {"type": "string"},
            "calibrations": {
                "description": "What the machine could do; records name one by its index",
                "type": "array",
                "items": calibration,
            },
        },
        "anyOf": kinds,
        "$defs": generator.take_definitions(true),
    })
}

/// A list of records: set-up and observed keys side by side.
fn runs<S: JsonSchema, O: JsonSchema>(
    generator: &mut SchemaGenerator,
    key: &str,
    what: &str,
) -> Value {
    let setup = generator.subschema_for::<S>();
    let observed = generator.subschema_for::<O>();
    let number =
        json!({"properties": {"calibration": {"type": ["integer", "null"], "minimum": 0}}});
    json!({
        "description": what,
        "required": [key],
        "properties": {key: {"type": "array", "items": {"allOf": [setup, observed, number]}}},
    })
}
