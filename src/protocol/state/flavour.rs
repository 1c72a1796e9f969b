//! Flavours: a server's family and version, and everything that the core decides by them (semantics.md 0, 12).

use super::flavour_rules::{
    AckCounters, Acks, AfterCommit, Closed, CommitOrder, GroupCommit, Gtids, KillInWait, NoSlave,
    NoTimes, Nodes, ParallelType, RelayLogs, Rules,
};
use super::ids::Span;
use super::variables::{Parallel, Positioning, RedoFlush, Variables, WaitPoint};
use std::fmt;
use std::str::FromStr;

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

/// A server's family and version.
///
/// All patch versions of a series have the rules of the series; a patch version only changes what the server calls itself and
/// which variables a lesson shows and sets. Statements with `source` and `replica`, which came with 8.0.22, are understood by
/// all of 8.0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Flavour {
    /// Who makes it.
    pub family: Family,
    /// Major and minor version.
    pub series: (u8, u8),
    /// The patch version, if it was said.
    pub patch: Option<u16>,
}

impl Flavour {
    /// MySQL 5.7.
    pub const MYSQL_57: Flavour = Flavour::of(Family::Mysql, 5, 7);
    /// MySQL 8.0.
    pub const MYSQL_80: Flavour = Flavour::of(Family::Mysql, 8, 0);
    /// MariaDB 10.11.
    pub const MARIADB_1011: Flavour = Flavour::of(Family::Mariadb, 10, 11);

    /// Every known series, those of a family from the oldest on.
    pub const KNOWN: [Flavour; 3] = [Flavour::MYSQL_57, Flavour::MYSQL_80, Flavour::MARIADB_1011];

    /// The flavour of a model that names none.
    pub const DEFAULT: Flavour = Flavour::MYSQL_80;

    const fn of(family: Family, major: u8, minor: u8) -> Flavour {
        Flavour {
            family,
            series: (major, minor),
            patch: None,
        }
    }

    /// As people write it: `MySQL 8.0`.
    pub fn title(self) -> String {
        format!("{} {}", self.family.name(), self.version())
    }

    fn version(self) -> String {
        let (major, minor) = self.series;
        match self.patch {
            Some(patch) => format!("{major}.{minor}.{patch}"),
            None => format!("{major}.{minor}"),
        }
    }

    /// What these servers do otherwise than others.
    pub const fn rules(self) -> Rules {
        match (self.family, self.series) {
            (Family::Mysql, (5, _)) => Rules {
                group_commit: GroupCommit::Stages(AfterCommit::LeaderAlone),
                parallel_type: ParallelType::Database,
                commit_order: CommitOrder::Any,
                ..MYSQL
            },
            (Family::Mysql, _) => MYSQL,
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
            (Family::Mysql, _) => MYSQL_VARIABLES,
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
    fn differences(self, other: Flavour) -> Vec<String> {
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
        write!(
            f,
            "{}-{}",
            self.family.name().to_lowercase(),
            self.version()
        )
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

/// Which flavours something is for, as it is written: `mysql` or `mysql-8.0`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Only {
    /// All of a family.
    Family(Family),
    /// A series.
    Series(Flavour),
}

impl Only {
    /// Every one, as it is written.
    pub fn examples() -> Vec<String> {
        let families = Family::ALL.map(|family| family.name().to_lowercase());
        let series = Flavour::KNOWN.map(|known| known.to_string());
        families.into_iter().chain(series).collect()
    }

    /// Whether a flavour is one of them.
    pub fn has(self, flavour: Flavour) -> bool {
        match self {
            Only::Family(family) => flavour.family == family,
            Only::Series(series) => {
                (flavour.family, flavour.series) == (series.family, series.series)
            }
        }
    }
}

impl FromStr for Only {
    type Err = Unknown;

    fn from_str(text: &str) -> Result<Only, Unknown> {
        match text {
            "mysql" => Ok(Only::Family(Family::Mysql)),
            "mariadb" => Ok(Only::Family(Family::Mariadb)),
            _ => text.parse().map(Only::Series),
        }
    }
}

/// A flavour that is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// No name of a flavour.
    Name(String),
    /// A version of a family that is not among the known ones.
    Version(Flavour),
}

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let asked = match self {
            Unknown::Name(name) => {
                let known = Flavour::KNOWN.map(|known| format!("`{known}`"));
                let known = known.join(", ");
                return write!(f, "unknown value `{name}`, expected one of {known}");
            }
            Unknown::Version(asked) => *asked,
        };
        let family = Flavour::KNOWN
            .into_iter()
            .filter(|known| known.family == asked.family);
        let (before, after): (Vec<_>, Vec<_>) =
            family.partition(|known| known.series < asked.series);
        match (before.last(), after.first()) {
            (Some(before), Some(after)) => {
                let differ = before.differences(*after).join(", ");
                write!(
                    f,
                    "`{asked}` is not known; the nearest is `{before}`; it and `{after}` differ in {differ}"
                )
            }
            (Some(nearest), None) | (None, Some(nearest)) => {
                write!(f, "`{asked}` is not known; the nearest is `{nearest}`")
            }
            (None, None) => write!(f, "`{asked}` is not known"),
        }
    }
}

impl std::error::Error for Unknown {}

impl FromStr for Flavour {
    type Err = Unknown;

    /// `mysql-8.0`, and as servers and people write it: `8.0.36`, `MySQL 5.7`, `5.7.42-log`, `10.11.19-MariaDB-log`. Without
    /// a family MariaDB's versions are those from 10 on.
    fn from_str(text: &str) -> Result<Flavour, Unknown> {
        let unknown = || Unknown::Name(text.to_owned());
        let (mut family, mut version) = (None, None);
        for word in text.trim().split(['-', ' ']) {
            match word.to_ascii_lowercase().as_str() {
                "mysql" if family.is_none() => family = Some(Family::Mysql),
                "mariadb" if family.is_none() => family = Some(Family::Mariadb),
                "log" if version.is_some() => {}
                number if version.is_none() => version = Some(numbers(number).ok_or_else(unknown)?),
                _ => return Err(unknown()),
            }
        }
        let (major, minor, patch) = version.ok_or_else(unknown)?;
        let by_number = match major {
            0..10 => Family::Mysql,
            10.. => Family::Mariadb,
        };
        let asked = Flavour {
            family: family.unwrap_or(by_number),
            series: (major, minor),
            patch,
        };
        let is_known = |known: &Flavour| Only::Series(*known).has(asked);
        match Flavour::KNOWN.iter().any(is_known) {
            true => Ok(asked),
            false => Err(Unknown::Version(asked)),
        }
    }
}

/// `8.0` or `8.0.36`.
fn numbers(text: &str) -> Option<(u8, u8, Option<u16>)> {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let mut parts = text.split('.');
    let mut part = || parts.next();
    let (major, minor, patch) = (part()?, part()?, part());
    if part().is_some() || ![major, minor, patch.unwrap_or("0")].into_iter().all(digits) {
        return None;
    }
    let patch = patch.map(str::parse).transpose().ok()?;
    Some((major.parse().ok()?, minor.parse().ok()?, patch))
}

/// MySQL 8.0; of its applier's defaults those since 8.0.27.
const MYSQL: Rules = Rules {
    group_commit: GroupCommit::Stages(AfterCommit::Stage),
    acks: Acks::AsConfigured,
    no_slave: NoSlave::SwitchesOff,
    nodes: Nodes::PerGroup,
    no_times: NoTimes::Calls,
    ack_counters: AckCounters::Absent,
    kill_in_wait: KillInWait::WaitsOn,
    gtids: Gtids::Sets,
    relay_logs: RelayLogs::Kept,
    closed: Closed::ByWriting,
    parallel_type: ParallelType::LogicalClock,
    commit_order: CommitOrder::Preserved,
};

/// MariaDB 10.11.
const MARIADB: Rules = Rules {
    group_commit: GroupCommit::Chain,
    acks: Acks::One,
    no_slave: NoSlave::EndsWaits,
    nodes: Nodes::PerTransaction,
    no_times: NoTimes::Changes,
    ack_counters: AckCounters::Counted,
    kill_in_wait: KillInWait::EndsWait,
    gtids: Gtids::Sequence,
    relay_logs: RelayLogs::FetchedAgain,
    closed: Closed::AtOnce,
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
    connect_retry: Span::seconds(60),
    retry_count: 86_400,
    heartbeat_period: Span::seconds(30),
    positioning: Positioning::FileAndPosition,
    workers: 1,
    parallel: Parallel::LogicalClock,
    writeset: false,
    read_only: false,
    super_read_only: false,
};
