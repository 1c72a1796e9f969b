//! Parts of a description, and the keys they may have.

use super::super::error::{Error, Place};
use super::super::experiment::Experiment;
use super::super::model::Model;
use super::super::{experiment, model, names};
use super::read;
use crate::shown;
use crate::spec::catalogue::Effect;
use crate::spec::merge::strip_nulls;
use serde_json::{Map, Value};

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
    crate::spec::settings::canonicalise(&mut part).map_err(|error| below(at, error))?;
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
                let known_here = crate::spec::catalogue::entries().filter(|entry| {
                    matches!(entry.effect, Effect::Modelled(_) | Effect::Special(_))
                });
                let variables = known_here
                    .flat_map(|entry| &entry.spellings)
                    .map(|spelling| spelling.name);
                let known = known
                    .copied()
                    .chain(crate::spec::merge::SHORT.iter().map(|short| short.0))
                    .chain(variables);
                return Err(Error::at("", format!("unknown key `{key}`")).near(key, known));
            }
        }
        let experiment: Experiment = read(&Value::Object(asked), "")?;
        experiment.check()?;
        model::check_sizes(&there)?;
        let mut there = Value::Object(there);
        crate::spec::settings::canonicalise(&mut there)?;
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
