//! Crashes of the master under load: what they lose, as bands for the mean of so many crashes.

use super::comparison::{Comparison, Tolerance};
use super::file::{Cell, MeasuredFile};
use super::load::{RAMP, SEED, round_trips};
use super::machine::{self, Situation};
use super::records::{Calibration, CrashObserved, CrashSetup, Death};
use super::tolerance::mean;
use crate::measure::outcome::Ledger;
use crate::random::Stream;
use crate::run;
use crate::spec::Error;
use rayon::prelude::*;
use serde_json::json;

/// Crashes that are simulated for each cell.
const CRASHES: u64 = 240;
/// Means of as many crashes as were measured, drawn from the simulated ones; their quantiles are the band.
const DRAWS: usize = 4000;
/// The band holds this share of them.
const BAND: f64 = 0.99;

/// Every count of every cell.
pub fn compare(
    file: &MeasuredFile,
    cells: &[Cell<CrashSetup, CrashObserved>],
    sets: &[(String, String)],
    progress: &(dyn Fn() + Sync),
) -> Result<Vec<Comparison>, Error> {
    let mut compared = Vec::new();
    for cell in cells {
        let calibrations: Vec<Option<&Calibration>> = cell
            .repetitions
            .iter()
            .map(|(calibration, _)| calibration.map(|index| &file.calibrations[index]))
            .collect();
        let ledgers = predict(&cell.setup, &calibrations, sets)?;
        compared.extend(metrics(&file.name, cell, &ledgers));
        progress();
    }
    Ok(compared)
}

/// The ledgers of simulated crashes, spread evenly over the repetitions' calibrations.
fn predict(
    setup: &CrashSetup,
    calibrations: &[Option<&Calibration>],
    sets: &[(String, String)],
) -> Result<Vec<Ledger>, Error> {
    let kind = match setup.fault {
        Death::ProcessKill => "process_kill",
        Death::SiteLoss => "cut_and_kill",
    };
    let longest = setup.rtt_ms.each().into_iter().fold(0.0, f64::max);
    let drained = machine::time(100e3 + 1.5e3 * longest);
    let plans = calibrations
        .iter()
        .map(|calibration| {
            let situation = Situation {
                mode: setup.mode,
                rtt: setup.rtt_ms,
                calibration: *calibration,
                // The harness waits until all that was under way has arrived, stops the IO threads, and takes whoever
                // has more rows after it applied its relay log; nobody writes there.
                model: json!({
                    "manager": {
                        "candidate": "received", "apply_relay_log_first": true, "semi_sync": "off",
                        "detect_clean": drained, "detect_silent": drained, "promote": "1 ms",
                        "catch_up_timeout": "10 min"
                    }
                }),
                experiment: json!({
                    "workload": {
                        "sessions": setup.clients,
                        "ramp": RAMP,
                        // One reader asks for the newest 200 rows, then pauses.
                        "readers": {"count": 1, "from": "master", "every": "0.2 ms"}
                    },
                    "faults": [{"kind": kind, "server": "m", "at": {"uniform": ["1.1 s", "2.4 s"]}}],
                    "warm_up": "0.5 s",
                    "duration": "2.5 s",
                }),
            };
            machine::plan(&situation, sets)
        })
        .collect::<Result<Vec<_>, _>>()?;
    Ok((0..CRASHES)
        .into_par_iter()
        .map(|crash| {
            let plan = &plans[crash as usize % plans.len()];
            run::run_one(plan, SEED, crash).ledger
        })
        .collect())
}

fn metrics(
    file: &str,
    cell: &Cell<CrashSetup, CrashObserved>,
    ledgers: &[Ledger],
) -> Vec<Comparison> {
    let setup = &cell.setup;
    let death = match setup.fault {
        Death::ProcessKill => "process_kill",
        Death::SiteLoss => "site_loss",
    };
    let record = format!(
        "{}, {}, {} clients, {death}",
        setup.mode.name(),
        round_trips(setup.rtt_ms),
        setup.clients
    );
    type Seen = fn(&CrashObserved) -> f64;
    type Said = fn(&Ledger) -> u64;
    let counts: [(&'static str, Seen, Said); 3] = [
        (
            "lost_acknowledged",
            |seen| seen.lost_acked,
            |said| said.lost_acknowledged,
        ),
        (
            "read_then_lost",
            |seen| seen.seen_then_lost,
            |said| said.read_then_lost,
        ),
        ("errant", |seen| seen.errant, |said| said.errant),
    ];
    counts
        .into_iter()
        .map(|(metric, seen, said)| {
            let observed: Vec<f64> = cell.repetitions.iter().map(|(_, one)| seen(one)).collect();
            let predicted: Vec<f64> = ledgers.iter().map(|ledger| said(ledger) as f64).collect();
            let (seen, said) = (mean(&observed), mean(&predicted));
            let band = band(
                &predicted,
                observed.len(),
                &format!("{file} {record} {metric}"),
            );
            Comparison {
                file: file.to_owned(),
                record: record.clone(),
                metric: metric.to_owned(),
                unit: "transactions",
                observed: seen,
                predicted: said,
                ratio: (seen != 0.0).then(|| said / seen),
                within: band[0] <= seen && seen <= band[1],
                tolerance: Tolerance::Band(band),
                busy: None,
                busy_predicted: None,
            }
        })
        .collect()
}

/// Where the mean of `of` crashes lies in 99 of 100 such measurements, by drawing from the simulated crashes.
fn band(predicted: &[f64], of: usize, name: &str) -> [f64; 2] {
    let mut stream = Stream::new(SEED, 0, name, "bootstrap");
    let mut means: Vec<f64> = (0..DRAWS)
        .map(|_| {
            let sum: f64 = (0..of)
                .map(|_| {
                    let draw = (u128::from(stream.next()) * predicted.len() as u128) >> 64;
                    predicted[draw as usize]
                })
                .sum();
            sum / of as f64
        })
        .collect();
    means.sort_by(f64::total_cmp);
    let outside = ((1.0 - BAND) / 2.0 * DRAWS as f64) as usize;
    [means[outside], means[DRAWS - 1 - outside]]
}
