//! `SELECT` of a small table.

use super::Store;
use super::errors::{Clause, SqlError, unknown_column};
use super::execute::Context;
use super::rows::matching;
use super::value::Value;
use crate::lesson::sql::statement::{Select, Shows};

/// Column names and rows, to be printed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grid {
    /// Names, and whether a column is aligned to the right as numbers are.
    pub columns: Vec<(String, bool)>,
    /// Rows.
    pub rows: Vec<Vec<String>>,
}

impl Store {
    /// What a `SELECT` shows.
    pub fn select(&self, select: &Select, context: &Context) -> Result<Grid, SqlError> {
        let (_, table) = self.existing(&select.from, context)?;
        let mut found = matching(table, &select.conditions, context.words)?;
        if let Some((column, down)) = &select.order {
            let at = table
                .column(column)
                .ok_or_else(|| unknown_column(context.words, column, Clause::Order))?;
            found.sort_by(|a, b| a.1[at].cmp(&b.1[at]));
            if *down {
                found.reverse();
            }
        }
        if let Shows::Count(said) = &select.shows {
            return Ok(Grid {
                columns: vec![(said.clone(), true)],
                rows: vec![vec![found.len().to_string()]],
            });
        }
        let places: Vec<usize> = match &select.shows {
            Shows::Columns(names) => names
                .iter()
                .map(|name| {
                    let unknown = || unknown_column(context.words, name, Clause::Select);
                    table.column(name).ok_or_else(unknown)
                })
                .collect::<Result<_, _>>()?,
            Shows::Count(_) | Shows::All => (0..table.columns.len()).collect(),
        };
        found.truncate(select.limit.unwrap_or(usize::MAX));
        let cell = |value: &Value| value.to_string();
        Ok(Grid {
            columns: places
                .iter()
                .map(|&at| {
                    let column = &table.columns[at];
                    (column.name.clone(), column.kind.is_number())
                })
                .collect(),
            rows: found
                .iter()
                .map(|(_, row)| places.iter().map(|&at| cell(&row[at])).collect())
                .collect(),
        })
    }
}
