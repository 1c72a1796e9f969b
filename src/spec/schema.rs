//! JSON Schemas of the files people write, for editors.

use super::error::Error;
use super::experiment::{Experiment, ModelRef};
use super::lesson::Lesson;
use super::model::Model;
use schemars::{Schema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Value, json};

/// What there is a schema of; that of measurements is `validate`'s.
const KINDS: [&str; 4] = ["experiment", "model", "lesson", "measurements"];

/// The JSON Schema of "experiment", "model" or "lesson" files.
pub fn schema_of(kind: &str) -> Result<Value, Error> {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    match kind {
        "lesson" => {
            let mut schema = with_remarks(generator.into_root_schema_for::<Lesson>());
            if let Some(properties) = schema["properties"].as_object_mut() {
                properties.shift_remove("note");
            }
            Ok(schema)
        }
        "model" => Ok(with_remarks(generator.into_root_schema_for::<Model>())),
        "experiment" => {
            let model = generator.subschema_for::<ModelRef>();
            let overrides = generator.subschema_for::<Model>();
            Ok(experiment(generator, &model, &overrides))
        }
        other => Err(Error::whole(
            "schema",
            format!(
                "unknown kind `{other}`, expected {}",
                super::names::listed(&KINDS)
            ),
        )
        .near(other, KINDS)),
    }
}

fn experiment(generator: SchemaGenerator, model: &Schema, overrides: &Schema) -> Value {
    let mut schema = with_remarks(generator.into_root_schema_for::<Experiment>());
    schema["properties"]["model"] = json!(model);
    schema["properties"]["overrides"] = json!(overrides);
    schema["required"] = json!(["model"]);
    schema
}

fn with_remarks(schema: Schema) -> Value {
    let mut schema = Value::from(schema);
    schema["properties"]["$schema"] = json!({"type": "string"});
    schema["properties"]["note"] =
        json!({"description": "A remark for readers: sources, certainty"});
    schema
}
