//! What a statement says.

mod threads;

pub use threads::{ChangeMaster, Threads, UseGtid};

use super::expression::Expression;
use super::select::Select;
use super::threads::Until;
use crate::lesson::store::kind::Type;
use crate::protocol::effect::Forgets;

/// A table, perhaps with its database.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TableName {
    /// The database, if it was said.
    pub database: Option<String>,
    /// The table.
    pub table: String,
}

/// A column as `CREATE TABLE` says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnSaid {
    /// Its name.
    pub name: String,
    /// Its type.
    pub kind: Type,
    /// `NOT NULL`, or part of the primary key.
    pub not_null: bool,
    /// `AUTO_INCREMENT`.
    pub auto_increment: bool,
    /// `PRIMARY KEY`.
    pub primary: bool,
    /// `UNIQUE`
    pub unique: bool,
    /// `DEFAULT`
    pub default: Option<Expression>,
    /// `ON UPDATE CURRENT_TIMESTAMP`
    pub on_update: bool,
}

/// A table as `CREATE TABLE` says it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableSaid {
    /// Its columns.
    pub columns: Vec<ColumnSaid>,
    /// `PRIMARY KEY (...)`, as often as it was said.
    pub primary: Vec<Vec<String>>,
    /// `UNIQUE KEY`: name, if one was said, and columns.
    pub unique: Vec<(Option<String>, Vec<String>)>,
}

/// Where a new column goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// At the end.
    Last,
    /// `FIRST`
    First,
    /// `AFTER` another.
    After(String),
}

/// Which rows are changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Which {
    /// `WHERE`
    pub condition: Option<Expression>,
    /// `LIMIT`
    pub limit: Option<usize>,
}

/// What it means that something is there already, or is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Otherwise {
    /// An error.
    Error,
    /// A note: `IF NOT EXISTS`, `IF EXISTS`.
    Note,
}

/// A statement that changes what a server holds: it goes to the binlog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// `CREATE USER`, and whether with a password.
    CreateUser(String, bool, Otherwise),
    /// `DROP USER`
    DropUser(Vec<String>, Otherwise),
    /// `GRANT`: privileges on the server, and to whom.
    Grant(Vec<String>, String),
    /// `CREATE DATABASE`
    CreateDatabase(String, Otherwise),
    /// `DROP DATABASE`
    DropDatabase(String, Otherwise),
    /// `CREATE TABLE`
    CreateTable(TableName, TableSaid, Otherwise),
    /// `DROP TABLE`
    DropTable(Vec<TableName>, Otherwise),
    /// `TRUNCATE TABLE`
    Truncate(TableName),
    /// `ALTER TABLE ... DROP COLUMN`
    DropColumn(TableName, String),
    /// `ALTER TABLE ... ADD COLUMN`
    AddColumn(TableName, ColumnSaid, Place),
    /// `INSERT`: columns, if they were said, and rows.
    Insert(TableName, Option<Vec<String>>, Vec<Vec<Expression>>),
    /// `UPDATE ... SET ... WHERE`
    Update(TableName, Vec<(String, Expression)>, Which),
    /// `DELETE ... WHERE`
    Delete(TableName, Which),
    /// `FLUSH TABLES`: nothing changes here, but the binlog has it.
    FlushTables,
    /// `FLUSH PRIVILEGES`, of which the same is true.
    FlushPrivileges,
}

impl Change {
    /// Whether it changes rows, not what there is.
    pub fn is_dml(&self) -> bool {
        matches!(
            self,
            Change::Insert(..) | Change::Update(..) | Change::Delete(..)
        )
    }
}

/// Which log's events are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Log {
    /// `SHOW BINLOG EVENTS`
    Binlog,
    /// `SHOW RELAYLOG EVENTS`
    Relay,
}

/// Which events of a log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// `IN`; else the first file that is left.
    pub file: Option<String>,
    /// `FROM`: those that begin here or later.
    pub from: Option<u64>,
    /// `OFFSET`
    pub skip: usize,
    /// `LIMIT`
    pub limit: Option<usize>,
}

/// A list to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Show {
    /// `SHOW MASTER STATUS`, `SHOW BINARY LOG STATUS`
    MasterStatus,
    /// `SHOW SLAVE STATUS`, or in new words.
    SlaveStatus {
        /// `SHOW REPLICA STATUS`
        new_words: bool,
    },
    /// `SHOW SLAVE HOSTS`, or in new words.
    SlaveHosts {
        /// `SHOW REPLICAS`
        new_words: bool,
    },
    /// `SHOW STATUS`
    Status,
    /// `SHOW VARIABLES`
    Variables,
    /// `SHOW BINARY LOGS`
    BinaryLogs,
    /// `SHOW BINLOG EVENTS`, `SHOW RELAYLOG EVENTS`
    Events(Log, Part),
    /// `SHOW PROCESSLIST`
    Processlist,
    /// `SHOW DATABASES`
    Databases,
    /// `SHOW TABLES`, of a database that may be said; `FULL` with the type of each.
    Tables(Option<String>, Option<&'static str>),
    /// `SHOW ALL SLAVES STATUS`
    AllSlavesStatus,
    /// `SHOW WARNINGS`
    Warnings,
}

/// A statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Statement {
    /// One that goes to the binlog.
    Change(Change),
    /// `USE`
    Use(String),
    /// `SELECT`
    Select(Select),
    /// `SHOW`, and which of its rows.
    Show(Show, Filter),
    /// `SHUTDOWN`
    Shutdown,
    /// `CHANGE MASTER TO`
    ChangeMaster(ChangeMaster),
    /// `START SLAVE`, and perhaps `UNTIL`.
    StartSlave(Threads, Option<Until>),
    /// `STOP SLAVE`
    StopSlave(Threads),
    /// `RESET SLAVE`, or `RESET SLAVE ALL`.
    ResetSlave(Forgets),
    /// `RESET MASTER`
    ResetMaster,
    /// `INSTALL PLUGIN`, and from which file.
    InstallPlugin(String, String),
    /// `SET`
    Set(Vec<Setting>),
    /// `SET NAMES`, and what else nothing here depends on.
    SetNothing,
    /// `KILL`: of what, and the Id of the connection.
    Kill(Killed, u32),
    /// `BEGIN`, and whether `WITH CONSISTENT SNAPSHOT`.
    Begin(bool),
    /// `COMMIT`
    Commit,
    /// `ROLLBACK`
    Rollback,
    /// `FLUSH`
    Flush(Flush),
    /// `UNLOCK TABLES`
    UnlockTables,
    /// `PURGE BINARY LOGS`
    Purge(Purge),
    /// `UNINSTALL PLUGIN`
    UninstallPlugin(String),
}

/// What is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Killed {
    /// `KILL QUERY`: the statement under way.
    Query,
    /// `KILL`, `KILL CONNECTION`
    Connection,
}

/// Which binlogs are purged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purge {
    /// Those before this one.
    To(String),
    /// Those that were written before a moment.
    Before(Due),
}

/// A moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// On the servers' clocks, s since 1970.
    At(u64),
    /// So many seconds ago.
    Ago(u64),
}

impl Due {
    /// On the servers' clocks, s, when they show `now`.
    pub fn due(self, now: u64) -> u64 {
        match self {
            Due::At(seconds) => seconds,
            Due::Ago(seconds) => now.saturating_sub(seconds),
        }
    }
}

/// Which rows of a list are shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// `LIKE`
    pub like: Option<String>,
    /// `WHERE`
    pub condition: Option<Expression>,
}

/// Whose variable is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The server's, until it stops.
    Global,
    /// The connection's.
    Session,
    /// `PERSIST`: the server's, after a restart too.
    Persist,
    /// `PERSIST_ONLY`: after a restart.
    PersistOnly,
    /// `@name`
    Own,
}

/// A variable that is set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Whose.
    pub scope: Scope,
    /// Its name.
    pub name: String,
    /// To what; a bare word is a column's name here.
    pub value: Expression,
}

/// What is flushed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flush {
    /// `FLUSH TABLES WITH READ LOCK`
    ReadLock,
    /// `FLUSH BINARY LOGS`, `FLUSH LOGS`
    BinaryLogs,
    /// `FLUSH STATUS`
    Status,
    /// `FLUSH TABLES`, which is written to the binlog.
    Tables,
    /// `FLUSH PRIVILEGES`, too.
    Privileges,
    /// What is not.
    Nothing,
}

impl Statement {
    /// Whether it ends a transaction before it is executed.
    pub fn commits_before(&self) -> bool {
        match self {
            Statement::Change(change) => !change.is_dml(),
            Statement::Use(_)
            | Statement::Select(_)
            | Statement::Show(..)
            | Statement::Set(_)
            | Statement::SetNothing
            | Statement::Kill(..)
            | Statement::Commit
            | Statement::Rollback => false,
            Statement::ChangeMaster(_)
            | Statement::StartSlave(..)
            | Statement::StopSlave(_)
            | Statement::ResetSlave(_)
            | Statement::ResetMaster
            | Statement::InstallPlugin(..)
            | Statement::Begin(_)
            | Statement::Flush(_)
            | Statement::Shutdown
            | Statement::Purge(_)
            | Statement::UninstallPlugin(_)
            | Statement::UnlockTables => true,
        }
    }
}
