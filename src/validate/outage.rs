//! A replica is killed, returns and catches up, under a load of a fixed rate.

use super::comparison::{self, Comparison};
use super::file::{Cell, MeasuredFile};
use super::load::{SEED, round_trips};
use super::machine::{self, Situation};
use super::records::{Calibration, OutageObserved, OutageSetup};
use super::tolerance::{Busy, Metric, mean};
use crate::engine::{Moment, Simulation};
use crate::measure::recorder::Recorder;
use crate::protocol::ids::{ServerId, Span};
use crate::spec::Error;
use hdrhistogram::Histogram;
use serde_json::json;

/// When `r1` is killed, ms from the load's start; it is started again `DOWN` later, and the load ends `AFTER` that.
const KILLED: u64 = 3_000;
/// See `KILLED`.
const DOWN: u64 = 10_000;
/// See `KILLED`.
const AFTER: u64 = 15_000;
/// From its start until START SLAVE is done, ms: what a start of the server without load takes.
const START: u64 = 190;
/// How often the harness looks at the positions, ms.
const EVERY: u64 = 100;
/// The rate is taken from so long after START SLAVE on, ms.
const SETTLED: u64 = 500;

/// What an outage is predicted to show.
struct Predicted {
    throughput: f64,
    latency: Histogram<u64>,
    catch_up_ms: Option<f64>,
    rates: [Option<f64>; 2],
}

/// Every metric of every cell.
pub fn compare(
    file: &MeasuredFile,
    cells: &[Cell<OutageSetup, OutageObserved>],
    sets: &[(String, String)],
    progress: &(dyn Fn() + Sync),
) -> Result<Vec<Comparison>, Error> {
    let predict = |setup: &_, calibration: Option<&_>, repetition| {
        predict(setup, calibration, repetition, sets)
    };
    comparison::of_cells(file, cells, predict, metrics, progress)
}

fn predict(
    setup: &OutageSetup,
    calibration: Option<&Calibration>,
    repetition: u64,
    sets: &[(String, String)],
) -> Result<Predicted, Error> {
    let [sync_binlog, flush] = setup.replica_durability_sync_binlog_flush;
    let replica =
        json!({"variables": {"sync_binlog": sync_binlog, "innodb_flush_log_at_trx_commit": flush}});
    let situation = Situation {
        mode: setup.mode,
        rtt: setup.rtt_ms,
        calibration,
        model: json!({"servers": {"r1": replica, "r2": replica}, "restart": format!("{START} ms")}),
        experiment: json!({
            "workload": {
                "sessions": setup.clients,
                "arrivals": {"rate": format!("{} /s", setup.rate_tps), "spacing": "fixed",
                    "queue": "per_session"}
            },
            "faults": [{
                "kind": "process_kill", "server": "r1", "at": format!("{KILLED} ms"),
                "returns": {"after": format!("{DOWN} ms")}
            }],
            "warm_up": "1 s",
            "duration": format!("{} ms", KILLED + DOWN + AFTER),
        }),
    };
    let plan = machine::plan(&situation, sets)?;
    let mut recorder = Recorder::new(&plan, None);
    let mut simulation = Simulation::new(&plan, SEED, repetition, Span::millis(5));
    // applied: master, r1, r2
    let mut curve: Vec<(u64, [u64; 3])> = Vec::new();
    for now in (0..=KILLED + DOWN + AFTER).step_by(EVERY as usize) {
        simulation.run_until(Moment::after(Span::millis(now)), &mut recorder);
        let of = |id: u8| simulation.world.server(ServerId(id)).history.end();
        curve.push((now, [of(0), of(1), of(2)]));
    }
    simulation.settle(&mut recorder);
    let outcome = recorder.finish(&simulation);
    let mut latency = outcome.latency;
    // both have the same bounds
    let _ = latency.add(&outcome.latency_after);
    let started = KILLED + DOWN + START;
    let tolerance = (setup.rate_tps * 0.02).max(10.0) as u64;
    let caught_up = curve
        .iter()
        .find(|(now, [master, r1, _])| *now >= started && master.saturating_sub(*r1) <= tolerance);
    let slope = |from: u64, to: u64, server: usize| {
        let within = |point: &&(u64, [u64; 3])| (from..=to).contains(&point.0);
        let first = curve.iter().find(within)?;
        let last = curve.iter().rev().find(within)?;
        (last.0 > first.0)
            .then(|| (last.1[server] - first.1[server]) as f64 / (last.0 - first.0) as f64 * 1e3)
    };
    let end = caught_up.map_or(u64::MAX, |point| point.0);
    Ok(Predicted {
        throughput: latency.len() as f64 / ((KILLED + DOWN + AFTER - 1_000) as f64 / 1e3),
        latency,
        catch_up_ms: caught_up.map(|point| (point.0 - started) as f64),
        rates: [
            slope(started + SETTLED, end, 1),
            slope(KILLED + 1_000, KILLED + 9_000, 2),
        ],
    })
}

fn metrics(
    file: &str,
    cell: &Cell<OutageSetup, OutageObserved>,
    predicted: &[Predicted],
) -> Vec<Comparison> {
    let setup = &cell.setup;
    let mut record = format!(
        "{}, {}, {} /s",
        setup.mode.name(),
        round_trips(setup.rtt_ms),
        setup.rate_tps
    );
    let [sync_binlog, flush] = setup.replica_durability_sync_binlog_flush;
    if [sync_binlog, flush] != [1, 1] {
        record += &format!(", replicas sync_binlog={sync_binlog} flush={flush}");
    }
    let at = (file, record.as_str());
    type Seen<'a> = &'a dyn Fn(&OutageObserved) -> Option<f64>;
    type Said<'a> = &'a dyn Fn(&Predicted) -> Option<f64>;
    let busy = Busy {
        measured: Some(mean(&cell.seen(&|seen| Some(seen.cpu_pct.busy())))),
        predicted: None,
    };
    let quantile =
        |run: &Predicted, share: f64| Some(run.latency.value_at_quantile(share) as f64 / 1e6);
    // Not caught up when the load ended: no earlier than then.
    let never = (AFTER - START) as f64;
    let metrics: [(Metric, Seen, Said); 7] = [
        (
            Metric::Throughput,
            &|seen| Some(seen.achieved_tps),
            &|run| Some(run.throughput),
        ),
        (
            Metric::MeanLatency,
            &|seen| Some(seen.latency.mean_us / 1e3),
            &|run| Some(run.latency.mean() / 1e6),
        ),
        (
            Metric::MedianLatency,
            &|seen| Some(seen.latency.p50_us / 1e3),
            &|run| quantile(run, 0.5),
        ),
        (
            Metric::P99Latency,
            &|seen| Some(seen.latency.p99_us / 1e3),
            &|run| quantile(run, 0.99),
        ),
        (
            Metric::CatchUp,
            &|seen| seen.caught_up_after_start_slave_ms,
            &|run| Some(run.catch_up_ms.unwrap_or(never)),
        ),
        (
            Metric::ApplyRate,
            &|seen| seen.r1_apply_rate_during_catch_up_tps,
            &|run| run.rates[0],
        ),
        (
            Metric::ApplyRateOfOther,
            &|seen| seen.r2_apply_rate_while_r1_down_tps,
            &|run| run.rates[1],
        ),
    ];
    metrics
        .into_iter()
        .filter_map(|(metric, pick, said)| {
            let observed = cell.seen(pick);
            let predicted: Vec<f64> = predicted.iter().filter_map(said).collect();
            (!observed.is_empty()).then(|| metric.compare(at, busy, &observed, &predicted))
        })
        .collect()
}
