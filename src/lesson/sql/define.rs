//! CREATE TABLE: columns, their types, keys.

use super::change::unless;
use super::expression::Expression;
use super::operands::expression;
use super::statement::{Change, ColumnSaid, TableSaid};
use super::words::Words;
use crate::lesson::store::kind::Type;

/// Types of the servers that are not modelled.
const OTHER_TYPES: [&str; 23] = [
    "binary",
    "bit",
    "blob",
    "double",
    "enum",
    "float",
    "geometry",
    "inet4",
    "inet6",
    "json",
    "linestring",
    "longblob",
    "mediumblob",
    "point",
    "polygon",
    "real",
    "serial",
    "set",
    "tinyblob",
    "uuid",
    "varbinary",
    "vector",
    "year",
];

/// Behind `CREATE TABLE`.
pub(super) fn create_table(words: &mut Words) -> Result<Change, String> {
    let otherwise = unless(words, "IF NOT EXISTS");
    let name = words.table()?;
    words.symbol('(')?;
    let mut said = TableSaid::default();
    words.list(|words| {
        if words.take("PRIMARY KEY") {
            said.primary.push(key(words)?);
        } else if ["UNIQUE KEY", "UNIQUE INDEX", "UNIQUE"]
            .iter()
            .any(|unique| words.take(unique))
        {
            let name = name_of_key(words)?;
            said.unique.push((name, key(words)?));
        } else if words.take("KEY") || words.take("INDEX") {
            name_of_key(words)?;
            key(words)?;
        } else {
            said.columns.push(column(words)?);
        }
        Ok(())
    })?;
    words.symbol(')')?;
    options(words)?;
    Ok(Change::CreateTable(name, said, otherwise))
}

fn name_of_key(words: &mut Words) -> Result<Option<String>, String> {
    match words.is_next(0, '(') {
        true => Ok(None),
        false => words.name("a key").map(Some),
    }
}

/// The columns of a key.
fn key(words: &mut Words) -> Result<Vec<String>, String> {
    words.symbol('(')?;
    let columns = words.list(|words| {
        let column = words.name("a column")?;
        if words.take_symbol('(') {
            words.number("a length")?;
            words.symbol(')')?;
        }
        if !words.take("ASC") {
            words.take("DESC");
        }
        Ok(column)
    })?;
    words.symbol(')')?;
    Ok(columns)
}

/// Behind the columns: the engine has to be InnoDB; of the others nothing here depends.
fn options(words: &mut Words) -> Result<(), String> {
    while !words.is_at_end() {
        words.take_symbol(',');
        if words.take("ENGINE") {
            words.take_symbol('=');
            words.words("InnoDB")?;
            continue;
        }
        words.take("DEFAULT");
        let known = [
            "CHARSET",
            "CHARACTER SET",
            "COLLATE",
            "COMMENT",
            "AUTO_INCREMENT",
            "ROW_FORMAT",
            "STATS_PERSISTENT",
        ];
        if !known.iter().any(|option| words.take(option)) {
            return Err(words.expected("an option of the table"));
        }
        words.take_symbol('=');
        if words.number("a value").is_err() {
            words.name_or_text("a value")?;
        }
    }
    Ok(())
}

/// A column.
#[expect(clippy::wildcard_enum_match_arm, reason = "it is about these alone")]
pub(super) fn column(words: &mut Words) -> Result<ColumnSaid, String> {
    let name = words.name("a column")?;
    let kind = kind(words)?;
    let mut column = ColumnSaid {
        name,
        kind,
        not_null: false,
        auto_increment: false,
        primary: false,
        unique: false,
        default: None,
        on_update: false,
    };
    loop {
        if words.take("NOT NULL") {
            column.not_null = true;
        } else if words.take("NULL") {
        } else if words.take("AUTO_INCREMENT") {
            column.auto_increment = true;
        } else if words.take("PRIMARY KEY") {
            (column.primary, column.not_null) = (true, true);
        } else if words.take("UNIQUE") {
            words.take("KEY");
            column.unique = true;
        } else if words.take("DEFAULT") {
            column.default = Some(expression(words)?);
        } else if words.take("ON UPDATE") {
            match expression(words)? {
                Expression::Call(name, _) if is_now(&name) => column.on_update = true,
                _ => return Err(words.expected("CURRENT_TIMESTAMP")),
            }
        } else if words.take("COMMENT") {
            words.name_or_text("a comment")?;
        } else if words.take("CHARACTER SET") || words.take("CHARSET") || words.take("COLLATE") {
            words.name_or_text("a character set")?;
        } else {
            return Ok(column);
        }
    }
}

/// Whether a function is the present moment.
pub fn is_now(function: &str) -> bool {
    ["NOW", "CURRENT_TIMESTAMP", "LOCALTIME", "LOCALTIMESTAMP"].contains(&function)
}

fn kind(words: &mut Words) -> Result<Type, String> {
    let name = words.name("a type")?.to_ascii_lowercase();
    let mut sizes = Vec::new();
    if words.take_symbol('(') {
        sizes = words.list(|words| words.number("a length"))?;
        words.symbol(')')?;
    }
    let unsigned = words.take("UNSIGNED");
    words.take("ZEROFILL");
    let whole = |bytes| Ok(Type::Whole { bytes, unsigned });
    match (name.as_str(), sizes.as_slice()) {
        ("tinyint" | "bool" | "boolean", _) => whole(1),
        ("smallint", _) => whole(2),
        ("mediumint", _) => whole(3),
        ("int" | "integer", _) => whole(4),
        ("bigint", _) => whole(8),
        ("decimal" | "dec" | "numeric" | "fixed", sizes) => {
            let digits = sizes.first().copied().unwrap_or(10);
            let scale = sizes.get(1).copied().unwrap_or(0);
            match (1..=30).contains(&digits) && (0..=digits).contains(&scale) {
                true => Ok(Type::Decimal {
                    digits: digits as u8,
                    scale: scale as u8,
                }),
                false => Err("expected DECIMAL(1 to 30, 0 to its digits)".to_owned()),
            }
        }
        ("date", []) => Ok(Type::Date),
        ("time", []) => Ok(Type::Time),
        ("datetime", []) => Ok(Type::Datetime),
        ("timestamp", []) => Ok(Type::Timestamp),
        ("datetime" | "timestamp" | "time", _) => Err(format!(
            "{name} with fractions of a second is not modelled,"
        )),
        ("varchar", [length]) if (1..=16_000).contains(length) => Ok(Type::Varchar(*length as u16)),
        ("varchar", _) => Err("expected VARCHAR(1) to VARCHAR(16000)".to_owned()),
        ("char" | "character", []) => Ok(Type::Char(1)),
        ("char" | "character", [length]) if (1..=255).contains(length) => {
            Ok(Type::Char(*length as u16))
        }
        ("tinytext", _) => Ok(Type::Text { length_bytes: 1 }),
        ("text", _) => Ok(Type::Text { length_bytes: 2 }),
        ("mediumtext", _) => Ok(Type::Text { length_bytes: 3 }),
        ("longtext", _) => Ok(Type::Text { length_bytes: 4 }),
        (other, _) if OTHER_TYPES.contains(&other) => Err(format!(
            "the type {} is not modelled,",
            other.to_ascii_uppercase()
        )),
        _ => Err(format!(
            "unknown type `{name}` (whole numbers, DECIMAL, CHAR, VARCHAR, TEXT, DATE, TIME, DATETIME and TIMESTAMP are known),"
        )),
    }
}
