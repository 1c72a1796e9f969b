//! The acknowledgement receiver of a master: one thread for all replicas (semantics.md 2).

use crate::protocol::state::effect::{Effect, Step, Worker};
use crate::protocol::state::fact::Fact;
use crate::protocol::state::ids::{Position, ServerId};
use crate::protocol::state::world::{Out, World};

impl World {
    pub(super) fn ack_arrived(
        &mut self,
        upstream: ServerId,
        replica: ServerId,
        position: Position,
        out: &mut Out,
    ) {
        self.server_mut(upstream)
            .acks_arrived
            .push_back((replica, position));
        self.handle_acks(upstream, out);
    }

    /// The ACK receiver: one thread for all replicas (semantics.md 2).
    fn handle_acks(&mut self, id: ServerId, out: &mut Out) {
        let server = self.server_mut(id);
        if server.acks_in_hand > 0 || server.acks_arrived.is_empty() {
            return;
        }
        server.acks_in_hand = server.acks_arrived.len() as u32;
        let amount = server.acks_in_hand;
        out.effects.push(Effect::Work {
            worker: Worker::AckReceiver(id),
            server: id,
            step: Step::HandleAck,
            amount,
        });
    }

    pub(super) fn acks_handled(&mut self, id: ServerId, out: &mut Out) {
        for _ in 0..std::mem::take(&mut self.server_mut(id).acks_in_hand) {
            let server = &mut self.servers[id];
            let Some((replica, position)) = server.acks_arrived.pop_front() else {
                break;
            };
            out.counters[id].get_ack += 1;
            let change = server.semi_sync.acknowledge(replica, position);
            out.note(Fact::Acknowledged {
                by: id,
                replica,
                index: position.index,
            });
            self.apply_change(id, change, out);
        }
        self.handle_acks(id, out);
    }
}
