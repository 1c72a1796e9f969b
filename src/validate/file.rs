//! Files of measurements: what was set up and calibrated on one side, what was observed on the other.

use crate::spec::{Error, names, parse};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::fs;
use std::path::Path;

/// A file of measurements.
#[derive(Clone, Debug)]
pub struct MeasuredFile {
    /// Its name, without its folder.
    pub name: String,
    /// What the machine could do, measured minutes before.
    pub calibrations: Vec<Calibration>,
    /// Its records, by kind.
    pub family: Family,
}

/// What kind of records a file has.
#[derive(Clone, Debug)]
pub enum Family {
    /// Load on a healthy cluster.
    Load(Vec<Cell<LoadSetup, LoadObserved>>),
    /// Measurements from which constants of the machine were taken; nothing to predict.
    Input,
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

/// What a machine could do.
#[derive(Clone, Debug, Deserialize)]
pub struct Calibration {
    /// Append 512 bytes and sync, as a binlog does.
    #[serde(rename = "append_512B_fdatasync")]
    pub append: Quantiles,
    /// Overwrite 512 bytes and sync, as a redo log does.
    #[serde(rename = "overwrite_512B_fdatasync")]
    pub overwrite: Quantiles,
    /// The load without replicas.
    pub insert_no_replicas: Vec<Insert>,
    /// Round trips of one byte through the proxy on the idle machine.
    #[serde(default)]
    pub proxy_echo_rtt_idle: Vec<Echo>,
}

/// The load without replicas.
#[derive(Clone, Debug, Deserialize)]
pub struct Insert {
    pub sync_binlog: u32,
    pub innodb_flush_log_at_trx_commit: u32,
    pub clients: u32,
    pub throughput_tps: f64,
    pub cpu_pct: CpuShares,
}

/// Round trips at one delay of the proxy.
#[derive(Clone, Debug, Deserialize)]
pub struct Echo {
    pub rtt_ms: f64,
    pub rtt: Quantiles,
}

/// Quantiles of a time, microseconds.
#[derive(Clone, Debug, Deserialize)]
pub struct Quantiles {
    pub min_us: f64,
    pub p1_us: f64,
    pub p5_us: f64,
    pub p10_us: f64,
    pub p25_us: f64,
    pub p50_us: f64,
    pub p75_us: f64,
    pub p90_us: f64,
    pub p95_us: f64,
    pub p99_us: f64,
    pub p99_9_us: f64,
    pub max_us: f64,
    pub mean_us: f64,
}

/// Shares of the cores' time, percent.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct CpuShares {
    pub idle: f64,
    pub iowait: f64,
}

impl CpuShares {
    /// What was neither idle nor waiting for a disk, percent.
    pub fn busy(self) -> f64 {
        100.0 - self.idle - self.iowait
    }
}

/// One round trip for both replicas, or one each, ms.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum RoundTrips {
    Both(f64),
    Each([f64; 2]),
}

impl RoundTrips {
    /// Those of `r1` and `r2`, ms.
    pub fn each(self) -> [f64; 2] {
        match self {
            RoundTrips::Both(rtt) => [rtt, rtt],
            RoundTrips::Each(rtts) => rtts,
        }
    }
}

/// The mode as the files write it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Mode {
    #[serde(rename = "async")]
    Async,
    #[serde(rename = "AFTER_COMMIT")]
    AfterCommit,
    #[serde(rename = "AFTER_SYNC")]
    AfterSync,
}

impl Mode {
    /// As descriptions write it.
    pub fn name(self) -> &'static str {
        match self {
            Mode::Async => "async",
            Mode::AfterCommit => "after_commit",
            Mode::AfterSync => "after_sync",
        }
    }
}

/// Set-up of a load.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct LoadSetup {
    pub mode: Mode,
    pub rtt_ms: RoundTrips,
    pub clients: u16,
    #[serde(default = "one")]
    pub rows_per_txn: u32,
    #[serde(default)]
    pub rate_tps: f64,
    #[serde(default = "one")]
    pub sync_binlog: u32,
    #[serde(default = "one")]
    pub innodb_flush_log_at_trx_commit: u32,
    /// The IO thread of `r1` was stopped before the run.
    #[serde(default)]
    pub fast_replica_io_stopped: bool,
}

fn one() -> u32 {
    1
}

/// What a load showed.
#[derive(Clone, Debug, Deserialize)]
pub struct LoadObserved {
    pub throughput_tps: f64,
    pub latency: Quantiles,
    pub mean_group_size: Option<f64>,
    pub cpu_pct: CpuShares,
}

/// Reads a file of measurements.
pub fn read(path: &str) -> Result<MeasuredFile, Error> {
    let text = fs::read_to_string(path)
        .map_err(|error| Error::whole(path, format!("cannot be read: {error}")))?;
    let name = Path::new(path)
        .file_name()
        .map_or(path.to_owned(), |name| name.to_string_lossy().into_owned());
    let document = parse(path, &text)?;
    of_document(name, &document).map_err(|error| error.in_file(path))
}

fn of_document(name: String, document: &Value) -> Result<MeasuredFile, Error> {
    if !document.is_object() {
        return Err(Error::at("", "expected a file of measurements, that is an object"));
    }
    let calibrations = match document.get("calibrations") {
        Some(_) => list(document, "calibrations")?,
        None => Vec::new(),
    };
    let family = if document.get("texts").is_some() {
        Family::Text
    } else {
        let first = document.get("runs").and_then(|runs| runs.get(0));
        let has = |key: &str| first.is_some_and(|run| run.get(key).is_some());
        if has("dropped_column") {
            Family::Text
        } else if has("replicas_connected") {
            Family::Input
        } else if has("throughput_tps") && has("latency") {
            Family::Load(cells(document, "runs", calibrations.len())?)
        } else {
            return Err(unknown(document));
        }
    };
    Ok(MeasuredFile {
        name,
        calibrations,
        family,
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
    for (index, ((number, setup), seen)) in numbers.into_iter().zip(setups).zip(observed).enumerate()
    {
        if let Some(calibration) = number.calibration.filter(|&wanted| wanted >= calibrations) {
            let problem = format!("no such calibration: the file has {calibrations}, not {calibration}");
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
