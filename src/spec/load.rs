//! From a name to a merged description: find, parse, put the model's parts together, lay overrides and settings on top.

use super::digest::digest;
use super::error::{Error, Place};
use super::experiment::{self, Experiment, ModelRef};
use super::library::{self, Shelf};
use super::merge::{merge, parse_value, set_axis, strip_nulls};
use super::typed::{self, Description};
use crate::shown;
use serde_json::{Map, Value};

/// The parts under every model: what a description need not say.
const BASE: [&str; 2] = ["defaults", "hardware/costs"];
/// The part under every manager.
const BASE_MANAGER: &str = "policies/received-first";

/// An experiment, its model's parts put together.
#[derive(Clone, Debug, PartialEq)]
pub struct Loaded {
    /// Its bare name.
    pub name: String,
    /// The file, as errors name it.
    pub file: String,
    /// Digest of the merged description, `sha256:...`.
    pub digest: String,
    /// The merged description: keys of the experiment and of the model side by side.
    pub merged: Value,
    /// What is asked. The cases of `vary` are made from `merged`.
    pub experiment: Experiment,
}

/// A title and a question, for a list of experiments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The bare name.
    pub name: String,
    /// The title.
    pub title: String,
    /// The question.
    pub question: String,
}

/// The experiments at hand, sorted by name.
pub fn list() -> Vec<Result<Entry, Error>> {
    let entry = |name: String| {
        let found = library::find(Shelf::Experiments, &name)?;
        let value = typed::parse(&found.file, &found.text)?;
        let text = |key: &str| {
            value
                .get(key)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_string()
        };
        Ok(Entry {
            title: text("title"),
            question: text("question"),
            name,
        })
    };
    library::names(Shelf::Experiments)
        .into_iter()
        .map(entry)
        .collect()
}

/// An experiment by path or bare name, with `--set` values (path and text) on top.
pub fn load(name: &str, sets: &[(String, String)]) -> Result<Loaded, Error> {
    let found = library::find(Shelf::Experiments, name)?;
    load_text(&found.name, &found.file, &found.text, sets)
}

/// The same from text; `file` is what errors call it.
pub fn load_text(
    name: &str,
    file: &str,
    text: &str,
    sets: &[(String, String)],
) -> Result<Loaded, Error> {
    let mut document = typed::parse(file, text)?;
    for (path, text) in sets.iter().filter(|set| set.0 == "model") {
        if let Value::Object(map) = &mut document {
            map.insert(path.clone(), parse_value(text));
        }
    }
    let mut merged = assemble(&document).map_err(|error| error.in_file(file))?;
    let mut description = Description::read(&merged).map_err(|error| error.in_file(file))?;
    for (path, text) in sets.iter().filter(|set| set.0 != "model") {
        let argument = format!("--set {path}={text}");
        set_axis(&mut merged, path, &parse_value(text))
            .map_err(|error| error.in_file(&argument))?;
        strip_nulls(&mut merged);
        complete(&mut merged).map_err(|error| error.in_file(&argument))?;
        description = Description::read(&merged).map_err(|error| error.in_file(&argument))?;
    }
    let digest = digest(&merged);
    Ok(Loaded {
        name: name.to_string(),
        file: file.to_string(),
        digest,
        merged,
        experiment: description.experiment,
    })
}

/// Puts the model's parts, the overrides and the experiment's own keys side by side.
fn assemble(document: &Value) -> Result<Value, Error> {
    let Value::Object(document) = document else {
        return Err(Error::at(
            "",
            format!(
                "expected an experiment, that is an object, not {}",
                shown::value(document)
            ),
        ));
    };
    let known: Vec<&str> = [
        &["$schema", "model", "overrides"][..],
        &experiment::KEYS[..],
    ]
    .concat();
    if let Some(key) = document.keys().find(|key| !known.contains(&key.as_str())) {
        return Err(typed::unknown_key(key, &known));
    }
    let mut merged = Value::Object(Map::new());
    for part in BASE {
        lay(&mut merged, &ModelRef::Name(part.to_string()), "")?;
    }
    let Some(model) = document.get("model") else {
        return Err(Error::at(
            "",
            "missing key `model`: the name of a model, a list of names or an object",
        ));
    };
    lay(&mut merged, &ModelRef::read(model, "model")?, "model")?;
    if let Some(overrides) = document.get("overrides") {
        merge(&mut merged, &typed::part(overrides, "overrides")?);
    }
    complete(&mut merged)?;
    let mut own: Map<String, Value> = document.clone();
    typed::remarks_off(&mut own);
    own.shift_remove("model");
    own.shift_remove("overrides");
    merge(&mut merged, &Value::Object(own));
    Ok(merged)
}

/// Lays a model's parts on what is there, from left to right.
fn lay(merged: &mut Value, model: &ModelRef, at: &str) -> Result<(), Error> {
    match model {
        ModelRef::Name(name) => {
            let found =
                library::find(Shelf::Models, name).map_err(|error| named_at(error, name, at))?;
            let value = typed::parse(&found.file, &found.text)?;
            let part = typed::part(&value, "").map_err(|error| error.in_file(&found.file))?;
            merge(merged, &part);
        }
        ModelRef::Inline(part) => merge(merged, &typed::part(&Value::Object(part.clone()), at)?),
        ModelRef::Parts(parts) => {
            for (index, part) in parts.iter().enumerate() {
                lay(merged, part, &format!("{at}[{index}]"))?;
            }
        }
    }
    Ok(())
}

/// A model that is not found is a problem of the place that names it.
fn named_at(error: Error, name: &str, at: &str) -> Error {
    if error.file != name || at.is_empty() {
        return error;
    }
    let problem = format!("`{name}`: {}", error.problem);
    Error {
        file: String::new(),
        place: Place::Path(at.to_string()),
        problem,
        ..error
    }
}

/// What a manager does not say is as in the base policy.
pub fn complete(merged: &mut Value) -> Result<(), Error> {
    let Some(said) = merged
        .get("manager")
        .filter(|manager| manager.is_object())
        .cloned()
    else {
        return Ok(());
    };
    let mut policy = Value::Object(Map::new());
    lay(&mut policy, &ModelRef::Name(BASE_MANAGER.to_string()), "")?;
    merge(&mut policy, &serde_json::json!({ "manager": said }));
    merge(merged, &policy);
    Ok(())
}
