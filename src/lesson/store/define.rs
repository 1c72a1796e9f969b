//! CREATE and DROP: users, databases, tables.

use super::errors::{Note, SqlError, no_database, no_table};
use super::execute::{Context, Executed};
use super::value::Value;
use super::{Column, Edit, Store, Table};
use crate::lesson::sql::expression::Expression;
use crate::lesson::sql::statement::{Change, ColumnSaid, Otherwise, TableSaid};
use std::collections::BTreeMap;

impl Store {
    /// What such a statement changes.
    #[expect(clippy::wildcard_enum_match_arm, reason = "it is about these alone")]
    pub(super) fn define(&self, change: &Change, context: &Context) -> Result<Executed, SqlError> {
        let errors = &context.words.errors;
        match change {
            Change::CreateUser(user, _, otherwise) => match self.users.contains(user) {
                true => unless(*otherwise, (errors.user_exists)(user), || {
                    SqlError::new(
                        1396,
                        "HY000",
                        format!("Operation CREATE USER failed for {user}"),
                    )
                }),
                false => edits(vec![Edit::User(user.clone())], 0),
            },
            Change::DropUser(users, otherwise) => {
                let gone = users.iter().filter(|user| !self.users.contains(*user));
                let gone: Vec<&String> = gone.collect();
                let mut executed = edits(users.iter().cloned().map(Edit::NoUser).collect(), 0)?;
                if let (Otherwise::Error, false) = (otherwise, gone.is_empty()) {
                    let nobody = errors.dropped_nobody;
                    let gone: Vec<String> =
                        gone.iter().map(|user| format!("{user}{nobody}")).collect();
                    let text = format!("Operation DROP USER failed for {}", gone.join(","));
                    return Err(SqlError::new(1396, "HY000", text));
                }
                executed.notes = gone
                    .into_iter()
                    .map(|user| Note::of((errors.no_user)(user)))
                    .collect();
                Ok(executed)
            }
            Change::CreateDatabase(name, otherwise) => match self.databases.contains_key(name) {
                true => noted(
                    *otherwise,
                    SqlError::new(
                        1007,
                        "HY000",
                        format!("Can't create database '{name}'; database exists"),
                    ),
                ),
                false => edits(vec![Edit::Database(name.clone())], 1),
            },
            Change::DropDatabase(name, otherwise) => match self.databases.get(name) {
                Some(tables) => edits(vec![Edit::NoDatabase(name.clone())], tables.len() as u64),
                None => noted(
                    *otherwise,
                    SqlError::new(
                        1008,
                        "HY000",
                        format!("Can't drop database '{name}'; database doesn't exist"),
                    ),
                ),
            },
            Change::CreateTable(name, columns, otherwise) => {
                let id = self.id(name, context)?;
                match self.databases.get(&id.0) {
                    None => Err(no_database(&id.0)),
                    Some(tables) if tables.contains_key(&id.1) => {
                        let text = format!("Table '{}' already exists", id.1);
                        let mut noted = noted(*otherwise, SqlError::new(1050, "42S01", text))?;
                        noted.is_unlogged = !context.words.events.logs_tables_that_exist;
                        Ok(noted)
                    }
                    Some(_) => edits(vec![Edit::Table(id, table(columns)?)], 0),
                }
            }
            Change::DropTable(names, otherwise) => {
                let ids = names.iter().map(|name| self.id(name, context));
                let ids = ids.collect::<Result<Vec<_>, _>>()?;
                let (there, gone): (Vec<_>, Vec<_>) =
                    ids.into_iter().partition(|id| self.table(id).is_some());
                let unknown = |names: String| {
                    SqlError::new(1051, "42S02", format!("Unknown table '{names}'"))
                };
                let gone: Vec<String> =
                    gone.iter().map(|id| format!("{}.{}", id.0, id.1)).collect();
                if let (Otherwise::Error, false) = (otherwise, gone.is_empty()) {
                    return Err(unknown(gone.join(",")));
                }
                let mut executed = edits(there.into_iter().map(Edit::NoTable).collect(), 0)?;
                if !gone.is_empty() {
                    executed.notes = vec![Note::of(unknown(gone.join(",")))];
                }
                Ok(executed)
            }
            Change::Truncate(name) => {
                // Here a database that does not exist is no error of its own in any version.
                let id = self.id(name, context)?;
                let known = self.table(&id).ok_or_else(|| no_table(&id.0, &id.1))?;
                let empty = Table {
                    rows: BTreeMap::new(),
                    next_auto: 1,
                    ..known.clone()
                };
                edits(vec![Edit::Table(id, empty)], 0)
            }
            _ => edits(Vec::new(), 0),
        }
    }
}

fn edits(edits: Vec<Edit>, affected: u64) -> Result<Executed, SqlError> {
    Ok(Executed {
        edits,
        affected,
        ..Executed::default()
    })
}

/// An error, or the same as a note.
fn noted(otherwise: Otherwise, error: SqlError) -> Result<Executed, SqlError> {
    unless(otherwise, error.clone(), || error)
}

fn unless(
    otherwise: Otherwise,
    note: SqlError,
    error: impl FnOnce() -> SqlError,
) -> Result<Executed, SqlError> {
    match otherwise {
        Otherwise::Error => Err(error()),
        Otherwise::Note => Ok(Executed {
            notes: vec![Note::of(note)],
            ..Executed::default()
        }),
    }
}

impl Column {
    /// As CREATE TABLE says it.
    pub(super) fn of(said: &ColumnSaid) -> Column {
        Column {
            name: said.name.clone(),
            kind: said.kind,
            not_null: said.not_null,
            auto_increment: said.auto_increment,
            default: said.default.clone(),
            on_update: said.on_update,
        }
    }
}

/// A table as CREATE TABLE says it.
fn table(said: &TableSaid) -> Result<Table, SqlError> {
    let columns = &said.columns;
    if let Some(twice) = columns.iter().enumerate().find(|(at, column)| {
        let same = |other: &&ColumnSaid| other.name.eq_ignore_ascii_case(&column.name);
        columns[..*at].iter().any(|other| same(&other))
    }) {
        let text = format!("Duplicate column name '{}'", twice.1.name);
        return Err(SqlError::new(1060, "42S21", text));
    }
    let mut table = Table {
        columns: columns.iter().map(Column::of).collect(),
        key: Vec::new(),
        unique: Vec::new(),
        rows: BTreeMap::new(),
        next_auto: 1,
    };
    let places = |names: &[String]| {
        let place = |name: &String| {
            let text = format!("Key column '{name}' doesn't exist in table");
            table
                .column(name)
                .ok_or_else(|| SqlError::new(1072, "42000", text))
        };
        names
            .iter()
            .map(place)
            .collect::<Result<Vec<usize>, SqlError>>()
    };
    let own = columns.iter().filter(|column| column.primary);
    let mut primary: Vec<Vec<usize>> = own
        .map(|column| places(std::slice::from_ref(&column.name)))
        .collect::<Result<_, _>>()?;
    for names in &said.primary {
        primary.push(places(names)?);
    }
    let own = columns.iter().filter(|column| column.unique);
    let own = own.map(|column| (None, vec![column.name.clone()]));
    let mut unique: Vec<(String, Vec<usize>)> = Vec::new();
    for (name, names) in own.chain(said.unique.iter().cloned()) {
        let first = name.unwrap_or_else(|| names[0].clone());
        let same = unique
            .iter()
            .filter(|(known, _)| known.starts_with(&first))
            .count();
        let name = if same > 0 {
            format!("{first}_{}", same + 1)
        } else {
            first
        };
        unique.push((name, places(&names)?));
    }
    if primary.len() > 1 {
        return Err(SqlError::new(1068, "42000", "Multiple primary key defined"));
    }
    table.key = primary.pop().unwrap_or_default();
    table.unique = unique;
    for at in table.key.clone() {
        table.columns[at].not_null = true;
    }
    let counts = |column: &Column| column.auto_increment;
    let auto = table.columns.iter().position(counts);
    let leads = |auto: usize| {
        let mut keys = table
            .unique
            .iter()
            .map(|(_, columns)| columns)
            .chain([&table.key]);
        keys.any(|columns| columns.first() == Some(&auto))
    };
    let several = table.columns.iter().filter(|column| counts(column)).count() > 1;
    if several || auto.is_some_and(|auto| !leads(auto)) {
        let text = "Incorrect table definition; there can be only one auto column and it must be defined as a key";
        return Err(SqlError::new(1075, "42000", text));
    }
    for column in &table.columns {
        if let Some(Expression::Literal(value)) = &column.default
            && (column.kind.accept(value).is_err() || (column.not_null && *value == Value::Null))
        {
            let text = format!("Invalid default value for '{}'", column.name);
            return Err(SqlError::new(1067, "42000", text));
        }
    }
    Ok(table)
}
