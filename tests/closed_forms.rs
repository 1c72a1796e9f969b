//! Results that are known without a simulation (field.md 6): the simulation has to agree.

mod support;

use replsim::engine::{Moment, Simulation};
use replsim::measure::outcome::RunOutcome;
use replsim::plan::Struck;
use replsim::plan::*;
use replsim::protocol::crash::Crash;
use replsim::protocol::effect::Step;
use replsim::protocol::fact::{Fact, Outcome};
use replsim::protocol::flavour::Flavour;
use replsim::protocol::ids::{ServerId, Span};
use replsim::protocol::thread::ThreadKind;
use replsim::protocol::variables::RedoFlush;
use replsim::random::{Shape, Table};
use replsim::run::{run_one, run_with_timeline};
use replsim::spec::workload::Queue;
use support::*;

const FLAVOURS: [Flavour; 3] = [Flavour::MYSQL_57, Flavour::MYSQL_80, Flavour::MARIADB_1011];

fn throughput(outcome: &RunOutcome) -> f64 {
    outcome.window_acknowledged as f64 / (outcome.window.0 as f64 / 1e9)
}

fn assert_close(what: &str, found: f64, expected: f64, tolerance: f64) {
    assert!(
        (found / expected - 1.0).abs() <= tolerance,
        "{what}: {found} where {expected} was expected (within {tolerance})"
    );
}

/// Cost of a step for one transaction of one row, in a plan without noise.
fn cost(plan: &Plan, step: Step) -> u64 {
    let cost = &plan.costs.by_step[step as usize];
    cost.fixed.sample(0) + cost.each.0
}

/// Client round trip, statement, redo fsync, binlog write and fsync, engine commit, reply (field.md 6.1).
fn local_commit(plan: &Plan) -> u64 {
    2 * plan.clients.delay[0].sample(0)
        + cost(plan, Step::Statement)
        + cost(plan, Step::WriteBinlog)
        + cost(plan, Step::EngineCommit)
        + cost(plan, Step::Reply)
        + 2 * plan.hosts[0].fsync.sample(0)
}

#[test]
fn one_session_commits_asynchronously_at_one_over_its_own_steps() {
    for flavour in FLAVOURS {
        let mut plan = cluster(flavour, Mode::Async, 1, 1, 20 * MS);
        without_noise(&mut plan);
        let outcome = run_one(&plan, 1, 0);
        assert_close(
            "commits/s",
            throughput(&outcome),
            1e9 / local_commit(&plan) as f64,
            0.002,
        );
    }
}

#[test]
fn one_session_pays_one_round_trip_more_in_both_semi_sync_modes() {
    for flavour in FLAVOURS {
        for mode in [Mode::AfterCommit, Mode::AfterSync] {
            for rtt in [MS, 20 * MS, 40 * MS] {
                let mut plan = cluster(flavour, mode, 1, 1, rtt);
                without_noise(&mut plan);
                plan.duration = Span::seconds(10);
                let acknowledgement = rtt
                    + cost(&plan, Step::Dump)
                    + cost(&plan, Step::Receive)
                    + cost(&plan, Step::HandleAck)
                    + cost(&plan, Step::WakeUp);
                // Under AFTER_COMMIT the events travel while the engine commits.
                let overlap = if mode == Mode::AfterCommit {
                    cost(&plan, Step::EngineCommit)
                } else {
                    0
                };
                let latency = local_commit(&plan) + acknowledgement - overlap;
                let outcome = run_one(&plan, 1, 0);
                assert_close(
                    "latency",
                    outcome.latency.value_at_quantile(0.5) as f64,
                    latency as f64,
                    0.002,
                );
                assert!(
                    throughput(&outcome) < 1e9 / rtt as f64,
                    "never more than one commit a round trip"
                );
            }
        }
    }
}

#[test]
fn littles_law_holds_whatever_the_mode() {
    for flavour in FLAVOURS {
        for mode in MODES {
            let mut plan = cluster(flavour, mode, 2, 16, 5 * MS);
            plan.workload.arrivals = Arrivals::Closed {
                think: spread(3 * MS, 9 * MS),
                ramp: Span::millis(5),
            };
            plan.duration = Span::seconds(8);
            let outcome = run_one(&plan, 7, 0);
            let Arrivals::Closed { think, .. } = &plan.workload.arrivals else {
                unreachable!()
            };
            let in_system =
                throughput(&outcome) * (outcome.latency.mean() + think.mean() as f64) / 1e9;
            assert_close("sessions in the system", in_system, 16.0, 0.02);
        }
    }
}

/// One row that everybody updates: its lock is held from the statement to the engine commit, and AFTER_SYNC waits in
/// between (semantics.md 11.3).
#[test]
fn a_hot_row_is_updated_once_per_commit_and_under_after_sync_once_per_round_trip() {
    for flavour in FLAVOURS {
        for mode in MODES {
            let rtt = 10 * MS;
            let mut plan = cluster(flavour, mode, 1, 8, rtt);
            without_noise(&mut plan);
            plan.workload.updates = Some(Updates {
                rows: 1,
                of: 1,
                hot: 0,
                hot_share: 0,
            });
            plan.duration = Span::seconds(6);
            let held = local_commit(&plan)
                - 2 * plan.clients.delay[0].sample(0)
                - cost(&plan, Step::Reply);
            let acknowledgement = rtt
                + cost(&plan, Step::Dump)
                + cost(&plan, Step::Receive)
                + cost(&plan, Step::HandleAck)
                + cost(&plan, Step::WakeUp);
            let held = match mode {
                Mode::AfterSync => held + acknowledgement,
                Mode::Async | Mode::AfterCommit => held,
            };
            let outcome = run_one(&plan, 1, 0);
            // Eight sessions have eight commits in flight, of which only one holds the row.
            let most = 8e9 / (local_commit(&plan) + acknowledgement) as f64;
            let expected = match mode {
                Mode::AfterCommit => most.min(1e9 / held as f64),
                Mode::Async | Mode::AfterSync => 1e9 / held as f64,
            };
            let found = throughput(&outcome);
            if mode == Mode::AfterCommit && flavour != Flavour::MARIADB_1011 {
                // MySQL's leader waits for its whole queue, and others queue behind it meanwhile (1.4).
                let after_sync = 1e9 / (held + acknowledgement) as f64;
                assert!(found <= expected && found > 4.0 * after_sync, "{found}");
                continue;
            }
            let what = format!("{flavour:?} {mode:?}: commits/s");
            assert_close(&what, found, expected, 0.03);
        }
    }
}

/// PBS' LNKD-SSD fit (field.md 3.8): 91.22 % Pareto(0.235, 10) and 8.78 % Exp(1.66), ms.
fn lnkd_ssd() -> Shape {
    let cdf = |x: f64| {
        let pareto = if x < 0.235 {
            0.0
        } else {
            1.0 - (0.235 / x).powi(10)
        };
        0.9122 * pareto + 0.0878 * (1.0 - (-1.66 * x).exp())
    };
    let invert = |p: f64| {
        let (mut low, mut high) = (0.0, 100.0);
        for _ in 0..200 {
            let middle = (low + high) / 2.0;
            if cdf(middle) < p {
                low = middle
            } else {
                high = middle
            }
        }
        (low * 1e6) as u64
    };
    let levels = (1..200)
        .map(|i| f64::from(i) / 200.0)
        .chain((1..=60).map(|i| 1.0 - 0.005 * 0.85f64.powi(i)));
    Shape::Quantiles(levels.map(|p| (p, invert(p).max(1))).collect())
}

#[test]
fn k_of_three_acknowledgements_cost_the_order_statistics_of_pbs() {
    // Lw at p99.9 of LNKD-SSD, re-run with 100 000 draws (field.md 3.8): W = 1, 2, 3.
    for (k, expected) in [(1, 0.65), (2, 1.60), (3, 4.06)] {
        let mut plan = cluster(Flavour::MYSQL_80, Mode::AfterSync, 3, 1, MS);
        without_noise(&mut plan);
        let link = Table::compile(&lnkd_ssd());
        for path in plan.paths.iter_mut().flatten() {
            path.delay = link.clone();
        }
        for cost in &mut plan.costs.by_step {
            *cost = Cost {
                fixed: fixed(0),
                each: Span(0),
            };
        }
        for host in &mut plan.hosts {
            host.fsync = fixed(0);
            host.overwrite = fixed(0);
            host.write = fixed(0);
        }
        plan.clients.delay = vec![fixed(0); 4];
        plan.network_epoch = Span::micros(1);
        plan.workload.arrivals = Arrivals::Closed {
            think: fixed(60 * MS),
            ramp: Span::millis(5),
        };
        for server in &mut plan.cluster.servers {
            server.variables.wait_for_slave_count = k;
        }
        plan.duration = Span::seconds(4_000);
        let outcome = run_one(&plan, 3, 0);
        let found = outcome.latency.value_at_quantile(0.999) as f64 / 1e6;
        assert_close(&format!("p99.9 of {k} of 3"), found, expected, 0.08);
    }
}

/// A master that costs nothing and a replica whose SQL thread takes `apply`; open-loop arrivals at `rate`.
fn queue(apply: Table, rate: f64) -> Plan {
    let mut plan = cluster(Flavour::MYSQL_80, Mode::Async, 1, 64, 100 * US);
    without_noise(&mut plan);
    for (cost, step) in plan.costs.by_step.iter_mut().zip(Step::ALL) {
        let fixed = if step == Step::Apply {
            apply.clone()
        } else {
            fixed(0)
        };
        *cost = Cost {
            fixed,
            each: Span(0),
        };
    }
    for host in &mut plan.hosts {
        host.fsync = fixed(0);
        host.overwrite = fixed(0);
    }
    plan.workload.arrivals = open(Table::compile(&Shape::Exponential {
        mean: (1e9 / rate) as u64,
    }));
    plan.warm_up = Span::seconds(2);
    plan.duration = Span::seconds(120);
    plan
}

#[test]
fn a_single_applier_is_an_m_d_1_queue() {
    for rho in [0.3, 0.6, 0.8] {
        let service = MS;
        let rate = rho * 1e9 / service as f64;
        let outcome = run_one(&queue(fixed(service), rate), 5, 0);
        // In the queue and in service (Pollaczek-Khinchine), and on the way to the replica.
        let in_system = rho + rho * rho / (2.0 * (1.0 - rho));
        let on_the_way = rate * 50e-6;
        assert_close(
            "transactions behind",
            outcome.servers[1].lag.expect("it replicates").transactions,
            in_system + on_the_way,
            0.05,
        );
    }
}

#[test]
fn a_single_applier_with_spread_service_is_an_m_g_1_queue() {
    let shape = Shape::Lognormal {
        median: 600 * US,
        p99: 5 * MS,
    };
    let table = Table::compile(&shape);
    let (mut first, mut second) = (0.0, 0.0);
    let steps = 1 << 16;
    for i in 0..steps {
        let value = table.sample((2 * i + 1) << 47) as f64 / 1e9;
        first += value / f64::from(steps as u32);
        second += value * value / f64::from(steps as u32);
    }
    let rate = 0.6 / first;
    let outcome = run_one(&queue(table, rate), 5, 0);
    let in_system = rate * first + rate * rate * second / (2.0 * (1.0 - rate * first));
    assert_close(
        "transactions behind",
        outcome.servers[1].lag.expect("it replicates").transactions,
        in_system + rate * 50e-6,
        0.06,
    );
}

/// A master on which a statement takes `service`, and nothing else takes any time.
fn pool(service: Table, sessions: u16, rate: f64) -> Plan {
    let mut plan = queue(fixed(0), rate);
    plan.costs.by_step[Step::Statement as usize].fixed = service;
    plan.clients.delay.fill(fixed(0));
    plan.cluster.sessions = sessions;
    for host in &mut plan.hosts {
        host.cores = u32::from(sessions);
    }
    plan
}

/// Erlang's C: the probability that an arrival finds all of `servers` busy, for `load` servers' worth of work.
fn erlang_c(servers: u16, load: f64) -> f64 {
    let mut b = 1.0;
    for k in 1..=servers {
        b = load * b / (f64::from(k) + load * b);
    }
    b / (1.0 - load / f64::from(servers) * (1.0 - b))
}

#[test]
fn a_pool_of_sessions_is_an_m_m_c_queue() {
    let mean = MS;
    let service = Table::compile(&Shape::Exponential { mean });
    for (sessions, rho) in [(1, 0.5), (1, 0.8), (4, 0.7), (16, 0.9)] {
        let load = f64::from(sessions) * rho;
        let rate = load * 1e9 / mean as f64;
        let outcome = run_one(&pool(service.clone(), sessions, rate), 5, 0);
        let wait = erlang_c(sessions, load) / (f64::from(sessions) * (1.0 - rho));
        let expected = (1.0 + wait) * mean as f64;
        let found = outcome.latency.mean();
        assert_close(
            &format!("latency with {sessions} sessions"),
            found,
            expected,
            0.05,
        );
    }
}

#[test]
fn an_open_loop_keeps_its_rate_from_the_first_moment_whatever_the_number_of_sessions() {
    let rate = 200.0;
    for sessions in [1, 200, 1000] {
        let mut plan = pool(fixed(MS), sessions, rate);
        (plan.warm_up, plan.duration) = (Span(0), Span::seconds(1));
        let runs = 60;
        let counts = (0..runs).map(|run| run_one(&plan, 9, run).ledger.acknowledged);
        let (count, expected) = (counts.sum::<u64>() as f64, rate * runs as f64);
        // What starts later than the run (connecting) or ends later than it is two transactions a run at the most.
        let three_sigma = 3.0 * expected.sqrt();
        assert!(
            (count - expected).abs() < three_sigma + 2.0 * runs as f64,
            "{count} in {runs} s with {sessions} sessions"
        );
    }
}

#[test]
fn what_cannot_be_served_waits_in_the_queue_and_its_wait_is_latency() {
    // 1,500 of 1 ms each arrive a second: 1,000 are served, and the rest waits.
    let mut plan = pool(fixed(MS), 1, 1_500.0);
    plan.workload.arrivals = open(fixed((1e9 / 1_500.0) as u64));
    (plan.warm_up, plan.duration) = (Span(0), Span::seconds(4));
    let outcome = run_one(&plan, 5, 0);
    assert_close(
        "queue",
        outcome.load.queue.expect("an open loop").left as f64,
        500.0 * 4.0,
        0.02,
    );
    // The last one served came 4 s * 1000 / 1500 after the start.
    let expected = 4e9 * (1.0 - 1_000.0 / 1_500.0);
    assert_close("longest wait", outcome.latency.max() as f64, expected, 0.02);
    // Sessions with queues of their own share neither the arrivals nor the wait.
    let Arrivals::Open { queue, spacing, .. } = &mut plan.workload.arrivals else {
        unreachable!()
    };
    (*queue, *spacing) = (Queue::PerSession, fixed(2 * MS));
    (plan.cluster.sessions, plan.hosts[0].cores) = (3, 3);
    let outcome = run_one(&plan, 5, 0);
    assert_eq!(outcome.load.queue.expect("an open loop").left, 0);
    assert_close("commits/s", throughput(&outcome), 1_500.0, 0.02);
}

#[test]
fn a_replica_catches_up_in_backlog_over_the_difference_of_the_rates() {
    let (apply, rate) = (MS, 500.0);
    let mut plan = queue(fixed(apply), rate);
    plan.workload.arrivals = open(fixed((1e9 / rate) as u64));
    plan.duration = Span::seconds(40);
    plan.faults.push(FaultPlan {
        kind: FaultKind::StopThread(ThreadKind::Sql, vec![ServerId(1)]),
        at: fixed(4_000 * MS),
        lasts: Some(fixed(10_000 * MS)),
        returns: Returns::AfterTheRun,
    });
    let timeline = run_with_timeline(&plan, 1, 0).timeline.expect("asked for");
    let bin = timeline.bin.0 as f64 / 1e9;
    let caught_up = timeline.lag[1]
        .iter()
        .enumerate()
        .skip((14.5 / bin) as usize)
        .find(|(_, lag)| lag.is_some_and(|lag| lag < 5));
    let at = caught_up.expect("it catches up").0 as f64 * bin;
    let expected = 10.0 * rate / (1e9 / apply as f64 - rate);
    assert_close("catch-up time", at - 14.0, expected, 0.05);
}

fn a_lost_site_at(rtt: u64) {
    let mut plan = cluster(Flavour::MYSQL_80, Mode::Async, 2, 16, rtt);
    plan.cluster.manager = Some(manager());
    plan.clients.timeout = Span::seconds(10);
    plan.faults
        .push(fault(FaultKind::Crash(Crash::SiteLoss, Struck::Site(0))));
    // The formula knows one replica: with two whose delays differ the faster one would save a little more.
    for path in plan.paths.iter_mut().flatten() {
        path.delay = spread(rtt / 2, rtt / 2 + rtt / 400);
    }
    // Replicas that apply fast: their backlog is not what is asked here.
    for server in &mut plan.cluster.servers[1..] {
        server.variables.sync_binlog = 0;
        server.variables.redo_flush = RedoFlush::InBackground;
    }
    let (mut lost, mut expected) = (0.0, 0.0);
    let runs = 300;
    for run in 0..runs {
        let outcome = run_one(&plan, 11, run);
        lost += outcome.ledger.lost_acknowledged as f64;
        let one_way = outcome.send.one_way as f64 / outcome.send.packets as f64;
        let sent_to_ok = outcome.send.sent_to_ok as f64 / outcome.send.count as f64;
        expected += throughput(&outcome) * (one_way - sent_to_ok) / 1e9;
    }
    let what = format!("mean loss at {} ms", rtt / MS);
    assert_close(&what, lost / runs as f64, expected / runs as f64, 0.05);
}

// A test for each: two cores.
#[test]
fn a_lost_site_loses_rate_times_one_way_delay_minus_the_head_start_of_the_ok_at_5_ms() {
    a_lost_site_at(5 * MS);
}

#[test]
fn a_lost_site_loses_rate_times_one_way_delay_minus_the_head_start_of_the_ok_at_20_ms() {
    a_lost_site_at(20 * MS);
}

#[test]
fn at_most_as_many_transactions_are_visible_then_lost_as_sessions_wait() {
    for flavour in FLAVOURS {
        for run in 0..40 {
            let mut plan = cluster(flavour, Mode::AfterCommit, 2, 8, 20 * MS);
            plan.cluster.manager = Some(manager());
            plan.clients.timeout = Span::seconds(5);
            plan.faults
                .push(fault(FaultKind::Crash(Crash::SiteLoss, Struck::Site(0))));
            let ledger = run_one(&plan, 2, run).ledger;
            assert!(
                ledger.visible_then_lost <= 8,
                "{flavour:?} run {run}: {ledger:?}"
            );
            assert_eq!(ledger.lost_acknowledged, 0, "{flavour:?} run {run}");
        }
    }
}

#[test]
fn more_acknowledgements_than_replicas_block_until_the_time_out() {
    let mut plan = cluster(Flavour::MYSQL_80, Mode::AfterSync, 2, 4, MS);
    for server in &mut plan.cluster.servers {
        server.variables.wait_for_slave_count = 3;
        server.variables.semi_sync_timeout = Span::FOREVER;
    }
    plan.clients.timeout = Span::FOREVER;
    assert_eq!(run_one(&plan, 1, 0).ledger.acknowledged, 0);
}

fn stop_io_threads(flavour: Flavour, mode: Mode, sessions: u16) -> Plan {
    let mut plan = cluster(flavour, mode, 2, sessions, MS);
    for server in &mut plan.cluster.servers {
        server.variables.semi_sync_timeout = Span::seconds(3);
    }
    plan.faults.push(FaultPlan {
        kind: FaultKind::StopThread(ThreadKind::Io, vec![ServerId(1), ServerId(2)]),
        at: fixed(1_000 * MS),
        lasts: None,
        returns: Returns::AfterTheRun,
    });
    plan.duration = Span::seconds(6);
    plan
}

#[test]
fn a_semi_sync_time_out_holds_every_session_as_long_as_the_time_out_and_releases_all_at_once() {
    for flavour in FLAVOURS {
        for mode in [Mode::AfterCommit, Mode::AfterSync] {
            for sessions in [1, 16] {
                let plan = stop_io_threads(flavour, mode, sessions);
                let mut answers = Answers::default();
                let mut simulation = Simulation::new(&plan, 1, 0, Span::seconds(1));
                simulation.run_until(Moment::after(Span(2_500 * MS)), &mut answers);
                let asleep = simulation.world.servers[ServerId(0)]
                    .semi_sync
                    .wait_sessions();
                match (flavour, mode) {
                    (Flavour::MARIADB_1011, Mode::AfterCommit) => {
                        assert_eq!(asleep, usize::from(sessions))
                    }
                    (Flavour::MYSQL_57, Mode::AfterCommit) => {
                        assert!((1..=usize::from(sessions)).contains(&asleep))
                    }
                    _ => assert_eq!(asleep, 1, "{flavour:?} {mode:?}"),
                }
                simulation.run_until(Moment::after(Span(6_000 * MS)), &mut answers);
                let what = format!("{flavour:?} {mode:?} {sessions}");
                assert!(
                    !simulation.world.servers[ServerId(0)].semi_sync.on,
                    "{what}: OFF afterwards"
                );
                let times = simulation.out.counters[ServerId(0)].no_times;
                if flavour == Flavour::MYSQL_57 && mode == Mode::AfterCommit {
                    assert!(
                        times >= 1,
                        "{what}: every time-out of a waiting group counts"
                    );
                } else {
                    assert_eq!(times, 1, "{what}: no_times");
                }
                let slow: Vec<_> = answers
                    .all
                    .iter()
                    .filter(|answer| answer.2 - answer.1 > 1_000 * MS)
                    .collect();
                assert_eq!(
                    slow.len(),
                    usize::from(sessions),
                    "{what}: everybody was held once"
                );
                assert!(
                    slow.iter().all(|answer| answer.3 == Outcome::Ok),
                    "{what}: they commit without an acknowledgement"
                );
                let first = slow.iter().map(|answer| answer.2).min().unwrap();
                let last = slow.iter().map(|answer| answer.2).max().unwrap();
                assert!(
                    last - first <= 10 * MS,
                    "{what}: all return within 10 ms, found {} ms",
                    (last - first) / MS
                );
                // The first to wait is held for the time-out and its own commit; its fall-back releases the others.
                let held = |answer: &&(u16, u64, u64, Outcome)| answer.2 - answer.1;
                let longest = slow.iter().map(held).max().unwrap();
                let shortest = slow.iter().map(held).min().unwrap();
                assert!(
                    (3_000 * MS..3_006 * MS).contains(&longest),
                    "{what}: held {} ms",
                    longest / MS
                );
                assert!(
                    shortest >= 2_990 * MS,
                    "{what}: the shortest was held {} ms",
                    shortest / MS
                );
            }
        }
    }
}

#[test]
fn nobody_can_write_for_exactly_one_time_out() {
    for flavour in FLAVOURS {
        let outcome = run_one(&stop_io_threads(flavour, Mode::AfterSync, 16), 1, 0);
        let seconds = outcome.write_unavailable.0 as f64 / 1e9;
        assert!((2.99..3.02).contains(&seconds), "{flavour:?}: {seconds} s");
        let quiet = cluster(flavour, Mode::AfterSync, 2, 1, 200 * MS);
        let outcome = run_one(&quiet, 1, 0);
        assert_eq!(
            outcome.write_unavailable,
            Span(0),
            "a long round trip is no outage"
        );
    }
}

#[test]
fn mariadb_under_after_sync_takes_two_round_trips_and_under_after_commit_one() {
    let rtt = 20 * MS;
    let median = |mode, sessions, seed| {
        let mut plan = cluster(Flavour::MARIADB_1011, mode, 2, sessions, rtt);
        plan.duration = Span::seconds(6);
        run_one(&plan, seed, 0).latency.value_at_quantile(0.5) as f64 / rtt as f64
    };
    for seed in 1..=5 {
        let (after_commit, after_sync) = (
            median(Mode::AfterCommit, 16, seed),
            median(Mode::AfterSync, 16, seed),
        );
        assert!(
            (1.0..=1.15).contains(&after_commit),
            "AFTER_COMMIT: {after_commit} round trips"
        );
        assert!(
            (1.9..=2.3).contains(&after_sync),
            "AFTER_SYNC: {after_sync} round trips"
        );
        for mode in [Mode::AfterCommit, Mode::AfterSync] {
            let two = median(mode, 2, seed);
            assert!(
                (1.0..=1.15).contains(&two),
                "{mode:?} with 2 sessions: {two} round trips"
            );
        }
    }
}

#[test]
fn mysql_waits_one_round_trip_where_mariadb_waits_two_because_its_later_groups_are_sent_meanwhile()
{
    // semantics.md 1.2: LOCK_log and LOCK_sync are free during the AFTER_SYNC wait. A group that was flushed while its
    // predecessor waited has been sent long before its leader gets LOCK_commit, so its own wait is short or over.
    let rtt = 20 * MS;
    let mut sums = [0.0; 2];
    for (sum, flavour) in sums
        .iter_mut()
        .zip([Flavour::MYSQL_80, Flavour::MARIADB_1011])
    {
        for seed in 1..=3 {
            let mut plan = cluster(flavour, Mode::AfterSync, 2, 16, rtt);
            plan.duration = Span::seconds(6);
            *sum += run_one(&plan, seed, 0).latency.mean() / rtt as f64 / 3.0;
        }
    }
    assert!(
        (1.0..1.25).contains(&sums[0]),
        "MySQL: {} round trips",
        sums[0]
    );
    assert!(
        sums[1] / sums[0] > 1.6,
        "MariaDB takes {} times as long",
        sums[1] / sums[0]
    );
}

#[test]
fn a_flush_of_the_redo_log_is_shared_and_a_group_is_never_larger_than_the_sessions() {
    let plan = cluster(Flavour::MYSQL_80, Mode::Async, 0, 16, MS);
    let mut answers = Answers::default();
    Simulation::new(&plan, 1, 0, Span::seconds(1))
        .run_until(Moment::after(Span(1_000 * MS)), &mut answers);
    let sizes: Vec<u32> = answers
        .facts
        .iter()
        .filter_map(|(_, fact)| {
            if let Fact::Group { size, .. } = fact {
                Some(*size)
            } else {
                None
            }
        })
        .collect();
    assert!(sizes.iter().all(|size| (1..=16).contains(size)));
    let mean = sizes.iter().sum::<u32>() as f64 / sizes.len() as f64;
    assert!(mean > 3.0, "sixteen sessions share fsyncs: {mean}");
}

#[test]
fn a_cut_link_stops_one_replica_and_nobody_else_and_heals_by_itself() {
    let mut plan = cluster(Flavour::MYSQL_80, Mode::AfterSync, 2, 4, MS);
    plan.faults.push(FaultPlan {
        kind: cut_link(0, 1),
        at: fixed(1_000 * MS),
        lasts: Some(fixed(1_500 * MS)),
        returns: Returns::AfterTheRun,
    });
    plan.duration = Span::seconds(6);
    let mut answers = Answers::default();
    let mut simulation = Simulation::new(&plan, 1, 0, Span::seconds(1));
    simulation.run_until(Moment::after(Span(2_400 * MS)), &mut answers);
    let behind = |simulation: &Simulation, at: u8| {
        simulation.world.servers[ServerId(0)].history.end()
            - simulation.world.servers[ServerId(at)].replica.relay.end()
    };
    assert!(
        behind(&simulation, 1) > 500,
        "nothing gets through to the first replica"
    );
    assert!(behind(&simulation, 2) < 20, "the other one acknowledges");
    simulation.run_until(Moment::after(Span(6_000 * MS)), &mut answers);
    assert!(
        behind(&simulation, 1) < 20,
        "TCP sends again what was stuck"
    );
    assert!(
        answers.all.iter().all(|answer| answer.3 == Outcome::Ok),
        "clients notice nothing"
    );
}

#[test]
fn servers_on_one_host_share_its_cores_and_its_disk() {
    let throughput_with = |shared: bool, cores: u32, disk_queue: u32| {
        let mut plan = cluster(Flavour::MYSQL_80, Mode::Async, 2, 16, MS);
        if shared {
            for server in &mut plan.servers {
                server.host = 0;
            }
        }
        for host in &mut plan.hosts {
            (host.cores, host.disk_queue) = (cores, disk_queue);
        }
        throughput(&run_one(&plan, 1, 0))
    };
    let apart = throughput_with(false, 2, 1);
    let together = throughput_with(true, 2, 1);
    assert!(
        together < 0.7 * apart,
        "{together} where servers apart do {apart}"
    );
    assert!(
        throughput_with(true, 2, 8) > 1.2 * together,
        "a disk that serves several at once helps"
    );
}
