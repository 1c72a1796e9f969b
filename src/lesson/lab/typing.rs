//! Somebody types a statement: connection, row locks, commit, answer.

use super::connection::{Connection, Does, Running, Shape};
use super::functions::{Asker, Stop};
use super::{CONNECTIONS, Lab, Reply};
use crate::engine::Moment;
use crate::lesson::show;
use crate::lesson::sql::parser::{self, Typed};
use crate::lesson::sql::statement::{Change, Show, Statement};
use crate::lesson::store::errors::{Note, SqlError};
use crate::lesson::store::execute::Context;
use crate::lesson::tables::is_own;
use crate::protocol::effect::{Input, Super};
use crate::protocol::fact::Outcome;
use crate::protocol::ids::{ServerId, SessionId};
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

    /// The same at one of several terminals, numbered from 1: each has a connection of its own.
    pub fn type_at(&mut self, id: ServerId, terminal: u16, line: &str) -> Result<Reply, String> {
        let typed = self.parse(line)?;
        if let Some(error) = self.cannot_connect(id) {
            return Ok(Reply::Answer(error.printed()));
        }
        let mut sessions = self.sessions_of(id);
        let session = sessions.nth(usize::from(terminal.max(1)) - 1);
        let session = session.filter(|session| self.is_idle(*session));
        let session = session.ok_or_else(|| match terminal {
            1..=CONNECTIONS => format!("terminal {terminal} waits for an answer"),
            _ => format!("expected a terminal from 1 to {CONNECTIONS}, not {terminal}"),
        })?;
        self.touch(id, session);
        self.run_typed(id, session, typed)
    }

    /// Everybody who types on a server from here on is this user; root has SUPER, others have not unless it was granted.
    pub fn login(&mut self, id: ServerId, user: &str) -> Result<(), String> {
        let store = &self.seen.machine(id).store;
        let full = format!("'{user}'@'");
        let known = store.users.iter().find(|known| known.starts_with(&full));
        let right = match (user, known) {
            ("root", _) => Super::Granted,
            (_, Some(known)) if store.supers.contains(known) => Super::Granted,
            (_, Some(_)) => Super::Missing,
            (_, None) => {
                let text =
                    format!("Access denied for user '{user}'@'localhost' (using password: YES)");
                return Err(SqlError::new(1045, "28000", text).printed());
            }
        };
        for session in self.sessions_of(id) {
            self.input(Input::Grant(session, right));
            let connection = &mut self.seen.connections[session];
            connection.user = (user != "root").then(|| user.to_owned());
        }
        Ok(())
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
        let connection = &self.seen.connections[session];
        connection.running.is_none()
            && connection.waiting.is_none()
            && connection.said.is_none()
            && !feeding
            && self.simulation.world.can_submit(session)
    }

    /// A connection is opened when it is first used, or when it was killed.
    pub(super) fn touch(&mut self, id: ServerId, session: SessionId) {
        let now = self.now();
        let connection = &mut self.seen.connections[session];
        if connection.id == 0 || connection.killed {
            let (database, user) = (connection.database.take(), connection.user.take());
            *connection = Connection {
                id: self.seen.machines[id].connection(),
                database,
                user,
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
            Life::Absent => 113,
            Life::Silent | Life::Destroyed => 110,
        };
        let name = &self.seen.machine(id).identity.name;
        let text = (self.seen.words.errors.cannot_connect)(name, code);
        Some(SqlError::new(2003, "HY000", text))
    }

    /// Executes a statement of a connection.
    pub(super) fn run_typed(
        &mut self,
        id: ServerId,
        session: SessionId,
        typed: Typed,
    ) -> Result<Reply, String> {
        if let Some(error) = self.seen.words.refuses(&typed.text) {
            self.seen.connections[session].notes = vec![Note::error(&error)];
            return Ok(Reply::Answer(error.printed()));
        }
        if matches!(typed.statement, Statement::Show(Show::Warnings, _)) {
            let grid = show::lists::warnings(&self.seen.connections[session].notes);
            let shown = show::grid(&grid, typed.vertical, &self.seen.words);
            return Ok(Reply::Answer(shown));
        }
        if !self.seen.words.keeps_notes || typed.statement.uses_tables() {
            self.seen.connections[session].notes.clear();
        }
        let reply = self.executes(id, session, typed);
        if let Ok(Reply::Answer(answer)) = &reply
            && let Some(note) = Note::of_answer(answer)
        {
            self.seen.connections[session].notes = vec![note];
        }
        reply
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "it is about these alone")]
    fn executes(
        &mut self,
        id: ServerId,
        session: SessionId,
        typed: Typed,
    ) -> Result<Reply, String> {
        let answer = |text: String| Ok(Reply::Answer(text));
        let shape = if typed.vertical {
            Shape::Vertical
        } else {
            Shape::Table
        };
        let in_transaction = self.seen.connections[session].transaction.is_some();
        if in_transaction && typed.statement.commits_before() {
            let text = typed.text.clone();
            return self.commit(id, session, text, Some(typed));
        }
        match typed.statement {
            Statement::Change(change) => self.submit(id, session, change, typed.text),
            Statement::Begin(snapshot) => Ok(self.begin(id, session, snapshot)),
            Statement::Commit => self.commit(id, session, typed.text, None),
            Statement::Rollback => Ok(self.roll_back(session)),
            Statement::Flush(what) => self.flush(id, session, what, typed.text),
            Statement::UnlockTables => {
                self.unlocks_tables(id, session);
                answer(show::ok(0, &self.seen.words))
            }
            Statement::Use(database) => match is_own(&database)
                || self
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
            Statement::Select(select) => self.select(id, session, select, typed.text, shape),
            Statement::SetNothing => answer(show::ok(0, &self.seen.words)),
            Statement::Show(what, filter) => {
                let database = self.seen.connections[session].database.clone();
                let shown = show::show(
                    self,
                    id,
                    session,
                    (&what, &filter),
                    database.as_deref(),
                    typed.vertical,
                );
                answer(shown)
            }
            Statement::Set(settings) => self.set(id, session, &settings, typed.text),
            other => self.administer(id, session, other).map(Reply::Answer),
        }
    }

    pub(super) fn context(&self, id: ServerId, session: SessionId) -> Context<'_> {
        Context {
            words: &self.seen.words,
            database: self.seen.connections[session].database.as_deref(),
            auto_increment: self.seen.machine(id).identity.auto_increment,
            insert_id: None,
            now: self.seen.seconds(self.now()),
        }
    }

    /// A statement that changes something goes through the commit pipeline.
    pub(super) fn submit(
        &mut self,
        id: ServerId,
        session: SessionId,
        change: Change,
        text: String,
    ) -> Result<Reply, String> {
        if let Some(forbidden) = self.gtid_next_forbids(session) {
            return forbidden;
        }
        if let Some(error) = self.has_locked_itself_out(session) {
            return Ok(Reply::Answer(error.printed()));
        }
        let connection = &self.seen.connections[session];
        let mut tables = change.tables().into_iter();
        let own = tables.find(|table| {
            let database = table.database.as_ref().or(connection.database.as_ref());
            database.is_some_and(|database| is_own(database))
        });
        if let Some(table) = own {
            return Err(format!(
                "changes of the server's own tables, as of {}, are not modelled: CREATE USER and GRANT are",
                table.table
            ));
        }
        if change.is_dml() && connection.no_autocommit && connection.transaction.is_none() {
            self.opens(session);
        }
        let asker = Asker {
            id,
            session,
            typed: self.now(),
        };
        let change = match self.change_resolved(change, asker) {
            Ok(change) => change,
            Err(Stop::Error(error)) => return Ok(Reply::Answer(error.printed())),
            Err(Stop::NotModelled(problem)) => return Err(problem),
            Err(Stop::Waits(_)) => {
                return Err("a statement that waits for itself is not modelled".to_owned());
            }
        };
        let rows = self.rows_of(id, session, &change)?;
        self.submits(asker, Does::Change(change), text, rows)
    }

    /// The answer of a session's statement, when it has come.
    pub fn answer_of(&mut self, session: SessionId) -> Option<String> {
        let id = self.simulation.world.sessions[session].server;
        let connection = &mut self.seen.connections[session];
        if let Some(said) = connection.said.take() {
            return Some(said);
        }
        let (outcome, at) = connection.answer.take()?;
        let running = connection.running.take()?;
        match &running.error {
            None if running.executed.notes.is_empty() => {}
            None => connection.notes = running.executed.notes.clone(),
            Some(error) => connection.notes = vec![Note::error(error)],
        }
        let lost = matches!(outcome, Outcome::Error | Outcome::Unknown);
        match running.does {
            Does::Commit if outcome == Outcome::Ok => {
                // Without the binlog nothing else has released its locks.
                self.forgets_transaction(session);
            }
            Does::Change(_) | Does::Lock(..) if !lost => {}
            Does::Commit | Does::Change(_) | Does::Lock(..) => self.forgets_transaction(session),
        }
        if let Some(first) = running.executed.insert_id {
            self.seen.connections[session].last_insert_id = first;
        }
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
        if let (Outcome::Ok, Some(grid), Does::Lock(_, shape)) =
            (outcome, &running.read, &running.does)
        {
            return show::grid_after(grid, *shape == Shape::Vertical, at - running.typed, words);
        }
        match (outcome, &running.error) {
            (Outcome::Ok, _) => show::query_ok(running, at - running.typed, words),
            (Outcome::Refused, Some(error)) => error.printed(),
            (Outcome::Refused, None) => match self.cannot_connect(id) {
                Some(error) => error.printed(),
                None => {
                    let super_read_only =
                        self.simulation.world.server(id).variables.super_read_only;
                    let option = if super_read_only {
                        "super-read-only"
                    } else {
                        "read-only"
                    };
                    let text = format!(
                        "The {} server is running with the --{option} option so it cannot execute this statement",
                        words.server
                    );
                    SqlError::new(1290, "HY000", text).printed()
                }
            },
            (Outcome::Error | Outcome::Unknown, _) => {
                SqlError::new(2013, "HY000", words.errors.lost_connection).printed()
            }
        }
    }
}
