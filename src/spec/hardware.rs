//! What a model says of hosts, disks, the network and the time that steps take on a core.

use super::distribution::Distribution;
use super::units::{BitRate, Bytes, Duration, Percentage, Share};
use schemars::JsonSchema;
use serde::Deserialize;

/// A host.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub struct Host {
    /// Its site; without it, a site of its own with the host's name.
    pub site: Option<String>,
    /// Its cores.
    pub cores: Option<u32>,
    /// Its disk.
    #[serde(default)]
    pub disk: Disk,
    /// What a thread that wakes up on an idle core waits, by how long the host has been idle.
    pub wake_up: Option<Pace>,
}

/// Extra time after idleness: pairs of idle time and extra time, a straight line between them, the last one for all
/// longer idleness.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(
    transparent,
    expecting = "a list of pairs of idle time and extra time, as in [[\"0 ms\", \"25 us\"], [\"20 ms\", \"0.4 ms\"]]"
)]
pub struct Pace(pub Vec<(Duration, Duration)>);

/// A disk.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(
    deny_unknown_fields,
    expecting = "an object such as {\"fsync\": {\"median\": \"0.5 ms\", \"p99\": \"1 ms\"}}; ready-made disks are parts of a model, as hardware/io2"
)]
pub struct Disk {
    /// Time of one fsync on an otherwise idle disk.
    pub fsync: Option<Distribution>,
    /// The same for a file whose blocks are there already (the redo log); absent: as `fsync`.
    pub overwrite: Option<Distribution>,
    /// Time of a write that goes to the device without a sync (`innodb_log_file_buffering=OFF` with
    /// `innodb_flush_log_at_trx_commit=2`); absent: half of `overwrite`.
    pub write: Option<Distribution>,
    /// Fsyncs that it serves at once.
    pub queue: Option<u32>,
    /// The file system maps files as persistent memory (MAP_SYNC): MariaDB 11.8 never syncs its redo log there; absent: it
    /// does not.
    pub persistent_memory: Option<bool>,
    /// Fsyncs of files that grow share the commits of one journal, one commit at a time; absent: they do not.
    pub journal: Option<bool>,
    /// By how much each other fsync under way makes a new one longer; absent: not at all.
    pub slowdown: Option<Percentage>,
    /// What an fsync takes longer when the disk was idle before it; absent: nothing.
    pub cold: Option<Pace>,
    /// How long the operating system keeps dirty pages before it writes them by itself.
    pub writeback: Option<Duration>,
}

/// The network between hosts.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub struct Network {
    /// Round trip between hosts of different sites.
    pub rtt: Option<Distribution>,
    /// Round trip between hosts of one site.
    pub within_site: Option<Distribution>,
    /// Round trip between servers of one host.
    pub loopback: Option<Distribution>,
    /// Bit rate of each direction; absent: unlimited.
    pub bandwidth: Option<BitRate>,
    /// Share of epochs in which a segment is lost.
    pub loss: Option<Share>,
    /// Extra delay of a lost segment.
    pub retransmission: Option<Duration>,
    /// Messages of one epoch and direction meet the same delay.
    pub epoch: Option<Duration>,
    /// Bytes that a sender puts on the wire before the first of TCP's acknowledgements must come back; only matters
    /// while they are cut off.
    pub window: Option<Bytes>,
    /// A connection is given up when what is under way has not been acknowledged for so long (Linux: `tcp_retries2`).
    pub give_up: Option<Duration>,
    /// Bytes that a connection holds between the two programs before the sender blocks.
    pub socket_buffer: Option<Bytes>,
}

/// An exception of the network between two servers, two hosts or two sites.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub struct Link {
    /// Round trip.
    pub rtt: Option<Distribution>,
    /// Bit rate of each direction.
    pub bandwidth: Option<BitRate>,
    /// Share of epochs in which a segment is lost.
    pub loss: Option<Share>,
    /// Extra delay of a lost segment.
    pub retransmission: Option<Duration>,
    /// The host of a proxy through which the packets go.
    pub proxy: Option<String>,
}

/// Time on a core of each step, by the name of the step.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub struct Costs {
    /// One statement of a client; each: per row.
    pub statement: Option<Cost>,
    /// Prepare in the engine.
    pub prepare: Option<Cost>,
    /// A group's caches go into the binlog; each: per transaction.
    pub write_binlog: Option<Cost>,
    /// A thread that slept gets to run again.
    pub wake_up: Option<Cost>,
    /// Engine commit of a group; each: per transaction.
    pub engine_commit: Option<Cost>,
    /// The OK is written to the client's socket.
    pub reply: Option<Cost>,
    /// A dump thread reads and sends events; each: per transaction.
    pub dump: Option<Cost>,
    /// An IO thread reads a packet and writes the relay log; each: per transaction.
    pub receive: Option<Cost>,
    /// The master handles acknowledgements; each: per acknowledgement.
    pub handle_ack: Option<Cost>,
    /// A SQL thread executes a transaction; each: per row.
    pub apply: Option<Cost>,
    /// The switch to a thread that slept, before any of its work; absent: nothing.
    pub switch: Option<Cost>,
    /// The part of an fsync that runs on a core: the caller's and the kernel's; absent: none.
    pub fsync: Option<Cost>,
    /// The part of a redo log write without a sync that runs on a core; absent: as for an fsync.
    pub write: Option<Cost>,
    /// The file system's journal (`disk.journal`) begins a commit, and again when it ends it; absent: nothing.
    pub journal: Option<Cost>,
    /// A client reads an answer and sends its next request, on `clients.host`; absent: nothing.
    pub client: Option<Cost>,
    /// A query of a reader; absent: nothing.
    pub read: Option<Cost>,
    /// A proxy passes a packet on, on the link's `proxy`; it goes before all other work there; absent: nothing.
    pub proxy: Option<Cost>,
}

/// `fixed + amount * each`, or only the fixed part.
#[derive(Clone, Debug, PartialEq, JsonSchema)]
#[serde(untagged)]
pub enum Cost {
    /// The fixed part alone.
    Fixed(Distribution),
    /// Both parts.
    Parts(CostParts),
}

/// A cost in two parts.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub struct CostParts {
    /// Drawn once for the piece of work.
    pub fixed: Distribution,
    /// Added for each unit of it.
    pub each: Option<Duration>,
}

impl<'de> Deserialize<'de> for Cost {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error as _;
        let value = serde_json::Value::deserialize(deserializer)?;
        let parts = value.get("fixed").is_some() || value.get("each").is_some();
        if parts {
            serde_json::from_value(value)
                .map(Cost::Parts)
                .map_err(D::Error::custom)
        } else {
            Distribution::read(&value)
                .map(Cost::Fixed)
                .map_err(D::Error::custom)
        }
    }
}
