//! Statements that wait for something that is no commit of their own, and time-outs of waits for row locks.

use super::Lab;
use super::connection::{Connection, Shape};
use super::functions::{Asker, Stop};
use crate::engine::Moment;
use crate::lesson::show;
use crate::lesson::sql::select::Select;
use crate::lesson::store::errors::SqlError;
use crate::protocol::commit::Phase;
use crate::protocol::commit_lock::CommitLock;
use crate::protocol::effect::Input;
use crate::protocol::fact::Outcome;
use crate::protocol::ids::{ServerId, SessionId, Span};

/// What a statement waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wait {
    /// `SET GLOBAL read_only=ON`: commits in progress.
    ReadOnly,
    /// `FLUSH TABLES WITH READ LOCK`: commits in progress.
    ReadLock,
    /// `FLUSH BINARY LOGS`: transactions that are in the binlog and not in the engine. So many files were there.
    Rotation(usize),
    /// `SELECT` of a function that waits.
    Select(Box<Select>, Shape),
}

/// A statement that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// For what.
    pub wait: Wait,
    /// Its text.
    pub text: String,
    /// When it was typed.
    pub typed: Moment,
    /// When it gives up.
    pub until: Option<Moment>,
}

impl Connection {
    /// Whether its statement has its answer.
    pub fn has_answer(&self) -> bool {
        self.answer.is_some() || self.said.is_some()
    }
}

impl Lab<'_> {
    /// Registers a statement that waits; it may have its answer at once.
    pub(super) fn waits(
        &mut self,
        session: SessionId,
        wait: Wait,
        text: String,
        until: Option<Moment>,
    ) {
        let typed = self.now();
        self.seen.connections[session].waiting = Some(Waiting {
            wait,
            text,
            typed,
            until,
        });
        self.seen.waits = true;
        self.go_on();
    }

    /// When the next wait times out.
    pub(super) fn next_time_out(&self) -> Option<Moment> {
        let now = self.now();
        let connections = &self.seen.connections;
        let due = connections
            .ids()
            .zip(connections)
            .filter_map(|(session, connection)| {
                let own = connection
                    .waiting
                    .as_ref()
                    .and_then(|waiting| waiting.until);
                own.or_else(|| self.lock_wait_ends(session, connection))
            });
        let due = due.chain(self.next_due());
        due.filter(|due| *due > now).min()
    }

    /// When a statement that was typed long ago has waited for a row lock for `innodb_lock_wait_timeout`.
    fn lock_wait_ends(&self, session: SessionId, connection: &Connection) -> Option<Moment> {
        let running = connection.running.as_ref()?;
        connection.answer.is_none().then_some(())?;
        let server = self.simulation.world.sessions[session].server;
        let seconds = self
            .variable(server, "innodb_lock_wait_timeout")?
            .parse::<u64>()
            .ok()?;
        Some(running.typed + Span::seconds(seconds))
    }

    /// Statements whose wait is over are answered, and those behind a COMMIT that comes of itself are executed. Whether
    /// anything went on.
    pub(super) fn go_on(&mut self) -> bool {
        let mut went_on = self.executes_what_is_due();
        went_on |= self.stop_at_until();
        for session in self.seen.connections.ids().collect::<Vec<_>>() {
            let connection = &self.seen.connections[session];
            let id = self.simulation.world.sessions[session].server;
            if let Some(waiting) = connection.waiting.clone() {
                if let Some(said) = self.polled(id, session, &waiting) {
                    let connection = &mut self.seen.connections[session];
                    (connection.waiting, connection.said) = (None, Some(said));
                    connection.since = self.simulation.now();
                    went_on = true;
                }
            } else if connection.next.is_some() && connection.answer.is_some() {
                self.goes_on_behind_commit(id, session);
                went_on = true;
            } else if connection.running.is_some() {
                went_on |= self.lock_wait_times_out(session);
            }
        }
        let mut connections = self.seen.connections.iter();
        let machines = &mut self.seen.machines;
        let mut machines = machines.iter();
        self.seen.waits = connections.any(|connection| connection.waiting.is_some())
            || machines.any(|machine| machine.until.is_some() || machine.delay > 0);
        went_on
    }

    fn lock_wait_times_out(&mut self, session: SessionId) -> bool {
        let connection = &self.seen.connections[session];
        let due = self.lock_wait_ends(session, connection);
        let waits = self.simulation.world.sessions[session].commit.phase == Phase::RowLock;
        if !waits || due.is_none_or(|due| due > self.now()) {
            return false;
        }
        if let Some(running) = &mut self.seen.connections[session].running {
            let text = "Lock wait timeout exceeded; try restarting transaction";
            running.error = Some(SqlError::new(1205, "HY000", text));
        }
        self.input(Input::LockWaitTimeout(session));
        true
    }

    /// What a statement that waits is answered, if its wait is over.
    fn polled(&mut self, id: ServerId, session: SessionId, waiting: &Waiting) -> Option<String> {
        let words = &self.seen.words;
        let server = self.simulation.world.server(id);
        if !server.is_up() || self.seen.connections[session].killed {
            return Some(SqlError::new(2013, "HY000", words.errors.lost_connection).printed());
        }
        let is_over = match &waiting.wait {
            Wait::Select(select, shape) => {
                let asker = Asker {
                    id,
                    session,
                    typed: waiting.typed,
                };
                return match self.selected(select, asker, &waiting.text, *shape) {
                    Ok(said) => Some(said),
                    Err(Stop::Waits(_)) => None,
                    Err(Stop::Error(error)) => Some(error.printed()),
                    Err(Stop::NotModelled(problem)) => Some(problem),
                };
            }
            Wait::ReadOnly => server.variables.read_only || !server.setting_read_only,
            Wait::ReadLock => server.commit_lock == CommitLock::ReadLock,
            Wait::Rotation(files) => server.files.len() > *files,
        };
        if !is_over {
            // Whoever else held the lock has let it go.
            if server.commit_lock == CommitLock::Free
                && let Some(lock) = waiting.wait.lock()
            {
                self.input(Input::Flush(id, lock));
            }
            return None;
        }
        match waiting.wait {
            Wait::ReadOnly | Wait::Select(..) => {}
            Wait::ReadLock => self.seen.connections[session].read_lock = true,
            Wait::Rotation(_) => {
                let now = self.now();
                self.seen.rotated(now, id, &self.simulation.world);
            }
        }
        let took = self.now() - waiting.typed;
        Some(show::ok_after(0, took, &self.seen.words))
    }

    /// A statement that waits is over before its time, with this answer.
    pub(super) fn gives_up(&mut self, id: ServerId, session: SessionId, wait: &Wait, said: String) {
        let server = self.simulation.world.server(id);
        if wait.lock().is_some_and(|lock| lock == server.commit_lock) {
            self.input(Input::UnlockTables(id));
        }
        self.seen.connections[session].said = Some(said);
    }

    fn goes_on_behind_commit(&mut self, id: ServerId, session: SessionId) {
        let connection = &mut self.seen.connections[session];
        let Some(next) = connection.next.take() else {
            return;
        };
        if !matches!(connection.answer, Some((Outcome::Ok, _))) {
            return; // the COMMIT's error is the answer
        }
        connection.answer = None;
        connection.running = None;
        connection.transaction = None;
        let said = match self.run_typed(id, session, next) {
            Ok(super::Reply::Answer(said)) => said,
            Ok(super::Reply::Waits(_)) => return,
            Err(problem) => problem,
        };
        self.seen.connections[session].said = Some(said);
    }
}

impl Wait {
    fn lock(&self) -> Option<CommitLock> {
        match self {
            Wait::ReadLock => Some(CommitLock::ReadLockWanted),
            Wait::Rotation(_) => Some(CommitLock::RotationWanted),
            Wait::ReadOnly | Wait::Select(..) => None,
        }
    }
}
