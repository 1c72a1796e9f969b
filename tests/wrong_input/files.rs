//! What is wrong with a file: broken JSON, unknown keys and values, units.

use crate::{check, right, says, with};
use replsim::spec::schema_of;
use serde_json::json;

#[test]
fn the_right_experiment_is_right() {
    check(&right().to_string(), &[]).unwrap();
}

#[test]
fn broken_json_names_line_and_column() {
    says(
        &check("{\n  \"seed\": ,\n}", &[]).unwrap_err(),
        &["x.json:2:11", "expected value"],
    );
    says(&check("", &[]).unwrap_err(), &["x.json:1:0"]);
    says(
        &check("{\"seed\": 1, \"seed\": 2}", &[]).unwrap_err(),
        &["`seed` stands twice"],
    );
    says(&check("[]", &[]).unwrap_err(), &["expected an experiment"]);
}

#[test]
fn an_unknown_key_names_its_place_and_the_nearest_key() {
    says(
        &with("/sed", json!(1)),
        &["x.json", "unknown key `sed`", "did you mean `seed`?"],
    );
    says(
        &with("/workload/sesions", json!(1)),
        &[
            "workload: unknown key `sesions`",
            "did you mean `sessions`?",
        ],
    );
    says(
        &with("/overrides/netwrok", json!({})),
        &[
            "overrides: unknown key `netwrok`",
            "did you mean `network`?",
        ],
    );
    says(
        &with("/overrides/clients/tiemout", json!("1 s")),
        &["overrides.clients", "did you mean `timeout`?"],
    );
    says(
        &with("/faults/0/sever", json!("x")),
        &["faults[0]", "did you mean `server`?"],
    );
    says(
        &with("/expect/0/claimed", json!("x")),
        &["expect[0]", "did you mean `claim`?"],
    );
    says(
        &with("/mode", json!("async")),
        &["`mode` is a key of the model", "`overrides`"],
    );
}

#[test]
fn an_unknown_value_names_the_nearest_one() {
    says(
        &with("/overrides/mode", json!("aftersync")),
        &["overrides.mode", "did you mean `after_sync`?"],
    );
    says(
        &with("/overrides/flavour", json!("mysql-8")),
        &["overrides.flavour", "did you mean `mysql-8.0`?"],
    );
    says(
        &with("/faults/0/kind", json!("kill_process")),
        &[
            "faults[0].kind",
            "unknown value `kill_process`",
            "did you mean `process_kill`?",
        ],
    );
    says(
        &with("/overrides/manager", json!({"candidate": "recieved"})),
        &["did you mean `received`?"],
    );
    says(
        &with("/faults/0/returns", json!("nevr")),
        &["faults[0].returns", "nevr"],
    );
}

#[test]
fn a_bare_number_where_a_unit_belongs_says_what_was_expected() {
    says(
        &with("/duration", json!(2)),
        &["duration: 2 has no unit", "such as \"20 ms\""],
    );
    says(&with("/duration", json!("2")), &["duration", "has no unit"]);
    says(
        &with("/overrides/clients/rtt", json!(1)),
        &["overrides.clients.rtt", "has no unit"],
    );
    says(
        &with("/workload/transaction", json!({"bytes": 400})),
        &["transaction.bytes", "such as \"16 KiB\""],
    );
    says(
        &with("/overrides/network", json!({"bandwidth": 1})),
        &["network.bandwidth", "1 Gbit/s"],
    );
    says(
        &with("/overrides/network", json!({"loss": 0.1})),
        &["network.loss", "0.1 %"],
    );
    says(
        &with("/workload/arrivals", json!({"rate": 50})),
        &["arrivals.rate", "50 /s"],
    );
}

#[test]
fn an_unknown_unit_or_shape_of_distribution_is_explained() {
    says(
        &with("/duration", json!("2 sec")),
        &["unknown unit `sec`", "ns, us"],
    );
    says(
        &with("/overrides/clients/rtt", json!({"median": "1 ms"})),
        &["needs a `p99`"],
    );
    says(
        &with("/overrides/clients/rtt", json!({"mean": "1 ms"})),
        &["no key `mean`"],
    );
    says(
        &with("/faults/0/at", json!({"uniform": ["2 s", "1 s"]})),
        &["must not be below the first"],
    );
}

#[test]
fn what_is_not_modelled_yet_says_so() {
    says(
        &with("/overrides/no_replica", json!("managed")),
        &["no_replica", "not modelled yet"],
    );
    says(&with("/precision", json!("0 %")), &["precision", "above 0"]);
    let ring = json!({"mysql-m": {"replicates_from": "mysql-s-1"}});
    says(
        &with("/overrides/servers", ring),
        &["mysql-m, mysql-s-1 replicate in a ring", "not modelled yet"],
    );
    says(
        &schema_of("modl").unwrap_err().to_string(),
        &["did you mean `model`?"],
    );
}
