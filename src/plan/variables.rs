//! A server's variables: the flavour's defaults, the cluster's settings, its own, and what the mode says.

use super::draft::{Draft, Said, apply};
use super::policies;
use crate::protocol::flavour::Flavour;
use crate::protocol::flavour_rules::{CommitOrder, ParallelType};
use crate::protocol::ids::Span;
use crate::protocol::variables::{Positioning, Variables, WaitPoint};
use crate::spec::Error;
use crate::spec::flavour::Written;
use crate::spec::model::{Mode, Model, Positioning as ByWord, Server};

/// The flavour of a server: its own, the model's, or the default. A cluster is of one family: the other one's GTIDs and
/// semi-sync are foreign to it.
pub fn flavour(model: &Model, name: &str, server: &Server) -> Result<Flavour, Error> {
    let cluster = model.flavour.map_or(Flavour::DEFAULT, |written| written.0);
    let Some(Written(own)) = server.flavour else {
        return Ok(cluster);
    };
    if !own.is_kin_of(cluster) {
        let why = format!(
            "`{own}` in a cluster of `{cluster}`: servers of two families are not modelled together"
        );
        return Err(Error::at(format!("servers.{name}.flavour"), why));
    }
    Ok(own)
}

/// The variables of a server, and what else was set.
pub fn variables(
    model: &Model,
    flavour: Flavour,
    name: &str,
    server: &Server,
) -> Result<(Variables, Said), Error> {
    let mut draft = Draft {
        variables: flavour.defaults(),
        gtid_mode: false,
        auto_position: None,
        heartbeat_is_set: false,
        timeout_is_set: false,
        parallel_type: flavour.rules().parallel_type,
        commit_order: flavour.rules().commit_order,
    };
    match model.positioning {
        Some(ByWord::Gtid) => draft.variables.positioning = Positioning::Gtid,
        Some(ByWord::FileAndPosition) => draft.variables.positioning = Positioning::FileAndPosition,
        None => {}
    }
    let own = format!("servers.{name}.variables");
    let mut said = Said::new();
    for (path, settings) in [
        ("variables", &model.variables),
        (own.as_str(), &server.variables),
    ] {
        for (variable, setting) in settings.iter() {
            let fault = |why: String| Error::at(format!("{path}.{variable}"), why);
            if let Some(value) = apply(&mut draft, flavour, variable, setting).map_err(fault)? {
                said.retain(|(known, _)| *known != value.0);
                said.push(value);
            }
        }
    }
    together(model, server, &own, &mut draft)?;
    Ok((draft.variables, said))
}

/// What the settings say together.
fn together(model: &Model, server: &Server, own: &str, draft: &mut Draft) -> Result<(), Error> {
    if draft.auto_position == Some(true) && !draft.gtid_mode {
        return Err(Error::at(
            own,
            "MASTER_AUTO_POSITION=1 needs gtid_mode=ON, as in the server (error 1777)",
        ));
    }
    let variables = &mut draft.variables;
    if variables.workers > 1 && draft.parallel_type == ParallelType::Database {
        return Err(Error::at(
            own,
            "workers by database are not modelled yet: set slave_parallel_type=LOGICAL_CLOCK",
        ));
    }
    if variables.workers > 1 && draft.commit_order == CommitOrder::Any {
        return Err(Error::at(
            own,
            "workers that commit in any order are not modelled yet: set slave_preserve_commit_order=ON",
        ));
    }
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
    Ok(())
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

#[cfg(test)]
mod tests {
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
