//! What servers of a flavour say, and how large what they write is: words, texts, errors, events (semantics.md 9, 12a).
//!
//! One value for each flavour, chosen in one place; the rest of a lesson reads it and asks for no flavour.

pub mod applier;
mod events;
mod mariadb;
mod mysql;
mod mysql_errors;
pub mod own_tables;
pub mod semi_sync;
mod strange;

pub use events::{
    Dropped, Events, GtidEvent, InnerEnds, Lead, Password, QueryVariables, RelayEvents,
    TableMetadata, Xid,
};
pub use semi_sync::SemiSync;
pub use strange::Dialect;

use super::sql::lexer::Executable;
use super::store::errors::{Clause, SqlError};
use crate::protocol::flavour::{Family, Flavour};
use crate::protocol::variables::Positioning;

/// What servers of a flavour say. Texts with something in them are functions of it.
#[derive(Clone, Copy, Debug)]
pub struct Vocabulary {
    /// The server's name for itself.
    pub server: &'static str,
    /// The patch version, unless the flavour says one.
    pub patch: u16,
    /// What stands behind the version.
    pub version_suffix: &'static str,
    /// `master` or `source`.
    pub source: &'static str,
    /// `Slave` or `Replica`.
    pub replica: &'static str,
    /// Which statements it does not know.
    pub dialect: Dialect,
    /// Where its semi-sync is.
    pub semi_sync: SemiSync,
    /// Decimals of a time that the client prints.
    pub decimals: usize,
    /// What `CHANGE MASTER TO` without coordinates asks by, the first time.
    pub change_master: Positioning,
    /// What is said of the other family's word for replication by GTID.
    pub not_our_gtid: &'static str,
    /// SET PERSIST.
    pub has_persist: bool,
    /// Who may write in spite of read_only has a privilege of its own; else it is SUPER.
    pub read_only_admin: bool,
    /// Its errors.
    pub errors: Errors,
    /// Its events.
    pub events: Events,
    /// Its types of columns.
    pub types: Types,
    /// What its lists show.
    pub shows: Shows,
    /// Its own tables and what stands in them.
    pub own: Own,
    /// What it says of a replica's threads.
    pub applier: applier::Applier,
}

/// What stands in a server's own tables.
#[derive(Clone, Copy, Debug)]
pub struct Own {
    /// Which tables there are.
    pub tables: &'static [own_tables::Listed],
    /// What `performance_schema` is unless it is said.
    pub performance_schema: PerformanceSchema,
    /// 1109: the name of a table that is not in `information_schema`.
    pub unknown_table: fn(&str) -> String,
    /// Users that are there from the beginning, beside root.
    pub accounts: &'static [&'static str],
    /// What threads of a replica are called in `performance_schema.threads`: IO, SQL, worker.
    pub threads: [&'static str; 3],
    /// What a SELECT that reads the list of processes does.
    pub reads_processes: &'static str,
    /// The storage engines: name, SUPPORT, COMMENT, TRANSACTIONS, XA, SAVEPOINTS; parted by `|`, one a line.
    pub engines: &'static str,
    /// Some plugins that are built in: name and type. They are not listed; so a SELECT that asks for them is not answered.
    pub plugins: &'static [(&'static str, &'static str)],
    /// The text of a moment that was not, in `performance_schema`.
    pub never: &'static str,
}

/// What `performance_schema` shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PerformanceSchema {
    /// Everything.
    On,
    /// Its tables are empty.
    Off,
}

impl PerformanceSchema {
    /// Which.
    pub fn is_on(self) -> bool {
        self == PerformanceSchema::On
    }
}

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

/// A statement that is refused while threads run: number and text.
pub type Refused = (u16, &'static str);

/// What is said to CHANGE and RESET while threads of the replica run.
#[derive(Clone, Copy, Debug)]
pub struct Runs {
    /// CHANGE of what the IO thread uses, which runs.
    pub io: Refused,
    /// CHANGE of what both use, and one runs.
    pub both: Refused,
    /// RESET.
    pub reset: Refused,
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

/// Types of columns.
#[derive(Clone, Copy, Debug)]
pub struct Types {
    /// Bytes of a character at the most.
    pub bytes_per_character: u64,
    /// 1677: the source's VARCHAR of so many bytes.
    pub varchar_of_source: fn(u64) -> String,
    /// 1677: the replica's VARCHAR of so many characters.
    pub varchar_of_replica: fn(u16) -> String,
    /// 1677: a replica's whole number, by its name and its digits.
    pub number_of_replica: fn(&str, u32) -> String,
}

/// What lists show.
#[derive(Clone, Copy, Debug)]
pub struct Shows {
    /// SHOW BINARY LOGS: more columns, with their values.
    pub binary_logs: &'static [(&'static str, &'static str)],
    /// SHOW SLAVE HOSTS: whose word the host's name is.
    pub slave_host: SlaveHost,
    /// What SHOW REPLICA STATUS and SHOW REPLICAS call their columns.
    pub replica_columns: Columns,
    /// `Master_SSL_Allowed`
    pub ssl: &'static str,
    /// SHOW SLAVE STATUS: `Master_Info_File`, if it has one; fields of this flavour alone, at the end.
    pub info_file: &'static str,
    /// See `info_file`.
    pub more_status: &'static [(&'static str, &'static str)],
    /// `Exec_Master_Log_Pos` of a replica that knows no file yet, if it is no place in one.
    pub executed_nowhere: Option<u64>,
    /// SHOW ALL SLAVES STATUS says when the last event was written that was received, and that was applied.
    pub tells_event_times: bool,
    /// When `Seconds_Behind_Master` is NULL.
    pub seconds_behind: SecondsBehind,
    /// SHOW PROCESSLIST.
    pub processes: Processes,
    /// PURGE warns of binlogs that a dump thread reads.
    pub tells_of_kept_binlogs: bool,
}

/// Whose word the host's name of a replica is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlaveHost {
    /// `report_host`, which is empty unless it is set.
    Reported,
    /// The host that the master sees.
    Seen,
}

/// What a list in new words calls its columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Columns {
    /// `Master_...`, `Slave_...`, as the old statement does.
    Old,
    /// `Source_...`, `Replica_...`
    New,
}

/// When `Seconds_Behind_Master` is NULL, beside a SQL thread that does not run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecondsBehind {
    /// While the IO thread is not connected, unless there is a backlog.
    NullWithoutBacklog,
    /// While the IO thread is not connected.
    NullUnconnected,
}

/// SHOW PROCESSLIST.
#[derive(Clone, Copy, Debug)]
pub struct Processes {
    /// Waiting for an acknowledgement.
    pub waits_for_ack: &'static str,
    /// Held by a lock of the whole server.
    pub held: &'static str,
    /// Held by FLUSH TABLES WITH READ LOCK and what it waits for.
    pub read_lock: &'static str,
    /// FLUSH BINARY LOGS that waits.
    pub rotates: &'static str,
    /// In the queue of group commit.
    pub in_queue: &'static str,
    /// SHOW PROCESSLIST itself.
    pub itself: &'static str,
    /// A dump thread that has sent everything.
    pub sent_all: &'static str,
    /// A dump thread whose replica has gone, until it notices.
    pub finalizes: &'static str,
    /// Commands of the IO and the SQL thread.
    pub threads: [&'static str; 2],
    /// The host of the IO thread.
    pub io_host: &'static str,
    /// A worker that has nothing to apply, if workers are listed.
    pub worker: Option<&'static str>,
    /// More columns, with their values.
    pub more: &'static [(&'static str, &'static str)],
}

impl Vocabulary {
    /// What servers of a flavour say.
    pub const fn of(flavour: Flavour) -> Vocabulary {
        let patch = match flavour.patch {
            Some(patch) => patch,
            None => u16::MAX,
        };
        match (flavour.family, flavour.series) {
            (Family::Mysql, (5, _)) => mysql::SERIES_57,
            (Family::Mysql, (8, 0)) => mysql::series_80(patch),
            (Family::Mysql, (8, _)) => mysql::SERIES_84,
            (Family::Mysql, _) => mysql::SERIES_97,
            (Family::Mariadb, (10, _)) => mariadb::SERIES_1011,
            (Family::Mariadb, (11, ..=7)) => mariadb::SERIES_114,
            (Family::Mariadb, _) => mariadb::SERIES_118,
        }
    }

    /// Error 1064, if a statement is none of this server's.
    pub fn refuses(&self, text: &str) -> Option<SqlError> {
        self.dialect.refuses(self.server, text)
    }

    /// Whether a server executes a comment.
    pub fn executes(&self, flavour: Flavour, comment: Executable) -> bool {
        let own = self.number(flavour);
        let is_due = comment.since.is_none_or(|since| since <= own);
        match flavour.family {
            Family::Mysql => is_due && !comment.m,
            // Versions that only MySQL has are not meant for MariaDB.
            Family::Mariadb => {
                let of_mysql = comment
                    .since
                    .is_some_and(|since| (50_700..100_000).contains(&since));
                is_due && (comment.m || !of_mysql)
            }
        }
    }

    /// The version as a number: 80036.
    fn number(&self, flavour: Flavour) -> u32 {
        let (major, minor) = flavour.series;
        let patch = flavour.patch.unwrap_or(self.patch);
        u32::from(major) * 10_000 + u32::from(minor) * 100 + u32::from(patch)
    }

    /// One of the server's own tables, by its full name in small letters.
    pub fn own_table(&self, flavour: Flavour, name: &str) -> Option<own_tables::OwnColumns> {
        own_tables::find(self.own.tables, name, self.number(flavour))
    }

    /// Whether any server has a table of this full name.
    pub fn knows_table(&self, name: &str) -> bool {
        own_tables::is_known(name)
    }

    /// `Server ver` of a Format_description event.
    pub fn version(&self, flavour: Flavour) -> String {
        let (major, minor) = flavour.series;
        let patch = flavour.patch.unwrap_or(self.patch);
        format!("{major}.{minor}.{patch}{}", self.version_suffix)
    }
}

/// 1133, in what is no MySQL 8.0.
fn no_row_of_user() -> SqlError {
    SqlError::new(
        1133,
        "28000",
        "Can't find any matching row in the user table",
    )
}
