//! `SELECT` of a small table, or of none.

use super::Store;
use super::errors::{Clause, SqlError};
use super::evaluate::{Scope, aggregated};
use super::execute::Context;
use super::rows::matching;
use super::value::Value;
use super::{Row, Table};
use crate::lesson::sql::expression::{Aggregate, Expression, Operator};
use crate::lesson::sql::select::{Direction, Item, Select};
use crate::lesson::vocabulary::Vocabulary;

/// Column names and rows, to be printed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grid {
    /// Names, and whether a column is aligned to the right as numbers are.
    pub columns: Vec<(String, bool)>,
    /// Columns that may be NULL: the client leaves room for it.
    pub nullable: Vec<bool>,
    /// Rows.
    pub rows: Vec<Vec<String>>,
}

impl Store {
    /// What a `SELECT` shows.
    pub fn select(&self, select: &Select, context: &Context) -> Result<Grid, SqlError> {
        let words = context.words;
        let table = match &select.from {
            Some(name) => Some(self.existing(name, context)?.1),
            None => None,
        };
        let Some(table) = table else {
            return shown(select, None, &[None], context);
        };
        let mut found = matching(table, select.condition.as_ref(), words)?;
        let scope = |row| Scope {
            words,
            clause: Clause::Order,
            row: Some((table, row)),
        };
        for (by, direction) in select.order.iter().rev() {
            // A name of the answer is meant first.
            let named = select.items.iter().find_map(|item| match (item, by) {
                (Item::Value(value, name), Expression::Column(by)) if name == by => Some(value),
                _ => None,
            });
            let by = named.unwrap_or(by);
            let values = found
                .iter()
                .map(|(_, row)| Ok(scope(row).value(by)?.into_owned()));
            let values = values.collect::<Result<Vec<Value>, SqlError>>()?;
            let mut order: Vec<usize> = (0..found.len()).collect();
            order.sort_by(|a, b| match direction {
                Direction::Up => values[*a].cmp(&values[*b]),
                Direction::Down => values[*b].cmp(&values[*a]),
            });
            found = order.into_iter().map(|at| found[at]).collect();
        }
        let rows: Vec<Option<&Row>> = found.into_iter().map(|(_, row)| Some(row)).collect();
        shown(select, Some(table), &rows, context)
    }
}

/// The items of a SELECT with `*` written out: each with its name, and whether it is a number and may be NULL.
#[expect(clippy::wildcard_enum_match_arm, reason = "it is about these alone")]
fn shown(
    select: &Select,
    table: Option<&Table>,
    rows: &[Option<&Row>],
    context: &Context,
) -> Result<Grid, SqlError> {
    let words = context.words;
    let mut items: Vec<(Expression, String)> = Vec::new();
    for item in &select.items {
        match (item, table) {
            (Item::Value(value, name), _) => items.push((value.clone(), name.clone())),
            (Item::All, Some(table)) => items.extend(
                table
                    .columns
                    .iter()
                    .map(|column| (Expression::Column(column.name.clone()), column.name.clone())),
            ),
            (Item::All, None) => {
                return Err(SqlError::new(1096, "HY000", "No tables used"));
            }
        }
    }
    // Unknown columns are errors of an empty table too.
    let blank: Option<Row> = table.map(|table| vec![Value::Null; table.columns.len()]);
    for (value, _) in &items {
        value.replaced(&mut |part| match part {
            Expression::Column(_) => scope(words, table, blank.as_ref())
                .value(part)
                .map(|_| None),
            _ => Ok::<_, SqlError>(None),
        })?;
    }
    let is_aggregate = items.iter().any(|(value, _)| value.is_aggregate());
    let mut values: Vec<Vec<Value>> = Vec::new();
    if is_aggregate {
        let of_all = |part: &Expression| -> Result<Option<Value>, SqlError> {
            let Expression::Aggregate(aggregate, argument) = part else {
                return Ok(None);
            };
            let Some(argument) = argument else {
                return Ok(Some(Value::Int(rows.len() as i64)));
            };
            let each = rows
                .iter()
                .map(|row| Ok(scope(words, table, *row).value(argument)?.into_owned()));
            let each = each.collect::<Result<Vec<_>, SqlError>>()?;
            Ok(Some(aggregated(*aggregate, &each)))
        };
        let mut row = Vec::new();
        for (value, _) in &items {
            let value = value.replaced(&mut |part| of_all(part))?;
            let first = rows.first().copied().flatten().or(blank.as_ref());
            row.push(scope(words, table, first).value(&value)?.into_owned());
        }
        values.push(row);
    } else {
        for row in rows {
            let each = items
                .iter()
                .map(|(value, _)| Ok(scope(words, table, *row).value(value)?.into_owned()));
            values.push(each.collect::<Result<_, SqlError>>()?);
        }
    }
    if select.distinct {
        let mut seen = std::collections::BTreeSet::new();
        values.retain(|row| seen.insert(row.clone()));
    }
    let (most, behind) = select.limit.unwrap_or((usize::MAX, 0));
    let kinds = items.iter().map(|(value, _)| kind(value, table));
    let (numbers, nullable): (Vec<bool>, Vec<bool>) = kinds.unzip();
    let values = values.into_iter().skip(behind).take(most);
    Ok(Grid {
        columns: items
            .into_iter()
            .map(|(_, name)| name)
            .zip(numbers)
            .collect(),
        nullable,
        rows: values
            .map(|row| row.iter().map(Value::to_string).collect())
            .collect(),
    })
}

fn scope<'a>(words: &'a Vocabulary, table: Option<&'a Table>, row: Option<&'a Row>) -> Scope<'a> {
    Scope {
        words,
        clause: Clause::Select,
        row: table.zip(row),
    }
}

/// Whether a value is a number, and whether it may be NULL.
fn kind(value: &Expression, table: Option<&Table>) -> (bool, bool) {
    match value {
        Expression::Literal(value) => match value {
            Value::Int(_) | Value::Decimal(..) => (true, false),
            Value::Null => (false, true),
            Value::Text(_) | Value::Key(_) => (false, false),
        },
        Expression::Column(name) => {
            let column = table.and_then(|table| Some(&table.columns[table.column(name)?]));
            column.map_or((false, true), |column| {
                (column.kind.is_number(), !column.not_null)
            })
        }
        Expression::Aggregate(aggregate, argument) => match aggregate {
            Aggregate::Count | Aggregate::CountDistinct => (true, false),
            Aggregate::Sum | Aggregate::Avg => (true, true),
            Aggregate::Min | Aggregate::Max => {
                let of = argument.as_ref().map(|argument| kind(argument, table).0);
                (of.unwrap_or(false), true)
            }
        },
        Expression::Negative(inner) => kind(inner, table),
        Expression::Not(inner) => (true, kind(inner, table).1),
        Expression::IsNull(_) => (true, false),
        // A division by zero is NULL.
        Expression::Binary(Operator::Divided | Operator::Quotient | Operator::Remainder, ..) => {
            (true, true)
        }
        Expression::Binary(_, left, right) => (true, kind(left, table).1 || kind(right, table).1),
        Expression::In(..) | Expression::Like(..) => (true, true),
        Expression::Call(name, arguments) => {
            let numbers = ["ABS", "CHAR_LENGTH", "LENGTH", "MOD"].contains(&name.as_str());
            let choices =
                ["COALESCE", "IFNULL", "GREATEST", "LEAST", "NULLIF"].contains(&name.as_str());
            let first = arguments.first().is_some_and(|first| kind(first, table).0);
            (numbers || (choices && first), true)
        }
        Expression::Variable(_) | Expression::Own(_) | Expression::Default => (false, true),
    }
}
