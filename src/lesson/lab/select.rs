//! SELECT, and the rows that statements lock.

use super::connection::{Does, Running, Shape};
use super::functions::{Asker, Stop};
use super::waiting::Wait;
use super::{Lab, Reply};
use crate::lesson::show;
use crate::lesson::sql::expression::Expression;
use crate::lesson::sql::select::{Item, Locking, Select};
use crate::lesson::sql::statement::{Change, Which};
use crate::lesson::store::execute::Executed;
use crate::lesson::store::{Edit, TableId};
use crate::lesson::tables;
use crate::observe::story::What;
use crate::protocol::fact::Fact;
use crate::protocol::ids::{ServerId, SessionId};
use crate::protocol::rows::Rows;

impl Lab<'_> {
    /// `SELECT`
    pub(super) fn select(
        &mut self,
        id: ServerId,
        session: SessionId,
        select: Select,
        text: String,
        shape: Shape,
    ) -> Result<Reply, String> {
        let asker = Asker {
            id,
            session,
            typed: self.now(),
        };
        if select.from.is_some() {
            let index = self.simulation.world.server(id).committed;
            let read = Fact::WasRead { server: id, index };
            self.seen
                .teller
                .events
                .push((asker.typed, What::Noted(read)));
            let connection = &self.seen.connections[session];
            if connection.no_autocommit && connection.transaction.is_none() {
                self.opens(session);
            }
        }
        match self.selected(&select, asker, &text, shape) {
            Ok(said) => Ok(Reply::Answer(said)),
            Err(Stop::Error(error)) => Ok(Reply::Answer(error.printed())),
            Err(Stop::NotModelled(problem)) => Err(problem),
            Err(Stop::Waits(_)) if select.locking == Locking::ForUpdate => {
                self.locks(asker, select, text, shape)
            }
            Err(Stop::Waits(until)) => {
                self.waits(session, Wait::Select(Box::new(select), shape), text, until);
                Ok(self.said_or_waits(session))
            }
        }
    }

    /// What a SELECT is answered, unless it has to wait.
    pub(super) fn selected(
        &mut self,
        select: &Select,
        asker: Asker,
        text: &str,
        shape: Shape,
    ) -> Result<String, Stop> {
        let mut select = self.select_resolved(select, asker)?;
        if select.locking == Locking::ForUpdate && select.from.is_some() {
            return Err(Stop::Waits(None));
        }
        let reader = tables::Reader {
            id: asker.id,
            session: asker.session,
            text,
        };
        let own = match tables::read(self, reader, &select)? {
            Some((shown, full)) => {
                select = full;
                Some(shown)
            }
            None if select.from.is_some() => self.consistent_read(asker.id, asker.session),
            None => None,
        };
        let context = self.context(asker.id, asker.session);
        let store = own.as_ref().unwrap_or(&self.seen.machine(asker.id).store);
        let grid = store.select(&select, &context);
        let took = self.now() - asker.typed;
        let vertical = shape == Shape::Vertical;
        grid.map(|grid| show::grid_after(&grid, vertical, took, &self.seen.words))
            .map_err(Stop::Error)
    }

    fn select_resolved(&self, select: &Select, asker: Asker) -> Result<Select, Stop> {
        let mut select = select.clone();
        for item in &mut select.items {
            if let Item::Value(value, _) = item {
                *value = self.resolved(value, asker)?;
            }
        }
        if let Some(condition) = &mut select.condition {
            *condition = self.resolved(condition, asker)?;
        }
        for (by, _) in &mut select.order {
            *by = self.resolved(by, asker)?;
        }
        Ok(select)
    }

    /// A statement that changes rows, with what server, session and clock say filled in.
    pub(super) fn change_resolved(&self, change: Change, asker: Asker) -> Result<Change, Stop> {
        let resolved = |of: &Expression| self.resolved(of, asker);
        let which = |which: Which| {
            let condition = which.condition.as_ref().map(&resolved).transpose()?;
            Ok(Which { condition, ..which })
        };
        #[expect(clippy::wildcard_enum_match_arm, reason = "the others have no values")]
        Ok(match change {
            Change::Insert(table, columns, rows) => {
                let row = |row: Vec<Expression>| row.iter().map(resolved).collect::<Result<_, _>>();
                let rows = rows.into_iter().map(row).collect::<Result<_, _>>()?;
                Change::Insert(table, columns, rows)
            }
            Change::Update(table, sets, rows) => {
                let set = |(name, of): (String, Expression)| Ok((name, resolved(&of)?));
                let sets = sets.into_iter().map(set).collect::<Result<_, _>>()?;
                Change::Update(table, sets, which(rows)?)
            }
            Change::Delete(table, rows) => Change::Delete(table, which(rows)?),
            other => other,
        })
    }

    /// `SELECT ... FOR UPDATE`: it waits for the locks of its rows.
    fn locks(
        &mut self,
        asker: Asker,
        select: Select,
        text: String,
        shape: Shape,
    ) -> Result<Reply, String> {
        let select = match self.select_resolved(&select, asker) {
            Ok(select) => select,
            Err(_) => return Err("FOR UPDATE of what waits is not modelled".to_owned()),
        };
        let Some(name) = select.from.clone() else {
            return Err("FOR UPDATE without a table is not modelled".to_owned());
        };
        // It locks what a DELETE would.
        let which = Which {
            condition: select.condition.clone(),
            limit: None,
        };
        let rows = self.rows_of(asker.id, asker.session, &Change::Delete(name, which))?;
        let does = Does::Lock(Box::new(select), shape);
        self.submits(asker, does, text, rows)
    }

    /// A statement goes to the server and waits for its row locks, unless somebody waits for this session's.
    pub(super) fn submits(
        &mut self,
        asker: Asker,
        does: Does,
        text: String,
        rows: Rows,
    ) -> Result<Reply, String> {
        if let Some(error) = self.deadlocks(asker.session, &rows) {
            return Ok(Reply::Answer(error.printed()));
        }
        let connection = &mut self.seen.connections[asker.session];
        connection.answer = None;
        connection.running = Some(Running::new(does, text, asker.typed));
        self.simulation.submit(asker.session, rows, &mut self.seen);
        Ok(Reply::Waits(asker.session))
    }

    /// The rows that a statement locks: what others change has to wait for it.
    #[expect(clippy::wildcard_enum_match_arm, reason = "it is about these alone")]
    pub(super) fn rows_of(
        &self,
        id: ServerId,
        session: SessionId,
        change: &Change,
    ) -> Result<Rows, String> {
        let context = self.context(id, session);
        let store = &self.seen.machine(id).store;
        let open = self.seen.connections[session].transaction.as_ref();
        let own = open.map(|open| open.on(store));
        let store = own.as_ref().unwrap_or(store);
        let (Change::Update(name, ..) | Change::Delete(name, ..) | Change::Insert(name, ..)) =
            change
        else {
            return Ok(Rows::default());
        };
        let Ok((table, _)) = store.existing(name, &context) else {
            return Ok(Rows::default()); // an error, when it is executed
        };
        let keys: Vec<u32> = match change {
            // A new row is locked by its key, if the statement says it.
            Change::Insert(..) => match store.execute(change, &context) {
                Ok(executed) if executed.insert_id.is_none() => locked(&table, &executed),
                _ => Vec::new(),
            },
            _ => store
                .execute(change, &context)
                .map(|executed| locked(&table, &executed))
                .unwrap_or_default(),
        };
        Ok(Rows::new(keys))
    }
}

/// Row locks of the keys that a statement touches, as the core numbers rows.
fn locked(table: &TableId, executed: &Executed) -> Vec<u32> {
    let keys = executed.edits.iter().filter_map(|edit| match edit {
        Edit::Put(_, key, _) | Edit::Remove(_, key) => Some(key),
        Edit::User(_)
        | Edit::NoUser(_)
        | Edit::Super(_)
        | Edit::Database(_)
        | Edit::NoDatabase(_)
        | Edit::Table(..)
        | Edit::NoTable(_)
        | Edit::NextAuto(..) => None,
    });
    // FNV-1a: the same on every platform.
    let hash = |text: String| {
        let step = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
        text.bytes().fold(0x811c_9dc5, step)
    };
    keys.map(|key| hash(format!("{}.{}.{key}", table.0, table.1)))
        .collect()
}
