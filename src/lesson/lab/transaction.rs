//! Transactions of several statements, and locks of whole servers.

use super::connection::{Does, Open, Running};
use super::waiting::Wait;
use super::{Lab, Reply};
use crate::lesson::show;
use crate::lesson::sql::parser::Typed;
use crate::lesson::store::Store;
use crate::lesson::store::errors::SqlError;
use crate::protocol::commit_lock::CommitLock;
use crate::protocol::effect::Input;
use crate::protocol::ids::{ServerId, SessionId};
use crate::protocol::rows::Rows;

impl Lab<'_> {
    /// `BEGIN`; a transaction under way was committed before.
    pub(super) fn begin(&mut self, id: ServerId, session: SessionId, snapshot: bool) -> Reply {
        self.opens(session);
        if snapshot {
            self.consistent_read(id, session);
        }
        Reply::Answer(show::ok(0, &self.seen.words))
    }

    pub(super) fn opens(&mut self, session: SessionId) {
        self.input(Input::Begin(session));
        self.seen.connections[session].transaction = Some(Open::default());
    }

    /// `COMMIT`, or what comes before a statement that commits by itself, which is executed then.
    pub(super) fn commit(
        &mut self,
        id: ServerId,
        session: SessionId,
        text: String,
        next: Option<Typed>,
    ) -> Result<Reply, String> {
        let now = self.now();
        let connection = &mut self.seen.connections[session];
        if !connection
            .transaction
            .as_ref()
            .is_some_and(Open::is_written)
        {
            let was_begun = self.seen.connections[session].transaction.is_some();
            self.forgets_transaction(session);
            if was_begun
                && next.is_none()
                && let Some(said) = self.commits_empty(id, session)
            {
                return said;
            }
            return match next {
                Some(next) => self.run_typed(id, session, next),
                None => Ok(Reply::Answer(show::ok(0, &self.seen.words))),
            };
        }
        connection.answer = None;
        connection.next = next;
        connection.running = Some(Running::new(Does::Commit, text, now));
        self.simulation
            .submit(session, Rows::default(), &mut self.seen);
        Ok(Reply::Waits(session))
    }

    /// `ROLLBACK`
    pub(super) fn roll_back(&mut self, session: SessionId) -> Reply {
        self.forgets_transaction(session);
        Reply::Answer(show::ok(0, &self.seen.words))
    }

    pub(super) fn forgets_transaction(&mut self, session: SessionId) {
        if self.seen.connections[session].transaction.take().is_some() {
            self.input(Input::RollBack(session));
        }
    }

    /// What a session's SELECT reads: in a transaction what its first one saw, and its own changes.
    pub(super) fn consistent_read(&mut self, id: ServerId, session: SessionId) -> Option<Store> {
        let connection = &mut self.seen.connections[session];
        let open = connection.transaction.as_mut()?;
        let store = &self.seen.machines[id].store;
        let snapshot = open.snapshot.get_or_insert_with(|| store.clone()).clone();
        Some(open.on(&snapshot))
    }

    /// Whether a session that waited for these rows would wait for somebody who waits for it: error 1213, and its
    /// transaction is rolled back.
    pub(super) fn deadlocks(&mut self, session: SessionId, rows: &Rows) -> Option<SqlError> {
        let world = &self.simulation.world;
        let id = world.sessions[session].server;
        let mut behind = world.holders(id, rows);
        behind.retain(|holder| *holder != session);
        // Nobody waits for more than one: each chain ends, or comes back here.
        for _ in 0..world.sessions.len() {
            if behind.contains(&session) {
                self.forgets_transaction(session);
                let text = "Deadlock found when trying to get lock; try restarting transaction";
                return Some(SqlError::new(1213, "40001", text));
            }
            behind = behind
                .into_iter()
                .filter_map(|one| world.waits_for(one))
                .collect();
        }
        None
    }

    /// `FLUSH TABLES WITH READ LOCK`
    pub(super) fn flush_with_read_lock(
        &mut self,
        id: ServerId,
        session: SessionId,
        text: String,
    ) -> Reply {
        self.input(Input::Flush(id, CommitLock::ReadLockWanted));
        self.waits(session, Wait::ReadLock, text, None);
        self.said_or_waits(session)
    }

    /// The answer of a statement that may have to wait.
    pub(super) fn said_or_waits(&mut self, session: SessionId) -> Reply {
        match self.seen.connections[session].said.take() {
            Some(said) => Reply::Answer(said),
            None => Reply::Waits(session),
        }
    }

    /// `UNLOCK TABLES`, and what the end of a connection does.
    pub(super) fn unlocks_tables(&mut self, id: ServerId, session: SessionId) {
        let connection = &mut self.seen.connections[session];
        if !std::mem::take(&mut connection.read_lock) {
            return;
        }
        let mut others = self.sessions_of(id);
        if !others.any(|other| self.seen.connections[other].read_lock) {
            self.input(Input::UnlockTables(id));
        }
    }

    /// Error 1223: the session itself has locked everything.
    pub(super) fn has_locked_itself_out(&self, session: SessionId) -> Option<SqlError> {
        let locked = self.seen.connections[session].read_lock;
        let text = "Can't execute the query because you have a conflicting read lock";
        locked.then(|| SqlError::new(1223, "HY000", text))
    }
}
