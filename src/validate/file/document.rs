//! A file's document: which kind of records it has, and of which server.

use super::cells::{cells, list};
use super::{MeasuredFile, Records};
use crate::protocol::flavour::Flavour;
use crate::protocol::flavour_names::Unknown;
use crate::spec::{Error, names};
use serde_json::Value;

/// The server's version, as it says it.
pub(super) fn flavour(version: &Value) -> Result<Flavour, Error> {
    let wrong = |why: String| Error::at("server_version", why);
    let version = version.as_str();
    let version = version.ok_or_else(|| wrong("expected a server's version".to_owned()))?;
    version
        .parse()
        .map_err(|error: Unknown| wrong(error.to_string()))
}

pub(super) fn of_document(name: String, document: &Value) -> Result<MeasuredFile, Error> {
    let steps = document.as_array().filter(|steps| !steps.is_empty());
    if steps.is_some_and(|steps| steps.iter().all(|step| step.get("title").is_some())) {
        return Ok(MeasuredFile {
            name,
            flavour: None,
            calibrations: Vec::new(),
            records: Records::Text,
        });
    }
    if !document.is_object() {
        return Err(Error::at(
            "",
            "expected a file of measurements, that is an object",
        ));
    }
    let flavour = match document.get("server_version") {
        Some(version) => Some(flavour(version)?),
        None => None,
    };
    let calibrations = match document.get("calibrations") {
        Some(_) => list(document, "calibrations")?,
        None => Vec::new(),
    };
    let records =
        if document.get("fallback_runs").is_some() || document.get("seed004_runs").is_some() {
            let some = |key: &str| document.get(key).is_some();
            Records::Timeouts {
                fallbacks: match some("fallback_runs") {
                    true => cells(document, "fallback_runs", calibrations.len())?,
                    false => Vec::new(),
                },
                steps: match some("seed004_runs") {
                    true => cells(document, "seed004_runs", calibrations.len())?,
                    false => Vec::new(),
                },
            }
        } else if document.get("texts").is_some() {
            Records::Text
        } else {
            let first = document.get("runs").and_then(|runs| runs.get(0));
            let has = |key: &str| first.is_some_and(|run| run.get(key).is_some());
            if has("dropped_column") {
                Records::Text
            } else if has("replicas_connected") {
                Records::Input(cells(document, "runs", calibrations.len())?)
            } else if has("fault") && has("lost_acked") {
                Records::Crashes(cells(document, "runs", calibrations.len())?)
            } else if has("caught_up_after_start_slave_ms") {
                Records::Outage(cells(document, "runs", calibrations.len())?)
            } else if has("samples") {
                Records::Visibility(cells(document, "runs", calibrations.len())?)
            } else if has("throughput_tps") && has("latency") {
                Records::Load(cells(document, "runs", calibrations.len())?)
            } else {
                return Err(unknown(document));
            }
        };
    Ok(MeasuredFile {
        name,
        flavour,
        calibrations,
        records,
    })
}

fn unknown(document: &Value) -> Error {
    let keys: Vec<&str> = document
        .as_object()
        .map_or(Vec::new(), |map| map.keys().map(String::as_str).collect());
    Error::at(
        "",
        format!(
            "no records of a known kind: expected `runs` of a load, of crashes, of an outage or of visibility, \
             `fallback_runs` and `seed004_runs`, or `texts`, but the file has {}",
            names::listed(&keys)
        ),
    )
}
