//! Tests of `words`.

use super::*;

#[test]
fn numbers_have_three_digits_and_intervals_two() {
    assert_eq!(amount(0.01234), "0.0123");
    assert_eq!(amount(9736.4), "9736");
    assert_eq!(shorter(20.04), "20");
    assert_eq!(plus_minus(57.13, 1.34), "57.1 ±1.3");
    assert_eq!(plus_minus(0.25, 0.031), "0.250 ±0.031");
    assert_eq!(plus_minus(15.0, 0.0), "15");
}

#[test]
fn axes_are_called_by_their_last_part_unless_another_axis_is_too() {
    let all = ["manager.fencing", "hosts.a.site", "hosts.b.site", "mode"];
    assert_eq!(axis("manager.fencing", &all), "fencing");
    assert_eq!(axis("hosts.a.site", &all), "hosts.a.site");
    let long = "rpl_semi_sync_master_wait_for_slave_count";
    assert_eq!(axis(long, &[long]), "wait_for_slave_count");
    let longer = "binlog_transaction_dependency_tracking";
    assert_eq!(
        axis(longer, &[longer]),
        "binlog_transaction_\ndependency_tracking"
    );
    assert_eq!(
        axis_value("{\"median\":\"8 ms\",\"p99\":\"20 ms\"}"),
        "8 ms, p99 20 ms"
    );
}
