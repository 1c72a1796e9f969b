//! What a statement changes on the server where it is typed, or replayed by name from a STATEMENT binlog.

use super::auto_increment::Counter;
use super::errors::{Note, SqlError, cannot_drop, no_table};
use super::kind::Type;
use super::rows;
use super::value::Value;
use super::{Column, Edit, Row, Store, Table, TableId};
use crate::lesson::sql::expression::Expression;
use crate::lesson::sql::statement::{Change, ColumnSaid, Place, TableName};
use crate::lesson::vocabulary::Vocabulary;

/// Where a statement is executed.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// What the server says.
    pub words: &'a Vocabulary,
    /// The default database.
    pub database: Option<&'a str>,
    /// `auto_increment_increment` and `auto_increment_offset`.
    pub auto_increment: (i64, i64),
    /// The number that the source handed out (Intvar), when a statement is replayed.
    pub insert_id: Option<i64>,
    /// What the server's clock shows, s since 1970.
    pub now: u64,
}

/// Before and after of one row.
pub type Image = (Option<Row>, Option<Row>);

/// The rows that a statement changed, as row events carry them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowsImage {
    /// The table.
    pub table: TableId,
    /// The types of its columns.
    pub columns: Vec<Type>,
    /// Its rows.
    pub rows: Vec<Image>,
}

/// What came of a statement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Executed {
    /// What it changes.
    pub edits: Vec<Edit>,
    /// Rows, if it changes rows.
    pub rows: Option<RowsImage>,
    /// Rows affected.
    pub affected: u64,
    /// Rows that its WHERE found.
    pub matched: u64,
    /// The first number that AUTO_INCREMENT handed out.
    pub insert_id: Option<i64>,
    /// What SHOW WARNINGS shows.
    pub notes: Vec<Note>,
    /// The session's time zone has a part in it.
    pub uses_time_zone: bool,
    /// It is no row change, and is not written to the binlog either.
    pub is_unlogged: bool,
}

impl Store {
    /// What a statement changes; nothing is changed yet.
    pub fn execute(&self, change: &Change, context: &Context) -> Result<Executed, SqlError> {
        self.execute_and_count(change, context, &mut None)
    }

    /// The same, and where AUTO_INCREMENT goes on: whatever becomes of the statement.
    pub fn execute_and_count(
        &self,
        change: &Change,
        context: &Context,
        next_auto: &mut Option<Edit>,
    ) -> Result<Executed, SqlError> {
        let edits = |edits: Vec<Edit>, affected: u64| {
            Ok(Executed {
                edits,
                affected,
                ..Executed::default()
            })
        };
        match change {
            Change::CreateUser(..)
            | Change::DropUser(..)
            | Change::CreateDatabase(..)
            | Change::DropDatabase(..)
            | Change::CreateTable(..)
            | Change::DropTable(..)
            | Change::Truncate(_) => self.define(change, context),
            Change::FlushTables => edits(Vec::new(), 0),
            Change::FlushPrivileges => Ok(Executed {
                notes: context
                    .words
                    .errors
                    .flush_privileges
                    .map(Note::deprecated)
                    .into_iter()
                    .collect(),
                ..Executed::default()
            }),
            Change::Grant(said, user) => {
                match self.users.contains(user) || user.starts_with("'root'@") {
                    true => {
                        let own = ["SUPER", "ALL", "CONNECTION_ADMIN"].into_iter();
                        let own = own.filter(|own| !context.words.read_only_admin || *own == "ALL");
                        let writes = own
                            .chain(["READ_ONLY"])
                            .any(|own| said.iter().any(|said| said == own));
                        edits(
                            writes
                                .then(|| Edit::Super(user.clone()))
                                .into_iter()
                                .collect(),
                            0,
                        )
                    }
                    false => Err((context.words.errors.no_user_to_grant)()),
                }
            }
            Change::DropColumn(name, column) => {
                let (id, table) = self.existing(name, context)?;
                let at = table
                    .column(column)
                    .ok_or_else(|| cannot_drop(context.words, column))?;
                edits(vec![Edit::Table(id, without(table, at))], 0)
            }
            Change::AddColumn(name, said, place) => {
                let (id, table) = self.existing(name, context)?;
                if table.column(&said.name).is_some() {
                    let problem = format!("Duplicate column name '{}'", said.name);
                    return Err(SqlError::new(1060, "42S21", problem));
                }
                let at = match place {
                    Place::Last => table.columns.len(),
                    Place::First => 0,
                    Place::After(column) => {
                        table.column(column).ok_or_else(|| {
                            let problem = format!("Unknown column '{column}' in '{}'", id.1);
                            SqlError::new(1054, "42S22", problem)
                        })? + 1
                    }
                };
                edits(vec![Edit::Table(id, with(table, said, at))], 0)
            }
            Change::Insert(name, columns, rows) => {
                let (id, table) = self.existing(name, context)?;
                let mut counter = Counter::new(table.next_auto, context.auto_increment, rows.len());
                let columns = columns.as_deref();
                let inserted =
                    rows::insert(id.clone(), table, columns, rows, context, &mut counter);
                *next_auto = Some(Edit::NextAuto(id, counter.next));
                inserted
            }
            Change::Update(name, sets, which) => {
                let (id, table) = self.existing(name, context)?;
                rows::update(id, table, sets, which, context)
            }
            Change::Delete(name, which) => {
                let (id, table) = self.existing(name, context)?;
                rows::delete(id, table, which, context)
            }
        }
    }

    /// Database and table of a name.
    pub fn id(&self, name: &TableName, context: &Context) -> Result<TableId, SqlError> {
        match name.database.as_deref().or(context.database) {
            Some(database) => Ok((database.to_owned(), name.table.clone())),
            None => Err(SqlError::new(1046, "3D000", "No database selected")),
        }
    }

    /// A table that has to exist.
    pub fn existing(
        &self,
        name: &TableName,
        context: &Context,
    ) -> Result<(TableId, &Table), SqlError> {
        let id = self.id(name, context)?;
        match self.table(&id) {
            Some(table) => Ok((id, table)),
            None if self.databases.contains_key(&id.0) => Err(no_table(&id.0, &id.1)),
            None => Err((context.words.errors.no_database)(&id.0, &id.1)),
        }
    }
}

fn without(table: &Table, at: usize) -> Table {
    let mut table = table.clone();
    table.columns.remove(at);
    let shift = |columns: &mut Vec<usize>| {
        columns.retain(|column| *column != at);
        columns
            .iter_mut()
            .for_each(|column| *column -= usize::from(*column > at));
    };
    shift(&mut table.key);
    table
        .unique
        .iter_mut()
        .for_each(|(_, columns)| shift(columns));
    table.unique.retain(|(_, columns)| !columns.is_empty());
    for row in table.rows.values_mut() {
        row.remove(at);
    }
    table
}

fn with(table: &Table, said: &ColumnSaid, at: usize) -> Table {
    let mut table = table.clone();
    let column = Column::of(said);
    let filled = filler(&column);
    table.columns.insert(at, column);
    let all = table.unique.iter_mut().map(|(_, columns)| columns);
    for columns in all.chain([&mut table.key]) {
        columns
            .iter_mut()
            .for_each(|column| *column += usize::from(*column >= at));
    }
    for row in table.rows.values_mut() {
        row.insert(at, filled.clone());
    }
    table
}

/// What a row gets in a column that it does not say: NOT NULL without a default gets the type's own.
pub fn filler(column: &Column) -> Value {
    let default = match &column.default {
        Some(Expression::Literal(value)) => column.kind.accept(value).ok(),
        _ => None,
    };
    match (default, column.not_null) {
        (Some(default), _) => default,
        (None, true) => column.kind.zero(),
        (None, false) => Value::Null,
    }
}
