//! The settings table: which guarantees hold under one crash and under two, for each choice of settings.

use super::bounds::{Bounds, Reduction};
use super::check::{Verdict, ask};
use super::properties::Property;
use super::truth::{Mode, shape};
use crate::protocol::crash::Crash;
use crate::protocol::flavour::Flavour;
use crate::protocol::ids::{ServerId, Span};
use crate::protocol::setup::{
    CandidateBy, Fencing, Guard, Manager, Rejoin, Return, SemiSyncOnPromotion, ServerSetup,
    SetReadOnly, Setup, Shape,
};
use crate::protocol::variables::{Positioning, WaitPoint};

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

/// The cluster of a choice: a master, two replicas with GTIDs, a manager that fences and does not let an old master in.
pub fn setup(flavour: Flavour, choice: Choice) -> Setup {
    let server = |upstream: Option<ServerId>| {
        let mut variables = flavour.defaults();
        let waits = choice.mode != Mode::Async;
        variables.sync_binlog = choice.sync_binlog;
        variables.sync_relay_log = choice.sync_relay_log;
        variables.relay_log_recovery = choice.relay_log_recovery;
        variables.log_slave_updates = true;
        variables.positioning = Positioning::Gtid;
        variables.workers = 1;
        variables.semi_sync_master = waits && upstream.is_none();
        variables.semi_sync_slave = waits;
        variables.wait_for_slave_count = choice.count;
        variables.semi_sync_timeout = match choice.no_replica {
            Some(NoReplica::FallsBack) => Span::seconds(10),
            _ => Span::FOREVER,
        };
        variables.wait_point = match choice.mode {
            Mode::AfterCommit => WaitPoint::AfterCommit,
            Mode::Async | Mode::AfterSync => WaitPoint::AfterSync,
        };
        ServerSetup {
            flavour,
            variables,
            upstream,
        }
    };
    let guard = |on_return| Guard {
        on_return,
        set_read_only: SetReadOnly::AtOnce,
    };
    let master = ServerId(0);
    Setup {
        servers: vec![server(None), server(Some(master)), server(Some(master))],
        master,
        sessions: 1,
        spare_sessions: 0,
        client_places: 1,
        readers: 0,
        manager: Some(Manager {
            candidate: match choice.by_executed {
                true => CandidateBy::Executed,
                false => CandidateBy::Received,
            },
            prefer: None,
            apply_relay_log_first: true,
            semi_sync: SemiSyncOnPromotion::AfterRepoint,
            catch_up_timeout: Span::seconds(90),
            quorum: matches!(
                choice.no_replica,
                Some(NoReplica::Blocked | NoReplica::Staged)
            ),
            fencing: Fencing::WhenReachable,
            set_read_only: SetReadOnly::WaitsForCommits,
            rejoin: Rejoin::Never,
        }),
        guard: match choice.no_replica {
            Some(NoReplica::Blocked) => Some(guard(Return::Blocked)),
            // One transaction has to be far behind.
            Some(NoReplica::Staged) => Some(guard(Return::Staged { limit: 1 })),
            _ => None,
        },
        // With sync_relay_log=1 one event is one fsync: more of them are no other order.
        shape: Shape {
            events_per_transaction: 1,
            ..shape()
        },
    }
}

/// One transaction, so many crashes of any server and any kind, one restart, one failover, one time-out.
pub fn bounds(crashes: u8) -> Bounds {
    Bounds {
        sessions: 1,
        transactions: 1,
        crashes,
        kinds: vec![Crash::ProcessKill, Crash::HostLoss, Crash::SiteLoss],
        victims: (0..3).map(|at| vec![ServerId(at)]).collect(),
        restarts: 1,
        time_outs: 1,
        failovers: 1,
        partitions: Vec::new(),
        write_backs: 1,
        stops: 0,
        stoppable: Vec::new(),
        disconnects: 0,
        destroyed: Vec::new(),
        most_states: 60_000_000,
        reduction: Reduction::Local,
        counters: false,
    }
}

/// What holds under so many crashes.
pub fn judge(flavour: Flavour, choice: Choice, crashes: u8) -> Holds {
    let checked = ask(
        &setup(flavour, choice),
        &bounds(crashes),
        GUARANTEES.to_vec(),
    );
    GUARANTEES.map(|property| {
        let finding = checked.of(property);
        finding.map_or(Verdict::Undecided, |finding| finding.verdict)
    })
}
