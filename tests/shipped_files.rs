//! The models and experiments that come with the program are right, and keep the promises of the design.

use replsim::plan::{FaultKind, Struck, cases, expectations, topology};
use replsim::protocol::crash::Crash;
use replsim::protocol::flavour::Flavour;
use replsim::protocol::setup::CandidateBy;
use replsim::protocol::variables::{Positioning, WaitPoint};
use replsim::spec::library::{self, Shelf};
use replsim::spec::{list, load, load_text, schema_of};
use serde_json::Value;

#[test]
fn every_shipped_experiment_compiles_in_every_case_and_its_claims_are_sound() {
    for name in library::names(Shelf::Experiments) {
        let loaded = load(&name, &[]).unwrap_or_else(|error| panic!("{error}"));
        let cases = cases(&loaded).unwrap_or_else(|error| panic!("{error}"));
        let claims = expectations(&loaded, &cases).unwrap_or_else(|error| panic!("{error}"));
        assert!(
            !claims.is_empty() && !loaded.experiment.question.is_empty(),
            "{name}"
        );
        for case in &cases {
            let plan = case
                .compile()
                .unwrap_or_else(|error| panic!("{}: {error}", case.label()));
            // These two ask what a replica beside the master is worth.
            let warned = !["partition", "two-acks"].contains(&name.as_str());
            let warnings = topology::warnings(&plan);
            assert!(!warned || warnings.is_empty(), "{name}: {}", case.label());
        }
    }
    assert!(list().iter().all(Result::is_ok));
}

#[test]
fn every_shipped_experiment_runs_on_every_flavour() {
    // These vary what only MySQL has: workers that commit in order by default, dependency tracking, a count of
    // acknowledgements; and one of them varies the flavour itself.
    let of_mysql = [
        "parallel-apply",
        "rejoin",
        "replica-outage",
        "slow-replica",
        "two-acks",
    ];
    for name in library::names(Shelf::Experiments) {
        if of_mysql.contains(&name.as_str()) {
            continue;
        }
        for flavour in ["mysql-5.7", "mysql-8.0", "mariadb-10.11"] {
            let sets = [("flavour".to_string(), flavour.to_string())];
            let loaded = load(&name, &sets).unwrap_or_else(|error| panic!("{error}"));
            for case in cases(&loaded).unwrap_or_else(|error| panic!("{error}")) {
                case.compile().unwrap_or_else(|error| panic!("{error}"));
            }
        }
    }
}

#[test]
fn every_shipped_model_part_fits_a_cluster() {
    for name in library::names(Shelf::Models) {
        // A cluster stands alone.
        let text = if name.starts_with("clusters/") {
            format!(r#"{{"model": ["{name}"]}}"#)
        } else {
            format!(r#"{{"model": ["clusters/mysql-8.0", "{name}"]}}"#)
        };
        let loaded =
            load_text("x", "x.json", &text, &[]).unwrap_or_else(|error| panic!("{name}: {error}"));
        cases(&loaded).unwrap()[0]
            .compile()
            .unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

/// Equal delays phase-lock sessions and let one replica always win.
#[test]
fn no_shipped_file_has_a_constant_delay_in_its_network_disks_or_costs() {
    for name in library::names(Shelf::Models) {
        let found = library::find(Shelf::Models, &name).unwrap();
        let model: Value = serde_json::from_str(&found.text).unwrap();
        for pointer in [
            "/network/rtt",
            "/network/within_site",
            "/network/loopback",
            "/disk/fsync",
            "/restart",
            "/connect",
        ] {
            assert!(
                model.pointer(pointer).is_none_or(Value::is_object),
                "{name}: {pointer}"
            );
        }
        for (step, cost) in model["costs"].as_object().into_iter().flatten() {
            assert!(
                cost.get("fixed").unwrap_or(cost).is_object(),
                "{name}: {step}"
            );
        }
    }
}

#[test]
fn the_crash_axis_finds_the_host_and_the_site_of_the_server() {
    let loaded = load("master-crash", &[]).unwrap();
    let cases = cases(&loaded).unwrap();
    assert_eq!(cases.len(), 9);
    assert_eq!(cases[2].label(), "mode=async,crash=site_loss");
    let kinds: Vec<FaultKind> = cases[..3]
        .iter()
        .map(|case| case.compile().unwrap().faults[0].kind.clone())
        .collect();
    assert!(
        matches!(&kinds[0], FaultKind::Crash(Crash::ProcessKill, Struck::Servers(servers)) if servers[0].0 == 0)
    );
    assert_eq!(
        kinds[1..],
        [
            FaultKind::Crash(Crash::HostLoss, Struck::Host(0)),
            FaultKind::Crash(Crash::SiteLoss, Struck::Site(0))
        ]
    );
}

#[test]
fn the_mode_flavour_and_policy_of_a_case_reach_its_plan() {
    let sets = [("flavour".to_string(), "mariadb-10.11".to_string())];
    let loaded = load("master-crash", &sets).unwrap();
    let plan = cases(&loaded).unwrap()[3].compile().unwrap();
    let variables = &plan.cluster.servers[2].variables;
    assert_eq!(plan.cluster.flavour(), Flavour::MARIADB_1011);
    assert_eq!(
        (variables.wait_point, variables.positioning),
        (WaitPoint::AfterCommit, Positioning::Gtid)
    );
    assert!(variables.semi_sync_slave && variables.log_slave_updates);
    // The master side is on where clients write, and nowhere else before a promotion.
    let masters = plan
        .cluster
        .servers
        .iter()
        .map(|server| server.variables.semi_sync_master);
    assert_eq!(masters.collect::<Vec<_>>(), [true, false, false]);
    assert_eq!(
        plan.cluster.manager.as_ref().unwrap().candidate,
        CandidateBy::Received
    );
    assert_eq!(plan.paths[1][2].name, "host-s-1>host-s-2");
    assert_eq!((plan.cluster.sessions, plan.cluster.readers), (16, 4));
    assert_eq!(plan.clients.sites, [None]);
}

#[test]
fn a_compared_case_differs_only_in_the_axes_that_are_named() {
    let loaded = load("master-crash", &[]).unwrap();
    let cases = cases(&loaded).unwrap();
    let claims = expectations(&loaded, &cases).unwrap();
    let ratio = claims
        .iter()
        .find(|claim| claim.divided_by.is_some())
        .unwrap();
    let labels: Vec<_> = ratio
        .cases
        .iter()
        .map(|(a, b)| (cases[*a].label(), cases[b.unwrap()].label()))
        .collect();
    assert_eq!(
        labels,
        [(
            "mode=async,crash=site_loss".to_string(),
            "mode=async,crash=process_kill".to_string()
        )]
    );
}

#[test]
fn warnings_say_what_a_site_takes_with_it() {
    let text = r#"{"model": "clusters/mysql-8.0", "overrides": {"mode": "after_sync",
        "hosts": {"host-s-1": {"site": "site-a"}},
        "servers": {"mysql-s-2": {"replicates_from": "mysql-s-1"}, "mysql-s-3": {"replicates_from": "mysql-s-2"}}}}"#;
    let loaded = load_text("x", "x.json", text, &[]).unwrap();
    let warnings = topology::warnings(&cases(&loaded).unwrap()[0].compile().unwrap());
    assert_eq!(
        warnings,
        [
            "mysql-s-1 stands in the site of mysql-m: its acknowledgement protects nothing against the loss of site-a",
            "losing site-c cuts mysql-s-3 off from mysql-m",
        ]
    );
}

#[test]
fn threads_that_give_up_before_their_master_is_repaired_are_warned_of() {
    let warned = |count: u32, failures: &str| {
        let text = format!(
            r#"{{"model": "clusters/mysql-9.7", "overrides": {{"failures": {failures},
            "variables": {{"master_connect_retry": 60, "master_retry_count": {count}}}}}}}"#
        );
        let loaded = load_text("x", "x.json", &text, &[]).unwrap_or_else(|error| panic!("{error}"));
        let warnings = topology::warnings(&cases(&loaded).unwrap()[0].compile().unwrap());
        let mut said = warnings
            .iter()
            .filter(|text| text.contains("stops for good"));
        said.next().cloned()
    };
    let host = r#"{"host": "1 /year", "repair": {"host": "2 h"}}"#;
    assert_eq!(warned(10, "{}"), None, "ten minutes");
    assert!(warned(4, "{}").is_some_and(|said| said.ends_with("starts it again")));
    assert_eq!(warned(121, host), None, "two hours and a minute");
    assert!(warned(10, host).is_some_and(|said| said.ends_with("when the master is back")));
}

#[test]
fn the_schemas_know_every_key() {
    let experiment = schema_of("experiment").unwrap();
    for key in [
        "model",
        "overrides",
        "workload",
        "vary",
        "expect",
        "$schema",
        "note",
    ] {
        assert!(experiment["properties"].get(key).is_some(), "{key}");
    }
    let model = schema_of("model").unwrap();
    for key in replsim::spec::model::KEYS {
        assert!(model["properties"].get(key).is_some(), "{key}");
    }
    let known: Vec<&str> = replsim::spec::model::KEYS.to_vec();
    for key in model["properties"]
        .as_object()
        .unwrap()
        .keys()
        .filter(|key| *key != "$schema")
    {
        assert!(known.contains(&key.as_str()), "{key}");
    }
}
