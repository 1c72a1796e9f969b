//! The state of group commit, of either kind.

use super::chain::Chain;
use super::flavour_rules::GroupCommit;
use super::ids::ServerId;
use super::rename::Rename;
use super::stages::Stages;

/// Group commit (semantics.md 1.2 and 1.3).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Pipeline {
    /// MySQL's stages whose queues merge.
    Stages(Stages),
    /// MariaDB's chain of locks.
    Chain(Chain),
}

impl Pipeline {
    /// Nobody commits.
    pub fn new(how: GroupCommit) -> Pipeline {
        match how {
            GroupCommit::Stages(after_commit) => Pipeline::Stages(Stages::new(after_commit)),
            GroupCommit::Chain => Pipeline::Chain(Chain::default()),
        }
    }
}

impl Rename for Pipeline {
    fn rename(&mut self, to: &[ServerId]) {
        match self {
            Pipeline::Stages(stages) => stages.rename(to),
            Pipeline::Chain(chain) => chain.rename(to),
        }
    }
}
