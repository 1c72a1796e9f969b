//! The same plan, seed and run number give the same run, whatever else happens on the machine or in the plan.

#[path = "support/random.rs"]
mod random;
mod support;

use proptest::prelude::*;
use random::{Scenario, cases, scenario};
use replsim::engine::{Decider, Gauges, Moment, Observer, Simulation, Submission};
use replsim::measure::outcome::RunOutcome;
use replsim::measure::recorder::Recorder;
use replsim::plan::Plan;
use replsim::plan::Struck;
use replsim::protocol::commit::Committer;
use replsim::protocol::crash::Crash;
use replsim::protocol::fact::{Fact, Outcome};
use replsim::protocol::ids::{Gtid, Origin, ServerId, SessionId, Span};
use replsim::protocol::world::World;
use replsim::run::{Nobody, run_case, run_one, run_with_timeline};
use support::{Answers, MODES, Mode, cluster, fault, manager};

const EVERY: Span = Span::millis(5);

/// Every fact and answer of a run, and the world at its end.
fn trace(plan: &Plan, seed: u64) -> (Answers, World) {
    let mut answers = Answers::default();
    let mut simulation = Simulation::new(plan, seed, 0, EVERY);
    simulation.run(&mut answers);
    (answers, simulation.world)
}

fn text(outcome: &RunOutcome) -> String {
    let values = |histogram: &hdrhistogram::Histogram<u64>| {
        let recorded = histogram.iter_recorded();
        recorded
            .map(|step| (step.value_iterated_to(), step.count_at_value()))
            .collect::<Vec<_>>()
    };
    format!(
        "{outcome:?} {:?} {:?}",
        values(&outcome.latency),
        values(&outcome.latency_after)
    )
}

/// A recorder that also writes everything down.
struct Both<'plan>(Recorder<'plan>, Answers);

impl Observer for Both<'_> {
    fn note(&mut self, now: Moment, fact: &Fact, world: &World) {
        self.0.note(now, fact, world);
        self.1.note(now, fact, world);
    }
    fn answered(
        &mut self,
        now: Moment,
        start: Moment,
        who: SessionId,
        what: Outcome,
        gtid: Option<Gtid>,
    ) {
        self.0.answered(now, start, who, what, gtid);
        self.1.answered(now, start, who, what, gtid);
    }
    fn submitted(&mut self, now: Moment, session: SessionId, submission: Submission) {
        self.0.submitted(now, session, submission);
    }
    fn sample(&mut self, now: Moment, world: &World, gauges: &Gauges) {
        self.0.sample(now, world, gauges);
    }
    fn fault(&mut self, now: Moment, fault: usize) {
        self.0.fault(now, fault);
    }
}

impl Decider for Both<'_> {}

fn crash_and_failover(mode: Mode) -> Plan {
    let scenario = Scenario {
        mode,
        seed: 0,
        faults: Vec::new(),
        ..example()
    };
    let mut plan = scenario.plan();
    plan.cluster.manager = Some(manager());
    let mut crash = fault(replsim::plan::FaultKind::Crash(
        Crash::SiteLoss,
        Struck::Site(0),
    ));
    crash.at = support::spread(500 * support::MS, 700 * support::MS);
    plan.faults.push(crash);
    plan
}

fn example() -> Scenario {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let tree = scenario()
        .new_tree(&mut runner)
        .expect("any scenario will do");
    Scenario {
        replicas: 2,
        sessions: 8,
        managed: true,
        retry: true,
        ..proptest::strategy::ValueTree::current(&tree)
    }
    .durable()
}

proptest! {
    #![proptest_config(cases(75))]

    #[test]
    fn the_same_run_twice_gives_the_same_bytes(scenario in scenario()) {
        let plan = scenario.plan();
        let (first, world) = trace(&plan, scenario.seed);
        let (second, again) = trace(&plan, scenario.seed);
        prop_assert_eq!(first.facts, second.facts);
        prop_assert_eq!(first.all, second.all);
        prop_assert_eq!(world, again);
        let outcome = || text(&run_with_timeline(&plan, scenario.seed, 3));
        prop_assert_eq!(outcome(), outcome());
    }

    #[test]
    fn watching_a_run_changes_nothing(scenario in scenario()) {
        let plan = scenario.plan();
        let mut with = run_with_timeline(&plan, scenario.seed, 0);
        prop_assert!(with.timeline.take().is_some());
        prop_assert!(with.exposed.kinds.iter_mut().all(|kind| kind.steps.take().is_some()));
        let without = run_one(&plan, scenario.seed, 0);
        prop_assert_eq!(text(&with), text(&without));
        let mut both = Both(Recorder::new(&plan, None), Answers::default());
        let mut simulation = Simulation::new(&plan, scenario.seed, 0, EVERY);
        simulation.run(&mut both);
        simulation.settle(&mut both);
        prop_assert_eq!(both.0.finish(&simulation).ledger, without.ledger);
        prop_assert_eq!(both.1.facts, trace(&plan, scenario.seed).0.facts);
    }

    #[test]
    fn a_run_forked_in_the_middle_ends_as_the_one_that_went_on(scenario in scenario(), at in 1..1_199u64) {
        let plan = scenario.plan();
        let mut before = Answers::default();
        let mut simulation = Simulation::new(&plan, scenario.seed, 0, EVERY);
        simulation.run_until(Moment::after(Span(at * support::MS)), &mut before);
        let mut fork = simulation.clone();
        let (mut one, mut other) = (Answers::default(), Answers::default());
        simulation.run(&mut one);
        fork.run(&mut other);
        prop_assert_eq!(&one.facts, &other.facts);
        prop_assert_eq!(&one.all, &other.all);
        prop_assert_eq!(&simulation.world, &fork.world);
        prop_assert_eq!(simulation.events(), fork.events());
        // And looking at it in slices is the same as looking at the whole.
        before.facts.extend(one.facts);
        prop_assert_eq!(before.facts, trace(&plan, scenario.seed).0.facts);
    }
}

#[test]
fn one_thread_or_two_give_the_same_outcomes_in_the_same_order() {
    let plan = crash_and_failover(Mode::AfterCommit);
    let outcomes = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        let pool = pool.build().expect("threads can be started");
        let mut all = Vec::new();
        pool.install(|| {
            run_case(&plan, 7, 0..20, &Nobody, |outcome| all.push(text(&outcome)))
                .expect("no law is broken")
        });
        all
    };
    let (one, two) = (outcomes(1), outcomes(2));
    assert_eq!(one.len(), 20);
    assert_eq!(one, two);
    let alone = text(&run_one(&plan, 7, 13));
    assert_eq!(one[13], alone, "a run does not depend on its neighbours");
}

#[test]
fn another_seed_and_another_run_number_give_other_numbers() {
    let plan = crash_and_failover(Mode::Async);
    let texts = [(7, 0), (8, 0), (7, 1)].map(|(seed, run)| text(&run_one(&plan, seed, run)));
    assert_ne!(texts[0], texts[1]);
    assert_ne!(texts[0], texts[2]);
    assert_ne!(texts[1], texts[2]);
}

#[test]
fn an_idle_server_changes_no_other_number() {
    for mode in MODES {
        let small = crash_and_failover(mode);
        let mut large = Scenario {
            mode,
            replicas: 3,
            faults: Vec::new(),
            ..example()
        }
        .plan();
        large.cluster.manager = small.cluster.manager.clone();
        large.faults = small.faults.clone();
        large.cluster.servers[3].upstream = None;
        large.cluster.servers[3].variables.semi_sync_slave = false;
        let (with, without) = (trace(&large, 11), trace(&small, 11));
        assert!(without.0.all.len() > 100, "{mode:?}: a run worth comparing");
        assert_eq!(with.0.facts, without.0.facts, "{mode:?}");
        assert_eq!(with.0.all, without.0.all, "{mode:?}");
        assert_eq!((*with.1.servers)[..3], (*without.1.servers)[..], "{mode:?}");
        let (mut with, mut without) = (run_one(&large, 11, 0), run_one(&small, 11, 0));
        with.servers.truncate(3);
        with.load.replicas.truncate(3);
        (with.load.busy).retain(|(what, share)| !what.contains("host-r3") || *share > 0.0);
        (with.events, without.events) = (0, 0);
        assert_eq!(text(&with), text(&without), "{mode:?}");
    }
}

/// The plan with its servers in another order: `order[new] = old`.
fn reordered(plan: &Plan, order: &[usize]) -> Plan {
    fn pick<T: Clone>(all: &[T], order: &[usize]) -> Vec<T> {
        order.iter().map(|&old| all[old].clone()).collect()
    }
    let mut other = plan.clone();
    other.cluster.servers = pick(&plan.cluster.servers, order);
    other.servers = pick(&plan.servers, order);
    other.hosts = pick(&plan.hosts, order);
    other.sites = pick(&plan.sites, order);
    other.clients.delay = pick(&plan.clients.delay, order);
    other.clients.path_names = pick(&plan.clients.path_names, order);
    let paths = pick(&plan.paths, order);
    other.paths = paths.iter().map(|row| pick(row, order)).collect();
    for (at, server) in other.servers.iter_mut().enumerate() {
        server.host = at;
    }
    for (at, host) in other.hosts.iter_mut().enumerate() {
        host.site = at;
    }
    other
}

/// The fact as it reads when servers are numbered by `order`.
fn renumbered(fact: Fact, order: &[usize]) -> Fact {
    let id = |old: ServerId| ServerId(order[usize::from(old.0)] as u8);
    let who = |committer: Committer| match committer {
        Committer::Applier(server, worker) => Committer::Applier(id(server), worker),
        session => session,
    };
    match fact {
        Fact::Logged {
            server,
            gtid,
            index,
            session,
        } => {
            let origin = Origin {
                server: id(gtid.origin.server),
                ..gtid.origin
            };
            Fact::Logged {
                server: id(server),
                gtid: Gtid { origin, ..gtid },
                index,
                session,
            }
        }
        Fact::Group { server, size } => Fact::Group {
            server: id(server),
            size,
        },
        Fact::Visible { server, index } => Fact::Visible {
            server: id(server),
            index,
        },
        Fact::Sent { by, replica, index } => Fact::Sent {
            by: id(by),
            replica: id(replica),
            index,
        },
        Fact::Received { replica, index } => Fact::Received {
            replica: id(replica),
            index,
        },
        Fact::Acknowledged { by, replica, index } => Fact::Acknowledged {
            by: id(by),
            replica: id(replica),
            index,
        },
        Fact::WasRead { server, index } => Fact::WasRead {
            server: id(server),
            index,
        },
        Fact::WaitBegan { server, waiter } => Fact::WaitBegan {
            server: id(server),
            waiter: who(waiter),
        },
        Fact::Woken { server, waiter } => Fact::Woken {
            server: id(server),
            waiter: who(waiter),
        },
        Fact::SemiSync { server, on } => Fact::SemiSync {
            server: id(server),
            on,
        },
        Fact::Connected { replica, yes } => Fact::Connected {
            replica: id(replica),
            yes,
        },
        other => other,
    }
}

#[test]
fn replicas_in_another_order_only_rename_the_results() {
    for flavour in random::FLAVOURS {
        for mode in MODES {
            let mut plan = cluster(flavour, mode, 3, 8, 3 * support::MS);
            // Replicas at different distances, so that something could go wrong.
            for (at, row) in plan.paths.iter_mut().enumerate() {
                for (to, path) in row.iter_mut().enumerate() {
                    let delay = (1 + at.max(to)) as u64 * support::MS;
                    path.delay = support::spread(delay, delay + delay / 10);
                }
            }
            plan.warm_up = Span::millis(200);
            plan.duration = Span::millis(1_500);
            let order = [0, 3, 1, 2];
            let mut back = [0; 4];
            for (new, &old) in order.iter().enumerate() {
                back[old] = new;
            }
            let ((one, _), (other, _)) = (trace(&plan, 5), trace(&reordered(&plan, &order), 5));
            assert_eq!(one.all, other.all, "{flavour:?} {mode:?}");
            let sorted = |mut facts: Vec<(u64, Fact)>| {
                facts.sort_by_cached_key(|(now, fact)| (*now, format!("{fact:?}")));
                facts
            };
            let renamed = |(now, fact): &(u64, Fact)| (*now, renumbered(*fact, &back));
            let one = one.facts.iter().map(renamed).collect();
            assert!(sorted(one) == sorted(other.facts), "{flavour:?} {mode:?}");
        }
    }
}

#[test]
fn a_replica_renamed_moves_nothing_of_the_others_under_async() {
    let plan = cluster(random::FLAVOURS[1], Mode::Async, 2, 8, 3 * support::MS);
    let mut renamed = plan.clone();
    renamed.servers[2].name = "somebody".to_owned();
    let ((one, _), (other, _)) = (trace(&plan, 5), trace(&renamed, 5));
    assert_eq!(one.all, other.all, "clients of the master");
    let of_first = |facts: &[(u64, Fact)], wanted: bool| -> Vec<(u64, Fact)> {
        let touches = |fact: &Fact| format!("{fact:?}").contains("ServerId(2)");
        facts
            .iter()
            .copied()
            .filter(|(_, fact)| touches(fact) != wanted)
            .collect()
    };
    assert_eq!(of_first(&one.facts, true), of_first(&other.facts, true));
    assert_ne!(of_first(&one.facts, false), of_first(&other.facts, false));
}
