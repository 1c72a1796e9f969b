//! START, STOP and RESET of a replica's threads (semantics.md 3, 14.6).

use super::Lab;
use super::machine::Trouble;
use crate::lesson::sql::statement::Threads;
use crate::lesson::sql::threads::Until;
use crate::lesson::store::errors::{Note, SqlError};
use crate::lesson::vocabulary::Refused;
use crate::protocol::effect::{Forgets, Input};
use crate::protocol::flavour_rules::RelayLogs;
use crate::protocol::ids::{ServerId, Span};
use crate::protocol::variables::Positioning;

/// What is noted of threads that are told what they do already.
fn noted(already: bool, of: Refused) -> Vec<Note> {
    let note = Note {
        level: "Note",
        number: of.0,
        text: of.1.to_owned(),
    };
    already.then_some(note).into_iter().collect()
}

impl Lab<'_> {
    pub(super) fn start_slave(
        &mut self,
        id: ServerId,
        threads: Threads,
        until: Option<Until>,
    ) -> Result<Result<Vec<Note>, SqlError>, String> {
        if self.seen.machine(id).upstream.is_none() {
            let text = self.seen.words.errors.no_master;
            return Ok(Err(SqlError::new(1200, "HY000", text)));
        }
        let until = match until
            .map(|said| self.until(id, threads, said))
            .transpose()?
        {
            Some(Err(error)) => return Ok(Err(error)),
            Some(Ok(until)) => Some(until),
            None => None,
        };
        let running = self.running(id);
        let already = (!threads.io || running.io) && (!threads.sql || running.sql);
        let mut notes = noted(already, self.seen.words.applier.already_runs);
        if threads.sql && !running.sql {
            self.seen.machine_mut(id).sql_trouble = Trouble::default();
        }
        let world = &self.simulation.world;
        let by_gtid = world.server(id).variables.positioning == Positioning::Gtid;
        let both = threads.io && threads.sql && !running.io && !running.sql;
        if both && by_gtid && self.seen.rules.relay_logs == RelayLogs::FetchedAgain {
            // Both threads together, with GTIDs: relay logs are deleted and fetched again (semantics.md 3).
            if let Some(upstream) = world.server(id).replica.upstream {
                self.input(Input::ChangeMaster(id, upstream, None));
                self.deletes_relay_logs(id);
            }
        }
        self.tells_slave_pos(id);
        match until {
            Some(_) if !threads.sql => notes.push(Note {
                level: "Note",
                number: 1279,
                text: "SQL thread is not to be started so UNTIL options are ignored".to_owned(),
            }),
            until if threads.sql && !running.sql => self.goes_until(id, until),
            Some(_) | None => {}
        }
        if threads.io {
            self.seen.machine_mut(id).io_trouble = Trouble::default();
            self.input(Input::StartIoThread(id));
        }
        if threads.sql && !running.sql {
            self.seen.takes_skip_counter(id, &self.simulation.world);
        }
        if threads.sql {
            self.input(Input::StartSqlThread(id));
            self.stop_at_until();
        }
        Ok(Ok(notes))
    }

    pub(super) fn stop_slave(&mut self, id: ServerId, threads: Threads) -> Vec<Note> {
        let running = self.running(id);
        let already = (!threads.io || !running.io) && (!threads.sql || !running.sql);
        if self.seen.machine(id).upstream.is_some() {
            // What the SQL thread has done so far decides which relay logs are left.
            let world = &self.simulation.world;
            self.seen.relay_coordinates(id, world);
            if threads.io {
                self.input(Input::StopIoThread(id));
                // The statement waits for the thread, which ends what it has in hand (semantics.md 3).
                while self.simulation.world.server(id).replica.is_leaving() {
                    let next = self.now() + Span::millis(1);
                    self.run_until(next);
                }
            }
            if threads.sql {
                self.seen.leaves_skip_counter(id, &self.simulation.world);
                self.input(Input::StopSqlThread(id));
            }
        }
        noted(already, self.seen.words.applier.already_stopped)
    }

    pub(super) fn reset_slave(
        &mut self,
        id: ServerId,
        forgets: Forgets,
    ) -> Result<Vec<Note>, SqlError> {
        self.must_be_stopped(id, self.seen.words.errors.replica_runs.reset)?;
        self.input(Input::ResetSlave(id, forgets));
        self.seen.forgets_skip_counter(id);
        self.sets_delay(id, 0);
        let machine = self.deletes_relay_logs(id);
        match (forgets, &mut machine.upstream) {
            (Forgets::Positions, Some(known)) => {
                known.start = (String::new(), 4);
                known.server_id = 0;
                known.wrong = None;
            }
            (Forgets::Positions, None) | (Forgets::All, _) => machine.upstream = None,
        }
        Ok(Vec::new())
    }
}
