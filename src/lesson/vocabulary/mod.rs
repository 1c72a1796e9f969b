//! What servers of a flavour say, and how large what they write is: words, texts, errors, events (semantics.md 9, 12a).
//!
//! One value for each flavour, chosen in one place; the rest of a lesson reads it and asks for no flavour.

mod errors;
mod own;

pub use errors::{Attempt, Conversion, Errors, Failed, GtidPurged, NotSent};
pub use own::{Own, PerformanceSchema};

pub mod applier;
mod events;
mod mariadb;
mod mysql;
mod mysql_errors;
pub mod own_tables;
pub mod semi_sync;
mod strange;

pub use events::{
    Dropped, EventLists, Events, FromInside, GtidEvent, InnerEnds, Lead, Password, QueryVariables,
    RelayEvents, TableMetadata, Xid,
};
pub use semi_sync::SemiSync;
pub use strange::Dialect;

use super::sql::lexer::Executable;
use super::store::errors::SqlError;
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
    /// SHOW WARNINGS goes on showing the same after statements that use no table and say nothing.
    pub keeps_notes: bool,
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

/// What is said: number and text.
pub type Said = (u16, &'static str);

/// What is said to CHANGE and RESET while threads of the replica run.
#[derive(Clone, Copy, Debug)]
pub struct Runs {
    /// CHANGE of what the IO thread uses, which runs.
    pub io: Said,
    /// CHANGE of what both use, and one runs.
    pub both: Said,
    /// RESET.
    pub reset: Said,
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
    /// `Master_SSL_Verify_Server_Cert`
    pub ssl_verified: &'static str,
    /// SHOW SLAVE STATUS: `Master_Info_File`, if it has one; fields of this flavour alone, at the end.
    pub info_file: &'static str,
    /// See `info_file`.
    pub more_status: &'static [(&'static str, &'static str)],
    /// `Exec_Master_Log_Pos` of a replica that knows no file yet, if it is no place in one.
    pub executed_nowhere: Option<u64>,
    /// SHOW ALL SLAVES STATUS says when the last event was written that was received, and that was applied.
    pub tells_event_times: bool,
    /// SHOW BINLOG EVENTS, SHOW RELAYLOG EVENTS.
    pub events: EventLists,
    /// When `Seconds_Behind_Master` is NULL.
    pub seconds_behind: SecondsBehind,
    /// SHOW PROCESSLIST.
    pub processes: Processes,
    /// SHOW DATABASES has `information_schema` first; else where its name belongs.
    pub virtual_database_leads: bool,
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
