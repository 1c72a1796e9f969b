//! What a crash now would leave: closed forms of `crash.rs`, `recovery.rs` and `failover.rs`, for as long as no server has
//! taken over from the first master, and what has reached a replica is written before the manager decides. A test holds
//! them against forks of the cluster that do crash.

use crate::protocol::state::crash::Crash;
use crate::protocol::state::exposure::ServerSet;
use crate::protocol::state::ids::ServerId;
use crate::protocol::state::lane::Packet;
use crate::protocol::state::partition::End;
use crate::protocol::state::server::Server;
use crate::protocol::state::world::World;

impl Server {
    /// The upstream's history index behind everything that this replica has executed, or that has reached its host: its
    /// IO thread will write it.
    fn has_reached(&self) -> u64 {
        let replica = &self.replica;
        // A thread that is told to stop ends the packet in hand and reads no other.
        let read = match replica.is_leaving() {
            true => 0,
            false => replica.arrived.len(),
        };
        let arrived = replica.arrived.range(..read).rev();
        let mut arrived = arrived.filter_map(Packet::end_of_events);
        let receiving = || replica.receiving().and_then(Packet::end_of_events);
        let last = arrived.next().or_else(receiving).unwrap_or(0);
        // A relay log that was lost with the page cache may have been executed.
        last.max(replica.read_position.index)
            .max(self.history.end())
    }

    /// The history index up to which it would have its transactions back after this crash and a restart (semantics.md 6.2).
    pub fn would_keep(&self, crash: Crash) -> u64 {
        let (logged, marks) = if crash.keeps_page_cache() {
            (self.history.end(), self.redo.written)
        } else {
            (self.binlog_synced, self.redo.synced)
        };
        let logged = match self.variables.init_role_is_slave {
            true => logged.min(marks.committed),
            false => logged,
        };
        let known = marks.prepared.max(marks.committed);
        if known < logged {
            // In the binlog but unknown to the engine is not executed again.
            known
        } else {
            logged.max(marks.committed)
        }
    }
}

impl World {
    /// The master's history index up to which a replica will have everything if these servers crash now: what had
    /// reached it, and what is on its way and survives.
    pub fn would_receive(&self, replica: ServerId, crash: Crash, dying: ServerSet) -> u64 {
        let server = self.server(replica);
        let link = self.link(replica);
        let reached = server.has_reached();
        if !server.replica.connected || server.replica.is_leaving() {
            return reached;
        }
        let on_its_way = match link
            .dump
            .on
            .is_some_and(|upstream| dying.contains(upstream))
        {
            // Of an upstream that lives, or is dead already, everything that is still there arrives.
            false => link.events.last_transaction(),
            true if crash.keeps_socket_buffers() => link.events.last_transaction(),
            true if crash.keeps_wire() => link.events.last_on_wire(),
            true => None,
        };
        on_its_way.map_or(reached, |end| end.max(reached))
    }

    /// What the most advanced replica would have, by received position, if these servers crash now; `None` if nobody
    /// could be promoted.
    pub fn best_would_have(&self, crash: Crash, dying: ServerSet) -> Option<u64> {
        let replicas = || {
            self.servers
                .iter()
                .filter(|server| server.replica.upstream.is_some())
        };
        let survives = |server: &&Server| {
            !dying.contains(server.id) && self.answers_to(End::Manager, server.id)
        };
        let survivors = || replicas().filter(survives);
        if self.manager.as_ref().is_some_and(|manager| manager.quorum)
            && survivors().count() + self.acknowledgements_per_commit() < replicas().count() + 1
        {
            return None;
        }
        survivors()
            .map(|server| self.would_receive(server.id, crash, dying))
            .max()
    }
}
