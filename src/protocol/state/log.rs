//! An ordered log of transactions, kept as runs: a backlog of a million transactions costs a few words.

use super::gtid::GtidSet;
use super::ids::Gtid;
use std::ops::Range;

/// Consecutive transactions of one origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Run {
    /// Index of the first one in the log.
    pub start: u64,
    /// The first one.
    pub first: Gtid,
    /// How many.
    pub count: u64,
    /// Whether they are in the server's own binlog (a replica without `log_slave_updates` keeps none).
    pub logged: bool,
}

impl Run {
    /// Index just behind the run.
    pub fn end(&self) -> u64 {
        self.start + self.count
    }
}

/// Transactions in the order in which a server has them; an index counts transactions from the beginning.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Log {
    runs: Vec<Run>,
}

super::rename::renames!(Log { runs }, []);

impl Log {
    /// How many transactions are in the log.
    pub fn end(&self) -> u64 {
        self.runs.last().map_or(0, Run::end)
    }

    /// Appends `count` transactions from `first` on, which are in the server's own binlog.
    pub fn push(&mut self, first: Gtid, count: u64) {
        self.append(Run {
            start: self.end(),
            first,
            count,
            logged: true,
        });
    }

    /// Appends `count` transactions from `first` on, which are not in the server's own binlog.
    pub fn push_unlogged(&mut self, first: Gtid, count: u64) {
        self.append(Run {
            start: self.end(),
            first,
            count,
            logged: false,
        });
    }

    /// Appends these transactions, wherever they stood in another log.
    pub fn append(&mut self, run: Run) {
        if let Some(last) = self.runs.last_mut()
            && last.first.origin == run.first.origin
            && last.first.number + last.count == run.first.number
            && last.logged == run.logged
        {
            last.count += run.count;
        } else if run.count > 0 {
            let start = self.end();
            self.runs.push(Run { start, ..run });
        }
    }

    /// The run that holds this index.
    pub fn run_at(&self, index: u64) -> Option<Run> {
        let last = self.runs.last()?;
        if index >= last.end() {
            return None;
        }
        if index >= last.start {
            return Some(*last);
        }
        let at = self.runs.partition_point(|run| run.start <= index);
        Some(self.runs[at - 1])
    }

    /// The transaction at this index.
    pub fn get(&self, index: u64) -> Option<Gtid> {
        let run = self.run_at(index)?;
        Some(Gtid {
            number: run.first.number + (index - run.start),
            ..run.first
        })
    }

    /// Forgets everything from this index on.
    pub fn truncate(&mut self, index: u64) {
        while let Some(last) = self.runs.last_mut() {
            if last.start >= index {
                self.runs.pop();
            } else {
                last.count = last.count.min(index - last.start);
                break;
            }
        }
    }

    /// The index of this very transaction.
    pub fn find(&self, gtid: Gtid) -> Option<u64> {
        let run = self.runs.iter().rev().find(|run| {
            run.first.origin == gtid.origin
                && (run.first.number..run.first.number + run.count).contains(&gtid.number)
        })?;
        Some(run.start + (gtid.number - run.first.number))
    }

    /// The index of the last transaction whose GTID prints like this one: what servers compare.
    pub fn find_gtid(&self, gtid: Gtid) -> Option<u64> {
        let run = self.runs.iter().rev().find(|run| {
            run.first.origin.server == gtid.origin.server
                && (run.first.number..run.first.number + run.count).contains(&gtid.number)
        })?;
        Some(run.start + (gtid.number - run.first.number))
    }

    /// The same among those that are in the binlog.
    pub fn find_binlogged(&self, gtid: Gtid) -> Option<u64> {
        let index = self.find_gtid(gtid)?;
        self.run_at(index)?.logged.then_some(index)
    }

    /// Whether a transaction with this GTID is in the log.
    pub fn has_gtid(&self, gtid: Gtid) -> bool {
        self.find_gtid(gtid).is_some()
    }

    /// The transactions from index `from` up to index `to`.
    pub fn set_between(&self, from: u64, to: u64) -> GtidSet {
        let mut set = GtidSet::default();
        for (first, end) in self.pieces(&(from..to)) {
            set.insert(first.origin, first.number, end - first.number);
        }
        set
    }

    /// The first transaction of each run in this part, and the number behind its last.
    pub fn pieces(&self, part: &Range<u64>) -> impl Iterator<Item = (Gtid, u64)> {
        self.runs.iter().filter_map(move |run| {
            let (low, high) = (run.start.max(part.start), run.end().min(part.end));
            let number = run.first.number + (low - run.start);
            (low < high).then(|| {
                (
                    Gtid {
                        number,
                        ..run.first
                    },
                    number + (high - low),
                )
            })
        })
    }

    /// Where the numbers end that one run of this part has from this transaction on, if it has the transaction.
    pub fn reach(&self, gtid: Gtid, part: &Range<u64>) -> Option<u64> {
        let mut has = self.pieces(part).filter(|(first, end)| {
            first.origin == gtid.origin && (first.number..*end).contains(&gtid.number)
        });
        has.next().map(|(_, end)| end)
    }

    /// The runs in order.
    pub fn runs(&self) -> &[Run] {
        &self.runs
    }
}

super::rename::renames!(Run { first }, [start, count, logged]);
