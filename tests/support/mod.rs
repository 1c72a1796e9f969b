//! Plans written by hand, for tests that need a model without files.
#![allow(dead_code)]

use replsim::engine::{Decider, Gauges, Moment};
use replsim::plan::*;
use replsim::protocol::effect::Step;
use replsim::protocol::flavour::Flavour;
use replsim::protocol::ids::{ServerId, Span};
use replsim::protocol::partition::End;
use replsim::protocol::setup::{
    CandidateBy, Fencing, Manager, Rejoin, SemiSyncOnPromotion, ServerSetup, SetReadOnly, Setup,
    Shape as Sizes,
};
use replsim::protocol::variables::{Positioning, WaitPoint};
use replsim::random::{Shape, Table};
use replsim::spec::workload::Queue;

/// Nanoseconds in a microsecond.
pub const US: u64 = 1_000;
/// Nanoseconds in a millisecond.
pub const MS: u64 = 1_000_000;

/// The replication modes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Async,
    AfterCommit,
    AfterSync,
}

/// Every mode.
pub const MODES: [Mode; 3] = [Mode::Async, Mode::AfterCommit, Mode::AfterSync];

/// A table that always gives the same value.
pub fn fixed(ns: u64) -> Table {
    Table::constant(ns)
}

/// Open-loop arrivals at one queue, so far apart; the first is as far from the start.
pub fn open(spacing: Table) -> Arrivals {
    Arrivals::Open {
        first: spacing.clone(),
        spacing,
        queue: Queue::Shared,
    }
}

/// A lognormal table.
pub fn spread(median: u64, p99: u64) -> Table {
    Table::compile(&Shape::Lognormal { median, p99 })
}

/// A master and `replicas` replicas on hosts and sites of their own; times vary a little, as shipped models do.
pub fn cluster(flavour: Flavour, mode: Mode, replicas: usize, sessions: u16, rtt: u64) -> Plan {
    let servers: Vec<ServerSetup> = (0..=replicas)
        .map(|at| {
            let mut variables = flavour.defaults();
            variables.sync_binlog = 1;
            variables.positioning = Positioning::Gtid;
            variables.log_slave_updates = true;
            variables.semi_sync_master = mode != Mode::Async && at == 0;
            variables.semi_sync_slave = mode != Mode::Async;
            variables.wait_point = if mode == Mode::AfterSync {
                WaitPoint::AfterSync
            } else {
                WaitPoint::AfterCommit
            };
            variables.connect_retry = Span::seconds(1);
            ServerSetup {
                flavour,
                variables,
                upstream: (at > 0).then_some(ServerId(0)),
            }
        })
        .collect();
    let count = servers.len();
    let names = ["m", "r1", "r2", "r3", "r4"];
    let path = |from: usize, to: usize| PathPlan {
        name: format!("{}>{}", names[from], names[to]),
        delay: spread(rtt / 2, rtt / 2 + rtt / 40),
        bandwidth: 0,
        loss: 0,
        retransmission: Span::millis(200),
        proxy: None,
    };
    let cost = |step: Step| match step {
        Step::Statement => (30 * US, 1_000),
        Step::WriteBinlog => (10 * US, 3_000),
        Step::Apply => (25 * US, 1_000),
        Step::Dump => (8 * US, 12 * US),
        Step::Receive => (10 * US, 30 * US),
        Step::HandleAck => (4 * US, 4 * US),
        Step::WakeUp => (20 * US, 0),
        Step::Reply => (15 * US, 0),
        _ => (5 * US, 1_000),
    };
    Plan {
        cluster: Setup {
            servers,
            master: ServerId(0),
            sessions,
            spare_sessions: 0,
            client_places: 1,
            readers: 0,
            manager: None,
            guard: None,
            shape: Sizes {
                events_per_transaction: 5,
                bytes_per_transaction: 400,
                statements: 1,
                rows_per_statement: 1,
                auto_increment: true,
                socket_bytes: 4 << 20,
                net_buffer: 16 << 10,
            },
        },
        servers: (0..count)
            .map(|at| ServerPlan {
                name: names[at].to_owned(),
                host: at,
                said: Vec::new(),
            })
            .collect(),
        hosts: (0..count)
            .map(|at| HostPlan {
                name: format!("host-{}", names[at]),
                site: at,
                cores: 16,
                fsync: spread(500 * US, 800 * US),
                overwrite: spread(500 * US, 800 * US),
                write: spread(300 * US, 500 * US),
                persistent_memory: false,
                journal: false,
                disk_slowdown: 0,
                disk_cold: Pace::default(),
                wake_up: Pace::default(),
                disk_queue: 8,
                writeback: Span::seconds(30),
            })
            .collect(),
        sites: (0..count).map(|at| format!("site-{}", names[at])).collect(),
        paths: (0..count)
            .map(|from| (0..count).map(|to| path(from, to)).collect())
            .collect(),
        network_epoch: Span::millis(10),
        network_window: 14 << 10,
        network_give_up: Span::millis(924_600),
        clients: ClientPlan {
            delay: vec![spread(50 * US, 80 * US); count],
            path_names: (0..count)
                .map(|at| format!("clients>{}", names[at]))
                .collect(),
            servers: count,
            sites: vec![None],
            host: None,
            timeout: Span::seconds(30),
            retry: false,
            reconnect: spread(20 * MS, 60 * MS),
        },
        workload: Workload {
            arrivals: Arrivals::Closed {
                think: fixed(0),
                ramp: Span::millis(5),
            },
            readers: None,
            updates: None,
        },
        costs: Costs {
            by_step: Step::ALL
                .iter()
                .map(|&step| {
                    let (fixed, each) = cost(step);
                    Cost {
                        fixed: spread(fixed, fixed * 2),
                        each: Span(each),
                    }
                })
                .collect(),
            switch: None,
            fsync: None,
            write: None,
            journal: None,
            client: None,
            read: None,
            proxy: None,
        },
        delays: Delays {
            detect_clean: spread(1_000 * MS, 1_500 * MS),
            detect_silent: spread(8_000 * MS, 9_000 * MS),
            promote: spread(300 * MS, 500 * MS),
            repoint: spread(100 * MS, 200 * MS),
            no_replica: spread(1_000 * MS, 2_000 * MS),
            fence: spread(500 * MS, 900 * MS),
            restart: spread(2_000 * MS, 3_000 * MS),
            connect: spread(MS, 2 * MS),
        },
        faults: Vec::new(),
        failures: Vec::new(),
        warm_up: Span::millis(500),
        duration: Span::seconds(2),
        self_check: false,
    }
}

/// A failover manager that compares received positions and applies the relay log first.
pub fn manager() -> Manager {
    Manager {
        candidate: CandidateBy::Received,
        prefer: None,
        apply_relay_log_first: true,
        semi_sync: SemiSyncOnPromotion::AfterRepoint,
        catch_up_timeout: Span::seconds(600),
        quorum: false,
        fencing: Fencing::WhenReachable,
        set_read_only: SetReadOnly::WaitsForCommits,
        rejoin: Rejoin::Never,
    }
}

/// This server is cut off from all others, the clients and the manager: both ways, or only what it sends or is sent.
pub fn cut_off(server: u8, servers: usize, out: bool, into: bool) -> FaultKind {
    let one = End::Server(ServerId(server));
    let others = (0..servers as u8)
        .filter(|&other| other != server)
        .map(|other| End::Server(ServerId(other)));
    let mut paths = Vec::new();
    for other in others.chain([End::Clients(0), End::Manager]) {
        paths.extend(out.then_some((one, other)));
        paths.extend(into.then_some((other, one)));
    }
    let name = format!("server {server} cut off");
    FaultKind::Partition { name, paths }
}

/// The network between two servers carries nothing.
pub fn cut_link(one: u8, other: u8) -> FaultKind {
    let [one, other] = [one, other].map(|at| End::Server(ServerId(at)));
    let name = "a link cut".to_owned();
    let paths = vec![(one, other), (other, one)];
    FaultKind::Partition { name, paths }
}

/// A fault at a moment between one and one and a half seconds.
pub fn fault(kind: FaultKind) -> FaultPlan {
    FaultPlan {
        kind,
        at: Table::compile(&Shape::Uniform {
            low: 1_000 * MS,
            high: 1_500 * MS,
        }),
        lasts: None,
        returns: Returns::AfterTheRun,
    }
}

/// Client answers of a run: (session, start and end in ns, outcome).
#[derive(Default)]
pub struct Answers {
    pub all: Vec<(u16, u64, u64, replsim::protocol::fact::Outcome)>,
    pub facts: Vec<(u64, replsim::protocol::fact::Fact)>,
}

impl replsim::engine::Observer for Answers {
    fn note(
        &mut self,
        now: Moment,
        fact: &replsim::protocol::fact::Fact,
        _: &replsim::protocol::world::World,
    ) {
        self.facts.push((now.since_start().0, *fact));
    }
    fn answered(
        &mut self,
        now: Moment,
        start: Moment,
        session: replsim::protocol::ids::SessionId,
        outcome: replsim::protocol::fact::Outcome,
        _: Option<replsim::protocol::ids::Gtid>,
    ) {
        self.all.push((
            session.0,
            start.since_start().0,
            now.since_start().0,
            outcome,
        ));
    }
    fn sample(&mut self, _: Moment, _: &replsim::protocol::world::World, _: &Gauges) {}
}

impl Decider for Answers {}

/// Makes every duration of a plan constant, for closed forms of one session (shipped models have no constants).
pub fn without_noise(plan: &mut Plan) {
    for cost in &mut plan.costs.by_step {
        cost.fixed = fixed(cost.fixed.sample(1 << 63));
    }
    for host in &mut plan.hosts {
        host.fsync = fixed(host.fsync.sample(1 << 63));
        host.overwrite = fixed(host.overwrite.sample(1 << 63));
    }
    for path in plan.paths.iter_mut().flatten() {
        path.delay = fixed(path.delay.sample(1 << 63));
    }
    for delay in &mut plan.clients.delay {
        *delay = fixed(delay.sample(1 << 63));
    }
}
