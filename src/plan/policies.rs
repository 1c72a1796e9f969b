//! What happens when no replica acknowledges: which policies there are, and what they need.

use super::network::needed;
use crate::protocol::ids::Span;
use crate::protocol::setup::{Guard, Return, SetReadOnly};
use crate::protocol::variables::Variables;
use crate::spec::Error;
use crate::spec::model::{self, Mode, Model, NoReplica};

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

/// The keeper of writes, under `disable_writes`.
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
