//! Every kind of fault strikes somebody, and everybody agrees on whom.

mod support;

use replsim::engine::Simulation;
use replsim::measure::exposure::{Exposure, Steps};
use replsim::plan::{Plan, cases};
use replsim::protocol::crash::Crash;
use replsim::protocol::exposure::ServerSet;
use replsim::protocol::fact::Fact;
use replsim::protocol::ids::{ServerId, Span};
use replsim::spec::fault::{Does, Kind, Lasts};
use replsim::spec::load_text;
use serde_json::{Value, json};
use support::Answers;

/// A run of a small cluster with this fault, or without any.
fn plan(fault: Option<Value>) -> Plan {
    let experiment = json!({
        "title": "One fault",
        "question": "Whom does it strike?",
        "model": ["clusters/mysql-8.0", "hardware/io2"],
        "overrides": {"mode": "after_sync", "restart": {"median": "0.3 s", "p99": "0.4 s"}},
        "workload": {"sessions": 4, "think_time": "5 ms"},
        "faults": fault.into_iter().collect::<Vec<_>>(),
        "seed": 1,
        "runs": 1,
        "warm_up": "0.1 s",
        "duration": "2 s",
    });
    let loaded = load_text("x", "x.json", &experiment.to_string(), &[]);
    let loaded = loaded.unwrap_or_else(|error| panic!("{error}"));
    let all = cases(&loaded).unwrap_or_else(|error| panic!("{error}"));
    all[0].compile().unwrap_or_else(|error| panic!("{error}"))
}

fn of_kind(kind: Kind, server: &str) -> Plan {
    let mut fault = json!({"kind": kind.name(), "server": server, "at": "0.5 s"});
    if kind.lasts() == Lasts::Always {
        fault["lasts"] = json!("0.5 s");
    }
    plan(Some(fault))
}

/// What happened in a run, with its moments.
fn facts(plan: &Plan) -> Vec<(u64, Fact)> {
    let mut seen = Answers::default();
    let mut simulation = Simulation::new(plan, 1, 0, Span::millis(50));
    simulation.run(&mut seen);
    seen.facts
}

#[test]
fn every_kind_of_fault_changes_what_happens_from_its_moment_on() {
    let without = facts(&plan(None));
    for kind in Kind::ALL {
        let with = facts(&of_kind(kind, "mysql-s-1"));
        let pairs = with.iter().zip(&without);
        let same = pairs.take_while(|(one, other)| one == other).count();
        let first = with.get(same).or(without.get(same));
        let (at, _) = first.unwrap_or_else(|| panic!("{} strikes nobody", kind.name()));
        assert!(
            *at >= 500_000_000,
            "{} strikes at {at} ns, before its moment",
            kind.name()
        );
    }
}

#[test]
fn a_crash_stops_the_servers_that_the_exposure_counts_as_dying() {
    for kind in Kind::ALL {
        let (Does::Crash(crash) | Does::Restart(crash)) = kind.does() else {
            continue;
        };
        if crash == Crash::Shutdown {
            // It takes its time, and nobody asks what it would cost at any moment.
            continue;
        }
        let plan = of_kind(kind, "mysql-m");
        let stopped = facts(&plan)
            .into_iter()
            .filter_map(|(at, fact)| match fact {
                Fact::Crashed { server, crash: how } if at == 500_000_000 => {
                    assert_eq!(how, crash);
                    Some(server)
                }
                _ => None,
            });
        let stopped: ServerSet = stopped.collect();
        assert!(stopped.contains(ServerId(0)), "{}", kind.name());
        assert_eq!(
            stopped,
            Exposure::new(&plan, 1, Steps::Dropped).dying(crash),
            "{}",
            kind.name()
        );
    }
}

#[test]
fn a_restart_comes_back_and_no_other_crash_does_by_itself() {
    for kind in Kind::ALL {
        let back = facts(&of_kind(kind, "mysql-s-1"))
            .iter()
            .any(|(_, fact)| matches!(fact, Fact::Restarted { .. }));
        let restarts = matches!(kind.does(), Does::Restart(_));
        assert_eq!(back, restarts, "{}", kind.name());
    }
}
