//! Somebody types a statement: connection, row locks, commit, answer.

use super::seen::{Connection, Running};
use super::{CONNECTIONS, Lab, Reply};
use crate::engine::Moment;
use crate::lesson::show;
use crate::lesson::sql::parser::{self, Typed};
use crate::lesson::sql::statement::{Change, Statement};
use crate::lesson::store::errors::SqlError;
use crate::lesson::store::execute::{Context, Executed};
use crate::lesson::store::{Edit, TableId};
use crate::observe::story::What;
use crate::protocol::fact::{Fact, Outcome};
use crate::protocol::ids::{ServerId, SessionId};
use crate::protocol::rows::Rows;
use crate::protocol::server::Life;

impl Lab<'_> {
    /// Somebody types a statement on a server.
    pub fn type_statement(&mut self, id: ServerId, line: &str) -> Result<Reply, String> {
        let typed = self.parse(line)?;
        if let Some(error) = self.cannot_connect(id) {
            return Ok(Reply::Answer(error.printed()));
        }
        let session = self.idle_session(id).ok_or_else(|| {
            format!(
                "all {CONNECTIONS} connections to {} hang",
                self.seen.machine(id).identity.name
            )
        })?;
        self.touch(id, session);
        self.run_typed(id, session, typed)
    }

    /// A statement as these servers read it.
    pub(super) fn parse(&self, line: &str) -> Result<Typed, String> {
        let (words, flavour) = (&self.seen.words, self.seen.flavour);
        parser::parse_for(line, |comment| words.executes(flavour, comment))
            .map_err(|misread| misread.said(words.server))
    }

    /// A first idle session, whose terminal was not killed.
    pub(super) fn idle_session(&self, id: ServerId) -> Option<SessionId> {
        self.sessions_of(id).find(|session| self.is_idle(*session))
    }

    /// Whether a session waits for nothing, types for no feed, and its server listens to it.
    pub(super) fn is_idle(&self, session: SessionId) -> bool {
        let feeding = self.feeds.iter().any(|feed| feed.uses(session));
        self.seen.connections[session].running.is_none()
            && !feeding
            && self.simulation.world.can_submit(session)
    }

    /// A connection is opened when it is first used, or when it was killed.
    pub(super) fn touch(&mut self, id: ServerId, session: SessionId) {
        let now = self.now();
        let connection = &mut self.seen.connections[session];
        if connection.id == 0 || connection.killed {
            let database = connection.database.take();
            *connection = Connection {
                id: self.seen.machines[id].connection(),
                database,
                ..Connection::default()
            };
        }
        connection.since = now;
    }

    /// Error 2003, if a server answers nobody.
    pub(super) fn cannot_connect(&self, id: ServerId) -> Option<SqlError> {
        let code = match self.simulation.world.server(id).life {
            Life::Up => return None,
            Life::Dead => 111,
            Life::Silent | Life::Destroyed => 110,
        };
        let name = &self.seen.machine(id).identity.name;
        let text = (self.seen.words.errors.cannot_connect)(name, code);
        Some(SqlError::new(2003, "HY000", text))
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "it is about these alone")]
    pub(super) fn run_typed(
        &mut self,
        id: ServerId,
        session: SessionId,
        typed: Typed,
    ) -> Result<Reply, String> {
        let answer = |text: String| Ok(Reply::Answer(text));
        match typed.statement {
            Statement::Change(change) => {
                self.submit(id, session, change, typed.text)?;
                Ok(Reply::Waits(session))
            }
            Statement::Use(database) => match self
                .seen
                .machine(id)
                .store
                .databases
                .contains_key(&database)
            {
                true => {
                    self.seen.connections[session].database = Some(database);
                    answer("Database changed".to_owned())
                }
                false => {
                    let text = format!("Unknown database '{database}'");
                    answer(SqlError::new(1049, "42000", text).printed())
                }
            },
            Statement::Select(select) => {
                let index = self.simulation.world.server(id).committed;
                let read = Fact::WasRead { server: id, index };
                let now = self.now();
                self.seen.teller.events.push((now, What::Noted(read)));
                let context = self.context(id, session);
                let grid = self.seen.machine(id).store.select(&select, &context);
                answer(match grid {
                    Ok(grid) => show::grid(&grid, typed.vertical, &self.seen.words),
                    Err(error) => error.printed(),
                })
            }
            Statement::SelectVariables(names) => {
                answer(self.select_variables(id, &names, typed.vertical))
            }
            Statement::Show(what) => {
                let database = self.seen.connections[session].database.clone();
                let shown = show::show(
                    self,
                    id,
                    session,
                    &what,
                    database.as_deref(),
                    typed.vertical,
                );
                answer(shown)
            }
            other => self.administer(id, other).map(Reply::Answer),
        }
    }

    pub(super) fn context(&self, id: ServerId, session: SessionId) -> Context<'_> {
        Context {
            words: &self.seen.words,
            database: self.seen.connections[session].database.as_deref(),
            auto_increment: self.seen.machine(id).identity.auto_increment,
            insert_id: None,
        }
    }

    /// A statement that changes something goes through the commit pipeline.
    pub(super) fn submit(
        &mut self,
        id: ServerId,
        session: SessionId,
        change: Change,
        text: String,
    ) -> Result<(), String> {
        let rows = self.rows_of(id, session, &change)?;
        let now = self.now();
        let connection = &mut self.seen.connections[session];
        connection.answer = None;
        connection.running = Some(Running::new(change, text, now));
        self.simulation.submit(session, rows, &mut self.seen);
        Ok(())
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

    /// The answer of a session's statement, when it has come.
    pub fn answer_of(&mut self, session: SessionId) -> Option<String> {
        let id = self.simulation.world.sessions[session].server;
        let connection = &mut self.seen.connections[session];
        let (outcome, at) = connection.answer.take()?;
        let running = connection.running.take()?;
        Some(self.printed(id, &running, outcome, at))
    }

    pub(super) fn printed(
        &self,
        id: ServerId,
        running: &Running,
        outcome: Outcome,
        at: Moment,
    ) -> String {
        let words = &self.seen.words;
        match (outcome, &running.error) {
            (Outcome::Ok, _) => show::query_ok(running, at - running.typed, words),
            (Outcome::Refused, Some(error)) => error.printed(),
            (Outcome::Refused, None) => match self.cannot_connect(id) {
                Some(error) => error.printed(),
                None => {
                    let server = words.server;
                    SqlError::new(
                        1290,
                        "HY000",
                        format!(
                            "The {server} server is running with the --read-only option so it cannot execute this statement"
                        ),
                    )
                    .printed()
                }
            },
            (Outcome::Error | Outcome::Unknown, _) => {
                SqlError::new(2013, "HY000", words.errors.lost_connection).printed()
            }
        }
    }
}

/// Row locks of the keys that a statement touches, as the core numbers rows.
fn locked(table: &TableId, executed: &Executed) -> Vec<u32> {
    let keys = executed.edits.iter().filter_map(|edit| match edit {
        Edit::Put(_, key, _) | Edit::Remove(_, key) => Some(key),
        Edit::User(_)
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
