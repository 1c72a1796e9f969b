//! What is done when no replica is left: fall back, or disable writes until one has everything (field.md 0, document 003).

use replsim::measure::outcome::RunOutcome;
use replsim::plan::cases;
use replsim::run::run_one;
use replsim::spec::load_text;
use serde_json::{Value, json};

/// `no-replica` with other overrides and faults, one session's think time and all.
fn experiment(change: impl FnOnce(&mut Value)) -> Value {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(root.join("experiments/no-replica.json")).expect("there");
    let mut experiment: Value = serde_json::from_str(&text).expect("JSON");
    let keys = experiment.as_object_mut().expect("an object");
    keys.remove("vary");
    keys.remove("expect");
    change(&mut experiment);
    experiment
}

fn runs(experiment: &Value, count: u64) -> Vec<RunOutcome> {
    let loaded = load_text("x", "x.json", &experiment.to_string(), &[])
        .unwrap_or_else(|error| panic!("{error}"));
    let plan = cases(&loaded).unwrap_or_else(|error| panic!("{error}"))[0]
        .compile()
        .unwrap_or_else(|error| panic!("{error}"));
    (0..count).map(|run| run_one(&plan, 1, run)).collect()
}

fn add_fault(experiment: &mut Value, fault: Value) {
    experiment["faults"]
        .as_array_mut()
        .expect("faults")
        .push(fault);
}

fn close(what: &str, found: f64, expected: f64, tolerance: f64) {
    assert!(
        (found / expected - 1.0).abs() <= tolerance,
        "{what}: {found} where {expected} was expected (within {tolerance})"
    );
}

fn seconds(span: replsim::protocol::ids::Span) -> f64 {
    span.0 as f64 / 1e9
}

#[test]
fn the_servers_own_policy_blocks_once_for_the_time_out_and_then_loses_what_came_after() {
    let master_lost = experiment(|experiment| {
        experiment["overrides"]["no_replica"] = json!("fall_back_to_async");
        // Wait for mysql-s-2: mysql-s-1 knows nothing of the last 44 s.
        experiment["overrides"]["manager"] = json!({"quorum": true});
        let fault = json!({"kind": "site_loss", "server": "mysql-m", "at": "45.9 s"});
        add_fault(experiment, fault);
    });
    let outcomes = runs(&master_lost, 10);
    let mean = |pick: &dyn Fn(&RunOutcome) -> f64| {
        outcomes.iter().map(pick).sum::<f64>() / outcomes.len() as f64
    };
    // mysql-s-2 died at 32 s and the time-out is 10 s; nobody waits for the round trip of 2 ms any more.
    let latency = mean(&|outcome| outcome.latency.mean() / 1e9) - 0.002;
    let (rate, hanging) = (16.0 / (0.040 + latency), 16.0);
    close(
        "lost",
        mean(&|outcome| outcome.ledger.lost_acknowledged as f64),
        rate * (45.9 - 42.0) + hanging,
        0.05,
    );
    let alive = experiment(|experiment| {
        experiment["overrides"]["no_replica"] = json!("fall_back_to_async");
    });
    for outcome in runs(&alive, 2) {
        close("blocked", seconds(outcome.write_unavailable), 10.0, 0.02);
        assert_eq!(outcome.ledger.refused, 0, "nobody is refused");
    }
}

#[test]
fn writes_that_are_disabled_until_a_replica_has_everything_lose_nothing_whenever_the_master_dies() {
    let lost = experiment(|experiment| {
        experiment["overrides"]["guard"]["return"] = json!("blocked");
        let fault = json!({
            "kind": "site_loss", "server": "mysql-m", "at": {"uniform": ["33 s", "88 s"]}
        });
        add_fault(experiment, fault);
    });
    for (run, outcome) in runs(&lost, 20).iter().enumerate() {
        assert_eq!(outcome.ledger.lost_acknowledged, 0, "run {run}");
        assert_eq!(outcome.kept_writes.exposed_transactions, 0, "run {run}");
    }
}

#[test]
fn while_no_replica_is_left_nothing_is_acknowledged() {
    let alive = experiment(|experiment| {
        experiment["overrides"]["guard"]["return"] = json!("blocked");
        // mysql-s-1 never returns during the run.
        experiment["faults"][0]["returns"] = json!("with_disks");
        experiment["faults"][1]["returns"] = json!("with_disks");
        experiment["duration"] = json!("60 s");
    });
    for outcome in runs(&alive, 2) {
        // 16 sessions that think for 40 ms, from 2 s to 32 s; then only the commits that hang are left.
        let rate = 16.0 / (0.040 + outcome.latency.mean() / 1e9);
        let acknowledged = outcome.latency_after.len() as f64;
        close("acknowledged", acknowledged, rate * 30.0, 0.03);
        close("no writes", seconds(outcome.write_unavailable), 28.0, 0.02);
    }
}

#[test]
fn a_staged_return_is_exposed_far_behind_and_blocks_for_the_rest_of_the_backlog_over_the_link() {
    for (limit, bytes) in [("1 MB", 1e6), ("3 MB", 3e6)] {
        let staged = experiment(|experiment| {
            experiment["overrides"]["guard"]["return"] = json!("staged");
            experiment["overrides"]["guard"]["limit"] = json!(limit);
        });
        for outcome in runs(&staged, 2) {
            let kept = outcome.kept_writes;
            // 8 Mbit/s, one transaction after the other.
            close("stage b", seconds(kept.catching_up), bytes / 1e6, 0.10);
            assert!(
                kept.exposed.0 > 1_000_000_000,
                "stage a: {:?}",
                kept.exposed
            );
            assert!(kept.exposed_transactions > 0);
        }
    }
}

#[test]
fn what_a_staged_return_acknowledges_alone_is_lost_with_the_master() {
    let lost = experiment(|experiment| {
        experiment["overrides"]["guard"]["return"] = json!("staged");
        let fault = json!({"kind": "site_loss", "server": "mysql-m", "at": "55 s"});
        add_fault(experiment, fault);
    });
    for outcome in runs(&lost, 2) {
        assert!(outcome.ledger.lost_acknowledged > 1_000, "exposed for 8 s");
        assert!(outcome.ledger.lost_acknowledged <= outcome.kept_writes.exposed_transactions + 16);
    }
}

#[test]
fn set_read_only_hangs_behind_commits_that_wait_and_new_writes_hang_behind_it() {
    let hangs = |method: &str| {
        experiment(|experiment| {
            experiment["overrides"]["guard"]["set_read_only"] = json!(method);
            experiment["overrides"]["clients"]["timeout"] = json!("3 s");
        })
    };
    let (at_once, waits) = (
        runs(&hangs("at_once"), 1).remove(0),
        runs(&hangs("waits_for_commits"), 1).remove(0),
    );
    // All sixteen sessions hang in their commits; nobody is left to be refused before a replica acknowledges.
    assert!(at_once.kept_writes.off > waits.kept_writes.off);
    assert_eq!(waits.ledger.lost_acknowledged, 0);
}

#[test]
fn without_a_quorum_of_replicas_nobody_is_promoted() {
    let promoted = |quorum: bool| {
        let lost = experiment(|experiment| {
            experiment["overrides"]["manager"] = json!({"quorum": quorum});
            // One of two replicas never comes back: it may be the one that acknowledged.
            experiment["faults"] = json!([
                {"kind": "process_kill", "server": "mysql-s-1", "at": "2 s"},
                {"kind": "site_loss", "server": "mysql-m", "at": "5 s"},
            ]);
            experiment["duration"] = json!("40 s");
        });
        runs(&lost, 1).remove(0).failover_time.is_some()
    };
    assert!(!promoted(true));
    assert!(promoted(false));
}
