//! From tokens to a statement: where every statement begins, and the errors.

use super::lexer::tokens;
use super::statement::Statement;
use super::words::Words;
use super::{administer, change};

/// The statements that are known, for the error that lists them.
pub const KNOWN: [&str; 32] = [
    "ALTER TABLE ... ADD COLUMN",
    "ALTER TABLE ... DROP COLUMN",
    "CHANGE MASTER TO",
    "CHANGE REPLICATION SOURCE TO",
    "CREATE DATABASE",
    "CREATE TABLE",
    "CREATE USER",
    "DELETE FROM",
    "DROP DATABASE",
    "DROP TABLE",
    "GRANT",
    "INSERT INTO",
    "INSTALL PLUGIN",
    "KILL",
    "RESET MASTER",
    "RESET SLAVE",
    "SELECT",
    "SET GLOBAL",
    "SHOW BINARY LOGS",
    "SHOW BINLOG EVENTS",
    "SHOW DATABASES",
    "SHOW MASTER STATUS",
    "SHOW PROCESSLIST",
    "SHOW SLAVE HOSTS",
    "SHOW SLAVE STATUS",
    "SHOW STATUS LIKE",
    "SHOW TABLES",
    "SHOW VARIABLES LIKE",
    "START SLAVE",
    "STOP SLAVE",
    "UPDATE",
    "USE",
];

/// A statement as it was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    /// What it says.
    pub statement: Statement,
    /// Its text, without what ends it: what goes to the binlog.
    pub text: String,
    /// It ended with `\G`: fields below each other.
    pub vertical: bool,
}

/// Why a statement was not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misread {
    /// What is wrong, for people.
    pub problem: String,
    /// The statement begins with no words that are known.
    pub unknown: bool,
}

/// The statements of a line, apart at every `;` outside of quotes; each keeps what ends it.
pub fn statements(line: &str) -> Vec<&str> {
    let mut all = Vec::new();
    let (mut start, mut quote, mut escaped) = (0, None, false);
    for (at, c) in line.char_indices() {
        match (quote, c) {
            _ if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(open), c) if open == c => quote = None,
            (None, '\'' | '"' | '`') => quote = Some(c),
            (None, ';') => {
                all.push(line[start..=at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    all.push(line[start..].trim());
    all.retain(|statement| !statement.trim_matches(';').is_empty());
    all
}

/// Reads one statement.
pub fn parse(line: &str) -> Result<Typed, Misread> {
    let line = line.trim();
    let (text, vertical) = match line.trim_end_matches(';').trim_end() {
        text if text.ends_with("\\G") || text.ends_with("\\g") => (
            text[..text.len() - 2].trim_end().trim_end_matches(';'),
            text.ends_with('G'),
        ),
        text => (text, false),
    };
    let Some(tokens) = tokens(text) else {
        return Err(Misread {
            problem: format!("a quote is never closed in {text:?}"),
            unknown: false,
        });
    };
    let mut words = Words::new(tokens);
    let statement = statement(&mut words).map_err(|problem| Misread {
        problem: format!("{problem} in {text:?}"),
        unknown: false,
    })?;
    match statement {
        Some(statement) if words.is_at_end() => Ok(Typed {
            statement,
            text: text.to_owned(),
            vertical,
        }),
        Some(_) => Err(Misread {
            problem: format!("unexpected {} in {text:?}", words.quote()),
            unknown: false,
        }),
        None => Err(Misread {
            problem: format!(
                "unknown statement {text:?}; known are: {}",
                KNOWN.join(", ")
            ),
            unknown: true,
        }),
    }
}

fn statement(words: &mut Words) -> Result<Option<Statement>, String> {
    if let Some(change) = change::change(words)? {
        return Ok(Some(Statement::Change(change)));
    }
    if words.take("USE") {
        return Ok(Some(Statement::Use(words.name("a database")?)));
    }
    if words.take("SELECT") {
        return change::select(words).map(Some);
    }
    administer::statement(words)
}
