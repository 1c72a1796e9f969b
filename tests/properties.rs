//! What must hold in every model under every schedule of faults.

#[path = "support/random.rs"]
mod random;
mod support;
#[path = "support/watch.rs"]
mod watch;

use proptest::prelude::*;
use random::{CRASHES, KINDS, SHUTDOWN, Scenario, cases, scenario, troubles};
use replsim::engine::Simulation;
use replsim::protocol::fact::Outcome;
use replsim::protocol::flavour::Flavour;
use replsim::protocol::flavour_rules::Skipped;
use replsim::protocol::ids::{ServerId, Span};
use replsim::protocol::partition::End;
use replsim::protocol::server::Life;
use replsim::protocol::setup::{CandidateBy, Fencing, Rejoin, SemiSyncOnPromotion};
use replsim::protocol::variables::{Positioning, RedoFlush};
use support::{MS, Mode};
use watch::{Watch, drain, levels};

fn sound(watch: &Watch) -> Result<(), TestCaseError> {
    match watch.problem() {
        Some(problem) => Err(TestCaseError::fail(problem)),
        None => Ok(()),
    }
}

/// Runs a plan to its end under a watch.
fn run<'plan>(plan: &'plan replsim::plan::Plan, seed: u64, watch: &mut Watch) -> Simulation<'plan> {
    let mut simulation = Simulation::new(plan, seed, 0, Span::millis(5));
    simulation.run(watch);
    simulation
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn watermarks_are_ordered_and_logs_have_no_hole_whatever_fails(scenario in scenario()) {
        let plan = scenario.plan();
        let mut watch = Watch::of(&plan, scenario.seed);
        let mut simulation = run(&plan, scenario.seed, &mut watch);
        simulation.settle(&mut watch);
        sound(&watch)?;
    }

    #[test]
    fn what_clients_learned_adds_up(scenario in scenario()) {
        let plan = scenario.plan();
        let mut watch = Watch::of(&plan, scenario.seed);
        let _ = run(&plan, scenario.seed, &mut watch);
        let outcome = replsim::run::run_with_timeline(&plan, scenario.seed, 0);
        let ledger = &outcome.ledger;
        let count = |outcome| watch.answers.get(&outcome).copied().unwrap_or(0);
        prop_assert_eq!(ledger.acknowledged, count(Outcome::Ok));
        prop_assert_eq!(ledger.refused, count(Outcome::Refused));
        prop_assert_eq!(ledger.errors, count(Outcome::Error));
        prop_assert_eq!(ledger.unknown, count(Outcome::Unknown));
        let learned: u64 = watch.answers.values().sum();
        prop_assert!(learned <= watch.submitted + u64::from(scenario.sessions));
        prop_assert!(learned + u64::from(scenario.sessions) >= watch.submitted);
        prop_assert!(ledger.lost_acknowledged <= ledger.acknowledged);
        prop_assert!(ledger.read_then_lost <= ledger.visible_then_lost);
    }
}

/// One fault of the master, with everything that the promise needs.
fn promising() -> impl Strategy<Value = Scenario> {
    (scenario(), troubles(0..CRASHES + 1, 0..1u8, 1)).prop_map(|(scenario, faults)| {
        let mut scenario = scenario.durable().blocked();
        scenario.mode = Mode::AfterSync;
        scenario.timeout = None;
        scenario.wait_no_slave = true;
        scenario.managed = true;
        scenario.apply_first = true;
        scenario.candidate = CandidateBy::Received;
        scenario.faults = faults;
        // What an old master brings back with it is its own.
        scenario.old_master.1 = Rejoin::Never;
        for fault in &mut scenario.faults {
            // A server that shuts down confirms what waits for nobody any more (semantics.md 5.5): a kill instead.
            if fault.kind == SHUTDOWN {
                fault.kind = 0;
            }
        }
        scenario
    })
}

proptest! {
    #![proptest_config(cases(150))]

    #[test]
    fn after_sync_with_infinite_time_out_loses_nothing_acknowledged_or_visible(scenario in promising()) {
        let plan = scenario.plan();
        let ledger = replsim::run::run_one(&plan, scenario.seed, 0).ledger;
        prop_assert_eq!(ledger.lost_acknowledged, 0);
        prop_assert_eq!(ledger.visible_then_lost, 0);
        prop_assert_eq!(ledger.read_then_lost, 0);
    }
}

/// Faults that end by themselves, in a cluster where nobody can diverge.
fn healing() -> impl Strategy<Value = Scenario> {
    let replicas_fail = troubles(0..KINDS, 1..4u8, 3);
    let master_cut_off = troubles(5..7u8, 0..1u8, 2);
    (scenario(), replicas_fail, master_cut_off).prop_map(|(scenario, faults, more)| {
        let mut scenario = scenario.durable().blocked();
        scenario.managed = false;
        scenario.faults = faults;
        scenario.faults.extend(more);
        let says_nothing = scenario.flavour.rules().skipped == Skipped::Silent;
        if says_nothing && scenario.positioning == Positioning::Gtid {
            // An acknowledgement that a disconnect swallowed is never sent again (semantics.md 2, 14.2 b1).
            scenario.timeout = scenario.timeout.or(Some(300));
        }
        for fault in &mut scenario.faults {
            // Every fault strikes the server that was drawn, and every server returns.
            fault.returns = 2;
            if fault.server > 0 {
                fault.server = 1 + (fault.server - 1) % scenario.replicas as u8;
            }
        }
        scenario
    })
}

proptest! {
    #![proptest_config(cases(150))]

    #[test]
    fn after_everything_healed_all_servers_agree(scenario in healing()) {
        let plan = scenario.plan();
        let mut watch = Watch::of(&plan, scenario.seed);
        let mut simulation = run(&plan, scenario.seed, &mut watch);
        drain(&mut simulation, 2_000, &mut watch);
        sound(&watch)?;
        let world = &simulation.world;
        let rows = world.servers[ServerId(0)].rows();
        prop_assert!(rows.count() > 0);
        for server in &world.servers {
            prop_assert_eq!(server.rows(), rows.clone(), "{:?}: {}", server.id, levels(world));
            prop_assert_eq!(server.history.end(), rows.count(), "{:?} {}", server.id, levels(world));
        }
    }

    #[test]
    fn wait_calls_are_counted_as_each_flavour_does(scenario in healing()) {
        let plan = scenario.plan();
        let mut watch = Watch::of(&plan, scenario.seed);
        let mut simulation = run(&plan, scenario.seed, &mut watch);
        drain(&mut simulation, 2_000, &mut watch);
        let world = &simulation.world;
        let (master, counters) = (&world.servers[ServerId(0)], &simulation.out.counters[ServerId(0)]);
        let calls = match (scenario.mode, scenario.flavour) {
            (Mode::Async, _) => 0,
            (Mode::AfterSync, Flavour::MYSQL_57 | Flavour::MYSQL_80) => watch.visible,
            _ => master.committed,
        };
        prop_assert_eq!(counters.yes_tx + counters.no_tx, calls, "{:?}", counters);
        prop_assert!(counters.tx_waits <= counters.yes_tx + counters.no_tx);
        prop_assert_eq!(master.semi_sync.wait_sessions(), 0);
        if scenario.flavour == Flavour::MARIADB_1011 && scenario.mode != Mode::Async {
            prop_assert!(counters.request_ack <= watch.logged);
            if scenario.timeout.is_none() {
                // Without a time-out MariaDB never falls back: it stays ON.
                prop_assert_eq!(counters.request_ack, watch.logged);
            }
        }
        let sent: u64 = simulation.out.counters.iter().map(|each| each.send_ack).sum();
        prop_assert!(counters.get_ack <= sent);
    }
}

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn without_faults_commits_go_on_and_nobody_hears_an_error(mut scenario in scenario()) {
        scenario.faults.clear();
        // A keeper that decides before the first replica connects refuses writes.
        scenario.guard = None;
        // Commits that skip the wait before the first replica connects leave a backlog that waits for it.
        scenario.wait_no_slave = true;
        let mut plan = scenario.plan();
        // Sessions in line for a hot row wait for many round trips.
        plan.clients.timeout = Span::seconds(30);
        let mut watch = Watch::of(&plan, scenario.seed);
        let simulation = run(&plan, scenario.seed, &mut watch);
        sound(&watch)?;
        prop_assert_eq!(simulation.now().since_start(), plan.duration);
        let longest = 200 * MS + 8 * scenario.rtt;
        prop_assert!(watch.last_ok + longest > simulation.now().since_start().0, "{}", levels(&simulation.world));
        prop_assert_eq!(watch.answers.len(), 1, "{:?}", watch.answers);
    }
}

/// A manager, replicas that stay, and waits that end by themselves: writes always come back.
fn recoverable() -> impl Strategy<Value = Scenario> {
    (scenario(), troubles(0..KINDS, 0..4u8, 2), any::<bool>()).prop_map(
        |(scenario, faults, durable)| {
            let mut scenario = if durable {
                scenario.durable()
            } else {
                scenario
            };
            scenario.replicas = 3;
            scenario.managed = true;
            scenario.timeout = Some(100);
            scenario.faults = faults;
            scenario
        },
    )
}

proptest! {
    #![proptest_config(cases(120))]

    #[test]
    fn a_manager_with_three_replicas_brings_writes_back_after_any_two_faults(scenario in recoverable()) {
        let plan = scenario.plan();
        let mut watch = Watch::of(&plan, scenario.seed);
        let mut simulation = run(&plan, scenario.seed, &mut watch);
        let end = simulation.now() + Span(6_000 * MS);
        simulation.run_until(end, &mut watch);
        let end = end.since_start().0;
        sound(&watch)?;
        let world = &simulation.world;
        let master = world.serving.map(|id| world.server(id));
        prop_assert!(master.is_some_and(|master| world.answers_to(End::Clients(0), master.id)), "{}", levels(world));
        prop_assert!(watch.last_ok + 1_000 * MS > end, "last OK at {} ms, now {} ms {}", watch.last_ok / MS, end / MS, levels(world));
        // With logs that hold everything, whoever lives follows the new master.
        let connected = |at: &&replsim::protocol::server::Server| {
            at.life == Life::Up && at.replica.upstream.is_some()
        };
        let durable = (scenario.sync_binlog, scenario.redo_flush, scenario.sync_relay_log) == (1, RedoFlush::AtCommit, 1);
        if durable && scenario.log_slave_updates && scenario.flavour != Flavour::MARIADB_1011 && scenario.positioning == Positioning::Gtid {
            for replica in world.servers.iter().filter(connected) {
                prop_assert_eq!(replica.replica.upstream, world.serving, "{}", levels(world));
                prop_assert!(replica.replica.connected, "{:?} {}", replica.id, levels(world));
            }
        }
    }
}

/// One fault of the master, under any mode; replicas can fetch from each other what they lack.
fn replaced() -> impl Strategy<Value = Scenario> {
    promising().prop_flat_map(|scenario| {
        let modes = prop::sample::select(support::MODES.to_vec());
        (Just(scenario), modes).prop_map(|(mut scenario, mode)| {
            scenario.mode = mode;
            scenario.log_slave_updates = true;
            scenario.timeout = Some(100);
            scenario
        })
    })
}

proptest! {
    #![proptest_config(cases(100))]

    #[test]
    fn after_a_failover_by_received_position_all_replicas_agree_with_the_new_master(scenario in replaced()) {
        let plan = scenario.plan();
        let mut watch = Watch::of(&plan, scenario.seed);
        let mut simulation = run(&plan, scenario.seed, &mut watch);
        drain(&mut simulation, 2_000, &mut watch);
        sound(&watch)?;
        let world = &simulation.world;
        prop_assert!(world.serving.is_some(), "{}", levels(world));
        let Some(master) = world.serving.map(|id| world.server(id)) else { return Ok(()) };
        for replica in world.servers.iter().filter(|at| at.is_up() && at.replica.upstream.is_some()) {
            prop_assert_eq!(replica.rows(), master.rows(), "{:?} {}", replica.id, levels(world));
        }
    }
}

/// A fault at a moment, in ms, that ends or returns after so long.
fn trouble(kind: u8, server: u8, at: u64, lasts: u64, returns: u8) -> random::Trouble {
    random::Trouble {
        kind,
        server,
        at,
        lasts,
        returns,
    }
}

proptest! {
    #![proptest_config(cases(12))]

    #[test]
    fn a_replica_cut_off_while_its_master_dies_finds_a_master_when_it_is_back(scenario in replaced(), managed in any::<bool>()) {
        let mut scenario = scenario;
        scenario.replicas = 2;
        scenario.managed = managed;
        // With a manager the master never returns; without one it comes back after the replica.
        scenario.faults = vec![trouble(5, 2, 200, 200, 2), trouble(1, 0, 250, 400, if managed { 0 } else { 2 })];
        let plan = scenario.plan();
        let mut watch = Watch::of(&plan, scenario.seed);
        let mut simulation = run(&plan, scenario.seed, &mut watch);
        drain(&mut simulation, 2_000, &mut watch);
        sound(&watch)?;
        let replica = &simulation.world.servers[ServerId(2)];
        prop_assert_eq!(replica.replica.upstream, simulation.world.serving.filter(|&id| id != replica.id));
        // Who has what the new master has not is refused with 1236 (semantics.md 8: errant transactions).
        let serving = simulation.world.serving.map(|id| simulation.world.server(id).rows());
        let ahead = serving.is_some_and(|rows| replica.received().count_without(&rows) > 0);
        let connected = simulation.world.links[ServerId(2)].dump.on.is_some();
        prop_assert!(replica.replica.upstream.is_none() || connected || ahead, "{}", levels(&simulation.world));
    }
}

/// A simple scenario, from which those that were once wrong differ.
fn plain(seed: u64) -> Scenario {
    Scenario {
        flavour: Flavour::MYSQL_57,
        mode: Mode::Async,
        replicas: 3,
        sessions: 4,
        rtt: 200 * support::US,
        sync_binlog: 1,
        redo_flush: RedoFlush::AtCommit,
        sync_relay_log: 1,
        log_slave_updates: false,
        relay_log_recovery: false,
        wait_for: 1,
        wait_no_slave: false,
        timeout: Some(100),
        sync_delay: 0,
        commit_wait: (0, 0),
        positioning: Positioning::FileAndPosition,
        statements: 1,
        readers: 0,
        retry: false,
        managed: true,
        apply_first: false,
        candidate: CandidateBy::Executed,
        promotion: SemiSyncOnPromotion::AtOnce,
        old_master: (Fencing::WhenReachable, Rejoin::Never),
        workers: (1, false),
        updates: (0, 0),
        guard: None,
        faults: Vec::new(),
        seed,
    }
}

#[test]
fn a_client_that_gives_up_during_a_statement_leaves_no_locks_behind() {
    let mut scenario = plain(1_435_575_848_047_063_860);
    scenario.statements = 3;
    scenario.updates = (2, 3);
    scenario.faults = vec![trouble(6, 0, 313, 399, 0)];
    let plan = scenario.plan();
    let mut watch = Watch::of(&plan, scenario.seed);
    let simulation = run(&plan, scenario.seed, &mut watch);
    assert_eq!(watch.problem(), None);
    let (now, world) = (simulation.now().since_start().0, &simulation.world);
    assert!(
        watch.last_ok + 100 * MS > now,
        "last OK at {} ms {}",
        watch.last_ok / MS,
        levels(world)
    );
}

#[test]
fn a_transaction_whose_client_gave_up_is_over_before_its_server_dies() {
    let mut scenario = plain(5_182_088_069_596_632_748);
    scenario.replicas = 1;
    scenario.sessions = 10;
    scenario.sync_relay_log = 0;
    scenario.timeout = None;
    scenario.statements = 3;
    scenario.old_master.1 = Rejoin::AsItIs;
    scenario.updates = (4, 40);
    scenario.faults = vec![trouble(1, 0, 164, 54, 2)];
    let plan = scenario.plan();
    let mut watch = Watch::of(&plan, scenario.seed);
    let mut simulation = run(&plan, scenario.seed, &mut watch);
    simulation.settle(&mut watch);
    assert_eq!(watch.problem(), None);
}
