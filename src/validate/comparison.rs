//! One metric of one cell: what was observed, what is predicted, and whether that is near enough.

use super::file::{Cell, MeasuredFile};
use super::records::Calibration;
use crate::spec::Error;
use rayon::prelude::*;
use serde::Serialize;

/// A metric of a record.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// The file, without its folder.
    pub file: String,
    /// What the cell's runs have in common.
    pub record: String,
    /// The metric.
    pub metric: String,
    /// Unit of both values.
    pub unit: &'static str,
    /// Median (crashes: mean) over the cell's repetitions.
    pub observed: f64,
    /// The same of the simulated repetitions.
    pub predicted: f64,
    /// `predicted / observed`; absent when nothing was observed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ratio: Option<f64>,
    /// What is near enough.
    pub tolerance: Tolerance,
    /// Whether it is.
    pub within: bool,
    /// Share of the measuring host's cores that were busy, in percent; absent where it was not measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub busy: Option<f64>,
    /// The same of the simulated host.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub busy_predicted: Option<f64>,
}

/// The metrics of every cell, in the order of the cells: each repetition is predicted from set-up, calibration and number,
/// in parallel, and is one step of progress.
pub fn of_cells<S: Sync, O: Sync, P>(
    file: &MeasuredFile,
    cells: &[Cell<S, O>],
    predict: impl Fn(&S, Option<&Calibration>, u64) -> Result<P, Error> + Sync,
    metrics: impl Fn(&str, &Cell<S, O>, &[P]) -> Vec<Comparison> + Sync,
    progress: &(dyn Fn() + Sync),
) -> Result<Vec<Comparison>, Error> {
    let of_cell = |cell: &Cell<S, O>| {
        let calibrations = cell.repetitions.iter().zip(0..);
        let predicted = calibrations.map(|((calibration, _), repetition)| {
            let calibration = calibration.map(|index| &file.calibrations[index]);
            let predicted = predict(&cell.setup, calibration, repetition);
            progress();
            predicted
        });
        let predicted = predicted.collect::<Result<Vec<P>, Error>>()?;
        Ok(metrics(&file.name, cell, &predicted))
    };
    let compared: Result<Vec<_>, Error> = cells.par_iter().map(of_cell).collect();
    Ok(compared?.into_iter().flatten().collect())
}

/// How near a prediction has to be.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tolerance {
    /// `ratio` differs from 1 by no more.
    Ratio(f64),
    /// The observed value lies in this band around the prediction.
    Band([f64; 2]),
    /// Both are the same.
    Equal,
}

impl Comparison {
    /// Another tolerance for the ratio, as a share; nothing where the tolerance is no ratio.
    pub fn allow(&mut self, share: f64) {
        if let Tolerance::Ratio(allowed) = &mut self.tolerance {
            *allowed = share;
            self.within = self.ratio.is_some_and(|ratio| (ratio - 1.0).abs() <= share);
        }
    }

    /// How far the prediction is off, in tolerances: above 1 is outside.
    pub fn strain(&self) -> f64 {
        match &self.tolerance {
            Tolerance::Ratio(allowed) => match self.ratio {
                Some(ratio) => (ratio - 1.0).abs() / allowed,
                None if self.within => 0.0,
                None => f64::INFINITY,
            },
            Tolerance::Band([low, high]) => {
                let (middle, half) = ((low + high) / 2.0, (high - low) / 2.0);
                match half > 0.0 {
                    true => (self.observed - middle).abs() / half,
                    false if self.within => 0.0,
                    false => f64::INFINITY,
                }
            }
            Tolerance::Equal if self.within => 0.0,
            Tolerance::Equal => f64::INFINITY,
        }
    }
}
