//! Load on a healthy cluster: throughput, latency, group size.

use super::comparison::{self, Comparison};
use super::file::{Cell, MeasuredFile};
use super::machine::{self, Situation};
use super::records::{Calibration, LoadObserved, LoadSetup, Mode, RoundTrips};
use super::tolerance::{Busy, Metric, mean, median};
use crate::measure::outcome::RunOutcome;
use crate::run;
use crate::spec::Error;
use serde_json::json;

/// The driver lets all its clients go at once (its `load.rs`); at 20 ms they stay in step.
pub const RAMP: &str = "0.1 ms";
/// Seed of all predictions.
pub const SEED: u64 = 1;

/// Every metric of every cell.
pub fn compare(
    file: &MeasuredFile,
    cells: &[Cell<LoadSetup, LoadObserved>],
    sets: &[(String, String)],
    progress: &(dyn Fn() + Sync),
) -> Result<Vec<Comparison>, Error> {
    let predict = |setup: &_, calibration: Option<&_>, repetition| {
        predict(setup, calibration, repetition, sets)
    };
    comparison::of_cells(file, cells, predict, metrics, progress)
}

/// One simulated repetition.
fn predict(
    setup: &LoadSetup,
    calibration: Option<&Calibration>,
    repetition: u64,
    sets: &[(String, String)],
) -> Result<RunOutcome, Error> {
    let mut workload = json!({"sessions": setup.clients});
    if setup.rate_tps == 0.0 {
        workload["ramp"] = json!(RAMP);
    }
    if setup.rows_per_txn > 1 {
        workload["transaction"] = json!({"statements": setup.rows_per_txn});
    }
    if setup.rate_tps > 0.0 {
        workload["arrivals"] = json!({"rate": format!("{} /s", setup.rate_tps), "spacing": "fixed", "queue": "per_session"});
    }
    let mut model = json!({"variables": {
        "sync_binlog": setup.sync_binlog,
        "innodb_flush_log_at_trx_commit": setup.innodb_flush_log_at_trx_commit,
    }});
    let without: &[&str] = match (setup.replicas_connected, setup.fast_replica_io_stopped) {
        (0, _) => &["r1", "r2"],
        (1, _) | (_, true) => &["r1"],
        _ => &[],
    };
    for replica in without {
        model["servers"][replica] = json!({"replicates_from": null});
        model["master"] = json!("m");
    }
    let situation = Situation {
        mode: setup.mode,
        rtt: setup.rtt_ms,
        calibration,
        model,
        experiment: json!({"workload": workload, "warm_up": "1 s", "duration": "5 s", "runs": 1}),
    };
    let plan = machine::plan(&situation, sets)?;
    Ok(run::run_one(&plan, SEED, repetition))
}

fn metrics(
    file: &str,
    cell: &Cell<LoadSetup, LoadObserved>,
    predicted: &[RunOutcome],
) -> Vec<Comparison> {
    let record = name(&cell.setup);
    let seen = |pick: fn(&LoadObserved) -> f64| cell.seen(&|seen| Some(pick(seen)));
    let said =
        |pick: &dyn Fn(&RunOutcome) -> f64| -> Vec<f64> { predicted.iter().map(pick).collect() };
    let busy = Busy {
        measured: Some(mean(&seen(|seen| seen.cpu_pct.busy()))),
        predicted: Some(median(&said(&|run| 100.0 * run.servers[0].cpu))),
    };
    let quantile = |share: f64| said(&|run| run.latency.value_at_quantile(share) as f64 / 1e6);
    let at = (file, record.as_str());
    let mut all = vec![
        Metric::Throughput.compare(
            at,
            busy,
            &seen(|seen| seen.throughput_tps),
            &said(&|run| run.window_acknowledged as f64 / (run.window.0 as f64 / 1e9)),
        ),
        Metric::MeanLatency.compare(
            at,
            busy,
            &seen(|seen| seen.latency.mean_us / 1e3),
            &said(&|run| run.latency.mean() / 1e6),
        ),
        Metric::P99Latency.compare(
            at,
            busy,
            &seen(|seen| seen.latency.p99_us / 1e3),
            &quantile(0.99),
        ),
    ];
    // Commits that were read just before or just after the others' wait two round trips or one.
    let bimodal = cell.setup.mode == Mode::AfterSync
        && cell.repetitions.iter().any(|(_, seen)| is_bimodal(seen));
    if !bimodal {
        let observed = seen(|seen| seen.latency.p50_us / 1e3);
        all.push(Metric::MedianLatency.compare(at, busy, &observed, &quantile(0.5)));
    }
    let groups = cell.seen(&|seen| seen.mean_group_size);
    if !groups.is_empty() {
        let said = said(&|run| run.grouped_transactions as f64 / run.groups.max(1) as f64);
        all.push(Metric::GroupSize.compare(at, busy, &groups, &said));
    }
    all
}

/// Half of the commits lie in two clusters that are far apart, so that the median is either of them.
fn is_bimodal(seen: &LoadObserved) -> bool {
    seen.latency.p75_us > 1.5 * seen.latency.p25_us
}

/// What the cell's runs have in common, in words.
fn name(setup: &LoadSetup) -> String {
    let rtt = round_trips(setup.rtt_ms);
    let mut name = format!("{}, {rtt}, {} clients", setup.mode.name(), setup.clients);
    if setup.replicas_connected != 2 {
        name += &format!(", {} replicas", setup.replicas_connected);
    }
    if setup.rows_per_txn > 1 {
        name += &format!(", {} rows", setup.rows_per_txn);
    }
    if setup.rate_tps > 0.0 {
        name += &format!(", {} /s", setup.rate_tps);
    }
    let durability = (setup.sync_binlog, setup.innodb_flush_log_at_trx_commit);
    if durability != (1, 1) {
        name += &format!(", sync_binlog={} flush={}", durability.0, durability.1);
    }
    if setup.fast_replica_io_stopped {
        name += ", r1 stopped";
    }
    name
}

/// Round trips in words.
pub fn round_trips(rtt: RoundTrips) -> String {
    match rtt {
        RoundTrips::Both(rtt) => format!("{rtt} ms"),
        RoundTrips::Each([r1, r2]) => format!("{r1} and {r2} ms"),
    }
}
