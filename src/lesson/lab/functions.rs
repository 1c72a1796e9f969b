//! What the server, the session and the clock say in an expression: variables and functions that are no matter of rows.

use super::Lab;
use super::gtids::{UuidSet, positions};
use super::kill::interrupted;
use crate::engine::Moment;
use crate::lesson::show::clock;
use crate::lesson::sql::expression::Expression;
use crate::lesson::sql::operands::is_of_server;
use crate::lesson::store::errors::{Clause, SqlError};
use crate::lesson::store::evaluate::Scope;
use crate::lesson::store::value::Value;
use crate::lesson::vocabulary::applier::KilledSleep;
use crate::protocol::flavour_rules::Gtids;
use crate::protocol::ids::{ServerId, SessionId, Span};

/// Why an expression has no value yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// It never will have one.
    Error(SqlError),
    /// What it waits for has not happened; it gives up then.
    Waits(Option<Moment>),
    /// The lab cannot say.
    NotModelled(String),
}

/// Somebody who asks, and since when.
#[derive(Clone, Copy, Debug)]
pub struct Asker {
    /// On which server.
    pub id: ServerId,
    /// At which connection.
    pub session: SessionId,
    /// When the statement was typed.
    pub typed: Moment,
}

impl Lab<'_> {
    /// An expression with everything replaced that is no matter of rows.
    pub(super) fn resolved(&self, of: &Expression, asker: Asker) -> Result<Expression, Stop> {
        of.replaced(&mut |part| self.known(part, asker))
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "it is about these alone")]
    fn known(&self, part: &Expression, asker: Asker) -> Result<Option<Value>, Stop> {
        match part {
            Expression::Variable(name) => self.variable_value(name, asker).map(Some),
            Expression::Own(name) => {
                let own = &self.seen.connections[asker.session].variables;
                Ok(Some(own.get(name).cloned().unwrap_or(Value::Null)))
            }
            Expression::Call(name, arguments) if is_of_server(name) => {
                let scope = Scope {
                    words: &self.seen.words,
                    clause: Clause::Select,
                    row: None,
                };
                let mut values = Vec::new();
                for argument in arguments {
                    let argument = self.resolved(argument, asker)?;
                    let value = scope.value(&argument).map_err(Stop::Error)?;
                    values.push(value.into_owned());
                }
                self.called(name, &values, asker).map(Some)
            }
            _ => Ok(None),
        }
    }

    fn called(&self, name: &str, values: &[Value], asker: Asker) -> Result<Value, Stop> {
        let connection = &self.seen.connections[asker.session];
        let seconds = self.seen.seconds(asker.typed);
        let now = clock::moment(seconds);
        let text = |text: &str| Ok(Value::Text(text.to_owned()));
        let none = || {
            Err(Stop::NotModelled(format!(
                "{name}() of a value is not modelled"
            )))
        };
        match name {
            "CURDATE" | "CURRENT_DATE" | "UTC_DATE" => text(&now[..10]),
            "CURTIME" | "CURRENT_TIME" | "UTC_TIME" => text(&now[11..]),
            "UNIX_TIMESTAMP" if values.is_empty() => Ok(Value::Int(seconds as i64)),
            "NOW" | "CURRENT_TIMESTAMP" | "LOCALTIME" | "LOCALTIMESTAMP" | "SYSDATE"
            | "UTC_TIMESTAMP" => text(&now),
            "VERSION" => text(&self.seen.words.version(self.seen.flavour)),
            "USER" | "CURRENT_USER" | "SESSION_USER" | "SYSTEM_USER" => {
                let user = connection.user.as_deref().unwrap_or("root");
                text(&format!("{user}@localhost"))
            }
            "DATABASE" | "SCHEMA" => {
                Ok(connection.database.clone().map_or(Value::Null, Value::Text))
            }
            "CONNECTION_ID" => Ok(Value::Int(i64::from(connection.id))),
            "LAST_INSERT_ID" if values.is_empty() => Ok(Value::Int(connection.last_insert_id)),
            "UUID" => {
                let ticks = asker.typed.since_start().0;
                let server = self.seen.machine(asker.id).identity.server_id;
                text(&format!(
                    "{:08x}-{:04x}-11f1-8000-{:012x}",
                    ticks as u32,
                    (ticks >> 32) as u16,
                    u64::from(server) << 16 | u64::from(asker.session.0)
                ))
            }
            "SLEEP" if connection.interrupted => match self.seen.words.applier.killed_sleep {
                KilledSleep::SaysOne => Ok(Value::Int(1)),
                KilledSleep::Fails => Err(Stop::Error(interrupted())),
            },
            "SLEEP" => {
                let (units, scale) = values.first().and_then(Value::number).unwrap_or((0, 0));
                let span =
                    Span(Value::rounded(units, scale, 9).clamp(0, i128::from(u64::MAX)) as u64);
                self.waited(
                    asker,
                    Some(asker.typed + span),
                    Some(Value::Int(0)),
                    || false,
                    Value::Int(0),
                )
            }
            "UNIX_TIMESTAMP" | "LAST_INSERT_ID" | "FOUND_ROWS" | "ROW_COUNT"
            | "BINLOG_GTID_POS" => none(),
            _ => self.about_gtids(name, values, asker),
        }
    }

    /// Functions of GTIDs and positions, each family's own.
    fn about_gtids(&self, name: &str, values: &[Value], asker: Asker) -> Result<Value, Stop> {
        let connection = &self.seen.connections[asker.session];
        let text = |text: &str| Ok(Value::Text(text.to_owned()));
        match name {
            "GTID_SUBSET" | "GTID_SUBTRACT" if self.seen.rules.gtids == Gtids::Sets => {
                let set = |at: usize| match values.get(at) {
                    Some(Value::Null) | None => Ok(None),
                    Some(value) => UuidSet::parse(&value.to_string())
                        .map(Some)
                        .map_err(Stop::Error),
                };
                let (Some(one), Some(other)) = (set(0)?, set(1)?) else {
                    return Ok(Value::Null);
                };
                match name {
                    "GTID_SUBSET" => Ok(Value::Int(i64::from(one.without(&other).0.is_empty()))),
                    _ => text(&one.without(&other).to_string()),
                }
            }
            "WAIT_FOR_EXECUTED_GTID_SET" | "WAIT_UNTIL_SQL_THREAD_AFTER_GTIDS"
                if self.seen.rules.gtids == Gtids::Sets =>
            {
                let set = values.first().map_or_else(String::new, Value::to_string);
                let set = UuidSet::parse(&set).map_err(Stop::Error)?;
                let has = || set.without(&self.executed_set(asker.id)).0.is_empty();
                self.waited(
                    asker,
                    time_out(values.get(1), asker),
                    None,
                    has,
                    Value::Int(1),
                )
            }
            "MASTER_POS_WAIT" | "SOURCE_POS_WAIT" => self.waits_for_position(values, asker),
            "MASTER_GTID_WAIT" if self.seen.rules.gtids == Gtids::Sequence => {
                let wanted = values.first().map_or_else(String::new, Value::to_string);
                let wanted = positions(&wanted).map_err(Stop::Error)?;
                let last = || {
                    self.seen
                        .machine(asker.id)
                        .slave_pos
                        .map_or(0, |(_, seq)| seq)
                };
                let has = || wanted.iter().all(|gtid| last() >= gtid.2);
                self.waited(
                    asker,
                    time_out(values.get(1), asker),
                    None,
                    has,
                    Value::Int(-1),
                )
            }
            _ => Err(Stop::Error(match &connection.database {
                Some(database) => {
                    let text = format!("FUNCTION {database}.{name} does not exist");
                    SqlError::new(1305, "42000", text)
                }
                None => (self.seen.words.errors.no_function)(name),
            })),
        }
    }

    /// 0 as soon as something holds, or another value when time is over.
    fn waited(
        &self,
        asker: Asker,
        until: Option<Moment>,
        at_end: Option<Value>,
        holds: impl Fn() -> bool,
        late: Value,
    ) -> Result<Value, Stop> {
        if at_end.is_none() && holds() {
            return Ok(Value::Int(0));
        }
        let _ = asker;
        match until {
            Some(until) if self.now() >= until => Ok(at_end.unwrap_or(late)),
            until => Err(Stop::Waits(until)),
        }
    }

    fn waits_for_position(&self, values: &[Value], asker: Asker) -> Result<Value, Stop> {
        let world = &self.simulation.world;
        let (Some(file), Some((position, _))) =
            (values.first(), values.get(1).and_then(Value::number))
        else {
            return Ok(Value::Null);
        };
        // Nobody applies: it will not come.
        if !world.server(asker.id).replica.sql_running
            || self.seen.machine(asker.id).upstream.is_none()
        {
            return Ok(Value::Null);
        }
        let wanted = (file.to_string(), position.max(0) as u64);
        let has = || self.seen.executed_coordinates(asker.id, world) >= wanted;
        self.waited(
            asker,
            time_out(values.get(2), asker),
            None,
            has,
            Value::Int(-1),
        )
    }

    /// `gtid_executed`, as a set.
    pub(super) fn executed_set(&self, id: ServerId) -> UuidSet {
        let server = self.simulation.world.server(id);
        self.seen
            .gtid_set(&server.history.set_between(0, server.committed))
    }
}

/// When a wait of so many seconds gives up; 0 is never.
fn time_out(seconds: Option<&Value>, asker: Asker) -> Option<Moment> {
    let (units, scale) = seconds?.number()?;
    let span = Value::rounded(units, scale, 9).clamp(0, i128::from(u64::MAX)) as u64;
    (span > 0).then(|| asker.typed + Span(span))
}
