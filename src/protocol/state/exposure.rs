//! The names of what a crash now would cost, and sets of servers that would die.

use super::ids::ServerId;

/// What a crash at any moment would cost, by the names of the ledger.
pub const LEVELS: [&str; 4] = [
    "lost_acknowledged",
    "visible_then_lost",
    "read_then_lost",
    "errant",
];

/// Servers, one bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ServerSet(u64);

impl ServerSet {
    /// Whether it is among them.
    pub fn contains(self, id: ServerId) -> bool {
        self.0 >> id.0 & 1 == 1
    }

    /// Those of either.
    pub fn union(self, other: ServerSet) -> ServerSet {
        ServerSet(self.0 | other.0)
    }

    /// All of them, in the order of their ids.
    pub fn iter(self) -> impl Iterator<Item = ServerId> {
        (0..64).map(ServerId).filter(move |&id| self.contains(id))
    }
}

impl FromIterator<ServerId> for ServerSet {
    fn from_iter<I: IntoIterator<Item = ServerId>>(ids: I) -> ServerSet {
        ServerSet(ids.into_iter().fold(0, |set, id| set | 1 << id.0))
    }
}
