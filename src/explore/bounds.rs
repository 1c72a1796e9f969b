//! How far the search goes: so many transactions, faults and decisions.

use crate::protocol::effect::Crash;
use crate::protocol::ids::ServerId;
use crate::protocol::partition::End;
use serde::Serialize;

/// What may happen, and how often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Sessions that submit.
    pub sessions: u16,
    /// Transactions that they submit together.
    pub transactions: u8,
    /// Crashes.
    pub crashes: u8,
    /// How servers crash.
    pub kinds: Vec<Crash>,
    /// Servers that crash together: one, or all of a host or a site.
    pub victims: Vec<Vec<ServerId>>,
    /// Restarts of crashed servers.
    pub restarts: u8,
    /// Semi-sync waits that time out.
    pub time_outs: u8,
    /// Decisions of the manager that the master is dead.
    pub failovers: u8,
    /// Cuts of the network; each begins once and may end.
    pub partitions: Vec<Vec<(End, End)>>,
    /// Stop after so many states.
    pub most_states: usize,
    /// What is run at once.
    pub reduction: Reduction,
    /// Keep the counters in the state and check that they add up.
    pub counters: bool,
}

/// Which steps are no events of their own (see the room's documentation).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reduction {
    /// Invisible local steps are run to quiescence.
    Local,
    /// Every step is an event.
    None,
}

/// The bounds in words and numbers, as the document has them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BoundsSaid {
    /// Servers of the cluster.
    pub servers: usize,
    /// See `Bounds`.
    pub sessions: u16,
    /// See `Bounds`.
    pub transactions: u8,
    /// See `Bounds`.
    pub crashes: u8,
    /// Crash kinds by name.
    pub kinds: Vec<&'static str>,
    /// Servers that crash together, by name.
    pub victims: Vec<String>,
    /// See `Bounds`.
    pub restarts: u8,
    /// See `Bounds`.
    pub time_outs: u8,
    /// See `Bounds`.
    pub failovers: u8,
    /// Number of cuts.
    pub partitions: usize,
    /// See `Bounds`.
    pub most_states: usize,
}

impl Bounds {
    /// As people read them; servers by these names.
    pub fn said(&self, names: &[String]) -> BoundsSaid {
        let group = |group: &Vec<ServerId>| {
            let names = group.iter().map(|id| names[usize::from(id.0)].as_str());
            names.collect::<Vec<_>>().join("+")
        };
        BoundsSaid {
            servers: names.len(),
            sessions: self.sessions,
            transactions: self.transactions,
            crashes: self.crashes,
            kinds: self.kinds.iter().map(|&kind| kind.name()).collect(),
            victims: self.victims.iter().map(group).collect(),
            restarts: self.restarts,
            time_outs: self.time_outs,
            failovers: self.failovers,
            partitions: self.partitions.len(),
            most_states: self.most_states,
        }
    }
}
