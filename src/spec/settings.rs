//! Server variables as people write them: the servers' own names in old and new spelling, values as my.cnf takes them.

use super::catalogue::{self, Entry};
use super::error::Error;
use crate::shown;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, Error as _};
use serde_json::{Map, Value, json};
use std::borrow::Cow;

/// A variable's value as written; numbers and ON/OFF as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting(pub String);

impl Setting {
    fn read(value: &Value) -> Result<Setting, String> {
        match value {
            Value::String(text) => Ok(Setting(text.trim().to_string())),
            Value::Number(number) => Ok(Setting(number.to_string())),
            Value::Bool(on) => Ok(Setting(if *on { "ON" } else { "OFF" }.to_string())),
            other @ (Value::Null | Value::Array(_) | Value::Object(_)) => Err(format!(
                "expected a number, \"ON\", \"OFF\" or a word, as in my.cnf, not {}",
                shown::value(other)
            )),
        }
    }

    /// ON or OFF, as servers take them.
    pub fn switch(&self) -> Result<bool, String> {
        match self.0.to_ascii_lowercase().as_str() {
            "on" | "1" | "true" | "yes" => Ok(true),
            "off" | "0" | "false" | "no" => Ok(false),
            _ => Err(format!("expected ON or OFF, not {:?}", self.0)),
        }
    }

    /// A whole number within bounds; K, M, G, T stand for powers of 1024, as in my.cnf.
    pub fn whole(&self, low: u64, high: u64, unit: &str) -> Result<u64, String> {
        let number = self.between(i128::from(low), i128::from(high), unit)?;
        Ok(number as u64)
    }

    /// The same for bounds of any sign.
    pub fn between(&self, low: i128, high: i128, unit: &str) -> Result<i128, String> {
        let of = if unit.is_empty() {
            String::new()
        } else {
            format!(" of {unit}")
        };
        match number(&self.0) {
            Some(n) if (low..=high).contains(&n) => Ok(n),
            _ => Err(format!(
                "expected a whole number{of} from {low} to {high}, as in my.cnf, not {:?}",
                self.0
            )),
        }
    }
}

fn number(text: &str) -> Option<i128> {
    let (digits, shift) = match text.char_indices().last()? {
        (at, 'k' | 'K') => (&text[..at], 10),
        (at, 'm' | 'M') => (&text[..at], 20),
        (at, 'g' | 'G') => (&text[..at], 30),
        (at, 't' | 'T') => (&text[..at], 40),
        _ => (text, 0),
    };
    // Longer numbers are beyond every bound, and a shift could overflow.
    let short = digits.len() <= 20;
    digits
        .parse::<i128>()
        .ok()
        .filter(|_| short)
        .map(|number| number << shift)
}

impl<'de> Deserialize<'de> for Setting {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Setting::read(&Value::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl JsonSchema for Setting {
    fn schema_name() -> Cow<'static, str> {
        "Setting".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "number", "boolean"] })
    }
}

/// The schema of `variables`: those on which an answer depends by name, each with its values.
pub fn schema(generator: &mut SchemaGenerator) -> Schema {
    let setting = generator.subschema_for::<Setting>();
    let mut properties = Map::new();
    for entry in catalogue::entries().filter(|entry| !entry.is_without_effect()) {
        for spelling in &entry.spellings {
            let described = json!({"description": entry.described(), "$ref": setting.get("$ref")});
            properties.insert(spelling.name.to_owned(), described);
        }
    }
    json_schema!({"type": "object", "properties": properties, "additionalProperties": setting})
}

/// Gives every variable of a description its canonical name, so that parts in different spellings merge.
pub fn canonicalise(description: &mut Value) -> Result<(), Error> {
    if let Some(variables) = description.get_mut("variables") {
        rename(variables, "variables")?;
    }
    if let Some(Value::Object(servers)) = description.get_mut("servers") {
        for (name, server) in servers {
            if let Some(variables) = server.get_mut("variables") {
                rename(variables, &format!("servers.{name}.variables"))?;
            }
        }
    }
    Ok(())
}

fn rename(variables: &mut Value, path: &str) -> Result<(), Error> {
    let Value::Object(map) = variables else {
        return Ok(());
    };
    let mut renamed = Map::new();
    for (name, value) in std::mem::take(map) {
        let at = format!("{path}.{name}");
        let Some(known) = catalogue::find(&name).map(Entry::name) else {
            let problem = format!("unknown server variable `{name}`");
            return Err(Error::at(at, problem).near(&name, catalogue::spellings()));
        };
        if renamed.contains_key(known) {
            return Err(Error::at(
                at,
                format!("`{name}` is set twice, in two spellings of `{known}`"),
            ));
        }
        renamed.insert(known.to_string(), value);
    }
    *map = renamed;
    Ok(())
}

#[cfg(test)]
mod tests;
