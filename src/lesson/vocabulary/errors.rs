//! Errors and refusals in a server's words.

use super::super::store::errors::{Clause, Note, SqlError};
use super::super::store::value::Value;
use super::Runs;

/// Errors whose text, number or SQLSTATE differs.
#[derive(Clone, Copy, Debug)]
pub struct Errors {
    /// What the client says to an end without a statement.
    pub no_query: &'static str,
    /// SET GLOBAL of a variable that only sessions have: number and text.
    pub session_only: fn(&str) -> (u16, String),
    /// A function that the server does not have, without a default database.
    pub no_function: fn(&str) -> SqlError,
    /// 2003, by the host's name and the number of the system's error.
    pub cannot_connect: fn(&str, u16) -> String,
    /// 2013.
    pub lost_connection: &'static str,
    /// CHANGE and RESET while threads of the replica run.
    pub replica_runs: Runs,
    /// 1200.
    pub no_master: &'static str,
    /// 1776: coordinates beside auto-position.
    pub auto_position: &'static str,
    /// 1777: auto-position without GTIDs.
    pub no_gtid_mode: &'static str,
    /// `SET GLOBAL gtid_purged`.
    pub gtid_purged: GtidPurged,
    /// SET of what the server has executed, in a transaction: number, SQLSTATE, text.
    pub in_transaction: (u16, &'static str, &'static str),
    /// 1126, by the file.
    pub no_library: fn(&str) -> SqlError,
    /// A table is asked for in a database that does not exist: by database and table.
    pub no_database: fn(&str, &str) -> SqlError,
    /// A DATE was given a time of day: by value, column and row.
    pub time_cut: fn(&Value, &str, usize) -> Note,
    /// What FLUSH PRIVILEGES is called where it will be removed.
    pub flush_privileges: Option<&'static str>,
    /// `CREATE USER IF NOT EXISTS`, and the user exists.
    pub user_exists: fn(&str) -> SqlError,
    /// `DROP USER IF EXISTS`, and it does not.
    pub no_user: fn(&str) -> SqlError,
    /// DROP USER: what stands behind each user that does not exist.
    pub dropped_nobody: &'static str,
    /// The user of a GRANT does not exist.
    pub no_user_to_grant: fn() -> SqlError,
    /// 1054: the name of a clause.
    pub clause: fn(Clause) -> &'static str,
    /// 1062: the name of a table's primary key.
    pub primary_key: fn(&str) -> String,
    /// 1091, by the column.
    pub cannot_drop: fn(&str) -> String,
    /// 1366: SQLSTATE and the column's name, by database, table and column.
    pub not_a_number: fn(&str, &str, &str) -> (&'static str, String),
    /// The dump thread refuses: the number that the IO thread shows, and the text.
    pub not_sent: (u16, fn(&NotSent) -> String),
    /// A column cannot be converted: number, and text by the column's place, the table and the two types.
    pub conversion: (u16, fn(&Conversion) -> String),
    /// What is said of a failed transaction where workers apply, instead of what failed.
    pub coordinator: Option<fn(&Failed) -> String>,
    /// 2003 of an IO thread.
    pub io_thread: fn(&Attempt) -> String,
}

/// When `gtid_purged` may be set (MySQL).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GtidPurged {
    /// While `gtid_executed` is empty.
    OnlyOnce,
    /// To more than it was, or with `+`, of what was not executed.
    May,
}

/// Why a dump thread sends nothing.
#[derive(Clone, Copy, Debug)]
pub enum NotSent<'a> {
    /// There is no such file.
    NoFile,
    /// The position is behind the end of the file.
    BehindEnd(&'a str, u64),
    /// It is inside of an event: file, position, the end of the first event, the end of the file.
    Inside(&'a str, u64, [u64; 2]),
    /// What is asked for by GTID was purged: what the replica has, and what is missing.
    Purged(&'a str, &'a str),
    /// The replica has more than the source, and this is the last.
    Ahead(&'a str),
    /// The last that the replica has is not the source's, which has later ones.
    Diverged(&'a str),
}

/// A column of a row event that does not fit.
#[derive(Clone, Copy, Debug)]
pub struct Conversion<'a> {
    /// From 0.
    pub column: usize,
    /// With its database.
    pub table: &'a str,
    /// The source's type.
    pub from: &'a str,
    /// The replica's type.
    pub to: &'a str,
}

/// A transaction that a worker could not apply.
#[derive(Clone, Copy, Debug)]
pub struct Failed<'a> {
    /// The worker, from 1.
    pub worker: u32,
    /// Its GTID, or `ANONYMOUS`.
    pub gtid: &'a str,
    /// The source's file.
    pub file: &'a str,
    /// The end of the event there.
    pub end: u64,
}

impl Failed<'_> {
    /// What is said of it before the reason; `source` is the server's word.
    pub fn sentence(&self, source: &str) -> String {
        format!(
            "Worker {} failed executing transaction '{}' at {source} log {}, end_log_pos {}",
            self.worker, self.gtid, self.file, self.end
        )
    }
}

/// An IO thread's attempt to connect.
#[derive(Clone, Copy, Debug)]
pub struct Attempt<'a> {
    /// `connecting` or `reconnecting`.
    pub verb: &'a str,
    /// `MASTER_USER`
    pub user: &'a str,
    /// `MASTER_HOST`
    pub host: &'a str,
    /// `MASTER_PORT`
    pub port: i64,
    /// `MASTER_CONNECT_RETRY`, s.
    pub retry: u64,
    /// Attempts so far.
    pub attempts: u32,
    /// `MASTER_RETRY_COUNT`
    pub most: u32,
    /// The system's error: number and text.
    pub error: (u16, &'a str),
}
