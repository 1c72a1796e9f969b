//! A model: what there is. Every key may come from any part, so all are optional here; the plan asks for what it needs.

use super::distribution::Distribution;
use super::error::Error;
use super::failures::Failures;
use super::flavour::Written;
pub use super::hardware::{Cost, CostParts, Costs, Disk, Host, Link, Network, Pace};
use super::limits;
use super::named::Named;
use super::settings::{self, Setting};
use super::units::{Bytes, Duration};
use crate::protocol::flavour::Flavour;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

/// A model, or a part of one.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub struct Model {
    /// The flavour of every server that does not say otherwise.
    pub flavour: Option<Written<Flavour>>,
    /// Asynchronous or semi-synchronous; overrules the semi-sync variables of all servers, except a server's own
    /// `rpl_semi_sync_slave_enabled`. Without it the variables speak for themselves.
    pub mode: Option<Mode>,
    /// How replicas ask for events, in words that hold for every flavour.
    pub positioning: Option<Positioning>,
    /// Server variables of every server, by the servers' own names.
    #[serde(default)]
    #[schemars(schema_with = "settings::schema")]
    pub variables: Named<Setting>,
    /// Where clients write at the start; without it, the one server that replicates from nobody.
    pub master: Option<String>,
    /// The servers.
    #[serde(default)]
    pub servers: Named<Server>,
    /// Cores of every host that does not say otherwise.
    pub cores: Option<u32>,
    /// Disk of every host that does not say otherwise.
    #[serde(default)]
    pub disk: Disk,
    /// Waking up on every host that does not say otherwise.
    pub wake_up: Option<Pace>,
    /// The hosts.
    #[serde(default)]
    pub hosts: Named<Host>,
    /// The network.
    #[serde(default)]
    pub network: Network,
    /// Exceptions of the network by `"from>to"`: two servers, two hosts or two sites; both directions unless the reverse is given too.
    #[serde(default)]
    pub links: Named<Link>,
    /// Time on a core of each step.
    #[serde(default)]
    pub costs: Costs,
    /// The clients.
    #[serde(default)]
    pub clients: Clients,
    /// The failover manager; null or absent: nobody promotes a replica.
    pub manager: Option<Manager>,
    /// Restart of a server process, recovery included.
    pub restart: Option<Distribution>,
    /// Time for a connection (TCP and login) beyond the round trip.
    pub connect: Option<Distribution>,
    /// How often what fails.
    pub failures: Option<Failures>,
    /// What happens when no replica acknowledges.
    pub no_replica: Option<NoReplica>,
    /// The guard under `disable_writes`.
    #[serde(default)]
    pub guard: Guard,
}

/// How many servers, hosts and links there may be, counted before anything is done with them: a model may be large and all
/// wrong.
pub fn check_sizes(model: &Map<String, Value>) -> Result<(), Error> {
    let most = [
        ("servers", limits::SERVERS),
        ("hosts", limits::HOSTS),
        ("links", limits::LINKS),
    ];
    for (what, most) in most {
        let named = model.get(what).and_then(Value::as_object);
        limits::at_most(what, named.map_or(0, Map::len), most, what)?;
    }
    Ok(())
}

/// The three ways to replicate that everybody compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Asynchronous.
    Async,
    /// Semi-synchronous, waiting after the engine commit.
    AfterCommit,
    /// Semi-synchronous, waiting between binlog and engine commit.
    AfterSync,
}

/// How replicas ask for events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Positioning {
    /// By GTID set.
    Gtid,
    /// By binlog file and position.
    FileAndPosition,
}

/// A server.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub struct Server {
    /// Its flavour, of the cluster's family: a rolling upgrade has two.
    pub flavour: Option<Written<Flavour>>,
    /// Its host, one of `hosts`; servers may share one. Without it, a host of its own with the server's name.
    pub host: Option<String>,
    /// The server it replicates from.
    pub replicates_from: Option<String>,
    /// Its own variables; they go before the cluster's.
    #[serde(default)]
    #[schemars(schema_with = "settings::schema")]
    pub variables: Named<Setting>,
}

/// The clients, as seen from the servers.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub struct Clients {
    /// The site they stand in, and are lost with; absent: nowhere that can be lost.
    pub site: Option<String>,
    /// The sites they stand in, in turn.
    pub sites: Option<Vec<String>>,
    /// The host whose cores they share (`costs.client`); absent: cores of their own.
    pub host: Option<String>,
    /// Round trip to every server; absent: as the network says from their site, or as within a site.
    pub rtt: Option<Distribution>,
    /// A client gives up waiting for an answer after this long; absent: never.
    pub timeout: Option<Duration>,
    /// Submit a transaction again after an error or a time-out.
    pub retry: Option<bool>,
    /// Time until a client whose master was lost tries the new one, once it serves.
    pub reconnect: Option<Distribution>,
}

/// The failover manager; what is absent is as in `policies/received-first`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub struct Manager {
    /// Which position makes a candidate the most advanced one.
    pub candidate: Option<Candidate>,
    /// Whom it takes among the most advanced; absent: the first of them.
    pub prefer: Option<String>,
    /// Apply the candidate's relay log before it is opened.
    pub apply_relay_log_first: Option<bool>,
    /// When semi-sync is switched on at the new master.
    pub semi_sync: Option<SemiSync>,
    /// From a clean death (connections reset) to the decision.
    pub detect_clean: Option<Distribution>,
    /// From a silent death to the decision.
    pub detect_silent: Option<Distribution>,
    /// Fixed steps of a promotion (statements, DNS, proxies).
    pub promote: Option<Distribution>,
    /// From the promotion until another replica is repointed.
    pub repoint: Option<Distribution>,
    /// Longest wait for the candidate's relay log; then the failover is given up.
    pub catch_up_timeout: Option<Duration>,
    /// Promote only if n - k + 1 of the n replicas answer (k acknowledgements); absent: under `disable_writes`.
    pub quorum: Option<bool>,
    /// The site it stands in and decides from; absent: on the other side of whatever is cut off.
    pub site: Option<String>,
    /// Who makes an old master read-only that is cut off; absent: the manager, when it reaches it again.
    pub fencing: Option<Fencing>,
    /// `itself`: from the cut until the old master stops writing.
    pub fence_after: Option<Distribution>,
    /// How an old master is made read-only; absent: `SET read_only` waits for commits in progress.
    pub set_read_only: Option<SetReadOnly>,
    /// What becomes of an old master that is back; absent: it stays as it is.
    pub rejoin: Option<Rejoin>,
}

/// Who makes an old master read-only that is cut off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Fencing {
    /// The manager, when it reaches it again.
    WhenReachable,
    /// It stops by itself when it does not hear of the manager, else the manager.
    Itself,
    /// Nobody.
    Never,
}

/// What becomes of an old master that is back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Rejoin {
    /// It stays as it is until somebody decides.
    Never,
    /// It becomes a replica of the new master, with everything that it has.
    AsItIs,
}

/// The guard: how it disables writes when no replica is left, and when it allows them again.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub struct Guard {
    /// From the loss of the last replica to the decision.
    pub detect: Option<Distribution>,
    /// What happens when a replica returns.
    #[serde(rename = "return")]
    pub on_return: Option<Return>,
    /// `staged`: a returned replica that lacks this much or more of the binlog catches up while writes are on.
    pub limit: Option<Bytes>,
    /// How writes are refused.
    pub set_read_only: Option<SetReadOnly>,
}

/// What happens when a replica returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Return {
    /// Writes stay off until it has everything.
    Blocked,
    /// Asynchronous while it is far behind, off while it receives the rest, then synchronous.
    Staged,
}

/// How writes are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SetReadOnly {
    /// New writes get error 1290 at once.
    AtOnce,
    /// The statement hangs behind commits that wait, and new writes behind it.
    WaitsForCommits,
}

/// How a manager compares replicas.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Candidate {
    /// By what they received.
    Received,
    /// By what they executed.
    Executed,
}

/// When a manager switches semi-sync on after a promotion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SemiSync {
    /// At once.
    AtOnce,
    /// When a replica has connected.
    AfterRepoint,
    /// Never.
    Off,
}

/// What happens when no replica acknowledges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NoReplica {
    /// What the servers do by themselves: after the time-out the master goes on alone.
    FallBackToAsync,
    /// Commits wait for ever, and `guard` disables writes until a replica is back.
    DisableWrites,
    /// As a managed service's agent does; not modelled yet.
    Managed,
}

/// The keys of a model.
pub const KEYS: [&str; 21] = [
    "flavour",
    "mode",
    "positioning",
    "variables",
    "master",
    "servers",
    "cores",
    "disk",
    "wake_up",
    "hosts",
    "network",
    "links",
    "costs",
    "clients",
    "manager",
    "restart",
    "connect",
    "failures",
    "no_replica",
    "guard",
    "note",
];
