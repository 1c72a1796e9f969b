//! InnoDB's redo log as far as crashes care: which prepare and commit marks are written, which are synced.

use super::commit::Committer;
use super::ids::ServerId;
use super::rename::Rename;
use super::variables::RedoFlush;
use std::collections::VecDeque;

/// How far the marks of prepared and of committed transactions reach, as indexes of the server's history.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Marks {
    /// Everything binlogged below this index is prepared in the redo log.
    pub prepared: u64,
    /// Everything below this index is committed in the redo log.
    pub committed: u64,
}

impl Marks {
    fn max(self, other: Marks) -> Marks {
        Marks {
            prepared: self.prepared.max(other.prepared),
            committed: self.committed.max(other.committed),
        }
    }

    /// After a crash that cut the history.
    pub fn cut(&mut self, index: u64) {
        self.prepared = self.prepared.min(index);
        self.committed = self.committed.min(index);
    }
}

/// Who waits for the redo log to be synced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RedoWaiter {
    /// A thread for its own transaction.
    Committer(Committer),
    /// MySQL's FLUSH leader, for its whole group (semantics.md 1.1).
    FlushLeader,
    /// The background thread: nobody goes on when it is done.
    Background,
}

/// What the redo log needs of the device next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Needs {
    /// Nothing: it is at work, or nobody waits.
    Nothing,
    /// A write that its writers wait for, without a sync.
    Write,
    /// A sync.
    Sync,
}

/// The redo log of one server. Concurrent requests share fsyncs: one runs, those that come meanwhile wait for the next.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Redo {
    /// In the file's page cache.
    pub written: Marks,
    /// On the disk.
    pub synced: Marks,
    /// What the sync under way covers.
    syncing: Option<Marks>,
    /// A write without a sync is under way.
    writing: bool,
    in_progress: VecDeque<RedoWaiter>,
    waiting: VecDeque<RedoWaiter>,
}

super::rename::renames!(
    Redo {
        in_progress,
        waiting
    },
    [written, synced, syncing, writing]
);

impl Redo {
    /// Writes everything up to these marks to the file.
    pub fn write(&mut self, marks: Marks) {
        self.written = self.written.max(marks);
    }

    /// Asks for a sync (or only a write) that covers everything up to now: what has to be started for it.
    pub fn request(&mut self, waiter: RedoWaiter, marks: Marks, flush: RedoFlush) -> Needs {
        self.write(marks);
        self.waiting.push_back(waiter);
        self.start(flush)
    }

    /// Starts the next sync for all who wait, if none runs; the background thread always syncs.
    pub fn start(&mut self, flush: RedoFlush) -> Needs {
        let at_work = self.syncing.is_some() || self.writing || !self.in_progress.is_empty();
        if at_work || self.waiting.is_empty() {
            return Needs::Nothing;
        }
        std::mem::swap(&mut self.in_progress, &mut self.waiting);
        if flush == RedoFlush::WriteOnly && !self.in_progress.contains(&RedoWaiter::Background) {
            self.writing = true;
            return Needs::Write;
        }
        self.syncing = Some(self.written);
        Needs::Sync
    }

    /// The sync is done: everything that was written when it began is on the disk.
    pub fn synced(&mut self) {
        self.writing = false;
        if let Some(marks) = self.syncing.take() {
            self.synced = self.synced.max(marks);
        }
    }

    /// The next thread that the fsync just done lets go on.
    pub fn next_released(&mut self) -> Option<RedoWaiter> {
        if self.syncing.is_some() || self.writing {
            None
        } else {
            self.in_progress.pop_front()
        }
    }

    /// The operating system wrote back what had been written.
    pub fn wrote_back(&mut self, marks: Marks) {
        self.synced = self.synced.max(marks);
    }

    /// The server died: nobody waits any more.
    pub fn forget_waiters(&mut self) {
        self.syncing = None;
        self.writing = false;
        self.in_progress.clear();
        self.waiting.clear();
    }
}

impl Rename for RedoWaiter {
    fn rename(&mut self, to: &[ServerId]) {
        match self {
            RedoWaiter::Committer(who) => who.rename(to),
            RedoWaiter::FlushLeader | RedoWaiter::Background => {}
        }
    }
}
