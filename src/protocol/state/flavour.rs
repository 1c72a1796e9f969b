//! Flavours: a server's family and version, and everything that the core decides by them (semantics.md 0, 12).

use super::flavour_rules::{
    AckCounters, AckReceiver, Acks, AfterCommit, Closed, CommitOrder, Executed, GroupCommit, Gtids,
    KillInWait, NoSlave, NoTimes, Nodes, ParallelType, RedoLog, RelayLogs, Rules, Shutdown,
    Skipped,
};
use super::ids::Span;
use super::variables::{Parallel, Positioning, RedoFlush, Variables, WaitPoint};
use std::fmt;

/// Who makes a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Family {
    /// MySQL.
    Mysql,
    /// MariaDB.
    Mariadb,
}

impl Family {
    /// Both.
    pub const ALL: [Family; 2] = [Family::Mysql, Family::Mariadb];

    /// As people write it.
    pub const fn name(self) -> &'static str {
        match self {
            Family::Mysql => "MySQL",
            Family::Mariadb => "MariaDB",
        }
    }
}

/// Whose build of a family it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Build {
    /// The family's own.
    Own,
    /// Percona Server for MySQL.
    Percona,
}

/// A server's family and version.
///
/// A series without a patch version is its last one. Patch versions of 8.0 differ in how replicas apply (8.0.27), in what
/// skipped transactions say at a reconnect (8.0.31), in which variables there are, and in what the server calls itself.
/// Statements with `source` and `replica`, which came with 8.0.22, are understood by all of 8.0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Flavour {
    /// Who makes it.
    pub family: Family,
    /// Major and minor version.
    pub series: (u8, u8),
    /// The patch version, if it was said.
    pub patch: Option<u16>,
    /// Whose build it is.
    pub build: Build,
}

impl Flavour {
    /// MySQL 5.7.
    pub const MYSQL_57: Flavour = Flavour::of(Family::Mysql, 5, 7);
    /// MySQL 8.0.
    pub const MYSQL_80: Flavour = Flavour::of(Family::Mysql, 8, 0);
    /// MySQL 8.4.
    pub const MYSQL_84: Flavour = Flavour::of(Family::Mysql, 8, 4);
    /// MySQL 9.7.
    pub const MYSQL_97: Flavour = Flavour::of(Family::Mysql, 9, 7);
    /// MariaDB 10.11.
    pub const MARIADB_1011: Flavour = Flavour::of(Family::Mariadb, 10, 11);
    /// MariaDB 11.4.
    pub const MARIADB_114: Flavour = Flavour::of(Family::Mariadb, 11, 4);
    /// MariaDB 11.8.
    pub const MARIADB_118: Flavour = Flavour::of(Family::Mariadb, 11, 8);

    /// Every known series, those of a family from the oldest on.
    pub const KNOWN: [Flavour; 7] = [
        Flavour::MYSQL_57,
        Flavour::MYSQL_80,
        Flavour::MYSQL_84,
        Flavour::MYSQL_97,
        Flavour::MARIADB_1011,
        Flavour::MARIADB_114,
        Flavour::MARIADB_118,
    ];

    /// The flavour of a model that names none.
    pub const DEFAULT: Flavour = Flavour::MYSQL_84;

    const fn of(family: Family, major: u8, minor: u8) -> Flavour {
        Flavour {
            family,
            series: (major, minor),
            patch: None,
            build: Build::Own,
        }
    }

    /// As people write it: `MySQL 8.0`.
    pub fn title(self) -> String {
        let name = match self.build {
            Build::Own => self.family.name(),
            Build::Percona => "Percona Server",
        };
        format!("{name} {}", self.version())
    }

    fn version(self) -> String {
        let (major, minor) = self.series;
        match self.patch {
            Some(patch) => format!("{major}.{minor}.{patch}"),
            None => format!("{major}.{minor}"),
        }
    }

    /// Whether it is MySQL from this version on. Without a patch version it is the last of its series.
    const fn is_mysql_from(self, (major, minor): (u8, u8), patch: u16) -> bool {
        let (own_major, own_minor) = self.series;
        let later = own_major > major || (own_major == major && own_minor > minor);
        let same = own_major == major && own_minor == minor;
        let enough = match self.patch {
            Some(own) => own >= patch,
            None => true,
        };
        matches!(self.family, Family::Mysql) && (later || (same && enough))
    }

    /// Whether both are of one family.
    pub fn is_kin_of(self, other: Flavour) -> bool {
        self.family == other.family
    }

    /// What these servers do otherwise than others.
    pub const fn rules(self) -> Rules {
        match (self.family, self.series) {
            (Family::Mysql, (5, _)) => Rules {
                group_commit: GroupCommit::Stages(AfterCommit::LeaderAlone),
                parallel_type: ParallelType::Database,
                commit_order: CommitOrder::Any,
                executed: Executed::Binlog,
                skipped: Skipped::Acknowledged,
                ..MYSQL
            },
            (Family::Mysql, _) => {
                let (parallel_type, commit_order) = match self.is_mysql_from((8, 0), 27) {
                    true => (ParallelType::LogicalClock, CommitOrder::Preserved),
                    false => (ParallelType::Database, CommitOrder::Any),
                };
                Rules {
                    parallel_type,
                    commit_order,
                    executed: match self.is_mysql_from((8, 0), 17) {
                        true => Executed::Engine,
                        false => Executed::Binlog,
                    },
                    skipped: match (self.is_mysql_from((8, 0), 31), self.build) {
                        // PS-8869, in 8.0.34-26.
                        (true, Build::Percona) if self.is_mysql_from((8, 0), 34) => {
                            Skipped::Acknowledged
                        }
                        (true, Build::Own | Build::Percona) => Skipped::Silent,
                        (false, Build::Own | Build::Percona) => Skipped::Acknowledged,
                    },
                    ..MYSQL
                }
            }
            // 11.4 was not asked.
            (Family::Mariadb, (11, 8..)) => Rules {
                redo_log: RedoLog::MappedWherePossible,
                ..MARIADB
            },
            (Family::Mariadb, _) => MARIADB,
        }
    }

    /// A fresh server's variables (semantics.md 0).
    pub const fn defaults(self) -> Variables {
        match (self.family, self.series) {
            (Family::Mysql, (5, _)) => Variables {
                log_slave_updates: false,
                workers: 0,
                ..MYSQL_VARIABLES
            },
            (Family::Mysql, _) => Variables {
                workers: match self.is_mysql_from((8, 0), 27) {
                    true => 4,
                    false => 0,
                },
                retry_count: match self.is_mysql_from((8, 4), 0) {
                    true => 10,
                    false => 86_400,
                },
                writeset: self.is_mysql_from((8, 4), 0),
                writeset_history: match self.is_mysql_from((9, 0), 0) {
                    true => 10_000_000,
                    false => 25_000,
                },
                ..MYSQL_VARIABLES
            },
            (Family::Mariadb, _) => Variables {
                sync_binlog: 0,
                redo_direct: true,
                log_slave_updates: false,
                wait_point: WaitPoint::AfterCommit,
                retry_count: 100_000,
                workers: 0,
                parallel: Parallel::Optimistic,
                ..MYSQL_VARIABLES
            },
        }
    }

    /// What differs between two flavours, one rule or default each, in the words of this module.
    pub(super) fn differences(self, other: Flavour) -> Vec<String> {
        let rules = (fields(&self.rules()), fields(&other.rules()));
        let defaults = (fields(&self.defaults()), fields(&other.defaults()));
        let before = rules.0.into_iter().chain(defaults.0);
        let after = rules.1.into_iter().chain(defaults.1);
        before
            .zip(after)
            .filter(|(before, after)| before != after)
            .map(|((name, before), (_, after))| format!("{name} ({before}, {after})"))
            .collect()
    }
}

impl fmt::Display for Flavour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self.build {
            Build::Own => self.family.name(),
            Build::Percona => "percona",
        };
        write!(f, "{}-{}", name.to_lowercase(), self.version())
    }
}

/// The fields of a structure and their values, as `Debug` prints them.
fn fields(of: &impl fmt::Debug) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in format!("{of:#?}").lines() {
        let inner = line.strip_prefix("    ").unwrap_or_default();
        match (inner.split_once(": "), fields.last_mut()) {
            (Some((name, value)), _) if !inner.starts_with(' ') => {
                fields.push((name.to_owned(), value.trim_end_matches(',').to_owned()));
            }
            (_, Some((_, value))) => *value += inner.trim().trim_end_matches(','),
            _ => {}
        }
    }
    fields
}

/// MySQL 8.0, as its last patch version.
const MYSQL: Rules = Rules {
    group_commit: GroupCommit::Stages(AfterCommit::Stage),
    acks: Acks::AsConfigured,
    no_slave: NoSlave::SwitchesOff,
    nodes: Nodes::PerGroup,
    no_times: NoTimes::Calls,
    ack_counters: AckCounters::Absent,
    kill_in_wait: KillInWait::WaitsOn,
    gtids: Gtids::Sets,
    executed: Executed::Engine,
    relay_logs: RelayLogs::Kept,
    skipped: Skipped::Silent,
    ack_receiver: AckReceiver::Polls,
    closed: Closed::ByWriting,
    shutdown: Shutdown::DumpThreadsLast,
    redo_log: RedoLog::Synced,
    parallel_type: ParallelType::LogicalClock,
    commit_order: CommitOrder::Preserved,
};

/// MariaDB, 10.11 to 11.8.
const MARIADB: Rules = Rules {
    group_commit: GroupCommit::Chain,
    acks: Acks::One,
    no_slave: NoSlave::EndsWaits,
    nodes: Nodes::PerTransaction,
    no_times: NoTimes::Changes,
    ack_counters: AckCounters::Counted,
    kill_in_wait: KillInWait::EndsWait,
    gtids: Gtids::Sequence,
    executed: Executed::Engine,
    relay_logs: RelayLogs::FetchedAgain,
    skipped: Skipped::Silent,
    ack_receiver: AckReceiver::Woken,
    closed: Closed::AtOnce,
    shutdown: Shutdown::AtOnce,
    redo_log: RedoLog::Synced,
    parallel_type: ParallelType::LogicalClock,
    commit_order: CommitOrder::Preserved,
};

/// A fresh server's variables in MySQL 8.0.
const MYSQL_VARIABLES: Variables = Variables {
    sync_binlog: 1,
    redo_flush: RedoFlush::AtCommit,
    redo_direct: false,
    sync_delay: Span(0),
    sync_no_delay_count: 0,
    commit_wait_count: 0,
    commit_wait: Span::millis(100),
    log_slave_updates: true,
    semi_sync_master: false,
    semi_sync_slave: false,
    wait_point: WaitPoint::AfterSync,
    semi_sync_timeout: Span::seconds(10),
    wait_no_slave: true,
    wait_for_slave_count: 1,
    sync_relay_log: 10_000,
    relay_log_recovery: false,
    init_role_is_slave: false,
    gtid_strict_mode: false,
    slave_net_timeout: Span::seconds(60),
    net_write_timeout: Span::seconds(60),
    connect_retry: Span::seconds(60),
    retry_count: 86_400,
    heartbeat_period: Span::seconds(30),
    positioning: Positioning::FileAndPosition,
    workers: 4,
    parallel: Parallel::LogicalClock,
    writeset: false,
    writeset_history: 25_000,
    read_only: false,
    super_read_only: false,
};
