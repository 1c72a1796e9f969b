//! Statements on databases, tables and rows.

use super::lexer::Token;
use super::statement::{
    Change, ColumnSaid, Compare, Condition, Expression, Otherwise, Place, Select, Shows, Statement,
};
use super::words::Words;
use crate::lesson::store::value::{Type, Value};

/// A statement that goes to the binlog, if it is one.
pub fn change(words: &mut Words) -> Result<Option<Change>, String> {
    Ok(Some(if words.take("CREATE USER") {
        let otherwise = unless(words, "IF NOT EXISTS");
        let user = user(words)?;
        let password = words.take("IDENTIFIED");
        if password {
            if words.take("WITH") {
                words.name_or_text("an authentication plugin")?;
                if words.take("AS") {
                    words.name_or_text("a hash")?;
                }
            }
            if words.take("BY") {
                words.name_or_text("a password")?;
            }
        }
        Change::CreateUser(user, password, otherwise)
    } else if words.take("DROP USER") {
        let otherwise = unless(words, "IF EXISTS");
        Change::DropUser(words.list(user)?, otherwise)
    } else if words.take("GRANT") {
        while !words.take("TO") {
            if words.take_next().is_none() {
                return Err(words.expected("TO a user"));
            }
        }
        let user = user(words)?;
        if words.take("IDENTIFIED BY") {
            words.name_or_text("a password")?;
        }
        Change::Grant(user)
    } else if words.take("CREATE DATABASE") || words.take("CREATE SCHEMA") {
        let otherwise = unless(words, "IF NOT EXISTS");
        Change::CreateDatabase(words.name("a database")?, otherwise)
    } else if words.take("DROP DATABASE") || words.take("DROP SCHEMA") {
        let otherwise = unless(words, "IF EXISTS");
        Change::DropDatabase(words.name("a database")?, otherwise)
    } else if words.take("CREATE TABLE") {
        create_table(words)?
    } else if words.take("DROP TABLE") {
        let otherwise = unless(words, "IF EXISTS");
        Change::DropTable(words.list(Words::table)?, otherwise)
    } else if words.take("TRUNCATE") {
        words.take("TABLE");
        Change::Truncate(words.table()?)
    } else if words.take("ALTER TABLE") {
        alter_table(words)?
    } else if words.take("INSERT") {
        insert(words)?
    } else if words.take("UPDATE") {
        update(words)?
    } else if words.take("DELETE FROM") {
        let table = words.table()?;
        Change::Delete(table, conditions(words)?)
    } else {
        return Ok(None);
    }))
}

fn unless(words: &mut Words, said: &str) -> Otherwise {
    match words.take(said) {
        true => Otherwise::Note,
        false => Otherwise::Error,
    }
}

/// `'name'@'host'`, whatever of it was said.
fn user(words: &mut Words) -> Result<String, String> {
    let name = words.name_or_text("a user")?;
    let host = match words.take_symbol('@') {
        true => words.name_or_text("a host")?,
        false => "%".to_owned(),
    };
    Ok(format!("'{name}'@'{host}'"))
}

fn create_table(words: &mut Words) -> Result<Change, String> {
    let otherwise = unless(words, "IF NOT EXISTS");
    let name = words.table()?;
    words.symbol('(')?;
    let mut columns: Vec<ColumnSaid> = Vec::new();
    loop {
        if words.take("PRIMARY KEY") {
            words.symbol('(')?;
            let key = words.name("a column")?;
            words.symbol(')')?;
            let column = columns.iter_mut().find(|column| column.name == key);
            let column =
                column.ok_or_else(|| format!("key column `{key}` is not in the table,"))?;
            (column.primary, column.not_null) = (true, true);
        } else {
            columns.push(column(words)?);
        }
        if !words.take_symbol(',') {
            break;
        }
    }
    words.symbol(')')?;
    if words.take("ENGINE") {
        words.take_symbol('=');
        words.words("InnoDB")?;
    }
    match columns.iter().filter(|column| column.primary).count() {
        1 => Ok(Change::CreateTable(name, columns, otherwise)),
        0 => Err("a table needs a PRIMARY KEY of one column here; none is said".to_owned()),
        _ => Err("a PRIMARY KEY of one column is modelled; several are said".to_owned()),
    }
}

fn column(words: &mut Words) -> Result<ColumnSaid, String> {
    let name = words.name("a column")?;
    let kind = kind(words)?;
    let mut column = ColumnSaid {
        name,
        kind,
        not_null: false,
        auto_increment: false,
        primary: false,
        default: None,
    };
    loop {
        if words.take("NOT NULL") {
            column.not_null = true;
        } else if words.take("NULL") {
        } else if words.take("AUTO_INCREMENT") {
            column.auto_increment = true;
        } else if words.take("PRIMARY KEY") {
            (column.primary, column.not_null) = (true, true);
        } else if words.take("DEFAULT") {
            column.default = Some(value(words)?);
        } else {
            return Ok(column);
        }
    }
}

fn kind(words: &mut Words) -> Result<Type, String> {
    let name = words.name("a type")?.to_ascii_lowercase();
    let mut length = None;
    if words.take_symbol('(') {
        length = Some(words.number("a length")?);
        words.symbol(')')?;
    }
    match (name.as_str(), length) {
        ("tinyint", _) => Ok(Type::TinyInt),
        ("smallint", _) => Ok(Type::SmallInt),
        ("int" | "integer", _) => Ok(Type::Int),
        ("bigint", _) => Ok(Type::BigInt),
        ("datetime", None) => Ok(Type::Datetime),
        ("varchar", Some(length)) if (1..=16_000).contains(&length) => {
            Ok(Type::Varchar(length as u16))
        }
        ("varchar", _) => Err("expected VARCHAR(1) to VARCHAR(16000)".to_owned()),
        _ => Err(format!(
            "unknown type `{name}` (TINYINT, SMALLINT, INT, BIGINT, VARCHAR(n) and DATETIME are known),"
        )),
    }
}

fn alter_table(words: &mut Words) -> Result<Change, String> {
    let table = words.table()?;
    if words.take("DROP") {
        words.take("COLUMN");
        return Ok(Change::DropColumn(table, words.name("a column")?));
    }
    words
        .words("ADD")
        .map_err(|_| words.expected("ADD COLUMN or DROP COLUMN"))?;
    words.take("COLUMN");
    let column = column(words)?;
    let place = if words.take("FIRST") {
        Place::First
    } else if words.take("AFTER") {
        Place::After(words.name("a column")?)
    } else {
        Place::Last
    };
    Ok(Change::AddColumn(table, column, place))
}

fn insert(words: &mut Words) -> Result<Change, String> {
    words.take("INTO");
    let table = words.table()?;
    let mut columns = None;
    if words.take_symbol('(') {
        columns = Some(words.list(|words| words.name("a column"))?);
        words.symbol(')')?;
    }
    if !words.take("VALUES") && !words.take("VALUE") {
        return Err(words.expected("VALUES"));
    }
    let rows = words.list(|words| {
        words.symbol('(')?;
        let row = words.list(expression)?;
        words.symbol(')')?;
        Ok(row)
    })?;
    Ok(Change::Insert(table, columns, rows))
}

fn update(words: &mut Words) -> Result<Change, String> {
    let table = words.table()?;
    words.words("SET")?;
    let sets = words.list(|words| {
        let column = words.name("a column")?;
        words.symbol('=')?;
        Ok((column, expression(words)?))
    })?;
    Ok(Change::Update(table, sets, conditions(words)?))
}

fn expression(words: &mut Words) -> Result<Expression, String> {
    let is_column = matches!(words.peek(), Some(Token::Name(_)))
        || matches!(words.peek(), Some(token @ Token::Word(_)) if !token.is("NULL"));
    if !is_column {
        return value(words).map(Expression::Literal);
    }
    let column = words.name("a value")?;
    if words.take_symbol('+') {
        return Ok(Expression::Plus(column, words.number("a number")?));
    }
    if words.take_symbol('-') {
        return Ok(Expression::Plus(column, -words.number("a number")?));
    }
    Ok(Expression::Column(column))
}

fn value(words: &mut Words) -> Result<Value, String> {
    if words.take("NULL") {
        return Ok(Value::Null);
    }
    if let Some(Token::Text(text)) = words.peek() {
        let text = text.clone();
        words.take_next();
        return Ok(Value::Text(text));
    }
    words.number("a value").map(Value::Int)
}

fn conditions(words: &mut Words) -> Result<Vec<Condition>, String> {
    let mut conditions = Vec::new();
    if !words.take("WHERE") {
        return Ok(conditions);
    }
    loop {
        let column = words.name("a column")?;
        let compare = if words.take_symbol('=') {
            Compare::Equal
        } else if words.take_symbol('!') {
            words.symbol('=')?;
            Compare::Unequal
        } else if words.take_symbol('<') {
            if words.take_symbol('=') {
                Compare::AtMost
            } else if words.take_symbol('>') {
                Compare::Unequal
            } else {
                Compare::Less
            }
        } else if words.take_symbol('>') {
            if words.take_symbol('=') {
                Compare::AtLeast
            } else {
                Compare::Greater
            }
        } else {
            return Err(words.expected("=, <, <=, >, >= or <>"));
        };
        conditions.push(Condition {
            column,
            compare,
            value: value(words)?,
        });
        if !words.take("AND") {
            return Ok(conditions);
        }
    }
}

/// Behind `SELECT`.
pub fn select(words: &mut Words) -> Result<Statement, String> {
    if let Some(Token::Variable(_)) = words.peek() {
        let variables = words.list(|words| match words.take_next() {
            Some(Token::Variable(name)) => Ok(name),
            _ => Err("expected a variable,".to_owned()),
        })?;
        return Ok(Statement::SelectVariables(variables));
    }
    let shows = if words.take_symbol('*') {
        Shows::All
    } else if matches!(words.peek(), Some(token) if token.is("COUNT")) {
        let said = words.name("COUNT")?;
        words.symbol('(')?;
        words.symbol('*')?;
        words.symbol(')')?;
        Shows::Count(format!("{said}(*)"))
    } else {
        Shows::Columns(words.list(|words| words.name("a column"))?)
    };
    words.words("FROM")?;
    let from = words.table()?;
    let conditions = conditions(words)?;
    let mut order = None;
    if words.take("ORDER BY") {
        let column = words.name("a column")?;
        let down = words.take("DESC");
        if !down {
            words.take("ASC");
        }
        order = Some((column, down));
    }
    let mut limit = None;
    if words.take("LIMIT") {
        limit = Some(words.number("a number of rows")?.max(0) as usize);
    }
    Ok(Statement::Select(Select {
        shows,
        from,
        conditions,
        order,
        limit,
    }))
}
