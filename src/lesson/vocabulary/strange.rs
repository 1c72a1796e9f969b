//! Which words of replication's statements servers know: `master` and `slave`, `source` and `replica`, or both.

use crate::lesson::store::errors::SqlError;

/// The beginning of a statement that a server does not know.
#[derive(Clone, Copy, Debug)]
pub struct Strange {
    /// Its first words.
    words: &'static str,
    /// So many of them it understands: the error begins behind them.
    understood: usize,
}

/// What a server does not know.
#[derive(Clone, Copy, Debug)]
pub struct Dialect {
    /// Beginnings of statements.
    strange: &'static [&'static [Strange]],
    /// First words of statements, and how words begin that cannot follow.
    options: &'static [(&'static str, &'static str)],
}

const fn strange(words: &'static str, understood: usize) -> Strange {
    Strange { words, understood }
}

/// Gone with MySQL 8.4.
const OLD: &[Strange] = &[
    strange("SHOW MASTER STATUS", 1),
    strange("SHOW MASTER LOGS", 1),
    strange("SHOW SLAVE STATUS", 1),
    strange("SHOW SLAVE HOSTS", 1),
    strange("PURGE MASTER LOGS", 1),
    strange("RESET MASTER", 1),
    strange("RESET SLAVE", 1),
    strange("START SLAVE", 1),
    strange("STOP SLAVE", 1),
    strange("CHANGE MASTER TO", 1),
];

/// Since MySQL 8.0.22; MariaDB has most of them since 10.5.
const REPLICA: &[Strange] = &[
    strange("SHOW REPLICA STATUS", 1),
    strange("RESET REPLICA", 1),
    strange("START REPLICA", 1),
    strange("STOP REPLICA", 1),
];

/// Since MySQL 8.0.22.
const REPLICAS: &[Strange] = &[strange("SHOW REPLICAS", 1)];

/// MariaDB's alone.
const REPLICA_HOSTS: &[Strange] = &[strange("SHOW REPLICA HOSTS", 1)];

/// MariaDB's alone: it has several sources by name.
const ALL_SLAVES: &[Strange] = &[
    strange("SHOW ALL SLAVES STATUS", 1),
    strange("START ALL SLAVES", 1),
    strange("STOP ALL SLAVES", 1),
];

/// Since MySQL 8.0.23. `CHANGE REPLICATION FILTER` is older.
const SOURCE: &[Strange] = &[strange("CHANGE REPLICATION SOURCE TO", 2)];

/// Since MySQL 8.2.
const BINARY_LOG: &[Strange] = &[
    strange("SHOW BINARY LOG STATUS", 2),
    strange("RESET BINARY LOGS AND GTIDS", 1),
];

/// Gone with MySQL 8.0: a password in GRANT.
const IDENTIFIED: (&str, &str) = ("GRANT", "IDENTIFIED");

/// In MariaDB nothing is called `CHANGE REPLICATION`.
const REPLICATION: &[Strange] = &[strange("CHANGE REPLICATION", 1)];

impl Dialect {
    /// MySQL 5.7.
    pub(super) const OLDEST: Dialect = Dialect {
        options: &[("CHANGE", "SOURCE_")],
        ..Dialect::MASTER
    };
    /// MySQL 8.0 up to 8.0.21.
    pub(super) const MASTER: Dialect = Dialect {
        strange: &[
            ALL_SLAVES,
            REPLICA_HOSTS,
            REPLICA,
            REPLICAS,
            SOURCE,
            BINARY_LOG,
        ],
        options: &[("CHANGE", "SOURCE_"), IDENTIFIED],
    };
    /// MySQL 8.0.22.
    pub(super) const REPLICA: Dialect = Dialect {
        strange: &[ALL_SLAVES, REPLICA_HOSTS, SOURCE, BINARY_LOG],
        options: &[("CHANGE", "SOURCE_"), IDENTIFIED],
    };
    /// From MySQL 8.0.23 on.
    pub(super) const BOTH: Dialect = Dialect {
        strange: &[ALL_SLAVES, REPLICA_HOSTS, BINARY_LOG],
        options: &[IDENTIFIED],
    };
    /// From MySQL 8.4 on.
    pub(super) const SOURCE: Dialect = Dialect {
        strange: &[ALL_SLAVES, REPLICA_HOSTS, OLD],
        options: &[("CHANGE", "MASTER_"), IDENTIFIED],
    };
    /// MariaDB.
    pub(super) const MARIADB: Dialect = Dialect {
        strange: &[REPLICAS, REPLICATION, BINARY_LOG],
        options: &[],
    };

    /// Error 1064, if a statement says what the server called so does not know.
    pub fn refuses(&self, server: &str, text: &str) -> Option<SqlError> {
        let words: Vec<(usize, &str)> = words(text).collect();
        let begins = |known: &Strange| {
            let known = known.words.split(' ');
            let here = words.iter().map(|(_, word)| *word);
            let same = known.clone().zip(here);
            words.len() >= known.count()
                && same.fold(true, |all, (a, b)| all && a.eq_ignore_ascii_case(b))
        };
        let found = self
            .strange
            .iter()
            .copied()
            .flatten()
            .find(|known| begins(known));
        let option = || {
            let first = words.first()?.1;
            let mut of_this = self
                .options
                .iter()
                .filter(|(begin, _)| begin.eq_ignore_ascii_case(first));
            of_this.find_map(|(_, option)| {
                let begins = |word: &str| {
                    let start = word.get(..option.len()).unwrap_or_default();
                    start.eq_ignore_ascii_case(option)
                };
                words
                    .iter()
                    .find(|(_, word)| begins(word))
                    .map(|(at, _)| *at)
            })
        };
        let at = found
            .map(|known| words[known.understood].0)
            .or_else(option)?;
        Some(syntax_error(server, text, at))
    }
}

/// The words of a statement and where they begin; what stands in quotes is none.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut quote = None;
    let mut ends: Vec<(usize, usize)> = Vec::new();
    for (at, c) in text.char_indices() {
        let inside = quote.is_some();
        match (quote, c) {
            (Some(open), c) if open == c => quote = None,
            (None, '\'' | '"' | '`') => quote = Some(c),
            _ => {}
        }
        if inside || !(c.is_alphanumeric() || c == '_') {
            continue;
        }
        match ends.last_mut() {
            Some((_, end)) if *end == at => *end = at + c.len_utf8(),
            _ => ends.push((at, at + c.len_utf8())),
        }
    }
    ends.into_iter().map(|(from, to)| (from, &text[from..to]))
}

/// 1064: what the server did not expect begins there.
fn syntax_error(server: &str, text: &str, at: usize) -> SqlError {
    // The server shows 80 characters.
    let near: String = text[at..].chars().take(80).collect();
    let line = 1 + text[..at].matches('\n').count();
    let text = format!(
        "You have an error in your SQL syntax; check the manual that corresponds to your {server} server version for the \
         right syntax to use near '{near}' at line {line}"
    );
    SqlError::new(1064, "42000", text)
}
