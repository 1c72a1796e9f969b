//! Replicas that are alike are one: states that differ only in which of them is which become the same state.

mod alike;
mod rename;

pub use alike::alike;
pub use rename::in_own_names;

use super::state::State;
use crate::protocol::ids::ServerId;
use crate::protocol::rename::Rename;

impl State {
    /// The state with those who are alike in a fixed order, by how far they are; and who got which number.
    pub fn canonical(mut self, alike: &[ServerId]) -> (State, Option<Vec<ServerId>>) {
        let mut sorted = alike.to_vec();
        sorted.sort_by_cached_key(|&id| self.key(id));
        if sorted == alike {
            return (self, None);
        }
        let mut to: Vec<ServerId> = self.world.server_ids().collect();
        for (&old, &new) in sorted.iter().zip(alike) {
            to[usize::from(old.0)] = new;
        }
        self.rename(&to);
        (self, Some(to))
    }

    /// How far a replica is; equal for replicas that nothing tells apart, and sometimes for others.
    fn key(&self, id: ServerId) -> [u64; 20] {
        let (server, link) = (self.world.server(id), self.world.link(id));
        let replica = &server.replica;
        let count = |is: bool| u64::from(is);
        [
            server.life as u64,
            replica.relay.end(),
            replica.relay_synced,
            replica.applied,
            replica.scheduled,
            u64::from(replica.read_position.file),
            replica.read_position.index,
            server.history.end(),
            server.binlog_synced,
            server.committed,
            count(replica.connected),
            count(replica.io_running),
            count(replica.upstream.is_some()),
            count(server.semi_sync.on),
            link.events.in_socket().count() as u64,
            link.events.on_wire().count() as u64,
            link.acks.in_socket().count() as u64,
            link.dump.cursor,
            self.pending.of(id),
            count(self.world.serving == Some(id)),
        ]
    }
}
