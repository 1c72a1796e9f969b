//! From the name of a lesson to its script: parameters filled in, its model merged as an experiment's is.

mod filler;
mod model;

use filler::Filler;
pub use model::{model_as_experiment, setting};

use super::error::Error;
use super::lesson::Lesson;
use super::library::{self, Shelf};
use super::limits;
use super::load::Loaded;
use super::merge;
use super::typed::{self, parse};
use serde_json::{Map, Value};

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
