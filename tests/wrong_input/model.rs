//! What is wrong with a model: names, variables, topology, faults, ranges.

use crate::{check, right, says, with};
use replsim::spec::load;
use serde_json::{Value, json};

#[test]
fn unknown_names_of_servers_hosts_sites_models_and_experiments_name_the_nearest() {
    says(
        &with("/faults/0/server", json!("mysql-n")),
        &["faults[0].server", "did you mean `mysql-m`?"],
    );
    says(
        &with(
            "/faults/0",
            json!({"kind": "host_loss", "host": "host_m", "at": "1 s"}),
        ),
        &["`host-m`?"],
    );
    says(
        &with(
            "/faults/0",
            json!({"kind": "site_loss", "site": "site-z", "at": "1 s"}),
        ),
        &["unknown site", "`site-"],
    );
    says(
        &with("/overrides/master", json!("mysql")),
        &["master: unknown server `mysql`", "`mysql-"],
    );
    says(
        &with("/overrides/clients/site", json!("sitea")),
        &["clients.site", "did you mean `site-a`?"],
    );
    says(
        &with("/workload/readers/from", json!("mysql-s1")),
        &["readers.from", "did you mean `mysql-s-1`?"],
    );
    says(
        &with("/model", json!("mysql-8.0")),
        &["model: `mysql-8.0`", "did you mean `clusters/mysql-8.0`?"],
    );
    says(
        &with("/model/0", json!("clusters/mysql-8.1")),
        &["model[0]", "did you mean `clusters/mysql-8.0`?"],
    );
    let error = load("master-crsh", &[]).unwrap_err().to_string();
    says(
        &error,
        &["no such experiment", "did you mean `master-crash`?"],
    );
    let servers = json!({"mysql-m": {"host": "hots-m"}});
    says(
        &with("/overrides/servers", servers),
        &["servers.mysql-m.host", "did you mean `host-m`?"],
    );
    let links = json!({"site-a>site-d": {"rtt": "1 ms"}});
    says(
        &with("/overrides/links", links),
        &[
            "links.site-a>site-d",
            "unknown server, host or site `site-d`",
        ],
    );
    says(
        &with("/overrides/links", json!({"site-a": {}})),
        &["expected two servers, two hosts or two sites"],
    );
}

#[test]
fn a_server_variable_is_checked_as_the_server_would() {
    let variables = |name: &str, value: Value| with("/overrides/variables", json!({ name: value }));
    says(
        &variables("sync_binlogs", json!(1)),
        &[
            "overrides.variables.sync_binlogs",
            "did you mean `sync_binlog`?",
        ],
    );
    says(
        &variables("rpl_semi_sync_source_timeout", json!("10 s")),
        &["whole number of milliseconds"],
    );
    says(
        &variables("log_replica_updates", json!("maybe")),
        &["expected ON or OFF"],
    );
    says(
        &variables("binlog_commit_wait_count", json!(4)),
        &["does not exist in mysql-8.0"],
    );
    says(
        &variables("max_binlog_size", json!(4096)),
        &["not modelled yet"],
    );
    says(
        &variables("replica_preserve_commit_order", json!("maybe")),
        &["expected ON or OFF"],
    );
    says(
        &variables("sync_binlog", json!([1])),
        &["expected a number"],
    );
}

#[test]
fn a_topology_without_sense_is_refused() {
    let two = json!({"mysql-x": {}});
    says(
        &with("/overrides/servers", two),
        &["mysql-m, mysql-x replicate from nobody", "`master`"],
    );
    says(&with("/model", json!({})), &["at least one server"]);
    says(
        &with("/overrides/master", json!("mysql-s-1")),
        &["replicates from another server"],
    );
    let many: serde_json::Map<String, Value> = (0..17)
        .map(|n| (format!("r{n}"), json!({"replicates_from": "mysql-m"})))
        .collect();
    says(
        &with("/overrides/servers", Value::Object(many)),
        &["at most 16"],
    );
}

#[test]
fn a_fault_needs_one_target_that_its_kind_can_strike() {
    let fault = |fault: Value| with("/faults/0", fault);
    says(
        &with("/faults/0", json!({"kind": "host_loss", "at": "1 s"})),
        &["needs a target"],
    );
    says(
        &with("/faults/0/host", json!("host-m")),
        &["one of them is enough"],
    );
    says(
        &fault(json!({"kind": "host_loss", "server": "mysql-m"})),
        &["missing key `at`"],
    );
    says(
        &fault(json!({"kind": "host_loss", "server": "mysql-m", "at": "9 s"})),
        &["faults[0].at", "outside"],
    );
    let mut document = right();
    document["vary"] = json!({});
    for (fault, problem) in [
        (
            json!({"kind": "partition", "server": "mysql-m", "at": "1 s"}),
            "how long",
        ),
        (
            json!({"kind": "process_kill", "server": "mysql-m", "at": "1 s", "lasts": "1 s"}),
            "over at once",
        ),
        (
            json!({"kind": "stop_io_thread", "server": "mysql-m", "at": "1 s"}),
            "replicates from nobody",
        ),
        (
            json!({"kind": "partition", "link": "mysql-m>mysql-s-9", "at": "1 s", "lasts": "1 s"}),
            "mysql-s-1",
        ),
        (
            json!({"kind": "partition", "link": "mysql-s-1>mysql-s-2", "at": "1 s", "lasts": "1 s"}),
            "neither of the two replicates",
        ),
        (
            json!({"kind": "partition", "link": "mysql-m", "at": "1 s", "lasts": "1 s"}),
            "mysql-m>mysql-s-1",
        ),
        (
            json!({"kind": "host_loss", "link": "mysql-m>mysql-s-1", "at": "1 s"}),
            "only `partition` does",
        ),
        (
            json!({"kind": "restart", "server": "mysql-m", "at": "1 s", "returns": "never"}),
            "nobody dies",
        ),
        (
            json!({"kind": "host_loss", "servers": "replicas", "at": "1 s"}),
            "one fault for each",
        ),
        (
            json!({"kind": "process_kill", "servers": "slaves", "at": "1 s"}),
            "replicas",
        ),
        (
            json!({"kind": "process_kill", "servers": [], "at": "1 s"}),
            "names no server",
        ),
    ] {
        document["faults"] = json!([fault]);
        says(
            &check(&document.to_string(), &[]).unwrap_err(),
            &["faults[0]", problem],
        );
    }
}

#[test]
fn numbers_out_of_range_are_refused() {
    says(
        &with("/workload/sessions", json!(0)),
        &["workload.sessions", "at least 1"],
    );
    says(
        &with("/workload/sessions", json!(70_000)),
        &["workload.sessions", "70000"],
    );
    says(&with("/runs", json!(0)), &["runs", "at least 1"]);
    says(&with("/seed", json!(-1)), &["seed", "-1"]);
    says(
        &with("/warm_up", json!("3 s")),
        &["warm_up", "shorter than `duration`"],
    );
    says(&with("/overrides/cores", json!(0)), &["cores", "1 to 1024"]);
    says(
        &with("/overrides/disk", json!({"queue": 0})),
        &["disk.queue", "at least 1"],
    );
    says(
        &with("/overrides/network", json!({"epoch": "0 s"})),
        &["network.epoch", "above 0"],
    );
    says(
        &with("/overrides/clients/rtt", json!("0 s")),
        &["clients.rtt", "at least 1 us"],
    );
    says(
        &with("/overrides/costs", json!({"apply": null})),
        &["costs.apply", "missing"],
    );
}
