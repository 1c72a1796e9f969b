//! Events of the binlog as servers of a flavour write them: sizes, bytes, names (semantics.md 9, 14.1).

/// Sizes, bytes, and names of events.
#[derive(Clone, Copy, Debug)]
pub struct Events {
    /// A Format_description event.
    pub format_description: u64,
    /// The status variables of a Query event.
    pub query: QueryVariables,
    /// A Gtid event.
    pub gtid: GtidEvent,
    /// What stands in front of rows.
    pub lead: Lead,
    /// Row events: of INSERT, UPDATE and DELETE.
    pub rows: [&'static str; 3],
    /// What is shown behind `flags: STMT_END_F`.
    pub rows_flags: &'static str,
    /// The post-header of a row event.
    pub row_header: u64,
    /// Optional metadata of a Table_map event.
    pub table_metadata: TableMetadata,
    /// What stands in a relay log before the source's transactions.
    pub relay: RelayEvents,
    /// `End_log_pos` of a transaction's events between its Gtid event and its end.
    pub inner_ends: InnerEnds,
    /// DROP TABLE.
    pub dropped: Dropped,
    /// What is written instead of a password.
    pub password: Password,
    /// `CREATE TABLE IF NOT EXISTS` of one that exists is written.
    pub logs_tables_that_exist: bool,
}

/// Bytes of a Query event's status variables.
#[derive(Clone, Copy, Debug)]
pub struct QueryVariables {
    /// Those that every one has.
    pub always: u64,
    /// Those of a replica's own BEGIN in front of rows, if they differ; it names the rows' database.
    pub applied_begin: Option<u64>,
    /// Before the names of the databases that a statement changes, each with an end, if they are written.
    pub databases: Option<u64>,
    /// What CREATE, ALTER and changes of rows carry of the session.
    pub session: u64,
    /// The number of the transaction, in what the engine commits.
    pub xid: Xid,
    /// UPDATE and the BEGIN in front of it: the tables that it changes.
    pub update: u64,
    /// CREATE TABLE with a TIMESTAMP.
    pub timestamp: u64,
    /// Changes of rows that say what time it is: the time zone.
    pub time_zone: u64,
    /// CREATE USER with a password, whose hash needs salt: when, in which time zone.
    pub user: u64,
    /// GRANT: who grants.
    pub grant: u64,
}

/// Bytes of the number of a transaction.
#[derive(Clone, Copy, Debug)]
pub struct Xid {
    /// In statements about tables, and DROP DATABASE.
    pub tables: u64,
    /// In TRUNCATE.
    pub truncate: u64,
    /// In DROP DATABASE IF EXISTS of one that does not exist.
    pub no_database: u64,
    /// In CREATE DATABASE and statements about users.
    pub others: u64,
    /// Whether SHOW BINLOG EVENTS shows it.
    pub is_shown: bool,
}

/// What stands in a relay log file before the source's transactions, beside the source's Rotate and Format_description.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RelayEvents {
    /// Nothing.
    Plain,
    /// A Rotate event for each time that the source skips events: the rest of a file's head, transactions.
    Rotates,
    /// With GTIDs all of the head of the source's file, and a list of what is skipped.
    Heads,
    /// The same; what is skipped is listed instead of what the head lists.
    HeadsWithOneList,
}

impl RelayEvents {
    /// Whether the head of the source's file is sent.
    pub fn has_heads(self) -> bool {
        match self {
            RelayEvents::Plain | RelayEvents::Rotates => false,
            RelayEvents::Heads | RelayEvents::HeadsWithOneList => true,
        }
    }
}

/// SHOW BINLOG EVENTS and SHOW RELAYLOG EVENTS.
#[derive(Clone, Copy, Debug)]
pub struct EventLists {
    /// Of which events errors speak that are about a relay log.
    pub relay_log: &'static str,
    /// FROM a place where no event begins.
    pub from_inside: FromInside,
    /// So many events LIMIT 0 shows.
    pub limit_zero: usize,
}

/// FROM a place where no event begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FromInside {
    /// From the next one on; none behind the end.
    NextEvent,
    /// Error 1220.
    Refused,
}

/// `End_log_pos` of a transaction's events between its Gtid event and its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InnerEnds {
    /// Where they end.
    Counted,
    /// 0: they are copied to the binlog as they were cached.
    Zero,
}

/// How DROP TABLE is written to the binlog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dropped {
    /// As it was typed.
    AsTyped,
    /// By the server, from the names of the tables.
    Generated,
}

/// Bytes of a Gtid event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GtidEvent {
    /// Always so many.
    Fixed(u64),
    /// By the length of the transaction and on whose binlog it stands.
    WithLength,
    /// By whether it was committed in a group.
    ByGroup {
        /// Alone.
        alone: u64,
        /// In a group.
        grouped: u64,
    },
}

/// What stands between the Gtid event and the rows or the statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lead {
    /// A Query event, BEGIN.
    Begin,
    /// Nothing but the statement's text, before rows.
    Annotation,
}

/// Optional metadata of a Table_map event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableMetadata {
    /// None.
    Absent,
    /// Signedness of numbers, character sets of strings.
    Minimal,
}

/// How CREATE USER is written to the binlog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Password {
    /// As it was typed.
    AsTyped,
    /// With a hash.
    Hashed {
        /// The plugin that made it.
        plugin: &'static str,
        /// Its length.
        length: usize,
    },
}
