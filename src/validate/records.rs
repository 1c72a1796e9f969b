//! Records of measurements: set-up and calibration on one side, what was observed on the other.

mod calibration;
mod incidents;

pub use calibration::{Calibration, CpuShares, Echo, Insert, Quantiles};
pub use incidents::{
    FallbackObserved, FallbackSetup, OutageObserved, OutageSetup, Sighting, StepObserved,
    StepsObserved, StepsSetup, Switch, VisibilityObserved, VisibilitySetup,
};

use schemars::JsonSchema;
use serde::Deserialize;

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
