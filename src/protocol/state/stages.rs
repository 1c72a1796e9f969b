//! MySQL's group commit: the queues and locks of its stages (semantics.md 1.2).

use super::commit::Committer;
use super::flavour_rules::AfterCommit;
use super::lock::Lock;

/// A stage: threads append themselves (or whole lists); the first one leads, takes the lock, fetches the WHOLE queue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Stage {
    pub(in crate::protocol) queue: Vec<Committer>,
    pub(in crate::protocol) lock: Lock,
    /// What the lock's holder fetched.
    pub(in crate::protocol) batch: Vec<Committer>,
}

super::rename::renames!(Stage { queue, lock, batch }, []);

impl Stage {
    /// Appends a list; its leader if the queue was empty.
    pub(in crate::protocol) fn append(&mut self, list: &mut Vec<Committer>) -> Option<Committer> {
        let leader = if self.queue.is_empty() {
            list.first().copied()
        } else {
            None
        };
        self.queue.append(list);
        leader
    }

    pub(in crate::protocol) fn fetch(&mut self) -> &[Committer] {
        self.batch.append(&mut self.queue);
        &self.batch
    }
}

/// A 5.7 group whose leader waits for acknowledgements with no lock held (1.2 step 11).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(in crate::protocol) struct WaitingGroup {
    pub(in crate::protocol) members: Vec<Committer>,
    pub(in crate::protocol) next: usize,
}

super::rename::renames!(WaitingGroup { members }, [next]);

/// `LOCK_log`, `LOCK_sync`, `LOCK_commit`, `LOCK_after_commit` and their queues.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Stages {
    pub(in crate::protocol) flush: Stage,
    pub(in crate::protocol) sync: Stage,
    pub(in crate::protocol) commit: Stage,
    pub(in crate::protocol) after_commit: Stage,
    /// Member of the AFTER_COMMIT batch that its leader waits for.
    pub(in crate::protocol) next: usize,
    /// Steps of `binlog_group_commit_sync_delay` still to sleep.
    pub(in crate::protocol) delay_steps: u32,
    pub(in crate::protocol) after_commit_waits: AfterCommit,
    pub(in crate::protocol) waiting_groups: Vec<WaitingGroup>,
}

super::rename::renames!(
    Stages {
        flush,
        sync,
        commit,
        after_commit,
        waiting_groups
    },
    [next, delay_steps, after_commit_waits]
);

impl Stages {
    /// Empty stages.
    pub fn new(after_commit_waits: AfterCommit) -> Stages {
        Stages {
            flush: Stage::default(),
            sync: Stage::default(),
            commit: Stage::default(),
            after_commit: Stage::default(),
            next: 0,
            delay_steps: 0,
            after_commit_waits,
            waiting_groups: Vec::new(),
        }
    }

    /// The transaction whose position a waiting leader waits for.
    pub(in crate::protocol) fn waits_on_behalf_of(&self, leader: Committer) -> Committer {
        if self.commit.lock.holder() == Some(leader) {
            return self.commit.batch.last().copied().unwrap_or(leader);
        }
        if self.after_commit.lock.holder() == Some(leader) {
            return self
                .after_commit
                .batch
                .get(self.next)
                .copied()
                .unwrap_or(leader);
        }
        let group = self
            .waiting_groups
            .iter()
            .find(|group| group.members.first() == Some(&leader));
        group
            .and_then(|group| group.members.get(group.next))
            .copied()
            .unwrap_or(leader)
    }
}
