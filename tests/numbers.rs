//! Numbers that people read: each is true, or absent with its reason. Files that printed false ones are in `tests/broken`.

use replsim::estimate::result::CaseResult;
use replsim::estimate::results::{Asked, Results};
use replsim::estimate::summary::CaseBuilder;
use replsim::plan::{Case, cases};
use replsim::report::table::table;
use replsim::run::stretches::Known;
use replsim::run::{Nobody, run_case, run_one, years};
use replsim::spec::load_text;
use serde_json::{Value, json};
use std::collections::HashMap;

/// A file of `tests/broken`, changed.
fn broken(name: &str, change: impl FnOnce(&mut Value)) -> Vec<Case> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(root.join("tests/broken").join(name)).expect(name);
    let mut experiment: Value = serde_json::from_str(&text).expect("JSON");
    change(&mut experiment);
    of_text(&experiment)
}

fn of_text(experiment: &Value) -> Vec<Case> {
    let loaded = load_text("x", "x.json", &experiment.to_string(), &[]);
    let loaded = loaded.unwrap_or_else(|error| panic!("{error}"));
    cases(&loaded).unwrap_or_else(|error| panic!("{error}"))
}

fn result(case: &Case, runs: u64) -> CaseResult {
    let plan = case.compile().expect("a plan");
    let names = plan.servers.iter().map(|server| server.name.clone());
    let mut builder = CaseBuilder::new(case.axes.clone(), names.collect());
    let all = run_case(&plan, 1, 0..runs, &Nobody, |outcome| builder.add(&outcome));
    all.expect("no law is broken");
    let mut result = builder.finish();
    result.yearly = years::years(&plan, 1, &mut Known::default(), &Nobody);
    result
}

fn printed(cases: Vec<CaseResult>) -> String {
    let experiment = Asked {
        name: "x".to_owned(),
        title: "X".to_owned(),
        question: "What?".to_owned(),
        digest: "sha256:0".to_owned(),
    };
    table(&Results {
        replsim: "0",
        experiment,
        seed: 1,
        cases,
        expectations: Vec::new(),
    })
}

fn mean(result: &CaseResult, metric: &str) -> f64 {
    result.metrics.get(metric).expect(metric).mean
}

#[test]
fn what_was_visible_is_lost_whether_the_old_master_returns_or_not() {
    for name in ["ledger/visible_flush2.json", "ledger/ledger2.json"] {
        let mut lost = 0;
        let mut known = HashMap::new();
        for case in broken(name, |_| {}) {
            let plan = case.compile().expect("a plan");
            let (returns, axes): (Vec<_>, Vec<_>) = case
                .axes
                .iter()
                .cloned()
                .partition(|(axis, _)| axis == "faults.0.returns");
            for run in 0..4 {
                let ledger = run_one(&plan, 1, run).ledger;
                let (acknowledged, visible, read) = (
                    ledger.lost_acknowledged,
                    ledger.visible_then_lost,
                    ledger.read_then_lost,
                );
                assert!(
                    acknowledged <= visible && read <= visible,
                    "{}: {ledger:?}",
                    case.label()
                );
                lost += visible;
                // Back before the failover it serves on, and loses what its own disk has lost.
                if matches!(returns[0].1.as_str(), "with_disks" | "never") {
                    let fate = (acknowledged, visible, read);
                    let other = *known.entry((axes.clone(), run)).or_insert(fate);
                    assert_eq!(fate, other, "{}", case.label());
                }
            }
        }
        assert!(lost > 100, "{name}: {lost}");
    }
}

#[test]
fn a_replica_half_an_hour_behind_is_half_an_hour_behind() {
    let case = &broken("lag/lag_cap.json", |_| {})[0];
    let result = result(case, 1);
    let replica = result.servers.get("mysql-s-1").expect("a replica");
    let behind = replica.lag_transactions.mean / 20.0;
    assert!(behind > 1_300.0, "{behind}");
    // 20 transactions a second; what is on its way makes a difference of a second at the most.
    assert!(
        (replica.lag.mean - behind).abs() < 1.0,
        "{} and {behind}",
        replica.lag.mean
    );
    let longest =
        ["mysql-s-1", "mysql-s-2"].map(|name| result.servers.get(name).expect("it").lag.mean);
    assert_eq!(mean(&result, "lag"), longest[0].max(longest[1]));
}

#[test]
fn a_server_that_replicates_from_nobody_does_not_lag() {
    let result = result(&broken("lag/idle_lag.json", |_| {})[0], 3);
    assert!(mean(&result, "lag") < 1.0, "{}", mean(&result, "lag"));
    let idle = result.servers.get("idle").expect("it is there");
    assert_eq!((idle.lag.count, idle.lag_transactions.count), (0, 0));
    let master = result.servers.get("mysql-m").expect("it is there");
    assert_eq!((master.lag.count, master.lag.max), (3, 0.0));
}

#[test]
fn a_master_whom_nobody_can_reach_is_no_second_master() {
    let result = result(&broken("two_masters/c2026.json", |_| {})[0], 40);
    assert_eq!(mean(&result, "two_masters"), 0.0);
    assert!(mean(&result, "two_unfenced") > 0.01);
    // With clients on both sides of the cut there are two.
    let both = broken("two_masters/c2026.json", |experiment| {
        experiment["model"]["clients"]["sites"] = json!(["site_m", "site_s1"]);
        experiment["faults"][0] =
            json!({"kind": "partition", "site": "site_m", "at": "300 ms", "lasts": "300 ms"});
    });
    let result = self::result(&both[0], 40);
    assert!(
        mean(&result, "two_masters") > 0.01,
        "{}",
        mean(&result, "two_masters")
    );
    assert!(mean(&result, "two_masters") <= mean(&result, "two_unfenced"));
}

#[test]
fn exposure_to_what_is_written_too_late_is_absent_and_says_why() {
    let case = &broken("exposure/sync_relay_log1.json", |_| {})[0];
    let slow = result(case, 10);
    let kinds = slow.exposure.clone().expect("watched");
    for (kind, of_kind) in &kinds.0 {
        let reason = of_kind.absent.map(|reason| reason.to_string());
        let reason = reason.unwrap_or_else(|| panic!("{kind}: {:?}", of_kind.levels));
        assert!(
            reason.contains("relay log") && of_kind.levels.0.is_empty(),
            "{reason}"
        );
    }
    assert!(mean(&slow, "lost_acknowledged") > 100.0);
    let json = serde_json::to_value(&slow).expect("JSON");
    assert!(json["exposure"]["process_kill"]["absent"].is_string());
    assert!(
        json["exposure"]["process_kill"]
            .get("lost_acknowledged")
            .is_none()
    );
    let text = printed(vec![slow]);
    let text = text.replace('\n', " ");
    assert!(
        text.contains("only from crashes (process_kill, host_loss, site_loss, cut_and_kill)"),
        "{text}"
    );
    // Where the IO thread keeps up, the exposure is what crashes lose.
    let fast = broken("exposure/sync_relay_log1.json", |experiment| {
        experiment["model"]["variables"]["sync_relay_log"] = json!(10_000);
    });
    let fast = result(&fast[0], 100);
    let kinds = fast.exposure.clone().expect("watched");
    let exposed = kinds
        .get("process_kill")
        .expect("watched")
        .levels
        .get("lost_acknowledged")
        .expect("known")
        .mean;
    let [low, high] = fast
        .metrics
        .get("lost_acknowledged")
        .expect("counted")
        .ci95
        .expect("many runs");
    let room = 2.0 * (high - low);
    let lost = mean(&fast, "lost_acknowledged");
    assert!((exposed - lost).abs() <= room, "{exposed} and {lost}");
}

#[test]
fn exposure_under_a_manager_that_goes_by_something_else_is_absent_and_says_why() {
    for (key, value, word) in [
        ("candidate", json!("executed"), "executed most"),
        ("apply_relay_log_first", json!(false), "does not wait"),
    ] {
        let case = broken("exposure/sync_relay_log1.json", |experiment| {
            experiment["model"]["manager"][key] = value;
            experiment["model"]["variables"]["sync_relay_log"] = json!(10_000);
        });
        let kinds = result(&case[0], 2).exposure.expect("watched");
        for (_, of_kind) in &kinds.0 {
            let reason = of_kind.absent.map(|reason| reason.to_string());
            assert!(
                reason.is_some_and(|reason| reason.contains(word)),
                "{kinds:?}"
            );
        }
    }
}

#[test]
fn a_year_in_a_file_is_no_longer_than_a_year() {
    // The least, the one of a failure a year with a repair of a year, and the most.
    let all = broken("yearly/yearly_over_one.json", |_| {});
    for case in [&all[0], &all[7], &all[11]] {
        let plan = case.compile().expect("a plan");
        let year = years::years(&plan, 1, &mut Known::default(), &Nobody)
            .expect("failure rates")
            .expect("a manager");
        let without = year.without_writes.mean;
        assert!(
            (0.0..=31_557_600.0).contains(&without),
            "{}: {without}",
            case.label()
        );
        let any = year.loses_any_per_crash.mean;
        assert!((0.0..=1.0).contains(&any), "{}: {any}", case.label());
    }
}
