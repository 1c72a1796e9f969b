//! Values.

use std::cmp::Ordering;
use std::fmt;

/// A value of a row; NULL sorts first, as the servers sort it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Value {
    /// NULL
    Null,
    /// A whole number.
    Int(i64),
    /// So many units of the last of so many decimals.
    Decimal(i128, u8),
    /// A string, a date or a time.
    Text(String),
    /// The columns of a key.
    Key(Vec<Value>),
}

/// Digits that a number may have.
const DIGITS: usize = 36;
/// Decimals that a quotient has more than its dividend (`div_precision_increment`).
const MORE: u8 = 4;

fn ten(power: u8) -> i128 {
    10_i128.saturating_pow(u32::from(power))
}

/// Rounded half away from zero.
fn divided(units: i128, by: i128) -> i128 {
    let half = by.abs() / 2;
    let sign = if (units < 0) == (by < 0) { 1 } else { -1 };
    (units.abs().saturating_add(half)) / by.abs() * sign
}

impl Value {
    /// A number as it was written.
    pub fn decimal(said: &str) -> Value {
        let (number, exponent) = said.split_once(['e', 'E']).unwrap_or((said, "0"));
        let (whole, part) = number.split_once('.').unwrap_or((number, ""));
        let digits = format!("{whole}{part}");
        let exponent: i64 = exponent.parse().unwrap_or(0);
        let units = match digits.trim_start_matches(['0', '-']).len() > DIGITS {
            true => None,
            false => digits.parse::<i128>().ok(),
        };
        let scale = part.len() as i64 - exponent;
        match (units, scale) {
            (Some(units), 0..=30) => Value::Decimal(units, scale as u8),
            (Some(units), -30..=-1) => Value::Decimal(units.saturating_mul(ten(-scale as u8)), 0),
            _ => Value::Text(said.to_owned()),
        }
    }

    /// As a number: units and scale; a string as far as it is one.
    pub fn number(&self) -> Option<(i128, u8)> {
        match self {
            Value::Null | Value::Key(_) => None,
            Value::Int(number) => Some((i128::from(*number), 0)),
            Value::Decimal(units, scale) => Some((*units, *scale)),
            Value::Text(text) => {
                let text = text.trim();
                let end = text.char_indices().find(|(at, c)| {
                    !(c.is_ascii_digit() || *c == '.' || (*at == 0 && "+-".contains(*c)))
                });
                let number = &text[..end.map_or(text.len(), |(at, _)| at)];
                match Value::decimal(number.trim_start_matches('+')) {
                    Value::Decimal(units, scale) => Some((units, scale)),
                    Value::Null | Value::Int(_) | Value::Text(_) | Value::Key(_) => Some((0, 0)),
                }
            }
        }
    }

    /// A number with so many decimals, rounded.
    pub fn rounded(units: i128, scale: u8, to: u8) -> i128 {
        match scale > to {
            true => divided(units, ten(scale - to)),
            false => units.saturating_mul(ten(to - scale)),
        }
    }

    fn of_number(units: i128, scale: u8) -> Value {
        match (scale, i64::try_from(units)) {
            (0, Ok(number)) => Value::Int(number),
            _ => Value::Decimal(units, scale),
        }
    }

    fn both(&self, other: &Value) -> Option<((i128, i128), u8)> {
        let ((a, p), (b, q)) = (self.number()?, other.number()?);
        let scale = p.max(q);
        Some((
            (Value::rounded(a, p, scale), Value::rounded(b, q, scale)),
            scale,
        ))
    }

    /// A sum.
    pub fn plus(&self, other: &Value) -> Value {
        self.both(other).map_or(Value::Null, |((a, b), scale)| {
            Value::of_number(a.saturating_add(b), scale)
        })
    }

    /// A difference.
    pub fn minus(&self, other: &Value) -> Value {
        self.both(other).map_or(Value::Null, |((a, b), scale)| {
            Value::of_number(a.saturating_sub(b), scale)
        })
    }

    /// A product.
    pub fn times(&self, other: &Value) -> Value {
        match (self.number(), other.number()) {
            (Some((a, p)), Some((b, q))) => {
                let scale = p.saturating_add(q).min(30);
                let units = a.saturating_mul(b);
                Value::of_number(Value::rounded(units, p.saturating_add(q), scale), scale)
            }
            _ => Value::Null,
        }
    }

    /// A quotient; NULL of a division by zero.
    pub fn divided_by(&self, other: &Value) -> Value {
        match (self.number(), other.number()) {
            (Some((a, p)), Some((b, q))) if b != 0 => {
                let scale = p.saturating_add(MORE).min(30);
                let units = a.saturating_mul(ten(scale - p.min(scale) + q));
                Value::Decimal(divided(units, b), scale)
            }
            _ => Value::Null,
        }
    }

    /// A whole quotient and what is left; nothing of a division by zero.
    pub fn quotient(&self, other: &Value) -> Option<(Value, Value)> {
        let ((a, b), scale) = self.both(other)?;
        (b != 0).then(|| (Value::of_number(a / b, 0), Value::of_number(a % b, scale)))
    }

    /// How two values compare: as numbers if one is, else as text in any case; not if one is NULL.
    pub fn compared(&self, other: &Value) -> Option<Ordering> {
        match (self, other) {
            (Value::Null, _) | (_, Value::Null) => None,
            (Value::Text(a), Value::Text(b)) => {
                // A date is a moment at midnight.
                let is_date = |text: &str| text.len() == 10 && text.as_bytes()[4] == b'-';
                let moment = |text: &str, other: &str| match is_date(text) && other.len() == 19 {
                    true => format!("{text} 00:00:00"),
                    false => text.to_lowercase(),
                };
                Some(moment(a, b).cmp(&moment(b, a)))
            }
            _ => self.both(other).map(|((a, b), _)| a.cmp(&b)),
        }
    }

    /// Whether it holds as a condition; unknown if it is NULL.
    pub fn holds(&self) -> Option<bool> {
        self.number().map(|(units, _)| units != 0)
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Value::Null => f.write_str("NULL"),
            Value::Int(number) => write!(f, "{number}"),
            Value::Decimal(units, 0) => write!(f, "{units}"),
            Value::Decimal(units, scale) => {
                let sign = if *units < 0 { "-" } else { "" };
                let (whole, part) = (units.abs() / ten(*scale), units.abs() % ten(*scale));
                write!(
                    f,
                    "{sign}{whole}.{part:0width$}",
                    width = usize::from(*scale)
                )
            }
            Value::Text(text) => f.write_str(text),
            Value::Key(all) => {
                for (at, value) in all.iter().enumerate() {
                    write!(f, "{}{value}", if at > 0 { "-" } else { "" })?;
                }
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests;
