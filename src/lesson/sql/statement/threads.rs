//! START and STOP of a replica's threads, and CHANGE MASTER, as they are said.

/// Threads of a replica.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Threads {
    /// The IO thread.
    pub io: bool,
    /// The SQL thread.
    pub sql: bool,
}

/// MariaDB's `MASTER_USE_GTID`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UseGtid {
    /// `no`
    No,
    /// `slave_pos`
    SlavePos,
    /// `current_pos`
    CurrentPos,
}

/// What `CHANGE MASTER TO` says; what it does not say stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangeMaster {
    /// `MASTER_HOST`
    pub host: Option<String>,
    /// `MASTER_PORT`
    pub port: Option<i64>,
    /// `MASTER_USER`
    pub user: Option<String>,
    /// `MASTER_PASSWORD`
    pub password: Option<String>,
    /// `MASTER_LOG_FILE`
    pub log_file: Option<String>,
    /// `MASTER_LOG_POS`
    pub log_pos: Option<u64>,
    /// `MASTER_AUTO_POSITION` (MySQL)
    pub auto_position: Option<bool>,
    /// `MASTER_USE_GTID` (MariaDB)
    pub use_gtid: Option<UseGtid>,
    /// `MASTER_CONNECT_RETRY`, s.
    pub connect_retry: Option<i64>,
    /// `MASTER_RETRY_COUNT`
    pub retry_count: Option<i64>,
    /// `MASTER_HEARTBEAT_PERIOD`, ns.
    pub heartbeat: Option<u64>,
    /// `MASTER_DELAY`, s.
    pub delay: Option<u64>,
}
