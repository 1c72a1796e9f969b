//! Placeholders of a script, filled in from its parameters.

use super::super::error::Error;
use super::super::limits;
use serde_json::{Map, Value};
use std::collections::HashMap;

/// Puts the values of parameters for `{name}`, in every text; a text that is only one becomes the value itself.
pub(super) struct Filler<'a> {
    /// Name, value, and the value as text, in the order of the lesson: the text of one may name those that come later.
    parameters: Vec<(&'a str, &'a Value, String)>,
    /// Where each stands in the list.
    places: HashMap<&'a str, usize>,
    /// Bytes that may still be filled in.
    room: usize,
}

impl<'a> Filler<'a> {
    pub(super) fn new(parameters: &'a Map<String, Value>) -> Result<Filler<'a>, Error> {
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

    pub(super) fn fill(&mut self, value: &mut Value) -> Result<(), Error> {
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
    pub(super) fn first_named(&self, text: &str, from: usize) -> Option<(usize, usize)> {
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
