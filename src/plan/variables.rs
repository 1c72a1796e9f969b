//! A server's variables: the flavour's defaults, the cluster's settings, its own, and what the mode says.

use super::appliers::Appliers;
use super::policies;
use super::values::{heartbeat, init_role, only, redo_flush, use_gtid, wait_point};
use crate::protocol::flavour::Flavour;
use crate::protocol::ids::Span;
use crate::protocol::variables::{Positioning, Variables, WaitPoint};
use crate::spec::Error;
use crate::spec::model::{Mode, Model, Positioning as ByWord, Server};
use crate::spec::settings::{In, KNOWN, Setting};

/// The flavour of a model's servers.
pub fn flavour(model: &Model) -> Flavour {
    model.flavour.map_or(Flavour::DEFAULT, |written| written.0)
}

/// Variables on the way, with what only makes sense once all are known.
struct Draft {
    variables: Variables,
    gtid_mode: bool,
    auto_position: Option<bool>,
    heartbeat_is_set: bool,
    timeout_is_set: bool,
    appliers: Appliers,
}

/// The variables of a server.
pub fn variables(model: &Model, name: &str, server: &Server) -> Result<Variables, Error> {
    let flavour = flavour(model);
    let mut draft = Draft {
        variables: flavour.defaults(),
        gtid_mode: false,
        auto_position: None,
        heartbeat_is_set: false,
        timeout_is_set: false,
        appliers: Appliers::new(flavour),
    };
    match model.positioning {
        Some(ByWord::Gtid) => draft.variables.positioning = Positioning::Gtid,
        Some(ByWord::FileAndPosition) => draft.variables.positioning = Positioning::FileAndPosition,
        None => {}
    }
    let own = format!("servers.{name}.variables");
    for (path, settings) in [
        ("variables", &model.variables),
        (own.as_str(), &server.variables),
    ] {
        for (variable, setting) in settings.iter() {
            let fault = |why: String| Error::at(format!("{path}.{variable}"), why);
            let known = |name: &str| settings.get(name).is_some();
            exists(flavour, variable, known).map_err(fault)?;
            if !draft.appliers.set(variable, setting).map_err(fault)? {
                apply(&mut draft, variable, setting).map_err(fault)?;
            }
        }
    }
    if draft.auto_position == Some(true) && !draft.gtid_mode {
        return Err(Error::at(
            own,
            "MASTER_AUTO_POSITION=1 needs gtid_mode=ON, as in the server (error 1777)",
        ));
    }
    let variables = &mut draft.variables;
    draft.appliers.finish(&own, variables)?;
    if !draft.heartbeat_is_set {
        variables.heartbeat_period = Span(variables.slave_net_timeout.0 / 2);
    }
    policies::wait_for_ever(model, variables, draft.timeout_is_set)?;
    let acknowledges_by_itself = server
        .variables
        .get("rpl_semi_sync_slave_enabled")
        .is_some();
    let is_master = server.replicates_from.is_none();
    overrule(variables, model.mode, is_master, acknowledges_by_itself);
    Ok(draft.variables)
}

/// The mode speaks for all servers, but a server's own word on whether it acknowledges stands.
///
/// The master side is switched on at the master only: on a replica its SQL thread's commits would wait for replicas
/// of its own (semantics.md 5.5). A manager switches it on at whom it promotes.
fn overrule(
    variables: &mut Variables,
    mode: Option<Mode>,
    is_master: bool,
    acknowledges_by_itself: bool,
) {
    let Some(mode) = mode else { return };
    variables.semi_sync_master = is_master && mode != Mode::Async;
    if !acknowledges_by_itself {
        variables.semi_sync_slave = mode != Mode::Async;
    }
    match mode {
        Mode::Async => {}
        Mode::AfterCommit => variables.wait_point = WaitPoint::AfterCommit,
        Mode::AfterSync => variables.wait_point = WaitPoint::AfterSync,
    }
}

/// Variables that are the same in two families, by their names in each.
const COUNTERPARTS: [[&str; 2]; 1] = [["slave_parallel_workers", "slave_parallel_threads"]];

/// A variable is there, or its counterpart is, unless that one is `set` too.
fn exists(flavour: Flavour, variable: &str, set: impl Fn(&str) -> bool) -> Result<(), String> {
    let place = KNOWN
        .iter()
        .find(|known| known.0[0] == variable)
        .map_or(In::All, |known| known.1);
    let has_counterpart = COUNTERPARTS.iter().any(|pair| match pair {
        [own, other] | [other, own] if *own == variable => !set(other),
        _ => false,
    });
    if flavour.is_in(place) || has_counterpart {
        Ok(())
    } else {
        Err(format!("`{variable}` does not exist in {flavour}"))
    }
}

/// Sets one variable; the name is canonical (`spec::settings::KNOWN`).
fn apply(draft: &mut Draft, variable: &str, setting: &Setting) -> Result<(), String> {
    let to = &mut draft.variables;
    let count = |low: u64| {
        setting
            .whole(low, u64::from(u32::MAX), "")
            .map(|n| n as u32)
    };
    match variable {
        "sync_binlog" => to.sync_binlog = count(0)?,
        "innodb_flush_log_at_trx_commit" => to.redo_flush = redo_flush(setting)?,
        "innodb_log_file_buffering" => to.redo_direct = !setting.switch()?,
        "binlog_group_commit_sync_delay" => {
            to.sync_delay = Span::micros(setting.whole(0, 1_000_000, "microseconds")?);
        }
        "binlog_group_commit_sync_no_delay_count" => to.sync_no_delay_count = count(0)?,
        "binlog_commit_wait_count" => to.commit_wait_count = count(0)?,
        "binlog_commit_wait_usec" => {
            to.commit_wait = Span::micros(setting.whole(0, u64::from(u32::MAX), "microseconds")?);
        }
        "log_slave_updates" => to.log_slave_updates = setting.switch()?,
        "rpl_semi_sync_master_enabled" => to.semi_sync_master = setting.switch()?,
        "rpl_semi_sync_slave_enabled" => to.semi_sync_slave = setting.switch()?,
        "rpl_semi_sync_master_wait_point" => to.wait_point = wait_point(setting)?,
        "rpl_semi_sync_master_timeout" => {
            to.semi_sync_timeout = Span::millis(setting.whole(0, u64::MAX, "milliseconds")?);
            draft.timeout_is_set = true;
        }
        "rpl_semi_sync_master_wait_no_slave" => to.wait_no_slave = setting.switch()?,
        "rpl_semi_sync_master_wait_for_slave_count" => {
            to.wait_for_slave_count = setting.whole(1, 65_535, "")? as u16;
        }
        "sync_relay_log" => to.sync_relay_log = count(0)?,
        "init_rpl_role" => to.init_role_is_slave = init_role(setting)?,
        "gtid_strict_mode" => to.gtid_strict_mode = setting.switch()?,
        "relay_log_recovery" => to.relay_log_recovery = setting.switch()?,
        "slave_net_timeout" => {
            to.slave_net_timeout = Span::seconds(setting.whole(1, 31_536_000, "seconds")?)
        }
        "master_connect_retry" => {
            to.connect_retry = Span::seconds(setting.whole(1, 31_536_000, "seconds")?)
        }
        "master_retry_count" => to.retry_count = count(0)?,
        "master_heartbeat_period" => {
            to.heartbeat_period = heartbeat(setting)?;
            draft.heartbeat_is_set = true;
        }
        "gtid_mode" => {
            draft.gtid_mode = setting
                .switch()
                .map_err(|_| only("gtid_mode", "ON and OFF"))?
        }
        "master_auto_position" => {
            let on = setting.switch()?;
            draft.auto_position = Some(on);
            to.positioning = if on {
                Positioning::Gtid
            } else {
                Positioning::FileAndPosition
            };
        }
        "master_use_gtid" => to.positioning = use_gtid(setting)?,
        "read_only" => to.read_only = setting.switch()?,
        "super_read_only" => to.read_only |= setting.switch()?,
        _ => unmodelled(variable, setting)?,
    }
    Ok(())
}

/// Variables that are known but change nothing here: accepted at the value that the model has anyway.
fn unmodelled(variable: &str, setting: &Setting) -> Result<(), String> {
    let value = setting.0.to_ascii_uppercase();
    match variable {
        "binlog_order_commits" if setting.switch()? => Ok(()),
        "binlog_order_commits" => Err(only(variable, "ON")),
        "binlog_format" if value == "ROW" => Ok(()),
        "binlog_format" => Err(only(variable, "ROW")),
        "enforce_gtid_consistency" if value == "WARN" || setting.switch().is_ok() => Ok(()),
        "rpl_semi_sync_master_trace_level" => Ok(()),
        _ => Err(format!("`{variable}` is not modelled yet: leave it out")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::Named;
    use crate::spec::flavour::Written;

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
            "a",
            &Server {
                variables: Named(settings),
                ..Server::default()
            },
        )
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
    fn workers_are_set_by_the_word_of_either_family_but_not_by_both() {
        let words = ["slave_parallel_workers", "slave_parallel_threads"];
        let parallel = ("slave_preserve_commit_order", "ON");
        for (flavour, rest) in [
            (Flavour::MYSQL_80, vec![parallel]),
            (Flavour::MARIADB_1011, vec![]),
        ] {
            for word in words {
                let own = [vec![(word, "4")], rest.clone()].concat();
                assert_eq!(compiled(flavour, None, &own).unwrap().workers, 4);
            }
            let both = words.map(|word| (word, "4"));
            let error = compiled(flavour, None, &both).unwrap_err().to_string();
            assert!(error.contains("does not exist in"), "{error}");
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
    fn every_known_variable_is_set_or_refused_with_a_reason() {
        for (names, place) in KNOWN {
            let flavour = if place == In::Mariadb {
                Flavour::MARIADB_1011
            } else {
                Flavour::MYSQL_80
            };
            let error = compiled(flavour, None, &[(names[0], "nonsense")]);
            let trace_level = names[0] == "rpl_semi_sync_master_trace_level";
            assert!(error.is_err() || trace_level, "{}", names[0]);
        }
    }

    #[test]
    fn the_mode_overrules_all_but_a_server_that_says_it_does_not_acknowledge() {
        let sync = compiled(Flavour::MARIADB_1011, Some(Mode::AfterSync), &[]).unwrap();
        assert!(
            sync.semi_sync_master
                && sync.semi_sync_slave
                && sync.wait_point == WaitPoint::AfterSync
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
}
