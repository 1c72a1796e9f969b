//! Flavours in a description: strings that the core reads.

use crate::protocol::flavour::Flavour;
use crate::protocol::flavour_names::Only;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, Error as _};
use std::borrow::Cow;
use std::fmt::Display;
use std::str::FromStr;

/// A string that is parsed where it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written<T>(pub T);

impl<'de, T: FromStr<Err: Display>> Deserialize<'de> for Written<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map(Written).map_err(D::Error::custom)
    }
}

impl JsonSchema for Written<Flavour> {
    fn schema_name() -> Cow<'static, str> {
        "Flavour".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A server's family and version; a patch version, and the words of `SELECT VERSION()`, are fine too",
            "type": "string",
            "pattern": r"[0-9]+\.[0-9]+",
            "examples": Flavour::KNOWN.map(|known| known.to_string()),
        })
    }
}

impl JsonSchema for Written<Only> {
    fn schema_name() -> Cow<'static, str> {
        "Only".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A server's family, or its family and version",
            "type": "string",
            "examples": Only::examples(),
        })
    }
}
