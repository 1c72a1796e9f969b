//! A client's connection to a server of the lab: its statement under way, its transaction, what it waits for.

use super::gtid_next::GtidNext;
use super::waiting::Waiting;
use crate::engine::Moment;
use crate::lesson::binlog::{Done, Transaction};
use crate::lesson::sql::parser::Typed;
use crate::lesson::sql::select::Select;
use crate::lesson::sql::statement::Change;
use crate::lesson::store::Store;
use crate::lesson::store::errors::{Note, SqlError};
use crate::lesson::store::execute::Executed;
use crate::lesson::store::select::Grid;
use crate::lesson::store::value::Value;
use crate::protocol::fact::Outcome;
use std::collections::BTreeMap;

/// How rows are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// As a table.
    Table,
    /// `\G`: fields below each other.
    Vertical,
}

/// What a statement that goes through the core does.
#[derive(Clone, Debug)]
pub enum Does {
    /// It changes something.
    Change(Change),
    /// It locks the rows that it reads: `SELECT ... FOR UPDATE`, and how it is shown.
    Lock(Box<Select>, Shape),
    /// `COMMIT` of the connection's transaction.
    Commit,
}

/// A statement that a session executes.
#[derive(Clone, Debug)]
pub struct Running {
    /// What it does.
    pub does: Does,
    /// Its text.
    pub text: String,
    /// When it was typed.
    pub typed: Moment,
    /// Why it failed.
    pub error: Option<SqlError>,
    /// What came of it.
    pub executed: Executed,
    /// What it has read.
    pub read: Option<Grid>,
    /// The contents of its transaction.
    pub(super) transaction: Option<Transaction>,
}

impl Running {
    /// A statement that was just typed.
    pub fn new(does: Does, text: String, typed: Moment) -> Running {
        Running {
            does,
            text,
            typed,
            error: None,
            executed: Executed::default(),
            read: None,
            transaction: None,
        }
    }
}

/// A transaction that was begun and is not committed.
#[derive(Clone, Debug, Default)]
pub struct Open {
    /// Its statements so far.
    pub done: Vec<Done>,
    /// When its first one was executed, s.
    pub since: u64,
    /// What its first consistent read has seen.
    pub snapshot: Option<Store>,
}

impl Open {
    /// Tables as the transaction has changed them.
    pub fn on(&self, store: &Store) -> Store {
        let mut store = store.clone();
        let edits = self.done.iter().flat_map(|done| &done.executed.edits);
        edits.for_each(|edit| store.apply(edit));
        store
    }

    /// Whether it has to be committed.
    pub fn is_written(&self) -> bool {
        self.done.iter().any(Done::is_written)
    }
}

/// A client's connection.
#[derive(Clone, Debug, Default)]
pub struct Connection {
    /// Its Id on its server.
    pub id: u32,
    /// Its default database.
    pub database: Option<String>,
    /// The statement under way.
    pub running: Option<Running>,
    /// Its last statement's outcome, when it was read and not looked at yet.
    pub answer: Option<(Outcome, Moment)>,
    /// It was killed: its statement may still be at work on the server.
    pub killed: bool,
    /// Its statement is being killed.
    pub interrupted: bool,
    /// When it last did something.
    pub since: Moment,
    /// Its transaction.
    pub transaction: Option<Open>,
    /// `autocommit=0`
    pub no_autocommit: bool,
    /// It has `FLUSH TABLES WITH READ LOCK`.
    pub read_lock: bool,
    /// Its statement waits for something that is no commit of its own.
    pub waiting: Option<Waiting>,
    /// What that statement was answered.
    pub said: Option<String>,
    /// Typed behind a COMMIT that comes of itself.
    pub next: Option<Typed>,
    /// What SHOW WARNINGS shows.
    pub notes: Vec<Note>,
    /// Who is logged in; nobody is root.
    pub user: Option<String>,
    /// `sql_log_bin=0`
    pub no_log_bin: bool,
    /// `gtid_next`, if it is a GTID.
    pub gtid_next: Option<GtidNext>,
    /// `@name`
    pub variables: BTreeMap<String, Value>,
    /// Variables of its own.
    pub session: BTreeMap<String, String>,
    /// `LAST_INSERT_ID()`
    pub last_insert_id: i64,
}
