//! Expressions as they are read: operators by how they bind, functions by their names.

use super::expression::{Aggregate, Expression, Operator};
use super::lexer::Token;
use super::words::Words;
use crate::lesson::store::value::Value;

/// Functions of values alone.
const PURE: &str = "\
    ABS CHAR_LENGTH COALESCE CONCAT GREATEST HEX IF IFNULL LCASE LEAST LEFT LENGTH LOWER LPAD MOD NULLIF \
    REPEAT RIGHT SUBSTR SUBSTRING UCASE UPPER";
/// Functions of the server, the session or the time.
const OF_SERVER: &str = "\
    BINLOG_GTID_POS CONNECTION_ID CURDATE CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP CURRENT_USER \
    CURTIME DATABASE GTID_SUBSET GTID_SUBTRACT LAST_INSERT_ID LOCALTIME LOCALTIMESTAMP MASTER_GTID_WAIT \
    MASTER_POS_WAIT NOW SCHEMA SESSION_USER SLEEP SOURCE_POS_WAIT SYSDATE SYSTEM_USER UNIX_TIMESTAMP \
    USER UTC_DATE UTC_TIME UTC_TIMESTAMP UUID VERSION WAIT_FOR_EXECUTED_GTID_SET \
    WAIT_UNTIL_SQL_THREAD_AFTER_GTIDS FOUND_ROWS ROW_COUNT";
/// Those that need no parentheses.
const BARE: &str = "\
    CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP CURRENT_USER LOCALTIME LOCALTIMESTAMP UTC_DATE UTC_TIME \
    UTC_TIMESTAMP";

/// Whether a function, in capitals, is one of the server, the session or the time.
pub fn is_of_server(name: &str) -> bool {
    has(OF_SERVER, name)
}

fn has(names: &str, name: &str) -> bool {
    names.split(' ').any(|known| known == name)
}

fn binary(operator: Operator, left: Expression, right: Expression) -> Expression {
    Expression::Binary(operator, Box::new(left), Box::new(right))
}

/// An expression.
pub fn expression(words: &mut Words) -> Result<Expression, String> {
    let mut left = all_of(words)?;
    while words.take("OR") || take_twice(words, '|') {
        left = binary(Operator::Or, left, all_of(words)?);
    }
    Ok(left)
}

fn all_of(words: &mut Words) -> Result<Expression, String> {
    let mut left = negated(words)?;
    while words.take("AND") || take_twice(words, '&') {
        left = binary(Operator::And, left, negated(words)?);
    }
    Ok(left)
}

fn take_twice(words: &mut Words, symbol: char) -> bool {
    let twice = words.is_next(0, symbol) && words.is_next(1, symbol);
    twice && words.take_symbol(symbol) && words.take_symbol(symbol)
}

fn negated(words: &mut Words) -> Result<Expression, String> {
    match words.take("NOT") {
        true => Ok(Expression::Not(Box::new(negated(words)?))),
        false => compared(words),
    }
}

fn compared(words: &mut Words) -> Result<Expression, String> {
    let mut left = sum(words)?;
    loop {
        if words.take("IS") {
            let not = words.take("NOT");
            let is = if words.take("NULL") {
                Expression::IsNull(Box::new(left))
            } else if words.take("TRUE") {
                binary(Operator::Same, Expression::Not(Box::new(left)), whole(0))
            } else {
                words
                    .words("FALSE")
                    .map_err(|_| words.expected("NULL, TRUE or FALSE"))?;
                binary(Operator::Same, Expression::Not(Box::new(left)), whole(1))
            };
            left = unless(not, is);
            continue;
        }
        let not = words.peek().is_some_and(|token| token.is("NOT"));
        if words.take("IN") || words.take("NOT IN") {
            words.symbol('(')?;
            let all = words.list(expression)?;
            words.symbol(')')?;
            left = unless(not, Expression::In(Box::new(left), all));
        } else if words.take("LIKE") || words.take("NOT LIKE") {
            let pattern = sum(words)?;
            left = unless(not, Expression::Like(Box::new(left), Box::new(pattern)));
        } else if words.take("BETWEEN") || words.take("NOT BETWEEN") {
            let low = binary(Operator::AtLeast, left.clone(), sum(words)?);
            words.words("AND")?;
            let high = binary(Operator::AtMost, left, sum(words)?);
            left = unless(not, binary(Operator::And, low, high));
        } else if let Some(operator) = comparison(words)? {
            left = binary(operator, left, sum(words)?);
        } else {
            return Ok(left);
        }
    }
}

fn whole(number: i64) -> Expression {
    Expression::Literal(Value::Int(number))
}

fn unless(not: bool, expression: Expression) -> Expression {
    match not {
        true => Expression::Not(Box::new(expression)),
        false => expression,
    }
}

fn comparison(words: &mut Words) -> Result<Option<Operator>, String> {
    Ok(Some(if words.take_symbol('=') {
        Operator::Equal
    } else if words.is_next(0, '!') && words.is_next(1, '=') {
        words.take_next();
        words.take_next();
        Operator::Unequal
    } else if words.take_symbol('<') {
        match (words.take_symbol('='), words.take_symbol('>')) {
            (true, true) => Operator::Same,
            (true, false) => Operator::AtMost,
            (false, true) => Operator::Unequal,
            (false, false) => Operator::Less,
        }
    } else if words.take_symbol('>') {
        match words.take_symbol('=') {
            true => Operator::AtLeast,
            false => Operator::Greater,
        }
    } else {
        return Ok(None);
    }))
}

fn sum(words: &mut Words) -> Result<Expression, String> {
    let mut left = product(words)?;
    loop {
        let operator = if words.take_symbol('+') {
            Operator::Plus
        } else if words.take_symbol('-') {
            Operator::Minus
        } else {
            return Ok(left);
        };
        left = binary(operator, left, product(words)?);
    }
}

fn product(words: &mut Words) -> Result<Expression, String> {
    let mut left = single(words)?;
    loop {
        let operator = if words.take_symbol('*') {
            Operator::Times
        } else if words.take_symbol('/') {
            Operator::Divided
        } else if words.take_symbol('%') || words.take("MOD") {
            Operator::Remainder
        } else if words.take("DIV") {
            Operator::Quotient
        } else {
            return Ok(left);
        };
        left = binary(operator, left, single(words)?);
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "it is about these alone")]
fn single(words: &mut Words) -> Result<Expression, String> {
    if words.take_symbol('-') {
        return Ok(match single(words)? {
            Expression::Literal(Value::Int(number)) => whole(number.saturating_neg()),
            other => Expression::Negative(Box::new(other)),
        });
    }
    if words.take_symbol('+') {
        return single(words);
    }
    if words.take_symbol('!') {
        return Ok(Expression::Not(Box::new(single(words)?)));
    }
    if words.take_symbol('(') {
        let inner = expression(words)?;
        words.symbol(')')?;
        return Ok(inner);
    }
    if words.take_symbol('@') {
        return Ok(Expression::Own(
            words.name_or_text("a variable")?.to_lowercase(),
        ));
    }
    let expected = words.expected("a value");
    match words.peek().cloned() {
        Some(Token::Number(number)) => literal(words, Value::Int(number)),
        Some(Token::Decimal(said)) => literal(words, Value::decimal(&said)),
        Some(Token::Text(text)) => literal(words, Value::Text(text)),
        Some(Token::Variable(name)) => {
            words.take_next();
            Ok(Expression::Variable(name))
        }
        Some(Token::Name(_)) => column(words),
        Some(Token::Word(word)) => named(words, &word.to_ascii_uppercase()),
        Some(Token::Symbol(_)) | None => Err(expected),
    }
}

fn literal(words: &mut Words, value: Value) -> Result<Expression, String> {
    words.take_next();
    Ok(Expression::Literal(value))
}

/// A word: a value, a function or a column.
fn named(words: &mut Words, word: &str) -> Result<Expression, String> {
    match word {
        "NULL" => return literal(words, Value::Null),
        "TRUE" => return literal(words, Value::Int(1)),
        "FALSE" => return literal(words, Value::Int(0)),
        "DEFAULT" => {
            words.take_next();
            return Ok(Expression::Default);
        }
        // Not a column, unless it is in backticks.
        "BINARY" | "CASE" | "CONVERT" | "EXISTS" | "INTERVAL" | "SELECT" | "FROM" | "WHERE"
        | "DISTINCT" => {
            return Err(words.expected("a value"));
        }
        _ => {}
    }
    if !words.is_next(1, '(') {
        if has(BARE, word) {
            words.take_next();
            return Ok(Expression::Call(word.to_owned(), Vec::new()));
        }
        return column(words);
    }
    let aggregate = match word {
        "COUNT" => Aggregate::Count,
        "MIN" => Aggregate::Min,
        "MAX" => Aggregate::Max,
        "SUM" => Aggregate::Sum,
        "AVG" => Aggregate::Avg,
        _ if has(PURE, word) || is_of_server(word) => return call(words, word),
        _ => return Err(format!("the function {word}() is not modelled,")),
    };
    words.take_next();
    words.symbol('(')?;
    if aggregate == Aggregate::Count && words.take_symbol('*') {
        words.symbol(')')?;
        return Ok(Expression::Aggregate(aggregate, None));
    }
    let aggregate = match (aggregate, words.take("DISTINCT")) {
        (Aggregate::Count, true) => Aggregate::CountDistinct,
        (Aggregate::Sum | Aggregate::Avg, true) => {
            return Err(format!("{word}(DISTINCT) is not modelled,"));
        }
        (other, _) => other,
    };
    let argument = expression(words)?;
    words.symbol(')')?;
    Ok(Expression::Aggregate(aggregate, Some(Box::new(argument))))
}

fn call(words: &mut Words, word: &str) -> Result<Expression, String> {
    words.take_next();
    words.symbol('(')?;
    let mut arguments = Vec::new();
    if !words.take_symbol(')') {
        arguments = words.list(expression)?;
        words.symbol(')')?;
    }
    Ok(Expression::Call(word.to_owned(), arguments))
}

/// `column`, `table.column`, `database.table.column`
fn column(words: &mut Words) -> Result<Expression, String> {
    let mut name = words.name("a column")?;
    while words.take_symbol('.') {
        name = words.name("a column")?;
    }
    Ok(Expression::Column(name))
}
