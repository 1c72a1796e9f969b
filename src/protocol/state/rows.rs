//! Rows that several transactions update, and their locks (semantics.md 1.1, 1.4).

use super::ids::SessionId;
use std::collections::{BTreeMap, VecDeque};

/// Most rows of one transaction that others may update too.
pub const MOST: usize = 4;

/// The rows of one transaction that others may update too, in the order in which it locks them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Rows {
    pub(in crate::protocol) rows: [u32; MOST],
    pub(in crate::protocol) count: u8,
}

impl Rows {
    /// These rows, each once, in rising order: transactions that lock in one order do not deadlock. More than `MOST`
    /// are cut off.
    pub fn new(rows: impl IntoIterator<Item = u32>) -> Rows {
        let mut all = Rows::default();
        for row in rows.into_iter().take(MOST) {
            if !all.as_slice().contains(&row) {
                all.rows[usize::from(all.count)] = row;
                all.count += 1;
            }
        }
        all.rows[..usize::from(all.count)].sort_unstable();
        all
    }

    /// Them.
    pub fn as_slice(&self) -> &[u32] {
        &self.rows[..usize::from(self.count)]
    }
}

/// Row locks of one server: exclusive, first come, first served.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct RowLocks {
    rows: BTreeMap<u32, (SessionId, VecDeque<SessionId>)>,
}

impl RowLocks {
    /// Takes the lock if it is free, else stands in line.
    pub(in crate::protocol) fn acquire(&mut self, row: u32, who: SessionId) -> bool {
        match self.rows.get_mut(&row) {
            None => {
                self.rows.insert(row, (who, VecDeque::new()));
                true
            }
            Some((holder, _)) if *holder == who => true,
            Some((_, waiters)) => {
                waiters.push_back(who);
                false
            }
        }
    }

    /// Who has this lock.
    pub(in crate::protocol) fn holder(&self, row: u32) -> Option<SessionId> {
        self.rows.get(&row).map(|(holder, _)| *holder)
    }

    /// Every lock that somebody has.
    pub(in crate::protocol) fn held_by(&self, who: SessionId) -> Vec<u32> {
        let held = self.rows.iter().filter(|(_, (holder, _))| *holder == who);
        held.map(|(row, _)| *row).collect()
    }

    /// Gives the lock to the next in line, who is returned; who only waited leaves the line.
    pub(in crate::protocol) fn release(&mut self, row: u32, who: SessionId) -> Option<SessionId> {
        let (holder, waiters) = self.rows.get_mut(&row)?;
        if *holder != who {
            waiters.retain(|&waiter| waiter != who);
            return None;
        }
        match waiters.pop_front() {
            None => {
                self.rows.remove(&row);
                None
            }
            Some(next) => {
                *holder = next;
                Some(next)
            }
        }
    }
}
