//! From tokens to a statement: where every statement begins, and the errors.

use super::lexer::{Executable, tokens};
use super::reader::{Ending, statements};
use super::statement::Statement;
use super::words::Words;
use super::{administer, change, not_modelled};

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
pub enum Misread {
    /// It says something that is wrong, or that is not modelled: what, for people.
    Wrong(String),
    /// It begins with these words, which the servers know and the lab does not; and its text.
    NotModelled(&'static str, String),
    /// It begins with no words that are known: its text.
    Unknown(String),
}

impl Misread {
    /// For people; `server` is the server's name for itself.
    pub fn said(&self, server: &str) -> String {
        match self {
            Misread::Wrong(problem) => problem.clone(),
            Misread::NotModelled(words, text) => {
                format!("{words} is a statement of {server} that the lab does not model: {text:?}")
            }
            Misread::Unknown(text) => {
                format!(
                    "unknown statement {text:?}; known are: {}",
                    KNOWN.join(", ")
                )
            }
        }
    }
}

/// Reads one statement, as a server reads it that executes every `/*! */`.
pub fn parse(line: &str) -> Result<Typed, Misread> {
    parse_for(line, |_| true)
}

/// Reads one statement; comments are executed or not.
pub fn parse_for(line: &str, executes: impl Fn(Executable) -> bool) -> Result<Typed, Misread> {
    let mut all = statements(line);
    let ended = all.iter().position(|read| !read.text.is_empty());
    all.retain(|read| !read.text.is_empty());
    let (Some(read), true) = (all.first(), all.len() <= 1) else {
        let problem = match ended {
            None => "No query specified".to_owned(),
            Some(_) => format!("expected one statement, not {}, in {line:?}", all.len()),
        };
        return Err(Misread::Wrong(problem));
    };
    let text = &read.text;
    let Some(tokens) = tokens(text, executes) else {
        let problem = format!("a quote is never closed in {text:?}");
        return Err(Misread::Wrong(problem));
    };
    let not_modelled = not_modelled::statement(&tokens);
    let mut words = Words::new(tokens);
    let read_so_far = statement(&mut words);
    let clause = words.peek().and_then(not_modelled::clause);
    match (read_so_far, clause) {
        (Ok(Some(statement)), _) if words.is_at_end() => Ok(Typed {
            statement,
            text: text.clone(),
            vertical: read.ending == Ending::Vertical,
        }),
        (Ok(None), _) => Err(match not_modelled {
            Some(words) => Misread::NotModelled(words, text.clone()),
            None => Misread::Unknown(text.clone()),
        }),
        (Ok(Some(_)) | Err(_), Some(clause)) => Err(Misread::Wrong(format!(
            "{clause} is not modelled here, in {text:?}"
        ))),
        (Ok(Some(_)), None) => Err(Misread::Wrong(format!(
            "unexpected {} in {text:?}",
            words.quote()
        ))),
        (Err(problem), None) => Err(Misread::Wrong(format!("{problem} in {text:?}"))),
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
