//! A lock of the commit pipeline.

use super::commit::Committer;
use std::collections::VecDeque;

/// A lock of the commit pipeline: one holder, others in line.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Lock {
    holder: Option<Committer>,
    waiters: VecDeque<Committer>,
}

super::rename::renames!(Lock { holder, waiters }, []);

impl Lock {
    /// Takes the lock if it is free, else stands in line.
    pub fn acquire(&mut self, who: Committer) -> bool {
        if self.holder.is_none() {
            self.holder = Some(who);
            return true;
        }
        self.waiters.push_back(who);
        false
    }

    /// Gives the lock to the next in line, who is returned.
    pub fn release(&mut self) -> Option<Committer> {
        self.holder = self.waiters.pop_front();
        self.holder
    }

    /// Who holds it.
    pub fn holder(&self) -> Option<Committer> {
        self.holder
    }
}
