//! Row events on a replica whose tables may differ: columns are matched by position (semantics.md 10).

use super::execute::{RowsImage, filler};
use super::value::Value;
use super::{Edit, Row, Store, Table};
use crate::lesson::vocabulary::{Conversion, Vocabulary};
use std::collections::BTreeMap;

/// Why a row event cannot be applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// The table does not exist (1146).
    NoTable,
    /// A column cannot be converted (1677): the whole text.
    Conversion(String),
    /// A key of a new row is taken (1062): which, and its value.
    Taken(String, String),
    /// There is no such row (1032), looked for through an index or not.
    NotFound {
        /// Through an index.
        by_index: bool,
    },
}

/// What row events change here; nothing is changed yet.
pub fn replay(store: &Store, image: &RowsImage, words: &Vocabulary) -> Result<Vec<Edit>, Misfit> {
    let table = store.table(&image.table).ok_or(Misfit::NoTable)?;
    let common = image.columns.len().min(table.columns.len());
    for (at, kind) in image.columns.iter().enumerate().take(common) {
        let here = table.columns[at].kind;
        if !kind.fits(here) {
            let (database, name) = &image.table;
            let table = format!("{database}.{name}");
            let text = (words.errors.conversion.1)(&Conversion {
                column: at,
                table: &table,
                from: &kind.of_source(words),
                to: &here.of_replica(words),
            });
            return Err(Misfit::Conversion(text));
        }
    }
    let mut now = Now {
        table,
        changed: BTreeMap::new(),
    };
    let mut edits = Vec::new();
    for (before, after) in &image.rows {
        let mut old = None;
        if let Some(before) = before {
            let key = now.find(before, common).ok_or(Misfit::NotFound {
                by_index: has_key(table, common),
            })?;
            let row = now.get(&key).cloned();
            now.changed.insert(key.clone(), None);
            edits.push(Edit::Remove(image.table.clone(), key.clone()));
            old = row.map(|row| (key, row));
        }
        if let Some(after) = after {
            let row = shaped(table, after, common, old.as_ref().map(|(_, row)| row));
            let key = match (table.key_of(&row), old) {
                (None, Some((old, _))) => old,
                (None, None) => now.hidden_key(),
                (Some(key), _) => key,
            };
            if now.get(&key).is_some() {
                return Err(Misfit::Taken("PRIMARY".to_owned(), key.to_string()));
            }
            if let Some((name, value)) = table.taken(&row, now.rows()) {
                return Err(Misfit::Taken(name.to_owned(), value.to_string()));
            }
            now.changed.insert(key.clone(), Some(row.clone()));
            edits.push(Edit::Put(image.table.clone(), key, row));
        }
    }
    Ok(edits)
}

/// A table as it is in the middle of a transaction.
struct Now<'a> {
    table: &'a Table,
    changed: BTreeMap<Value, Option<Row>>,
}

impl Now<'_> {
    fn get(&self, key: &Value) -> Option<&Row> {
        match self.changed.get(key) {
            Some(changed) => changed.as_ref(),
            None => self.table.rows.get(key),
        }
    }

    /// The key under which the row stands: by the primary key alone, else the first row that is equal.
    fn find(&self, before: &Row, common: usize) -> Option<Value> {
        if has_key(self.table, common) {
            let key = self.table.key_of(before)?;
            return self.get(&key).map(|_| key);
        }
        let keys = self.table.rows.keys().chain(self.changed.keys());
        let equal = |key: &&Value| {
            self.get(key)
                .is_some_and(|row| row[..common] == before[..common])
        };
        keys.into_iter().find(equal).cloned()
    }

    /// A number behind all others.
    #[expect(clippy::wildcard_enum_match_arm, reason = "it is about these alone")]
    fn hidden_key(&self) -> Value {
        let new = self.changed.len() as i64;
        match self.table.hidden_key() {
            Value::Int(number) => Value::Int(number.saturating_add(new)),
            other => other,
        }
    }

    /// Its rows.
    fn rows(&self) -> impl Iterator<Item = &Row> {
        let old = self
            .table
            .rows
            .iter()
            .filter(|(key, _)| !self.changed.contains_key(*key));
        old.map(|(_, row)| row)
            .chain(self.changed.values().flatten())
    }
}

/// Whether the source's row has all of the primary key.
fn has_key(table: &Table, common: usize) -> bool {
    !table.key.is_empty() && table.key.iter().all(|column| *column < common)
}

/// The source's row in this table's columns: surplus ones are thrown away, missing ones stay as they are or get defaults.
fn shaped(table: &Table, after: &Row, common: usize, before: Option<&Row>) -> Row {
    let columns = table.columns.iter().enumerate();
    columns
        .map(|(at, column)| match before {
            _ if at < common => after[at].clone(),
            Some(before) => before[at].clone(),
            None => filler(column),
        })
        .collect()
}
