//! Errors of statements as each flavour prints them.

use crate::protocol::variables::Flavour;

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

/// Error 1054; MariaDB 10.11.19 names the clause by its word (semantics.md 12a).
pub fn unknown_column(flavour: Flavour, column: &str, clause: Clause) -> SqlError {
    let clause = match (flavour, clause) {
        (Flavour::Mariadb1011, Clause::Insert) => "INSERT INTO",
        (Flavour::Mariadb1011, Clause::Select) => "SELECT",
        (Flavour::Mariadb1011, Clause::Set) => "SET",
        (Flavour::Mariadb1011, Clause::Where) => "WHERE",
        (Flavour::Mariadb1011, Clause::Order) => "ORDER BY",
        (_, Clause::Insert | Clause::Select | Clause::Set) => "field list",
        (_, Clause::Where) => "where clause",
        (_, Clause::Order) => "order clause",
    };
    SqlError::new(
        1054,
        "42S22",
        format!("Unknown column '{column}' in '{clause}'"),
    )
}

/// How a flavour names the primary key of a table in error 1062.
pub fn key_name(flavour: Flavour, table: &str) -> String {
    match flavour {
        Flavour::Mysql80 => format!("{table}.PRIMARY"),
        Flavour::Mysql57 | Flavour::Mariadb1011 => "PRIMARY".to_owned(),
    }
}

/// Error 1062.
pub fn duplicate(flavour: Flavour, value: &str, table: &str) -> SqlError {
    let key = key_name(flavour, table);
    SqlError::new(
        1062,
        "23000",
        format!("Duplicate entry '{value}' for key '{key}'"),
    )
}

/// Error 1091.
pub fn cannot_drop(flavour: Flavour, column: &str) -> SqlError {
    let text = match flavour {
        Flavour::Mariadb1011 => format!("Can't DROP COLUMN `{column}`; check that it exists"),
        _ => format!("Can't DROP '{column}'; check that column/key exists"),
    };
    SqlError::new(1091, "42000", text)
}

/// Error 1146.
pub fn no_table(database: &str, table: &str) -> SqlError {
    SqlError::new(
        1146,
        "42S02",
        format!("Table '{database}.{table}' doesn't exist"),
    )
}

/// The server's name for itself in errors.
pub fn server_word(flavour: Flavour) -> &'static str {
    match flavour {
        Flavour::Mariadb1011 => "MariaDB",
        _ => "MySQL",
    }
}
