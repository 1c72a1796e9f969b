//! INSERT, UPDATE and WHERE: the rows of one table.

use super::auto_increment::Counter;
use super::errors::{Clause, Note, SqlError, duplicate, unknown_column};
use super::evaluate::Scope;
use super::execute::{Context, Executed, Image, RowsImage};
use super::kind::{Type, Wrong};
use super::value::Value;
use super::{Column, Edit, Row, Table, TableId};
use crate::lesson::show::clock;
use crate::lesson::sql::expression::{Expression, Operator};
use crate::lesson::sql::statement::Which;
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

#[expect(clippy::wildcard_enum_match_arm, reason = "it is about this alone")]
fn checked(
    column: &Column,
    value: &Value,
    id: &TableId,
    row: usize,
    context: &Context,
    notes: &mut Vec<Note>,
) -> Result<Value, SqlError> {
    let name = &column.name;
    let (state, place) = (context.words.errors.not_a_number)(&id.0, &id.1, name);
    let kept = column.kind.accept(value).map_err(|wrong| match wrong {
        Wrong::TooLong => SqlError::new(
            1406,
            "22001",
            format!("Data too long for column '{name}' at row {row}"),
        ),
        Wrong::OutOfRange => SqlError::new(
            1264,
            "22003",
            format!("Out of range value for column '{name}' at row {row}"),
        ),
        Wrong::NotAMoment(kind) => SqlError::new(
            1292,
            "22007",
            format!("Incorrect {kind} value: '{value}' for column {place} at row {row}"),
        ),
        Wrong::NotANumber(kind) => SqlError::new(
            1366,
            state,
            format!("Incorrect {kind} value: '{value}' for column {place} at row {row}"),
        ),
    })?;
    if !column.kind.keeps_all(value, &kept) {
        let cut = match column.kind {
            Type::Date => (context.words.errors.time_cut)(value, name, row),
            _ => Note::cut(name, row),
        };
        notes.push(cut);
    }
    match kept == Value::Null && column.not_null {
        true => Err(SqlError::new(
            1048,
            "23000",
            format!("Column '{name}' cannot be null"),
        )),
        false => Ok(kept),
    }
}

/// What a column gets where nothing or DEFAULT is said.
fn default(column: &Column, context: &Context) -> Result<Value, SqlError> {
    match &column.default {
        Some(Expression::Literal(value)) => Ok(value.clone()),
        Some(_) => Ok(Value::Text(clock::moment(context.now))),
        None if column.not_null => {
            let text = format!("Field '{}' doesn't have a default value", column.name);
            Err(SqlError::new(1364, "HY000", text))
        }
        None => Ok(Value::Null),
    }
}

/// The rows of an INSERT.
pub fn insert(
    id: TableId,
    table: &Table,
    columns: Option<&[String]>,
    rows: &[Vec<Expression>],
    context: &Context,
    counter: &mut Counter,
) -> Result<Executed, SqlError> {
    let words = context.words;
    let scope = Scope {
        words,
        clause: Clause::Insert,
        row: None,
    };
    let places: Vec<usize> = match columns {
        None => (0..table.columns.len()).collect(),
        Some(names) => names
            .iter()
            .map(|name| {
                let unknown = || unknown_column(words, name, Clause::Insert);
                table.column(name).ok_or_else(unknown)
            })
            .collect::<Result<_, _>>()?,
    };
    let mut executed = Executed::default();
    let (mut images, mut new): (Vec<Image>, BTreeMap<Value, Row>) = Default::default();
    let auto = table
        .columns
        .iter()
        .position(|column| column.auto_increment);
    if let Some(first) = context.insert_id {
        counter.replayed(first);
    }
    for (number, said) in rows.iter().enumerate() {
        // Nothing between the parentheses: every column has its default.
        if said.len() != places.len() && !(said.is_empty() && columns.is_none()) {
            let text = format!(
                "Column count doesn't match value count at row {}",
                number + 1
            );
            return Err(SqlError::new(1136, "21S01", text));
        }
        let mut row: Vec<Option<Value>> = vec![None; table.columns.len()];
        for (place, expression) in places.iter().zip(said) {
            if *expression != Expression::Default {
                row[*place] = Some(scope.value(expression)?.into_owned());
            }
        }
        let mut filled = Row::new();
        let mut counted = None;
        for (at, (column, value)) in table.columns.iter().zip(row).enumerate() {
            if column.auto_increment
                && matches!(value, None | Some(Value::Null) | Some(Value::Int(0)))
            {
                counted = Some(at);
                filled.push(Value::Int(0));
                continue;
            }
            let is_moment = column.kind.is_moment();
            executed.uses_time_zone |=
                is_moment && value.as_ref().is_some_and(|value| *value != Value::Null);
            let value = value.map_or_else(|| default(column, context), Ok)?;
            let notes = &mut executed.notes;
            filled.push(checked(column, &value, &id, number + 1, context, notes)?);
        }
        // A row that has an error gets no number.
        match (counted, auto.map(|at| &filled[at])) {
            (Some(at), _) => {
                let number = counter.hands_out();
                executed.insert_id = executed.insert_id.or(Some(number));
                filled[at] = Value::Int(number);
            }
            (None, Some(Value::Int(number))) => counter.is_said(*number),
            (None, _) => {}
        }
        let key = match (table.key_of(&filled), table.hidden_key()) {
            (Some(key), _) => key,
            (None, Value::Int(first)) => Value::Int(first.saturating_add(number as i64)),
            (None, other) => other,
        };
        if table.rows.contains_key(&key) || new.contains_key(&key) {
            return Err(duplicate(words, &key.to_string(), &id.1, "PRIMARY"));
        }
        if let Some((name, value)) = table.taken(&filled, table.rows.values().chain(new.values())) {
            return Err(duplicate(words, &value.to_string(), &id.1, name));
        }
        if let Some(Value::Int(number)) = auto.map(|at| &filled[at]) {
            counter.is_written(*number);
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

/// The rows of an UPDATE.
#[expect(clippy::wildcard_enum_match_arm, reason = "it is about these alone")]
pub fn update(
    id: TableId,
    table: &Table,
    sets: &[(String, Expression)],
    which: &Which,
    context: &Context,
) -> Result<Executed, SqlError> {
    let words = context.words;
    let places = sets.iter().map(|(name, _)| {
        let unknown = || unknown_column(words, name, Clause::Set);
        table.column(name).ok_or_else(unknown)
    });
    let places = places.collect::<Result<Vec<usize>, _>>()?;
    // Unknown columns are errors of an update of no row too.
    let blank: Row = vec![Value::Null; table.columns.len()];
    for (_, expression) in sets {
        Scope::of(words, Clause::Set, table, &blank).value(expression)?;
    }
    let mut found = matching(table, which.condition.as_ref(), words)?;
    found.truncate(which.limit.unwrap_or(usize::MAX));
    let read = sets.iter().map(|(_, expression)| expression);
    let mut executed = Executed {
        matched: found.len() as u64,
        uses_time_zone: reads_moments(table, read.chain(&which.condition)),
        ..Executed::default()
    };
    let mut images = Vec::new();
    let mut changed: BTreeMap<Value, Option<Row>> = BTreeMap::new();
    for (number, (key, before)) in found.into_iter().enumerate() {
        let mut after = before.clone();
        for ((_, expression), &at) in sets.iter().zip(&places) {
            let column = &table.columns[at];
            let value = match expression {
                Expression::Default => default(column, context)?,
                other => {
                    let scope = Scope::of(words, Clause::Set, table, &after);
                    scope.value(other)?.into_owned()
                }
            };
            executed.uses_time_zone |= column.kind.is_moment() && value != Value::Null;
            let notes = &mut executed.notes;
            after[at] = checked(column, &value, &id, number + 1, context, notes)?;
        }
        if after == *before {
            continue;
        }
        for (at, column) in table.columns.iter().enumerate() {
            if column.on_update && !places.contains(&at) {
                after[at] = Value::Text(clock::moment(context.now));
            }
        }
        let new_key = table.key_of(&after).unwrap_or_else(|| key.clone());
        if new_key != *key {
            let taken = match changed.get(&new_key) {
                Some(row) => row.is_some(),
                None => table.rows.contains_key(&new_key),
            };
            if taken {
                return Err(duplicate(words, &new_key.to_string(), &id.1, "PRIMARY"));
            }
            changed.insert(key.clone(), None);
            executed.edits.push(Edit::Remove(id.clone(), key.clone()));
        }
        let others = table
            .rows
            .iter()
            .filter(|(other, _)| *other != key && !changed.contains_key(*other));
        let others = others.map(|(_, row)| row).chain(changed.values().flatten());
        if let Some((name, value)) = table.taken(&after, others) {
            return Err(duplicate(words, &value.to_string(), &id.1, name));
        }
        changed.insert(new_key.clone(), Some(after.clone()));
        executed
            .edits
            .push(Edit::Put(id.clone(), new_key, after.clone()));
        images.push((Some(before.clone()), Some(after)));
    }
    executed.affected = images.len() as u64;
    executed.rows = image(&id, table, images);
    Ok(executed)
}

/// Whether moments are compared: which they are depends on the time zone.
fn reads_moments<'a>(table: &Table, mut read: impl Iterator<Item = &'a Expression>) -> bool {
    read.any(|expression| {
        let mut found = false;
        let _ = expression.replaced(&mut |part| {
            if let Expression::Column(name) = part {
                let column = table.column(name).map(|at| &table.columns[at]);
                found |= column.is_some_and(|column| column.kind.is_moment());
            }
            // Whether there is one at all does not.
            let is_null = matches!(part, Expression::IsNull(_));
            Ok::<_, SqlError>(is_null.then_some(Value::Null))
        });
        found
    })
}

/// The rows of a DELETE.
pub fn delete(
    id: TableId,
    table: &Table,
    which: &Which,
    context: &Context,
) -> Result<Executed, SqlError> {
    let mut found = matching(table, which.condition.as_ref(), context.words)?;
    found.truncate(which.limit.unwrap_or(usize::MAX));
    let images = found.iter().map(|(_, row)| (Some((*row).clone()), None));
    let edits = found
        .iter()
        .map(|(key, _)| Edit::Remove(id.clone(), (*key).clone()));
    Ok(Executed {
        uses_time_zone: reads_moments(table, which.condition.iter()),
        rows: image(&id, table, images.collect()),
        affected: found.len() as u64,
        matched: found.len() as u64,
        edits: edits.collect(),
        ..Executed::default()
    })
}

/// The rows for which a condition holds.
#[expect(clippy::wildcard_enum_match_arm, reason = "it is about these alone")]
pub fn matching<'a>(
    table: &'a Table,
    condition: Option<&Expression>,
    words: &Vocabulary,
) -> Result<Vec<(&'a Value, &'a Row)>, SqlError> {
    let Some(condition) = condition else {
        return Ok(table.rows.iter().collect());
    };
    let scope = |row| Scope {
        words,
        clause: Clause::Where,
        row: Some((table, row)),
    };
    // Unknown columns are errors of an empty table too, and of what is never looked at.
    let blank: Row = vec![Value::Null; table.columns.len()];
    condition.replaced(&mut |part| match part {
        Expression::Column(_) => scope(&blank).value(part).map(|_| None),
        _ => Ok::<_, SqlError>(None),
    })?;
    let by_key = key_said(table, condition).map(|key| table.rows.get_key_value(&key));
    let mut found = Vec::new();
    let candidates = match by_key {
        Some(one) => one.into_iter().collect(),
        None => table.rows.iter().collect::<Vec<_>>(),
    };
    for (key, row) in candidates {
        if scope(row).holds(condition)? {
            found.push((key, row));
        }
    }
    Ok(found)
}

/// The key of the only row for which a condition can hold, if it says one.
#[expect(clippy::wildcard_enum_match_arm, reason = "it is about these alone")]
fn key_said(table: &Table, condition: &Expression) -> Option<Value> {
    let [key] = table.key.as_slice() else {
        return None;
    };
    match condition {
        Expression::Binary(Operator::And, left, right) => {
            key_said(table, left).or_else(|| key_said(table, right))
        }
        Expression::Binary(Operator::Equal, left, right) => match (&**left, &**right) {
            (Expression::Column(name), Expression::Literal(value @ Value::Int(_)))
            | (Expression::Literal(value @ Value::Int(_)), Expression::Column(name)) => {
                let is_whole = matches!(table.columns[*key].kind, Type::Whole { .. });
                (is_whole && table.column(name) == Some(*key)).then(|| value.clone())
            }
            _ => None,
        },
        _ => None,
    }
}
