//! Networks that carry nothing for a while: around a server, or on one link (architecture.md, `partition`).

use super::effect::{Direction, Effect, LaneId, Timer};
use super::fact::Fact;
use super::ids::{ServerId, SessionId};
use super::world::{Out, World};

impl World {
    /// The network around a server carries nothing: what is under way is stuck in TCP.
    pub(super) fn isolate(&mut self, id: ServerId, out: &mut Out) {
        if self.server(id).isolated {
            return;
        }
        self.server_mut(id).isolated = true;
        for session in 0..self.sessions.len() {
            if self.sessions[session].server == id && self.sessions[session].answer.take().is_some()
            {
                out.effects
                    .push(Effect::LoseAnswer(SessionId(session as u16)));
            }
        }
        for replica in self.links_of(id) {
            self.stick_lanes(replica, out);
        }
        out.note(Fact::Reachable {
            server: id,
            yes: false,
        });
        self.master_may_be_gone(id, true, out);
    }

    /// The network works again: TCP retries what was stuck.
    pub(super) fn heal(&mut self, id: ServerId, out: &mut Out) {
        if !self.server(id).isolated {
            return;
        }
        self.server_mut(id).isolated = false;
        for replica in self.links_of(id) {
            self.unstick_lanes(replica, out);
        }
        out.note(Fact::Reachable {
            server: id,
            yes: true,
        });
        self.server_can_be_reached(id, out);
    }

    /// The network between a replica and its upstream carries nothing: both ends live and talk to everybody else.
    pub(super) fn cut_link(&mut self, replica: ServerId, out: &mut Out) {
        let upstream = self.server(replica).replica.upstream;
        if upstream.is_some() && self.link(replica).cut_from.is_none() {
            self.link_mut(replica).cut_from = upstream;
            self.stick_lanes(replica, out);
        }
    }

    /// It works again.
    pub(super) fn mend_link(&mut self, replica: ServerId, out: &mut Out) {
        if self.link_mut(replica).cut_from.take().is_some() {
            self.unstick_lanes(replica, out);
        }
    }

    fn stick_lanes(&mut self, replica: ServerId, out: &mut Out) {
        let link = self.link_mut(replica);
        link.events.stick();
        link.acks.stick();
        for direction in [Direction::Events, Direction::Acks] {
            out.effects
                .push(Effect::Stick(LaneId { replica, direction }));
        }
        if self.server(replica).replica.connected {
            let timeout = self.server(replica).variables.slave_net_timeout;
            out.effects
                .push(Effect::Arm(Timer::NetTimeout(replica), timeout));
        }
    }

    fn unstick_lanes(&mut self, replica: ServerId, out: &mut Out) {
        let link = self.link(replica);
        let upstream = link.dump.on.or(self.server(replica).replica.upstream);
        if self.server(replica).isolated
            || upstream.is_some_and(|on| self.server(on).isolated || link.cut_from == Some(on))
        {
            return;
        }
        // A peer that died meanwhile stays silent: then the time-out goes on.
        let has_peer = link.dump.on.is_some();
        for direction in [Direction::Events, Direction::Acks] {
            out.effects
                .push(Effect::Unstick(LaneId { replica, direction }));
        }
        if has_peer {
            out.effects.push(Effect::Disarm(Timer::NetTimeout(replica)));
        }
    }

    /// Replicas whose link touches this server.
    fn links_of(&self, id: ServerId) -> Vec<ServerId> {
        self.server_ids()
            .filter(|&replica| {
                let upstream = self.server(replica).replica.upstream;
                upstream.is_some()
                    && (replica == id
                        || upstream == Some(id)
                        || self.link(replica).dump.on == Some(id))
            })
            .collect()
    }
}
