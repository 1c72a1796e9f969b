//! What replicas receive and acknowledge: nothing is missing in the middle (semantics.md 2, 3).

use super::{Found, Law};
use crate::protocol::effect::{Direction, File, Input, Worker};
use crate::protocol::fact::Fact;
use crate::protocol::flavour_rules::RelayLogs;
use crate::protocol::ids::ServerId;
use crate::protocol::variables::Positioning;
use crate::protocol::world::World;

/// Follows every replication link.
#[derive(Clone, Debug)]
pub struct Links {
    /// By replica: whom its last connection went to, and the index of that history from which it was sent. Unknown when the
    /// upstream has crashed since, for that may have lost what it sent.
    starts: Vec<Option<(ServerId, u64)>>,
    /// Nobody has crashed and nobody was promoted: then positions are what they say.
    untroubled: bool,
}

impl Links {
    pub(super) fn new(servers: usize) -> Links {
        Links {
            starts: vec![None; servers],
            untroubled: true,
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "a fold counts only these")]
    pub(super) fn note(&mut self, fact: &Fact, world: &World, found: &mut Found) {
        match *fact {
            Fact::Connected { replica, yes: true } => {
                let dump = &world.link(replica).dump;
                let start = dump.cursor;
                self.starts[usize::from(replica.0)] = dump.on.map(|upstream| (upstream, start));
                let lacks = |upstream| world.lacks(replica, upstream, 0..start);
                let lacks = dump.on.map_or(0, lacks);
                found.require(Law::NoGap, lacks == 0 || !self.untroubled, || {
                    format!("{replica:?} asks from {start} on and lacks {lacks} before it")
                });
            }
            Fact::Received { replica, index } => {
                // The manager may have named another master meanwhile: what was received is the old one's.
                let Some((upstream, start)) = self.starts[usize::from(replica.0)] else {
                    return;
                };
                let server = world.server(replica);
                // A thread that was told to stop lets go in the same step, and may be started again with empty relay logs.
                let fetches_again = server.rules.relay_logs == RelayLogs::FetchedAgain
                    && server.variables.positioning == Positioning::Gtid;
                if fetches_again && !server.replica.connected {
                    return;
                }
                let lacks = world.lacks(replica, upstream, start..index);
                let relay = &server.replica.relay;
                let twice = match relay.runs() {
                    [] | [_] => 0,
                    _ => relay.end() - relay.set_between(0, relay.end()).count(),
                };
                let holds = lacks == 0 && (twice == 0 || !self.untroubled);
                found.require(Law::NoGap, holds, || {
                    format!(
                        "{replica:?} has received from {start} to {index}, lacks {lacks}, has {twice} twice"
                    )
                });
            }
            Fact::Crashed { server, .. } => {
                self.untroubled = false;
                for start in &mut self.starts {
                    *start = start.filter(|&(upstream, _)| upstream != server);
                }
            }
            Fact::Promoted { .. } => self.untroubled = false,
            _ => {}
        }
    }

    pub(super) fn sample(world: &World, found: &mut Found) {
        for server in world.servers.iter().filter(|server| server.is_up()) {
            let links = world.links.iter();
            let links = links.filter(|link| link.semi_sync && link.dump.on == Some(server.id));
            let leaving = server.receiver.leaving.len();
            let links = links.count() + leaving;
            let clients = usize::from(server.semi_sync.clients);
            found.require(Law::ClientsAreCounted, links == clients, || {
                format!("{:?} counts {clients} and has {links}", server.id)
            });
        }
    }

    pub(super) fn input(&self, input: Input, world: &World, found: &mut Found) {
        if let Input::Arrived(lane) = input
            && lane.direction == Direction::Acks
        {
            self.acknowledged(lane.replica, world, found);
        }
        if let Input::Worked(Worker::Io(id)) | Input::Synced(id, File::RelayLog) = input {
            let connected = world.server(id).replica.connected;
            found.require(Law::OneConnection, connected, || format!("{input:?}"));
        }
    }

    pub(super) fn stepped(&self, input: Input, world: &World, found: &mut Found) {
        if let Input::Worked(Worker::Io(id)) | Input::Synced(id, File::RelayLog) = input {
            self.acknowledged(id, world, found);
        }
    }

    fn acknowledged(&self, id: ServerId, world: &World, found: &mut Found) {
        let Some((_, start)) = self.starts[usize::from(id.0)] else {
            return;
        };
        let honest = !world.acknowledges_too_much(id, start);
        found.require(Law::AcknowledgementsAreTrue, honest, || {
            format!(
                "{id:?}, connected from {start} on, has {:?}, and acknowledges more",
                world.server(id).received()
            )
        });
    }
}
