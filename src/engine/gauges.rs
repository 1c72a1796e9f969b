//! What an observer may read off the machines and the clients when it takes a sample.

use super::cores::Machines;
use super::moment::Moment;

/// Readings at one moment.
#[derive(Clone, Copy)]
pub struct Gauges<'a> {
    now: Moment,
    /// Transactions that have arrived and wait for a session (open loop).
    pub waiting: u64,
    machines: &'a Machines,
}

impl<'a> Gauges<'a> {
    pub(super) fn new(now: Moment, waiting: u64, machines: &'a Machines) -> Gauges<'a> {
        Gauges {
            now,
            waiting,
            machines,
        }
    }

    /// Time that the cores of this host have worked so far, ns.
    pub fn cores(&self, host: usize) -> u64 {
        self.machines.busy(host, self.now)
    }
}
