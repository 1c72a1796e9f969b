//! How far the search goes: so many transactions, faults and decisions.

use crate::protocol::crash::Crash;
use crate::protocol::ids::{ServerId, Span};
use crate::protocol::partition::End;
use crate::protocol::setup::Setup;
use crate::protocol::thread::Thread;
use crate::protocol::variables::{RedoFlush, Variables};
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
    /// Times that an operating system writes its page cache back.
    pub write_backs: u8,
    /// Cuts of the network; each begins once and may end.
    pub partitions: Vec<Vec<(End, End)>>,
    /// Threads of replicas that are stopped, together so often; each may be started again at any moment.
    pub stops: u8,
    /// Which.
    pub stoppable: Vec<Thread>,
    /// Replication connections that break: their dump threads are killed.
    pub disconnects: u8,
    /// Servers whose disks are gone for good after a crash: the search lets them stay down, and what was on them counts as
    /// there as long as nobody serves.
    pub destroyed: Vec<ServerId>,
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
    /// See `Bounds`.
    pub write_backs: u8,
    /// Number of cuts.
    pub partitions: usize,
    /// See `Bounds`.
    pub stops: u8,
    /// Threads that are stopped, by name.
    pub stoppable: Vec<String>,
    /// See `Bounds`.
    pub disconnects: u8,
    /// What may happen in the cluster and is left out.
    pub not_searched: Vec<&'static str>,
    /// See `Bounds`.
    pub most_states: usize,
}

impl Bounds {
    /// Only the clients' transactions: nothing dies, stops, breaks or times out, and the search does not end before it has
    /// seen everything.
    pub fn quiet(sessions: u16, transactions: u8) -> Bounds {
        Bounds {
            sessions,
            transactions,
            crashes: 0,
            kinds: Vec::new(),
            victims: Vec::new(),
            restarts: 0,
            time_outs: 0,
            failovers: 0,
            write_backs: 0,
            partitions: Vec::new(),
            stops: 0,
            stoppable: Vec::new(),
            disconnects: 0,
            destroyed: Vec::new(),
            most_states: usize::MAX,
            reduction: Reduction::Local,
            counters: false,
        }
    }

    /// Whether a crash may take a page cache with something in it that no fsync would have kept: then it matters what the
    /// operating system has written back.
    pub fn may_lose_page_cache(&self, setup: &Setup) -> bool {
        let unsynced = |id: &ServerId| {
            let server = &setup.servers[usize::from(id.0)];
            let variables = &server.variables;
            variables.sync_binlog != 1
                || variables.redo_flush != RedoFlush::AtCommit
                || server.upstream.is_some() && variables.sync_relay_log != 1
        };
        self.crashes > 0
            && self.kinds.iter().any(|kind| !kind.keeps_page_cache())
            && self.victims.iter().flatten().any(unsynced)
    }

    /// Whether the disks of a master may be gone for good while nobody is left to take over. Where somebody takes over it
    /// makes no difference, for what he has is what there is.
    pub fn may_lose_disks(&self, setup: &Setup) -> bool {
        match setup.manager {
            None => self.destroyed.contains(&setup.master),
            Some(_) => {
                let largest = self.victims.iter().map(Vec::len).max().unwrap_or(0);
                let down = usize::from(self.crashes) * largest;
                let few_are_up = down + setup.quorum() > setup.servers.len();
                // The manager may be cut off from those that are up.
                !self.destroyed.is_empty() && (few_are_up || !self.partitions.is_empty())
            }
        }
    }

    /// Whether something is not searched without which guarantees are not decided.
    pub fn leaves_undecided(&self, setup: &Setup) -> bool {
        (self.write_backs == 0 && self.may_lose_page_cache(setup)) || self.may_lose_disks(setup)
    }

    /// What may happen in such a cluster and is not searched.
    pub fn not_searched(&self, setup: &Setup) -> Vec<&'static str> {
        let variables = || setup.servers.iter().map(|server| &server.variables);
        let waits = |at: &Variables| at.semi_sync_master && at.semi_sync_timeout != Span::FOREVER;
        let all = [
            (
                self.write_backs == 0 && self.may_lose_page_cache(setup),
                "page caches that are written back (--write-backs): guarantees that hold without are undecided",
            ),
            (
                self.may_lose_disks(setup),
                "disks that are gone for good with nobody left to take over (returns: never): guarantees that hold without \
                 are undecided",
            ),
            (
                self.time_outs == 0 && variables().any(waits),
                "semi-sync waits that time out (--time-outs)",
            ),
            (
                variables().any(|at| at.retry_count > 0),
                "replicas that give up after master_retry_count attempts to connect",
            ),
            (
                self.failovers > 0,
                "a manager that gives up waiting for its candidate",
            ),
        ];
        let left_out = all.into_iter().filter(|(may, _)| *may);
        left_out.map(|(_, what)| what).collect()
    }

    /// Whether a replica may lose its connection while both servers live: then it matters what its IO thread works on.
    pub fn connections_end(&self) -> bool {
        self.stops > 0 || self.disconnects > 0 || !self.partitions.is_empty()
    }

    /// As people read them; servers by these names.
    pub fn said(&self, setup: &Setup, names: &[String]) -> BoundsSaid {
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
            write_backs: self.write_backs,
            partitions: self.partitions.len(),
            stops: self.stops,
            stoppable: self
                .stoppable
                .iter()
                .map(|thread| thread.name(names))
                .collect(),
            disconnects: self.disconnects,
            not_searched: self.not_searched(setup),
            most_states: self.most_states,
        }
    }
}
