//! Prediction beside measurement: files of a real cluster in, the same scenarios simulated, compared metric by metric.
//!
//! Data flows from `file` (what was set up, and apart from it what was observed) through `machine` (a model of the
//! machine from its calibration) and one module per scenario to `comparison`. A prediction is computed from set-up and
//! calibration alone: the scenario modules never see what was observed.

pub mod comparison;
pub mod file;
mod load;
mod machine;
pub mod tolerance;

use crate::spec::Error;
use comparison::Comparison;
use file::{Family, MeasuredFile};

/// The comparisons of one file, in the order of its cells.
pub fn compare(
    file: &MeasuredFile,
    sets: &[(String, String)],
    progress: &(dyn Fn() + Sync),
) -> Result<Vec<Comparison>, Error> {
    match &file.family {
        Family::Load(cells) => load::compare(file, cells, sets, progress),
        Family::Input | Family::Text => Ok(Vec::new()),
    }
}

/// Simulated runs that a file needs.
pub fn runs(file: &MeasuredFile) -> u64 {
    match &file.family {
        Family::Load(cells) => cells.iter().map(|cell| cell.repetitions.len() as u64).sum(),
        Family::Input | Family::Text => 0,
    }
}

/// Why a file has nothing to compare.
pub fn skipped(file: &MeasuredFile) -> Option<(&str, &'static str)> {
    match &file.family {
        Family::Input => Some((&file.name, "an input of the machine's constants, not compared")),
        Family::Text => Some((&file.name, "texts without numbers to compare, skipped")),
        Family::Load(_) => None,
    }
}
