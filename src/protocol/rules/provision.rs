//! A server gets what another one has: a dump that is loaded, and what it is told of it (semantics.md 3, 14.5).

use crate::protocol::state::ids::{Gtid, ServerId};
use crate::protocol::state::replica::Told;
use crate::protocol::state::world::World;

impl World {
    /// A dump of a server, with its coordinates, is loaded into one that has nothing: it has what the other had
    /// committed, but not in a binlog of its own (`gtid_purged`).
    pub(super) fn load_dump(&mut self, into: ServerId, of: ServerId) {
        let runs = self.server(of).history.runs().to_vec();
        let end = self.server(of).committed;
        let server = self.server_mut(into);
        if server.history.end() > 0 {
            return;
        }
        for run in runs {
            let count = run.count.min(end.saturating_sub(run.start));
            server.history.push_unlogged(run.first, count);
        }
        server.files = vec![end];
        (
            server.binlog_synced,
            server.published,
            server.committed,
            server.binlog_syncing,
        ) = (end, end, end, end);
        let marks = server.marks();
        server.redo.written = marks;
        server.redo.synced = marks;
    }

    /// `SET GLOBAL gtid_purged`, where no commit is under way: these transactions count as executed and are in no binlog here.
    pub(super) fn add_purged(&mut self, id: ServerId, first: Gtid, count: u64) {
        let server = self.server_mut(id);
        if server.committed < server.history.end() {
            return;
        }
        server.history.push_unlogged(first, count);
        server.committed = server.history.end();
        server.published = server.committed;
        let marks = server.marks();
        (server.redo.written, server.redo.synced) = (marks, marks);
        if first.origin.server == id {
            // Its own next transaction gets a number that is free.
            server.numbering.number = server.numbering.number.max(first.number + count);
        }
    }

    /// `SET GLOBAL gtid_slave_pos`: where the replica asks to begin, until it executes something else.
    pub(super) fn set_slave_pos(&mut self, id: ServerId, gtid: Option<Gtid>) {
        let server = self.server_mut(id);
        server.replica.told = Some(Told {
            gtid,
            since: server.committed,
        });
    }
}
