//! The machine's costs, links and quantiles, scaled by what its calibration measured.

use super::super::records::{Calibration, Quantiles};
use super::{AN_FSYNC, CORES, PROXY_OVERHEAD, REFERENCE_INSERT, Situation, time};
use crate::plan::{self};
use crate::spec::Distribution;
use crate::spec::units::Duration;
use serde_json::{Map, Value, json};

/// How much slower than the reference this machine was.
pub(super) fn speed(calibration: &Calibration) -> f64 {
    let busiest = calibration
        .insert_no_replicas
        .iter()
        .filter(|insert| insert.sync_binlog == 0 && insert.innodb_flush_log_at_trx_commit == 0)
        .max_by_key(|insert| insert.clients);
    busiest.map_or(1.0, |insert| {
        CORES * insert.observed.cpu_pct.busy() / 100.0 / insert.observed.throughput_tps * 1e6
            / REFERENCE_INSERT
    })
}

pub(super) fn links(situation: &Situation, wake_up: f64) -> Value {
    let mut links = Map::new();
    for (replica, rtt) in ["r1", "r2"].into_iter().zip(situation.rtt.each()) {
        let echo = situation.calibration.and_then(|calibration| {
            let echoes = &calibration.proxy_echo_rtt_idle;
            echoes.iter().find(|echo| echo.rtt_ms == rtt)
        });
        // Both ends of an echo wake up; in the engine the IO thread and the ACK receiver do.
        let without = 2.0 * wake_up;
        let round_trip = match echo {
            Some(echo) => quantiles(&echo.rtt, without),
            None => {
                let overhead = PROXY_OVERHEAD[usize::from(rtt > 0.0)] - without;
                json!({"median": time(rtt * 1e3 + overhead), "p99": time(rtt * 1e3 + 1.8 * overhead)})
            }
        };
        links.insert(format!("m>{replica}"), json!({"rtt": round_trip}));
    }
    Value::Object(links)
}

pub(super) fn scaled_costs(costs: &Value, factor: f64) -> Value {
    let mut scaled = Map::new();
    for (step, cost) in costs.as_object().into_iter().flatten() {
        let times = |value: &Value| {
            distribution(value).map_or(value.clone(), |cost| {
                cost.scaled((factor * 1e6) as u64, 1_000_000).to_value()
            })
        };
        let cost = match cost.get("fixed") {
            None => times(cost),
            Some(fixed) => match cost.get("each") {
                None => json!({"fixed": times(fixed)}),
                Some(each) => json!({"fixed": times(fixed), "each": times(each)}),
            },
        };
        scaled.insert(step.clone(), cost);
    }
    Value::Object(scaled)
}

pub(super) fn distribution(value: &Value) -> Option<Distribution> {
    Distribution::read(value.get("fixed").unwrap_or(value)).ok()
}

/// The wake-up time (us) of a host that was idle for as long as an fsync takes.
pub(super) fn wake_up_after_fsync(base: &Value) -> f64 {
    let time = |value: &Value| value.as_str().and_then(|text| Duration::read(text).ok());
    let points = base["wake_up"].as_array().into_iter().flatten();
    let points = points.filter_map(|point| Some((time(&point[0])?.0, time(&point[1])?.0)));
    plan::Pace(points.collect()).after(AN_FSYNC) as f64 / 1e3
}

/// Quantiles as descriptions write them, each less `without` us, but never less than a quarter of it.
pub(super) fn quantiles(measured: &Quantiles, without: f64) -> Value {
    let knots = [
        (0.001, measured.min_us),
        (0.01, measured.p1_us),
        (0.05, measured.p5_us),
        (0.1, measured.p10_us),
        (0.25, measured.p25_us),
        (0.5, measured.p50_us),
        (0.75, measured.p75_us),
        (0.9, measured.p90_us),
        (0.95, measured.p95_us),
        (0.99, measured.p99_us),
        (0.999, measured.p99_9_us),
    ];
    let knots: Vec<Value> = knots
        .iter()
        .map(|(share, us)| json!([share, time((us - without).max(us / 4.0))]))
        .collect();
    json!({ "quantiles": knots })
}
