//! Variables that are modelled outside of `Variables`: several say one thing together, or they are a server's identity.

/// Gives each a name, once.
macro_rules! special {
    ($($name:ident = $server:literal,)*) => {
        /// A variable that is modelled outside of [`crate::protocol::variables::Variables`].
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Special {
            $(#[doc = concat!("`", $server, "`")] $name,)*
        }

        impl Special {
            /// Every one.
            pub const ALL: &[Special] = &[$(Special::$name,)*];

            /// The server's name of it, the oldest where it has several.
            pub fn server_name(self) -> &'static str {
                match self {
                    $(Special::$name => $server,)*
                }
            }
        }
    };
}

special! {
    AutoIncrementIncrement = "auto_increment_increment",
    AutoIncrementOffset = "auto_increment_offset",
    BinlogFormat = "binlog_format",
    EnforceGtidConsistency = "enforce_gtid_consistency",
    GtidBinlogPos = "gtid_binlog_pos",
    GtidCurrentPos = "gtid_current_pos",
    GtidExecuted = "gtid_executed",
    GtidMode = "gtid_mode",
    GtidPurged = "gtid_purged",
    GtidSlavePos = "gtid_slave_pos",
    Hostname = "hostname",
    LogBin = "log_bin",
    LogBinBasename = "log_bin_basename",
    MasterAutoPosition = "master_auto_position",
    MasterUseGtid = "master_use_gtid",
    RelayLog = "relay_log",
    ServerId = "server_id",
    ServerUuid = "server_uuid",
    SkipCounter = "sql_slave_skip_counter",
    SlaveParallelType = "slave_parallel_type",
    SlavePreserveCommitOrder = "slave_preserve_commit_order",
}

impl Special {
    /// Whether it only says what a server is called: lessons show it, and no run depends on it.
    pub fn is_identity(self) -> bool {
        match self {
            Special::AutoIncrementIncrement
            | Special::AutoIncrementOffset
            | Special::Hostname
            | Special::LogBin
            | Special::LogBinBasename
            | Special::RelayLog
            | Special::ServerId
            | Special::ServerUuid => true,
            Special::BinlogFormat
            | Special::EnforceGtidConsistency
            | Special::GtidBinlogPos
            | Special::GtidCurrentPos
            | Special::GtidExecuted
            | Special::GtidMode
            | Special::GtidPurged
            | Special::GtidSlavePos
            | Special::MasterAutoPosition
            | Special::MasterUseGtid
            | Special::SkipCounter
            | Special::SlaveParallelType
            | Special::SlavePreserveCommitOrder => false,
        }
    }
}
