//! SET of variables, and FLUSH.

use super::waiting::Wait;
use super::{Lab, Reply};
use crate::lesson::show;
use crate::lesson::sql::statement::Flush;
use crate::lesson::store::errors::SqlError;
use crate::plan::dynamic::{self, Change, Refusal};
use crate::protocol::commit_lock::CommitLock;
use crate::protocol::effect::Input;
use crate::protocol::ids::{ServerId, SessionId};

impl Lab<'_> {
    /// `SET GLOBAL`
    pub(super) fn set_global(
        &mut self,
        id: ServerId,
        session: SessionId,
        settings: &[(String, String)],
        text: String,
    ) -> Result<Reply, String> {
        let mut changes = Vec::new();
        for (name, value) in settings {
            let refused = |refusal: Refusal| match refusal {
                Refusal::Unknown => Ok(SqlError::new(
                    1193,
                    "HY000",
                    format!("Unknown system variable '{name}'"),
                )),
                Refusal::ReadOnly => Ok(SqlError::new(
                    1238,
                    "HY000",
                    format!("Variable '{name}' is a read only variable"),
                )),
                Refusal::Value => Ok(SqlError::new(
                    1231,
                    "42000",
                    format!("Variable '{name}' can't be set to the value of '{value}'"),
                )),
                Refusal::NotModelled(why) => Err(why),
            };
            let unknown = self.needs_plugin(id, name) || self.other_words(name);
            match dynamic::set_global(self.seen.flavour, name, value) {
                _ if unknown => {
                    return refused(Refusal::Unknown).map(|error| Reply::Answer(error.printed()));
                }
                Err(refusal) => {
                    return refused(refusal).map(|error| Reply::Answer(error.printed()));
                }
                Ok(change) => changes.push(change),
            }
        }
        for change in changes {
            match change {
                Change::Core(variable) => self.input(Input::Set(id, variable)),
                Change::Shown(name, value) => {
                    self.seen.machine_mut(id).identity.is_set(name, value);
                }
            }
        }
        // It hangs behind commits in progress (semantics.md 8, "Fencing").
        if self.simulation.world.server(id).setting_read_only {
            self.waits(session, Wait::ReadOnly, text);
            return Ok(self.said_or_waits(session));
        }
        Ok(Reply::Answer(show::ok(0, &self.seen.words)))
    }

    /// `FLUSH`
    pub(super) fn flush(
        &mut self,
        id: ServerId,
        session: SessionId,
        what: Flush,
        text: String,
    ) -> Result<Reply, String> {
        match what {
            Flush::ReadLock => return Ok(self.flush_with_read_lock(id, session, text)),
            Flush::BinaryLogs => {
                let files = self.simulation.world.server(id).files.len();
                self.input(Input::Flush(id, CommitLock::RotationWanted));
                self.waits(session, Wait::Rotation(files), text);
                return Ok(self.said_or_waits(session));
            }
            Flush::Logged => {
                let flush = crate::lesson::sql::statement::Change::Flush;
                return self.submit(id, session, flush, text);
            }
            Flush::Status | Flush::Nothing => {}
        }
        Ok(Reply::Answer(show::ok(0, &self.seen.words)))
    }
}
