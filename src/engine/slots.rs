//! The agenda's slots: one per thing that can have one pending moment. Ties at the same instant go to the lower slot.
//!
//! The order is who is concerned: faults, the manager, servers in the plan's order, hosts, sessions, readers,
//! more workers, arrivals, the sampler.

use crate::protocol::commit::Committer;
use crate::protocol::crash::Noticed;
use crate::protocol::effect::{Direction, File, LaneId, Timer, Worker};
use crate::protocol::ids::{ServerId, SessionId};

/// Moments of one fault: it begins, it ends, its servers return.
pub const PER_FAULT: usize = 3;
const PER_MANAGER: usize = 5;
const PER_SERVER: usize = 25;
const PER_SESSION: usize = 4;
const PER_WORKER: usize = 2;

/// What a slot stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// Fault and moment (0 begins, 1 ends, 2 servers return).
    Fault(usize, usize),
    /// A timer of the core.
    Timer(Timer),
    /// The operating system's write-back pass.
    Writeback(ServerId),
    /// An fsync ends.
    Fsync(ServerId, File),
    /// A host's journal moves on.
    Journal(usize),
    /// A piece of work ends.
    Work(Worker),
    /// The first packet in a socket buffer leaves.
    Depart(LaneId),
    /// The first packet on the wire arrives.
    Arrive(LaneId),
    /// TCP gives a connection up: what is stuck in this direction gets no acknowledgement.
    GivesUp(LaneId),
    /// A client's request or answer arrives, or the client becomes active.
    Client(SessionId),
    /// A client gives up waiting.
    ClientTimeout(SessionId),
    /// A transaction arrives at a queue of the open loop.
    Arrival(usize),
    /// A reader's query is executed or its answer arrives.
    Reader(u16),
    /// Time to sample levels.
    Sample,
}

/// Where each slot stands.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    faults: usize,
    servers: usize,
    hosts: usize,
    sessions: usize,
    readers: usize,
    /// Workers of each server's SQL thread beyond the first.
    more_workers: usize,
    pools: usize,
}

impl Layout {
    /// A layout for so many of each.
    pub fn new(
        faults: usize,
        servers: usize,
        hosts: usize,
        sessions: usize,
        readers: usize,
        workers: usize,
        pools: usize,
    ) -> Layout {
        Layout {
            faults,
            servers,
            hosts,
            sessions,
            readers,
            more_workers: workers.max(1) - 1,
            pools,
        }
    }

    /// Number of slots.
    pub fn slots(&self) -> usize {
        self.pool_base() + self.pools + 1
    }

    fn manager_base(&self) -> usize {
        self.faults * PER_FAULT
    }

    fn server_base(&self) -> usize {
        self.manager_base() + PER_MANAGER
    }

    fn host_base(&self) -> usize {
        self.server_base() + self.servers * PER_SERVER
    }

    fn session_base(&self) -> usize {
        self.host_base() + self.hosts
    }

    fn reader_base(&self) -> usize {
        self.session_base() + self.sessions * PER_SESSION
    }

    fn worker_base(&self) -> usize {
        self.reader_base() + self.readers
    }

    fn pool_base(&self) -> usize {
        self.worker_base() + self.servers * self.more_workers * PER_WORKER
    }

    fn worker(&self, id: ServerId, worker: u8, offset: usize) -> usize {
        let of_server = usize::from(id.0) * self.more_workers + usize::from(worker) - 1;
        self.worker_base() + of_server * PER_WORKER + offset
    }

    fn server(&self, id: ServerId, offset: usize) -> usize {
        self.server_base() + usize::from(id.0) * PER_SERVER + offset
    }

    fn session(&self, id: SessionId, offset: usize) -> usize {
        self.session_base() + usize::from(id.0) * PER_SESSION + offset
    }

    /// The slot's number.
    pub fn index(&self, slot: Slot) -> usize {
        match slot {
            Slot::Fault(fault, moment) => fault * PER_FAULT + moment,
            Slot::Timer(Timer::Detect(_)) => self.manager_base(),
            Slot::Timer(Timer::Promote) => self.manager_base() + 1,
            Slot::Timer(Timer::CatchUp) => self.manager_base() + 2,
            Slot::Timer(Timer::NoReplica) => self.manager_base() + 3,
            Slot::Timer(Timer::Compare) => self.manager_base() + 4,
            Slot::Timer(Timer::RedoBackground(id)) => self.server(id, 0),
            Slot::Timer(Timer::GroupDelay(id)) => self.server(id, 1),
            Slot::Timer(Timer::Connect(id)) => self.server(id, 2),
            Slot::Timer(Timer::NetTimeout(id)) => self.server(id, 3),
            Slot::Timer(Timer::Repoint(id)) => self.server(id, 4),
            Slot::Timer(Timer::SemiSyncWait(Committer::Applier(id, 0))) => self.server(id, 5),
            Slot::Timer(Timer::SemiSyncWait(Committer::Applier(id, worker))) => {
                self.worker(id, worker, 1)
            }
            Slot::Writeback(id) => self.server(id, 6),
            Slot::Fsync(id, File::Redo) => self.server(id, 7),
            Slot::Fsync(id, File::Binlog) => self.server(id, 8),
            Slot::Fsync(id, File::RelayLog) => self.server(id, 9),
            Slot::Journal(host) => self.host_base() + host,
            Slot::Work(Worker::Applier(id, 0)) => self.server(id, 10),
            Slot::Work(Worker::Applier(id, worker)) => self.worker(id, worker, 0),
            Slot::Work(Worker::Io(id)) => self.server(id, 11),
            Slot::Work(Worker::Dump(id)) => self.server(id, 12),
            Slot::Work(Worker::AckReceiver(id)) => self.server(id, 13),
            Slot::Depart(LaneId {
                replica,
                direction: Direction::Events,
            }) => self.server(replica, 14),
            Slot::Arrive(LaneId {
                replica,
                direction: Direction::Events,
            }) => self.server(replica, 15),
            Slot::Depart(LaneId {
                replica,
                direction: Direction::Acks,
            }) => self.server(replica, 16),
            Slot::Arrive(LaneId {
                replica,
                direction: Direction::Acks,
            }) => self.server(replica, 17),
            Slot::Timer(Timer::Fence(id)) => self.server(id, 18),
            Slot::Timer(Timer::Heartbeat(id)) => self.server(id, 19),
            Slot::Timer(Timer::AckPoll(id)) => self.server(id, 20),
            Slot::Timer(Timer::Shutdown(id)) => self.server(id, 21),
            Slot::GivesUp(LaneId { replica, direction }) => {
                self.server(replica, 22 + direction as usize)
            }
            Slot::Timer(Timer::WriteTimeout(id)) => self.server(id, 24),
            Slot::Work(Worker::Session(id)) => self.session(id, 0),
            Slot::Client(id) => self.session(id, 1),
            Slot::ClientTimeout(id) => self.session(id, 2),
            Slot::Timer(Timer::SemiSyncWait(Committer::Session(id))) => self.session(id, 3),
            Slot::Reader(reader) => self.reader_base() + usize::from(reader),
            Slot::Arrival(pool) => self.pool_base() + pool,
            Slot::Sample => self.slots() - 1,
        }
    }

    /// What a slot number stands for; the inverse of `index`.
    pub fn slot(&self, index: usize) -> Slot {
        if index < self.manager_base() {
            return Slot::Fault(index / PER_FAULT, index % PER_FAULT);
        }
        if index < self.server_base() {
            return Slot::Timer(match index - self.manager_base() {
                0 => Timer::Detect(Noticed::AtOnce),
                1 => Timer::Promote,
                2 => Timer::CatchUp,
                3 => Timer::NoReplica,
                _ => Timer::Compare,
            });
        }
        if index < self.host_base() {
            let from = index - self.server_base();
            return server_slot(ServerId((from / PER_SERVER) as u8), from % PER_SERVER);
        }
        if index < self.session_base() {
            return Slot::Journal(index - self.host_base());
        }
        if index < self.reader_base() {
            let from = index - self.session_base();
            let id = SessionId((from / PER_SESSION) as u16);
            return match from % PER_SESSION {
                0 => Slot::Work(Worker::Session(id)),
                1 => Slot::Client(id),
                2 => Slot::ClientTimeout(id),
                _ => Slot::Timer(Timer::SemiSyncWait(Committer::Session(id))),
            };
        }
        if index < self.worker_base() {
            return Slot::Reader((index - self.reader_base()) as u16);
        }
        if index + 1 == self.slots() {
            return Slot::Sample;
        }
        if index >= self.pool_base() {
            return Slot::Arrival(index - self.pool_base());
        }
        let (of_server, offset) = (
            (index - self.worker_base()) / PER_WORKER,
            (index - self.worker_base()) % PER_WORKER,
        );
        let id = ServerId((of_server / self.more_workers) as u8);
        let worker = (of_server % self.more_workers) as u8 + 1;
        match offset {
            0 => Slot::Work(Worker::Applier(id, worker)),
            _ => Slot::Timer(Timer::SemiSyncWait(Committer::Applier(id, worker))),
        }
    }
}

fn server_slot(id: ServerId, offset: usize) -> Slot {
    let events = LaneId {
        replica: id,
        direction: Direction::Events,
    };
    let acks = LaneId {
        replica: id,
        direction: Direction::Acks,
    };
    match offset {
        0 => Slot::Timer(Timer::RedoBackground(id)),
        1 => Slot::Timer(Timer::GroupDelay(id)),
        2 => Slot::Timer(Timer::Connect(id)),
        3 => Slot::Timer(Timer::NetTimeout(id)),
        4 => Slot::Timer(Timer::Repoint(id)),
        5 => Slot::Timer(Timer::SemiSyncWait(Committer::Applier(id, 0))),
        6 => Slot::Writeback(id),
        7 => Slot::Fsync(id, File::Redo),
        8 => Slot::Fsync(id, File::Binlog),
        9 => Slot::Fsync(id, File::RelayLog),
        10 => Slot::Work(Worker::Applier(id, 0)),
        11 => Slot::Work(Worker::Io(id)),
        12 => Slot::Work(Worker::Dump(id)),
        13 => Slot::Work(Worker::AckReceiver(id)),
        14 => Slot::Depart(events),
        15 => Slot::Arrive(events),
        16 => Slot::Depart(acks),
        17 => Slot::Arrive(acks),
        18 => Slot::Timer(Timer::Fence(id)),
        19 => Slot::Timer(Timer::Heartbeat(id)),
        20 => Slot::Timer(Timer::AckPoll(id)),
        21 => Slot::Timer(Timer::Shutdown(id)),
        22 => Slot::GivesUp(events),
        23 => Slot::GivesUp(acks),
        _ => Slot::Timer(Timer::WriteTimeout(id)),
    }
}

#[cfg(test)]
mod tests;
