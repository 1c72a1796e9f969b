//! Tests of `variables`.

use super::*;
use crate::spec::Named;
use crate::spec::catalogue::{self, Effect, Release};
use crate::spec::flavour::Written;
use crate::spec::settings::Setting;

fn compiled(
    flavour: Flavour,
    mode: Option<Mode>,
    own: &[(&str, &str)],
) -> Result<Variables, Error> {
    let model = Model {
        flavour: Some(Written(flavour)),
        mode,
        ..Model::default()
    };
    let settings = own
        .iter()
        .map(|(name, value)| (name.to_string(), Setting(value.to_string())))
        .collect();
    variables(
        &model,
        flavour,
        "a",
        &Server {
            variables: Named(settings),
            ..Server::default()
        },
    )
    .map(|(variables, _)| variables)
}

#[test]
fn a_variable_of_another_flavour_does_not_exist() {
    for (flavour, variable) in [
        (
            Flavour::MARIADB_1011,
            "rpl_semi_sync_master_wait_for_slave_count",
        ),
        (Flavour::MARIADB_1011, "gtid_mode"),
        (Flavour::MYSQL_80, "binlog_commit_wait_count"),
        (Flavour::MYSQL_57, "master_use_gtid"),
    ] {
        let error = compiled(flavour, None, &[(variable, "1")])
            .unwrap_err()
            .to_string();
        assert!(error.contains("does not exist in"), "{error}");
    }
}

#[test]
fn workers_are_set_by_the_word_of_either_family() {
    let in_order = ("slave_preserve_commit_order", "ON");
    for (flavour, rest) in [
        (Flavour::MYSQL_80, vec![in_order]),
        (Flavour::MARIADB_1011, vec![]),
    ] {
        for word in ["slave_parallel_workers", "slave_parallel_threads"] {
            let own = [vec![(word, "4")], rest.clone()].concat();
            assert_eq!(compiled(flavour, None, &own).unwrap().workers, 4);
        }
    }
}

#[test]
fn what_is_not_modelled_says_so() {
    for (variable, value) in [
        ("binlog_transaction_dependency_tracking", "WRITESET_SESSION"),
        ("binlog_order_commits", "OFF"),
        ("max_binlog_size", "1048576"),
        ("innodb_flush_log_at_trx_commit", "3"),
        ("binlog_format", "STATEMENT"),
        ("gtid_mode", "ON_PERMISSIVE"),
    ] {
        let error = compiled(Flavour::MYSQL_80, None, &[(variable, value)])
            .unwrap_err()
            .to_string();
        assert!(error.contains("modelled yet"), "{error}");
    }
    assert!(compiled(Flavour::MYSQL_80, None, &[("slave_parallel_workers", "0")]).is_ok());
}

#[test]
fn every_variable_is_set_accepted_or_refused_with_a_reason() {
    let (mut set, mut accepted, mut refused) = (0, 0, 0);
    for flavour in Flavour::KNOWN {
        let before = flavour.defaults();
        for entry in catalogue::entries().filter(|entry| entry.exists(flavour.into())) {
            let kind = entry.kind(Release::from(flavour));
            for value in ["0", "1", "ON", "OFF", "2", "nonsense"] {
                let result = compiled(flavour, None, &[(entry.name(), value)]);
                let changed = matches!(&result, Ok(after) if *after != before);
                match (&entry.effect, result) {
                    (Effect::Modelled(_) | Effect::Special(_), Ok(_)) => {
                        set += usize::from(changed)
                    }
                    (Effect::None | Effect::Refused { .. }, Ok(_)) => {
                        assert!(!changed && kind.shown(&Setting(value.into())).is_ok());
                        accepted += 1;
                    }
                    (_, Err(error)) => {
                        let error = error.to_string();
                        let one = format!("servers.a.variables.{}: ", entry.name());
                        let together = "servers.a.variables: ";
                        let reason = error.strip_prefix(&one).or(error.strip_prefix(together));
                        assert!(reason.is_some_and(|why| why.len() > 20), "{error}");
                        refused += 1;
                    }
                }
            }
        }
    }
    assert!(
        set > 100 && accepted > 1_000 && refused > 1_000,
        "{set} {accepted} {refused}"
    );
}

#[test]
fn the_mode_overrules_all_but_a_server_that_says_it_does_not_acknowledge() {
    let sync = compiled(Flavour::MARIADB_1011, Some(Mode::AfterSync), &[]).unwrap();
    assert!(
        sync.semi_sync_master && sync.semi_sync_slave && sync.wait_point == WaitPoint::AfterSync
    );
    let silent = [("rpl_semi_sync_slave_enabled", "OFF")];
    assert!(
        !compiled(Flavour::MYSQL_80, Some(Mode::AfterSync), &silent)
            .unwrap()
            .semi_sync_slave
    );
}

#[test]
fn the_heartbeat_follows_the_net_timeout_unless_it_is_set() {
    let own = [("slave_net_timeout", "4")];
    assert_eq!(
        compiled(Flavour::MYSQL_80, None, &own)
            .unwrap()
            .heartbeat_period,
        Span::seconds(2)
    );
    let own = [
        ("slave_net_timeout", "4"),
        ("master_heartbeat_period", "0.5"),
    ];
    assert_eq!(
        compiled(Flavour::MYSQL_80, None, &own)
            .unwrap()
            .heartbeat_period,
        Span::millis(500)
    );
}

#[test]
fn auto_position_needs_gtid_mode() {
    assert!(compiled(Flavour::MYSQL_80, None, &[("master_auto_position", "1")]).is_err());
    let both = [("gtid_mode", "ON"), ("master_auto_position", "1")];
    assert_eq!(
        compiled(Flavour::MYSQL_80, None, &both)
            .unwrap()
            .positioning,
        Positioning::Gtid
    );
}
