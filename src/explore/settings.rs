//! The settings table: which guarantees hold under one crash and under two, for each choice of settings.

mod judge;

pub use judge::{bounds, judge, setup};

use super::check::Verdict;
use super::properties::Property;
use super::truth::Mode;

/// What happens when no replica acknowledges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoReplica {
    /// Semi-sync falls back after its time-out.
    FallsBack,
    /// The time-out is infinite: commits hang.
    Hangs,
    /// Writes are disabled until a replica has everything.
    Blocked,
    /// Writes are disabled until a replica returns, and asynchronous until it is near.
    Staged,
}

impl NoReplica {
    /// Every choice.
    pub const ALL: [NoReplica; 4] = [
        NoReplica::FallsBack,
        NoReplica::Hangs,
        NoReplica::Blocked,
        NoReplica::Staged,
    ];

    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            NoReplica::FallsBack => "falls back after 10 s",
            NoReplica::Hangs => "hangs for ever",
            NoReplica::Blocked => "disable_writes, blocked",
            NoReplica::Staged => "disable_writes, staged",
        }
    }
}

/// One choice of settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Choice {
    /// The mode.
    pub mode: Mode,
    /// `rpl_semi_sync_master_wait_for_slave_count`.
    pub count: u16,
    /// What happens without a replica; `None` under async.
    pub no_replica: Option<NoReplica>,
    /// `sync_binlog`: 1, or 0.
    pub sync_binlog: u32,
    /// `sync_relay_log`: 1, or 10000.
    pub sync_relay_log: u32,
    /// `relay_log_recovery`.
    pub relay_log_recovery: bool,
    /// The candidate by what it executed; else by what it received.
    pub by_executed: bool,
}

/// What holds of a choice: nothing acknowledged lost, nothing visible lost, no errant transaction.
pub type Holds = [Verdict; 3];

/// The guarantees of the table.
pub const GUARANTEES: [Property; 3] = [
    Property::NothingAcknowledgedIsLost,
    Property::NothingVisibleIsLost,
    Property::NoErrantTransaction,
];

/// Every choice that makes a difference.
pub fn choices() -> Vec<Choice> {
    let mut all = Vec::new();
    for mode in Mode::ALL {
        let waits = mode != Mode::Async;
        let counts: &[u16] = if waits { &[1, 2] } else { &[1] };
        let policies: Vec<Option<NoReplica>> = match waits {
            true => NoReplica::ALL.into_iter().map(Some).collect(),
            false => vec![None],
        };
        for &count in counts {
            for &no_replica in &policies {
                for bits in 0..16u32 {
                    all.push(Choice {
                        mode,
                        count,
                        no_replica,
                        sync_binlog: 1 - (bits & 1),
                        sync_relay_log: if bits & 2 == 0 { 1 } else { 10_000 },
                        relay_log_recovery: bits & 4 != 0,
                        by_executed: bits & 8 != 0,
                    });
                }
            }
        }
    }
    all
}
