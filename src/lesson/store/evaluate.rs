//! What an expression is worth, for a row or for none.

use super::errors::{Clause, SqlError, unknown_column};
use super::value::Value;
use super::{Row, Table};
use crate::lesson::show::lists::is_like;
use crate::lesson::sql::expression::{Aggregate, Expression, Operator};
use crate::lesson::vocabulary::Vocabulary;
use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// Where columns are looked up.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    /// What the server says.
    pub words: &'a Vocabulary,
    /// The clause that names columns.
    pub clause: Clause,
    /// A table and one of its rows.
    pub row: Option<(&'a Table, &'a Row)>,
}

fn truth(value: Option<bool>) -> Value {
    value.map_or(Value::Null, |holds| Value::Int(i64::from(holds)))
}

impl<'a> Scope<'a> {
    /// One of the rows of a table.
    pub fn of(words: &'a Vocabulary, clause: Clause, table: &'a Table, row: &'a Row) -> Scope<'a> {
        Scope {
            words,
            clause,
            row: Some((table, row)),
        }
    }
}

impl Scope<'_> {
    /// The value of an expression.
    pub fn value<'a>(&'a self, of: &'a Expression) -> Result<Cow<'a, Value>, SqlError> {
        Ok(Cow::Owned(match of {
            Expression::Literal(value) => return Ok(Cow::Borrowed(value)),
            Expression::Column(name) => {
                let unknown = || unknown_column(self.words, name, self.clause);
                let (table, row) = self.row.ok_or_else(unknown)?;
                let at = table.column(name).ok_or_else(unknown)?;
                return Ok(Cow::Borrowed(&row[at]));
            }
            Expression::Not(inner) => truth(self.value(inner)?.holds().map(|holds| !holds)),
            Expression::Negative(inner) => Value::Int(0).minus(&*self.value(inner)?),
            Expression::IsNull(inner) => truth(Some(*self.value(inner)? == Value::Null)),
            Expression::In(inner, all) => {
                let value = self.value(inner)?;
                let mut found = Some(false);
                for each in all {
                    match value.compared(&*self.value(each)?) {
                        Some(Ordering::Equal) => return Ok(Cow::Owned(Value::Int(1))),
                        None => found = None,
                        Some(_) => {}
                    }
                }
                truth(found)
            }
            Expression::Like(text, pattern) => {
                match (&*self.value(text)?, &*self.value(pattern)?) {
                    (Value::Null, _) | (_, Value::Null) => Value::Null,
                    (text, pattern) => {
                        truth(Some(is_like(&text.to_string(), &pattern.to_string())))
                    }
                }
            }
            Expression::Binary(operator, left, right) => self.binary(*operator, left, right)?,
            Expression::Call(name, arguments) => {
                let values = arguments
                    .iter()
                    .map(|each| self.value(each).map(Cow::into_owned));
                call(name, &values.collect::<Result<Vec<_>, _>>()?)
            }
            // What is left of these has no value here.
            Expression::Variable(_)
            | Expression::Own(_)
            | Expression::Default
            | Expression::Aggregate(..) => Value::Null,
        }))
    }

    /// Whether a condition holds.
    pub fn holds(&self, condition: &Expression) -> Result<bool, SqlError> {
        Ok(self.value(condition)?.holds() == Some(true))
    }

    fn binary(
        &self,
        operator: Operator,
        left: &Expression,
        right: &Expression,
    ) -> Result<Value, SqlError> {
        let (a, b) = (self.value(left)?, self.value(right)?);
        let (a, b) = (&*a, &*b);
        let compared = |holds: fn(Ordering) -> bool| truth(a.compared(b).map(holds));
        Ok(match operator {
            Operator::Or => truth(match (a.holds(), b.holds()) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            }),
            Operator::And => truth(match (a.holds(), b.holds()) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            }),
            Operator::Equal => compared(Ordering::is_eq),
            Operator::Unequal => compared(Ordering::is_ne),
            Operator::Less => compared(Ordering::is_lt),
            Operator::AtMost => compared(Ordering::is_le),
            Operator::Greater => compared(Ordering::is_gt),
            Operator::AtLeast => compared(Ordering::is_ge),
            Operator::Same => truth(Some(match (a, b) {
                (Value::Null, Value::Null) => true,
                _ => a.compared(b) == Some(Ordering::Equal),
            })),
            Operator::Plus => a.plus(b),
            Operator::Minus => a.minus(b),
            Operator::Times => a.times(b),
            Operator::Divided => a.divided_by(b),
            Operator::Quotient => a.quotient(b).map_or(Value::Null, |(quotient, _)| quotient),
            Operator::Remainder => a.quotient(b).map_or(Value::Null, |(_, rest)| rest),
        })
    }
}

/// A function of values alone.
#[expect(clippy::wildcard_enum_match_arm, reason = "it is about these alone")]
fn call(name: &str, values: &[Value]) -> Value {
    let first = values.first().unwrap_or(&Value::Null);
    let second = values.get(1).unwrap_or(&Value::Null);
    let some_null = values.contains(&Value::Null);
    let text = first.to_string();
    let count = second
        .number()
        .map_or(0, |(units, scale)| Value::rounded(units, scale, 0));
    let size = count.clamp(0, 1_000_000) as usize;
    let part = |skip: usize, take: usize| {
        let chars = text.chars().skip(skip).take(take);
        Value::Text(chars.collect())
    };
    let length = text.chars().count();
    match name {
        "COALESCE" | "IFNULL" => {
            let mut known = values.iter().filter(|value| **value != Value::Null);
            known.next().cloned().unwrap_or(Value::Null)
        }
        "IF" => match first.holds() {
            Some(true) => second.clone(),
            _ => values.get(2).cloned().unwrap_or(Value::Null),
        },
        "NULLIF" => match first.compared(second) {
            Some(Ordering::Equal) => Value::Null,
            _ => first.clone(),
        },
        _ if some_null => Value::Null,
        "ABS" => match first.holds() {
            Some(_) if first.compared(&Value::Int(0)) == Some(Ordering::Less) => {
                Value::Int(0).minus(first)
            }
            _ => first.clone(),
        },
        "MOD" => first.quotient(second).map_or(Value::Null, |(_, rest)| rest),
        "CONCAT" => Value::Text(values.iter().map(Value::to_string).collect()),
        "UPPER" | "UCASE" => Value::Text(text.to_uppercase()),
        "LOWER" | "LCASE" => Value::Text(text.to_lowercase()),
        "LENGTH" => Value::Int(text.len() as i64),
        "CHAR_LENGTH" => Value::Int(length as i64),
        "REPEAT" => match text.len().saturating_mul(size) > 1 << 24 {
            true => Value::Null,
            false => Value::Text(text.repeat(size)),
        },
        "LPAD" => {
            let with = values.get(2).map_or_else(String::new, Value::to_string);
            let missing = size.saturating_sub(length);
            let pad: String = with.chars().cycle().take(missing).collect();
            Value::Text((pad + &text).chars().take(size).collect())
        }
        "LEFT" => part(0, size),
        "RIGHT" => part(length.saturating_sub(size), size),
        "SUBSTR" | "SUBSTRING" => {
            let take = values
                .get(2)
                .and_then(Value::number)
                .map_or(length, |(units, _)| units.max(0) as usize);
            match count {
                1.. => part(size - 1, take),
                0 => Value::Text(String::new()),
                _ => part(length.saturating_sub(count.unsigned_abs() as usize), take),
            }
        }
        "HEX" => match first {
            Value::Int(number) => Value::Text(format!("{number:X}")),
            _ => Value::Text(text.bytes().map(|byte| format!("{byte:02X}")).collect()),
        },
        "GREATEST" | "LEAST" => {
            let wanted = if name == "LEAST" {
                Ordering::Less
            } else {
                Ordering::Greater
            };
            let better = |best: &Value, next: &Value| next.compared(best) == Some(wanted);
            let best = values
                .iter()
                .reduce(|best, next| if better(best, next) { next } else { best });
            best.cloned().unwrap_or(Value::Null)
        }
        _ => Value::Null,
    }
}

/// A function of all rows, given its argument's value in each.
pub fn aggregated(aggregate: Aggregate, values: &[Value]) -> Value {
    let known = || values.iter().filter(|value| **value != Value::Null);
    let sum = || {
        known()
            .cloned()
            .reduce(|sum, next| sum.plus(&next))
            .unwrap_or(Value::Null)
    };
    let best = |wanted: Ordering| {
        let better = |best: &Value, next: &Value| next.compared(best) == Some(wanted);
        let best = known().reduce(|best, next| if better(best, next) { next } else { best });
        best.cloned().unwrap_or(Value::Null)
    };
    let count = |count: usize| Value::Int(count as i64);
    match aggregate {
        Aggregate::Count => count(known().count()),
        Aggregate::CountDistinct => count(known().collect::<BTreeSet<_>>().len()),
        Aggregate::Min => best(Ordering::Less),
        Aggregate::Max => best(Ordering::Greater),
        Aggregate::Sum => sum(),
        Aggregate::Avg => sum().divided_by(&count(known().count())),
    }
}
