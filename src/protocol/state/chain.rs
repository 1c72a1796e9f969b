//! MariaDB's group commit: its chain of locks and the groups inside (semantics.md 1.3).

use super::commit::Committer;
use super::lock::Lock;

/// `LOCK_log`, `LOCK_after_binlog_sync`, `LOCK_commit_ordered`, the queue before them and the groups inside.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Chain {
    /// Prepared transactions whose leader has not taken the list yet.
    pub(in crate::protocol) queue: Vec<Committer>,
    pub(in crate::protocol) log: Lock,
    pub(in crate::protocol) after_binlog_sync: Lock,
    pub(in crate::protocol) commit_ordered: Lock,
    /// The group of the holder of `LOCK_log`.
    pub(in crate::protocol) writing: Vec<Committer>,
    /// The group of the holder of `LOCK_after_binlog_sync`.
    pub(in crate::protocol) syncing: Vec<Committer>,
    /// The group of the holder of `LOCK_commit_ordered`.
    pub(in crate::protocol) committing: Vec<Committer>,
    /// Member of `syncing` that its leader waits for.
    pub(in crate::protocol) next: usize,
    /// The leader sleeps until there are enough transactions (`binlog_commit_wait_count`).
    pub(in crate::protocol) collecting: bool,
}

super::rename::renames!(
    Chain {
        queue,
        log,
        after_binlog_sync,
        commit_ordered,
        writing,
        syncing,
        committing
    },
    [next, collecting]
);

impl Chain {
    /// The transaction whose position a waiting thread waits for.
    pub(in crate::protocol) fn waits_on_behalf_of(&self, who: Committer) -> Committer {
        if self.after_binlog_sync.holder() == Some(who) {
            self.syncing.get(self.next).copied().unwrap_or(who)
        } else {
            who
        }
    }
}
