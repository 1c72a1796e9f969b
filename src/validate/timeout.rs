//! All replicas stop listening under load: when semi-sync switches itself off.

use super::comparison::{self, Comparison};
use super::file::{Cell, MeasuredFile};
use super::load::{RAMP, SEED, round_trips};
use super::machine::{self, Situation};
use super::records::{Calibration, FallbackObserved, FallbackSetup, Switch};
use super::tolerance::{Busy, Metric, median};
use crate::engine::{Moment, Simulation};
use crate::measure::recorder::Recorder;
use crate::protocol::ids::{ServerId, Span};
use crate::spec::Error;
use serde_json::json;

/// When the IO threads are stopped, ms from the load's start.
const STOPPED: u64 = 3_000;
/// From stop to start, ms.
const FOR: u64 = 4_950;
/// End of the load, ms.
const END: u64 = 12_000;
/// How often the harness looks at the status, ms; the moment of OFF is when it saw it.
const EVERY: u64 = 20;

/// Every metric of every cell.
pub fn compare(
    file: &MeasuredFile,
    cells: &[Cell<FallbackSetup, FallbackObserved>],
    sets: &[(String, String)],
    progress: &(dyn Fn() + Sync),
) -> Result<Vec<Comparison>, Error> {
    let predict = |setup: &_, calibration: Option<&_>, repetition| {
        predict(setup, calibration, repetition, sets)
    };
    comparison::of_cells(file, cells, predict, metrics, progress)
}

/// What is predicted of one run.
struct Predicted {
    /// Time to OFF (ms), if it went off.
    off: Option<f64>,
    /// Commits per second of the whole run.
    throughput: f64,
    /// How busy the cores were (percent).
    busy: f64,
}

fn predict(
    setup: &FallbackSetup,
    calibration: Option<&Calibration>,
    repetition: u64,
    sets: &[(String, String)],
) -> Result<Predicted, Error> {
    let situation = Situation {
        mode: setup.mode,
        rtt: setup.rtt_ms,
        calibration,
        model: json!({"variables": {
            "rpl_semi_sync_master_timeout": setup.timeout_ms,
            "rpl_semi_sync_master_wait_no_slave": setup.wait_no_slave.name(),
        }}),
        experiment: json!({
            "workload": {"sessions": setup.clients, "ramp": RAMP},
            "faults": [{
                "kind": "stop_io_thread", "servers": "replicas",
                "at": format!("{STOPPED} ms"), "lasts": format!("{FOR} ms")
            }],
            "warm_up": "1 s",
            "duration": format!("{END} ms"),
        }),
    };
    let plan = machine::plan(&situation, sets)?;
    let mut recorder = Recorder::new(&plan, None);
    let mut simulation = Simulation::new(&plan, SEED, repetition, Span::millis(5));
    let mut off = None;
    // The harness's looks stand in no relation to the stop.
    let phase = repetition * 7 % EVERY;
    for now in (phase..=END).step_by(EVERY as usize) {
        simulation.run_until(Moment::after(Span::millis(now)), &mut recorder);
        let is_off = !simulation.world.server(ServerId(0)).semi_sync.on;
        if now > STOPPED && is_off && off.is_none() {
            off = Some((now - STOPPED) as f64);
        }
    }
    simulation.run_until(Moment::after(Span::millis(END)), &mut recorder);
    simulation.settle(&mut recorder);
    let outcome = recorder.finish(&simulation);
    let commits = outcome.window_acknowledged + outcome.latency_after.len();
    Ok(Predicted {
        off,
        throughput: commits as f64 / ((END - 1_000) as f64 / 1e3),
        busy: 100.0 * outcome.servers[0].cpu,
    })
}

fn metrics(
    file: &str,
    cell: &Cell<FallbackSetup, FallbackObserved>,
    predicted: &[Predicted],
) -> Vec<Comparison> {
    let setup = &cell.setup;
    let mut record = format!(
        "{}, {}, {} clients, timeout {} ms",
        setup.mode.name(),
        round_trips(setup.rtt_ms),
        setup.clients,
        setup.timeout_ms
    );
    if setup.wait_no_slave == Switch::Off {
        record += ", wait_no_slave=OFF";
    }
    let at = (file, record.as_str());
    let cores: Vec<f64> = predicted.iter().map(|run| run.busy).collect();
    let busy = Busy {
        measured: None,
        predicted: Some(median(&cores)),
    };
    let mut all = Vec::new();
    let off = cell.seen(&|seen| seen.status_off_ms);
    let said: Vec<f64> = predicted.iter().filter_map(|run| run.off).collect();
    if !off.is_empty() {
        all.push(Metric::TimeToOff.compare(at, busy, &off, &said));
    }
    let said: Vec<f64> = predicted.iter().map(|run| run.throughput).collect();
    let observed = cell.seen(&|seen| Some(seen.throughput_tps_whole_run));
    all.push(Metric::Throughput.compare(at, busy, &observed, &said));
    all
}
