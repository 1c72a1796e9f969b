//! What one server holds: databases, tables, rows.

mod auto_increment;
mod define;
pub mod errors;
pub mod evaluate;
pub mod execute;
pub mod kind;
pub mod replay;
pub mod rows;
pub mod select;
pub mod value;

use crate::lesson::sql::expression::Expression;
use kind::Type;
use std::collections::{BTreeMap, BTreeSet};
use value::Value;

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type.
    pub kind: Type,
    /// NULL is refused.
    pub not_null: bool,
    /// It counts by itself.
    pub auto_increment: bool,
    /// What a row gets that does not say it.
    pub default: Option<Expression>,
    /// `ON UPDATE CURRENT_TIMESTAMP`
    pub on_update: bool,
}

/// A row: a value per column.
pub type Row = Vec<Value>;

/// A table: rows in the order of its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its columns.
    pub columns: Vec<Column>,
    /// Which columns are its primary key; none, if there is none.
    pub key: Vec<usize>,
    /// Other keys in which a value stands once: name and columns.
    pub unique: Vec<(String, Vec<usize>)>,
    /// Rows by their key; without a key by a hidden number.
    pub rows: BTreeMap<Value, Row>,
    /// AUTO_INCREMENT's next number at the least.
    pub next_auto: i64,
}

impl Table {
    /// The place of a column.
    pub fn column(&self, name: &str) -> Option<usize> {
        let named = |column: &Column| column.name.eq_ignore_ascii_case(name);
        self.columns.iter().position(named)
    }

    /// The primary key of a row, if the table has one.
    pub fn key_of(&self, row: &Row) -> Option<Value> {
        match self.key.as_slice() {
            [] => None,
            [one] => Some(row[*one].clone()),
            all => Some(Value::Key(all.iter().map(|at| row[*at].clone()).collect())),
        }
    }

    /// Which unique key of a row another one has, and its value there.
    pub fn taken<'a>(
        &self,
        row: &Row,
        mut others: impl Iterator<Item = &'a Row>,
    ) -> Option<(&str, Value)> {
        if self.unique.is_empty() {
            return None;
        }
        let of = |row: &Row, columns: &[usize]| -> Option<Value> {
            let all: Vec<Value> = columns.iter().map(|at| row[*at].clone()).collect();
            (!all.contains(&Value::Null)).then_some(Value::Key(all))
        };
        others.find_map(|other| {
            self.unique.iter().find_map(|(name, columns)| {
                let value = of(row, columns)?;
                (of(other, columns)? == value).then_some((name.as_str(), value))
            })
        })
    }

    /// A hidden number behind all others, for a table without a primary key.
    pub fn hidden_key(&self) -> Value {
        match self.rows.keys().next_back() {
            Some(Value::Int(last)) => Value::Int(last.saturating_add(1)),
            _ => Value::Int(1),
        }
    }
}

/// A change of one server's tables, once it is committed there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// A user exists.
    User(String),
    /// It does not.
    NoUser(String),
    /// A user may write in spite of `read_only`.
    Super(String),
    /// A database exists.
    Database(String),
    /// It does not.
    NoDatabase(String),
    /// A table is as it is here.
    Table(TableId, Table),
    /// It does not exist.
    NoTable(TableId),
    /// A row stands under a key.
    Put(TableId, Value, Row),
    /// No row stands there.
    Remove(TableId, Value),
    /// AUTO_INCREMENT goes on here at the least.
    NextAuto(TableId, i64),
}

/// Database and table.
pub type TableId = (String, String);

/// Everything that a server holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Store {
    /// Users beside root.
    pub users: BTreeSet<String>,
    /// Those who may write in spite of `read_only`.
    pub supers: BTreeSet<String>,
    /// Tables by database.
    pub databases: BTreeMap<String, BTreeMap<String, Table>>,
}

impl Store {
    /// A table.
    pub fn table(&self, (database, table): &TableId) -> Option<&Table> {
        self.databases.get(database)?.get(table)
    }

    fn table_mut(&mut self, (database, table): &TableId) -> Option<&mut Table> {
        self.databases.get_mut(database)?.get_mut(table)
    }

    /// A committed change.
    pub fn apply(&mut self, edit: &Edit) {
        match edit {
            Edit::User(name) => {
                self.users.insert(name.clone());
            }
            Edit::Super(name) => {
                self.supers.insert(name.clone());
            }
            Edit::NoUser(name) => {
                self.supers.remove(name);
                self.users.remove(name);
            }
            Edit::Database(name) => {
                self.databases.entry(name.clone()).or_default();
            }
            Edit::NoDatabase(name) => {
                self.databases.remove(name);
            }
            Edit::Table((database, name), table) => {
                let tables = self.databases.entry(database.clone()).or_default();
                tables.insert(name.clone(), table.clone());
            }
            Edit::NoTable((database, name)) => {
                if let Some(tables) = self.databases.get_mut(database) {
                    tables.remove(name);
                }
            }
            Edit::Put(id, key, row) => {
                if let Some(table) = self.table_mut(id) {
                    let auto = table
                        .columns
                        .iter()
                        .position(|column| column.auto_increment);
                    if let Some(Value::Int(number)) = auto.map(|at| &row[at]) {
                        table.next_auto = table.next_auto.max(number.saturating_add(1));
                    }
                    table.rows.insert(key.clone(), row.clone());
                }
            }
            Edit::Remove(id, key) => {
                if let Some(table) = self.table_mut(id) {
                    table.rows.remove(key);
                }
            }
            Edit::NextAuto(id, next) => {
                if let Some(table) = self.table_mut(id) {
                    table.next_auto = table.next_auto.max(*next);
                }
            }
        }
    }
}
