//! What holds up the commits of a whole server (semantics.md 8, "Fencing").

/// `FLUSH TABLES WITH READ LOCK` and `FLUSH BINARY LOGS`: each waits for commits in progress, and later ones wait behind it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum CommitLock {
    /// Nothing does.
    #[default]
    Free,
    /// `FLUSH TABLES WITH READ LOCK` waits.
    ReadLockWanted,
    /// It has the lock, until `UNLOCK TABLES`.
    ReadLock,
    /// `FLUSH BINARY LOGS` waits.
    RotationWanted,
}
