//! What a machine was measured to do before its records were made: calibration.json.

use super::super::file::Cell;
use super::{LoadObserved, LoadSetup, Mode, RoundTrips};
use schemars::JsonSchema;
use serde::Deserialize;

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
