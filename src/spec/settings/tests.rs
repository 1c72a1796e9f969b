//! Tests of `settings`.

use super::*;
use serde_json::json;

#[test]
fn old_and_new_spelling_are_one_variable() {
    let mut description = json!({"variables": {"RPL-semi-sync-source-timeout": 500}});
    canonicalise(&mut description).unwrap();
    assert_eq!(
        description,
        json!({"variables": {"rpl_semi_sync_master_timeout": 500}})
    );
}

#[test]
fn a_variable_set_twice_in_two_spellings_is_an_error() {
    let mut description = json!({"servers": {"a": {"variables": {"log_slave_updates": 1, "log_replica_updates": 0}}}});
    let error = canonicalise(&mut description).unwrap_err().to_string();
    assert!(error.contains("set twice"), "{error}");
}

#[test]
fn switches_take_what_servers_take() {
    for on in ["ON", "1", "true", "On"] {
        assert_eq!(Setting(on.into()).switch(), Ok(true));
    }
    assert!(Setting("2".into()).switch().is_err());
}

#[test]
fn numbers_take_the_suffixes_of_my_cnf() {
    let whole = |text: &str| Setting(text.into()).whole(0, 1 << 40, "bytes");
    assert_eq!(whole("64M"), Ok(64 << 20));
    assert_eq!(whole("1t"), Ok(1 << 40));
    for wrong in [
        "M",
        "",
        "64MB",
        "2T",
        "-1",
        "1.5G",
        "99999999999999999999999T",
    ] {
        assert!(whole(wrong).is_err(), "{wrong}");
    }
}
