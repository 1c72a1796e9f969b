//! Policies: the failover manager's, and what happens when no replica acknowledges.

use super::network::needed;
use super::places::Places;
use crate::protocol::ids::{ServerId, Span};
use crate::protocol::setup::{
    CandidateBy, Fencing, Guard, Manager, Rejoin, Return, SemiSyncOnPromotion, SetReadOnly,
};
use crate::protocol::variables::Variables;
use crate::spec::Error;
use crate::spec::model::{self, Candidate, Mode, Model, NoReplica, SemiSync};

/// Whether the policy is modelled.
pub fn no_replica(model: &Model) -> Result<(), Error> {
    match model.no_replica {
        None | Some(NoReplica::FallBackToAsync) => Ok(()),
        Some(NoReplica::DisableWrites) => Ok(()),
        Some(NoReplica::Managed) => Err(Error::at(
            "no_replica",
            "not modelled yet: \"fall_back_to_async\" and \"disable_writes\" are",
        )),
    }
}

/// The guard, under `disable_writes`.
pub fn guard(model: &Model) -> Result<Option<Guard>, Error> {
    if model.no_replica != Some(NoReplica::DisableWrites) {
        return Ok(None);
    }
    if model.mode == Some(Mode::Async) {
        return Err(Error::at(
            "no_replica",
            "\"disable_writes\" needs commits that wait: a `mode` of after_commit or after_sync",
        ));
    }
    let said = &model.guard;
    Ok(Some(Guard {
        on_return: match needed(said.on_return, "guard.return")? {
            model::Return::Blocked => Return::Blocked,
            model::Return::Staged => Return::Staged {
                limit: needed(said.limit, "guard.limit")?.0,
            },
        },
        set_read_only: match needed(said.set_read_only, "guard.set_read_only")? {
            model::SetReadOnly::AtOnce => SetReadOnly::AtOnce,
            model::SetReadOnly::WaitsForCommits => SetReadOnly::WaitsForCommits,
        },
    }))
}

/// Under `disable_writes` commits wait for ever: what contradicts that is an error.
pub fn wait_for_ever(
    model: &Model,
    variables: &mut Variables,
    timeout_is_set: bool,
) -> Result<(), Error> {
    if model.no_replica != Some(NoReplica::DisableWrites) {
        return Ok(());
    }
    let finite = variables.semi_sync_timeout != Span::FOREVER;
    if timeout_is_set && finite || !variables.wait_no_slave {
        return Err(Error::at(
            "no_replica",
            "\"disable_writes\" means commits that wait for ever: leave rpl_semi_sync_master_timeout and \
             rpl_semi_sync_master_wait_no_slave=OFF away",
        ));
    }
    variables.semi_sync_timeout = Span::FOREVER;
    Ok(())
}

/// The failover manager's policy.
pub fn manager(
    manager: &model::Manager,
    policy: Option<NoReplica>,
    servers: &[&str],
) -> Result<Manager, Error> {
    let at = |key: &str| format!("manager.{key}");
    let fencing = match manager.fencing {
        Some(model::Fencing::WhenReachable) | None => Fencing::WhenReachable,
        Some(model::Fencing::Itself) => Fencing::Itself,
        Some(model::Fencing::Never) => Fencing::Never,
    };
    let rejoin = match manager.rejoin {
        Some(model::Rejoin::Never) | None => Rejoin::Never,
        Some(model::Rejoin::AsItIs) => Rejoin::AsItIs,
    };
    if fencing == Fencing::Never && rejoin == Rejoin::AsItIs {
        let problem = "an old master that rejoins is made read-only: `fencing` cannot be \"never\"";
        return Err(Error::at(at("rejoin"), problem));
    }
    Ok(Manager {
        candidate: match needed(manager.candidate, &at("candidate"))? {
            Candidate::Received => CandidateBy::Received,
            Candidate::Executed => CandidateBy::Executed,
        },
        prefer: match &manager.prefer {
            Some(name) => {
                let place = servers.iter().position(|known| known == name);
                let problem = || Error::at(at("prefer"), format!("unknown server `{name}`"));
                let place = place.ok_or_else(|| problem().near(name, servers.iter().copied()))?;
                Some(ServerId(place as u8))
            }
            None => None,
        },
        apply_relay_log_first: needed(manager.apply_relay_log_first, &at("apply_relay_log_first"))?,
        semi_sync: match needed(manager.semi_sync, &at("semi_sync"))? {
            SemiSync::AtOnce => SemiSyncOnPromotion::AtOnce,
            SemiSync::AfterRepoint => SemiSyncOnPromotion::AfterRepoint,
            SemiSync::Off => SemiSyncOnPromotion::Off,
        },
        catch_up_timeout: Span(needed(manager.catch_up_timeout, &at("catch_up_timeout"))?.0),
        quorum: manager
            .quorum
            .unwrap_or(policy == Some(NoReplica::DisableWrites)),
        fencing,
        set_read_only: match manager.set_read_only {
            Some(model::SetReadOnly::AtOnce) => SetReadOnly::AtOnce,
            Some(model::SetReadOnly::WaitsForCommits) | None => SetReadOnly::WaitsForCommits,
        },
        rejoin,
    })
}

/// The site where the manager stands, if it stands in one.
pub fn manager_site(model: &Model, places: &Places) -> Result<Option<usize>, Error> {
    match model
        .manager
        .as_ref()
        .and_then(|manager| manager.site.as_ref())
    {
        Some(name) => Ok(Some(places.site_named(name, "manager.site")?)),
        None => Ok(None),
    }
}
