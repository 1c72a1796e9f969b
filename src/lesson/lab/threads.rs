//! START, STOP and RESET of a replica's threads (semantics.md 3, 14.6).

use super::Lab;
use super::machine::Trouble;
use crate::lesson::sql::statement::Threads;
use crate::lesson::sql::threads::Until;
use crate::lesson::store::errors::{Note, SqlError};
use crate::lesson::vocabulary::{RelayEvents, Said};
use crate::protocol::effect::{Forgets, Input};
use crate::protocol::flavour_rules::RelayLogs;
use crate::protocol::ids::{ServerId, Span};
use crate::protocol::variables::Positioning;

/// What is noted of threads that are told what they do already.
fn noted(already: bool, of: Said) -> Vec<Note> {
    already.then(|| Note::said(of)).into_iter().collect()
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
            let machine = self.seen.machine_mut(id);
            machine.sql_trouble = Trouble::default();
            machine.worker_has_applied = false;
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
        if self.seen.machine(id).relay.is_ended() {
            let own = self.seen.relay_head(id, &self.simulation.world);
            self.seen.machine_mut(id).relay.begins_again(own);
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
        let before = self.seen.machine(id).upstream.as_ref();
        let before = before.map(|known| known.using_gtid);
        self.input(Input::ResetSlave(id, forgets));
        self.seen.forgets_skip_counter(id);
        self.sets_delay(id, 0);
        let rotates = self.seen.words.events.relay == RelayEvents::Rotates;
        let machine = self.deletes_relay_logs(id);
        if rotates && forgets == Forgets::Positions {
            machine.relay.ends_with_stop(machine.identity.server_id);
        }
        match (forgets, &mut machine.upstream) {
            (Forgets::Positions, Some(known)) => {
                known.start = (String::new(), 4);
                known.wrong = None;
                if rotates {
                    known.uuid.clear();
                    known.kept_server_id = known.server_id;
                }
                known.server_id = 0;
            }
            (Forgets::Positions, None) | (Forgets::All, _) => machine.upstream = None,
        }
        Ok(before
            .and_then(|before| self.asks_by_gtid_again(id, before))
            .into_iter()
            .collect())
    }

    /// What was asked for by position is asked for by GTID from here on, where that is the default.
    fn asks_by_gtid_again(&mut self, id: ServerId, before: &'static str) -> Option<Note> {
        let words = self.seen.words;
        if words.change_master != Positioning::Gtid || before != "No" {
            return None;
        }
        if let Some(upstream) = self.simulation.world.server(id).replica.upstream {
            self.input(Input::ChangeMaster(id, upstream, None));
        }
        if let Some(known) = &mut self.seen.machine_mut(id).upstream {
            known.using_gtid = "Slave_Pos";
        }
        Some(Note::implicit("RESET SLAVE", before, "Slave_Pos"))
    }
}
