//! The catalogue of server variables against what servers answered, against the core, and against docs/variables.md.

#[allow(dead_code)]
#[path = "support/labs.rs"]
mod labs;

use labs::{field, lab, on};
use replsim::lesson::setup::plan_of;
use replsim::plan::values::{read, shown};
use replsim::plan::{Plan, cases, topology};
use replsim::protocol::flavour::{Family, Flavour};
use replsim::protocol::flavour_rules::Skipped;
use replsim::protocol::ids::ServerId;
use replsim::protocol::variables::Name;
use replsim::protocol::world::World;
use replsim::spec::catalogue::{self, Effect, Entry, Kind, Release, Settable, Special, page};
use replsim::spec::script::model_as_experiment;
use replsim::spec::settings::Setting;
use replsim::spec::{experiment, merge, model};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// What servers answered, and which they were.
const RECORDS: [(&str, Release); 3] = [
    (
        include_str!("servers/variables-mysql-9.7.4.json"),
        Release {
            family: Family::Mysql,
            version: (9, 7, 4),
        },
    ),
    (
        include_str!("servers/variables-mariadb-10.11.19.json"),
        Release {
            family: Family::Mariadb,
            version: (10, 11, 19),
        },
    ),
    (
        include_str!("servers/variables-mariadb-11.8.9.json"),
        Release {
            family: Family::Mariadb,
            version: (11, 8, 9),
        },
    ),
];

fn recorded(text: &str) -> Map<String, Value> {
    let record: Value = serde_json::from_str(text).expect("JSON");
    record["variables"].as_object().expect("variables").clone()
}

#[test]
fn every_server_has_the_variables_of_the_catalogue_and_no_others() {
    for (text, release) in RECORDS {
        let there: BTreeSet<String> = recorded(text).keys().cloned().collect();
        let entries = catalogue::entries();
        let entries = entries.filter(|entry| entry.settable(release).is_shown());
        let here: BTreeSet<String> = entries
            .flat_map(|entry| entry.spelled(release))
            .map(str::to_owned)
            .collect();
        let missing: Vec<_> = there.difference(&here).collect();
        let invented: Vec<_> = here.difference(&there).collect();
        assert!(
            missing.is_empty() && invented.is_empty(),
            "{release:?}: {missing:?} {invented:?}"
        );
    }
}

#[test]
fn defaults_values_and_ways_to_set_are_those_of_the_servers() {
    for (text, release) in RECORDS {
        let mut compared = 0;
        for (name, recorded) in recorded(text) {
            let entry = catalogue::find(&name).expect("known");
            let value = recorded["value"].as_str().expect("a value");
            let of_its_machine = recorded.get("of_its_machine").is_some();
            if !of_its_machine {
                assert_eq!(entry.default(release), Some(value), "{name} {release:?}");
                compared += 1;
            }
            let fixed = matches!(
                entry.settable(release),
                Settable::AtStart | Settable::Computed
            );
            // changed by SET GLOBAL in 11.8, not in 10.11: how a variable is set is the newest server's here
            if name != "innodb_doublewrite" {
                assert_eq!(recorded["read_only"], json!(fixed), "{name} {release:?}");
            }
            let kind = entry.kind(release);
            let taken = kind.shown(&Setting(value.to_owned()));
            let named = matches!(entry.effect, Effect::Special(Special::LogBin));
            // "the server chooses" is below some ranges
            let chosen = ["0", "-1"].contains(&value);
            assert!(
                named || chosen || taken.as_deref() == Ok(value),
                "{name} {release:?}: {taken:?}"
            );
        }
        assert!(compared > 500, "{release:?}: {compared}");
    }
}

#[test]
fn bounds_are_those_of_the_servers() {
    // wider here: 0 workers were the default of older releases
    let wider = [
        "slave_parallel_workers",
        "replica_parallel_workers",
        "server_id",
    ];
    for (text, release) in RECORDS {
        for (name, recorded) in recorded(text) {
            let kind = catalogue::find(&name).expect("known").kind(release);
            let bound = |key: &str| recorded.get(key)?.as_str()?.parse::<i128>().ok();
            if let (Kind::Whole { low, high, .. }, Some(least), Some(most)) =
                (kind, bound("low"), bound("high"))
                && !wider.contains(&name.as_str())
            {
                assert_eq!((*low, *high), (least, most), "{name} {release:?}");
            }
        }
    }
}

#[test]
fn every_spelling_is_one_variable_s_and_every_modelled_variable_has_a_row() {
    let mut known = BTreeSet::new();
    for name in catalogue::spellings() {
        assert!(known.insert(name), "{name} stands twice");
        assert_eq!(catalogue::plain(name), name);
        let keys = model::KEYS.iter().chain(experiment::KEYS.iter());
        assert!(
            !keys.copied().any(|key| key == name),
            "{name} is a key of models or experiments"
        );
        assert!(
            merge::SHORT.iter().all(|short| short.0 != name),
            "{name} is an axis"
        );
    }
    for name in Name::ALL {
        assert_eq!(catalogue::of(*name).effect, Effect::Modelled(*name));
    }
    for special in Special::ALL {
        let entry = catalogue::find(special.server_name()).expect("a row");
        assert_eq!(entry.effect, Effect::Special(*special));
    }
}

#[test]
fn names_are_taken_as_people_write_them() {
    for written in [
        "SYNC_BINLOG",
        "sync-binlog",
        "loose_sync_binlog",
        "loose-sync-binlog",
        "@@sync_binlog",
        "@@GLOBAL.sync_binlog",
        "global.sync_binlog",
        "@@session.sync_binlog",
    ] {
        assert_eq!(
            catalogue::find(written).map(Entry::name),
            Some("sync_binlog"),
            "{written}"
        );
    }
    assert_eq!(catalogue::find("sync_binlogs"), None);
}

/// Values to try: the ends of a range that can be modelled, every word.
fn samples(kind: &Kind) -> Vec<String> {
    match kind {
        Kind::Switch => vec!["ON".into(), "OFF".into()],
        Kind::Whole { low, high, .. } => {
            let ends = [
                *low,
                low + 1,
                7,
                (*high).min(64),
                (*high).min(i128::from(u32::MAX)),
            ];
            ends.iter().map(i128::to_string).collect()
        }
        Kind::Words(words) => words.iter().map(|word| (*word).to_owned()).collect(),
        Kind::Decimal => vec!["0.500".into(), "12.000".into()],
        Kind::Text => Vec::new(),
    }
}

#[test]
fn a_modelled_variable_that_is_set_is_shown_as_it_was_set() {
    for flavour in Flavour::KNOWN {
        let release = Release::from(flavour);
        for name in Name::ALL.iter().copied() {
            let entry = catalogue::of(name);
            if !entry.exists(release) {
                continue;
            }
            let kind = entry.kind(release);
            let mut different = BTreeSet::new();
            for value in samples(kind) {
                let Ok(variable) = read(name, kind, &Setting(value.clone())) else {
                    continue;
                };
                let mut variables = flavour.defaults();
                variables.set(variable);
                assert_eq!(variables.get(name), variable);
                assert_eq!(
                    shown(variables.get(name)),
                    value,
                    "{} {flavour:?}",
                    entry.name()
                );
                different.insert(value);
            }
            assert!(
                different.len() > 1,
                "{} {flavour:?}: {different:?}",
                entry.name()
            );
        }
    }
}

#[test]
fn the_core_begins_with_the_defaults_of_the_servers() {
    for flavour in Flavour::KNOWN {
        let release = Release::from(flavour);
        for name in Name::ALL.iter().copied() {
            let Some(default) = catalogue::of(name).default(release) else {
                continue;
            };
            let here = shown(flavour.defaults().get(name));
            let expected = match name {
                Name::HeartbeatPeriod => "30.000",
                _ => default,
            };
            assert_eq!(here, expected, "{} {flavour:?}", name.server_name());
        }
    }
}

#[test]
fn docs_variables_is_up_to_date() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/variables.md");
    if std::env::var("INSTA_UPDATE").is_ok_and(|how| how == "always") {
        std::fs::write(file, page::page()).expect("written");
    }
    let there = std::fs::read_to_string(file).expect("docs/variables.md");
    assert!(
        there == page::page(),
        "INSTA_UPDATE=always cargo test --test variables writes docs/variables.md"
    );
}

/// A master and a replica with these variables.
fn cluster(flavour: &str, variables: Value) -> Result<Plan, String> {
    mixed(flavour, flavour, variables)
}

/// The same, the replica with a flavour of its own.
fn mixed(flavour: &str, of_replica: &str, variables: Value) -> Result<Plan, String> {
    let model = json!({
        "flavour": flavour,
        "positioning": "file_and_position",
        "variables": variables,
        "servers": {"m": {"host": "a"}, "r": {"host": "b", "replicates_from": "m", "flavour": of_replica}},
        "hosts": {"a": {"site": "x"}, "b": {"site": "y"}},
        "master": "m",
    });
    let loaded = model_as_experiment("test", "test", "test", &model, &Map::new(), &[]);
    let loaded = loaded.map_err(|error| error.to_string())?;
    // A lab plays servers of one flavour, a run those of two.
    let plan = match flavour == of_replica {
        true => plan_of(&loaded),
        false => cases(&loaded).and_then(|cases| cases[0].compile()),
    };
    plan.map_err(|error| error.to_string())
}

#[test]
fn every_server_has_its_own_versions_defaults_and_rules_and_both_are_of_one_family() {
    let plan = mixed("8.0.26", "mysql-8.4", json!({})).expect("a rolling upgrade");
    let [old, new] = &plan.cluster.servers[..] else {
        panic!("two servers");
    };
    assert_eq!((old.variables.workers, new.variables.workers), (0, 4));
    assert_eq!(
        (old.variables.retry_count, new.variables.retry_count),
        (86_400, 10)
    );
    let world = World::new(&plan.cluster);
    let skipped = |id| world.server(ServerId(id)).rules.skipped;
    assert_eq!(
        (skipped(0), skipped(1)),
        (Skipped::Acknowledged, Skipped::Silent)
    );
    // A variable of both is set on both; one that the new server does not have is refused for it.
    let tracking = json!({"binlog_transaction_dependency_tracking": "WRITESET"});
    let refused = mixed("mysql-8.0", "mysql-8.4", tracking).unwrap_err();
    assert!(refused.contains("does not exist in mysql-8.4"), "{refused}");
    let refused = mixed("mysql-8.0", "mariadb-11.8", json!({})).unwrap_err();
    assert!(refused.contains("servers.r.flavour"), "{refused}");
    assert!(refused.contains("two families"), "{refused}");
}

#[test]
fn a_variable_without_effect_is_accepted_and_said_once() {
    let said = json!({"max_connections": 500, "innodb-buffer-pool-size": "8G", "sync_binlog": 1});
    let plan = cluster("mysql-8.0", said).expect("accepted");
    let notes = topology::warnings(&plan);
    let about: Vec<&String> = notes
        .iter()
        .filter(|note| note.contains("max_connections"))
        .collect();
    assert_eq!(
        about,
        [
            "without effect on anything that is modelled (docs/variables.md): `innodb_buffer_pool_size`, `max_connections`"
        ]
    );
    let plain = cluster("mysql-8.0", json!({"sync_binlog": 1})).expect("accepted");
    assert_eq!(topology::warnings(&plain).len() + 1, notes.len());
    let mut lab = lab(&plan, &[]);
    let shown = on(
        &mut lab,
        "m",
        "SHOW VARIABLES LIKE 'innodb_buffer_pool_size'",
    );
    assert!(shown.contains("| 8589934592 |"), "{shown}");
}

#[test]
fn what_no_server_takes_is_refused_with_a_reason() {
    for (flavour, name, value, reason) in [
        (
            "mysql-8.0",
            "max_connections",
            "many",
            "expected a whole number from 1 to 100000",
        ),
        ("mysql-8.0", "max_conections", "5", "max_connections"),
        (
            "mysql-8.0",
            "gtid_strict_mode",
            "ON",
            "does not exist in mysql-8.0",
        ),
        (
            "mysql-5.7",
            "replica_net_timeout_",
            "5",
            "unknown server variable",
        ),
        (
            "mysql-8.0",
            "binlog_row_image",
            "MINIMAL",
            "`binlog_row_image=MINIMAL` is not modelled yet, only FULL: the sizes of",
        ),
        (
            "mysql-8.0",
            "binlog_row_image",
            "SMALL",
            "expected MINIMAL, NOBLOB or FULL",
        ),
        (
            "mariadb-10.11",
            "gtid_domain_id",
            "3",
            "is not modelled yet, only 0: a cluster has",
        ),
        (
            "mariadb-10.11",
            "gtid_binlog_pos",
            "0-1-2",
            "the server computes it",
        ),
        ("mysql-8.0", "sql_log_bin", "OFF", "by a session"),
    ] {
        let error = cluster(flavour, json!({name: value})).expect_err(name);
        assert!(error.contains(reason), "{name}={value}: {error}");
    }
    for (flavour, name, value) in [
        ("mysql-8.0", "binlog_row_image", "full"),
        ("mysql-5.7", "max_binlog_size", "1G"),
        ("mariadb-10.11", "gtid_domain_id", "0"),
        ("mariadb-10.11", "slave_parallel_workers", "1"),
        ("mysql-8.0", "log_bin", "mysql-bin"),
    ] {
        assert!(
            cluster(flavour, json!({name: value})).is_ok(),
            "{name}={value}"
        );
    }
}

#[test]
fn super_read_only_is_shown_as_it_is_set_and_leaves_read_only_on() {
    let plan = cluster("mysql-8.0", json!({"super_read_only": "ON"})).expect("a plan");
    let mut lab = lab(&plan, &[]);
    let show = "SELECT @@read_only, @@super_read_only\\G";
    let both = |lab: &mut _, statement: &str| {
        on(lab, "r", statement);
        let answer = on(lab, "r", show);
        (
            field(&answer, "@@read_only"),
            field(&answer, "@@super_read_only"),
        )
    };
    let (on, off) = ("1".to_owned(), "0".to_owned());
    assert_eq!(both(&mut lab, "SHOW STATUS"), (on.clone(), on.clone()));
    assert_eq!(
        both(&mut lab, "SET GLOBAL super_read_only=0"),
        (on.clone(), off.clone())
    );
    assert_eq!(
        both(&mut lab, "SET GLOBAL super_read_only=1"),
        (on.clone(), on.clone())
    );
    assert_eq!(
        both(&mut lab, "SET GLOBAL read_only=0"),
        (off.clone(), off.clone())
    );
    assert_eq!(
        both(&mut lab, "SET GLOBAL super_read_only=1"),
        (on.clone(), on)
    );
    assert_eq!(
        both(&mut lab, "SET GLOBAL read_only=OFF"),
        (off.clone(), off)
    );
}

#[test]
fn the_parallel_mode_is_shown_as_it_is() {
    for mode in ["optimistic", "conservative"] {
        let variables = json!({"slave_parallel_mode": mode, "slave_parallel_threads": 4});
        let plan = cluster("mariadb-10.11", variables).expect("a plan");
        let mut lab = lab(&plan, &[]);
        let shown = on(&mut lab, "r", "SHOW VARIABLES LIKE 'slave_parallel%'");
        assert!(shown.contains(&format!("| {mode} ")), "{shown}");
        for name in ["slave_parallel_threads", "slave_parallel_workers"] {
            let line = shown
                .lines()
                .find(|line| line.contains(name))
                .expect("a line");
            assert!(line.contains("| 4 "), "{shown}");
        }
        on(
            &mut lab,
            "r",
            "CHANGE MASTER TO MASTER_HOST='m', MASTER_USER='repl'",
        );
        let status = on(&mut lab, "r", "SHOW SLAVE STATUS\\G");
        assert_eq!(field(&status, "Parallel_Mode"), mode);
    }
}

#[test]
fn set_global_knows_what_the_servers_know() {
    let plan = cluster("mariadb-10.11", json!({})).expect("a plan");
    let mut lab = lab(&plan, &[]);
    for (statement, answer) in [
        ("SET GLOBAL max_connections=500", "Query OK"),
        ("SET GLOBAL log_slave_updates=1", "ERROR 1238"),
        ("SET GLOBAL init_rpl_role='SLAVE'", "ERROR 1193"),
        ("SET GLOBAL master_connect_retry=5", "ERROR 1193"),
        ("SET GLOBAL super_read_only=1", "ERROR 1193"),
        ("SET GLOBAL max_connections='many'", "ERROR 1231"),
        ("SELECT @@global.max_connections", "500"),
        ("SELECT @@max_conections", "ERROR 1193"),
    ] {
        let said = on(&mut lab, "m", statement);
        assert!(said.contains(answer), "{statement}: {said}");
    }
}
