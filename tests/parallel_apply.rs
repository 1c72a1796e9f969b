//! Parallel appliers: how fast they can be, and what bounds them (semantics.md 4.1).

mod support;
#[path = "support/watch.rs"]
mod watch;

use replsim::engine::{Decider, Gauges, Moment, Observer, Simulation, Submission, Verdict};
use replsim::plan::{FaultKind, FaultPlan, Plan, Returns, Updates};
use replsim::protocol::commit::Committer;
use replsim::protocol::effect::Input;
use replsim::protocol::fact::{Fact, Outcome};
use replsim::protocol::flavour::Flavour;
use replsim::protocol::ids::{Gtid, ServerId, SessionId, Span};
use replsim::protocol::thread::ThreadKind;
use replsim::protocol::variables::Parallel;
use replsim::protocol::world::World;
use replsim::run::run_one;
use support::{MS, Mode, cluster, fixed};
use watch::Watch;

/// A replica that has a backlog of three seconds to apply.
fn backlog(flavour: Flavour, sessions: u16, workers: u8) -> Plan {
    let mut plan = cluster(flavour, Mode::Async, 1, sessions, MS);
    for server in &mut plan.cluster.servers {
        server.variables.workers = workers;
    }
    plan.faults.push(FaultPlan {
        kind: FaultKind::StopThread(ThreadKind::Sql, vec![ServerId(1)]),
        at: fixed(100 * MS),
        lasts: Some(fixed(2_900 * MS)),
        returns: Returns::AfterTheRun,
    });
    plan.warm_up = Span::millis(50);
    plan.duration = Span::seconds(5);
    plan
}

/// Transactions per second that the replica applies, and how many it rolled back.
fn apply_rate(plan: &Plan) -> (f64, u64) {
    let mut watch = Watch::of(plan, 3);
    let mut simulation = Simulation::new(plan, 3, 0, Span::millis(5));
    simulation.run_until(Moment::after(Span(3_010 * MS)), &mut watch);
    let before = simulation.world.servers[ServerId(1)].committed;
    simulation.run_until(Moment::after(Span(3_310 * MS)), &mut watch);
    assert_eq!(watch.problem(), None);
    let replica = &simulation.world.servers[ServerId(1)];
    assert!(!replica.replica.has_applied_all(), "a backlog is left");
    let rate = (replica.committed - before) as f64 / 0.3;
    (rate, replica.replica.rollbacks)
}

fn with_rows(mut plan: Plan, of: u32) -> Plan {
    plan.workload.updates = Some(Updates {
        rows: 1,
        of,
        hot: 0,
        hot_share: 0,
    });
    plan
}

#[test]
fn one_worker_is_the_single_applier() {
    for flavour in [Flavour::MYSQL_57, Flavour::MYSQL_80, Flavour::MARIADB_1011] {
        let outcome = |parallel: Option<Parallel>| {
            let mut plan = backlog(flavour, 4, 1);
            for server in &mut plan.cluster.servers {
                server.variables.parallel = parallel.unwrap_or(server.variables.parallel);
                server.variables.writeset = parallel.is_some();
            }
            let outcome = run_one(&plan, 5, 0);
            (outcome.ledger, outcome.catch_up, outcome.events)
        };
        let single = outcome(None);
        for parallel in [
            Parallel::LogicalClock,
            Parallel::Conservative,
            Parallel::Optimistic,
        ] {
            assert_eq!(outcome(Some(parallel)), single, "{flavour:?} {parallel:?}");
        }
    }
}

#[test]
fn commit_order_gives_workers_what_the_source_had_under_way_and_no_more() {
    let speed_up = |sessions: u16| {
        let (one, _) = apply_rate(&backlog(Flavour::MYSQL_80, sessions, 1));
        let (many, _) = apply_rate(&backlog(Flavour::MYSQL_80, sessions, 32));
        let outcome = run_one(&backlog(Flavour::MYSQL_80, sessions, 1), 3, 0);
        let group = outcome.grouped_transactions as f64 / outcome.groups as f64;
        (many / one, group)
    };
    // One session commits one after the other: nothing is parallel.
    let (alone, _) = speed_up(1);
    assert!((alone - 1.0).abs() < 0.03, "{alone}");
    let mut last = alone;
    for sessions in [4, 12] {
        let (speed_up, group) = speed_up(sessions);
        // What prepares while a group is written and synced belongs to it or to the next: two groups at the most.
        assert!(
            speed_up <= 2.0 * group,
            "{sessions} sessions: {speed_up} with groups of {group}"
        );
        assert!(speed_up > last, "{sessions} sessions: {speed_up}");
        last = speed_up;
    }
}

#[test]
fn writeset_is_bounded_by_the_rows_that_transactions_share() {
    let rate = |of: u32, workers: u8| {
        let mut plan = with_rows(backlog(Flavour::MYSQL_80, 12, workers), of);
        plan.cluster.servers[0].variables.writeset = true;
        apply_rate(&plan).0
    };
    let one = rate(1, 1);
    // One row: each transaction depends on the one before it.
    let hot = rate(1, 32) / one;
    assert!((hot - 1.0).abs() < 0.03, "{hot}");
    for rows in [2u32, 4] {
        let speed_up = rate(rows, 32) / one;
        assert!(
            speed_up <= f64::from(rows) * 1.05,
            "{rows} rows: {speed_up}"
        );
        assert!(speed_up > 1.1, "{rows} rows: {speed_up}");
    }
    // Rows that hardly ever meet: as many as there are workers, commits share fsyncs.
    assert!(rate(1_000_000, 8) / one > 4.0);
}

#[test]
fn mysql_never_rolls_back_and_optimistic_mariadb_does_where_rows_meet() {
    for writeset in [false, true] {
        let mut plan = with_rows(backlog(Flavour::MYSQL_80, 12, 16), 4);
        plan.cluster.servers[0].variables.writeset = writeset;
        assert_eq!(apply_rate(&plan).1, 0, "writeset {writeset}");
    }
    let mariadb = |of: u32, parallel: Parallel| {
        let mut plan = with_rows(backlog(Flavour::MARIADB_1011, 12, 16), of);
        plan.cluster.servers[1].variables.parallel = parallel;
        apply_rate(&plan)
    };
    assert!(mariadb(2, Parallel::Optimistic).1 > 0);
    assert_eq!(mariadb(2, Parallel::Conservative).1, 0);
    // Optimistic runs ahead of the groups that conservative waits for.
    let (optimistic, conservative) = (
        mariadb(1_000_000, Parallel::Optimistic).0,
        mariadb(1_000_000, Parallel::Conservative).0,
    );
    assert!(
        optimistic > 1.5 * conservative,
        "{optimistic} {conservative}"
    );
}

#[test]
fn catching_up_takes_the_backlog_over_the_difference_of_the_rates() {
    let (apply, rate) = (MS, 500.0);
    let mut plan = backlog(Flavour::MYSQL_80, 64, 1);
    support::without_noise(&mut plan);
    for cost in &mut plan.costs.by_step {
        *cost = replsim::plan::Cost {
            fixed: fixed(0),
            each: Span(0),
        };
    }
    plan.costs.by_step[replsim::protocol::effect::Step::Apply as usize].fixed = fixed(apply);
    for host in &mut plan.hosts {
        (host.fsync, host.overwrite) = (fixed(0), fixed(0));
    }
    plan.workload.arrivals = support::open(fixed((1e9 / rate) as u64));
    plan.duration = Span::seconds(10);
    let outcome = run_one(&plan, 1, 0);
    let expected = 2.9 * rate / (1e9 / apply as f64 - rate);
    let found = outcome.catch_up.expect("it catches up").0 as f64 / 1e9;
    assert!((found / expected - 1.0).abs() < 0.05, "{found} {expected}");
    assert!(!outcome.not_caught_up);
    // Faster arrivals than one applier can apply: never.
    plan.workload.arrivals = support::open(fixed((1e9 / 1_100.0) as u64));
    let outcome = run_one(&plan, 1, 0);
    assert!(outcome.not_caught_up && outcome.catch_up.is_none());
}

/// Says of one transaction of the replica's relay log that its rows do not fit, as long as it is told so.
struct DoesNotFit {
    index: Option<u64>,
    watch: Watch,
}

impl Observer for DoesNotFit {
    fn note(&mut self, now: Moment, fact: &Fact, world: &World) {
        self.watch.note(now, fact, world);
    }
    fn answered(
        &mut self,
        now: Moment,
        start: Moment,
        session: SessionId,
        outcome: Outcome,
        gtid: Option<Gtid>,
    ) {
        self.watch.answered(now, start, session, outcome, gtid);
    }
    fn submitted(&mut self, now: Moment, session: SessionId, submission: Submission) {
        self.watch.submitted(now, session, submission);
    }
    fn sample(&mut self, now: Moment, world: &World, gauges: &Gauges) {
        self.watch.sample(now, world, gauges);
    }
    fn input(&mut self, now: Moment, input: Input, world: &World) {
        self.watch.input(now, input, world);
    }
    fn stepped(&mut self, now: Moment, input: Input, world: &World) {
        self.watch.stepped(now, input, world);
    }
}

impl Decider for DoesNotFit {
    fn judge(&mut self, _: Moment, who: Committer, world: &World) -> Verdict {
        match who {
            Committer::Applier(id, worker) => {
                let task = world.server(id).replica.workers[usize::from(worker)];
                match Some(task.index) == self.index {
                    true => Verdict::Fails,
                    false => Verdict::Fits,
                }
            }
            Committer::Session(_) => Verdict::Fits,
        }
    }
}

#[test]
fn an_error_of_one_worker_lets_earlier_ones_commit_and_leaves_nothing_hanging() {
    for flavour in [Flavour::MYSQL_57, Flavour::MYSQL_80, Flavour::MARIADB_1011] {
        for index in 500..512 {
            let mut plan = backlog(flavour, 16, 8);
            plan.cluster.servers[1].variables.parallel = flavour.defaults().parallel;
            let mut observer = DoesNotFit {
                index: Some(index),
                watch: Watch::of(&plan, 3),
            };
            let mut simulation = Simulation::new(&plan, 3, 0, Span::millis(5));
            simulation.run_until(Moment::after(Span(3_500 * MS)), &mut observer);
            let replica = &simulation.world.servers[ServerId(1)].replica;
            assert!(!replica.sql_running, "{flavour:?} {index}");
            assert_eq!(replica.applied, index, "{flavour:?}: everything before it");
            observer.index = None;
            simulation.input(Input::StartSqlThread(ServerId(1)), &mut observer);
            simulation.run_until(Moment::after(Span(4_000 * MS)), &mut observer);
            let replica = &simulation.world.servers[ServerId(1)];
            assert!(replica.replica.applied > index + 50, "{flavour:?} {index}");
            assert_eq!(observer.watch.problem(), None);
        }
    }
}
