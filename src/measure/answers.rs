//! Which transactions of a master were answered with OK, as runs of its history: they are answered nearly in order.

use std::collections::VecDeque;

/// History indexes as runs, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    /// From, up to.
    runs: VecDeque<(u64, u64)>,
}

impl Answers {
    /// One more; the newest are near the end.
    pub fn insert(&mut self, index: u64) {
        if let Some(last) = self.runs.back_mut()
            && last.1 == index
        {
            last.1 += 1;
            return;
        }
        let mut at = self.runs.len();
        while at > 0 && self.runs[at - 1].0 > index {
            at -= 1;
        }
        // `at` is the first run that begins behind the index.
        let joins_before = at > 0 && self.runs[at - 1].1 == index;
        let joins_behind = self.runs.get(at).is_some_and(|run| run.0 == index + 1);
        if at > 0 && self.runs[at - 1].1 > index {
            return;
        }
        match (joins_before, joins_behind) {
            (true, true) => {
                self.runs[at - 1].1 = self.runs[at].1;
                self.runs.remove(at);
            }
            (true, false) => self.runs[at - 1].1 += 1,
            (false, true) => self.runs[at].0 = index,
            (false, false) => self.runs.insert(at, (index, index + 1)),
        }
    }

    /// How many lie at this index or behind it.
    pub fn count_from(&self, index: u64) -> u64 {
        let behind = self.runs.iter().rev().take_while(|run| run.1 > index);
        behind.map(|run| run.1 - run.0.max(index)).sum()
    }
}

#[cfg(test)]
mod tests;
