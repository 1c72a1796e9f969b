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
    /// `MASTER_CONNECT_RETRY`.
    pub connect_retry: Span,
    /// `MASTER_RETRY_COUNT`; 0 tries for ever.
    pub retry_count: u32,
    /// `MASTER_HEARTBEAT_PERIOD`.
    pub heartbeat_period: Span,
    /// How the replica asks for events.
    pub positioning: Positioning,
    /// Workers of the SQL thread, at least 1 (`slave_parallel_workers`, `slave_parallel_threads`).
    pub workers: u8,
    /// Which transactions they may execute side by side.
    pub parallel: Parallel,
    /// `binlog_transaction_dependency_tracking=WRITESET` (MySQL), as a source.
    pub writeset: bool,
    /// `read_only`: client sessions get error 1290.
    pub read_only: bool,
}

/// A variable that `SET GLOBAL` changes while the server runs, and its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Variable {
    /// `sync_binlog`.
    SyncBinlog(u32),
    /// `innodb_flush_log_at_trx_commit`.
    RedoFlush(RedoFlush),
    /// `binlog_group_commit_sync_delay` (MySQL).
    SyncDelay(Span),
    /// `binlog_group_commit_sync_no_delay_count` (MySQL).
    SyncNoDelayCount(u32),
    /// `binlog_commit_wait_count` (MariaDB).
    CommitWaitCount(u32),
    /// `binlog_commit_wait_usec` (MariaDB).
    CommitWait(Span),
    /// `rpl_semi_sync_master_enabled`.
    SemiSyncMaster(bool),
    /// `rpl_semi_sync_slave_enabled`; the IO thread looks at it when it connects.
    SemiSyncSlave(bool),
    /// `rpl_semi_sync_master_wait_point`.
    WaitPoint(WaitPoint),
    /// `rpl_semi_sync_master_timeout`; waits that began before keep theirs.
    SemiSyncTimeout(Span),
    /// `rpl_semi_sync_master_wait_no_slave`.
    WaitNoSlave(bool),
    /// `rpl_semi_sync_master_wait_for_slave_count` (MySQL).
    WaitForSlaveCount(u16),
    /// `sync_relay_log`.
    SyncRelayLog(u32),
    /// `slave_net_timeout`.
    SlaveNetTimeout(Span),
    /// `gtid_strict_mode` (MariaDB).
    GtidStrictMode(bool),
    /// `read_only`.
    ReadOnly(bool),
    /// `log_slave_updates`; only in my.cnf.
    LogSlaveUpdates(bool),
    /// `relay_log_recovery`; only in my.cnf.
    RelayLogRecovery(bool),
}

impl Variables {
    /// Changes one variable, without what else follows from it.
    pub fn set(&mut self, variable: Variable) {
        match variable {
            Variable::SyncBinlog(every) => self.sync_binlog = every,
            Variable::RedoFlush(flush) => self.redo_flush = flush,
            Variable::SyncDelay(span) => self.sync_delay = span,
            Variable::SyncNoDelayCount(count) => self.sync_no_delay_count = count,
            Variable::CommitWaitCount(count) => self.commit_wait_count = count,
            Variable::CommitWait(span) => self.commit_wait = span,
            Variable::SemiSyncMaster(on) => self.semi_sync_master = on,
            Variable::SemiSyncSlave(on) => self.semi_sync_slave = on,
            Variable::WaitPoint(point) => self.wait_point = point,
            Variable::SemiSyncTimeout(span) => self.semi_sync_timeout = span,
            Variable::WaitNoSlave(on) => self.wait_no_slave = on,
            Variable::WaitForSlaveCount(count) => self.wait_for_slave_count = count,
            Variable::SyncRelayLog(every) => self.sync_relay_log = every,
            Variable::SlaveNetTimeout(span) => {
                self.slave_net_timeout = span;
                self.heartbeat_period = Span(span.0 / 2);
            }
            Variable::GtidStrictMode(on) => self.gtid_strict_mode = on,
            Variable::ReadOnly(on) => self.read_only = on,
            Variable::LogSlaveUpdates(on) => self.log_slave_updates = on,
            Variable::RelayLogRecovery(on) => self.relay_log_recovery = on,
        }
    }
}
