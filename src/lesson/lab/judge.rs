//! Whether what was executed fits the rows: statements where they are typed, transactions where they are replicated.

use super::machine::Trouble;
use super::seen::Seen;
use crate::engine::{Moment, Verdict};
use crate::lesson::binlog::{Body, Transaction};
use crate::lesson::sql::statement::Change;
use crate::lesson::store::Edit;
use crate::lesson::store::errors::no_table;
use crate::lesson::store::execute::Context;
use crate::lesson::store::replay::{Misfit, replay};
use crate::lesson::store::value::Value;
use crate::protocol::ids::{Gtid, ServerId, SessionId};
use crate::protocol::world::World;

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
        };
        let executed = match machine.store.execute(&running.change, &context) {
            Ok(executed) => executed,
            Err(error) => {
                running.error = Some(error);
                return Verdict::Fails;
            }
        };
        // The counter of AUTO_INCREMENT does not wait for the commit.
        if let Change::Insert(name, ..) = &running.change
            && let Ok(table) = machine.store.id(name, &context)
        {
            for edit in &executed.edits {
                if let Edit::Put(id, _, row) = edit
                    && let Some(auto) = machine.store.table(id).and_then(|table| {
                        table
                            .columns
                            .iter()
                            .position(|column| column.auto_increment)
                    })
                    && let Value::Int(number) = row[auto]
                {
                    let next = Edit::NextAuto(table.clone(), number + 1);
                    machine.store.apply(&next);
                }
            }
        }
        running.transaction = Transaction::of(
            &self.words,
            machine.identity.format,
            &running.change,
            &executed,
            &running.text,
            connection.database.as_deref(),
            timestamp,
        );
        running.executed = executed;
        match running.transaction {
            Some(_) => Verdict::Fits,
            None => Verdict::Nothing,
        }
    }

    /// A SQL thread has executed a transaction: do its rows fit here?
    pub(super) fn judge_replicated(
        &mut self,
        now: Moment,
        id: ServerId,
        gtid: Gtid,
        world: &World,
    ) -> Verdict {
        let Some(transaction) = self.transactions.get(&gtid).cloned() else {
            return Verdict::Fits;
        };
        let words = &self.words;
        let machine = self.machine(id);
        let judged = match &transaction.body {
            Body::Rows(image) => replay(&machine.store, image, words)
                .map_err(|misfit| self.row_trouble(&misfit, &transaction, id, gtid, world)),
            Body::Statement(change, insert_id) => {
                let context = Context {
                    words,
                    database: transaction.database.as_deref(),
                    auto_increment: (1, 1),
                    insert_id: *insert_id,
                };
                let executed = machine.store.execute(change, &context);
                executed.map(|executed| executed.edits).map_err(|error| {
                    let database = transaction.database.as_deref().unwrap_or("");
                    let text = format!(
                        "Error '{}' on query. Default database: '{database}'. Query: '{}'",
                        error.text, transaction.text
                    );
                    (error.number, text)
                })
            }
        };
        match judged {
            Ok(edits) => {
                self.machine_mut(id).executed(gtid, edits);
                Verdict::Fits
            }
            Err((number, text)) => {
                self.machine_mut(id).sql_trouble = Trouble {
                    number,
                    text,
                    at: now,
                };
                Verdict::Fails
            }
        }
    }

    /// A row event does not fit: number and text (semantics.md 8, 10).
    fn row_trouble(
        &self,
        misfit: &Misfit,
        transaction: &Transaction,
        id: ServerId,
        gtid: Gtid,
        world: &World,
    ) -> (u16, String) {
        let Body::Rows(image) = &transaction.body else {
            return (0, String::new());
        };
        let (database, table) = &image.table;
        let event = transaction
            .events
            .iter()
            .rev()
            .find(|event| event.kind.contains("_rows"));
        let kind = event.map_or("Write_rows", |event| event.kind);
        let (file, end) = self.end_of_rows(id, gtid, transaction, world);
        let could_not = |what: String, number: u16, handler: &str| {
            let text = format!(
                "Could not execute {kind} event on table {database}.{table}; {what}, Error_code: {number}; handler error \
                 {handler}; the event's master log {file}, end_log_pos {end}"
            );
            (number, text)
        };
        match misfit {
            Misfit::NoTable => {
                let error = no_table(database, table);
                (1146, format!("Error executing row event: '{}'", error.text))
            }
            Misfit::Conversion(text) => (1677, text.clone()),
            Misfit::Taken(value) => {
                let key = (self.words.errors.primary_key)(table);
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
