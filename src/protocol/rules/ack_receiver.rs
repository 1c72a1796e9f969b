//! The acknowledgement receiver of a master: one thread for all replicas (semantics.md 2; MySQL's poll: 14.2, b2).

use crate::protocol::state::effect::{Effect, Step, Timer, Worker};
use crate::protocol::state::fact::Fact;
use crate::protocol::state::flavour_rules::AckReceiver;
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
        let server = self.server_mut(upstream);
        if server.receiver.joining.contains(&replica) {
            server.receiver.unheard.push_back((replica, position));
            return;
        }
        server.acks_arrived.push_back((replica, position));
        self.handle_acks(upstream, out);
    }

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
        self.poll_ends(id, out);
        self.handle_acks(id, out);
    }

    /// A semi-sync replica has registered. A receiver that sleeps is woken; one that polls hears it from its next poll on.
    pub(super) fn receiver_is_joined(&mut self, id: ServerId, replica: ServerId, out: &mut Out) {
        let server = self.server_mut(id);
        if server.rules.ack_receiver == AckReceiver::Woken || !server.semi_sync.enabled {
            return;
        }
        if server.receiver.polls {
            server.receiver.joining.push(replica);
            out.effects.push(Effect::AwaitPoll(id));
        } else {
            server.receiver.polls = true;
            out.effects.push(Effect::Poll(id));
        }
    }

    /// The dump thread of a semi-sync replica ends: it waits until the receiver has let go of the connection.
    pub(super) fn receiver_is_left(&mut self, id: ServerId, replica: ServerId, out: &mut Out) {
        let receiver = &mut self.server_mut(id).receiver;
        receiver.forget(replica);
        if !receiver.polls {
            return self.semi_sync_replica_leaves(id, out);
        }
        receiver.leaving.push(replica);
        out.effects.push(Effect::AwaitPoll(id));
    }

    /// The receiver looks who is there, and polls again.
    pub(super) fn poll_ends(&mut self, id: ServerId, out: &mut Out) {
        let server = self.server_mut(id);
        let receiver = &mut server.receiver;
        if !receiver.polls {
            return;
        }
        out.effects.push(Effect::Poll(id));
        let was_awaited = receiver.is_awaited();
        receiver.joining.clear();
        server.acks_arrived.append(&mut receiver.unheard);
        let left = std::mem::take(&mut receiver.leaving);
        for _ in &left {
            self.semi_sync_replica_leaves(id, out);
        }
        let server = self.server_mut(id);
        if server.semi_sync.clients > 0 {
            if was_awaited {
                out.effects.push(Effect::Disarm(Timer::AckPoll(id)));
            }
        } else if left.is_empty() {
            server.receiver.polls = false;
        } else {
            // It polls nobody once more before it sees that there is nobody.
            out.effects.push(Effect::AwaitPoll(id));
        }
        self.handle_acks(id, out);
    }

    /// Semi-sync was switched on or off: with it the receiver starts or stops.
    pub(super) fn receiver_is_switched(&mut self, id: ServerId, out: &mut Out) {
        self.poll_ends(id, out);
        let server = self.server_mut(id);
        let polls = server.rules.ack_receiver == AckReceiver::Polls
            && server.semi_sync.enabled
            && server.semi_sync.clients > 0;
        server.receiver.polls = polls;
        out.effects.push(match polls {
            true => Effect::Poll(id),
            false => Effect::Disarm(Timer::AckPoll(id)),
        });
    }

    fn semi_sync_replica_leaves(&mut self, id: ServerId, out: &mut Out) {
        let server = &mut self.servers[id];
        let change = server
            .semi_sync
            .remove_replica(&server.variables, &mut out.counters[id]);
        self.apply_change(id, change, out);
    }
}
