//! From tokens to a statement: where every statement begins, and the errors.

use super::lexer::{Executable, Token, placed, tokens};
use super::reader::{Ending, statements};
use super::statement::Statement;
use super::words::Words;
use super::{administer, change, not_modelled, select};

/// The statements that are known, for the error that lists them.
pub const KNOWN: [&str; 46] = [
    "ALTER TABLE ... ADD COLUMN",
    "ALTER TABLE ... DROP COLUMN",
    "BEGIN",
    "CHANGE MASTER TO",
    "CHANGE REPLICATION SOURCE TO",
    "COMMIT",
    "CREATE DATABASE",
    "CREATE TABLE",
    "CREATE USER",
    "DELETE FROM",
    "DROP DATABASE",
    "DROP TABLE",
    "DROP USER",
    "FLUSH",
    "GRANT",
    "INSERT INTO",
    "INSTALL PLUGIN",
    "KILL",
    "PURGE BINARY LOGS",
    "RESET MASTER",
    "RESET SLAVE",
    "ROLLBACK",
    "SELECT",
    "SET",
    "SHOW ALL SLAVES STATUS",
    "SHOW BINARY LOGS",
    "SHOW BINLOG EVENTS",
    "SHOW DATABASES",
    "SHOW MASTER STATUS",
    "SHOW PROCESSLIST",
    "SHOW RELAYLOG EVENTS",
    "SHOW SLAVE HOSTS",
    "SHOW SLAVE STATUS",
    "SHOW STATUS",
    "SHOW TABLES",
    "SHOW VARIABLES",
    "SHOW WARNINGS",
    "SHUTDOWN",
    "START SLAVE",
    "START TRANSACTION",
    "STOP SLAVE",
    "TRUNCATE TABLE",
    "UNINSTALL PLUGIN",
    "UNLOCK TABLES",
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
    let Some(placed) = placed(text, executes) else {
        let problem = format!("a quote is never closed in {text:?}");
        return Err(Misread::Wrong(problem));
    };
    let tokens: Vec<Token> = placed.iter().map(|(token, _)| token.clone()).collect();
    let not_modelled = not_modelled::statement(&tokens);
    let mut words = Words::new(text, placed);
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
        (Err(_), _) if not_modelled.is_some_and(|words| words.contains(' ')) => Err(
            Misread::NotModelled(not_modelled.unwrap_or_default(), text.clone()),
        ),
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

/// Whether a line begins another statement although the one before it was not ended: that one is complete, and what comes
/// would be no part of it.
pub fn begins_another(before: &str, line: &str) -> bool {
    let Some(Token::Word(first)) = tokens(line, |_| true).and_then(|all| all.into_iter().next())
    else {
        return false;
    };
    let first = Token::Word(first);
    let is_verb = KNOWN
        .iter()
        .any(|known| first.is(known.split(' ').next().unwrap_or_default()));
    match parse(before) {
        Err(Misread::Wrong(_)) => false,
        Err(Misread::NotModelled(..) | Misread::Unknown(_)) => is_verb,
        Ok(_) => {
            let whole = format!("{before}\n{line}");
            let end = statements(&whole).into_iter().next();
            let goes_on = end.is_some_and(|read| parse(&read.text).is_ok());
            is_verb || (!goes_on && not_modelled::clause(&first).is_none())
        }
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
        return Ok(Some(Statement::Select(select::select(words)?)));
    }
    administer::statement(words)
}
