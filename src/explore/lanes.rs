//! What is in the lanes of a state, and what may move there.

use super::state::State;
use crate::protocol::effect::{Direction, LaneId};

impl State {
    /// Every lane.
    pub fn lanes(&self) -> impl Iterator<Item = LaneId> + '_ {
        self.world.server_ids().flat_map(|replica| {
            [Direction::Events, Direction::Acks].map(|direction| LaneId { replica, direction })
        })
    }

    /// Packets in a lane, wherever they are.
    pub fn packets(&self, lane: LaneId) -> usize {
        let link = self.world.link(lane.replica);
        let packets = match lane.direction {
            Direction::Events => &link.events,
            Direction::Acks => &link.acks,
        };
        packets.in_socket().count() + packets.on_wire().count()
    }

    /// Whether the first packet in a lane's socket buffer may leave.
    pub fn may_depart(&self, lane: LaneId) -> bool {
        let link = self.world.link(lane.replica);
        let packets = match lane.direction {
            Direction::Events => &link.events,
            Direction::Acks => &link.acks,
        };
        packets.in_socket().next().is_some() && !self.pending.is_stuck(lane)
    }

    /// Whether the first packet on a lane's wire may arrive.
    pub fn may_arrive(&self, lane: LaneId) -> bool {
        let link = self.world.link(lane.replica);
        let packets = match lane.direction {
            Direction::Events => &link.events,
            Direction::Acks => &link.acks,
        };
        packets.on_wire().next().is_some() && !self.pending.is_stuck(lane)
    }
}
