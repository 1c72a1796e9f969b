//! The types of columns: what they keep, and their sizes in row events (semantics.md 9).

use super::value::Value;
use crate::lesson::show::clock;
use crate::lesson::vocabulary::Vocabulary;

/// The type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    /// TINYINT to BIGINT.
    Whole {
        /// 1, 2, 3, 4 or 8.
        bytes: u8,
        /// UNSIGNED
        unsigned: bool,
    },
    /// DECIMAL
    Decimal {
        /// All digits.
        digits: u8,
        /// Those behind the point.
        scale: u8,
    },
    /// VARCHAR, so many characters.
    Varchar(u16),
    /// CHAR
    Char(u16),
    /// TINYTEXT to LONGTEXT.
    Text {
        /// Bytes of the length: 1 to 4.
        length_bytes: u8,
    },
    /// DATE
    Date,
    /// TIME
    Time,
    /// DATETIME
    Datetime,
    /// TIMESTAMP
    Timestamp,
}

/// Why a value does not fit its column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// Error 1406.
    TooLong,
    /// Error 1264.
    OutOfRange,
    /// Error 1366, of this kind of number.
    NotANumber(&'static str),
    /// Error 1292, of this kind of moment.
    NotAMoment(&'static str),
}

/// Bytes of so many decimal digits.
fn digit_bytes(digits: u8) -> u64 {
    const LEFT: [u64; 9] = [0, 1, 1, 2, 2, 3, 3, 4, 4];
    u64::from(digits / 9) * 4 + LEFT[usize::from(digits % 9)]
}

impl Type {
    /// Whether it holds numbers.
    pub fn is_number(self) -> bool {
        matches!(self, Type::Whole { .. } | Type::Decimal { .. })
    }

    /// Whether it holds moments, which have a time zone.
    pub fn is_moment(self) -> bool {
        matches!(self, Type::Datetime | Type::Timestamp)
    }

    /// Whether it holds characters of a character set.
    pub fn is_text(self) -> bool {
        matches!(self, Type::Varchar(_) | Type::Char(_) | Type::Text { .. })
    }

    /// Bytes of a value in a row event; NULL takes none.
    pub fn bytes_of(self, value: &Value, words: &Vocabulary) -> u64 {
        let text = value.to_string().len() as u64;
        let of_length = |length: u16| {
            let longest = u64::from(length) * words.types.bytes_per_character;
            if longest > 255 { 2 } else { 1 }
        };
        match (self, value) {
            (_, Value::Null) => 0,
            (Type::Whole { bytes, .. }, _) => u64::from(bytes),
            (Type::Decimal { digits, scale }, _) => {
                digit_bytes(digits - scale) + digit_bytes(scale)
            }
            (Type::Date | Type::Time, _) => 3,
            (Type::Timestamp, _) => 4,
            (Type::Datetime, _) => 5,
            (Type::Varchar(length) | Type::Char(length), _) => text + of_length(length),
            (Type::Text { length_bytes }, _) => text + u64::from(length_bytes),
        }
    }

    /// Bytes of metadata in a Table_map event.
    pub fn metadata(self) -> u64 {
        match self {
            Type::Varchar(_) | Type::Char(_) | Type::Decimal { .. } => 2,
            Type::Datetime | Type::Timestamp | Type::Time | Type::Text { .. } => 1,
            Type::Whole { .. } | Type::Date => 0,
        }
    }

    /// What it is called, and the digits that a signed one is displayed with.
    fn whole_name(bytes: u8) -> (&'static str, u32) {
        match bytes {
            1 => ("tinyint", 4),
            2 => ("smallint", 6),
            3 => ("mediumint", 9),
            4 => ("int", 11),
            _ => ("bigint", 20),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Type::Whole { bytes, .. } => Type::whole_name(bytes).0,
            Type::Decimal { .. } => "decimal",
            Type::Varchar(_) => "varchar",
            Type::Char(_) => "char",
            Type::Text { length_bytes: 1 } => "tinytext",
            Type::Text { length_bytes: 2 } => "text",
            Type::Text { length_bytes: 3 } => "mediumtext",
            Type::Text { .. } => "longtext",
            Type::Date => "date",
            Type::Time => "time",
            Type::Datetime => "datetime",
            Type::Timestamp => "timestamp",
        }
    }

    /// As error 1677 names the type of the source's column.
    #[expect(clippy::wildcard_enum_match_arm, reason = "it is about these alone")]
    pub fn of_source(self, words: &Vocabulary) -> String {
        match self {
            Type::Varchar(length) => {
                let bytes = u64::from(length) * words.types.bytes_per_character;
                (words.types.varchar_of_source)(bytes)
            }
            Type::Decimal { digits, scale } => format!("decimal({digits},{scale})"),
            other => other.name().to_owned(),
        }
    }

    /// As error 1677 names the type of the replica's column.
    #[expect(clippy::wildcard_enum_match_arm, reason = "it is about these alone")]
    pub fn of_replica(self, words: &Vocabulary) -> String {
        match self {
            Type::Varchar(length) => (words.types.varchar_of_replica)(length),
            Type::Whole { bytes, unsigned } => {
                let (name, digits) = Type::whole_name(bytes);
                let shown = u32::from(!unsigned || bytes == 8);
                let named = (words.types.number_of_replica)(name, digits - 1 + shown);
                if unsigned { named + " unsigned" } else { named }
            }
            Type::Decimal { digits, scale } => format!("decimal({digits},{scale})"),
            Type::Char(length) => format!("char({length})"),
            other => other.name().to_owned(),
        }
    }

    /// Whether a row event's column of this type fits a replica's column without conversion: the same type, and for
    /// strings the same length (semantics.md 10; `slave_type_conversions` is empty).
    pub fn fits(self, replica: Type) -> bool {
        match (self, replica) {
            // The event does not say which of them it is.
            (Type::Whole { bytes: one, .. }, Type::Whole { bytes: other, .. }) => one == other,
            (one, other) => one == other,
        }
    }

    /// What a row gets in a NOT NULL column that it does not say.
    pub fn zero(self) -> Value {
        match self {
            Type::Whole { .. } => Value::Int(0),
            Type::Decimal { scale, .. } => Value::Decimal(0, scale),
            Type::Varchar(_) | Type::Char(_) | Type::Text { .. } => Value::Text(String::new()),
            Type::Date => Value::Text("0000-00-00".to_owned()),
            Type::Time => Value::Text("00:00:00".to_owned()),
            Type::Datetime | Type::Timestamp => Value::Text("0000-00-00 00:00:00".to_owned()),
        }
    }

    /// Whether all of a value is kept, of which this was made; what else is lost is an error.
    pub fn keeps_all(self, said: &Value, kept: &Value) -> bool {
        match self {
            Type::Decimal { scale, .. } => match (numeric(said), numeric(kept)) {
                (Some((units, of)), Some((kept, _))) if of > scale => {
                    units == Value::rounded(kept, scale, of)
                }
                _ => true,
            },
            Type::Date => moment(&said.to_string()).is_none_or(|(_, time)| time == "00:00:00"),
            Type::Varchar(_) => said.to_string().len() == kept.to_string().len(),
            Type::Whole { .. }
            | Type::Char(_)
            | Type::Text { .. }
            | Type::Time
            | Type::Datetime
            | Type::Timestamp => true,
        }
    }

    /// A value as this type keeps it, or what is wrong with it.
    #[expect(clippy::wildcard_enum_match_arm, reason = "it is about these alone")]
    pub fn accept(self, value: &Value) -> Result<Value, Wrong> {
        if *value == Value::Null {
            return Ok(Value::Null);
        }
        let text = value.to_string();
        let within = |longest: usize, length: usize| match length <= longest {
            true => Ok(()),
            false => Err(Wrong::TooLong),
        };
        match self {
            Type::Whole { bytes, unsigned } => {
                let (units, scale) = numeric(value).ok_or(Wrong::NotANumber("integer"))?;
                let number = Value::rounded(units, scale, 0);
                let bits = u32::from(bytes) * 8;
                // The largest BIGINT UNSIGNED that is kept is the largest BIGINT.
                let (low, high) = match unsigned {
                    true => (0, (1_i128 << bits.min(63)) - 1),
                    false => (-(1_i128 << (bits - 1)), (1_i128 << (bits - 1)) - 1),
                };
                match i64::try_from(number) {
                    Ok(whole) if (low..=high).contains(&number) => Ok(Value::Int(whole)),
                    _ => Err(Wrong::OutOfRange),
                }
            }
            Type::Decimal { digits, scale } => {
                let (units, of) = numeric(value).ok_or(Wrong::NotANumber("decimal"))?;
                let units = Value::rounded(units, of, scale);
                match units.abs() < 10_i128.pow(u32::from(digits)) {
                    true => Ok(Value::Decimal(units, scale)),
                    false => Err(Wrong::OutOfRange),
                }
            }
            Type::Varchar(length) | Type::Char(length) => {
                let longest = usize::from(length);
                let known = text.trim_end_matches(' ');
                within(longest, known.chars().count())?;
                // Blanks that do not fit are cut off.
                Ok(Value::Text(match self {
                    Type::Char(_) => known.to_owned(),
                    _ => text.chars().take(longest).collect(),
                }))
            }
            Type::Text { length_bytes } => {
                let longest = (1_u64 << (8 * u64::from(length_bytes))) - 1;
                within(longest as usize, text.len())?;
                Ok(Value::Text(text))
            }
            Type::Date => moment(&text)
                .map(|(date, _)| Value::Text(date))
                .ok_or(Wrong::NotAMoment("date")),
            Type::Time => time(&text)
                .map(Value::Text)
                .ok_or(Wrong::NotAMoment("time")),
            Type::Datetime | Type::Timestamp => {
                let known = moment(&text).ok_or(Wrong::NotAMoment("datetime"))?;
                Ok(Value::Text(format!("{} {}", known.0, known.1)))
            }
        }
    }
}

/// A number, if all of the value is one.
fn numeric(value: &Value) -> Option<(i128, u8)> {
    if let Value::Text(text) = value {
        let text = text.trim();
        let signed = text.strip_prefix(['-', '+']).unwrap_or(text);
        let is_number = signed.starts_with(|c: char| c.is_ascii_digit() || c == '.')
            && signed
                .chars()
                .all(|c| c.is_ascii_digit() || "eE.+-".contains(c));
        if !is_number {
            return None;
        }
        if matches!(Value::decimal(text), Value::Text(_)) {
            return Some((i128::MAX / 2, 0));
        }
    }
    value.number()
}

/// Date and time of day of a moment, if there is such a day.
fn moment(text: &str) -> Option<(String, String)> {
    let (date, of_day) = text
        .trim()
        .split_once([' ', 'T'])
        .unwrap_or((text.trim(), "00:00:00"));
    let parts: Vec<i64> = date
        .split('-')
        .map(|part| part.parse().ok())
        .collect::<Option<_>>()?;
    let [year, month, day] = parts.as_slice() else {
        return None;
    };
    let is_day = (0..=9999).contains(year) && (1..=12).contains(month) && (1..=31).contains(day);
    let there = is_day && clock::date(clock::days(*year, *month, *day)) == (*year, *month, *day);
    let of_day = time(of_day.split('.').next()?)?;
    (there && of_day.as_str() < "24").then(|| (format!("{year:04}-{month:02}-{day:02}"), of_day))
}

/// A time of a day, or of several.
fn time(text: &str) -> Option<String> {
    let signed = text.trim().strip_prefix('-').unwrap_or(text.trim());
    let parts: Vec<u32> = signed
        .split(':')
        .map(|part| part.parse().ok())
        .collect::<Option<_>>()?;
    let (hours, minutes, seconds) = match parts.as_slice() {
        [hours, minutes] => (*hours, *minutes, 0),
        [hours, minutes, seconds] => (*hours, *minutes, *seconds),
        _ => return None,
    };
    let sign = if signed.len() < text.trim().len() {
        "-"
    } else {
        ""
    };
    (hours <= 838 && minutes < 60 && seconds < 60)
        .then(|| format!("{sign}{hours:02}:{minutes:02}:{seconds:02}"))
}
