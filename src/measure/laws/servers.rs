//! What servers have in their logs, and what they do.

use super::{Found, Law};
use crate::protocol::commit::Committer;
use crate::protocol::effect::{Input, Timer, Worker};
use crate::protocol::fact::Fact;
use crate::protocol::flavour_rules::{GroupCommit, Gtids};
use crate::protocol::ids::ServerId;
use crate::protocol::receiver::Receiver;
use crate::protocol::server::Server;
use crate::protocol::variables::Positioning;
use crate::protocol::world::World;

/// Counts of one server.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    /// Transactions that were logged, and the sizes of the groups.
    logged: u64,
    grouped: u64,
    /// History index behind the last logged one and the last visible one; unknown after a restart.
    end: Option<u64>,
    visible: u64,
}

/// Follows every server.
#[derive(Clone, Debug)]
pub struct Servers {
    counts: Vec<Counts>,
    /// Who has been the master, and whether one of them was promoted again.
    served: Vec<bool>,
    promoted_again: bool,
}

/// Whose state an input can change.
enum Concerns {
    One(ServerId),
    All,
    Nobody,
}

#[expect(clippy::wildcard_enum_match_arm, reason = "only these inputs matter")]
fn concerns(input: Input, world: &World) -> Concerns {
    match input {
        Input::Worked(Worker::Session(id)) => Concerns::One(world.sessions[id].server),
        Input::Worked(Worker::Applier(id, _) | Worker::Io(id))
        | Input::Synced(id, _)
        | Input::Writeback(id)
        | Input::Fired(Timer::GroupDelay(id) | Timer::RedoBackground(id)) => Concerns::One(id),
        Input::Worked(Worker::Dump(_) | Worker::AckReceiver(_))
        | Input::Writes(..)
        | Input::Request(_)
        | Input::Answered(_)
        | Input::ClientTimeout(_)
        | Input::Reconnect(_)
        | Input::Read(..)
        | Input::ReadAnswered(_)
        | Input::Departed(_)
        | Input::Stuck(_)
        | Input::GivenUp(_)
        | Input::Cut(..) => Concerns::Nobody,
        _ => Concerns::All,
    }
}

/// The server that works in an input, if one does; `None` in it if there is nobody to work.
#[expect(clippy::wildcard_enum_match_arm, reason = "only these inputs matter")]
fn works(input: Input, world: &World) -> Option<Option<ServerId>> {
    Some(match input {
        Input::Worked(Worker::Session(id))
        | Input::Fired(Timer::SemiSyncWait(Committer::Session(id))) => {
            Some(world.sessions[id].server)
        }
        Input::Worked(Worker::Dump(replica)) => world.link(replica).dump.on,
        Input::Worked(Worker::Applier(id, _) | Worker::Io(id) | Worker::AckReceiver(id))
        | Input::Synced(id, _)
        | Input::Fired(
            Timer::SemiSyncWait(Committer::Applier(id, _))
            | Timer::GroupDelay(id)
            | Timer::RedoBackground(id)
            | Timer::NetTimeout(id),
        ) => Some(id),
        _ => return None,
    })
}

impl Servers {
    pub(super) fn new(servers: usize, master: ServerId) -> Servers {
        Servers {
            counts: vec![Counts::default(); servers],
            served: (0..servers).map(|at| at == usize::from(master.0)).collect(),
            promoted_again: false,
        }
    }

    pub(super) fn input(&mut self, input: Input, world: &World, found: &mut Found) {
        let Some(id) = works(input, world) else {
            return;
        };
        let up = id.is_some_and(|id| world.server(id).is_up());
        found.require(Law::TheDeadDoNothing, up, || format!("{input:?} of {id:?}"));
    }

    pub(super) fn stepped(&mut self, input: Input, world: &World, found: &mut Found) {
        match concerns(input, world) {
            Concerns::One(id) => watermarks(world.server(id), found),
            Concerns::All => {
                for server in &world.servers {
                    watermarks(server, found);
                }
            }
            Concerns::Nobody => {}
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "a fold counts only these")]
    pub(super) fn note(&mut self, fact: &Fact, world: &World, found: &mut Found) {
        match *fact {
            Fact::Logged { server, index, .. } => {
                let counts = &mut self.counts[usize::from(server.0)];
                counts.logged += 1;
                let end = counts.end.replace(index + 1);
                let last = world.server(server).is_up() && end.is_none_or(|end| end <= index);
                found.require(Law::InOrder, last, || {
                    format!("{server:?} logs at {index}, its log ended at {end:?}")
                });
            }
            Fact::Group { server, size } => {
                let counts = &mut self.counts[usize::from(server.0)];
                counts.grouped += u64::from(size);
                found.require(Law::GroupsAddUp, counts.grouped == counts.logged, || {
                    format!("{server:?}, a group of {size}: {counts:?}")
                });
            }
            Fact::Visible { server, index } => {
                let counts = &mut self.counts[usize::from(server.0)];
                let before = std::mem::replace(&mut counts.visible, index);
                let committed = world.server(server).committed;
                let holds = world.server(server).is_up() && before <= index && index <= committed;
                found.require(Law::InOrder, holds, || {
                    format!(
                        "{server:?} shows {index} after {before}, and has committed {committed}"
                    )
                });
            }
            Fact::Crashed { server, .. } | Fact::Restarted { server } => {
                let counts = &mut self.counts[usize::from(server.0)];
                (counts.end, counts.visible) = (None, 0);
            }
            Fact::Promoted { server } => {
                let served = &mut self.served[usize::from(server.0)];
                self.promoted_again |= std::mem::replace(served, true);
                self.sample(world, found);
            }
            Fact::Fatal1236 { .. } => self.sample(world, found),
            _ => {}
        }
    }

    pub(super) fn sample(&self, world: &World, found: &mut Found) {
        for server in &world.servers {
            // An old master that is promoted again has transactions that the one between never had; by file and position
            // nobody fetches them who has the last transaction in common.
            let by_position = server.variables.positioning == Positioning::FileAndPosition;
            let errant_between = by_position && self.promoted_again;
            // Nor does who goes on in the files of a source whose binlog has lost its tail.
            let reads_on = by_position || server.rules.gtids == Gtids::Sequence;
            let tail_was_lost = reads_on && world.servers.iter().any(has_lost_a_tail);
            let holds = errant_between || tail_was_lost || !server.history.has_hole();
            found.require(Law::NoHole, holds, || {
                format!("{:?}: {:?}", server.id, server.history.runs())
            });
            let (acks, arrived) = (&server.acks_arrived, &server.replica.arrived);
            let nothing = acks.is_empty()
                && server.acks_in_hand == 0
                && server.receiver == Receiver::default()
                && arrived.is_empty();
            found.require(Law::TheDeadForget, nothing || server.is_up(), || {
                format!(
                    "{:?}: acknowledgements {acks:?}, events {arrived:?}",
                    server.id
                )
            });
        }
    }

    pub(super) fn finish(&self, world: &World, found: &mut Found) {
        self.sample(world, found);
        for server in &world.servers {
            watermarks(server, found);
        }
    }
}

fn has_lost_a_tail(server: &Server) -> bool {
    server.history.runs().iter().any(|run| server.has_lost(run))
}

fn watermarks(server: &Server, found: &mut Found) {
    let (end, relay) = (server.history.end(), server.replica.relay.end());
    let (replica, redo) = (&server.replica, &server.redo);
    let in_order = server.committed <= server.published
        && server.published <= end
        && server.binlog_synced <= end
        && replica.applied <= relay
        && replica.relay_synced <= relay
        && redo.synced.prepared <= redo.written.prepared
        && redo.synced.committed <= redo.written.committed
        && (!server.is_up() || redo.written.prepared.max(redo.written.committed) <= end);
    // Under stages dump threads read what is synced, if every group is; a replica without a binlog has none to sync.
    let synced_first = server.published <= server.binlog_synced
        || server.rules.group_commit == GroupCommit::Chain
        || server.variables.sync_binlog != 1
        || server.history.runs().iter().any(|run| !run.logged);
    let holds = in_order && synced_first;
    found.require(Law::WatermarksInOrder, holds, || {
        format!(
            "{:?} {:?}: written {end}, published {}, synced {}, committed {}; relay log {relay}, synced {}, applied {}; \
             redo log written {:?}, synced {:?}",
            server.id,
            server.life,
            server.published,
            server.binlog_synced,
            server.committed,
            replica.relay_synced,
            replica.applied,
            redo.written,
            redo.synced,
        )
    });
}
