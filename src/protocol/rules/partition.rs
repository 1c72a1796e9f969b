//! What a network does that carries nothing for a while, in one direction or both (architecture.md, "Crash kinds"; semantics.md 8, 12a).

use crate::protocol::state::crash::Noticed;
use crate::protocol::state::effect::{Direction, Effect, LaneId, Timer};
use crate::protocol::state::fact::Fact;
use crate::protocol::state::ids::{ServerId, SessionId};
use crate::protocol::state::partition::End;
use crate::protocol::state::server::Stopping;
use crate::protocol::state::world::{Out, World};

impl World {
    /// Whether a server runs and takes connections from there.
    pub fn answers_to(&self, end: End, id: ServerId) -> bool {
        let server = self.server(id);
        let listens = server.is_up() && server.stopping == Stopping::No;
        listens && self.cuts.talk(end, End::Server(id))
    }

    /// Whether some client can write to this server: it accepts writes, and a place of clients reaches it.
    pub fn can_be_written_to(&self, id: ServerId) -> bool {
        let mut places = (0..self.client_places).map(End::Clients);
        self.server(id).accepts_writes() && places.any(|place| self.answers_to(place, id))
    }

    /// Where the client of a session stands.
    pub fn place_of(&self, session: SessionId) -> End {
        let client = session.0 % self.clients.max(1);
        End::Clients((client % u16::from(self.client_places)) as u8)
    }

    /// Nothing that one sends reaches the other: what is under way is stuck in TCP.
    pub(super) fn cut(&mut self, from: End, to: End, out: &mut Out) {
        let (talked, carried) = (self.cuts.talk(from, to), self.cuts.carries(from, to));
        self.cuts.cut(from, to);
        if !carried {
            return;
        }
        match (from, to) {
            (End::Server(from), End::Server(to)) => {
                for (lane, sender) in self.lanes_between(from, to) {
                    if sender == from {
                        self.lane_is_stuck(lane, out);
                    } else {
                        // It gets through as far as its sender's window reaches: TCP's own acknowledgements do not.
                        out.effects.push(Effect::Window(lane));
                    }
                }
            }
            (End::Server(server), End::Clients(_)) => {
                for session in self.sessions_between(server, to) {
                    if self.sessions[session].answer.is_some() {
                        out.effects.push(Effect::StickClient(session));
                    }
                }
            }
            (End::Server(id), End::Manager) | (End::Manager, End::Server(id)) if talked => {
                self.manager_loses(id, out)
            }
            _ => {}
        }
    }

    /// It works again: TCP retries what was stuck.
    pub(super) fn mend(&mut self, from: End, to: End, out: &mut Out) {
        if self.cuts.carries(from, to) {
            return;
        }
        self.cuts.mend(from, to);
        if !self.cuts.carries(from, to) {
            return;
        }
        match (from, to) {
            (End::Server(one), End::Server(other)) if self.cuts.talk(from, to) => {
                for (lane, _) in self.lanes_between(one, other) {
                    self.unstick_lane(lane, out);
                }
            }
            (End::Server(server), place @ End::Clients(_))
            | (place @ End::Clients(_), End::Server(server)) => {
                for session in self.sessions_between(server, place) {
                    self.unstick_client(session, server, place, out);
                }
            }
            (End::Server(id), End::Manager) | (End::Manager, End::Server(id))
                if self.cuts.talk(from, to) =>
            {
                out.note(Fact::Reachable {
                    server: id,
                    yes: true,
                });
                self.server_can_be_reached(id, out);
            }
            _ => {}
        }
    }

    fn manager_loses(&mut self, id: ServerId, out: &mut Out) {
        out.note(Fact::Reachable {
            server: id,
            yes: false,
        });
        self.master_may_be_gone(id, Noticed::ByTimeOut, out);
        self.manager_may_compare(out);
        self.master_may_fence_itself(id, out);
    }

    /// The lanes between two servers, and who sends on each.
    fn lanes_between(&self, from: ServerId, to: ServerId) -> Vec<(LaneId, ServerId)> {
        let mut lanes = Vec::new();
        for (replica, other) in [(to, from), (from, to)] {
            let link = self.link(replica);
            let upstream = link.dump.on.or(self.server(replica).replica.upstream);
            if upstream == Some(other) {
                for (direction, sender) in [(Direction::Events, other), (Direction::Acks, replica)]
                {
                    lanes.push((LaneId { replica, direction }, sender));
                }
            }
        }
        lanes
    }

    /// Nothing leaves this lane any more.
    pub(super) fn lane_is_stuck(&mut self, lane: LaneId, out: &mut Out) {
        let link = self.link_mut(lane.replica);
        match lane.direction {
            Direction::Events => link.events.stick(),
            Direction::Acks => link.acks.stick(),
        }
        out.effects.push(Effect::Stick(lane));
        let replica = self.server(lane.replica);
        if lane.direction == Direction::Events && replica.replica.connected {
            let timeout = replica.variables.slave_net_timeout;
            out.effects.push(Effect::Silence(lane.replica, timeout));
        }
    }

    fn unstick_lane(&mut self, lane: LaneId, out: &mut Out) {
        out.effects.push(Effect::Unstick(lane));
        // A peer that died meanwhile stays silent: then the time-out goes on.
        if lane.direction == Direction::Events && self.link(lane.replica).dump.on.is_some() {
            self.server_mut(lane.replica).replica.overdue = false;
            out.effects
                .push(Effect::Disarm(Timer::NetTimeout(lane.replica)));
        }
    }

    fn sessions_between(&self, server: ServerId, place: End) -> Vec<SessionId> {
        (0..self.sessions.len() as u16)
            .map(SessionId)
            .filter(|&id| self.sessions[id].server == server && self.place_of(id) == place)
            .collect()
    }

    fn unstick_client(&mut self, id: SessionId, server: ServerId, place: End, out: &mut Out) {
        let server = End::Server(server);
        let (requests, answers) = (
            self.cuts.carries(place, server),
            self.cuts.carries(server, place),
        );
        let session = &mut self.sessions[id];
        if session.request_is_stuck && requests {
            session.request_is_stuck = false;
            out.effects.push(Effect::UnstickClient(id));
        } else if session.answer.is_some() && answers {
            out.effects.push(Effect::UnstickClient(id));
        }
    }
}
