//! A clean shutdown: how long it takes, who still gets an OK, what it promises (a real MySQL 9.7.4: `blocking.json`,
//! `ackreceiver.json`; semantics.md 5.5).

mod support;

use replsim::engine::{Moment, Simulation};
use replsim::plan::{Arrivals, FaultKind, FaultPlan, Plan, Returns, Struck};
use replsim::protocol::crash::Crash;
use replsim::protocol::effect::Input;
use replsim::protocol::fact::{Fact, Outcome};
use replsim::protocol::flavour::Flavour;
use replsim::protocol::ids::{ServerId, SessionId, Span};
use replsim::protocol::rows::Rows;
use replsim::run::run_one;
use support::{Answers, MS, Mode, cluster, fixed};

const MASTER: ServerId = ServerId(0);

fn by_hand(flavour: Flavour, mode: Mode, replicas: usize) -> Plan {
    let mut plan = cluster(flavour, mode, replicas, 2, MS);
    plan.workload.arrivals = Arrivals::ByHand;
    plan.duration = Span::seconds(60);
    for server in &mut plan.cluster.servers {
        server.variables.semi_sync_timeout = Span::seconds(100);
    }
    plan
}

fn at(time: u64) -> Moment {
    Moment::after(Span(time))
}

/// When the master's process has ended, ns after it was told to.
fn takes(plan: &Plan) -> u64 {
    let mut answers = Answers::default();
    let mut simulation = Simulation::new(plan, 1, 0, Span::seconds(1));
    simulation.run_until(at(2_000 * MS), &mut answers);
    simulation.input(Input::Shutdown(MASTER), &mut answers);
    simulation.run_until(at(30_000 * MS), &mut answers);
    let ended = answers.facts.iter().find_map(|(now, fact)| {
        let down = matches!(
            fact,
            Fact::Crashed {
                server: MASTER,
                crash: Crash::Shutdown
            }
        );
        down.then_some(*now)
    });
    ended.expect("it ended") - 2_000 * MS
}

#[test]
fn an_idle_master_takes_as_long_as_the_measured_one() {
    for (flavour, mode, replicas, seconds) in [
        (Flavour::MYSQL_97, Mode::Async, 0, 0.8),
        (Flavour::MYSQL_97, Mode::Async, 2, 9.0),
        (Flavour::MYSQL_97, Mode::AfterSync, 2, 11.6),
        (Flavour::MARIADB_118, Mode::AfterSync, 2, 0.8),
    ] {
        let here = takes(&by_hand(flavour, mode, replicas)) as f64 / 1e9;
        assert!(
            (here - seconds).abs() < 0.1,
            "{flavour} {mode:?} {replicas}: {here} s"
        );
    }
}

#[test]
fn a_commit_that_waits_for_nobody_gets_its_ok_at_once() {
    for mode in [Mode::AfterSync, Mode::AfterCommit] {
        let plan = by_hand(Flavour::MYSQL_97, mode, 1);
        let mut answers = Answers::default();
        let mut simulation = Simulation::new(&plan, 1, 0, Span::seconds(1));
        simulation.run_until(at(1_000 * MS), &mut answers);
        simulation.input(Input::StopIoThread(ServerId(1)), &mut answers);
        simulation.submit(SessionId(0), Rows::default(), &mut answers);
        simulation.run_until(at(4_000 * MS), &mut answers);
        assert!(answers.all.is_empty());
        simulation.input(Input::Shutdown(MASTER), &mut answers);
        simulation.run_until(at(4_050 * MS), &mut answers);
        let outcomes: Vec<Outcome> = answers.all.iter().map(|answer| answer.3).collect();
        assert_eq!(outcomes, [Outcome::Ok], "{mode:?}");
        // It takes nobody in any more.
        simulation.submit(SessionId(1), Rows::default(), &mut answers);
        simulation.run_until(at(4_100 * MS), &mut answers);
        assert_eq!(
            answers.all.last().map(|answer| answer.3),
            Some(Outcome::Refused)
        );
    }
}

/// The wait looks whether just one replica is missing (semantics.md 5.2): where two are, it lasts until the dump threads end.
#[test]
fn a_commit_that_two_replicas_are_missing_for_waits_for_the_dump_threads() {
    let mut plan = by_hand(Flavour::MYSQL_97, Mode::AfterSync, 1);
    plan.cluster.servers[0].variables.wait_for_slave_count = 3;
    let mut answers = Answers::default();
    let mut simulation = Simulation::new(&plan, 1, 0, Span::seconds(1));
    simulation.run_until(at(1_000 * MS), &mut answers);
    simulation.submit(SessionId(0), Rows::default(), &mut answers);
    simulation.run_until(at(2_000 * MS), &mut answers);
    simulation.input(Input::Shutdown(MASTER), &mut answers);
    simulation.run_until(at(12_000 * MS), &mut answers);
    assert!(simulation.world.server(MASTER).semi_sync.on);
    simulation.run_until(at(13_000 * MS), &mut answers);
    assert!(!simulation.world.server(MASTER).semi_sync.on);
}

#[test]
fn what_was_committed_is_on_the_disk_however_it_was_set() {
    for flavour in Flavour::KNOWN {
        let mut plan = by_hand(flavour, Mode::Async, 1);
        plan.cluster.servers[0].variables.sync_binlog = 0;
        let mut answers = Answers::default();
        let mut simulation = Simulation::new(&plan, 1, 0, Span::seconds(1));
        simulation.run_until(at(1_000 * MS), &mut answers);
        for now in 0..5 {
            simulation.submit(SessionId(0), Rows::default(), &mut answers);
            simulation.run_until(at((1_020 + 20 * now) * MS), &mut answers);
        }
        simulation.input(Input::Shutdown(MASTER), &mut answers);
        simulation.run_until(at(20_000 * MS), &mut answers);
        simulation.input(Input::Crash(MASTER, Crash::HostLoss), &mut answers);
        simulation.input(Input::Restart(MASTER), &mut answers);
        let master = simulation.world.server(MASTER);
        assert_eq!(
            (answers.all.len(), master.history.end(), master.committed),
            (5, 5, 5),
            "{flavour}"
        );
        assert_eq!(
            master.history.runs().len(),
            1,
            "{flavour}: all in the binlog"
        );
    }
}

/// Dump threads of MySQL live on for a while: what a small backlog needs is sent, a large one is not; MariaDB waits for nobody.
#[test]
fn a_shutdown_promises_no_delivery() {
    let behind = |flavour: Flavour, bandwidth: u64| {
        let mut plan = cluster(flavour, Mode::Async, 1, 8, MS);
        plan.paths[0][1].bandwidth = bandwidth;
        plan.duration = Span::seconds(30);
        plan.faults.push(FaultPlan {
            kind: FaultKind::Crash(Crash::Shutdown, Struck::Servers(vec![MASTER])),
            at: fixed(3_000 * MS),
            lasts: None,
            returns: Returns::AfterTheRun,
        });
        let mut answers = Answers::default();
        let mut simulation = Simulation::new(&plan, 1, 0, Span::seconds(1));
        simulation.run_until(at(60_000 * MS), &mut answers);
        let has = |id: u8| simulation.world.server(ServerId(id)).history.end();
        (has(0) - has(1), has(0))
    };
    let (none, all) = behind(Flavour::MYSQL_97, 0);
    assert_eq!(none, 0, "of {all}");
    let (few, _) = behind(Flavour::MYSQL_97, 2_000_000);
    let (more, _) = behind(Flavour::MARIADB_118, 2_000_000);
    let (most, _) = behind(Flavour::MYSQL_97, 400_000);
    assert!(few < more, "{few} {more}");
    assert!(most > 0, "{most}");
}

#[test]
fn a_restart_is_a_shutdown_and_nobody_loses_anything() {
    for flavour in Flavour::KNOWN {
        for mode in [Mode::Async, Mode::AfterCommit, Mode::AfterSync] {
            let mut plan = cluster(flavour, mode, 2, 8, MS);
            plan.duration = Span::seconds(20);
            plan.faults.push(FaultPlan {
                kind: FaultKind::Crash(Crash::Shutdown, Struck::Servers(vec![MASTER])),
                at: fixed(2_000 * MS),
                lasts: None,
                returns: Returns::AtOnce,
            });
            let outcome = run_one(&plan, 1, 0);
            let ledger = &outcome.ledger;
            assert_eq!(ledger.lost_acknowledged, 0, "{flavour} {mode:?}");
            assert!(
                ledger.acknowledged > 100,
                "{flavour} {mode:?}: {}",
                ledger.acknowledged
            );
        }
    }
}
