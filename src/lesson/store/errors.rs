//! Errors of statements as each flavour prints them.

use crate::lesson::vocabulary::Vocabulary;

/// An error as a client gets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SqlError {
    /// Its number.
    pub number: u16,
    /// Its SQLSTATE.
    pub state: &'static str,
    /// Its text.
    pub text: String,
}

impl SqlError {
    /// An error.
    pub fn new(number: u16, state: &'static str, text: impl Into<String>) -> SqlError {
        SqlError {
            number,
            state,
            text: text.into(),
        }
    }

    /// `ERROR 1062 (23000): Duplicate entry ...`
    pub fn printed(&self) -> String {
        format!("ERROR {} ({}): {}", self.number, self.state, self.text)
    }
}

/// A warning or a note, as SHOW WARNINGS shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// `Note`, `Warning`, `Error`
    pub level: &'static str,
    /// Its number.
    pub number: u16,
    /// Its text.
    pub text: String,
}

impl Note {
    /// An error, as SHOW WARNINGS shows it.
    pub fn error(error: &SqlError) -> Note {
        Note {
            level: "Error",
            ..Note::of(error.clone())
        }
    }

    /// The error that an answer is.
    pub fn of_answer(answer: &str) -> Option<Note> {
        let (number, rest) = answer.strip_prefix("ERROR ")?.split_once(' ')?;
        let (_, text) = rest.split_once("): ")?;
        Some(Note {
            level: "Error",
            number: number.parse().ok()?,
            text: text.to_owned(),
        })
    }

    /// 1292: a variable gets the nearest value that it takes.
    pub fn truncated(name: &str, value: &str) -> Note {
        Note {
            level: "Warning",
            number: 1292,
            text: format!("Truncated incorrect {name} value: '{value}'"),
        }
    }

    /// A note of this number and text.
    pub fn said((number, text): (u16, &str)) -> Note {
        Note {
            level: "Note",
            number,
            text: text.to_owned(),
        }
    }

    /// 4190 (MariaDB): what a statement changes unasked.
    pub fn implicit(statement: &str, from: &str, to: &str) -> Note {
        let text = format!(
            "{statement} is implicitly changing the value of 'Using_Gtid' from '{from}' to '{to}'"
        );
        Note::said((4190, &text))
    }

    /// 1681: a statement that will be removed.
    pub fn deprecated(statement: &str) -> Note {
        Note {
            level: "Warning",
            number: 1681,
            text: format!("'{statement}' is deprecated and will be removed in a future release."),
        }
    }

    /// 1265: digits of a DECIMAL or blanks of a VARCHAR were cut off.
    pub fn cut(column: &str, row: usize) -> Note {
        let text = format!("Data truncated for column '{column}' at row {row}");
        Note::said((1265, &text))
    }

    /// A note.
    pub fn of(error: SqlError) -> Note {
        Note {
            level: "Note",
            number: error.number,
            text: error.text,
        }
    }
}

/// Which clause names an unknown column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clause {
    /// The columns of an INSERT.
    Insert,
    /// What a SELECT shows.
    Select,
    /// SET of an UPDATE.
    Set,
    /// WHERE
    Where,
    /// ORDER BY
    Order,
}

/// Error 1054; the clause is named as the flavour names it (semantics.md 12a).
pub fn unknown_column(words: &Vocabulary, column: &str, clause: Clause) -> SqlError {
    let clause = (words.errors.clause)(clause);
    SqlError::new(
        1054,
        "42S22",
        format!("Unknown column '{column}' in '{clause}'"),
    )
}

/// Error 1062, of a key of a table.
pub fn duplicate(words: &Vocabulary, value: &str, table: &str, key: &str) -> SqlError {
    let key = (words.errors.primary_key)(table).replace("PRIMARY", key);
    SqlError::new(
        1062,
        "23000",
        format!("Duplicate entry '{value}' for key '{key}'"),
    )
}

/// Error 1091.
pub fn cannot_drop(words: &Vocabulary, column: &str) -> SqlError {
    SqlError::new(1091, "42000", (words.errors.cannot_drop)(column))
}

/// Error 1049.
pub fn no_database(database: &str) -> SqlError {
    SqlError::new(1049, "42000", format!("Unknown database '{database}'"))
}

/// Error 1146.
pub fn no_table(database: &str, table: &str) -> SqlError {
    SqlError::new(
        1146,
        "42S02",
        format!("Table '{database}.{table}' doesn't exist"),
    )
}
