//! How statements lock the rows that several transactions update, and who waits (semantics.md 1.1, 1.4).

use crate::protocol::state::commit::Phase;
use crate::protocol::state::effect::{Effect, Step, Worker};
use crate::protocol::state::ids::{ServerId, SessionId};
use crate::protocol::state::world::{Out, World};

impl World {
    /// A statement locks its rows before it changes them: the n-th statement the n-th row, the last all that are left.
    pub(super) fn start_statement(&mut self, id: SessionId, statement: u32, out: &mut Out) {
        let last = statement + 1 >= self.shape.statements;
        let session = &mut self.sessions[id];
        session.rows_wanted = match last {
            true => session.rows.count,
            false => {
                let statements = u8::try_from(statement).unwrap_or(u8::MAX);
                session.rows.count.min(statements.saturating_add(1))
            }
        };
        self.lock_rows(id, out);
    }

    fn lock_rows(&mut self, id: SessionId, out: &mut Out) {
        let session = &mut self.sessions[id];
        let server = &mut self.servers[session.server];
        while session.rows_locked < session.rows_wanted {
            let row = session.rows.rows[usize::from(session.rows_locked)];
            if !server.row_locks.acquire(row, id) {
                session.commit.phase = Phase::RowLock;
                return;
            }
            session.rows_locked += 1;
        }
        session.commit.phase = Phase::Execute;
        out.effects.push(Effect::Work {
            worker: Worker::Session(id),
            server: session.server,
            step: Step::Statement,
            amount: self.shape.rows_per_statement,
        });
    }

    /// The engine committed or rolled back: whoever waits for its rows goes on.
    pub(super) fn unlock_rows(&mut self, server: ServerId, id: SessionId, out: &mut Out) {
        let session = &mut self.sessions[id];
        let keeps = std::mem::take(&mut session.keeps_rows);
        if (session.rows.count == 0 && !keeps) || session.server != server {
            return;
        }
        let rows = std::mem::take(&mut session.rows);
        (session.rows_locked, session.rows_wanted) = (0, 0);
        for &row in rows.as_slice() {
            self.unlock_row(server, id, row, out);
        }
        if keeps {
            // Those of its earlier statements.
            for row in self.servers[server].row_locks.held_by(id) {
                self.unlock_row(server, id, row, out);
            }
        }
    }

    fn unlock_row(&mut self, server: ServerId, id: SessionId, row: u32, out: &mut Out) {
        let locks = &mut self.servers[server].row_locks;
        if let Some(next) = locks.release(row, id) {
            self.sessions[next].rows_locked += 1;
            self.lock_rows(next, out);
        }
    }
}
