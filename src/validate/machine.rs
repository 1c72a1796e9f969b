//! The model of the measuring machine: its constants from the description, what varied from the calibration.

mod scaled;

use scaled::{distribution, links, quantiles, scaled_costs, speed, wake_up_after_fsync};

use super::records::{Calibration, Mode, RoundTrips};
use crate::plan::{self, Plan};
use crate::spec::{self, Error};
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

/// Microseconds as descriptions write them.
pub fn time(us: f64) -> String {
    format!("{} ns", (us * 1e3) as u64)
}
