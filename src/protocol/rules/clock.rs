//! The logical clock that a source writes with each transaction (semantics.md 1.1, 4.1).

use crate::protocol::state::clock::Clock;
use crate::protocol::state::commit::Committer;
use crate::protocol::state::ids::ServerId;
use crate::protocol::state::world::World;

impl World {
    /// The logical clock of a transaction that was just written (semantics.md 1.1, 4.1).
    pub(super) fn write_clock(&mut self, id: ServerId, who: Committer, index: u64, group: u64) {
        let rows = match who {
            Committer::Session(session) => self.sessions[session].rows,
            Committer::Applier(_, worker) => {
                self.server(id).replica.workers[usize::from(worker)].rows
            }
        };
        let written = u64::from(self.shape.rows_per_transaction());
        let committed = self.commit(who).last_committed;
        let server = self.server_mut(id);
        let most = server.variables.writeset_history;
        let last_committed = match server.variables.writeset {
            true => {
                let by_rows = server.writesets.last_committed(index, &rows, written, most);
                committed.min(by_rows)
            }
            false => committed,
        };
        server.clocks.push(
            index,
            Clock {
                source: id,
                sequence: index,
                last_committed,
                group,
                rows,
            },
        );
    }
}
