//! Random models and fault schedules.
#![allow(dead_code)]

#[path = "seeds.rs"]
mod seeds;

pub use seeds::cases;

use super::support::{MS, Mode, US, cluster, cut_link, cut_off, fixed, manager, spread};
use proptest::prelude::*;
use replsim::plan::{FaultKind, FaultPlan, Plan, ReadFrom, Readers, Returns, Struck, Updates};
use replsim::protocol::crash::Crash;
use replsim::protocol::flavour::Flavour;
use replsim::protocol::ids::{ServerId, Span};
use replsim::protocol::setup::{
    CandidateBy, Fencing, Guard, Rejoin, Return, SemiSyncOnPromotion, SetReadOnly,
};
use replsim::protocol::thread::ThreadKind;
use replsim::protocol::variables::{Parallel, Positioning, RedoFlush};

/// Every flavour.
pub const FLAVOURS: [Flavour; 3] = [Flavour::MYSQL_57, Flavour::MYSQL_80, Flavour::MARIADB_1011];

/// Kinds of faults: crashes first.
pub const KINDS: u8 = 10;
/// How many of them are crashes.
pub const CRASHES: u8 = 5;
/// Of which one is a clean shutdown.
pub const SHUTDOWN: u8 = 4;

/// A fault to be: kind, server, moment and length in ms, what returns.
#[derive(Clone, Copy, Debug)]
pub struct Trouble {
    pub kind: u8,
    pub server: u8,
    pub at: u64,
    pub lasts: u64,
    pub returns: u8,
}

/// Everything that is drawn for a plan.
#[derive(Clone, Debug)]
pub struct Scenario {
    pub flavour: Flavour,
    pub mode: Mode,
    pub replicas: usize,
    pub sessions: u16,
    pub rtt: u64,
    pub sync_binlog: u32,
    pub redo_flush: RedoFlush,
    pub sync_relay_log: u32,
    pub log_slave_updates: bool,
    pub relay_log_recovery: bool,
    pub wait_for: u16,
    pub wait_no_slave: bool,
    pub timeout: Option<u64>,
    pub sync_delay: u64,
    pub commit_wait: (u32, u64),
    pub positioning: Positioning,
    pub statements: u32,
    pub readers: u16,
    pub retry: bool,
    pub managed: bool,
    pub apply_first: bool,
    pub candidate: CandidateBy,
    pub promotion: SemiSyncOnPromotion,
    /// Who fences an old master, and whether it rejoins as it is.
    pub old_master: (Fencing, Rejoin),
    /// Workers of every SQL thread, and whether MySQL tracks WRITESET or MariaDB is conservative.
    pub workers: (u8, bool),
    /// Rows of a transaction, and among how many; none if 0.
    pub updates: (u8, u32),
    /// A guard, where commits wait for ever.
    pub guard: Option<Guard>,
    pub faults: Vec<Trouble>,
    pub seed: u64,
}

/// Up to `most` faults of these kinds on these servers.
pub fn troubles(
    kinds: impl Strategy<Value = u8> + Clone + 'static,
    servers: impl Strategy<Value = u8> + Clone + 'static,
    most: usize,
) -> impl Strategy<Value = Vec<Trouble>> {
    let one = (kinds, servers, 150..900u64, 1..500u64, 0..4u8);
    let one = one.prop_map(|(kind, server, at, lasts, returns)| Trouble {
        kind,
        server,
        at,
        lasts,
        returns,
    });
    prop::collection::vec(one, 0..=most)
}

/// Any model with any faults.
pub fn scenario() -> impl Strategy<Value = Scenario> {
    let cluster = (
        prop::sample::select(FLAVOURS.to_vec()),
        prop::sample::select(super::support::MODES.to_vec()),
        1..=3usize,
        1..=12u16,
        200..30_000u64,
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
    );
    let durability = (
        prop::sample::select(vec![0u32, 1, 1, 3]),
        prop::sample::select(vec![
            RedoFlush::InBackground,
            RedoFlush::AtCommit,
            RedoFlush::AtCommit,
            RedoFlush::WriteOnly,
        ]),
        prop::sample::select(vec![0u32, 1, 7]),
        prop::sample::select(vec![None, Some(50u64), Some(300)]),
        1..=2u16,
        prop::sample::select(vec![0u64, 0, 300]),
        prop::sample::select(vec![(0u32, 0u64), (4, 500)]),
        any::<bool>(),
    );
    let clients = (
        prop::sample::select(vec![1u32, 1, 3]),
        0..=2u16,
        any::<bool>(),
        prop::bool::weighted(0.8),
        any::<bool>(),
        any::<bool>(),
        0..3u8,
        any::<u64>(),
        prop::sample::select(vec![(0u8, 0u32), (1, 1), (2, 3), (4, 40)]),
        (prop::sample::select(vec![1u8, 1, 2, 8]), any::<bool>()),
        prop::sample::select(vec![
            (Fencing::WhenReachable, Rejoin::Never),
            (Fencing::WhenReachable, Rejoin::AsItIs),
            (Fencing::Itself, Rejoin::AsItIs),
            (Fencing::Never, Rejoin::Never),
        ]),
        prop::sample::select(vec![
            None,
            Some((Return::Blocked, SetReadOnly::AtOnce)),
            Some((Return::Blocked, SetReadOnly::WaitsForCommits)),
            Some((Return::Staged { limit: 20_000 }, SetReadOnly::AtOnce)),
        ]),
    );
    let faults = troubles(0..KINDS, 0..4u8, 3);
    (cluster, durability, clients, faults).prop_map(|(c, d, l, faults)| Scenario {
        flavour: c.0,
        mode: c.1,
        replicas: c.2,
        sessions: c.3,
        rtt: c.4 * US,
        log_slave_updates: c.5,
        relay_log_recovery: c.6,
        positioning: if c.7 {
            Positioning::Gtid
        } else {
            Positioning::FileAndPosition
        },
        sync_binlog: d.0,
        redo_flush: d.1,
        sync_relay_log: d.2,
        timeout: d.3,
        wait_for: d.4.min(c.2 as u16),
        sync_delay: d.5,
        commit_wait: d.6,
        wait_no_slave: d.7,
        statements: l.0,
        readers: l.1,
        retry: l.2,
        managed: l.3,
        apply_first: l.4,
        candidate: if l.5 {
            CandidateBy::Received
        } else {
            CandidateBy::Executed
        },
        promotion: [
            SemiSyncOnPromotion::AtOnce,
            SemiSyncOnPromotion::AfterRepoint,
            SemiSyncOnPromotion::Off,
        ][usize::from(l.6)],
        seed: l.7,
        updates: l.8,
        workers: l.9,
        old_master: l.10,
        guard: l.11.map(|(on_return, set_read_only)| Guard {
            on_return,
            set_read_only,
        }),
        faults,
    })
}

impl Scenario {
    /// What a staged return acknowledges alone is no promise.
    pub fn blocked(mut self) -> Scenario {
        if let Some(guard) = &mut self.guard {
            guard.on_return = Return::Blocked;
        }
        self
    }

    /// The plan of it: delays are short, so that a run of a second or two meets every path.
    pub fn plan(&self) -> Plan {
        let mut plan = cluster(
            self.flavour,
            self.mode,
            self.replicas,
            self.sessions,
            self.rtt,
        );
        for server in &mut plan.cluster.servers {
            let variables = &mut server.variables;
            variables.sync_binlog = self.sync_binlog;
            variables.redo_flush = self.redo_flush;
            variables.sync_relay_log = self.sync_relay_log;
            variables.log_slave_updates = self.log_slave_updates;
            variables.relay_log_recovery = self.relay_log_recovery;
            variables.wait_for_slave_count = self.wait_for;
            variables.wait_no_slave = self.wait_no_slave;
            variables.semi_sync_timeout = self.timeout.map_or(Span::FOREVER, Span::millis);
            variables.sync_delay = Span::micros(self.sync_delay);
            variables.sync_no_delay_count = 3;
            variables.commit_wait_count = self.commit_wait.0;
            variables.commit_wait = Span::micros(self.commit_wait.1);
            variables.positioning = self.positioning;
            variables.workers = self.workers.0;
            variables.writeset = self.workers.1;
            variables.parallel = match (self.flavour.defaults().parallel, self.workers.1) {
                (Parallel::Optimistic, true) => Parallel::Conservative,
                (own, _) => own,
            };
            variables.connect_retry = Span::millis(100);
            variables.heartbeat_period = Span::millis(100);
            variables.slave_net_timeout = Span::millis(250);
        }
        plan.cluster.manager = self.managed.then(|| {
            let mut manager = manager();
            manager.apply_relay_log_first = self.apply_first;
            manager.candidate = self.candidate;
            manager.semi_sync = self.promotion;
            manager.fencing = self.old_master.0;
            manager.rejoin = self.old_master.1;
            manager
        });
        let waits = self.mode != Mode::Async && self.timeout.is_none() && self.wait_no_slave;
        plan.cluster.guard = self.guard.filter(|_| waits);
        plan.delays.no_replica = spread(30 * MS, 60 * MS);
        plan.delays.fence = spread(40 * MS, 80 * MS);
        plan.cluster.spare_sessions = plan.cluster.sessions;
        plan.workload.updates = (self.updates.0 > 0).then_some(Updates {
            rows: self.updates.0,
            of: self.updates.1,
            hot: 0,
            hot_share: 0,
        });
        plan.cluster.shape.statements = self.statements;
        plan.cluster.readers = self.readers;
        plan.workload.readers = (self.readers > 0).then(|| Readers {
            from: ReadFrom::Master,
            every: spread(2 * MS, 5 * MS),
        });
        plan.clients.retry = self.retry;
        plan.clients.timeout = Span::millis(400);
        plan.delays.detect_clean = spread(50 * MS, 90 * MS);
        plan.delays.detect_silent = spread(150 * MS, 220 * MS);
        plan.delays.promote = spread(20 * MS, 40 * MS);
        plan.delays.repoint = spread(15 * MS, 30 * MS);
        plan.delays.restart = spread(40 * MS, 60 * MS);
        for host in &mut plan.hosts {
            host.writeback = Span::millis(350);
        }
        plan.warm_up = Span::millis(100);
        plan.duration = Span::millis(1_200);
        plan.faults = self.faults.iter().map(|fault| self.fault(fault)).collect();
        plan
    }

    fn fault(&self, fault: &Trouble) -> FaultPlan {
        let at = usize::from(fault.server) % (self.replicas + 1);
        let (one, replica) = (vec![ServerId(at as u8)], vec![ServerId(at.max(1) as u8)]);
        let kind = match fault.kind {
            0 => FaultKind::Crash(Crash::ProcessKill, Struck::Servers(one)),
            1 => FaultKind::Crash(Crash::HostLoss, Struck::Host(at)),
            2 => FaultKind::Crash(Crash::SiteLoss, Struck::Site(at)),
            3 => FaultKind::Crash(Crash::CutAndKill, Struck::Servers(one)),
            SHUTDOWN => FaultKind::Crash(Crash::Shutdown, Struck::Servers(one)),
            5 => cut_off(
                at as u8,
                self.replicas + 1,
                fault.lasts % 3 != 1,
                fault.lasts % 3 != 2,
            ),
            6 => FaultKind::StallDisk(at),
            7 => FaultKind::StopThread(ThreadKind::Io, replica),
            8 => cut_link(0, replica[0].0),
            _ => FaultKind::StopThread(ThreadKind::Sql, replica),
        };
        let later = fixed(fault.lasts * MS + 137 * US);
        FaultPlan {
            kind,
            at: fixed(fault.at * MS + 311 * US),
            lasts: (fault.kind >= CRASHES).then(|| later.clone()),
            returns: match fault.returns {
                0 if fault.kind != SHUTDOWN => Returns::Never,
                1 if fault.kind != SHUTDOWN => Returns::AfterTheRun,
                _ => Returns::WithDisks(later),
            },
        }
    }

    /// No fault can make a server lose anything that it had executed or sent.
    pub fn durable(mut self) -> Scenario {
        self.sync_binlog = 1;
        self.redo_flush = RedoFlush::AtCommit;
        self.sync_relay_log = 1;
        self
    }
}
