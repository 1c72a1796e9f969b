//! A choice of settings as a set-up, and whether its guarantees hold.

use super::super::bounds::Bounds;
use super::super::check::{Verdict, ask};
use super::super::truth::{Mode, shape};
use super::{Choice, GUARANTEES, Holds, NoReplica};
use crate::protocol::crash::Crash;
use crate::protocol::flavour::Flavour;
use crate::protocol::ids::{ServerId, Span};
use crate::protocol::setup::{
    CandidateBy, Fencing, Guard, Manager, Rejoin, Return, SemiSyncOnPromotion, ServerSetup,
    SetReadOnly, Setup, Shape,
};
use crate::protocol::variables::{Positioning, WaitPoint};

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
        crashes,
        kinds: vec![Crash::ProcessKill, Crash::HostLoss, Crash::SiteLoss],
        victims: (0..3).map(|at| vec![ServerId(at)]).collect(),
        restarts: 1,
        time_outs: 1,
        failovers: 1,
        write_backs: 1,
        most_states: 60_000_000,
        ..Bounds::quiet(1, 1)
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
