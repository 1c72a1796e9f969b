//! What somebody does who types: transactions of several statements, `FLUSH TABLES WITH READ LOCK`, `FLUSH BINARY LOGS`, `PURGE`.

use crate::protocol::state::client::Answer;
use crate::protocol::state::commit::{Commit, Phase};
use crate::protocol::state::commit_lock::CommitLock;
use crate::protocol::state::fact::{Fact, Outcome};
use crate::protocol::state::ids::{Gtid, ServerId, SessionId};
use crate::protocol::state::rows::Rows;
use crate::protocol::state::task::Task;
use crate::protocol::state::variables::WaitPoint;
use crate::protocol::state::world::{Out, World};

impl World {
    /// `BEGIN`: from here on row locks stay until the transaction ends.
    pub(super) fn begin_transaction(&mut self, id: SessionId) {
        self.sessions[id].keeps_rows = true;
    }

    /// `ROLLBACK`, or the `COMMIT` of a transaction that changed nothing.
    pub(super) fn roll_back_typed(&mut self, id: SessionId, out: &mut Out) {
        let session = &self.sessions[id];
        if session.keeps_rows && !session.is_busy() {
            self.unlock_rows(session.server, id, out);
        }
    }

    /// A statement was executed and there is nothing to commit yet; its locks are released, unless a transaction keeps them.
    pub(super) fn end_statement(&mut self, id: SessionId, outcome: Outcome, out: &mut Out) {
        if self.sessions[id].commit.phase == Phase::Execute {
            self.statement_is_over(id, outcome, out);
        }
    }

    pub(super) fn statement_is_over(&mut self, id: SessionId, outcome: Outcome, out: &mut Out) {
        let session = &mut self.sessions[id];
        let server = session.server;
        if session.keeps_rows {
            session.rows = Rows::default();
            (session.rows_wanted, session.rows_locked) = (0, 0);
        } else {
            self.unlock_rows(server, id, out);
        }
        self.sessions[id].commit = Commit::default();
        self.answer(id, Answer::Final(outcome), out);
    }

    /// A statement has waited for a row lock for `innodb_lock_wait_timeout`: it alone is rolled back.
    pub(super) fn lock_wait_times_out(&mut self, id: SessionId, out: &mut Out) {
        let session = &self.sessions[id];
        if session.commit.phase != Phase::RowLock {
            return;
        }
        let (server, at) = (session.server, usize::from(session.rows_locked));
        let row = session.rows.as_slice()[at];
        self.servers[server].row_locks.release(row, id);
        self.statement_is_over(id, Outcome::Refused, out);
    }

    /// `FLUSH TABLES WITH READ LOCK`, `FLUSH BINARY LOGS`.
    pub(super) fn wants_commit_lock(&mut self, id: ServerId, lock: CommitLock, out: &mut Out) {
        let server = self.server_mut(id);
        if server.is_up() && server.commit_lock == CommitLock::Free {
            server.commit_lock = lock;
            self.commit_locks = true;
            self.grant_commit_locks(out);
        }
    }

    /// `UNLOCK TABLES`
    pub(super) fn unlock_tables(&mut self, id: ServerId, out: &mut Out) {
        self.server_mut(id).commit_lock = CommitLock::Free;
        for session in self.held_on(id) {
            self.sessions[session].commit = Commit::default();
            self.request(session, out);
        }
        self.start_applier(id, out);
    }

    /// Whoever waits for commits in progress gets its lock when there are none.
    pub(super) fn grant_commit_locks(&mut self, out: &mut Out) {
        for id in self.server_ids() {
            match self.server(id).commit_lock {
                CommitLock::Free | CommitLock::ReadLock => {}
                CommitLock::ReadLockWanted => {
                    let idle = self.server(id).replica.workers.iter().all(Task::is_idle);
                    if idle && !self.has_commits_in_progress(id) {
                        self.server_mut(id).commit_lock = CommitLock::ReadLock;
                    }
                }
                CommitLock::RotationWanted => {
                    if !self.has_prepared(id) {
                        self.rotate(id);
                        self.unlock_tables(id, out);
                    }
                }
            }
        }
        let wanted = [CommitLock::ReadLockWanted, CommitLock::RotationWanted];
        let mut locks = self.servers.iter().map(|server| server.commit_lock);
        self.commit_locks = locks.any(|lock| wanted.contains(&lock));
    }

    /// Whether a transaction is in the binlog, or about to be, and not committed in the engine.
    fn has_prepared(&self, id: ServerId) -> bool {
        let server = self.server(id);
        let waits_before = server.variables.wait_point != WaitPoint::AfterCommit;
        let prepared = |commit: &Commit| match commit.phase {
            Phase::Idle
            | Phase::Execute
            | Phase::BetweenStatements
            | Phase::Broken
            | Phase::RowLock
            | Phase::Held
            | Phase::InTurn
            | Phase::Turn
            | Phase::Reply => false,
            Phase::SemiSyncWait | Phase::Acknowledged => waits_before,
            Phase::Prepare
            | Phase::RedoSync
            | Phase::RedoSynced
            | Phase::RedoAgain
            | Phase::RedoWrittenAgain
            | Phase::InQueue
            | Phase::GotLock
            | Phase::GroupRedoSync
            | Phase::WriteBinlog
            | Phase::GroupDelay
            | Phase::BinlogSync
            | Phase::EngineCommit => true,
        };
        let sessions = self.sessions.iter().filter(|session| session.server == id);
        let workers = server.replica.workers.iter().map(|task| &task.commit);
        sessions
            .map(|session| &session.commit)
            .chain(workers)
            .any(prepared)
    }

    /// A new binlog file; what the last one has is on disk.
    fn rotate(&mut self, id: ServerId) {
        let server = self.server_mut(id);
        let end = server.history.end();
        server.files.push(end);
        server.binlog_synced = end;
    }

    /// `PURGE BINARY LOGS`: what stands before this history index is in no binlog any more.
    pub(super) fn purge_binlogs(&mut self, id: ServerId, before: u64) {
        let server = self.server_mut(id);
        server.purged = server.purged.max(before.min(server.history.end()));
    }

    /// A transaction without changes, on a server where nothing else is under way: it stands in the binlog, and who asks by
    /// GTID is not sent the one whose name it has.
    pub(super) fn commit_empty(&mut self, id: ServerId, gtid: Gtid, out: &mut Out) {
        let server = self.server_mut(id);
        let end = server.history.end();
        if server.history.has_gtid(gtid) || server.committed < end {
            return;
        }
        server.history.push(gtid, 1);
        (server.binlog_synced, server.published, server.committed) = (end + 1, end + 1, end + 1);
        let marks = server.marks();
        (server.redo.written, server.redo.synced) = (marks, marks);
        if gtid.origin == server.numbering.origin {
            server.numbering.number = server.numbering.number.max(gtid.number + 1);
        }
        out.note(Fact::Logged {
            server: id,
            gtid,
            index: end,
            session: None,
        });
        out.note(Fact::Visible {
            server: id,
            index: end + 1,
        });
        for replica in self.server_ids() {
            if self.link(replica).dump.on == Some(id) {
                self.read_binlog(replica, out);
            }
        }
    }

    /// Who holds up this session: who has the row lock that it waits for.
    pub fn waits_for(&self, id: SessionId) -> Option<SessionId> {
        let session = &self.sessions[id];
        if session.commit.phase != Phase::RowLock {
            return None;
        }
        let row = session
            .rows
            .as_slice()
            .get(usize::from(session.rows_locked))?;
        self.server(session.server).row_locks.holder(*row)
    }

    /// Who has one of these row locks on a server.
    pub fn holders(&self, id: ServerId, rows: &Rows) -> Vec<SessionId> {
        let locks = &self.server(id).row_locks;
        let rows = rows.as_slice().iter();
        rows.filter_map(|row| locks.holder(*row)).collect()
    }
}
