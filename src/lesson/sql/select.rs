//! SELECT: what it says, and how it is read.

use super::expression::Expression;
use super::lexer::Token;
use super::operands::expression;
use super::statement::TableName;
use super::words::Words;

/// What a row of the answer shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// `*`
    All,
    /// A value, under a name.
    Value(Expression, String),
}

/// Which way rows are ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// `ASC`
    Up,
    /// `DESC`
    Down,
}

/// Whether rows are locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Locking {
    /// They are read as they were committed.
    None,
    /// `FOR UPDATE`, and what is taken for it.
    ForUpdate,
}

/// `SELECT`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Select {
    /// What it shows.
    pub items: Vec<Item>,
    /// `DISTINCT`
    pub distinct: bool,
    /// The table, if it reads one.
    pub from: Option<TableName>,
    /// `WHERE`
    pub condition: Option<Expression>,
    /// `ORDER BY`
    pub order: Vec<(Expression, Direction)>,
    /// `LIMIT`: so many rows, behind so many others.
    pub limit: Option<(usize, usize)>,
    /// `FOR UPDATE`
    pub locking: Locking,
}

/// Behind `SELECT`.
pub fn select(words: &mut Words) -> Result<Select, String> {
    for hint in ["SQL_NO_CACHE", "SQL_CACHE", "ALL"] {
        words.take(hint);
    }
    let distinct = words.take("DISTINCT");
    let items = words.list(item)?;
    let mut from = None;
    if words.take("FROM") && !words.take("DUAL") {
        from = Some(words.table()?);
        // Another name for the table: columns need none here.
        let named = match words.peek() {
            Some(Token::Word(word)) => !is_clause(word) && !is_join(word),
            Some(Token::Name(_)) => true,
            Some(Token::Number(_) | Token::Decimal(_) | Token::Text(_) | Token::Variable(_)) => {
                false
            }
            Some(Token::Symbol(_)) | None => false,
        };
        if words.take("AS") || named {
            words.name("a name of the table")?;
        }
    }
    let condition = condition(words)?;
    let mut order = Vec::new();
    if words.take("ORDER BY") {
        order = words.list(|words| {
            let by = expression(words)?;
            let down = words.take("DESC");
            if !down {
                words.take("ASC");
            }
            Ok((by, if down { Direction::Down } else { Direction::Up }))
        })?;
    }
    let limit = limit(words)?;
    let locks = ["FOR UPDATE", "FOR SHARE", "LOCK IN SHARE MODE"];
    let locking = match locks.iter().any(|lock| words.take(lock)) {
        true => Locking::ForUpdate,
        false => Locking::None,
    };
    Ok(Select {
        items,
        distinct,
        from,
        condition,
        order,
        limit,
        locking,
    })
}

/// `WHERE`, if it comes next.
pub fn condition(words: &mut Words) -> Result<Option<Expression>, String> {
    match words.take("WHERE") {
        true => expression(words).map(Some),
        false => Ok(None),
    }
}

fn limit(words: &mut Words) -> Result<Option<(usize, usize)>, String> {
    if !words.take("LIMIT") {
        return Ok(None);
    }
    let first = rows(words)?;
    Ok(Some(if words.take_symbol(',') {
        (rows(words)?, first)
    } else if words.take("OFFSET") {
        (first, rows(words)?)
    } else {
        (first, 0)
    }))
}

/// A number of rows.
pub fn rows(words: &mut Words) -> Result<usize, String> {
    Ok(words.number("a number of rows")?.max(0) as usize)
}

#[expect(clippy::wildcard_enum_match_arm, reason = "it is about these alone")]
fn item(words: &mut Words) -> Result<Item, String> {
    let star = words.is_next(0, '*');
    let of_table = words.is_next(1, '.') && words.is_next(2, '*');
    if star || of_table {
        (0..if star { 1 } else { 3 }).for_each(|_| drop(words.take_next()));
        return Ok(Item::All);
    }
    let start = words.place();
    let value = expression(words)?;
    let typed = words.typed_since(start);
    let alias = match words.take("AS") {
        true => Some(words.name_or_text("a name")?),
        false => match words.peek() {
            Some(Token::Name(name) | Token::Text(name)) => Some(name.clone()),
            Some(Token::Word(word)) if !is_clause(word) => Some(word.clone()),
            _ => None,
        }
        .inspect(|_| drop(words.take_next())),
    };
    let name = alias.unwrap_or_else(|| match &value {
        Expression::Column(name) => name.clone(),
        Expression::Literal(crate::lesson::store::value::Value::Text(text)) => text.clone(),
        Expression::Literal(crate::lesson::store::value::Value::Null) => "NULL".to_owned(),
        _ => typed,
    });
    Ok(Item::Value(value, name))
}

/// Words behind a table that are no name for it either.
fn is_join(word: &str) -> bool {
    let joins = [
        "CROSS",
        "FORCE",
        "IGNORE",
        "INNER",
        "JOIN",
        "LEFT",
        "NATURAL",
        "PARTITION",
        "PROCEDURE",
        "RIGHT",
        "STRAIGHT_JOIN",
        "USE",
        "WINDOW",
        "OFFSET",
        "EXCEPT",
        "INTERSECT",
    ];
    joins.iter().any(|join| join.eq_ignore_ascii_case(word))
}

/// Words that are no alias.
fn is_clause(word: &str) -> bool {
    let clauses = [
        "FROM", "WHERE", "ORDER", "LIMIT", "FOR", "LOCK", "GROUP", "HAVING", "UNION", "INTO",
        "COLLATE",
    ];
    clauses
        .iter()
        .any(|clause| clause.eq_ignore_ascii_case(word))
}
