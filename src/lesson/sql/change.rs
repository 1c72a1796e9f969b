//! Statements on databases, tables and rows.

use super::expression::Expression;
use super::operands::expression;
use super::statement::{Change, Otherwise, Place, Which};
use super::words::Words;
use super::{define, select};

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
        let mut privileges = Vec::new();
        while !words.take("ON") {
            match words.take_next() {
                Some(token) => privileges.push(token.said().to_ascii_uppercase()),
                None => return Err(words.expected("ON")),
            }
        }
        // Privileges of a database are not about the server.
        if !(words.is_next(0, '*') && words.is_next(1, '.') && words.is_next(2, '*')) {
            privileges.clear();
        }
        while !words.take("TO") {
            if words.take_next().is_none() {
                return Err(words.expected("TO a user"));
            }
        }
        let user = user(words)?;
        if words.take("IDENTIFIED BY") {
            words.name_or_text("a password")?;
        }
        words.take("WITH GRANT OPTION");
        Change::Grant(privileges, user)
    } else if words.take("CREATE DATABASE") || words.take("CREATE SCHEMA") {
        let otherwise = unless(words, "IF NOT EXISTS");
        let name = words.name("a database")?;
        while !words.is_at_end() {
            words.take("DEFAULT");
            let known = ["CHARACTER SET", "CHARSET", "COLLATE"];
            if !known.iter().any(|option| words.take(option)) {
                return Err(words.expected("CHARACTER SET or COLLATE"));
            }
            words.take_symbol('=');
            words.name_or_text("a character set")?;
        }
        Change::CreateDatabase(name, otherwise)
    } else if words.take("DROP DATABASE") || words.take("DROP SCHEMA") {
        let otherwise = unless(words, "IF EXISTS");
        Change::DropDatabase(words.name("a database")?, otherwise)
    } else if words.take("CREATE TABLE") {
        define::create_table(words)?
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
        Change::Delete(table, which(words)?)
    } else {
        return Ok(None);
    }))
}

pub(super) fn unless(words: &mut Words, said: &str) -> Otherwise {
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
    let column = define::column(words)?;
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
    if words.take("SET") {
        let (columns, values) = words.list(assignment)?.into_iter().unzip();
        return Ok(Change::Insert(table, Some(columns), vec![values]));
    }
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
        if words.take_symbol(')') {
            return Ok(Vec::new());
        }
        let row = words.list(expression)?;
        words.symbol(')')?;
        Ok(row)
    })?;
    Ok(Change::Insert(table, columns, rows))
}

fn assignment(words: &mut Words) -> Result<(String, Expression), String> {
    let column = words.name("a column")?;
    words.symbol('=')?;
    Ok((column, expression(words)?))
}

fn update(words: &mut Words) -> Result<Change, String> {
    let table = words.table()?;
    words.words("SET")?;
    let sets = words.list(assignment)?;
    Ok(Change::Update(table, sets, which(words)?))
}

/// Behind the table of an UPDATE or a DELETE.
fn which(words: &mut Words) -> Result<Which, String> {
    Ok(Which {
        condition: select::condition(words)?,
        limit: match words.take("LIMIT") {
            true => Some(select::rows(words)?),
            false => None,
        },
    })
}
