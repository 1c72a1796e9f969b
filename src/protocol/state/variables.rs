//! The servers' variables (semantics.md 0 and 12); each flavour's own defaults are in `flavour`.

use super::ids::Span;

/// `rpl_semi_sync_master_wait_point`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WaitPoint {
    /// Between binlog and engine commit: rows stay invisible until the acknowledgement.
    AfterSync,
    /// After the engine commit: rows are visible while the client still waits.
    AfterCommit,
}

/// `innodb_flush_log_at_trx_commit`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RedoFlush {
    /// 0: the redo log stays in the log buffer; a background thread writes and syncs it about once a second.
    InBackground,
    /// 1: written and synced for every commit (group).
    AtCommit,
    /// 2: written for every commit (group), synced in the background.
    WriteOnly,
}

/// How a replica asks for events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Positioning {
    /// `MASTER_LOG_FILE`, `MASTER_LOG_POS`.
    FileAndPosition,
    /// MySQL `MASTER_AUTO_POSITION=1`, MariaDB `MASTER_USE_GTID=slave_pos`.
    Gtid,
}

/// Which transactions workers may execute side by side (semantics.md 4.1); they always commit in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Parallel {
    /// MySQL's `slave_parallel_type=LOGICAL_CLOCK`.
    LogicalClock,
    /// MariaDB's `slave_parallel_mode=conservative`: one group of the source's group commit.
    Conservative,
    /// MariaDB's `slave_parallel_mode=optimistic`: all; the later of two that meet is rolled back.
    Optimistic,
}

/// The variables of one server that change what the core does. `SET GLOBAL` changes a field.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Variables {
    /// `sync_binlog`: 0 never, n every n-th group.
    pub sync_binlog: u32,
    /// `innodb_flush_log_at_trx_commit`.
    pub redo_flush: RedoFlush,
    /// `innodb_log_file_buffering=OFF` (MariaDB): what is written to the redo log goes to the device, and the writer
    /// waits for it, even where it does not wait for a sync.
    pub redo_direct: bool,
    /// `binlog_group_commit_sync_delay` (MySQL).
    pub sync_delay: Span,
    /// `binlog_group_commit_sync_no_delay_count` (MySQL); 0 ignores the count.
    pub sync_no_delay_count: u32,
    /// `binlog_commit_wait_count` (MariaDB); 0 never waits.
    pub commit_wait_count: u32,
    /// `binlog_commit_wait_usec` (MariaDB).
    pub commit_wait: Span,
    /// `log_slave_updates`.
    pub log_slave_updates: bool,
    /// `rpl_semi_sync_master_enabled`.
    pub semi_sync_master: bool,
    /// `rpl_semi_sync_slave_enabled`; takes effect when the IO thread connects.
    pub semi_sync_slave: bool,
    /// `rpl_semi_sync_master_wait_point`.
    pub wait_point: WaitPoint,
    /// `rpl_semi_sync_master_timeout`.
    pub semi_sync_timeout: Span,
    /// `rpl_semi_sync_master_wait_no_slave`.
    pub wait_no_slave: bool,
    /// `rpl_semi_sync_master_wait_for_slave_count` (MySQL), at least 1.
    pub wait_for_slave_count: u16,
    /// `sync_relay_log`: 0 never, n every n-th event.
    pub sync_relay_log: u32,
    /// `relay_log_recovery`.
    pub relay_log_recovery: bool,
    /// `--init-rpl-role=SLAVE` (MariaDB): recovery truncates the binlog behind what the engine has committed.
    pub init_role_is_slave: bool,
    /// `gtid_strict_mode` (MariaDB): with semi-sync a replica accepts its own server's events.
    pub gtid_strict_mode: bool,
    /// `slave_net_timeout`.
    pub slave_net_timeout: Span,
    /// `net_write_timeout`: how long a dump thread waits for room in a full send buffer.
    pub net_write_timeout: Span,
    /// `MASTER_CONNECT_RETRY`.
    pub connect_retry: Span,
    /// `MASTER_RETRY_COUNT`; 0 tries for ever.
    pub retry_count: u32,
    /// `MASTER_HEARTBEAT_PERIOD`.
    pub heartbeat_period: Span,
    /// How the replica asks for events.
    pub positioning: Positioning,
    /// Workers of the SQL thread, 0 and 1 are one (`slave_parallel_workers`, `slave_parallel_threads`).
    pub workers: u8,
    /// Which transactions they may execute side by side.
    pub parallel: Parallel,
    /// `binlog_transaction_dependency_tracking=WRITESET` (MySQL), as a source.
    pub writeset: bool,
    /// `binlog_transaction_dependency_history_size` (MySQL): rows that WRITESET remembers.
    pub writeset_history: u32,
    /// `read_only`: client sessions get error 1290.
    pub read_only: bool,
    /// `super_read_only` (MySQL): `read_only` for administrators too; ON only with it.
    pub super_read_only: bool,
}

/// Names every field of [`Variables`] that has one name and one value, once: what reads, shows or sets variables matches
/// on the enums, and does not compile where it forgets one.
macro_rules! variables {
    ($($field:ident: $name:ident($of:ty) = $server:literal,)*) => {
        /// A variable of [`Variables`], without its value.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Name {
            $(#[doc = concat!("`", $server, "`")] $name,)*
        }

        /// A variable of [`Variables`] and its value, as `SET GLOBAL` and my.cnf change it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Variable {
            $(#[doc = concat!("`", $server, "`")] $name($of),)*
        }

        impl Name {
            /// Every one.
            pub const ALL: &[Name] = &[$(Name::$name,)*];

            /// The server's name of it, the oldest where it has several.
            pub fn server_name(self) -> &'static str {
                match self {
                    $(Name::$name => $server,)*
                }
            }
        }

        impl Variables {
            /// One variable as it stands.
            pub fn get(&self, name: Name) -> Variable {
                match name {
                    $(Name::$name => Variable::$name(self.$field),)*
                }
            }

            fn put(&mut self, variable: Variable) {
                match variable {
                    $(Variable::$name(value) => self.$field = value,)*
                }
            }
        }
    };
}

variables! {
    sync_binlog: SyncBinlog(u32) = "sync_binlog",
    redo_flush: RedoFlush(RedoFlush) = "innodb_flush_log_at_trx_commit",
    redo_direct: RedoDirect(bool) = "innodb_log_file_buffering",
    sync_delay: SyncDelay(Span) = "binlog_group_commit_sync_delay",
    sync_no_delay_count: SyncNoDelayCount(u32) = "binlog_group_commit_sync_no_delay_count",
    commit_wait_count: CommitWaitCount(u32) = "binlog_commit_wait_count",
    commit_wait: CommitWait(Span) = "binlog_commit_wait_usec",
    log_slave_updates: LogSlaveUpdates(bool) = "log_slave_updates",
    semi_sync_master: SemiSyncMaster(bool) = "rpl_semi_sync_master_enabled",
    semi_sync_slave: SemiSyncSlave(bool) = "rpl_semi_sync_slave_enabled",
    wait_point: WaitPoint(WaitPoint) = "rpl_semi_sync_master_wait_point",
    semi_sync_timeout: SemiSyncTimeout(Span) = "rpl_semi_sync_master_timeout",
    wait_no_slave: WaitNoSlave(bool) = "rpl_semi_sync_master_wait_no_slave",
    wait_for_slave_count: WaitForSlaveCount(u16) = "rpl_semi_sync_master_wait_for_slave_count",
    sync_relay_log: SyncRelayLog(u32) = "sync_relay_log",
    relay_log_recovery: RelayLogRecovery(bool) = "relay_log_recovery",
    init_role_is_slave: InitRoleIsSlave(bool) = "init_rpl_role",
    gtid_strict_mode: GtidStrictMode(bool) = "gtid_strict_mode",
    slave_net_timeout: SlaveNetTimeout(Span) = "slave_net_timeout",
    net_write_timeout: NetWriteTimeout(Span) = "net_write_timeout",
    connect_retry: ConnectRetry(Span) = "master_connect_retry",
    retry_count: RetryCount(u32) = "master_retry_count",
    heartbeat_period: HeartbeatPeriod(Span) = "master_heartbeat_period",
    workers: Workers(u8) = "slave_parallel_workers",
    parallel: Parallel(Parallel) = "slave_parallel_mode",
    writeset: Writeset(bool) = "binlog_transaction_dependency_tracking",
    writeset_history: WritesetHistory(u32) = "binlog_transaction_dependency_history_size",
    read_only: ReadOnly(bool) = "read_only",
    super_read_only: SuperReadOnly(bool) = "super_read_only",
}

impl Variables {
    /// Changes one variable, and what the server changes with it.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the others bring nothing with them"
    )]
    pub fn set(&mut self, variable: Variable) {
        self.put(variable);
        match variable {
            Variable::SlaveNetTimeout(span) => self.heartbeat_period = Span(span.0 / 2),
            Variable::ReadOnly(false) => self.super_read_only = false,
            Variable::SuperReadOnly(true) => self.read_only = true,
            _ => {}
        }
    }
}
