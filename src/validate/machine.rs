//! The model of the measuring machine: its constants from the description, what varied from the calibration.

use super::records::{Calibration, Mode, Quantiles, RoundTrips};
use crate::plan::{self, Plan};
use crate::spec::units::Duration;
use crate::spec::{self, Distribution, Error};
use serde_json::{Map, Value, json};

/// Time on a core of one INSERT that nobody syncs, client and kernel included, at which the costs of
/// `hardware/measured-machine` hold, us. Origin: median over the calibrations of `grid.json`, `insert_no_replicas`
/// with (0, 0) and 16 clients: 2 cores times busy over throughput.
const REFERENCE_INSERT: f64 = 56.0;
/// Cores of the measuring machine (experiments/measured/README.md).
const CORES: f64 = 2.0;
/// What a round trip through the proxy takes beyond its delay, where it was not calibrated, us: without and with a
/// delay. Origin: experiments/measured/README.md, `proxy_echo_rtt_idle`.
const PROXY_OVERHEAD: [f64; 2] = [160.0, 420.0];

/// Share of `costs.proxy` that a packet costs where the proxy adds no delay: then one thread passes it on, not two and
/// a timer. Origin: `cpu_seconds.proxy` per chunk of `grid.json`, 16 and 64 clients, semi-sync: 8 us at 0 ms, 24 us at
/// 1 ms.
const UNDELAYED_PROXY: f64 = 0.33;

/// A write of the redo log past the page cache, as a share of an overwrite that is synced. Origin: medians of 2000
/// writes of 512 bytes with O_DIRECT on the measuring machine, 40 us without and 92 us with fdatasync.
const DIRECT_WRITE: f64 = 0.43;
/// How long a calibrated sync leaves the cores idle, ns. Origin: median of the calibrations of `grid.json`.
const AN_FSYNC: u64 = 150_000;

/// What a scenario says of the cluster.
#[derive(Clone, Debug)]
pub struct Situation<'a> {
    pub mode: Mode,
    pub rtt: RoundTrips,
    pub calibration: Option<&'a Calibration>,
    /// More of the model: variables, servers, manager.
    pub model: Value,
    /// The experiment: workload, faults, durations.
    pub experiment: Value,
}

/// The plan of a scenario on the machine as it was calibrated, with `--set` values on top.
pub fn plan(situation: &Situation, sets: &[(String, String)]) -> Result<Plan, Error> {
    let base =
        json!({"model": ["clusters/measured", "hardware/measured-machine", "policies/no-manager"]});
    let base = spec::load_text(
        "validate",
        "hardware/measured-machine",
        &base.to_string(),
        &[],
    )?;
    let mut document = Map::new();
    let machine = of_calibration(situation, &base.merged);
    document.insert(
        "model".into(),
        json!([
            "clusters/measured",
            "hardware/measured-machine",
            "policies/no-manager",
            machine,
            situation.model
        ]),
    );
    if let Value::Object(experiment) = &situation.experiment {
        document.extend(experiment.clone());
    }
    let text = Value::Object(document).to_string();
    let loaded = spec::load_text("validate", "the scenario of a record", &text, sets)?;
    let cases = plan::cases(&loaded)?;
    plan::compile(&cases[0])
}

/// What the calibration says of disk, cores and network.
fn of_calibration(situation: &Situation, base: &Value) -> Value {
    let mut part = json!({"mode": situation.mode.name()});
    let wake_up = wake_up_after_fsync(base);
    part["links"] = links(situation, wake_up);
    let speed = situation.calibration.map_or(1.0, speed);
    part["costs"] = scaled_costs(&base["costs"], speed);
    if situation.rtt.each() == [0.0, 0.0] {
        let proxy = json!({"proxy": base["costs"]["proxy"]});
        part["costs"]["proxy"] = scaled_costs(&proxy, speed * UNDELAYED_PROXY)["proxy"].clone();
    }
    let fsync = json!({"write": base["costs"]["fsync"]});
    part["costs"]["write"] = scaled_costs(&fsync, speed * DIRECT_WRITE)["write"].clone();
    let Some(calibration) = situation.calibration else {
        return part;
    };
    // The calibrated sync is a system call of one thread: its part on a core and the wake-up after it are the
    // engine's, the rest is the device's.
    let on_core =
        distribution(&base["costs"]["fsync"]).map_or(0.0, |cost| cost.median() as f64 / 1e3);
    let journal =
        distribution(&base["costs"]["journal"]).map_or(0.0, |cost| cost.median() as f64 / 1e3);
    let without = on_core * speed + wake_up;
    let with_journal = without + 2.0 * (journal * speed + wake_up);
    part["disk"] = json!({
        "fsync": quantiles(&calibration.append, with_journal),
        "overwrite": quantiles(&calibration.overwrite, without),
        "write": quantiles(&calibration.overwrite.scaled(DIRECT_WRITE), without * DIRECT_WRITE),
    });
    part
}

/// How much slower than the reference this machine was.
fn speed(calibration: &Calibration) -> f64 {
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

fn links(situation: &Situation, wake_up: f64) -> Value {
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

fn scaled_costs(costs: &Value, factor: f64) -> Value {
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

fn distribution(value: &Value) -> Option<Distribution> {
    Distribution::read(value.get("fixed").unwrap_or(value)).ok()
}

/// The wake-up time (us) of a host that was idle for as long as an fsync takes.
fn wake_up_after_fsync(base: &Value) -> f64 {
    let time = |value: &Value| value.as_str().and_then(|text| Duration::read(text).ok());
    let points = base["wake_up"].as_array().into_iter().flatten();
    let points = points.filter_map(|point| Some((time(&point[0])?.0, time(&point[1])?.0)));
    plan::Pace(points.collect()).after(AN_FSYNC) as f64 / 1e3
}

/// Quantiles as descriptions write them, each less `without` us, but never less than a quarter of it.
fn quantiles(measured: &Quantiles, without: f64) -> Value {
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

/// Microseconds as descriptions write them.
pub fn time(us: f64) -> String {
    format!("{} ns", (us * 1e3) as u64)
}
