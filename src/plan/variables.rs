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
mod tests;
