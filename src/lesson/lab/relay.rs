//! Relay log files: when a new one begins, what stands at its head, when old ones are deleted (semantics.md 4.3, 9).
//!
//! Every connection begins a new file: own Format_description (and Previous_gtids), then the source's Rotate and
//! Format_description. The SQL thread deletes the files before the one that it leaves, not that one itself.

use crate::lesson::binlog::MAGIC;
use crate::protocol::ids::Position;

/// `Event_type` and bytes of a Stop event.
const STOP: &str = "Stop";
const STOP_EVENT: u64 = 23;

/// An event that is not of the source's transactions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeadEvent {
    /// `Event_type`
    pub kind: &'static str,
    /// Its bytes.
    pub size: u64,
    /// `Server_id`
    pub server_id: u32,
    /// `End_log_pos`
    pub end: u64,
    /// `Info`
    pub info: String,
}

/// One relay log file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelayFile {
    /// Its number.
    pub number: u32,
    /// Relay log index of the first transaction in it.
    pub start: u64,
    /// Own events, behind the magic number.
    pub own: Vec<HeadEvent>,
    /// What the source sends before the first transaction; nothing if it has not been connected for this file.
    pub lead: Vec<HeadEvent>,
    /// Behind the last transaction: a list that ends `UNTIL master_gtid_pos`, the Stop event of RESET.
    pub tail: Option<HeadEvent>,
    /// Bytes of the Rotate event that closed it, if one did.
    pub close: u64,
}

impl RelayFile {
    /// Bytes before the first transaction.
    pub fn head_bytes(&self) -> u64 {
        let events = self.own.iter().chain(&self.lead);
        MAGIC + events.map(|event| event.size).sum::<u64>()
    }

    /// Bytes behind the last one, beside what closes the file.
    pub fn tail_bytes(&self) -> u64 {
        self.tail.as_ref().map_or(0, |event| event.size)
    }
}

/// The relay log files of a replica, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RelayLogs {
    /// The files.
    pub files: Vec<RelayFile>,
    /// The SQL thread reads this one of them.
    reading: usize,
    /// Relay log index at which they were last deleted: what stands before is not in `Retrieved_Gtid_Set`.
    pub since: u64,
    /// The source's position at which the last connection began; what came before was skipped by GTID.
    pub skipped: Position,
}

impl RelayLogs {
    /// `CHANGE MASTER TO` deletes all and begins with the first.
    pub fn reset(&mut self, own: Vec<HeadEvent>, start: u64) {
        self.files = vec![RelayFile {
            number: 1,
            start,
            own,
            lead: Vec::new(),
            tail: None,
            close: 0,
        }];
        self.reading = 0;
        self.since = start;
        self.skipped = Position::default();
    }

    /// RESET ends the first file with a Stop event.
    pub fn ends_with_stop(&mut self, server_id: u32) {
        if let [only] = self.files.as_mut_slice() {
            only.tail = Some(HeadEvent {
                kind: STOP,
                size: STOP_EVENT,
                server_id,
                end: only.head_bytes() + STOP_EVENT,
                info: String::new(),
            });
        }
    }

    /// Whether it has, and nothing has begun since.
    pub fn is_ended(&self) -> bool {
        self.files.len() == 1 && self.first_is_stopped()
    }

    fn first_is_stopped(&self) -> bool {
        let tail = self.files.first().and_then(|file| file.tail.as_ref());
        tail.is_some_and(|event| event.kind == STOP)
    }

    /// START goes on with the second file.
    pub fn begins_again(&mut self, own: Vec<HeadEvent>) {
        let start = self.since;
        self.begin(own, Vec::new(), start, 0);
        self.reading = 1;
    }

    /// The next file begins; `close` are the bytes of the Rotate event at the end of the last one.
    pub fn begin(&mut self, own: Vec<HeadEvent>, lead: Vec<HeadEvent>, start: u64, close: u64) {
        let number = self.files.last().map_or(1, |file| file.number + 1);
        if let Some(last) = self.files.last_mut() {
            last.close = close;
            last.start = last.start.min(start);
        }
        self.files.push(RelayFile {
            number,
            start,
            own,
            lead,
            tail: None,
            close: 0,
        });
    }

    /// The SQL thread runs and has applied up to here: it reads on and deletes what it does not need.
    pub fn applied(&mut self, applied: u64) {
        while let Some(next) = self.files.get(self.reading + 1)
            // A file that began with a restart has nothing of the source's: the next connection closed it.
            && (!next.lead.is_empty() || self.files.len() > self.reading + 2)
            && applied >= next.start
        {
            if self.first_is_stopped() && self.files[self.reading].lead.is_empty() {
                // What RESET and START have begun goes with the first file of the source's.
                self.reading += 1;
                continue;
            }
            // It left this file; those before it go.
            self.files.drain(..self.reading);
            self.reading = 1;
        }
    }

    /// `relay_log_recovery`: what was received is thrown away, and the SQL thread reads the file that began last.
    pub fn recovers(&mut self) {
        self.reading = self.files.len().saturating_sub(1);
    }

    /// The file that the SQL thread reads.
    pub fn reading(&self) -> Option<&RelayFile> {
        self.files.get(self.reading)
    }

    /// Relay log index at which a file ends; `end` is the end of all.
    pub fn end_of(&self, at: usize, end: u64) -> u64 {
        self.files.get(at + 1).map_or(end, |next| next.start)
    }
}
