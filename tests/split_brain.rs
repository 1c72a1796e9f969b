//! Partitions, fencing, and what comes back: an old master, replicas ahead of the new one, chains, ackers that forget.

use replsim::engine::{Moment, Simulation};
use replsim::measure::outcome::RunOutcome;
use replsim::plan::{Plan, cases};
use replsim::protocol::ids::{ServerId, Span};
use replsim::run::run_one;
use replsim::spec::load_text;
use serde_json::{Value, json};

/// An experiment at hand with other values, without its axes and claims.
fn experiment(name: &str, change: impl FnOnce(&mut Value)) -> Plan {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = root.join(format!("experiments/{name}.json"));
    let text = std::fs::read_to_string(path).expect("there");
    let mut experiment: Value = serde_json::from_str(&text).expect("JSON");
    let keys = experiment.as_object_mut().expect("an object");
    keys.remove("vary");
    keys.remove("expect");
    change(&mut experiment);
    let loaded = load_text("x", "x.json", &experiment.to_string(), &[])
        .unwrap_or_else(|error| panic!("{error}"));
    cases(&loaded).unwrap_or_else(|error| panic!("{error}"))[0]
        .compile()
        .unwrap_or_else(|error| panic!("{error}"))
}

fn runs(plan: &Plan, count: u64) -> Vec<RunOutcome> {
    (0..count).map(|run| run_one(plan, 1, run)).collect()
}

fn mean(outcomes: &[RunOutcome], value: impl Fn(&RunOutcome) -> f64) -> f64 {
    outcomes.iter().map(value).sum::<f64>() / outcomes.len() as f64
}

fn seconds(span: Span) -> f64 {
    span.0 as f64 / 1e9
}

#[test]
fn an_unfenced_master_diverges_by_its_own_sides_rate_for_as_long_as_it_is_cut_off() {
    for lasts in [20.0, 43.0] {
        let plan = experiment("partition", |experiment| {
            experiment["overrides"]["mode"] = json!("async");
            experiment["faults"][0]["lasts"] = json!(format!("{lasts} s"));
            experiment["duration"] = json!("55 s");
        });
        let outcomes = runs(&plan, 30);
        let old_side = mean(&outcomes, |run| run.split.old_side as f64);
        let expected = 22.0 * lasts; // half of the 44 /s stand beside the old master
        assert!(
            (old_side / expected - 1.0).abs() < 0.05,
            "{old_side} against {expected}"
        );
        let lost = mean(&outcomes, |run| run.ledger.lost_acknowledged as f64);
        assert!(
            (lost / expected - 1.0).abs() < 0.05,
            "all of it was acknowledged: {lost}"
        );
        // The new side begins when the manager has promoted: what its clients wanted meanwhile has piled up.
        let new_side = mean(&outcomes, |run| run.split.new_side as f64);
        assert!(
            (new_side / expected - 1.0).abs() < 0.1,
            "{new_side} against {expected}"
        );
        let both = mean(&outcomes, |run| seconds(run.split.two_masters));
        let failover = mean(&outcomes, |run| run.failover_time.map_or(0.0, seconds));
        assert!(
            (both + failover - lasts).abs() < 0.5,
            "{both} s after {failover} s"
        );
    }
}

#[test]
fn under_after_sync_the_old_side_blocks_for_the_time_out_first() {
    let block = |timeout: u64| {
        let plan = experiment("partition", |experiment| {
            experiment["overrides"]["mode"] = json!("after_sync");
            experiment["overrides"]["variables"] =
                json!({"rpl_semi_sync_master_timeout": timeout * 1000});
            // Nobody else answers: only the old side's own block counts.
            experiment["overrides"]["manager"]["detect_silent"] = json!("80 s");
        });
        mean(&runs(&plan, 10), |run| seconds(run.write_unavailable))
    };
    for timeout in [4, 10] {
        let found = block(timeout);
        assert!(
            (found - timeout as f64).abs() < 0.5,
            "{found} s with {timeout} s"
        );
    }
}

#[test]
fn with_an_infinite_time_out_the_cut_off_side_acknowledges_nothing_and_the_other_side_goes_on() {
    let plan = experiment("partition", |experiment| {
        experiment["overrides"]["mode"] = json!("after_sync");
        experiment["overrides"]["no_replica"] = json!("disable_writes");
        experiment["overrides"]["hosts"] = json!({"host-s-1": {"site": "site-b"}});
    });
    for outcome in runs(&plan, 10) {
        assert_eq!(outcome.ledger.lost_acknowledged, 0);
        assert!(
            outcome.ledger.unknown > 10,
            "clients gave up: {:?}",
            outcome.ledger
        );
        // Clients of the other side connect anew, though their old sessions hang for ever.
        assert!(outcome.split.new_side > 500, "{:?}", outcome.split);
        assert!(
            outcome.split.old_side <= 64,
            "what hung and was released: {:?}",
            outcome.split
        );
    }
}

#[test]
fn a_master_whose_answers_are_lost_commits_what_its_clients_never_hear_of() {
    let plan = experiment("partition", |experiment| {
        experiment["overrides"]["mode"] = json!("async");
        experiment["overrides"]["clients"] = json!({"timeout": "5 s"});
        experiment["overrides"]["manager"]["site"] = json!("site-a");
        experiment["faults"][0]["direction"] = json!("out");
        experiment["faults"][0]["lasts"] = json!("20 s");
        experiment["duration"] = json!("40 s");
    });
    let outcomes = runs(&plan, 5);
    for outcome in &outcomes {
        let ledger = &outcome.ledger;
        assert!(ledger.unknown > 20, "{ledger:?}");
        // The requests got in: nearly all that nobody heard of are there.
        assert!(
            ledger.kept_unacknowledged * 10 >= ledger.unknown * 9,
            "{ledger:?}"
        );
        assert_eq!(ledger.lost_acknowledged, 0);
    }
    let plan = experiment("partition", |experiment| {
        experiment["overrides"]["mode"] = json!("async");
        experiment["overrides"]["clients"] = json!({"timeout": "5 s"});
        experiment["overrides"]["manager"]["site"] = json!("site-a");
        experiment["faults"][0]["direction"] = json!("in");
        experiment["faults"][0]["lasts"] = json!("20 s");
        experiment["duration"] = json!("40 s");
    });
    for outcome in runs(&plan, 5) {
        let ledger = &outcome.ledger;
        assert!(ledger.unknown > 20, "{ledger:?}");
        assert!(
            ledger.kept_unacknowledged <= 2,
            "requests did not get in: {ledger:?}"
        );
    }
}

#[test]
fn with_acknowledgements_cut_off_events_go_on_for_a_window_and_no_further() {
    let received = |direction: &str| {
        let plan = experiment("two-acks", |experiment| {
            experiment["overrides"]["mode"] = json!("async");
            experiment["faults"] = json!([{
                "kind": "partition", "link": "mysql-m>mysql-s-2", "direction": direction,
                "at": "1.5 s", "lasts": "2 s"
            }]);
            experiment["duration"] = json!("5 s");
        });
        let mut watch = support_watch::Nothing;
        let mut simulation = Simulation::new(&plan, 1, 0, Span::seconds(1));
        let behind =
            |simulation: &Simulation| simulation.world.server(ServerId(2)).replica.relay.end();
        simulation.run_until(Moment::after(Span(1_500_000_000)), &mut watch);
        let before = behind(&simulation);
        simulation.run_until(Moment::after(Span(3_400_000_000)), &mut watch);
        let during = behind(&simulation);
        simulation.run_until(Moment::after(Span(5_000_000_000)), &mut watch);
        let all = simulation.world.server(ServerId(0)).history.end();
        let after = behind(&simulation);
        assert!(after + 50 > all, "it caught up: {after} of {all}");
        (during - before) * u64::from(plan.cluster.shape.bytes_per_transaction)
    };
    let (both, out, into) = (received("both"), received("out"), received("in"));
    assert!(
        both < 4_000 && out < 4_000,
        "only what was on the wire: {both} B, {out} B"
    );
    assert!(
        (10_000..24_000).contains(&into),
        "a window of 14 KiB: {into} B"
    );
}

mod support_watch {
    use replsim::engine::{Decider, Gauges, Moment, Observer, Submission};
    use replsim::protocol::fact::{Fact, Outcome};
    use replsim::protocol::ids::{Gtid, SessionId};
    use replsim::protocol::world::World;

    /// Watches nothing.
    pub struct Nothing;

    impl Observer for Nothing {
        fn note(&mut self, _: Moment, _: &Fact, _: &World) {}
        fn answered(&mut self, _: Moment, _: Moment, _: SessionId, _: Outcome, _: Option<Gtid>) {}
        fn submitted(&mut self, _: Moment, _: SessionId, _: Submission) {}
        fn sample(&mut self, _: Moment, _: &World, _: &Gauges) {}
        fn fault(&mut self, _: Moment, _: usize) {}
    }

    impl Decider for Nothing {}
}

fn rejoined(variables: Value) -> Vec<RunOutcome> {
    let plan = experiment("rejoin", |experiment| {
        experiment["overrides"]["flavour"] = json!("mariadb-10.11");
        experiment["overrides"]["positioning"] = json!("gtid");
        experiment["overrides"]["servers"] = json!({"mysql-m": {"variables": variables}});
        experiment["workload"]["transaction"] = json!({"keys": "distinct"});
        // So many that a group waits at every moment, so slow that the old master can catch up.
        experiment["workload"]["think_time"] = json!({"exponential": "20 ms"});
    });
    runs(&plan, 40)
}

#[test]
fn mariadb_refuses_an_old_master_exactly_when_it_has_something_errant() {
    let mut refused = 0;
    for outcome in rejoined(json!({})) {
        assert_eq!(
            outcome.split.replicas_stopped,
            u64::from(outcome.ledger.errant > 0)
        );
        assert_eq!(outcome.split.replicas_different, 0);
        refused += outcome.split.replicas_stopped;
    }
    assert!((5..40).contains(&refused), "{refused} of 40");
}

#[test]
fn init_rpl_role_slave_lets_it_in_whole_with_strict_mode_and_without_rows_otherwise() {
    let strict = json!({"init_rpl_role": "SLAVE", "gtid_strict_mode": "ON"});
    for outcome in rejoined(strict) {
        assert_eq!(outcome.split.replicas_stopped, 0);
        assert_eq!(outcome.split.replicas_different, 0);
        assert_eq!(outcome.ledger.errant, 0);
    }
    let lenient = rejoined(json!({"init_rpl_role": "SLAVE"}));
    assert!(lenient.iter().all(|run| run.split.replicas_stopped == 0));
    let different = lenient
        .iter()
        .filter(|run| run.split.replicas_different > 0);
    let different = different.count();
    assert!(
        different >= 10,
        "rows that were kept are missing in {different} of 40"
    );
}

#[test]
fn a_replica_ahead_of_the_new_master_keeps_its_extra_rows_in_silence_or_is_refused() {
    let promoted_laggard = |flavour: &str, keys: &str| {
        let plan = experiment("site-loss", |experiment| {
            experiment["overrides"]["mode"] = json!("async");
            experiment["overrides"]["flavour"] = json!(flavour);
            experiment["overrides"]["network"] =
                json!({"rtt": {"median": "5 ms", "p99": "5.2 ms"}});
            // The far replica is promoted: it alone has executed everything, the near one does not apply.
            experiment["overrides"]["links"] =
                json!({"mysql-m>mysql-s-2": {"rtt": {"median": "40 ms", "p99": "41 ms"}}});
            experiment["overrides"]["manager"]["candidate"] = json!("executed");
            experiment["workload"] = json!({"sessions": 4, "think_time": {"exponential": "3 ms"},
                "transaction": {"keys": keys}});
            experiment["faults"] = json!([
                {"kind": "stop_sql_thread", "server": "mysql-s-1", "at": "0.5 s"},
                {"kind": "site_loss", "server": "mysql-m", "at": {"uniform": ["1 s", "1.2 s"]}, "returns": "never"}
            ]);
            experiment["duration"] = json!("18 s");
        });
        let outcomes = runs(&plan, 20);
        let stopped = mean(&outcomes, |run| run.split.replicas_stopped as f64);
        let different = mean(&outcomes, |run| run.split.replicas_different as f64);
        (stopped, different)
    };
    let (stopped, different) = promoted_laggard("mysql-8.0", "distinct");
    assert!(
        stopped == 0.0 && different > 0.9,
        "MySQL: {stopped}, {different}"
    );
    let (stopped, _) = promoted_laggard("mysql-8.0", "auto_increment");
    assert!(stopped > 0.9, "its next rows collide: {stopped}");
}

#[test]
fn a_chain_forwards_through_its_middle_and_a_dead_middle_cuts_its_end_off() {
    let chain = |fault: Value| {
        experiment("site-loss", |experiment| {
            experiment["overrides"]["mode"] = json!("after_sync");
            experiment["overrides"]["servers"] =
                json!({"mysql-s-2": {"replicates_from": "mysql-s-1"}});
            experiment["workload"] = json!({"sessions": 4, "think_time": {"exponential": "5 ms"}});
            experiment["faults"] = json!([fault]);
            experiment["duration"] = json!("30 s");
        })
    };
    let master =
        json!({"kind": "site_loss", "server": "mysql-m", "at": "0.8 s", "returns": "never"});
    for outcome in runs(&chain(master), 5) {
        assert_eq!(outcome.ledger.lost_acknowledged, 0);
        assert!(outcome.failover_time.is_some());
        assert_eq!(
            outcome.split.replicas_stopped + outcome.split.replicas_different,
            0
        );
    }
    let middle =
        json!({"kind": "site_loss", "server": "mysql-s-1", "at": "0.8 s", "returns": "never"});
    let plan = chain(middle);
    let mut simulation = Simulation::new(&plan, 1, 0, Span::seconds(1));
    simulation.run_until(
        Moment::after(Span(25_000_000_000)),
        &mut support_watch::Nothing,
    );
    let world = &simulation.world;
    let (first, last) = (world.server(ServerId(0)), world.server(ServerId(2)));
    assert!(last.history.end() > 50, "it got what came through before");
    assert!(
        first.history.end() > 4 * last.history.end(),
        "and nothing more after it"
    );
}

#[test]
fn an_acker_with_relay_log_recovery_forgets_its_unapplied_backlog() {
    for stopped_for in [1.5, 4.5] {
        let plan = experiment("acker-durability", |experiment| {
            experiment["overrides"]["variables"] =
                json!({"relay_log_recovery": 1, "sync_relay_log": 10000});
            experiment["faults"][0]["at"] = json!(format!("{} s", 2.0 + stopped_for));
            experiment["faults"][2]["at"] = json!(format!("{} s", 2.0 + stopped_for + 0.4));
        });
        for run in 0..5 {
            let mut simulation = Simulation::new(&plan, 1, run, Span::seconds(1));
            let restart = ((2.0 + stopped_for) * 1e9) as u64;
            simulation.run_until(
                Moment::after(Span(restart - 1)),
                &mut support_watch::Nothing,
            );
            let replica = &simulation.world.server(ServerId(1)).replica;
            let backlog = (replica.relay.end() - replica.applied) as f64;
            let lost = run_one(&plan, 1, run).ledger.lost_acknowledged as f64;
            assert!(backlog > 1_000.0, "{backlog}");
            assert!(
                (lost / backlog - 1.0).abs() < 0.1,
                "{lost} of a backlog of {backlog}"
            );
        }
    }
}
