//! SET of variables, and FLUSH.

use super::functions::{Asker, Stop};
use super::set_gtids::{NotTold, Told};
use super::waiting::Wait;
use super::{Lab, Reply};
use crate::lesson::show;
use crate::lesson::sql::expression::Expression;
use crate::lesson::sql::statement::{self, Flush, Scope, Setting};
use crate::lesson::store::errors::{Clause, Note, SqlError};
use crate::lesson::store::evaluate;
use crate::lesson::store::value::Value;
use crate::lesson::vocabulary::applier::SkipCounter;
use crate::plan::dynamic::{self, Change, Refusal};
use crate::protocol::commit_lock::CommitLock;
use crate::protocol::effect::Input;
use crate::protocol::ids::{ServerId, SessionId};
use crate::protocol::variables::Variable;
use crate::spec::catalogue::{self, Special};

/// Variables that a connection has of its own and of which nothing here depends.
const OF_SESSION: [&str; 36] = [
    "character_set_client",
    "character_set_connection",
    "character_set_results",
    "collation_connection",
    "completion_type",
    "default_storage_engine",
    "foreign_key_checks",
    "group_concat_max_len",
    "interactive_timeout",
    "join_buffer_size",
    "lock_wait_timeout",
    "long_query_time",
    "max_allowed_packet",
    "max_error_count",
    "max_execution_time",
    "max_heap_table_size",
    "max_statement_time",
    "net_read_timeout",
    "net_write_timeout",
    "optimizer_switch",
    "profiling",
    "session_track_gtids",
    "sort_buffer_size",
    "sql_auto_is_null",
    "sql_mode",
    "sql_notes",
    "sql_quote_show_create",
    "sql_safe_updates",
    "sql_select_limit",
    "sql_warnings",
    "time_zone",
    "tmp_table_size",
    "transaction_isolation",
    "tx_isolation",
    "unique_checks",
    "wait_timeout",
];

/// What a SET changes in the server.
enum Sets {
    /// A variable.
    Variable(Change),
    /// What it is told to have executed.
    Told(Told),
    /// `sql_slave_skip_counter`
    SkipCounter(u32),
}

/// Why a SET is not done.
enum Unset {
    Error(SqlError),
    NotModelled(String),
}

impl Lab<'_> {
    /// `SET`
    pub(super) fn set(
        &mut self,
        id: ServerId,
        session: SessionId,
        settings: &[Setting],
        text: String,
    ) -> Result<Reply, String> {
        // All of it is read before any of it is done.
        let mut changes = Vec::new();
        let mut notes = Vec::new();
        for setting in settings {
            let checked = self.checked(id, session, setting);
            match checked {
                Ok((value, _)) if setting.scope == Scope::Own => {
                    // Those behind it may read it.
                    let own = &mut self.seen.connections[session].variables;
                    own.insert(setting.name.clone(), value);
                }
                Ok((value, change)) => {
                    let (name, said) = (&setting.name, value.to_string());
                    let is_other = dynamic::truncated(self.seen.flavour, name, &said).is_some();
                    let is_number = match change {
                        Some(Sets::Variable(_) | Sets::SkipCounter(_)) => true,
                        Some(Sets::Told(_)) | None => false,
                    };
                    if is_number && is_other {
                        notes.push(Note::truncated(name, &said));
                    }
                    changes.push((setting, value, change));
                }
                Err(Unset::Error(error)) => return Ok(Reply::Answer(error.printed())),
                Err(Unset::NotModelled(problem)) => return Err(problem),
            }
        }
        for (setting, value, change) in changes {
            match setting.scope {
                Scope::Own => {}
                Scope::Session if matches!(change, Some(Sets::SkipCounter(_))) => {
                    match self.changes(id, change) {
                        Ok(note) => notes.extend(note),
                        Err(error) => return Ok(Reply::Answer(error.printed())),
                    }
                }
                Scope::Session => {
                    if let Some(said) = self.sets_of_session(id, session, setting, &value) {
                        return said;
                    }
                }
                Scope::Global => match self.changes(id, change) {
                    Ok(note) => notes.extend(note),
                    Err(error) => return Ok(Reply::Answer(error.printed())),
                },
                Scope::Persist | Scope::PersistOnly => {
                    self.configure(id, &setting.name, &value.to_string())?;
                    if setting.scope == Scope::Persist
                        && let Err(error) = self.changes(id, change)
                    {
                        return Ok(Reply::Answer(error.printed()));
                    }
                }
            }
        }
        // It hangs behind commits in progress (semantics.md 8, "Fencing").
        if self.simulation.world.server(id).setting_read_only {
            self.waits(session, Wait::ReadOnly, text, None);
            return Ok(self.said_or_waits(session));
        }
        let warnings = notes.len() as u32;
        if warnings > 0 {
            self.seen.connections[session].notes = notes;
        }
        Ok(Reply::Answer(show::ok(warnings, &self.seen.words)))
    }

    /// It is done; what is warned of.
    fn changes(&mut self, id: ServerId, change: Option<Sets>) -> Result<Option<Note>, SqlError> {
        match change {
            Some(Sets::Variable(Change::Core(variable))) => {
                self.input(Input::Set(id, variable));
                // MySQL's super_read_only holds only beside read_only.
                if variable == Variable::ReadOnly(false) && !self.seen.words.read_only_admin {
                    self.input(Input::Set(id, Variable::SuperReadOnly(false)));
                }
            }
            Some(Sets::Variable(Change::Shown(name, value))) => {
                self.seen.machine_mut(id).identity.is_set(name, value);
            }
            Some(Sets::Told(told)) => return Ok(self.tells(id, told)),
            Some(Sets::SkipCounter(to)) => {
                let world = &self.simulation.world;
                return self.seen.sets_skip_counter(id, to, world);
            }
            None => {}
        }
        Ok(None)
    }

    /// The value of a setting, and what it changes in the server.
    fn checked(
        &self,
        id: ServerId,
        session: SessionId,
        setting: &Setting,
    ) -> Result<(Value, Option<Sets>), Unset> {
        let asker = Asker {
            id,
            session,
            typed: self.now(),
        };
        let name = catalogue::plain(&setting.name);
        let value = self.value_set(setting, asker).map_err(|stop| match stop {
            Stop::Error(error) => Unset::Error(error),
            Stop::NotModelled(problem) => Unset::NotModelled(problem),
            Stop::Waits(_) => Unset::NotModelled("SET to what waits is not modelled".to_owned()),
        })?;
        let wrong = |number: u16, state: &'static str, text: String| {
            Unset::Error(SqlError::new(number, state, text))
        };
        let unknown = || {
            wrong(
                1193,
                "HY000",
                format!("Unknown system variable '{}'", setting.name),
            )
        };
        let missing = self.needs_plugin(id, &name) || self.other_words(&name);
        match setting.scope {
            Scope::Own => return Ok((value, None)),
            Scope::Session
                if name == "sql_slave_skip_counter"
                    && self.seen.words.applier.skip_counter == SkipCounter::OfReplica => {}
            Scope::Session => {
                let known = [
                    "autocommit",
                    "gtid_next",
                    "last_insert_id",
                    "sql_log_bin",
                    "innodb_lock_wait_timeout",
                ];
                let is_own = known.contains(&name.as_str()) || OF_SESSION.contains(&name.as_str());
                return match (missing, is_own) {
                    (true, _) => Err(unknown()),
                    (false, true) => Ok((value, None)),
                    (false, false) => Err(wrong(
                        1229,
                        "HY000",
                        format!(
                            "Variable '{}' is a GLOBAL variable and should be set with SET GLOBAL",
                            setting.name
                        ),
                    )),
                };
            }
            Scope::Persist | Scope::PersistOnly if !self.seen.words.has_persist => {
                let text = format!(
                    "You have an error in your SQL syntax; check the manual that corresponds to your {} server version for the \
                     right syntax to use near '{}' at line 1",
                    self.seen.words.server, setting.name
                );
                return Err(wrong(1064, "42000", text));
            }
            Scope::Global | Scope::Persist | Scope::PersistOnly => {}
        }
        if ["sql_log_bin", "gtid_next"].contains(&name.as_str()) && !missing {
            let text = (self.seen.words.errors.session_only)(&name);
            return Err(wrong(text.0, "HY000", text.1));
        }
        if let Some(told) = self.told(asker, setting, &value) {
            let told = told.map_err(|not| match not {
                NotTold::Error(error) => Unset::Error(error),
                NotTold::NotModelled(problem) => Unset::NotModelled(problem),
            })?;
            if setting.scope != Scope::Global {
                let text = format!("Variable '{name}' is a non persistent variable");
                return Err(wrong(1238, "HY000", text));
            }
            return Ok((value, Some(Sets::Told(told))));
        }
        let said = value.to_string();
        // A number that is too small or too large is warned of, and the nearest is taken.
        let said = dynamic::truncated(self.seen.flavour, &name, &said).unwrap_or(said);
        let change = match dynamic::set_global(self.seen.flavour, &name, &said) {
            _ if missing => return Err(unknown()),
            Ok(change) => change,
            Err(Refusal::Unknown) => return Err(unknown()),
            Err(Refusal::ReadOnly) => {
                let text = format!("Variable '{}' is a read only variable", setting.name);
                return Err(wrong(1238, "HY000", text));
            }
            Err(Refusal::Value) => {
                let text = format!(
                    "Variable '{}' can't be set to the value of '{said}'",
                    setting.name
                );
                return Err(wrong(1231, "42000", text));
            }
            Err(Refusal::Special(Special::SkipCounter)) => {
                let to = said.parse().map_err(|_| {
                    let text = format!("Incorrect argument type to variable '{}'", setting.name);
                    wrong(1232, "42000", text)
                })?;
                return Ok((value, Some(Sets::SkipCounter(to))));
            }
            Err(Refusal::Special(special)) => {
                return Err(Unset::NotModelled(dynamic::later(special.server_name())));
            }
            Err(Refusal::NotModelled(why)) => return Err(Unset::NotModelled(why)),
        };
        Ok((value, Some(Sets::Variable(change))))
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "it is about these alone")]
    fn value_set(&self, setting: &Setting, asker: Asker) -> Result<Value, Stop> {
        let name = catalogue::plain(&setting.name);
        match &setting.value {
            // A bare word: `OFF`, `ROW`.
            Expression::Column(word) if setting.scope != Scope::Own => {
                return Ok(Value::Text(word.clone()));
            }
            Expression::Default => {
                let default = self.default_of(&name);
                return Ok(Value::Text(default.unwrap_or_default()));
            }
            _ => {}
        }
        let resolved = self.resolved(&setting.value, asker)?;
        let scope = evaluate::Scope {
            words: &self.seen.words,
            clause: Clause::Select,
            row: None,
        };
        let value = scope.value(&resolved).map_err(Stop::Error)?;
        Ok(value.into_owned())
    }

    /// A variable of the connection; an answer, if it is not a plain OK.
    fn sets_of_session(
        &mut self,
        id: ServerId,
        session: SessionId,
        setting: &Setting,
        value: &Value,
    ) -> Option<Result<Reply, String>> {
        let name = catalogue::plain(&setting.name);
        let said = value.to_string();
        let is_on = ["1", "ON", "TRUE"]
            .iter()
            .any(|on| said.eq_ignore_ascii_case(on));
        let connection = &mut self.seen.connections[session];
        match name.as_str() {
            "autocommit" => {
                let was_off = std::mem::replace(&mut connection.no_autocommit, !is_on);
                // It commits what is under way.
                if was_off && is_on && connection.transaction.is_some() {
                    let text = format!("SET {name}={said}");
                    return Some(self.commit(id, session, text, None));
                }
            }
            "sql_log_bin" if connection.transaction.is_some() => {
                let text = "Cannot modify @@session.sql_log_bin inside a transaction";
                let error = SqlError::new(1694, "HY000", text);
                return Some(Ok(Reply::Answer(error.printed())));
            }
            "sql_log_bin" => connection.no_log_bin = !is_on,
            "gtid_next" => return self.sets_gtid_next(session, &said),
            _ => {
                connection.session.insert(name, said);
            }
        }
        None
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
                self.waits(session, Wait::Rotation(files), text, None);
                return Ok(self.said_or_waits(session));
            }
            Flush::Tables => return self.submit(id, session, statement::Change::FlushTables, text),
            Flush::Privileges => {
                return self.submit(id, session, statement::Change::FlushPrivileges, text);
            }
            Flush::Status | Flush::Nothing => {}
        }
        Ok(Reply::Answer(show::ok(0, &self.seen.words)))
    }
}
