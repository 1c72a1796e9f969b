//! What a source writes into its binlog so that replicas can apply in parallel (semantics.md 1.1, 4.1).

use super::ids::ServerId;
use super::rows::Rows;
use std::collections::{BTreeMap, VecDeque};

/// The logical clock of one transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Clock {
    /// Whose clock it is.
    pub source: ServerId,
    /// Its index in the source's history (`sequence_number`).
    pub sequence: u64,
    /// Everything below this index was committed when it prepared, or is all that it depends on (`last_committed`).
    pub last_committed: u64,
    /// Index of the first of its group (MariaDB's `commit_id`).
    pub group: u64,
    /// Rows that others update too.
    pub rows: Rows,
}

/// The clocks of a log's newest transactions, by index.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Clocks {
    base: u64,
    clocks: VecDeque<Clock>,
}

super::rename::renames!(Clocks { clocks }, [base]);

impl Clocks {
    /// The clock of this transaction, if it is known.
    pub fn get(&self, index: u64) -> Option<Clock> {
        let at = index.checked_sub(self.base)?;
        self.clocks.get(at as usize).copied()
    }

    /// Appends one; what was there of this index and behind it is gone.
    pub fn push(&mut self, index: u64, clock: Clock) {
        self.cut(index);
        if self.base + self.clocks.len() as u64 != index {
            self.clocks.clear();
            self.base = index;
        }
        self.clocks.push_back(clock);
    }

    /// Forgets this index and everything behind it.
    pub fn cut(&mut self, index: u64) {
        self.clocks
            .truncate(index.saturating_sub(self.base) as usize);
    }

    /// Forgets everything below this index.
    pub fn forget_below(&mut self, index: u64) {
        while self.base < index && self.clocks.pop_front().is_some() {
            self.base += 1;
        }
    }
}

/// WRITESET: who wrote which row last.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Writesets {
    writers: BTreeMap<u32, u64>,
    /// History begins here: nothing is known of what came before.
    start: u64,
    size: u64,
}

impl Writesets {
    /// All that a transaction with these rows depends on, and notes that it wrote them; `written` rows in all, of which
    /// it remembers `most` (`binlog_transaction_dependency_history_size`).
    pub fn last_committed(&mut self, index: u64, rows: &Rows, written: u64, most: u32) -> u64 {
        let writers = rows
            .as_slice()
            .iter()
            .filter_map(|row| self.writers.get(row));
        let depends = writers.map(|writer| writer + 1).max().unwrap_or(0);
        let last_committed = depends.max(self.start);
        self.size += written;
        if self.size > u64::from(most) {
            self.writers.clear();
            self.start = index;
            self.size = written;
        }
        for &row in rows.as_slice() {
            self.writers.insert(row, index);
        }
        last_committed
    }
}

super::rename::renames!(Clock { source }, [sequence, last_committed, group, rows]);
