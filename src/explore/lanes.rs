//! What is in the lanes of a state, and what may move there.

use super::state::State;
use crate::protocol::effect::{Direction, LaneId};
use crate::protocol::lane::Lane;

impl State {
    /// Every lane.
    pub fn lanes(&self) -> impl Iterator<Item = LaneId> + '_ {
        self.world.server_ids().flat_map(|replica| {
            [Direction::Events, Direction::Acks].map(|direction| LaneId { replica, direction })
        })
    }

    fn lane(&self, lane: LaneId) -> &Lane {
        let link = self.world.link(lane.replica);
        match lane.direction {
            Direction::Events => &link.events,
            Direction::Acks => &link.acks,
        }
    }

    /// Packets in a lane, wherever they are.
    pub fn packets(&self, lane: LaneId) -> usize {
        let packets = self.lane(lane);
        packets.in_socket().count() + packets.on_wire().count()
    }

    /// Whether the first packet in a lane's socket buffer may leave.
    pub fn may_depart(&self, lane: LaneId) -> bool {
        let packets = self.lane(lane);
        packets.in_socket().next().is_some() && !self.pending.is_stuck(lane)
    }

    /// Whether the first packet on a lane's wire may arrive.
    pub fn may_arrive(&self, lane: LaneId) -> bool {
        let packets = self.lane(lane);
        packets.on_wire().next().is_some() && !self.pending.is_stuck(lane)
    }
}
