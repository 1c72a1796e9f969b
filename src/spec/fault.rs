//! Faults: what goes wrong, where, when, and whether it comes back.

use super::distribution::Distribution;
use crate::protocol::crash::Crash;
use crate::protocol::thread::ThreadKind;
use crate::shown;
use schemars::JsonSchema;
use serde::Deserialize;

/// A fault. It names one of `server`, `servers`, `host`, `site` or `link`; every kind finds its own target from it
/// (the host of a server, the site of a host), so that an axis can vary the kind alone.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub struct Fault {
    /// What happens.
    pub kind: Kind,
    /// When, from the start of the run; drawn per run.
    pub at: Distribution,
    /// A server, or "master".
    pub server: Option<String>,
    /// Several servers, or "replicas".
    pub servers: Option<Servers>,
    /// A host, and so every server on it.
    pub host: Option<String>,
    /// A site, and so every server in it.
    pub site: Option<String>,
    /// A replication link `"mysql-m>mysql-s-1"`, for a partition.
    pub link: Option<String>,
    /// Which direction a partition cuts, as seen from what is named (the first end of a link); "both" without it.
    pub direction: Option<Direction>,
    /// How long it lasts: partitions and disk stalls must say; stopped threads may.
    pub lasts: Option<Distribution>,
    /// What becomes of crashed servers, "with_disks" without it.
    pub returns: Option<Returns>,
}

/// What happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// kill -9 of the server processes.
    ProcessKill,
    /// A host loses power.
    HostLoss,
    /// A site loses power, and what is on its wires is lost.
    SiteLoss,
    /// The network is cut, then the processes are killed; page caches survive.
    CutAndKill,
    /// The network between the servers, or a whole site, and everybody else carries nothing; the servers live.
    Partition,
    /// A disk answers nothing for a while.
    DiskStall,
    /// `STOP SLAVE IO_THREAD`.
    StopIoThread,
    /// `STOP SLAVE SQL_THREAD`.
    StopSqlThread,
    /// Clean shutdown of the server processes.
    Shutdown,
    /// The same, and they start again at once.
    Restart,
}

/// What a kind of fault does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Does {
    /// Servers crash like this; `returns` says what becomes of them.
    Crash(Crash),
    /// Servers crash like this and start again at once.
    Restart(Crash),
    /// The network carries nothing.
    Partition,
    /// A disk answers nothing.
    StallDisk,
    /// A thread of replicas is stopped, and started when the fault is over.
    StopThread(ThreadKind),
}

/// How long a kind of fault lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lasts {
    /// It is over at once.
    AtOnce,
    /// `lasts` may say; without it until the end of the run.
    Perhaps,
    /// `lasts` must say.
    Always,
}

impl Kind {
    /// Every kind, in the order of the schema.
    pub const ALL: [Kind; 10] = [
        Kind::ProcessKill,
        Kind::HostLoss,
        Kind::SiteLoss,
        Kind::CutAndKill,
        Kind::Partition,
        Kind::DiskStall,
        Kind::StopIoThread,
        Kind::StopSqlThread,
        Kind::Shutdown,
        Kind::Restart,
    ];

    /// What it does: the one place that tells kinds apart.
    pub const fn does(self) -> Does {
        match self {
            Kind::ProcessKill => Does::Crash(Crash::ProcessKill),
            Kind::HostLoss => Does::Crash(Crash::HostLoss),
            Kind::SiteLoss => Does::Crash(Crash::SiteLoss),
            Kind::CutAndKill => Does::Crash(Crash::CutAndKill),
            Kind::Partition => Does::Partition,
            Kind::DiskStall => Does::StallDisk,
            Kind::StopIoThread => Does::StopThread(ThreadKind::Io),
            Kind::StopSqlThread => Does::StopThread(ThreadKind::Sql),
            Kind::Shutdown => Does::Crash(Crash::Shutdown),
            Kind::Restart => Does::Restart(Crash::Shutdown),
        }
    }

    /// The name that descriptions use.
    pub const fn name(self) -> &'static str {
        match self.does() {
            Does::Crash(crash) => crash.name(),
            Does::Restart(_) => "restart",
            Does::Partition => "partition",
            Does::StallDisk => "disk_stall",
            Does::StopThread(thread) => thread.fault(),
        }
    }

    /// How long it lasts.
    pub const fn lasts(self) -> Lasts {
        match self.does() {
            Does::Crash(_) | Does::Restart(_) => Lasts::AtOnce,
            Does::Partition | Does::StallDisk => Lasts::Always,
            Does::StopThread(_) => Lasts::Perhaps,
        }
    }
}

/// Which direction a partition cuts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Nothing gets out or in.
    #[default]
    Both,
    /// Nothing that it sends gets out.
    Out,
    /// Nothing that is sent to it gets in.
    In,
}

/// Several servers.
#[derive(Clone, Debug, PartialEq, JsonSchema)]
#[serde(untagged)]
pub enum Servers {
    /// A group: "replicas".
    Group(String),
    /// By name.
    Named(Vec<String>),
}

/// What becomes of crashed servers.
#[derive(Clone, Debug, PartialEq, JsonSchema)]
#[serde(untagged)]
pub enum Returns {
    /// "with_disks": after the run, with their disks; "never": their disks are gone.
    Word(ReturnsWord),
    /// They restart with their disks after a delay.
    After {
        /// The delay, before the restart itself.
        after: Distribution,
    },
}

/// Returns in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReturnsWord {
    /// They come back with their disks, but only after the run: the ledger counts what is on them.
    WithDisks,
    /// Their disks are gone.
    Never,
}

// The two enums below are read by hand: serde's untagged enums cannot say what was wrong.

impl<'de> Deserialize<'de> for Servers {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error as _;
        let said = serde_json::Value::deserialize(deserializer)?;
        match said.as_str() {
            Some(group) => Ok(Servers::Group(group.to_owned())),
            None => serde_json::from_value(said)
                .map(Servers::Named)
                .map_err(|_| D::Error::custom("expected \"replicas\" or a list of server names")),
        }
    }
}

impl<'de> Deserialize<'de> for Returns {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error as _;
        const EXPECTED: &str = "expected \"with_disks\", \"never\" or {\"after\": \"20 s\"}";
        let value = serde_json::Value::deserialize(deserializer)?;
        match value.as_object() {
            Some(map) => match (map.len(), map.get("after")) {
                (1, Some(after)) => Distribution::read(after)
                    .map(|after| Returns::After { after })
                    .map_err(|problem| D::Error::custom(format!("`after`: {problem}"))),
                _ => Err(D::Error::custom(EXPECTED)),
            },
            None if value.is_string() => serde_json::from_value(value)
                .map(Returns::Word)
                .map_err(D::Error::custom),
            None => Err(D::Error::custom(format!(
                "{EXPECTED}, not {}",
                shown::value(&value)
            ))),
        }
    }
}

#[cfg(test)]
mod tests;
