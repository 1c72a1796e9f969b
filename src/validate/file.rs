//! Files of measurements: which kind of records a file has, and which of them are repetitions of each other.

mod cells;
mod document;

use document::of_document;

use super::records::*;
use crate::protocol::flavour::Flavour;
use crate::spec::{Error, input, parse};
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
