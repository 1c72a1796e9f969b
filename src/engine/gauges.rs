//! What an observer may read off machines, network and clients when it takes a sample.

use super::cores::Machines;
use super::moment::Moment;
use super::network::Network;
use super::slots::{Layout, Slot};
use crate::protocol::effect::{LaneId, Worker};
use crate::protocol::ids::ServerId;

/// Readings at one moment: times since the start of the run, in ns, that only grow.
#[derive(Clone, Copy)]
pub struct Gauges<'a> {
    pub(super) now: Moment,
    /// Transactions that have arrived for a session (open loop).
    pub arrived: u64,
    /// Those that have arrived and wait for a session (open loop).
    pub waiting: u64,
    pub(super) layout: &'a Layout,
    pub(super) machines: &'a Machines,
    pub(super) network: &'a Network,
}

impl Gauges<'_> {
    /// What the cores of this host have worked, added up over them.
    pub fn cores(&self, host: usize) -> u64 {
        self.machines.busy(host, self.now)
    }

    /// What the disk of this host has served, added up over the fsyncs that it serves at once.
    pub fn disk(&self, host: usize) -> u64 {
        self.machines.hosts[host].disk.served(self.now)
    }

    /// How long a server's IO thread has been at work, in line for a core, or waiting for its own fsync.
    pub fn io_thread(&self, server: ServerId) -> u64 {
        self.thread(Worker::Io(server)) + self.machines.relay_synced(server, self.now)
    }

    /// How long a thread has been at work or in line for a core.
    pub fn thread(&self, worker: Worker) -> u64 {
        let slot = self.layout.index(Slot::Work(worker));
        self.machines.spent(slot, self.now)
    }

    /// How long packets have been leaving into this direction of a link; nothing where the bit rate is unlimited.
    pub fn link(&self, lane: LaneId) -> u64 {
        self.network.busy(lane)
    }
}
