//! Rows that several transactions update, and their locks (semantics.md 1.1, 1.4).

use super::client::Phase;
use super::effect::{Effect, Step, Worker};
use super::ids::{ServerId, SessionId};
use super::world::{Out, World};
use std::collections::{BTreeMap, VecDeque};

/// Most rows of one transaction that others may update too.
pub const MOST: usize = 4;

/// The rows of one transaction that others may update too, in the order in which it locks them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Rows {
    rows: [u32; MOST],
    count: u8,
}

impl Rows {
    /// These rows, each once, in rising order: transactions that lock in one order do not deadlock. More than `MOST`
    /// are cut off.
    pub fn new(rows: impl IntoIterator<Item = u32>) -> Rows {
        let mut all = Rows::default();
        for row in rows.into_iter().take(MOST) {
            if !all.as_slice().contains(&row) {
                all.rows[usize::from(all.count)] = row;
                all.count += 1;
            }
        }
        all.rows[..usize::from(all.count)].sort_unstable();
        all
    }

    /// Them.
    pub fn as_slice(&self) -> &[u32] {
        &self.rows[..usize::from(self.count)]
    }
}

/// Row locks of one server: exclusive, first come, first served.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct RowLocks {
    rows: BTreeMap<u32, (SessionId, VecDeque<SessionId>)>,
}

impl RowLocks {
    /// Takes the lock if it is free, else stands in line.
    fn acquire(&mut self, row: u32, who: SessionId) -> bool {
        match self.rows.get_mut(&row) {
            None => {
                self.rows.insert(row, (who, VecDeque::new()));
                true
            }
            Some((holder, _)) if *holder == who => true,
            Some((_, waiters)) => {
                waiters.push_back(who);
                false
            }
        }
    }

    /// Gives the lock to the next in line, who is returned; who only waited leaves the line.
    fn release(&mut self, row: u32, who: SessionId) -> Option<SessionId> {
        let (holder, waiters) = self.rows.get_mut(&row)?;
        if *holder != who {
            waiters.retain(|&waiter| waiter != who);
            return None;
        }
        match waiters.pop_front() {
            None => {
                self.rows.remove(&row);
                None
            }
            Some(next) => {
                *holder = next;
                Some(next)
            }
        }
    }
}

impl World {
    /// A statement locks its rows before it changes them: the n-th statement the n-th row, the last all that are left.
    pub(super) fn start_statement(&mut self, id: SessionId, statement: u32, out: &mut Out) {
        let last = statement + 1 >= self.shape.statements;
        let session = &mut self.sessions[usize::from(id.0)];
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
        let session = &mut self.sessions[usize::from(id.0)];
        let server = &mut self.servers[usize::from(session.server.0)];
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
        let session = &mut self.sessions[usize::from(id.0)];
        if session.rows.count == 0 || session.server != server {
            return;
        }
        let rows = std::mem::take(&mut session.rows);
        (session.rows_locked, session.rows_wanted) = (0, 0);
        for &row in rows.as_slice() {
            let locks = &mut self.servers[usize::from(server.0)].row_locks;
            if let Some(next) = locks.release(row, id) {
                self.sessions[usize::from(next.0)].rows_locked += 1;
                self.lock_rows(next, out);
            }
        }
    }
}
