//! In which order a file names its servers, hosts and links says nothing: the results are the same, byte for byte.

#[path = "support/random.rs"]
mod random;
mod support;

use proptest::prelude::*;
use random::cases;
use replsim::estimate::summary::CaseBuilder;
use replsim::plan;
use replsim::run::stretches::Known;
use replsim::run::{Nobody, run_case, years};
use replsim::spec::load_text;
use serde_json::{Map, Value, json};

/// An experiment of up to five servers, their names in no order; constant times, so that much happens at once.
fn experiment() -> impl Strategy<Value = Value> {
    let cluster = (
        prop::sample::select(vec!["mysql-5.7", "mysql-8.0", "mariadb-10.11"]),
        prop::sample::select(vec!["async", "after_commit", "after_sync"]),
        prop::sample::select(vec![
            vec!["m", "a", "z"],
            vec!["b", "a"],
            vec!["q", "x", "c", "d", "a"],
        ]),
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
        1..=2u16,
    );
    let rest = (
        prop::sample::select(vec![
            "process_kill",
            "host_loss",
            "site_loss",
            "cut_and_kill",
            "restart",
        ]),
        any::<bool>(),
        prop::sample::select(vec![Value::Null, json!(["s0", "s1"])]),
        prop::bool::weighted(0.3),
        any::<bool>(),
        prop::sample::select(vec!["received", "executed"]),
        any::<u32>(),
    );
    (cluster, rest).prop_map(|(cluster, rest)| {
        let (flavour, mode, names, chain, constant, idle, count) = cluster;
        let (kind, of_master, sites, failures, readers, candidate, seed) = rest;
        let mut servers = Map::new();
        let mut hosts = Map::new();
        for (at, name) in names.iter().enumerate() {
            let upstream = if chain && at > 1 { names[at - 1] } else { names[0] };
            let host = format!("h{}", 9 - at);
            let mut server = json!({"host": host});
            if at > 0 {
                server["replicates_from"] = json!(upstream);
            }
            servers.insert((*name).to_owned(), server);
            hosts.insert(host, json!({"site": format!("s{}", at % 2), "cores": 4}));
        }
        if idle {
            servers.insert("idle".to_owned(), json!({"host": "h9"}));
        }
        let time = |ms: f64| match constant {
            true => json!(format!("{ms} ms")),
            false => json!({"exponential": format!("{ms} ms")}),
        };
        let struck = if of_master { names[0] } else { names[names.len() - 1] };
        let mut experiment = json!({
            "title": "Any order", "question": "Does it matter?",
            "model": {
                "flavour": flavour, "mode": mode, "master": names[0], "servers": servers, "hosts": hosts,
                "positioning": "gtid",
                "links": {format!("{}>{}", names[0], names[1]): {"rtt": time(3.0)}, "h9>h8": {"rtt": time(2.0)},
                    "s0>s1": {"rtt": time(1.5)}},
                "variables": {"rpl_semi_sync_master_timeout": 60, "slave_net_timeout": 1, "master_connect_retry": 1},
                "network": {"rtt": time(1.0), "within_site": time(0.2)},
                "disk": {"fsync": time(0.5), "writeback": "1 s"},
                "manager": {"candidate": candidate, "apply_relay_log_first": true, "semi_sync": "after_repoint",
                    "detect_clean": "40 ms", "detect_silent": "80 ms", "promote": "10 ms", "repoint": "10 ms",
                    "catch_up_timeout": "10 s", "rejoin": "as_it_is"},
                "clients": {"rtt": time(0.3), "timeout": "150 ms", "reconnect": "5 ms"},
                "restart": "50 ms", "connect": "2 ms"
            },
            "workload": {"sessions": 6, "think_time": time(1.0)},
            "faults": [{"kind": kind, "server": struck, "at": "250 ms"},
                {"kind": "stop_io_thread", "servers": "replicas", "at": "150 ms", "lasts": "30 ms"}],
            "seed": seed, "runs": 3, "warm_up": "100 ms", "duration": "500 ms"
        });
        if flavour != "mariadb-10.11" && mode != "async" {
            let count = count.min(names.len() as u16 - 1);
            experiment["model"]["variables"]["rpl_semi_sync_master_wait_for_slave_count"] = json!(count);
        }
        if kind != "restart" && kind != "site_loss" {
            experiment["faults"][0]["returns"] = json!({"after": "60 ms"});
        }
        if !sites.is_null() {
            experiment["model"]["clients"]["sites"] = sites;
        }
        if readers {
            experiment["workload"]["readers"] = json!({"count": 2, "every": "2 ms"});
        }
        if failures && names.len() == 2 {
            experiment["model"]["failures"] = json!({"process": "1 /year", "host": "0.1 /year", "site": "0.1 /year",
                "shared": "10 %", "repair": {"host": "2 h", "site": "3 h"}});
        }
        experiment
    })
}

/// Everything that comes out of an experiment, as the results document has it.
fn document(experiment: &Value) -> String {
    let loaded = load_text("x", "x.json", &experiment.to_string(), &[]);
    let loaded = loaded.unwrap_or_else(|error| panic!("{error}\n{experiment:#}"));
    let cases = plan::cases(&loaded).unwrap_or_else(|error| panic!("{error}\n{experiment:#}"));
    let plan = cases[0]
        .compile()
        .unwrap_or_else(|error| panic!("{error}\n{experiment:#}"));
    let names = plan.servers.iter().map(|server| server.name.clone());
    let mut builder = CaseBuilder::new(Vec::new(), names.collect());
    let (seed, runs) = (loaded.experiment.seed, u64::from(loaded.experiment.runs));
    let sound = run_case(&plan, seed, 0..runs, &Nobody, |outcome| {
        builder.add(&outcome)
    });
    sound.expect("no law is broken");
    let mut result = builder.finish();
    result.yearly = years::years(&plan, seed, &mut Known::default(), &Nobody);
    loaded.digest + &serde_json::to_string(&result).expect("JSON")
}

/// The same object with its keys in this order.
fn shuffled(object: &mut Value, draws: &[prop::sample::Index]) {
    let Value::Object(map) = object else {
        panic!("an object")
    };
    let mut left: Vec<(String, Value)> = std::mem::take(map).into_iter().collect();
    for draw in draws.iter().cycle() {
        if left.is_empty() {
            break;
        }
        let (name, value) = left.remove(draw.index(left.len()));
        map.insert(name, value);
    }
}

proptest! {
    // Three of each number of servers; `.ci/run` tries more, `.ci/long` two hundred.
    #![proptest_config(cases(9))]

    #[test]
    fn the_order_of_servers_hosts_and_links_in_a_file_moves_no_result(
        experiment in experiment(),
        draws in prop::collection::vec(any::<prop::sample::Index>(), 7),
    ) {
        let mut other = experiment.clone();
        for key in ["servers", "hosts", "links"] {
            shuffled(&mut other["model"][key], &draws);
        }
        prop_assert_eq!(document(&experiment), document(&other));
    }
}

#[test]
fn servers_of_a_shipped_experiment_may_stand_in_any_order() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(root.join("models/clusters/mysql-8.0.json")).expect("there");
    let cluster: Value = serde_json::from_str(&text).expect("JSON");
    let mut experiment = json!({
        "title": "Any order", "question": "Does it matter?", "model": cluster,
        "workload": {"sessions": 8},
        "faults": [{"kind": "site_loss", "server": "master", "at": "0.8 s"}],
        "seed": 1, "runs": 3, "warm_up": "0.4 s", "duration": "1 s"
    });
    let before = document(&experiment);
    let Value::Object(servers) = &mut experiment["model"]["servers"] else {
        panic!("servers")
    };
    let turned: Map<String, Value> = std::mem::take(servers).into_iter().rev().collect();
    *servers = turned;
    assert_eq!(document(&experiment), before);
}
