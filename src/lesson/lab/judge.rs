//! Whether what was executed fits the rows: statements where they are typed, transactions where they are replicated.

use super::connection::Does;
use super::machine::Trouble;
use super::positions::Coordinates;
use super::reshaped::reshaped;
use super::seen::Seen;
use crate::engine::{Moment, Verdict};
use crate::lesson::binlog::{Body, Done, Logged, Transaction};
use crate::lesson::store::errors::no_table;
use crate::lesson::store::execute::{Context, RowsImage};
use crate::lesson::store::replay::{Misfit, replay};
use crate::lesson::store::{Edit, Store};
use crate::lesson::vocabulary;
use crate::protocol::ids::{Gtid, ServerId, SessionId};
use crate::protocol::world::World;

/// An error of an applier.
struct Failed {
    number: u16,
    text: String,
    /// The end of the event in the source's binlog.
    end: Coordinates,
}

impl Seen {
    /// A session's statement has its row locks: what does it change?
    pub(super) fn judge_statement(&mut self, now: Moment, id: SessionId, world: &World) -> Verdict {
        let server = world.sessions[id].server;
        let timestamp = self.seconds(now);
        let connection = &mut self.connections[id];
        let Some(running) = &mut connection.running else {
            return Verdict::Nothing;
        };
        let machine = &mut self.machines[server];
        let context = Context {
            words: &self.words,
            database: connection.database.as_deref(),
            auto_increment: machine.identity.auto_increment,
            insert_id: None,
            now: timestamp,
        };
        let open = connection.transaction.as_mut();
        let edits = |done: &[Done]| {
            let edits = done.iter().flat_map(|done| done.executed.edits.clone());
            edits.collect()
        };
        let (change, open) = match (&running.does, open) {
            (Does::Commit, Some(open)) => {
                let format = machine.identity.format;
                running.transaction = Transaction::of(&self.words, format, &open.done, open.since);
                running.executed.edits = edits(&open.done);
                if connection.no_log_bin {
                    machine.changes_unlogged(running.executed.edits.clone());
                    return Verdict::Nothing;
                }
                return match running.transaction {
                    Some(_) => Verdict::Fits,
                    None => Verdict::Nothing,
                };
            }
            (Does::Commit, None) => return Verdict::Nothing,
            (Does::Lock(select, _), open) => {
                let store = open.map(|open| open.on(&machine.store));
                let store = store.as_ref().unwrap_or(&machine.store);
                return match store.select(select, &context) {
                    Ok(grid) => {
                        running.read = Some(grid);
                        Verdict::Nothing
                    }
                    Err(error) => {
                        running.error = Some(error);
                        Verdict::Fails
                    }
                };
            }
            (Does::Change(change), open) => (change, open),
        };
        // Its own changes are there already.
        let own = open.as_ref().map(|open| open.on(&machine.store));
        let store = own.as_ref().unwrap_or(&machine.store);
        let mut next_auto = None;
        let executed = store.execute_and_count(change, &context, &mut next_auto);
        // The counter waits for no commit.
        if let Some(next) = next_auto {
            machine.store.apply(&next);
        }
        let executed = match executed {
            Ok(executed) => executed,
            Err(error) => {
                running.error = Some(error);
                return Verdict::Fails;
            }
        };
        running.executed = executed;
        let done = Done {
            change: change.clone(),
            executed: running.executed.clone(),
            text: running.text.clone(),
            database: connection.database.clone(),
        };
        if let Some(open) = open {
            if open.done.is_empty() {
                open.since = timestamp;
            }
            open.done.push(done);
            return Verdict::Nothing;
        }
        if connection.no_log_bin {
            machine.changes_unlogged(running.executed.edits.clone());
            return Verdict::Nothing;
        }
        let format = machine.identity.format;
        running.transaction = Transaction::of(&self.words, format, &[done], timestamp);
        match running.transaction {
            Some(_) => Verdict::Fits,
            None => Verdict::Nothing,
        }
    }

    /// A SQL thread has executed a transaction: do its rows fit here?
    pub(super) fn judge_replicated(
        &mut self,
        now: Moment,
        (id, worker): (ServerId, u8),
        (index, gtid): (u64, Gtid),
        world: &World,
    ) -> Verdict {
        let Some(transaction) = self.transactions.get(&gtid).cloned() else {
            return Verdict::Fits;
        };
        if self.is_until(id, index, world) {
            return Verdict::NotYet;
        }
        if self.skips(id, index, world) {
            self.machine_mut(id).executed(gtid, Vec::new());
            return Verdict::Skipped;
        }
        let machine = self.machine(id);
        let judged = match transaction.statements.as_slice() {
            [one] => self
                .replicated(&machine.store, one, id, gtid, world)
                .map(|edits| vec![edits]),
            all => {
                // Each statement meets what those before it have changed.
                let mut store = machine.store.clone();
                let each = all.iter().map(|one| {
                    let more = self.replicated(&store, one, id, gtid, world)?;
                    more.iter().for_each(|edit| store.apply(edit));
                    Ok(more)
                });
                each.collect()
            }
        };
        let workers = world.server(id).variables.workers;
        let judged = judged.map_err(|failed| match self.words.errors.coordinator {
            Some(said) if workers > 0 => {
                let (file, end) = &failed.end;
                let gtid = self.gtid_text(gtid);
                let of = vocabulary::Failed {
                    worker: u32::from(worker) + 1,
                    gtid: &gtid,
                    file,
                    end: *end,
                };
                let reason = format!("{}; {}", of.sentence(self.words.source), failed.text);
                (failed.number, said(&of), reason)
            }
            _ => (failed.number, failed.text.clone(), failed.text),
        });
        match judged {
            Ok(edits) => {
                let own = reshaped(self, &self.machine(id).store, &transaction, &edits);
                self.machine_mut(id)
                    .reshaped
                    .extend(own.map(|own| (gtid, own)));
                let mut bodies = transaction.statements.iter().map(|one| &one.body);
                let has_rows = bodies.any(|body| matches!(body, Body::Rows(_)));
                self.machine_mut(id).worker_has_applied |= has_rows;
                self.machine_mut(id).executed(gtid, edits.concat());
                Verdict::Fits
            }
            Err((number, text, reason)) => {
                let at = now;
                let of_worker = Trouble {
                    number,
                    text: reason,
                    at,
                };
                self.worker_fails(id, worker, of_worker);
                self.machine_mut(id).sql_trouble = Trouble { number, text, at };
                Verdict::Fails
            }
        }
    }

    /// What one statement of a transaction changes on a replica; else the error.
    fn replicated(
        &self,
        store: &Store,
        statement: &Logged,
        id: ServerId,
        gtid: Gtid,
        world: &World,
    ) -> Result<Vec<Edit>, Failed> {
        let transaction = self.transactions.get(&gtid);
        let behind = transaction.map_or(0, |known| known.behind(statement));
        // Only an error says where it is: to find the place takes a walk through the binlog.
        let end = || self.end_of_rows(id, gtid, behind, world);
        match &statement.body {
            Body::Rows(image) => replay(store, image, &self.words).map_err(|misfit| {
                let end = end();
                let (number, text) = self.row_trouble(&misfit, statement, image, gtid, &end);
                Failed { number, text, end }
            }),
            Body::Statement(change, insert_id) => {
                let context = Context {
                    words: &self.words,
                    database: statement.database.as_deref(),
                    auto_increment: (1, 1),
                    insert_id: *insert_id,
                    now: self
                        .transactions
                        .get(&gtid)
                        .map_or(0, |known| known.timestamp),
                };
                let executed = store.execute(change, &context);
                executed.map(|executed| executed.edits).map_err(|error| {
                    let database = statement.database.as_deref().unwrap_or("");
                    let text = format!(
                        "Error '{}' on query. Default database: '{database}'. Query: '{}'",
                        error.text, statement.text
                    );
                    Failed {
                        number: error.number,
                        text,
                        end: end(),
                    }
                })
            }
        }
    }

    /// A row event does not fit: number and text (semantics.md 8, 10).
    fn row_trouble(
        &self,
        misfit: &Misfit,
        statement: &Logged,
        image: &RowsImage,
        gtid: Gtid,
        (file, end): &Coordinates,
    ) -> (u16, String) {
        let (database, table) = &image.table;
        let transaction = self.transactions.get(&gtid);
        let event = transaction.and_then(|known| known.events.get(statement.last));
        let kind = event.map_or("Write_rows", |event| event.kind);
        let source = self.words.source;
        let could_not = |what: String, number: u16, handler: &str| {
            let text = format!(
                "Could not execute {kind} event on table {database}.{table}; {what}, Error_code: {number}; handler error \
                 {handler}; the event's {source} log {file}, end_log_pos {end}"
            );
            (number, text)
        };
        match misfit {
            Misfit::NoTable => {
                let error = no_table(database, table);
                (1146, format!("Error executing row event: '{}'", error.text))
            }
            Misfit::Conversion(text) => (self.words.errors.conversion.0, text.clone()),
            Misfit::Taken(key, value) => {
                let key = (self.words.errors.primary_key)(table).replace("PRIMARY", key);
                let what = format!("Duplicate entry '{value}' for key '{key}'");
                could_not(what, 1062, "HA_ERR_FOUND_DUPP_KEY")
            }
            Misfit::NotFound { by_index } => {
                let handler = match by_index {
                    true => "HA_ERR_KEY_NOT_FOUND",
                    false => "HA_ERR_END_OF_FILE",
                };
                could_not(format!("Can't find record in '{table}'"), 1032, handler)
            }
        }
    }
}
