//! Tests of `merge`.

use super::*;
use serde_json::json;

#[test]
fn objects_merge_key_by_key_and_null_removes() {
    let mut under =
        json!({"servers": {"a": {"host": "h"}, "b": {}}, "manager": {"candidate": "received"}});
    merge(
        &mut under,
        &json!({"servers": {"a": {"replicates_from": "b"}, "b": null}, "manager": null}),
    );
    assert_eq!(
        under,
        json!({"servers": {"a": {"host": "h", "replicates_from": "b"}}})
    );
}

#[test]
fn a_distribution_is_replaced_as_a_whole() {
    let mut under = json!({"network": {"rtt": {"median": "1 ms", "p99": "2 ms"}}});
    merge(
        &mut under,
        &json!({"network": {"rtt": {"exponential": "1 ms"}}}),
    );
    assert_eq!(under, json!({"network": {"rtt": {"exponential": "1 ms"}}}));
}

#[test]
fn a_plain_round_trip_keeps_the_shape_by_either_name() {
    let mut description = json!({"network": {"rtt": {"median": "10 ms", "p99": "11 ms"}}});
    set_axis(&mut description, "rtt", &json!("20 ms")).unwrap();
    assert_eq!(
        description["network"]["rtt"],
        json!({"median": "20000000 ns", "p99": "22000000 ns"})
    );
    set_axis(&mut description, "network.rtt", &json!("5 ms")).unwrap();
    assert_eq!(
        description["network"]["rtt"],
        json!({"median": "5000000 ns", "p99": "5500000 ns"})
    );
    set_axis(
        &mut description,
        "network.rtt",
        &json!({"uniform": ["1 ms", "2 ms"]}),
    )
    .unwrap();
    assert_eq!(
        description["network"]["rtt"],
        json!({"uniform": ["1 ms", "2 ms"]})
    );
}

#[test]
fn a_server_variable_needs_no_path_to_be_set_everywhere() {
    let mut description = json!({});
    set_axis(&mut description, "sync_binlog", &json!(0)).unwrap();
    assert_eq!(description["variables"]["sync_binlog"], json!(0));
}

#[test]
fn a_path_into_an_unknown_server_names_the_nearest() {
    let mut description = json!({"servers": {"mysql-m": {}}});
    let error = set(
        &mut description,
        "servers.mysql-n.variables.sync_binlog",
        &json!(0),
    )
    .unwrap_err();
    assert_eq!(error.nearest.as_deref(), Some("mysql-m"));
    assert!(set(&mut description, "servers..x", &json!(0)).is_err());
    assert!(set(&mut json!({"seed": 1}), "seed.x", &json!(0)).is_err());
}

#[test]
fn a_set_value_is_json_if_it_parses() {
    assert_eq!(parse_value("5"), json!(5));
    assert_eq!(parse_value("5 ms"), json!("5 ms"));
    assert_eq!(
        parse_value("{\"exponential\": \"1 ms\"}"),
        json!({"exponential": "1 ms"})
    );
}
