//! Tests of `names`.

use super::*;

#[test]
fn the_nearest_name_is_the_one_with_a_slip_of_the_finger() {
    assert_eq!(
        nearest("after_comit", ["async", "after_commit", "after_sync"]),
        Some("after_commit".into())
    );
    assert_eq!(
        nearest("MYSQL_M", ["mysql-m", "mysql-s-1"]),
        Some("mysql-m".into())
    );
    assert_eq!(
        nearest("kill_process", ["process_kill", "host_loss"]),
        Some("process_kill".into())
    );
    assert_eq!(nearest("zzz", ["async", "after_commit"]), None);
}

#[test]
fn names_are_listed_as_in_a_sentence() {
    assert_eq!(listed(&["a", "b", "c"]), "a, b or c");
}
