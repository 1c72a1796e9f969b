//! Sets of transactions: intervals of numbers per origin, as GTID sets are written.

use super::ids::{Gtid, Origin, ServerId};
use super::rename::Rename;

/// A set of numbers as sorted, disjoint, non-touching half-open intervals.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Intervals(Vec<(u64, u64)>);

impl Intervals {
    /// Adds `count` numbers from `first` on. Cheap near the upper end, where transactions come in.
    pub fn insert(&mut self, first: u64, count: u64) {
        if count == 0 {
            return;
        }
        let (mut low, mut high) = (first, first + count);
        // Walk back over the intervals that touch the new one; numbers arrive almost in order.
        let mut from = self.0.len();
        while from > 0 && self.0[from - 1].0 > high {
            from -= 1;
        }
        let mut start = from;
        while start > 0 && self.0[start - 1].1 >= low {
            start -= 1;
            low = low.min(self.0[start].0);
            high = high.max(self.0[start].1);
        }
        match from - start {
            0 => self.0.insert(start, (low, high)),
            1 => self.0[start] = (low, high),
            _ => {
                self.0[start] = (low, high);
                self.0.drain(start + 1..from);
            }
        }
    }

    /// Whether the number is in the set.
    pub fn contains(&self, number: u64) -> bool {
        let at = self.0.partition_point(|&(low, _)| low <= number);
        at > 0 && number < self.0[at - 1].1
    }

    /// How many numbers are in the set.
    pub fn count(&self) -> u64 {
        self.0.iter().map(|&(low, high)| high - low).sum()
    }

    /// How many numbers are in both sets.
    pub fn count_common(&self, other: &Intervals) -> u64 {
        let (mut i, mut j, mut common) = (0, 0, 0);
        while i < self.0.len() && j < other.0.len() {
            let (a, b) = (self.0[i], other.0[j]);
            common += a.1.min(b.1).saturating_sub(a.0.max(b.0));
            if a.1 < b.1 {
                i += 1;
            } else {
                j += 1;
            }
        }
        common
    }

    /// The intervals, lowest first, half-open.
    pub fn iter(&self) -> impl Iterator<Item = (u64, u64)> + '_ {
        self.0.iter().copied()
    }

    /// Empties the set and keeps its memory.
    pub fn clear(&mut self) {
        self.0.clear();
    }
}

/// A set of transactions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct GtidSet(Vec<(Origin, Intervals)>);

impl Rename for GtidSet {
    fn rename(&mut self, to: &[ServerId]) {
        self.0.rename(to);
        self.0.sort_unstable_by_key(|entry| entry.0);
    }
}

impl GtidSet {
    /// Adds `count` transactions from `first` on.
    pub fn insert(&mut self, origin: Origin, first: u64, count: u64) {
        let at = match self.0.binary_search_by_key(&origin, |entry| entry.0) {
            Ok(at) => at,
            Err(at) => {
                self.0.insert(at, (origin, Intervals::default()));
                at
            }
        };
        self.0[at].1.insert(first, count);
    }

    /// Whether this very transaction is in the set.
    pub fn contains(&self, gtid: Gtid) -> bool {
        self.of(gtid.origin)
            .is_some_and(|set| set.contains(gtid.number))
    }

    /// Whether the set has a transaction whose GTID *prints* like this one: what servers compare.
    pub fn has_gtid(&self, gtid: Gtid) -> bool {
        self.0
            .iter()
            .any(|(origin, set)| origin.server == gtid.origin.server && set.contains(gtid.number))
    }

    /// How many transactions are in the set.
    pub fn count(&self) -> u64 {
        self.0.iter().map(|(_, set)| set.count()).sum()
    }

    /// How many transactions are in both sets.
    pub fn count_common(&self, other: &GtidSet) -> u64 {
        self.0
            .iter()
            .filter_map(|(origin, set)| Some(set.count_common(other.of(*origin)?)))
            .sum()
    }

    /// How many transactions are in this set and not in the other.
    pub fn count_without(&self, other: &GtidSet) -> u64 {
        self.count() - self.count_common(other)
    }

    /// The intervals by origin.
    pub fn iter(&self) -> impl Iterator<Item = (Origin, u64, u64)> + '_ {
        self.0
            .iter()
            .flat_map(|(origin, set)| set.iter().map(|(low, high)| (*origin, low, high)))
    }

    /// Adds every transaction of the other set.
    pub fn extend(&mut self, other: &GtidSet) {
        for (origin, low, high) in other.iter() {
            self.insert(origin, low, high - low);
        }
    }

    /// The transactions of this set that are not in the other.
    pub fn without(&self, other: &GtidSet) -> GtidSet {
        let mut left = GtidSet::default();
        for (origin, low, high) in self.iter() {
            let mut from = low;
            if let Some(set) = other.of(origin) {
                for (cut_low, cut_high) in set.iter() {
                    if cut_low > from && from < high {
                        left.insert(origin, from, cut_low.min(high) - from);
                    }
                    from = from.max(cut_high);
                }
            }
            if from < high {
                left.insert(origin, from, high - from);
            }
        }
        left
    }

    fn of(&self, origin: Origin) -> Option<&Intervals> {
        let at = self.0.binary_search_by_key(&origin, |entry| entry.0).ok()?;
        Some(&self.0[at].1)
    }
}

#[cfg(test)]
mod tests;
