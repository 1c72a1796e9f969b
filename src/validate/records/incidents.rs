//! Records of an outage, of who sees a row, of a fall-back under load, of the counters after each statement.

use super::calibration::{CpuShares, Quantiles};
use super::{Mode, RoundTrips};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

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
