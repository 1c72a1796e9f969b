//! From tokens to a statement: where every statement begins, and the errors.

use super::lexer::{Token, tokens};
use super::statement::{Statement, TableName};
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
    let mut words = Words { tokens, at: 0 };
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

/// Tokens and where we are among them.
pub struct Words {
    tokens: Vec<Token>,
    at: usize,
}

impl Words {
    /// The next token.
    pub fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    /// Takes the next token.
    pub fn take_next(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        token
    }

    /// Whether everything was read.
    pub fn is_at_end(&self) -> bool {
        self.at >= self.tokens.len()
    }

    /// Takes these words, if they come next.
    pub fn take(&mut self, words: &str) -> bool {
        let mut at = self.at;
        for word in words.split(' ') {
            if !self.tokens.get(at).is_some_and(|token| token.is(word)) {
                return false;
            }
            at += 1;
        }
        self.at = at;
        true
    }

    /// Takes this character, if it comes next.
    pub fn take_symbol(&mut self, symbol: char) -> bool {
        let found = self.peek() == Some(&Token::Symbol(symbol));
        self.at += usize::from(found);
        found
    }

    /// Takes this character.
    pub fn symbol(&mut self, symbol: char) -> Result<(), String> {
        match self.take_symbol(symbol) {
            true => Ok(()),
            false => Err(self.expected(&format!("`{symbol}`"))),
        }
    }

    /// Takes these words.
    pub fn words(&mut self, words: &str) -> Result<(), String> {
        match self.take(words) {
            true => Ok(()),
            false => Err(self.expected(words)),
        }
    }

    /// Takes a name.
    pub fn name(&mut self, what: &str) -> Result<String, String> {
        match self.peek() {
            Some(Token::Word(name)) => {
                let name = name.clone();
                self.at += 1;
                Ok(name)
            }
            _ => Err(self.expected(what)),
        }
    }

    /// Takes a name or a string.
    pub fn name_or_text(&mut self, what: &str) -> Result<String, String> {
        match self.peek() {
            Some(Token::Word(name) | Token::Text(name)) => {
                let name = name.clone();
                self.at += 1;
                Ok(name)
            }
            _ => Err(self.expected(what)),
        }
    }

    /// Takes a whole number, perhaps with a sign.
    pub fn number(&mut self, what: &str) -> Result<i64, String> {
        let before = self.at;
        let negative = self.take_symbol('-');
        match self.take_next() {
            Some(Token::Number(number)) => Ok(if negative { -number } else { number }),
            _ => {
                self.at = before;
                Err(self.expected(what))
            }
        }
    }

    /// `database.table` or `table`.
    pub fn table(&mut self) -> Result<TableName, String> {
        let first = self.name("a table")?;
        match self.take_symbol('.') {
            true => Ok(TableName {
                table: self.name("a table")?,
                database: Some(first),
            }),
            false => Ok(TableName {
                database: None,
                table: first,
            }),
        }
    }

    /// Items between commas.
    pub fn list<T>(
        &mut self,
        mut item: impl FnMut(&mut Words) -> Result<T, String>,
    ) -> Result<Vec<T>, String> {
        let mut items = vec![item(self)?];
        while self.take_symbol(',') {
            items.push(item(self)?);
        }
        Ok(items)
    }

    /// The next token, quoted for an error.
    pub fn quote(&self) -> String {
        match self.peek() {
            Some(token) => format!("{:?}", token.said()),
            None => "the end".to_owned(),
        }
    }

    /// An error: something else was expected here.
    pub fn expected(&self, what: &str) -> String {
        format!("expected {what}, not {},", self.quote())
    }
}
