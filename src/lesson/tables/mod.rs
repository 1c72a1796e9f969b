//! Tables of the server itself that a SELECT may read: `performance_schema`, `information_schema`, `mysql.user`.
//!
//! What they say of replication is what SHOW SLAVE STATUS says: they read its row.

mod dictionary;
mod processes;
mod replication;

use super::lab::Lab;
use super::lab::functions::Stop;
use super::show::lists;
use super::sql::expression::Expression;
use super::sql::select::{Item, Select};
use super::store::errors::SqlError;
use super::store::kind::Type;
use super::store::rows::matching;
use super::store::value::Value;
use super::store::{Column, Store, Table};
use super::vocabulary::own_tables::OwnColumns;
use crate::protocol::ids::{ServerId, SessionId};

/// The fields of a row; a column that no row has is not modelled.
type Fields = Vec<(String, Value)>;

/// The rows of a table.
#[derive(Default)]
struct Rows {
    /// Those that are shown.
    shown: Vec<Fields>,
    /// Some that the server has and the lab does not: a SELECT must not ask for them.
    hidden: Vec<Fields>,
}

impl Rows {
    fn of(shown: Vec<Fields>) -> Rows {
        Rows {
            shown,
            ..Rows::default()
        }
    }
}

/// Who reads.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    /// On which server.
    pub id: ServerId,
    /// At which connection.
    pub session: SessionId,
    /// What was typed.
    pub text: &'a str,
}

/// The databases of the server itself.
pub const DATABASES: [&str; 4] = ["information_schema", "mysql", "performance_schema", "sys"];

/// Whether a database is the server's own.
pub fn is_own(database: &str) -> bool {
    DATABASES
        .iter()
        .any(|own| own.eq_ignore_ascii_case(database))
}

/// What a SELECT reads if it reads such a table: a store with the table, and the SELECT with its full name.
pub fn read(
    lab: &mut Lab,
    reader: Reader,
    select: &Select,
) -> Result<Option<(Store, Select)>, Stop> {
    let Some(name) = &select.from else {
        return Ok(None);
    };
    let known = &lab.seen.connections[reader.session];
    let database = name.database.clone().or_else(|| known.database.clone());
    let Some(database) = database.filter(|database| is_own(database)) else {
        return Ok(None);
    };
    let full = format!("{database}.{}", name.table);
    let listed = lab
        .seen
        .words
        .own_table(lab.seen.flavour, &full.to_ascii_lowercase());
    let Some(columns) = listed.filter(|listed| !listed.columns.is_empty()) else {
        return Err(no_table(lab, &database, &name.table));
    };
    let rows = rows(lab, reader, &full.to_ascii_lowercase())?;
    check(lab, select, &columns, &rows, &full)?;
    let mut select = select.clone();
    select
        .from
        .iter_mut()
        .for_each(|name| name.database = Some(database.clone()));
    if columns.is_view {
        names_as_listed(&mut select, &columns);
    }
    let mut store = Store::default();
    let tables = store.databases.entry(database).or_default();
    tables.insert(name.table.clone(), table(&columns, &rows.shown));
    Ok(Some((store, select)))
}

/// There is none, or it is not modelled.
fn no_table(lab: &Lab, database: &str, table: &str) -> Stop {
    let words = &lab.seen.words;
    let full = format!("{database}.{table}");
    let lower = full.to_ascii_lowercase();
    if words.own_table(lab.seen.flavour, &lower).is_some() || !words.knows_table(&lower) {
        return Stop::NotModelled(format!(
            "{full} is a table of the server itself that the lab does not model"
        ));
    }
    Stop::Error(match database.eq_ignore_ascii_case("information_schema") {
        true => {
            let table = (words.own.unknown_table)(table);
            SqlError::new(
                1109,
                "42S02",
                format!("Unknown table '{table}' in {database}"),
            )
        }
        false => super::store::errors::no_table(database, table),
    })
}

/// The rows of a table, by its full name in small letters.
fn rows(lab: &mut Lab, reader: Reader, full: &str) -> Result<Rows, Stop> {
    let (database, name) = full.split_once('.').unwrap_or(("", full));
    let is_list = name.ends_with("_variables") || name.ends_with("_status");
    if database == "performance_schema" {
        let modelled = lab.seen.words.own.performance_schema;
        let is_on = lab.variable(reader.id, "performance_schema").as_deref() == Some("ON");
        match (modelled.is_on(), is_on) {
            (true, true) => {}
            (false, false) => return Ok(Rows::default()),
            (true, false) | (false, true) => {
                let set = if is_on { "ON" } else { "OFF" };
                let problem =
                    format!("performance_schema={set} is not modelled: nothing can be read there");
                return Err(Stop::NotModelled(problem));
            }
        }
    }
    Ok(match name {
        _ if name.starts_with("replication_") || name == "slave_status" => {
            replication::rows(lab, reader.id, name)
        }
        "processlist" | "threads" => processes::rows(lab, reader, database, name),
        _ if is_list => named_values(lab, reader.id, database, name),
        _ => dictionary::rows(lab, reader.id, name),
    })
}

/// Variables and status variables.
fn named_values(lab: &Lab, id: ServerId, database: &str, name: &str) -> Rows {
    let grid = match name.ends_with("_variables") {
        true => lists::variables(lab, id),
        false => lists::status(lab, id),
    };
    let value = |name: &str, value: String| (name.to_owned(), Value::Text(value));
    let row = |row: Vec<String>| {
        let mut cells = row.into_iter();
        let mut cell = || cells.next().unwrap_or_default();
        // MariaDB has them in capitals there.
        let name = match database {
            "information_schema" => cell().to_ascii_uppercase(),
            _ => cell(),
        };
        vec![
            value("VARIABLE_NAME", name),
            value("VARIABLE_VALUE", cell()),
        ]
    };
    Rows::of(grid.rows.into_iter().map(row).collect())
}

/// An error if a SELECT asks for what is not modelled: columns, or rows that are not listed.
fn check(
    lab: &Lab,
    select: &Select,
    columns: &OwnColumns,
    rows: &Rows,
    full: &str,
) -> Result<(), Stop> {
    let is_filled = |name: &str| {
        let mut all = rows.shown.iter().flatten();
        rows.shown.is_empty() || all.any(|(field, _)| field.eq_ignore_ascii_case(name))
    };
    let asked = |of: &Expression| {
        of.replaced(&mut |part| match part {
            Expression::Column(name) if columns.has(name) && !is_filled(name) => {
                Err(Stop::NotModelled(format!("{full}.{name} is not modelled")))
            }
            Expression::Literal(_)
            | Expression::Column(_)
            | Expression::Variable(_)
            | Expression::Own(_)
            | Expression::Default
            | Expression::Call(..)
            | Expression::Aggregate(..)
            | Expression::Not(_)
            | Expression::Negative(_)
            | Expression::Binary(..)
            | Expression::IsNull(_)
            | Expression::In(..)
            | Expression::Like(..) => Ok(None),
        })
        .map(drop)
    };
    for item in &select.items {
        match item {
            Item::Value(value, _) => asked(value)?,
            Item::All => {}
        }
    }
    select.condition.iter().try_for_each(asked)?;
    select.order.iter().try_for_each(|(by, _)| asked(by))?;
    let hidden = table(columns, &rows.hidden);
    let found =
        matching(&hidden, select.condition.as_ref(), &lab.seen.words).map_err(Stop::Error)?;
    match found.is_empty() {
        true => Ok(()),
        false => Err(Stop::NotModelled(format!(
            "{full} lists here only what was created and what replication needs: say in WHERE which of it"
        ))),
    }
}

/// Columns under the names that the table has for them.
fn names_as_listed(select: &mut Select, columns: &OwnColumns) {
    for item in &mut select.items {
        if let Item::Value(Expression::Column(column), name) = item
            && column == name
            && let Some(listed) = columns
                .columns
                .iter()
                .find(|listed| listed.name.eq_ignore_ascii_case(name))
        {
            *name = listed.name.to_owned();
        }
    }
}

/// A table of these columns and rows.
fn table(columns: &OwnColumns, rows: &[Fields]) -> Table {
    let column = |column: &super::vocabulary::own_tables::OwnColumn| Column {
        name: column.name.to_owned(),
        kind: match column.is_number {
            true => Type::Decimal {
                digits: 30,
                scale: 0,
            },
            false => Type::Text { length_bytes: 4 },
        },
        not_null: column.is_never_null,
        auto_increment: false,
        default: None,
        on_update: false,
    };
    let row = |fields: &Fields| {
        let cell = |name: &str| {
            let found = fields
                .iter()
                .find(|(field, _)| field.eq_ignore_ascii_case(name));
            found.map_or(Value::Text("(not modelled)".to_owned()), |(_, value)| {
                value.clone()
            })
        };
        columns
            .columns
            .iter()
            .map(|column| cell(column.name))
            .collect()
    };
    Table {
        columns: columns.columns.iter().map(column).collect(),
        key: Vec::new(),
        unique: Vec::new(),
        rows: (1..).map(Value::Int).zip(rows.iter().map(row)).collect(),
        next_auto: 1,
    }
}

/// A field that is a text.
fn text(name: &str, value: impl Into<String>) -> (String, Value) {
    (name.to_owned(), Value::Text(value.into()))
}

/// A field of a list that was printed: `NULL`, a number or a text.
fn printed(name: &str, value: &str, is_number: bool) -> (String, Value) {
    let value = match value {
        "NULL" => Value::Null,
        value if is_number => Value::decimal(value),
        value => Value::Text(value.to_owned()),
    };
    (name.to_owned(), value)
}
