//! Records of measurements: set-up and calibration on one side, what was observed on the other.

use super::file::Cell;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

/// What a machine could do.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
pub struct Calibration {
    /// Append 512 bytes and sync, as a binlog does.
    #[serde(rename = "append_512B_fdatasync")]
    pub append: Quantiles,
    /// Overwrite 512 bytes and sync, as a redo log does.
    #[serde(rename = "overwrite_512B_fdatasync")]
    pub overwrite: Quantiles,
    /// The load without replicas.
    pub insert_no_replicas: Vec<Insert>,
    /// Round trips of one byte through the proxy on the idle machine.
    #[serde(default)]
    pub proxy_echo_rtt_idle: Vec<Echo>,
}

/// The load without replicas.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
pub struct Insert {
    pub sync_binlog: u32,
    pub innodb_flush_log_at_trx_commit: u32,
    pub clients: u16,
    #[serde(flatten)]
    pub observed: LoadObserved,
}

/// Round trips at one delay of the proxy.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
pub struct Echo {
    pub rtt_ms: f64,
    pub rtt: Quantiles,
}

/// Quantiles of a time, microseconds.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
pub struct Quantiles {
    pub min_us: f64,
    pub p1_us: f64,
    pub p5_us: f64,
    pub p10_us: f64,
    pub p25_us: f64,
    pub p50_us: f64,
    pub p75_us: f64,
    pub p90_us: f64,
    pub p95_us: f64,
    pub p99_us: f64,
    pub p99_9_us: f64,
    pub max_us: f64,
    pub mean_us: f64,
}

impl Quantiles {
    /// All of them times a factor.
    pub fn scaled(&self, factor: f64) -> Quantiles {
        Quantiles {
            min_us: self.min_us * factor,
            p1_us: self.p1_us * factor,
            p5_us: self.p5_us * factor,
            p10_us: self.p10_us * factor,
            p25_us: self.p25_us * factor,
            p50_us: self.p50_us * factor,
            p75_us: self.p75_us * factor,
            p90_us: self.p90_us * factor,
            p95_us: self.p95_us * factor,
            p99_us: self.p99_us * factor,
            p99_9_us: self.p99_9_us * factor,
            max_us: self.max_us * factor,
            mean_us: self.mean_us * factor,
        }
    }
}

/// Shares of the cores' time, percent.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
pub struct CpuShares {
    pub idle: f64,
    pub iowait: f64,
}

impl Calibration {
    /// The load without replicas as records of their own, so that the machine's model can be compared with its inputs.
    pub fn cells(&self, index: usize) -> Vec<Cell<LoadSetup, LoadObserved>> {
        let cell = |insert: &Insert| Cell {
            setup: LoadSetup {
                mode: Mode::Async,
                rtt_ms: RoundTrips::Both(0.0),
                clients: insert.clients,
                replicas_connected: 0,
                rows_per_txn: 1,
                rate_tps: 0.0,
                sync_binlog: insert.sync_binlog,
                innodb_flush_log_at_trx_commit: insert.innodb_flush_log_at_trx_commit,
                fast_replica_io_stopped: false,
            },
            repetitions: vec![(Some(index), insert.observed.clone())],
        };
        self.insert_no_replicas.iter().map(cell).collect()
    }
}

impl CpuShares {
    /// What was neither idle nor waiting for a disk, percent.
    pub fn busy(self) -> f64 {
        100.0 - self.idle - self.iowait
    }
}

/// One round trip for both replicas, or one each, ms.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum RoundTrips {
    Both(f64),
    Each([f64; 2]),
}

impl RoundTrips {
    /// Those of `r1` and `r2`, ms.
    pub fn each(self) -> [f64; 2] {
        match self {
            RoundTrips::Both(rtt) => [rtt, rtt],
            RoundTrips::Each(rtts) => rtts,
        }
    }
}

/// The mode as the files write it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum Mode {
    #[serde(rename = "async")]
    Async,
    #[serde(rename = "AFTER_COMMIT")]
    AfterCommit,
    #[serde(rename = "AFTER_SYNC")]
    AfterSync,
}

impl Mode {
    /// As descriptions write it.
    pub fn name(self) -> &'static str {
        match self {
            Mode::Async => "async",
            Mode::AfterCommit => "after_commit",
            Mode::AfterSync => "after_sync",
        }
    }
}

/// Set-up of a load.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
pub struct LoadSetup {
    pub mode: Mode,
    pub rtt_ms: RoundTrips,
    pub clients: u16,
    /// Replicas, of two.
    #[serde(default = "two")]
    pub replicas_connected: u16,
    #[serde(default = "one")]
    pub rows_per_txn: u32,
    #[serde(default)]
    pub rate_tps: f64,
    #[serde(default = "one")]
    pub sync_binlog: u32,
    #[serde(default = "one")]
    pub innodb_flush_log_at_trx_commit: u32,
    /// The IO thread of `r1` was stopped before the run.
    #[serde(default)]
    pub fast_replica_io_stopped: bool,
}

fn one() -> u32 {
    1
}

fn two() -> u16 {
    2
}

/// What a load showed.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
pub struct LoadObserved {
    pub throughput_tps: f64,
    pub latency: Quantiles,
    pub mean_group_size: Option<f64>,
    pub cpu_pct: CpuShares,
}

/// How the master dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Death {
    /// kill -9.
    ProcessKill,
    /// Its network is cut, then kill -9: `cut_and_kill` in the model.
    SiteLoss,
}

/// Set-up of a crash.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
pub struct CrashSetup {
    pub mode: Mode,
    pub fault: Death,
    pub rtt_ms: RoundTrips,
    pub clients: u16,
}

/// What a crash lost.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
pub struct CrashObserved {
    pub lost_acked: f64,
    pub seen_then_lost: f64,
    pub errant: f64,
}

/// Set-up of an outage of `r1`.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
pub struct OutageSetup {
    pub mode: Mode,
    pub rtt_ms: RoundTrips,
    pub clients: u16,
    pub rate_tps: f64,
    /// `sync_binlog` and `innodb_flush_log_at_trx_commit` of the replicas.
    pub replica_durability_sync_binlog_flush: [u32; 2],
}

/// What an outage showed.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
pub struct OutageObserved {
    pub achieved_tps: f64,
    pub latency: Quantiles,
    pub cpu_pct: CpuShares,
    pub caught_up_after_start_slave_ms: Option<f64>,
    pub r1_apply_rate_during_catch_up_tps: Option<f64>,
    pub r2_apply_rate_while_r1_down_tps: Option<f64>,
}

/// Set-up of a look at visibility.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
pub struct VisibilitySetup {
    pub mode: Mode,
    pub rtt_ms: RoundTrips,
    #[serde(default)]
    pub first_sample_is_warmup: bool,
}

/// What others saw, row by row.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
pub struct VisibilityObserved {
    pub samples: Vec<Sighting>,
}

/// When one row was seen, us since its INSERT was sent; absent: not within two seconds.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
pub struct Sighting {
    pub visible_on_master_us: Option<f64>,
    pub visible_on_replicas_us: Vec<Option<f64>>,
}

/// ON or OFF.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum Switch {
    #[serde(rename = "ON")]
    On,
    #[serde(rename = "OFF")]
    Off,
}

impl Switch {
    /// As variables are set.
    pub fn name(self) -> &'static str {
        match self {
            Switch::On => "ON",
            Switch::Off => "OFF",
        }
    }
}

/// Set-up of a fall-back under load.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
pub struct FallbackSetup {
    pub mode: Mode,
    pub rtt_ms: RoundTrips,
    pub clients: u16,
    pub timeout_ms: u64,
    pub wait_no_slave: Switch,
}

/// What a fall-back showed.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
pub struct FallbackObserved {
    pub status_off_ms: Option<f64>,
    pub throughput_tps_whole_run: f64,
}

/// Set-up of a session statement by statement.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
pub struct StepsSetup {
    pub mode: Mode,
    pub rtt_ms: RoundTrips,
    pub semi_sync_replicas: u16,
    pub timeout_ms: u64,
    pub wait_no_slave: Switch,
}

/// Counters after each step.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
pub struct StepsObserved {
    pub steps: Vec<StepObserved>,
}

/// Counters after one step.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
pub struct StepObserved {
    pub step: String,
    pub counters: serde_json::Map<String, Value>,
}
