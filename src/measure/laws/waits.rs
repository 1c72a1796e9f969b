//! How semi-sync counts its waits, by pipeline and wait point (semantics.md 5.4, 12).

use super::{Found, Law};
use crate::plan::Plan;
use crate::protocol::commit::{Commit, Phase};
use crate::protocol::counters::Counters;
use crate::protocol::effect::Input;
use crate::protocol::fact::Fact;
use crate::protocol::flavour_rules::GroupCommit;
use crate::protocol::ids::ServerId;
use crate::protocol::variables::WaitPoint;
use crate::protocol::world::World;

/// What one server did while semi-sync was enabled on it.
#[derive(Clone, Copy, Debug, Default)]
struct Calls {
    enabled: bool,
    /// History index up to which everything is visible.
    visible: u64,
    /// Calls that what became visible has made, or will make.
    due: u64,
    /// Calls that may be missing or too many: semi-sync was switched on or off, or the server died, in the middle of them.
    unsure: u64,
    /// Waits that `KILL` interrupted and that went on.
    in_vain: u64,
}

/// Follows every server.
#[derive(Clone, Debug)]
pub struct Waits {
    calls: Vec<Calls>,
}

impl Waits {
    pub(super) fn new(plan: &Plan) -> Waits {
        let enabled = plan.cluster.servers.iter().map(|at| Calls {
            enabled: at.variables.semi_sync_master,
            ..Calls::default()
        });
        Waits {
            calls: enabled.collect(),
        }
    }

    pub(super) fn input(&mut self, input: Input, world: &World) {
        if let Input::Crash(id, _) = input {
            self.calls[usize::from(id.0)].unsure += under_way(world, id, |_| true);
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "a fold counts only these")]
    pub(super) fn note(&mut self, fact: &Fact, world: &World) {
        match *fact {
            Fact::Visible { server, index } => {
                let state = world.server(server);
                let calls = &mut self.calls[usize::from(server.0)];
                let from = std::mem::replace(&mut calls.visible, index);
                // Without a binlog entry nobody is asked.
                let logged = state.history.run_at(from).is_some_and(|run| run.logged);
                if state.semi_sync.enabled && logged {
                    calls.due += match once_per_queue(world, server) {
                        true => 1,
                        false => index.saturating_sub(from),
                    };
                }
            }
            Fact::WokenInVain { server, .. } => self.calls[usize::from(server.0)].in_vain += 1,
            Fact::Crashed { server, .. } | Fact::Restarted { server } => {
                let calls = &mut self.calls[usize::from(server.0)];
                let state = world.server(server);
                (calls.visible, calls.enabled) = (state.committed, state.semi_sync.enabled);
            }
            Fact::SemiSync { server, .. } | Fact::Promoted { server } => {
                let enabled = world.server(server).semi_sync.enabled;
                let calls = &mut self.calls[usize::from(server.0)];
                if std::mem::replace(&mut calls.enabled, enabled) != enabled {
                    calls.unsure += under_way(world, server, |_| true);
                }
            }
            _ => {}
        }
    }

    pub(super) fn finish(&self, world: &World, counters: &[Counters], found: &mut Found) {
        for ((server, counters), calls) in world.servers.iter().zip(counters).zip(&self.calls) {
            let made = counters.yes_tx + counters.no_tx;
            let (early, late) = match server.variables.wait_point {
                // Called, and not visible yet.
                WaitPoint::AfterSync => {
                    let queued =
                        under_way(world, server.id, |commit| commit.index >= server.committed);
                    let most = if once_per_queue(world, server.id) {
                        1
                    } else {
                        u64::MAX
                    };
                    (queued.min(most), 0)
                }
                // Visible, and not called yet.
                WaitPoint::AfterCommit => (
                    0,
                    under_way(world, server.id, |commit| commit.index < server.committed),
                ),
            };
            let holds = made <= calls.due + early + calls.unsure
                && made + late + calls.unsure >= calls.due
                && counters.tx_waits
                    <= made
                        + server.semi_sync.wait_sessions() as u64
                        + calls.unsure
                        + calls.in_vain;
            found.require(Law::WaitCallsAreCounted, holds, || {
                format!(
                    "{:?}: {calls:?}, {early} early, {late} late, {counters:?}",
                    server.id
                )
            });
        }
        let sent: u64 = counters.iter().map(|each| each.send_ack).sum();
        let handled: u64 = counters.iter().map(|each| each.get_ack).sum();
        found.require(Law::AcknowledgementsWereSent, handled <= sent, || {
            format!("{handled} handled, {sent} sent")
        });
    }
}

fn once_per_queue(world: &World, id: ServerId) -> bool {
    let server = world.server(id);
    let after_sync = server.variables.wait_point == WaitPoint::AfterSync;
    after_sync && server.rules.group_commit != GroupCommit::Chain
}

/// Commits of a server that are in its binlog and not answered.
fn under_way(world: &World, id: ServerId, which: impl Fn(&Commit) -> bool) -> u64 {
    let sessions = world.sessions.iter().filter(|session| session.server == id);
    let appliers = world.server(id).replica.workers.iter();
    let commits = sessions
        .map(|session| &session.commit)
        .chain(appliers.map(|task| &task.commit));
    let logged = |commit: &&Commit| {
        let waits = !matches!(commit.phase, Phase::Idle | Phase::Reply | Phase::Execute);
        waits && commit.gtid.is_some() && which(commit)
    };
    commits.filter(logged).count() as u64
}
