//! Connections that end while the IO thread is at work: it ends its packet and its sync, then lets go (semantics.md 3).
//!
//! Every run of a debug build is watched for broken laws: a relay log with a gap or an acknowledgement that covers too
//! much fails whatever test made the run.

mod support;

use replsim::engine::{Decider, Gauges, Moment, Observer, Simulation, Submission};
use replsim::plan::{self, Arrivals, FaultKind, FaultPlan, Plan, Returns, Struck};
use replsim::protocol::crash::Crash;
use replsim::protocol::effect::{File, Input, Step};
use replsim::protocol::fact::{Fact, Outcome};
use replsim::protocol::flavour::Flavour;
use replsim::protocol::ids::{Gtid, ServerId, SessionId, Span};
use replsim::protocol::partition::End;
use replsim::protocol::rows::Rows;
use replsim::protocol::thread::ThreadKind;
use replsim::protocol::variables::{Positioning, Variable};
use replsim::protocol::world::World;
use replsim::run::run_one;
use replsim::spec;
use support::{Answers, MS, Mode, cluster, fixed, manager, without_noise};

const FLAVOURS: [Flavour; 3] = [Flavour::MYSQL_57, Flavour::MYSQL_80, Flavour::MARIADB_1011];
const REPLICA: ServerId = ServerId(1);

fn at(kind: FaultKind, at: u64, lasts: Option<u64>) -> FaultPlan {
    FaultPlan {
        kind,
        at: fixed(at),
        lasts: lasts.map(fixed),
        returns: Returns::AfterTheRun,
    }
}

/// One replica that syncs its relay log at every event.
fn synced_replica(flavour: Flavour, mode: Mode) -> Plan {
    let mut plan = cluster(flavour, mode, 1, 8, MS);
    for server in &mut plan.cluster.servers {
        server.variables.sync_relay_log = 1;
        server.variables.semi_sync_timeout = Span::FOREVER;
    }
    plan
}

/// The plans of an experiment's cases.
fn plans(file: &str) -> Vec<Plan> {
    let path = format!("{}/tests/broken/{file}", env!("CARGO_MANIFEST_DIR"));
    let loaded = spec::load(&path, &[]).expect("it is valid");
    let cases = plan::cases(&loaded).expect("it is valid");
    let compiled = cases.iter().map(plan::compile);
    compiled.map(|plan| plan.expect("it is valid")).collect()
}

#[test]
fn after_sync_loses_nothing_that_was_acknowledged_when_the_io_thread_stops_and_starts() {
    for plan in plans("hole/hole_loss.json") {
        for run in 0..150 {
            let ledger = run_one(&plan, 1, run).ledger;
            assert_eq!(ledger.lost_acknowledged, 0, "run {run}");
        }
    }
}

#[test]
fn a_replica_has_what_its_master_has_whenever_its_io_thread_was_stopped() {
    for plan in plans("hole/hole_different.json") {
        for run in 0..100 {
            let different = run_one(&plan, 1, run).split.replicas_different;
            assert_eq!(different, 0, "run {run}");
        }
    }
    for plan in plans("hole/original_any-102443.json") {
        for run in 0..40 {
            run_one(&plan, 1, run);
        }
    }
}

#[test]
fn threads_that_stop_and_start_at_every_moment_leave_no_gap() {
    for flavour in FLAVOURS {
        for positioning in [Positioning::Gtid, Positioning::FileAndPosition] {
            for seed in 1..=6 {
                let mut plan = synced_replica(flavour, Mode::AfterSync);
                plan.cluster.manager = Some(manager());
                for server in &mut plan.cluster.servers {
                    server.variables.positioning = positioning;
                }
                // Every 1.7 ms and a little: all moments of a packet of some milliseconds are met.
                let stop = || FaultKind::StopThread(ThreadKind::Io, vec![REPLICA]);
                plan.faults = (0..300)
                    .map(|n| {
                        at(
                            stop(),
                            500 * MS + n * (1_700_000 + seed * 1_003),
                            Some(100_000),
                        )
                    })
                    .collect();
                plan.faults.push(at(
                    FaultKind::Crash(Crash::SiteLoss, Struck::Site(0)),
                    1_100 * MS + seed,
                    None,
                ));
                let ledger = run_one(&plan, seed, 0).ledger;
                assert_eq!(ledger.lost_acknowledged, 0, "{flavour:?} {positioning:?}");
                assert!(ledger.acknowledged > 50, "{}", ledger.acknowledged);
            }
        }
    }
}

/// When a replica's IO thread was told to stop, ended its relay log's fsyncs, let go and connected, ns.
#[derive(Default)]
struct Moments {
    stopped: Vec<u64>,
    synced: Vec<u64>,
    let_go: Vec<u64>,
    connected: Vec<u64>,
}

impl Observer for Moments {
    fn note(&mut self, now: Moment, fact: &Fact, _: &World) {
        match fact {
            Fact::Connected {
                replica,
                yes: false,
            } if *replica == REPLICA => self.let_go.push(now.since_start().0),
            Fact::Connected { replica, yes: true } if *replica == REPLICA => {
                self.connected.push(now.since_start().0)
            }
            _ => {}
        }
    }
    fn submitted(&mut self, _: Moment, _: SessionId, _: Submission) {}
    fn fault(&mut self, _: Moment, _: usize) {}
    fn stepped(&mut self, now: Moment, input: Input, _: &World) {
        match input {
            Input::StopIoThread(REPLICA) => self.stopped.push(now.since_start().0),
            Input::Synced(REPLICA, File::RelayLog) => self.synced.push(now.since_start().0),
            _ => {}
        }
    }
}

impl Decider for Moments {}

/// One session and constant durations; a transaction is one event, and the fsync of the replica's relay log takes this
/// long.
fn slow_relay_log(fsync: u64) -> Plan {
    let mut plan = synced_replica(Flavour::MYSQL_80, Mode::Async);
    plan.cluster.sessions = 1;
    plan.cluster.shape.events_per_transaction = 1;
    without_noise(&mut plan);
    plan.delays.connect = fixed(MS);
    plan.hosts[1].fsync = fixed(fsync);
    plan.hosts[1].overwrite = fixed(fsync);
    plan
}

#[test]
fn a_connection_closes_when_the_sync_in_progress_ends_and_the_next_begins_behind_it() {
    let mut plan = slow_relay_log(50 * MS);
    let stop = FaultKind::StopThread(ThreadKind::Io, vec![REPLICA]);
    plan.faults = vec![at(stop, 1_010 * MS, Some(100_000))];
    let mut seen = Moments::default();
    let mut simulation = Simulation::new(&plan, 1, 0, Span::seconds(1));
    simulation.run_until(Moment::after(plan.duration), &mut seen);
    let stopped = seen.stopped[0];
    let let_go = seen.let_go[0];
    assert!(let_go > stopped + MS, "it was in the middle of a sync");
    assert!(seen.synced.contains(&let_go), "a sync ended then");
    let connected = seen.connected.iter().find(|&&at| at > stopped);
    // One round trip and `connect` later, as precisely as tables of durations are.
    let later = connected.expect("it connects again") - let_go;
    assert!((2 * MS..2 * MS + 100).contains(&later), "{later} ns");
}

#[test]
fn a_thread_that_syncs_counts_slave_net_timeout_from_its_next_read() {
    let mut plan = slow_relay_log(2 * MS);
    plan.cluster.servers[1].variables.slave_net_timeout = Span::seconds(8);
    plan.cluster.servers[1].variables.heartbeat_period = Span::seconds(4);
    let stall = at(FaultKind::StallDisk(1), 1_000 * MS, Some(12_000 * MS));
    plan.faults = vec![
        stall,
        at(
            FaultKind::Crash(Crash::SiteLoss, Struck::Site(0)),
            1_500 * MS,
            None,
        ),
    ];
    plan.duration = Span::seconds(40);
    let mut seen = Moments::default();
    let mut simulation = Simulation::new(&plan, 1, 0, Span::seconds(1));
    simulation.run_until(Moment::after(plan.duration), &mut seen);
    // The stall ends at 13 s; what had arrived by then is written and synced, then nothing is heard for 8 s.
    let last_sync = *seen.synced.last().expect("it syncs");
    assert!(last_sync > 13_000 * MS);
    assert_eq!(seen.let_go, [last_sync + 8_000 * MS]);
}

#[test]
fn a_manager_compares_when_the_last_io_thread_has_stopped() {
    let mut plan = cluster(Flavour::MYSQL_80, Mode::AfterSync, 2, 8, MS);
    plan.cluster.manager = Some(manager());
    for server in &mut plan.cluster.servers {
        server.variables.sync_relay_log = 1;
    }
    // The acknowledgement of the first replica is on its way, the second one's disk stalls in the middle of a packet.
    plan.faults = vec![
        at(FaultKind::StallDisk(2), 990 * MS, Some(5_000 * MS)),
        at(
            FaultKind::Crash(Crash::ProcessKill, Struck::Servers(vec![ServerId(0)])),
            1_000 * MS,
            None,
        ),
    ];
    plan.duration = Span::seconds(12);
    let mut seen = Answers::default();
    let mut simulation = Simulation::new(&plan, 1, 0, Span::seconds(1));
    simulation.run(&mut seen);
    let when = |wanted: fn(&Fact) -> bool| {
        let found = seen.facts.iter().find(|(_, fact)| wanted(fact));
        found.expect("it happens").0
    };
    let detected = when(|fact| matches!(fact, Fact::Detected));
    let promoted = when(|fact| matches!(fact, Fact::Promoted { .. }));
    assert!(detected < 3_000 * MS);
    assert!(
        promoted > 5_990 * MS,
        "not before the stall ends: {promoted}"
    );
    assert!(promoted < 6_700 * MS, "and at once then: {promoted}");
}

#[test]
fn a_replica_that_is_repointed_while_it_receives_ends_its_packet_first() {
    for mut plan in plans("hole/repointed_while_receiving.json") {
        plan.self_check = true;
        let outcome = run_one(&plan, 13_796_737_831_778_935_439, 0);
        assert_eq!(outcome.broken, None);
        let mut seen = Answers::default();
        Simulation::new(&plan, 13_796_737_831_778_935_439, 0, Span::seconds(1)).run(&mut seen);
        let mut facts = seen.facts.windows(2);
        let ends_its_packet = |facts: &[(u64, Fact)]| {
            matches!(facts, [(at, Fact::Received { replica, .. }), (then, Fact::Connected { replica: of, yes: false })]
                if at == then && replica == of)
        };
        assert!(
            facts.any(ends_its_packet),
            "it was repointed in the middle of a packet"
        );
    }
}

#[test]
fn what_was_sent_before_a_master_is_killed_arrives_before_its_fin() {
    let mut plan = cluster(Flavour::MYSQL_80, Mode::Async, 1, 16, MS);
    without_noise(&mut plan);
    // The IO thread is behind: packets wait in its socket buffer when the FIN arrives.
    plan.costs.by_step[Step::Receive as usize].each = Span::millis(2);
    let kill = FaultKind::Crash(Crash::ProcessKill, Struck::Servers(vec![ServerId(0)]));
    plan.faults = vec![at(kill, 1_000 * MS, None)];
    plan.duration = Span::seconds(20);
    let mut seen = Answers::default();
    Simulation::new(&plan, 1, 0, Span::seconds(1)).run(&mut seen);
    let mut sent = seen.facts.iter().filter_map(|(_, fact)| match fact {
        Fact::Sent { index, .. } => Some(*index),
        _ => None,
    });
    let mut received = seen.facts.iter().filter_map(|(at, fact)| match fact {
        Fact::Received { index, .. } => Some((*index, *at)),
        _ => None,
    });
    let (received, at) = received.next_back().expect("something is received");
    assert_eq!(sent.next_back(), Some(received));
    assert!(at > 1_100 * MS, "it had much to read: {at}");
}

#[test]
fn acknowledgements_that_a_master_had_not_handled_die_with_it() {
    for kind in [Crash::ProcessKill, Crash::HostLoss] {
        let mut plan = cluster(Flavour::MYSQL_80, Mode::AfterSync, 2, 16, MS);
        plan.self_check = true;
        plan.costs.by_step[Step::HandleAck as usize].each = Span::millis(1);
        let mut kill = at(
            FaultKind::Crash(kind, Struck::Servers(vec![ServerId(0)])),
            1_000 * MS,
            None,
        );
        kill.returns = Returns::WithDisks(fixed(100 * MS));
        plan.faults = vec![kill];
        let mut waiting = Waiting(Vec::new());
        Simulation::new(&plan, 1, 0, Span::millis(1)).run(&mut waiting);
        assert!(
            waiting
                .0
                .iter()
                .any(|&(at, acks)| at < 1_000 * MS && acks > 0)
        );
        let back = waiting
            .0
            .iter()
            .filter(|(at, _)| (1_000 * MS..1_102 * MS).contains(at));
        assert!(
            back.map(|(_, acks)| acks).all(|&acks| acks == 0),
            "{kind:?}"
        );
        assert_eq!(run_one(&plan, 1, 0).broken, None);
    }
}

/// How many acknowledgements wait on the master, when.
struct Waiting(Vec<(u64, u32)>);

impl Observer for Waiting {
    fn answered(&mut self, _: Moment, _: Moment, _: SessionId, _: Outcome, _: Option<Gtid>) {}
    fn sample(&mut self, now: Moment, world: &World, _: &Gauges) {
        let master = &world.servers[ServerId(0)];
        let waiting = master.acks_arrived.len() as u32 + master.acks_in_hand;
        self.0.push((now.since_start().0, waiting));
    }
}

impl Decider for Waiting {}

/// Looks whenever the IO thread has nothing in hand: how much of the relay log is synced.
struct Covered {
    every: u64,
    events: u64,
    looks: u64,
}

impl Observer for Covered {
    fn answered(&mut self, _: Moment, _: Moment, _: SessionId, _: Outcome, _: Option<Gtid>) {}
    fn sample(&mut self, _: Moment, _: &World, _: &Gauges) {}
    fn stepped(&mut self, _: Moment, _: Input, world: &World) {
        let replica = &world.server(REPLICA).replica;
        if !replica.is_receiving() {
            let written = replica.relay.end() * self.events;
            let whole = written / self.every * self.every / self.events;
            assert_eq!(
                replica.relay_synced, whole,
                "{written} events, a sync every {}",
                self.every
            );
            self.looks += u64::from(whole < replica.relay.end());
        }
    }
}

impl Decider for Covered {}

#[test]
fn a_relay_log_is_synced_as_far_as_the_last_event_that_was_counted() {
    for (every, events) in [(1, 5), (3, 5), (5, 5), (7, 5), (12, 5), (2, 1), (100, 3)] {
        let mut plan = cluster(Flavour::MYSQL_80, Mode::AfterSync, 1, 4, MS);
        plan.cluster.shape.events_per_transaction = events;
        plan.cluster.servers[1].variables.sync_relay_log = every;
        let (every, events) = (u64::from(every), u64::from(events));
        let mut covered = Covered {
            every,
            events,
            looks: 0,
        };
        Simulation::new(&plan, 1, 0, Span::seconds(1)).run(&mut covered);
        let leaves_some = events % every != 0;
        assert_eq!(covered.looks > 0, leaves_some, "{every} of {events}");
    }
}

/// Linux gives a connection up when what is under way has not been acknowledged for 924.6 s (semantics.md 12a): a row that was
/// written 10 s after the cut, or the next heartbeat of a dump thread that has nothing else to send.
#[test]
fn a_dump_thread_behind_a_cut_ends_when_tcp_gives_up_a_row_or_a_heartbeat() {
    let ends = |row: Option<u64>| {
        let mut plan = cluster(Flavour::MYSQL_84, Mode::Async, 1, 1, MS);
        plan.workload.arrivals = Arrivals::ByHand;
        plan.duration = Span::seconds(4_000);
        for server in &mut plan.cluster.servers {
            server.variables.heartbeat_period = Span::seconds(30);
            server.variables.slave_net_timeout = Span::seconds(3_600);
        }
        let mut answers = Answers::default();
        let mut simulation = Simulation::new(&plan, 1, 0, Span::seconds(100));
        let second = |at: u64| Moment::after(Span::seconds(at));
        simulation.run_until(second(1), &mut answers);
        simulation.submit(SessionId(0), Rows::default(), &mut answers);
        simulation.run_until(second(2), &mut answers);
        let (master, replica) = (End::Server(ServerId(0)), End::Server(REPLICA));
        for (from, to) in [(master, replica), (replica, master)] {
            simulation.input(Input::Cut(from, to), &mut answers);
        }
        if let Some(at) = row {
            simulation.run_until(second(at), &mut answers);
            simulation.submit(SessionId(0), Rows::default(), &mut answers);
        }
        let sends = |simulation: &Simulation| simulation.world.link(REPLICA).dump.on.is_some();
        let ended = (3..4_000).find(|&at| {
            simulation.run_until(second(at), &mut answers);
            !sends(&simulation)
        });
        ended.expect("it ends")
    };
    // The last packet arrived after one second; the looks are a second apart.
    assert_eq!(ends(None), 1 + 30 + 925);
    assert_eq!(ends(Some(12)), 12 + 925);
    // The heartbeat comes first.
    assert_eq!(ends(Some(500)), 1 + 30 + 925);
}

/// A write that finds no room ends after `net_write_timeout` (semantics.md 2, dead peers; 9.7.4 with a replica that was
/// stopped: 5.3 s at 5 s): long before TCP gives the connection up.
#[test]
fn a_dump_thread_behind_a_cut_ends_after_net_write_timeout_once_its_send_buffer_is_full() {
    for flavour in FLAVOURS {
        let mut plan = cluster(flavour, Mode::Async, 1, 1, MS);
        plan.workload.arrivals = Arrivals::ByHand;
        plan.duration = Span::seconds(400);
        plan.cluster.shape.socket_bytes = 2_000;
        let rows = 1 + 2_000u64.div_ceil(plan.cluster.shape.bytes_per_transaction.into());
        for server in &mut plan.cluster.servers {
            server.variables.slave_net_timeout = Span::seconds(3_600);
            server.variables.net_write_timeout = Span::seconds(40);
        }
        let mut answers = Answers::default();
        let mut simulation = Simulation::new(&plan, 1, 0, Span::seconds(100));
        let second = |at: u64| Moment::after(Span::seconds(at));
        simulation.run_until(second(1), &mut answers);
        // SET GLOBAL is for connections that come later (9.7.4, 10.11.19: a dump thread that was there waited for 60 s, not 5).
        let later = Variable::NetWriteTimeout(Span::seconds(1));
        simulation.input(Input::Set(ServerId(0), later), &mut answers);
        let (master, replica) = (End::Server(ServerId(0)), End::Server(REPLICA));
        for (from, to) in [(master, replica), (replica, master)] {
            simulation.input(Input::Cut(from, to), &mut answers);
        }
        // The last row but one fills the buffer, the last one waits.
        for row in 0..rows {
            simulation.run_until(second(2 + row), &mut answers);
            simulation.submit(SessionId(0), Rows::default(), &mut answers);
        }
        let sends = |simulation: &Simulation| simulation.world.link(REPLICA).dump.on.is_some();
        let ended = (1 + rows..400).find(|&at| {
            simulation.run_until(second(at), &mut answers);
            !sends(&simulation)
        });
        assert_eq!(ended, Some(2 + rows + 40), "{flavour:?}");
        // What was sent before it arrives when the network is back, and the replica connects for the rest.
        for (from, to) in [(master, replica), (replica, master)] {
            simulation.input(Input::Mend(from, to), &mut answers);
        }
        simulation.run_until(second(390), &mut answers);
        assert!(sends(&simulation), "{flavour:?}");
        let received = simulation.world.servers[REPLICA].received().count();
        assert_eq!(received, rows, "{flavour:?}");
    }
}

/// When the IO thread of the replica gave up, ns.
#[derive(Default)]
struct GaveUp(Option<Moment>);

impl Observer for GaveUp {
    fn note(&mut self, now: Moment, fact: &Fact, _: &World) {
        if let Fact::GaveUp { .. } = fact {
            self.0 = Some(now);
        }
    }
}
impl Decider for GaveUp {}

/// Ten attempts, a minute between them: each ends at once where the host refuses (111), after 3 s where the network says
/// that there is no host (113), after `slave_net_timeout` where nobody answers (110).
#[test]
fn how_long_ten_attempts_take_depends_on_who_answers() {
    for (crash, attempt) in [
        (Crash::ProcessKill, 0),
        (Crash::HostLoss, 3),
        (Crash::SiteLoss, 60),
    ] {
        let mut plan = cluster(Flavour::MYSQL_97, Mode::Async, 1, 1, MS);
        plan.workload.arrivals = Arrivals::ByHand;
        plan.duration = Span::seconds(3_000);
        for server in &mut plan.cluster.servers {
            server.variables.slave_net_timeout = Span::seconds(60);
            server.variables.heartbeat_period = Span::seconds(30);
            server.variables.connect_retry = Span::seconds(60);
            assert_eq!(server.variables.retry_count, 10);
        }
        let crash_at = 10_000 * MS;
        let kind = FaultKind::Crash(crash, Struck::Servers(vec![ServerId(0)]));
        plan.faults = vec![at(kind, crash_at, None)];
        let mut watch = GaveUp::default();
        let mut simulation = Simulation::new(&plan, 1, 0, Span::seconds(100));
        simulation.run_until(Moment::after(Span::seconds(2_900)), &mut watch);
        let took = watch.0.expect("it gives up").since_start().0 - crash_at;
        // A silent master is noticed when its heartbeats have been missing for slave_net_timeout.
        let noticed = if crash.is_clean() { 0 } else { 60 };
        let expected = noticed + 10 * attempt + 9 * 60;
        let seconds = took / (1_000 * MS);
        assert!(
            seconds.abs_diff(expected) <= 30,
            "{crash:?}: {seconds} s, not {expected}"
        );
    }
}
