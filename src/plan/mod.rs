//! A validated, flattened, immutable plan of one case: what the engine runs.

mod case;
mod compile;
mod draft;
pub mod dynamic;
pub mod failures;
mod fault;
mod faults;
mod network;
mod partitions;
mod places;
mod policies;
pub mod topology;
pub mod values;
mod variables;
mod workload;

pub use case::{Case, cases, expectations};
pub use compile::compile;
pub use fault::{FaultKind, FaultPlan, Returns, Struck};

use crate::protocol::ids::{ServerId, SessionId, Span};
use crate::protocol::setup::Setup;
use crate::random::Table;
use crate::spec::workload::Queue;

/// Everything the engine needs to run one case. Immutable; shared by all runs of the case.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The cluster as it starts.
    pub cluster: Setup,
    /// Server names, in the order of `ServerId`.
    pub servers: Vec<ServerPlan>,
    /// Hosts, each in a site.
    pub hosts: Vec<HostPlan>,
    /// Site names.
    pub sites: Vec<String>,
    /// One-way paths between servers: `paths[from][to]`; the diagonal is unused.
    pub paths: Vec<Vec<PathPlan>>,
    /// Length of a network epoch: messages of one epoch and direction meet the same delay.
    pub network_epoch: Span,
    /// Bytes that a sender has on the wire before the first of TCP's acknowledgements must come back.
    pub network_window: u64,
    /// TCP gives a connection up when what is under way has not been acknowledged for so long.
    pub network_give_up: Span,
    /// The clients.
    pub clients: ClientPlan,
    /// The load.
    pub workload: Workload,
    /// Cost of each step on a core.
    pub costs: Costs,
    /// Delays of the failover manager and of restarts.
    pub delays: Delays,
    /// Faults, in the order of the description.
    pub faults: Vec<FaultPlan>,
    /// What else may fail, and how often: for yearly figures.
    pub failures: Vec<failures::Failure>,
    /// Time before anything is measured.
    pub warm_up: Span,
    /// Length of a run from time 0, warm-up included. A failover under way is followed to its end.
    pub duration: Span,
    /// Whether runs are watched for broken laws (`measure::laws`) in release builds too; it changes no result.
    pub self_check: bool,
}

/// A server's name and host.
#[derive(Clone, Debug, PartialEq)]
pub struct ServerPlan {
    /// Its name; keys its random streams.
    pub name: String,
    /// Index into `Plan::hosts`.
    pub host: usize,
    /// Variables that were set and that the core does not know, each with its value as the server shows it.
    pub said: Vec<(&'static str, String)>,
}

/// A host: cores and one disk, shared by the servers on it.
#[derive(Clone, Debug, PartialEq)]
pub struct HostPlan {
    /// Its name.
    pub name: String,
    /// Index into `Plan::sites`.
    pub site: usize,
    /// Cores that its servers share.
    pub cores: u32,
    /// Time of one fsync of a file that grew, on an otherwise idle disk.
    pub fsync: Table,
    /// Time of one fsync of a file that was overwritten (the redo log).
    pub overwrite: Table,
    /// Time of a write of the redo log to the device without a sync.
    pub write: Table,
    /// Files are mapped as persistent memory.
    pub persistent_memory: bool,
    /// Files that grew share the commits of one journal.
    pub journal: bool,
    /// By how much each other fsync under way makes a new one longer, in units of 2^-32.
    pub disk_slowdown: u64,
    /// What an fsync takes longer after the disk was idle.
    pub disk_cold: Pace,
    /// What a thread that wakes up on an idle core waits, by how long the host has been idle.
    pub wake_up: Pace,
    /// How many fsyncs the disk serves at once; more wait in line.
    pub disk_queue: u32,
    /// How long the operating system keeps dirty pages before it writes them by itself.
    pub writeback: Span,
}

/// Extra time after idleness: straight lines through points in rising order, level beyond them; empty: none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pace(pub Vec<(u64, u64)>);

impl Pace {
    /// The extra time (ns) after so much idleness (ns).
    pub fn after(&self, idle: u64) -> u64 {
        let above = self.0.partition_point(|point| point.0 <= idle);
        match (
            above.checked_sub(1).map(|below| self.0[below]),
            self.0.get(above),
        ) {
            (None, None) => 0,
            (None, Some(&(_, extra))) | (Some((_, extra)), None) => extra,
            (Some((x0, y0)), Some(&(x1, y1))) => {
                let (x0, y0, x1, y1) = (
                    i128::from(x0),
                    i128::from(y0),
                    i128::from(x1),
                    i128::from(y1),
                );
                (y0 + (y1 - y0) * (i128::from(idle) - x0) / (x1 - x0)) as u64
            }
        }
    }
}

/// One direction between two servers.
#[derive(Clone, Debug, PartialEq)]
pub struct PathPlan {
    /// Name of the weather on this path (`"a>b"` of hosts); keys its random streams.
    pub name: String,
    /// One-way delay.
    pub delay: Table,
    /// Bits per second; 0 is unlimited.
    pub bandwidth: u64,
    /// Share of epochs in which a segment is lost, in units of 2^-32.
    pub loss: u32,
    /// Extra delay of a lost segment (retransmission).
    pub retransmission: Span,
    /// The host of a proxy on the way (index into `Plan::hosts`).
    pub proxy: Option<usize>,
}

/// Clients as seen from the servers.
#[derive(Clone, Debug, PartialEq)]
pub struct ClientPlan {
    /// One-way delay on each path between a place of clients and a server (`path`).
    pub delay: Vec<Table>,
    /// Names of those paths, for the streams.
    pub path_names: Vec<String>,
    /// Number of servers.
    pub servers: usize,
    /// The host whose cores the clients use (index into `Plan::hosts`).
    pub host: Option<usize>,
    /// Sites the clients stand in (index into `Plan::sites`), or one place that cannot be lost.
    pub sites: Vec<Option<usize>>,
    /// A client gives up waiting for an answer after this long (`unknown`); `FOREVER` never.
    pub timeout: Span,
    /// Submit a transaction again after `error` or `unknown`.
    pub retry: bool,
    /// Time until a client whose master was lost tries the new one, once it serves.
    pub reconnect: Table,
}

/// What the clients do.
#[derive(Clone, Debug, PartialEq)]
pub struct Workload {
    /// When a session submits.
    pub arrivals: Arrivals,
    /// Pollers of the newest rows.
    pub readers: Option<Readers>,
    /// Rows that several transactions update.
    pub updates: Option<Updates>,
}

/// Rows that several transactions update.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Updates {
    /// How many of them one transaction updates.
    pub rows: u8,
    /// How many there are.
    pub of: u32,
    /// The first so many are hot.
    pub hot: u32,
    /// Share of the updates that go to the hot ones, in units of 2^-32.
    pub hot_share: u64,
}

impl Updates {
    /// One row, for two uniform draws.
    pub fn row(&self, which: u64, among: u64) -> u32 {
        let pick = |count: u32| ((u128::from(among) * u128::from(count)) >> 64) as u32;
        match self.hot > 0 && which >> 32 < self.hot_share {
            true => pick(self.hot),
            false => pick(self.of),
        }
    }
}

/// When a session submits its next transaction.
#[derive(Clone, Debug, PartialEq)]
pub enum Arrivals {
    /// Closed loop: after the answer and a think time.
    Closed {
        /// The think time.
        think: Table,
        /// Sessions start within this time.
        ramp: Span,
    },
    /// By hand: only when somebody types a statement (lessons).
    ByHand,
    /// Open loop: transactions arrive at moments of their own, whatever became of the last one, and wait for a session
    /// if none is idle; latency counts from the arrival.
    Open {
        /// Time until the first arrival at each queue.
        first: Table,
        /// Time between two arrivals at one queue.
        spacing: Table,
        /// Which sessions share a queue.
        queue: Queue,
    },
}

/// Pollers of the newest rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Readers {
    /// Which server they read.
    pub from: ReadFrom,
    /// Time from one answer to the next query.
    pub every: Table,
}

/// Which server a reader reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadFrom {
    /// Whoever serves writes.
    Master,
    /// A stated server.
    Server(ServerId),
}

/// Cost of one piece of work on a core: `fixed + amount * each`.
#[derive(Clone, Debug, PartialEq)]
pub struct Cost {
    /// Drawn once for the piece.
    pub fixed: Table,
    /// Added for each unit of it (a transaction, a row).
    pub each: Span,
}

impl Plan {
    /// Queues of the open loop: one for each place of clients that has a session, or one for each session.
    pub fn pools(&self) -> usize {
        match &self.workload.arrivals {
            Arrivals::Closed { .. } | Arrivals::ByHand => 0,
            Arrivals::Open { queue, .. } => {
                usize::from(queue.pools(self.cluster.sessions, self.cluster.client_places))
            }
        }
    }

    /// The queue of a session, in an open loop.
    pub fn pool_of(&self, id: SessionId) -> usize {
        usize::from(id.0 % self.cluster.sessions) % self.pools()
    }

    /// The place where the clients of a queue stand: that of its first session.
    pub fn place_of_pool(&self, pool: usize) -> usize {
        self.cluster.place_of(SessionId(pool as u16))
    }

    /// When the clients may start: replicas need a moment to connect.
    pub fn clients_start(&self) -> Span {
        Span(self.delays.connect.sample(u64::MAX / 2).saturating_mul(2))
    }

    /// Workers of the SQL thread that has most.
    pub fn most_workers(&self) -> u8 {
        let servers = self.cluster.servers.iter();
        servers
            .map(|server| server.variables.workers)
            .max()
            .unwrap_or(1)
    }
}

impl ClientPlan {
    /// The path between a place of clients and a server.
    pub fn path(&self, place: usize, server: ServerId) -> usize {
        place * self.servers + usize::from(server.0)
    }
}

impl Cost {
    /// The cost (ns) of so much, for a uniform draw; at the most what a `u64` holds, which is longer than any run.
    pub fn sample(&self, draw: u64, amount: u32) -> u64 {
        let each = self.each.0.saturating_mul(u64::from(amount));
        self.fixed.sample(draw).saturating_add(each)
    }
}

/// Costs by `protocol::effect::Step`, in the order of `Step::ALL`.
#[derive(Clone, Debug, PartialEq)]
pub struct Costs {
    /// One entry per step.
    pub by_step: Vec<Cost>,
    /// The switch to a thread that slept.
    pub switch: Option<Cost>,
    /// The part of an fsync that runs on a core.
    pub fsync: Option<Cost>,
    /// The part of a redo log write without a sync that runs on a core.
    pub write: Option<Cost>,
    /// The journal's thread begins a commit, and ends it.
    pub journal: Option<Cost>,
    /// A client reads an answer and sends its next request.
    pub client: Option<Cost>,
    /// A query of a reader.
    pub read: Option<Cost>,
    /// A proxy passes a packet on.
    pub proxy: Option<Cost>,
}

/// Delays that belong to people and programs around the servers.
#[derive(Clone, Debug, PartialEq)]
pub struct Delays {
    /// Manager: from a clean death (connections reset) to the decision.
    pub detect_clean: Table,
    /// Manager: from a silent death to the decision.
    pub detect_silent: Table,
    /// Manager: fixed steps of a promotion (statements, DNS, proxies).
    pub promote: Table,
    /// Manager: from the promotion until another replica is repointed.
    pub repoint: Table,
    /// A master that does not hear of the manager: until it stops writing.
    pub fence: Table,
    /// The guard: from the loss of the last replica to the decision.
    pub no_replica: Table,
    /// Restart of a server process, recovery included.
    pub restart: Table,
    /// Time for a connection (TCP and login) beyond the round trip.
    pub connect: Table,
}
