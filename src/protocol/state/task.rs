//! What a worker of a SQL thread has in hand.

use super::commit::{Commit, Phase};
use super::rows::Rows;

/// A worker's transaction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Task {
    /// On its way through the commit pipeline.
    pub commit: Commit,
    /// Its index in the relay log.
    pub index: u64,
    /// Rows that others update too.
    pub rows: Rows,
    /// An earlier transaction needed a row that it had: it is rolled back, and executed again when its turn comes.
    pub(in crate::protocol) rolled_back: bool,
    /// Nothing of it is executed: when its turn comes, it counts as executed (`sql_slave_skip_counter`).
    pub(in crate::protocol) skipped: bool,
}

super::rename::renames!(Task { commit }, [index, rows, rolled_back, skipped]);

impl Task {
    /// Whether it has no transaction.
    pub fn is_idle(&self) -> bool {
        self.commit.phase == Phase::Idle
    }
}
