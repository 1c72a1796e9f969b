//! From JSON to types, with errors that say where in the document and name the nearest known key.

use super::catalogue::Effect;
use super::error::{Error, Place};
use super::experiment::Experiment;
use super::merge::strip_nulls;
use super::model::Model;
use super::{experiment, model, names};
use crate::shown;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// Parses JSON text; a key that stands twice in one object is an error too.
pub fn parse(file: &str, text: &str) -> Result<Value, Error> {
    let fault = |error: serde_json::Error| Error {
        file: file.to_string(),
        place: Place::Text {
            line: error.line(),
            column: error.column(),
        },
        problem: plain(&error.to_string()),
        nearest: None,
    };
    serde_json::from_str::<super::once::Once>(text)
        .map(|once| once.0)
        .map_err(fault)
}

/// serde_json repeats the place at the end of its messages; ours stands in front.
fn plain(message: &str) -> String {
    message
        .rsplit_once(" at line ")
        .map_or(message, |(before, _)| before)
        .to_string()
}

/// Reads a typed value; `at` is put before the path of an error.
pub fn read<T: DeserializeOwned>(value: &Value, at: &str) -> Result<T, Error> {
    serde_path_to_error::deserialize::<_, T>(value).map_err(|error| {
        let path = error.path().to_string();
        let inner = if path == "." { "" } else { path.as_str() };
        let path = match (at, inner) {
            ("", inner) => inner.to_string(),
            (at, "") => at.to_string(),
            (at, inner) if inner.starts_with('[') => format!("{at}{inner}"),
            (at, inner) => format!("{at}.{inner}"),
        };
        explain(path, &error.inner().to_string())
    })
}

/// serde's sentence in the words of a description, with the nearest known name.
fn explain(path: String, message: &str) -> Error {
    let problem = message
        .replace("unknown field", "unknown key")
        .replace("missing field", "missing key");
    let problem = problem.replace("unknown variant", "unknown value");
    let problem = in_words(problem);
    let quoted: Vec<&str> = problem.split('`').skip(1).step_by(2).collect();
    match quoted.split_first() {
        Some((unknown, known)) if problem.starts_with("unknown ") => {
            let error = Error::at(path, problem.clone()).near(unknown, known);
            // an unknown key is the last name of its path: the place is the object around it
            if let (true, Place::Path(path)) = (problem.starts_with("unknown key"), &error.place) {
                let around = path
                    .strip_suffix(unknown)
                    .map(|path| path.trim_end_matches('.').to_string());
                return Error {
                    place: Place::Path(around.unwrap_or_else(|| path.clone())),
                    ..error
                };
            }
            error
        }
        _ => Error::at(path, problem),
    }
}

/// Rust's names of types, in words.
fn in_words(problem: String) -> String {
    let types = [
        ("expected u16", "expected a whole number from 0 to 65535"),
        (
            "expected u32",
            "expected a whole number from 0 to 4294967295",
        ),
        ("expected u64", "expected a whole number"),
        ("expected a map", "expected an object"),
        ("expected a sequence", "expected a list"),
    ];
    let problem = problem.replace("invalid type: map", "invalid type: object");
    let problem = problem.replace("invalid type: sequence", "invalid type: list");
    types.iter().fold(problem, |problem, (name, words)| {
        match problem.strip_suffix(name) {
            Some(before) => format!("{before}{words}"),
            None => problem,
        }
    })
}

/// A model or a part of one, with its remarks taken off; `at` is its place in the file.
pub fn part(value: &Value, at: &str) -> Result<Value, Error> {
    // Before anything is copied: a part may be large and all wrong.
    let known = |key: &String| key == "$schema" || model::KEYS.contains(&key.as_str());
    let unknown = value
        .as_object()
        .and_then(|map| map.keys().find(|key| !known(key)));
    if let Some(key) = unknown {
        let problem = format!(
            "unknown key `{key}`, expected {}",
            names::listed(&model::KEYS)
        );
        return Err(Error::at(at, problem).near(key, model::KEYS));
    }
    if let Some(map) = value.as_object() {
        model::check_sizes(map).map_err(|error| below(at, error))?;
    }
    let mut part = value.clone();
    let Value::Object(map) = &mut part else {
        return Err(Error::at(
            at,
            format!(
                "expected a model, that is an object, not {}",
                shown::value(value)
            ),
        ));
    };
    remarks_off(map);
    super::settings::canonicalise(&mut part).map_err(|error| below(at, error))?;
    let mut whole = part.clone();
    strip_nulls(&mut whole);
    read::<Model>(&whole, at)?;
    Ok(part)
}

/// Takes off what is written for people and editors only.
pub fn remarks_off(map: &mut Map<String, Value>) {
    map.shift_remove("$schema");
    map.shift_remove("note");
}

fn below(at: &str, error: Error) -> Error {
    match error.place {
        Place::Path(path) if !at.is_empty() => Error {
            place: Place::Path(format!("{at}.{path}")),
            ..error
        },
        place @ (Place::Whole | Place::Text { .. } | Place::Path(_)) => Error { place, ..error },
    }
}

/// A merged description as types.
#[derive(Clone, Debug, PartialEq)]
pub struct Description {
    /// What is asked.
    pub experiment: Experiment,
    /// What there is.
    pub model: Model,
}

impl Description {
    /// Reads a merged description.
    pub fn read(merged: &Value) -> Result<Description, Error> {
        let Value::Object(map) = merged else {
            return Err(Error::at(
                "",
                format!("expected an object, not {}", shown::value(merged)),
            ));
        };
        let (mut asked, mut there) = (Map::new(), Map::new());
        for (key, value) in map {
            if experiment::KEYS.contains(&key.as_str()) {
                asked.insert(key.clone(), value.clone());
            } else if model::KEYS.contains(&key.as_str()) {
                there.insert(key.clone(), value.clone());
            } else {
                let known = experiment::KEYS.iter().chain(model::KEYS.iter());
                // A bare server variable is set everywhere: it may be one, mistyped.
                let known_here = super::catalogue::entries().filter(|entry| {
                    matches!(entry.effect, Effect::Modelled(_) | Effect::Special(_))
                });
                let variables = known_here
                    .flat_map(|entry| &entry.spellings)
                    .map(|spelling| spelling.name);
                let known = known
                    .copied()
                    .chain(super::merge::SHORT.iter().map(|short| short.0))
                    .chain(variables);
                return Err(Error::at("", format!("unknown key `{key}`")).near(key, known));
            }
        }
        let experiment: Experiment = read(&Value::Object(asked), "")?;
        experiment.check()?;
        model::check_sizes(&there)?;
        let mut there = Value::Object(there);
        super::settings::canonicalise(&mut there)?;
        let model: Model = read(&there, "")?;
        Ok(Description { experiment, model })
    }
}

/// The problem with an unknown top-level key of an experiment file.
pub fn unknown_key(key: &str, known: &[&str]) -> Error {
    if model::KEYS.contains(&key) {
        return Error::at(
            "",
            format!("`{key}` is a key of the model: put it into `overrides`"),
        );
    }
    Error::at(
        "",
        format!("unknown key `{key}`, expected {}", names::listed(known)),
    )
    .near(key, known)
}
