//! Files of measurements: which kind of records a file has, and which of them are repetitions of each other.

use super::records::*;
use crate::protocol::flavour::Flavour;
use crate::protocol::flavour_names::Unknown;
use crate::spec::{Error, input, limits, names, parse};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::path::Path;

/// A file of measurements.
#[derive(Clone, Debug)]
pub struct MeasuredFile {
    /// Its name, without its folder.
    pub name: String,
    /// The server that was measured; older files name none.
    pub flavour: Option<Flavour>,
    /// What the machine could do, measured minutes before.
    pub calibrations: Vec<Calibration>,
    /// Its records, by kind.
    pub records: Records,
}

/// What kind of records a file has.
#[derive(Clone, Debug)]
pub enum Records {
    /// Load on a healthy cluster.
    Load(Vec<Cell<LoadSetup, LoadObserved>>),
    /// Crashes of the master under load.
    Crashes(Vec<Cell<CrashSetup, CrashObserved>>),
    /// A replica that is down for a while under load.
    Outage(Vec<Cell<OutageSetup, OutageObserved>>),
    /// When others see a row.
    Visibility(Vec<Cell<VisibilitySetup, VisibilityObserved>>),
    /// Replicas that stop listening: fall-back under load, and counters statement by statement.
    Timeouts {
        /// Under load.
        fallbacks: Vec<Cell<FallbackSetup, FallbackObserved>>,
        /// Statement by statement.
        steps: Vec<Cell<StepsSetup, StepsObserved>>,
    },
    /// Measurements from which constants of the machine were taken; nothing to predict.
    Input(Vec<Cell<LoadSetup, LoadObserved>>),
    /// Texts; nothing to predict.
    Text,
}

/// Runs that have their set-up in common.
#[derive(Clone, Debug)]
pub struct Cell<S, O> {
    /// What they have in common.
    pub setup: S,
    /// Calibration (index) and observation of each repetition.
    pub repetitions: Vec<(Option<usize>, O)>,
}

impl<S, O> Cell<S, O> {
    /// One number of every repetition that has it.
    pub fn seen(&self, pick: &dyn Fn(&O) -> Option<f64>) -> Vec<f64> {
        let observed = self.repetitions.iter().map(|(_, observed)| observed);
        observed.filter_map(pick).collect()
    }
}

/// Reads a file of measurements.
pub fn read(path: &str) -> Result<MeasuredFile, Error> {
    let text = input::read(path)?;
    let name = Path::new(path)
        .file_name()
        .map_or(path.to_owned(), |name| name.to_string_lossy().into_owned());
    let document = parse(path, &text)?;
    of_document(name, &document).map_err(|error| error.in_file(path))
}

/// The server's version, as it says it.
fn flavour(version: &Value) -> Result<Flavour, Error> {
    let wrong = |why: String| Error::at("server_version", why);
    let version = version.as_str();
    let version = version.ok_or_else(|| wrong("expected a server's version".to_owned()))?;
    version
        .parse()
        .map_err(|error: Unknown| wrong(error.to_string()))
}

fn of_document(name: String, document: &Value) -> Result<MeasuredFile, Error> {
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

/// A list of records, each of one type.
fn list<T: DeserializeOwned>(document: &Value, key: &str) -> Result<Vec<T>, Error> {
    let Some(Value::Array(entries)) = document.get(key) else {
        return Err(Error::at(key, "expected a list of records"));
    };
    limits::at_most(key, entries.len(), limits::RECORDS, "records")?;
    let entries = entries.iter().enumerate();
    entries
        .map(|(index, entry)| record(entry, &format!("{key}[{index}]")))
        .collect()
}

fn record<T: DeserializeOwned>(entry: &Value, at: &str) -> Result<T, Error> {
    serde_path_to_error::deserialize(entry).map_err(|error| {
        let path = match error.path().to_string().as_str() {
            "." => at.to_owned(),
            path => format!("{at}.{path}"),
        };
        Error::at(path, error.into_inner().to_string())
    })
}

#[derive(Deserialize)]
struct Numbered {
    calibration: Option<usize>,
}

/// Records with the same set-up together, in the order in which they first appear.
fn cells<S: DeserializeOwned + PartialEq, O: DeserializeOwned>(
    document: &Value,
    key: &str,
    calibrations: usize,
) -> Result<Vec<Cell<S, O>>, Error> {
    let numbers: Vec<Numbered> = list(document, key)?;
    let setups: Vec<S> = list(document, key)?;
    let observed: Vec<O> = list(document, key)?;
    let mut cells: Vec<Cell<S, O>> = Vec::new();
    for (index, ((number, setup), seen)) in
        numbers.into_iter().zip(setups).zip(observed).enumerate()
    {
        if let Some(calibration) = number.calibration.filter(|&wanted| wanted >= calibrations) {
            let problem =
                format!("no such calibration: the file has {calibrations}, not {calibration}");
            return Err(Error::at(format!("{key}[{index}].calibration"), problem));
        }
        let repetition = (number.calibration, seen);
        match cells.iter_mut().find(|cell| cell.setup == setup) {
            Some(cell) => cell.repetitions.push(repetition),
            None => cells.push(Cell {
                setup,
                repetitions: vec![repetition],
            }),
        }
    }
    Ok(cells)
}
