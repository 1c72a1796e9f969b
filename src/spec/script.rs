//! From the name of a lesson to its script: parameters filled in, its model merged as an experiment's is.

use super::error::Error;
use super::experiment::ModelRef;
use super::lesson::Lesson;
use super::library::{self, Shelf};
use super::limits;
use super::load::{Loaded, load_text};
use super::merge;
use super::settings::Setting;
use super::typed::{self, parse};
use serde_json::{Map, Value, json};
use std::collections::HashMap;

/// A lesson that was found, its parameters filled in, with the model as an experiment that the plan is compiled from.
#[derive(Clone, Debug, PartialEq)]
pub struct Script {
    /// The bare name.
    pub name: String,
    /// The file, as errors name it.
    pub file: String,
    /// The lesson.
    pub lesson: Lesson,
    /// Its model, and the model of each `fresh` step.
    pub loaded: Vec<Loaded>,
}

/// Puts the values of parameters for `{name}`, in every text; a text that is only one becomes the value itself.
struct Filler<'a> {
    /// Name, value, and the value as text, in the order of the lesson: the text of one may name those that come later.
    parameters: Vec<(&'a str, &'a Value, String)>,
    /// Where each stands in the list.
    places: HashMap<&'a str, usize>,
    /// Bytes that may still be filled in.
    room: usize,
}

impl<'a> Filler<'a> {
    fn new(parameters: &'a Map<String, Value>) -> Result<Filler<'a>, Error> {
        let (number, most) = (parameters.len(), limits::PARAMETERS);
        limits::at_most("parameters", number, most, "parameters")?;
        if let Some(name) = parameters.keys().find(|name| name.contains(['{', '}'])) {
            let problem = format!("{name:?} is not the name of a parameter: it has braces in it");
            return Err(Error::at("parameters", problem));
        }
        let text = |value: &Value| {
            value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned)
        };
        let parameters = parameters.iter();
        let parameters: Vec<_> = parameters
            .map(|(name, value)| (name.as_str(), value, text(value)))
            .collect();
        let places = (0..).zip(&parameters).map(|(at, (name, ..))| (*name, at));
        Ok(Filler {
            places: places.collect(),
            parameters,
            room: limits::FILLED,
        })
    }

    fn fill(&mut self, value: &mut Value) -> Result<(), Error> {
        match value {
            Value::String(text) => {
                let mut next = 0;
                while let Some((at, times)) = self.first_named(text, next) {
                    let (name, with, plain) = &self.parameters[at];
                    let bytes = text.len().saturating_add(plain.len().saturating_mul(times));
                    self.room = self.room.checked_sub(bytes).ok_or_else(|| {
                        let most = limits::FILLED >> 20;
                        let problem = format!(
                            "with it more than {most} MiB of parameters are filled in (docs/limits.md)"
                        );
                        Error::at(format!("parameters.{name}"), problem)
                    })?;
                    let mark = format!("{{{name}}}");
                    if *text == mark {
                        *value = (*with).clone();
                        return Ok(());
                    }
                    *text = text.replace(&mark, plain);
                    next = at + 1;
                }
                Ok(())
            }
            Value::Array(items) => items.iter_mut().try_for_each(|item| self.fill(item)),
            Value::Object(map) => map.values_mut().try_for_each(|item| self.fill(item)),
            Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
        }
    }

    /// The first parameter from this place on that a text names, and how often.
    fn first_named(&self, text: &str, from: usize) -> Option<(usize, usize)> {
        let named = text.split('{').skip(1).filter_map(|rest| {
            let (name, _) = rest.split_once('}')?;
            self.places.get(name).copied().filter(|&at| at >= from)
        });
        let mut first: Option<(usize, usize)> = None;
        for at in named {
            first = match first {
                Some((known, times)) if known == at => Some((at, times + 1)),
                Some((known, times)) if known < at => Some((known, times)),
                _ => Some((at, 1)),
            };
        }
        first
    }
}

/// A lesson by path, bare name or its number, with `--set` values on top: of its parameters, else of the model.
pub fn script(name: &str, sets: &[(String, String)]) -> Result<Script, Error> {
    let number = match name.parse::<u32>() {
        Ok(number) => format!("{number:03}-"),
        Err(_) => format!("{name}-"),
    };
    let names = library::names(Shelf::Lessons);
    let numbered = names.iter().filter(|known| known.starts_with(&number));
    let known: Vec<&String> = numbered.collect();
    let name = match known.as_slice() {
        [one] => one.as_str(),
        _ => name,
    };
    let found = library::find(Shelf::Lessons, name)?;
    read(&found.name, &found.file, &found.text, sets)
}

/// The same from text.
pub fn read(
    name: &str,
    file: &str,
    text: &str,
    sets: &[(String, String)],
) -> Result<Script, Error> {
    let in_file = |error: Error| error.in_file(file);
    let mut document = parse(file, text)?;
    let mut parameters = match document.get("parameters") {
        Some(Value::Object(map)) => map.clone(),
        _ => Map::new(),
    };
    let (own, of_model): (Vec<_>, Vec<_>) = sets
        .iter()
        .cloned()
        .partition(|(path, _)| parameters.contains_key(path) || path == "seed");
    for (path, text) in own {
        match path.as_str() {
            "seed" => {
                if let Value::Object(map) = &mut document {
                    map.insert("seed".to_owned(), merge::parse_value(&text));
                }
            }
            _ => {
                parameters.insert(path, merge::parse_value(&text));
            }
        }
    }
    if let Some(steps) = document.get_mut("steps") {
        let number = steps.as_array().map_or(0, Vec::len);
        limits::at_most("steps", number, limits::STEPS, "steps").map_err(in_file)?;
        let mut filler = Filler::new(&parameters).map_err(in_file)?;
        filler.fill(steps).map_err(in_file)?;
    }
    if let Value::Object(map) = &mut document {
        map.shift_remove("$schema");
    }
    let lesson: Lesson = typed::read(&document, "").map_err(in_file)?;
    lesson.check().map_err(in_file)?;
    let model = |overrides: &Map<String, Value>| {
        model_as_experiment(
            name,
            file,
            &lesson.title,
            &lesson.model,
            overrides,
            &of_model,
        )
    };
    let mut loaded = vec![model(&lesson.overrides)?];
    for fresh in lesson.steps.iter().filter_map(|step| step.fresh.as_ref()) {
        let mut overrides = Value::Object(lesson.overrides.clone());
        merge::merge(&mut overrides, &Value::Object(fresh.clone()));
        loaded.push(model(overrides.as_object().unwrap_or(fresh))?);
    }
    Ok(Script {
        name: name.to_owned(),
        file: file.to_owned(),
        lesson,
        loaded,
    })
}

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
