//! KILL of connections, of statements and of dump threads (semantics.md 5.5, 14.7).

use super::Lab;
use super::waiting::Wait;
use crate::lesson::show;
use crate::lesson::sql::statement::Killed;
use crate::lesson::store::errors::{Note, SqlError};
use crate::protocol::commit::Phase;
use crate::protocol::effect::Input;
use crate::protocol::ids::{ServerId, SessionId};

/// 1317: a statement was killed.
pub(super) fn interrupted() -> SqlError {
    SqlError::new(1317, "70100", "Query execution was interrupted")
}

impl Lab<'_> {
    pub(super) fn kill(
        &mut self,
        id: ServerId,
        what: Killed,
        connection: u32,
    ) -> Result<Result<Vec<Note>, SqlError>, String> {
        let dumps = show::lists::dump_threads(self, id);
        if let Some((_, replica)) = dumps.into_iter().find(|(known, _)| *known == connection) {
            return match what {
                Killed::Connection => {
                    self.input(Input::KillDump(replica));
                    Ok(Ok(Vec::new()))
                }
                Killed::Query => {
                    Err("KILL QUERY of a dump thread is not modelled: KILL it".to_owned())
                }
            };
        }
        let found = self.sessions_of(id).find(|session| {
            let known = &self.seen.connections[*session];
            known.id == connection && !known.killed
        });
        let Some(session) = found.filter(|_| connection > 0) else {
            let text = format!("Unknown thread id: {connection}");
            return Ok(Err(SqlError::new(1094, "HY000", text)));
        };
        match what {
            Killed::Query => self.kill_query(id, session),
            Killed::Connection => self.kill_connection(id, session),
        }
        Ok(Ok(Vec::new()))
    }

    fn kill_connection(&mut self, id: ServerId, session: SessionId) {
        self.seen.connections[session].killed = true;
        self.unlocks_tables(id, session);
        let waiting = self.seen.connections[session].waiting.take();
        if let Some(waiting) = waiting {
            let text = self.seen.words.errors.lost_connection;
            let lost = SqlError::new(2013, "HY000", text).printed();
            self.gives_up(id, session, &waiting.wait, lost);
        }
        self.seen.connections[session].transaction = None;
        self.input(Input::Kill(session));
    }

    fn kill_query(&mut self, id: ServerId, session: SessionId) {
        if let Some(waiting) = self.seen.connections[session].waiting.take() {
            self.seen.connections[session].interrupted = true;
            let said = match &waiting.wait {
                Wait::Select(select, shape) => {
                    let asker = super::functions::Asker {
                        id,
                        session,
                        typed: waiting.typed,
                    };
                    self.selected(select, asker, &waiting.text, *shape)
                        .unwrap_or_else(|_| interrupted().printed())
                }
                Wait::ReadOnly | Wait::ReadLock | Wait::Rotation(_) => interrupted().printed(),
            };
            self.seen.connections[session].interrupted = false;
            return self.gives_up(id, session, &waiting.wait, said);
        }
        let phase = self.simulation.world.sessions[session].commit.phase;
        // A commit goes on.
        let is_rolled_back = matches!(phase, Phase::RowLock | Phase::Execute | Phase::Held);
        if let Some(running) = &mut self.seen.connections[session].running
            && is_rolled_back
        {
            running.error = Some(interrupted());
        }
        self.input(Input::KillQuery(session));
    }
}
