//! Query events: statements in the binlog, with the status variables that decide their sizes (semantics.md 9, 14.2 b6, b7).

use super::accounts;
use super::binlog::{Done, Event, Format};
use super::sql::statement::{Change, ColumnSaid, TableName};
use super::store::kind::Type;
use super::vocabulary::{Dropped, Password, Vocabulary};
use std::collections::BTreeSet;

/// Bytes of a Query event, whose status variables take so many.
fn size(variables: u64, database: &str, text: usize) -> u64 {
    32 + variables + (database.len() + 1 + text) as u64 + 4
}

/// Bytes of one that is about no database.
pub fn plain(words: &Vocabulary, text: &str) -> u64 {
    size(words.events.query.always, "", text.len())
}

/// The BEGIN in front of a transaction's rows or statements.
pub fn begin(words: &Vocabulary, format: Format, first: &Done) -> Event {
    let of = &words.events.query;
    let databases = match format {
        Format::Row => 0,
        Format::Statement => databases(words, first),
    };
    let variables = of.always + update(words, &first.change) + databases + time_zone(words, first);
    let size = size(variables, default_database(first), "BEGIN".len());
    Event::new("Query", size, "BEGIN")
}

/// Bytes of the same in a replica's binlog, if they differ: it has the database of the rows for its default.
pub fn applied_begin(words: &Vocabulary, database: &str) -> Option<u64> {
    let variables = words.events.query.applied_begin?;
    Some(size(variables, database, "BEGIN".len()))
}

/// A statement by its text, with the number that AUTO_INCREMENT handed out.
pub fn statement(words: &Vocabulary, done: &Done) -> Vec<Event> {
    let mut events = Vec::new();
    if let Some(id) = done.executed.insert_id {
        events.push(Event::new("Intvar", 32, format!("INSERT_ID={id}")));
    }
    let of = &words.events.query;
    let xid = xid(words, done);
    let variables = of.always
        + databases(words, done)
        + session(words, &done.change)
        + time_zone(words, done)
        + xid;
    let (text, length) = written(words, done);
    // Databases are created and dropped in themselves.
    let (database, info) = match (own_database(&done.change), default_database(done)) {
        (Some(own), _) => (own, text),
        (None, "") => ("", text),
        (None, database) => (database, format!("use `{database}`; {text}")),
    };
    events.push(Event {
        shows_xid: xid > 0 && of.xid.is_shown,
        ..Event::new("Query", size(variables, database, length), info)
    });
    events
}

fn default_database(done: &Done) -> &str {
    done.database.as_deref().unwrap_or("")
}

#[expect(clippy::wildcard_enum_match_arm, reason = "it is about these alone")]
fn own_database(change: &Change) -> Option<&str> {
    match change {
        Change::CreateDatabase(name, _) | Change::DropDatabase(name, _) => Some(name),
        _ => None,
    }
}

/// The database in which users stand.
const OF_USERS: &str = "mysql";

/// Bytes of the names of the databases that a statement changes.
fn databases(words: &Vocabulary, done: &Done) -> u64 {
    let Some(before) = words.events.query.databases else {
        return 0;
    };
    let of = |table: &TableName| -> String {
        let said = table.database.clone();
        said.unwrap_or_else(|| default_database(done).to_owned())
    };
    let names: BTreeSet<String> = match &done.change {
        Change::CreateUser(..) | Change::DropUser(..) => [OF_USERS.to_owned()].into(),
        Change::Grant(..) => {
            let of = accounts::object(&done.text).and_then(|(of, _)| of);
            [OF_USERS]
                .into_iter()
                .chain(of)
                .map(str::to_owned)
                .collect()
        }
        Change::CreateDatabase(name, _) | Change::DropDatabase(name, _) => [name.clone()].into(),
        Change::CreateTable(table, ..)
        | Change::DropColumn(table, _)
        | Change::AddColumn(table, ..)
        | Change::Insert(table, ..)
        | Change::Update(table, ..)
        | Change::Delete(table, _) => [of(table)].into(),
        Change::DropTable(tables, _) => tables.iter().map(of).collect(),
        Change::FlushPrivileges => [OF_USERS.to_owned()].into(),
        // They name none.
        Change::Truncate(_) | Change::FlushTables => return 0,
    };
    before + names.iter().map(|name| name.len() as u64 + 1).sum::<u64>()
}

/// Bytes of what a statement carries of its session.
fn session(words: &Vocabulary, change: &Change) -> u64 {
    let of = &words.events.query;
    match change {
        Change::CreateTable(_, said, _) => {
            let timestamp = |column: &ColumnSaid| column.kind == Type::Timestamp;
            match said.columns.iter().any(timestamp) {
                true => of.session + of.timestamp,
                false => of.session,
            }
        }
        Change::CreateDatabase(..)
        | Change::DropColumn(..)
        | Change::AddColumn(..)
        | Change::Insert(..)
        | Change::Delete(..) => of.session,
        Change::Update(..) => of.session + of.update,
        Change::CreateUser(_, true, _) => of.user,
        Change::CreateUser(_, false, _) => 0,
        Change::Grant(..) => of.grant,
        Change::DropUser(..)
        | Change::DropDatabase(..)
        | Change::DropTable(..)
        | Change::Truncate(_)
        | Change::FlushTables
        | Change::FlushPrivileges => 0,
    }
}

/// How a statement says what time it is in the session's time zone.
const TIMES: [&str; 9] = [
    "NOW(",
    "SYSDATE(",
    "CURRENT_TIMESTAMP",
    "CURRENT_DATE",
    "CURRENT_TIME",
    "CURDATE(",
    "CURTIME(",
    "LOCALTIME",
    "FROM_UNIXTIME(",
];

/// Bytes of the time zone of a statement that depends on it.
fn time_zone(words: &Vocabulary, done: &Done) -> u64 {
    let text = done.text.to_ascii_uppercase();
    let says = TIMES.iter().any(|time| text.contains(time)) || done.executed.uses_time_zone;
    match done.change.is_dml() && says {
        true => words.events.query.time_zone,
        false => 0,
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "it is about this alone")]
fn update(words: &Vocabulary, change: &Change) -> u64 {
    match change {
        Change::Update(..) => words.events.query.update,
        _ => 0,
    }
}

/// Bytes of the number of the transaction, if the engine commits the statement itself.
fn xid(words: &Vocabulary, done: &Done) -> u64 {
    let xid = words.events.query.xid;
    let nothing = done.executed.edits.is_empty();
    match &done.change {
        // It was there already, or was not there: the engine has nothing to commit.
        Change::DropDatabase(..) if nothing => xid.no_database,
        Change::CreateDatabase(..) | Change::CreateTable(..) | Change::DropTable(..) if nothing => {
            0
        }
        Change::DropDatabase(..) => xid.tables,
        Change::CreateDatabase(..)
        | Change::CreateUser(..)
        | Change::DropUser(..)
        | Change::Grant(..) => xid.others,
        Change::CreateTable(..)
        | Change::DropTable(..)
        | Change::DropColumn(..)
        | Change::AddColumn(..) => xid.tables,
        Change::Truncate(_) => xid.truncate,
        Change::Insert(..)
        | Change::Update(..)
        | Change::Delete(..)
        | Change::FlushTables
        | Change::FlushPrivileges => 0,
    }
}

/// The statement's text as it is written, as it is shown here, and the length that it has.
fn written(words: &Vocabulary, done: &Done) -> (String, usize) {
    let text = match (&done.change, words.events.password, words.events.dropped) {
        (Change::CreateUser(user, has_password, _), by, _) => {
            return accounts::created(user, *has_password, &done.text, by);
        }
        (Change::Grant(_, user), Password::Hashed { .. }, _) => {
            accounts::granted(user, &done.text, default_database(done))
        }
        (Change::DropTable(tables, _), _, Dropped::Generated) => {
            let name = |table: &TableName| match &table.database {
                Some(database) if database != default_database(done) => {
                    format!("`{database}`.`{}`", table.table)
                }
                Some(_) | None => format!("`{}`", table.table),
            };
            let names: Vec<String> = tables.iter().map(name).collect();
            let upper = done.text.to_ascii_uppercase();
            let if_exists = if upper.contains("IF EXISTS") {
                "IF EXISTS "
            } else {
                ""
            };
            format!(
                "DROP TABLE {if_exists}{} /* generated by server */",
                names.join(",")
            )
        }
        _ => done.text.clone(),
    };
    let length = text.len();
    (text, length)
}
