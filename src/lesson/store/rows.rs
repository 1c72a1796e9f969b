//! INSERT, UPDATE and WHERE: the rows of one table.

use super::errors::{Clause, SqlError, duplicate, unknown_column};
use super::execute::{Context, Executed, Image, RowsImage};
use super::value::{Value, Wrong};
use super::{Column, Edit, Row, Table, TableId};
use crate::lesson::sql::statement::{Compare, Condition, Expression};
use crate::lesson::vocabulary::Vocabulary;
use std::collections::BTreeMap;

/// Images of rows, if there are any.
pub fn image(id: &TableId, table: &Table, rows: Vec<Image>) -> Option<RowsImage> {
    (!rows.is_empty()).then(|| RowsImage {
        table: id.clone(),
        columns: table.columns.iter().map(|column| column.kind).collect(),
        rows,
    })
}

fn checked(
    column: &Column,
    value: &Value,
    id: &TableId,
    context: &Context,
) -> Result<Value, SqlError> {
    let name = &column.name;
    let value = column.kind.accept(value).map_err(|wrong| match wrong {
        Wrong::TooLong => SqlError::new(
            1406,
            "22001",
            format!("Data too long for column '{name}' at row 1"),
        ),
        Wrong::OutOfRange => SqlError::new(
            1264,
            "22003",
            format!("Out of range value for column '{name}' at row 1"),
        ),
        Wrong::NotADatetime => SqlError::new(
            1292,
            "22007",
            format!("Incorrect datetime value: '{value}' for column '{name}' at row 1"),
        ),
        Wrong::NotANumber => {
            let (state, place) = (context.words.errors.not_a_number)(&id.0, &id.1, name);
            let text = format!("Incorrect integer value: '{value}' for column {place} at row 1");
            SqlError::new(1366, state, text)
        }
    })?;
    match value == Value::Null && column.not_null {
        true => Err(SqlError::new(
            1048,
            "23000",
            format!("Column '{name}' cannot be null"),
        )),
        false => Ok(value),
    }
}

/// The rows of an INSERT.
pub fn insert(
    id: TableId,
    table: &Table,
    columns: Option<&[String]>,
    rows: &[Vec<Expression>],
    context: &Context,
) -> Result<Executed, SqlError> {
    let all: Vec<usize> = (0..table.columns.len()).collect();
    let places = match columns {
        None => all,
        Some(names) => names
            .iter()
            .map(|name| {
                let unknown = || unknown_column(context.words, name, Clause::Insert);
                table.column(name).ok_or_else(unknown)
            })
            .collect::<Result<_, _>>()?,
    };
    let mut executed = Executed::default();
    let (mut images, mut new): (Vec<Image>, BTreeMap<Value, Row>) = Default::default();
    let mut next = table.next_auto;
    for (number, said) in rows.iter().enumerate() {
        if said.len() != places.len() {
            let text = format!(
                "Column count doesn't match value count at row {}",
                number + 1
            );
            return Err(SqlError::new(1136, "21S01", text));
        }
        let mut row: Vec<Option<Value>> = vec![None; table.columns.len()];
        for (place, expression) in places.iter().zip(said) {
            let value = match expression {
                Expression::Literal(value) => value.clone(),
                Expression::Column(name) | Expression::Plus(name, _) => {
                    return Err(unknown_column(context.words, name, Clause::Insert));
                }
            };
            row[*place] = Some(value);
        }
        let mut filled = Row::new();
        for (column, value) in table.columns.iter().zip(row) {
            let counts = column.auto_increment
                && matches!(value, None | Some(Value::Null) | Some(Value::Int(0)));
            if counts {
                let number = match (context.insert_id, executed.insert_id) {
                    (Some(first), None) => first,
                    _ => next_number(next, context.auto_increment),
                };
                executed.insert_id = executed.insert_id.or(Some(number));
                next = next.max(number.saturating_add(1));
                filled.push(Value::Int(number));
                continue;
            }
            let missing = value.is_none() && column.not_null && column.default == Value::Null;
            if missing {
                let text = format!("Field '{}' doesn't have a default value", column.name);
                return Err(SqlError::new(1364, "HY000", text));
            }
            let value = value.unwrap_or_else(|| column.default.clone());
            filled.push(checked(column, &value, &id, context)?);
        }
        let key = match table.key {
            Some(key) => filled[key].clone(),
            None => match table.hidden_key() {
                Value::Int(first) => Value::Int(first.saturating_add(number as i64)),
                other @ (Value::Null | Value::Text(_)) => other,
            },
        };
        if table.rows.contains_key(&key) || new.contains_key(&key) {
            return Err(duplicate(context.words, &key.to_string(), &id.1));
        }
        new.insert(key.clone(), filled.clone());
        executed
            .edits
            .push(Edit::Put(id.clone(), key, filled.clone()));
        images.push((None, Some(filled)));
    }
    executed.affected = images.len() as u64;
    executed.rows = image(&id, table, images);
    Ok(executed)
}

/// The smallest number from here on that `auto_increment_increment` and `_offset` allow (semantics.md 8).
pub fn next_number(at_least: i64, (increment, offset): (i64, i64)) -> i64 {
    if at_least <= offset {
        return offset;
    }
    let [at_least, increment, offset] = [at_least, increment, offset].map(i128::from);
    let number = offset + (at_least - offset + increment - 1) / increment * increment;
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// The rows of an UPDATE.
pub fn update(
    id: TableId,
    table: &Table,
    sets: &[(String, Expression)],
    conditions: &[Condition],
    context: &Context,
) -> Result<Executed, SqlError> {
    let place = |name: &str, clause: Clause| {
        let unknown = || unknown_column(context.words, name, clause);
        table.column(name).ok_or_else(unknown)
    };
    for (name, expression) in sets {
        place(name, Clause::Set)?;
        if let Expression::Column(other) | Expression::Plus(other, _) = expression {
            place(other, Clause::Set)?;
        }
    }
    let found = matching(table, conditions, context.words)?;
    let mut executed = Executed {
        matched: found.len() as u64,
        ..Executed::default()
    };
    let mut images = Vec::new();
    for (key, before) in found {
        let mut after = before.clone();
        for (name, expression) in sets {
            let at = place(name, Clause::Set)?;
            let value = match expression {
                Expression::Literal(value) => value.clone(),
                Expression::Column(other) => after[place(other, Clause::Set)?].clone(),
                Expression::Plus(other, add) => match &after[place(other, Clause::Set)?] {
                    Value::Int(number) => Value::Int(number.saturating_add(*add)),
                    Value::Null | Value::Text(_) => Value::Null,
                },
            };
            after[at] = checked(&table.columns[at], &value, &id, context)?;
        }
        if after == *before {
            continue;
        }
        let new_key = match table.key {
            Some(at) => after[at].clone(),
            None => key.clone(),
        };
        if new_key != *key {
            if table.rows.contains_key(&new_key) {
                return Err(duplicate(context.words, &new_key.to_string(), &id.1));
            }
            executed.edits.push(Edit::Remove(id.clone(), key.clone()));
        }
        executed
            .edits
            .push(Edit::Put(id.clone(), new_key, after.clone()));
        images.push((Some(before.clone()), Some(after)));
    }
    executed.affected = images.len() as u64;
    executed.rows = image(&id, table, images);
    Ok(executed)
}

/// The rows that all conditions hold for.
pub fn matching<'a>(
    table: &'a Table,
    conditions: &[Condition],
    words: &Vocabulary,
) -> Result<Vec<(&'a Value, &'a Row)>, SqlError> {
    let places: Vec<usize> = conditions
        .iter()
        .map(|condition| {
            let unknown = || unknown_column(words, &condition.column, Clause::Where);
            table.column(&condition.column).ok_or_else(unknown)
        })
        .collect::<Result<_, _>>()?;
    let holds = |row: &Row| {
        conditions.iter().zip(&places).all(|(condition, &at)| {
            let wanted = table.columns[at].kind.accept(&condition.value);
            let (left, right) = (&row[at], wanted.unwrap_or(Value::Null));
            if *left == Value::Null || right == Value::Null {
                return false;
            }
            match condition.compare {
                Compare::Equal => *left == right,
                Compare::Less => *left < right,
                Compare::AtMost => *left <= right,
                Compare::Greater => *left > right,
                Compare::AtLeast => *left >= right,
                Compare::Unequal => *left != right,
            }
        })
    };
    Ok(table.rows.iter().filter(|(_, row)| holds(row)).collect())
}
