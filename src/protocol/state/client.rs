//! Client sessions and readers as the servers see them.

use super::commit::{Commit, Phase};
use super::fact::Outcome;
use super::ids::ServerId;
use super::rows::Rows;

/// What is on its way to a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Answer {
    /// A statement inside a transaction was executed.
    Statement,
    /// The transaction's end.
    Final(Outcome),
}

/// One client session.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Session {
    /// The server it is connected to.
    pub server: ServerId,
    /// Its transaction.
    pub commit: Commit,
    /// Requests of the transaction that were executed.
    pub requests_done: u32,
    /// Rows of its transaction that others may update too, how many the statement needs, and how many it has locked.
    pub rows: Rows,
    /// See `rows`.
    pub rows_wanted: u8,
    /// See `rows`.
    pub rows_locked: u8,
    /// In a transaction whose statements are typed one by one: its row locks stay until it ends.
    pub keeps_rows: bool,
    /// Its user has SUPER, or what has taken its place: `read_only` is for the others.
    pub has_super: bool,
    /// An answer on its way to the client.
    pub answer: Option<Answer>,
    /// The client waits for an answer.
    pub awaited: bool,
    /// Its request is stuck in TCP.
    pub request_is_stuck: bool,
}

impl Session {
    /// What its next transaction will update.
    pub(in crate::protocol) fn writes(&mut self, rows: Rows) {
        if !self.is_busy() {
            (self.rows, self.rows_wanted, self.rows_locked) = (rows, 0, 0);
        }
    }

    /// Whether the server still works for this session.
    pub fn is_busy(&self) -> bool {
        self.commit.phase != Phase::Idle
    }

    /// Whether it is inside a transaction and the next move is the client's.
    pub(in crate::protocol) fn is_between_statements(&self) -> bool {
        matches!(self.commit.phase, Phase::BetweenStatements | Phase::Broken)
    }
}

/// One reader's last query.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Reader {
    /// What is on its way to it: the server and its history index.
    pub answer: Option<(ServerId, u64)>,
}

super::rename::renames!(
    Session { server, commit },
    [
        requests_done,
        rows,
        rows_wanted,
        rows_locked,
        keeps_rows,
        has_super,
        answer,
        awaited,
        request_is_stuck
    ]
);
super::rename::renames!(Reader { answer }, []);
