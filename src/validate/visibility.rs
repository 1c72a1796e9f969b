//! When others see a row: on the master, and on the replicas.

use super::comparison::Comparison;
use super::file::{Cell, MeasuredFile};
use super::load::{SEED, round_trips};
use super::machine::{self, Situation};
use super::records::{Calibration, Mode, VisibilityObserved, VisibilitySetup};
use super::tolerance::{Busy, Metric};
use crate::engine::{Decider, Moment, Observer, Simulation, Submission};
use crate::protocol::fact::Fact;
use crate::protocol::ids::{SessionId, Span};
use crate::protocol::world::World;
use crate::spec::Error;
use serde_json::json;

/// The observers poll every 0.1 ms and a query: how late they see a row, ms. Origin: experiments/measured/README.md.
const LATE: f64 = 0.2;
/// The harness pauses so long after everybody has seen a row, ms.
const PAUSE: f64 = 50.0;
/// Rows that are simulated; the first is left out.
const ROWS: usize = 60;

/// Moments of one row, ns; in the order of the servers.
#[derive(Clone, Debug, Default)]
struct Row {
    sent: Moment,
    seen: Vec<Option<Moment>>,
}

/// Watches one session's rows become visible.
#[derive(Default)]
struct Watch {
    rows: Vec<Row>,
}

impl Observer for Watch {
    fn note(&mut self, now: Moment, fact: &Fact, world: &World) {
        if let Fact::Visible { server, index } = *fact {
            for row in self.rows.iter_mut().take(index as usize) {
                row.seen.resize(world.servers.len(), None);
                row.seen[usize::from(server.0)].get_or_insert(now);
            }
        }
    }
    fn submitted(&mut self, now: Moment, _: SessionId, _: Submission) {
        self.rows.push(Row {
            sent: now,
            seen: Vec::new(),
        });
    }
    fn fault(&mut self, _: Moment, _: usize) {}
}

impl Decider for Watch {}

/// Every metric of every cell.
pub fn compare(
    file: &MeasuredFile,
    cells: &[Cell<VisibilitySetup, VisibilityObserved>],
    sets: &[(String, String)],
    progress: &(dyn Fn() + Sync),
) -> Result<Vec<Comparison>, Error> {
    let mut compared = Vec::new();
    for cell in cells {
        let calibration = cell
            .repetitions
            .iter()
            .find_map(|(calibration, _)| *calibration);
        let calibration = calibration.map(|index| &file.calibrations[index]);
        let rows = predict(&cell.setup, calibration, sets)?;
        compared.extend(metrics(&file.name, cell, &rows));
        cell.repetitions.iter().for_each(|_| progress());
    }
    Ok(compared)
}

fn predict(
    setup: &VisibilitySetup,
    calibration: Option<&Calibration>,
    sets: &[(String, String)],
) -> Result<Vec<Row>, Error> {
    // The next row comes when everybody has seen the last: under semi-sync that is after the answer.
    let one_way = setup.rtt_ms.each().into_iter().fold(0.0, f64::max) / 2.0;
    let pause = match setup.mode {
        Mode::Async => one_way + PAUSE,
        Mode::AfterCommit | Mode::AfterSync => PAUSE,
    };
    let duration = ROWS as f64 * (2.0 * one_way + 2.0 * PAUSE + 20.0);
    let situation = Situation {
        mode: setup.mode,
        rtt: setup.rtt_ms,
        calibration,
        model: json!({}),
        experiment: json!({
            "workload": {"sessions": 1, "think_time": {"median": machine::time(pause * 1e3), "p99": machine::time(pause * 1.1e3)}},
            "warm_up": "1 ms",
            "duration": format!("{} ms", duration as u64 + 2_000),
        }),
    };
    let plan = machine::plan(&situation, sets)?;
    let mut watch = Watch::default();
    let mut simulation = Simulation::new(&plan, SEED, 0, Span::seconds(3600));
    simulation.run_until(Moment::after(plan.duration), &mut watch);
    watch
        .rows
        .retain(|row| row.seen.len() == plan.servers.len() && row.seen.iter().all(Option::is_some));
    Ok(watch.rows.into_iter().skip(1).take(ROWS).collect())
}

fn metrics(
    file: &str,
    cell: &Cell<VisibilitySetup, VisibilityObserved>,
    rows: &[Row],
) -> Vec<Comparison> {
    let record = format!(
        "{}, {}",
        cell.setup.mode.name(),
        round_trips(cell.setup.rtt_ms)
    );
    let at = (file, record.as_str());
    let skipped = usize::from(cell.setup.first_sample_is_warmup);
    let samples = || {
        cell.repetitions
            .iter()
            .flat_map(|(_, seen)| seen.samples.iter().skip(skipped))
    };
    let master: Vec<f64> = samples()
        .filter_map(|one| one.visible_on_master_us)
        .map(|us| us / 1e3)
        .collect();
    let replicas: Vec<f64> = samples()
        .flat_map(|one| one.visible_on_replicas_us.iter().flatten())
        .map(|us| us / 1e3)
        .collect();
    let said = |from: usize, to: usize| -> Vec<f64> {
        rows.iter()
            .flat_map(|row| {
                row.seen[from..to]
                    .iter()
                    .flatten()
                    .map(|seen| (*seen - row.sent).0 as f64 / 1e6 + LATE)
            })
            .collect()
    };
    vec![
        Metric::VisibleOnMaster.compare(at, Busy::default(), &master, &said(0, 1)),
        Metric::VisibleOnReplica.compare(at, Busy::default(), &replicas, &said(1, 3)),
    ]
}
