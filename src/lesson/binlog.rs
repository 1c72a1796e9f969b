//! Transactions as binlog events, with the sizes that give positions (semantics.md 9).

use super::query_event;
use super::sql::statement::Change;
use super::store::execute::{Executed, RowsImage};
use super::vocabulary::{GtidEvent, InnerEnds, Lead, TableMetadata, Vocabulary};
use crate::protocol::ids::{Gtid, ServerId};

/// Header, 19 bytes, and checksum, 4 bytes, of every event.
const FRAME: u64 = 19 + 4;
/// Bytes of the magic number at the beginning of a file: its first event stands behind it.
pub const MAGIC: u64 = 4;

/// How statements are written to the binlog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Rows.
    Row,
    /// Statements.
    Statement,
}

/// One event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// `Event_type` of SHOW BINLOG EVENTS.
    pub kind: &'static str,
    /// Its bytes.
    pub size: u64,
    /// `Info` of SHOW BINLOG EVENTS.
    pub info: String,
    /// Its info has the number of the transaction, too.
    pub shows_xid: bool,
}

impl Event {
    /// Whether it says what was typed, which a replica may not ask for.
    pub fn is_annotation(&self) -> bool {
        self.kind == "Annotate_rows"
    }

    pub(super) fn new(kind: &'static str, size: u64, info: impl Into<String>) -> Event {
        Event {
            kind,
            size,
            info: info.into(),
            shows_xid: false,
        }
    }
}

/// What goes to the binlog for a transaction, without its Gtid event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// Row events.
    Rows(RowsImage),
    /// A statement by its text, with the number that AUTO_INCREMENT handed out.
    Statement(Change, Option<i64>),
}

/// A statement that was executed where it was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// What it says.
    pub change: Change,
    /// What came of it.
    pub executed: Executed,
    /// As it was typed.
    pub text: String,
    /// The default database of the session.
    pub database: Option<String>,
}

impl Done {
    /// Whether there is something to write.
    pub fn is_written(&self) -> bool {
        match self.change.is_dml() {
            true => self.executed.rows.is_some(),
            false => !self.executed.is_unlogged,
        }
    }
}

/// A statement of a transaction, as the binlog has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logged {
    /// Rows or statement.
    pub body: Body,
    /// As it was typed.
    pub text: String,
    /// The default database of the session.
    pub database: Option<String>,
    /// The place of its last event among those of the transaction.
    pub last: usize,
}

/// A transaction's contents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction {
    /// Its statements.
    pub statements: Vec<Logged>,
    /// When it began, s: the timestamp of its events.
    pub timestamp: u64,
    /// It is a Query event of its own, or a row transaction.
    pub is_dml: bool,
    /// Its events behind the Gtid event.
    pub events: Vec<Event>,
    /// Bytes of its BEGIN in the binlog of a replica.
    begin_of_replica: Option<u64>,
}

/// On whose binlog a transaction stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// That of the server where it was typed.
    Origin,
    /// That of a replica.
    Replica,
}

impl Whose {
    /// A server's binlog has a transaction of this origin.
    pub fn binlog(server: ServerId, gtid: Gtid) -> Whose {
        match gtid.origin.server == server {
            true => Whose::Origin,
            false => Whose::Replica,
        }
    }
}

impl Transaction {
    /// The transaction of statements that were executed; `None` if there is nothing to write.
    pub fn of(
        words: &Vocabulary,
        format: Format,
        done: &[Done],
        timestamp: u64,
    ) -> Option<Transaction> {
        let first = done.iter().find(|done| done.is_written())?;
        let is_dml = first.change.is_dml();
        let mut transaction = Transaction {
            statements: Vec::new(),
            timestamp,
            is_dml,
            events: Vec::new(),
            begin_of_replica: None,
        };
        let events = &mut transaction.events;
        if is_dml && words.events.lead == Lead::Begin {
            events.push(query_event::begin(words, format, first));
            let rows = first.executed.rows.as_ref();
            let rows = rows.filter(|_| format == Format::Row);
            transaction.begin_of_replica =
                rows.and_then(|rows| query_event::applied_begin(words, &rows.table.0));
        }
        for done in done.iter().filter(|done| done.is_written()) {
            let body = match (&done.executed.rows, format) {
                (Some(rows), Format::Row) => {
                    events.extend(row_events(words, rows, &done.text));
                    Body::Rows(rows.clone())
                }
                _ => {
                    let id = done.executed.insert_id;
                    events.extend(query_event::statement(words, done));
                    Body::Statement(done.change.clone(), id)
                }
            };
            transaction.statements.push(Logged {
                body,
                text: done.text.clone(),
                database: done.database.clone(),
                last: events.len() - 1,
            });
        }
        if is_dml {
            events.push(Event {
                shows_xid: true,
                ..Event::new("Xid", 31, "COMMIT")
            });
        }
        Some(transaction)
    }

    /// One without changes.
    pub fn empty(words: &Vocabulary, timestamp: u64) -> Transaction {
        let event = |text: &str| Event::new("Query", query_event::plain(words, text), text);
        Transaction {
            statements: Vec::new(),
            timestamp,
            is_dml: true,
            events: vec![event("BEGIN"), event("COMMIT")],
            begin_of_replica: None,
        }
    }

    /// Whether an event's `End_log_pos` is where it ends.
    pub fn shows_end(&self, event: &Event, words: &Vocabulary) -> bool {
        words.events.inner_ends == InnerEnds::Counted || !self.is_dml || event.shows_xid
    }

    /// The same with other rows, where a statement has others.
    pub fn with_rows(&self, words: &Vocabulary, images: &[Option<RowsImage>]) -> Transaction {
        let (mut events, mut statements) = (Vec::new(), Vec::new());
        let mut from = 0;
        for (statement, image) in self.statements.iter().zip(images) {
            let own = &self.events[from..=statement.last];
            match image {
                None => events.extend(own.iter().cloned()),
                Some(image) => {
                    events.extend(own.iter().filter(|event| event.kind == "Query").cloned());
                    events.extend(row_events(words, image, &statement.text));
                }
            }
            from = statement.last + 1;
            let last = events.len() - 1;
            statements.push(Logged {
                last,
                ..statement.clone()
            });
        }
        events.extend(self.events[from..].iter().cloned());
        Transaction {
            statements,
            events,
            ..self.clone()
        }
    }

    /// Bytes of the events behind a statement.
    pub fn behind(&self, statement: &Logged) -> u64 {
        let behind = self.events.iter().skip(statement.last + 1);
        behind.map(|event| event.size).sum()
    }

    /// Bytes of its events on a binlog, in their order.
    pub fn sizes(&self, on: Whose) -> impl Iterator<Item = u64> {
        let begin = self.begin_of_replica.filter(|_| on == Whose::Replica);
        let events = self.events.iter().enumerate();
        events.map(move |(at, event)| match (at, begin) {
            (0, Some(begin)) => begin,
            _ => event.size,
        })
    }

    /// Bytes behind the Gtid event.
    pub fn bytes(&self, on: Whose) -> u64 {
        self.sizes(on).sum()
    }

    /// Bytes of Annotate_rows, which a replica may not ask for.
    pub fn annotations(&self) -> u64 {
        let events = self.events.iter();
        let annotations = events.filter(|event| event.is_annotation());
        annotations.map(|event| event.size).sum()
    }

    /// Bytes of its Gtid event: in MySQL by the length of the transaction and on whose binlog it stands, in MariaDB by
    /// whether it was committed in a group.
    pub fn gtid_bytes(&self, words: &Vocabulary, on: Whose, grouped: bool) -> u64 {
        match words.events.gtid {
            GtidEvent::Fixed(bytes) => bytes,
            GtidEvent::WithLength => {
                let foreign = match on {
                    Whose::Origin => 0,
                    Whose::Replica => 7,
                };
                let rest = self.bytes(on) + foreign;
                // The length counts the Gtid event itself, whose length field grows with it.
                let short = match rest {
                    rest if rest + 77 < 251 => 77,
                    rest if rest + 79 < 1 << 16 => 79,
                    _ => 80,
                };
                short + foreign
            }
            GtidEvent::ByGroup {
                alone,
                grouped: bytes,
            } => {
                if grouped {
                    bytes
                } else {
                    alone
                }
            }
        }
    }
}

fn row_events(words: &Vocabulary, rows: &RowsImage, text: &str) -> Vec<Event> {
    let (schema, table) = &rows.table;
    let columns = rows.columns.len() as u64;
    let bits = columns.div_ceil(8);
    let mut events = Vec::new();
    if words.events.lead == Lead::Annotation {
        events.push(Event::new("Annotate_rows", FRAME + text.len() as u64, text));
    }
    let name = format!("table_id: 100 ({schema}.{table})");
    events.push(Event::new("Table_map", table_map(words, rows), name));
    let row = |row: &super::store::Row| -> u64 {
        let values = rows.columns.iter().zip(row);
        bits + values
            .map(|(kind, value)| kind.bytes_of(value, words))
            .sum::<u64>()
    };
    let bytes: Vec<u64> = rows
        .rows
        .iter()
        .map(|(before, after)| [before, after].into_iter().flatten().map(&row).sum())
        .collect();
    let [insert, update, delete] = words.events.rows;
    let (kind, bitmaps) = match rows.rows.first() {
        Some((None, _)) => (insert, 1),
        Some((_, None)) => (delete, 1),
        _ => (update, 2),
    };
    let head = FRAME + words.events.row_header + 1 + bitmaps * bits;
    // Rows of one statement go into events of up to 8 KiB.
    const LARGEST: u64 = 8 << 10;
    let mut size = head;
    for row in bytes {
        if size > head && size + row > LARGEST {
            events.push(Event::new(kind, size, "table_id: 100"));
            size = head;
        }
        size += row;
    }
    let flags = words.events.rows_flags;
    let info = format!("table_id: 100 flags: STMT_END_F{flags}");
    events.push(Event::new(kind, size, info));
    events
}

fn table_map(words: &Vocabulary, rows: &RowsImage) -> u64 {
    let (schema, table) = &rows.table;
    let columns = rows.columns.len() as u64;
    let metadata: u64 = rows.columns.iter().map(|kind| kind.metadata()).sum();
    let optional = match words.events.table_metadata {
        TableMetadata::Minimal => {
            let numbers = rows.columns.iter().filter(|kind| kind.is_number()).count() as u64;
            let texts = rows.columns.iter().any(|kind| kind.is_text());
            let numbers = if numbers > 0 {
                2 + numbers.div_ceil(8)
            } else {
                0
            };
            numbers + if texts { 5 } else { 0 }
        }
        TableMetadata::Absent => 0,
    };
    FRAME
        + 8
        + (schema.len() + 2) as u64
        + (table.len() + 2) as u64
        + 1
        + columns
        + 1
        + metadata
        + columns.div_ceil(8)
        + optional
}

/// Bytes of a Rotate event to a file.
pub fn rotate(file: &str) -> u64 {
    31 + file.len() as u64
}

/// Bytes of MySQL's Previous_gtids event for sets of so many intervals, one number per uuid.
pub fn previous_gtids(intervals: &[u64]) -> u64 {
    31 + intervals
        .iter()
        .map(|count| 16 + 8 + 16 * count)
        .sum::<u64>()
}

/// Bytes of MariaDB's Gtid_list event for so many GTIDs.
pub fn gtid_list(gtids: u64) -> u64 {
    if gtids == 0 { 29 } else { 27 + 16 * gtids }
}

/// Bytes of MariaDB's Binlog_checkpoint event.
pub fn binlog_checkpoint(file: &str) -> u64 {
    27 + file.len() as u64
}
