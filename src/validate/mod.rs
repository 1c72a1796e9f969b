//! Prediction beside measurement: files of a real cluster in, the same scenarios simulated, compared metric by metric.
//!
//! Data flows from `file` (what was set up, and apart from it what was observed) through `machine` (a model of the
//! machine from its calibration) and one module per scenario to `comparison`. A prediction is computed from set-up and
//! calibration alone: the scenario modules never see what was observed.

pub mod comparison;
mod crash;
pub mod file;
mod load;
mod machine;
mod outage;
#[cfg_attr(
    feature = "internals",
    expect(
        missing_docs,
        reason = "its fields are the keys of the records (experiments/measured/README.md)"
    )
)]
pub mod records;
mod schema;
mod steps;
mod timeout;
pub mod tolerance;
mod visibility;

use crate::spec::Error;
use comparison::Comparison;
use file::{Cell, MeasuredFile, Records};
pub use schema::schema;

/// The comparisons of one file, in the order of its cells.
pub fn compare(
    file: &MeasuredFile,
    sets: &[(String, String)],
    progress: &(dyn Fn() + Sync),
) -> Result<Vec<Comparison>, Error> {
    let sets = &on_its_server(file, sets);
    match &file.records {
        Records::Load(cells) => load::compare(file, cells, sets, progress),
        Records::Crashes(cells) => crash::compare(file, cells, sets, progress),
        Records::Outage(cells) => outage::compare(file, cells, sets, progress),
        Records::Visibility(cells) => visibility::compare(file, cells, sets, progress),
        Records::Timeouts { fallbacks, steps } => {
            let mut compared = timeout::compare(file, fallbacks, sets, progress)?;
            compared.extend(steps::compare(file, steps, sets, progress)?);
            Ok(compared)
        }
        Records::Input(_) | Records::Text => Ok(Vec::new()),
    }
}

/// The server that was measured, and what was set on the command line on top of it.
fn on_its_server(file: &MeasuredFile, sets: &[(String, String)]) -> Vec<(String, String)> {
    let own = file
        .flavour
        .map(|flavour| ("flavour".to_owned(), flavour.to_string()));
    own.into_iter().chain(sets.iter().cloned()).collect()
}

/// How well the machine's model gives back its own inputs: the calibrations, and files that are inputs.
pub fn compare_inputs(
    file: &MeasuredFile,
    sets: &[(String, String)],
) -> Result<Vec<Comparison>, Error> {
    let sets = &on_its_server(file, sets);
    let mut compared = Vec::new();
    for (index, calibration) in file.calibrations.iter().enumerate() {
        let of_this = load::compare(file, &calibration.cells(index), sets, &|| ())?;
        compared.extend(of_this.into_iter().map(|one| Comparison {
            record: format!("calibration {index}: {}", one.record),
            ..one
        }));
    }
    if let Records::Input(cells) = &file.records {
        compared.extend(load::compare(file, cells, sets, &|| ())?);
    }
    Ok(compared)
}

/// Predictions that a file needs; each is one step of progress.
pub fn runs(file: &MeasuredFile) -> u64 {
    fn repetitions<S, O>(cells: &[Cell<S, O>]) -> u64 {
        cells.iter().map(|cell| cell.repetitions.len() as u64).sum()
    }
    match &file.records {
        Records::Load(cells) => repetitions(cells),
        Records::Crashes(cells) => cells.len() as u64,
        Records::Outage(cells) => repetitions(cells),
        Records::Visibility(cells) => repetitions(cells),
        Records::Timeouts { fallbacks, steps } => repetitions(fallbacks) + repetitions(steps),
        Records::Input(_) | Records::Text => 0,
    }
}

/// Why a file has nothing to compare.
pub fn skipped(file: &MeasuredFile) -> Option<(&str, &'static str)> {
    match &file.records {
        Records::Input(_) => Some((
            &file.name,
            "an input of the machine's constants, not compared",
        )),
        Records::Text => Some((&file.name, "texts without numbers to compare, skipped")),
        Records::Load(_)
        | Records::Crashes(_)
        | Records::Outage(_)
        | Records::Visibility(_)
        | Records::Timeouts { .. } => None,
    }
}
