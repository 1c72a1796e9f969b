//! From JSON to types, with errors that say where in the document and name the nearest known key.

mod parts;

pub use parts::{Description, part, remarks_off, unknown_key};

use super::error::{Error, Place};
use serde::de::DeserializeOwned;
use serde_json::Value;

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
