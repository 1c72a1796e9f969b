//! Values and the types of columns, with their sizes in row events (semantics.md 9).

use crate::lesson::vocabulary::Vocabulary;
use std::fmt;

/// A value of a row; NULL sorts first, as the servers sort it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Value {
    /// NULL
    Null,
    /// A whole number.
    Int(i64),
    /// A string.
    Text(String),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Value::Null => f.write_str("NULL"),
            Value::Int(number) => write!(f, "{number}"),
            Value::Text(text) => f.write_str(text),
        }
    }
}

/// The type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    /// TINYINT
    TinyInt,
    /// SMALLINT
    SmallInt,
    /// INT
    Int,
    /// BIGINT
    BigInt,
    /// VARCHAR, so many characters.
    Varchar(u16),
    /// DATETIME
    Datetime,
}

impl Type {
    /// Whether it holds numbers.
    pub fn is_number(self) -> bool {
        !matches!(self, Type::Varchar(_) | Type::Datetime)
    }

    /// Bytes of a value in a row event; NULL takes none.
    pub fn bytes_of(self, value: &Value, words: &Vocabulary) -> u64 {
        match (self, value) {
            (_, Value::Null) => 0,
            (Type::TinyInt, _) => 1,
            (Type::SmallInt, _) => 2,
            (Type::Int, _) => 4,
            (Type::BigInt, _) => 8,
            (Type::Datetime, _) => 5,
            (Type::Varchar(length), value) => {
                let bytes = value.to_string().len() as u64;
                let longest = u64::from(length) * words.types.bytes_per_character;
                bytes + if longest > 255 { 2 } else { 1 }
            }
        }
    }

    /// Bytes of metadata in a Table_map event.
    pub fn metadata(self) -> u64 {
        match self {
            Type::Varchar(_) => 2,
            Type::Datetime => 1,
            Type::TinyInt | Type::SmallInt | Type::Int | Type::BigInt => 0,
        }
    }

    /// As error 1677 names the type of the source's column.
    pub fn of_source(self, words: &Vocabulary) -> String {
        match self {
            Type::TinyInt => "tinyint".to_owned(),
            Type::SmallInt => "smallint".to_owned(),
            Type::Int => "int".to_owned(),
            Type::BigInt => "bigint".to_owned(),
            Type::Datetime => "datetime".to_owned(),
            Type::Varchar(length) => {
                let bytes = u64::from(length) * words.types.bytes_per_character;
                (words.types.varchar_of_source)(bytes)
            }
        }
    }

    /// As error 1677 names the type of the replica's column.
    pub fn of_replica(self, words: &Vocabulary) -> String {
        let number = words.types.number_of_replica;
        match self {
            Type::TinyInt => number("tinyint", 4),
            Type::SmallInt => number("smallint", 6),
            Type::Int => number("int", 11),
            Type::BigInt => number("bigint", 20),
            Type::Datetime => "datetime".to_owned(),
            Type::Varchar(length) => (words.types.varchar_of_replica)(length),
        }
    }

    /// Whether a row event's column of this type fits a replica's column without conversion: the same type, and for
    /// strings the same length (semantics.md 10; `slave_type_conversions` is empty).
    pub fn fits(self, replica: Type) -> bool {
        self == replica
    }

    /// A value as this type keeps it, or what is wrong with it.
    pub fn accept(self, value: &Value) -> Result<Value, Wrong> {
        let (low, high) = match self {
            Type::TinyInt => (i64::from(i8::MIN), i64::from(i8::MAX)),
            Type::SmallInt => (i64::from(i16::MIN), i64::from(i16::MAX)),
            Type::Int => (i64::from(i32::MIN), i64::from(i32::MAX)),
            Type::BigInt => (i64::MIN, i64::MAX),
            Type::Varchar(length) => {
                let text = match value {
                    Value::Null => return Ok(Value::Null),
                    other @ (Value::Int(_) | Value::Text(_)) => other.to_string(),
                };
                return match text.chars().count() <= usize::from(length) {
                    true => Ok(Value::Text(text)),
                    false => Err(Wrong::TooLong),
                };
            }
            Type::Datetime => {
                return match value {
                    Value::Null => Ok(Value::Null),
                    Value::Text(text) if is_datetime(text) => Ok(value.clone()),
                    Value::Int(_) | Value::Text(_) => Err(Wrong::NotADatetime),
                };
            }
        };
        let number = match value {
            Value::Null => return Ok(Value::Null),
            Value::Int(number) => *number,
            Value::Text(text) => text.trim().parse().map_err(|_| Wrong::NotANumber)?,
        };
        match (low..=high).contains(&number) {
            true => Ok(Value::Int(number)),
            false => Err(Wrong::OutOfRange),
        }
    }
}

/// Why a value does not fit its column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// Error 1406.
    TooLong,
    /// Error 1264.
    OutOfRange,
    /// Error 1366.
    NotANumber,
    /// Error 1292.
    NotADatetime,
}

/// `YYYY-MM-DD hh:mm:ss`
fn is_datetime(text: &str) -> bool {
    text.len() == 19
        && text.char_indices().all(|(at, c)| match at {
            4 | 7 => c == '-',
            10 => c == ' ',
            13 | 16 => c == ':',
            _ => c.is_ascii_digit(),
        })
}
