//! What replicas receive and acknowledge: nothing is missing in the middle (semantics.md 2, 3).

use super::{Found, Law};
use crate::protocol::effect::{Direction, File, Input, Worker};
use crate::protocol::fact::Fact;
use crate::protocol::ids::ServerId;
use crate::protocol::world::World;

/// Follows every replication link.
#[derive(Clone, Debug)]
pub struct Links {
    /// By replica: the index of its upstream's history from which its connection sends; unknown when its upstream has
    /// crashed since, for that may have lost what it sent.
    starts: Vec<Option<u64>>,
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
                let start = world.link(replica).dump.cursor;
                self.starts[usize::from(replica.0)] = Some(start);
                let lacks = |upstream| world.lacks(replica, upstream, 0..start);
                let lacks = world.link(replica).dump.on.map_or(0, lacks);
                found.require(Law::NoGap, lacks == 0 || !self.untroubled, || {
                    format!("{replica:?} asks from {start} on and lacks {lacks} before it")
                });
            }
            Fact::Received { replica, index } => {
                let Some(start) = self.starts[usize::from(replica.0)] else {
                    return;
                };
                let upstream = world.server(replica).replica.upstream;
                let lacks = |upstream| world.lacks(replica, upstream, start..index);
                let lacks = upstream.map_or(0, lacks);
                let relay = &world.server(replica).replica.relay;
                let twice = relay.end() - relay.set_between(0, relay.end()).count();
                let holds = lacks == 0 && (twice == 0 || !self.untroubled);
                found.require(Law::NoGap, holds, || {
                    format!(
                        "{replica:?} has received from {start} to {index}, lacks {lacks}, has {twice} twice"
                    )
                });
            }
            Fact::Crashed { server, .. } => {
                self.untroubled = false;
                for (start, replica) in self.starts.iter_mut().zip(&world.servers) {
                    if replica.replica.upstream == Some(server) {
                        *start = None;
                    }
                }
            }
            Fact::Promoted { .. } => self.untroubled = false,
            _ => {}
        }
    }

    pub(super) fn input(&self, input: Input, world: &World, found: &mut Found) {
        if let Input::Arrived(lane) = input
            && lane.direction == Direction::Acks
        {
            self.acknowledged(lane.replica, world, found);
        }
    }

    pub(super) fn stepped(&self, input: Input, world: &World, found: &mut Found) {
        if let Input::Worked(Worker::Io(id)) | Input::Synced(id, File::RelayLog) = input {
            self.acknowledged(id, world, found);
        }
    }

    fn acknowledged(&self, id: ServerId, world: &World, found: &mut Found) {
        let Some(start) = self.starts[usize::from(id.0)] else {
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
