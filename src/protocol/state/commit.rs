//! A transaction on its way through the commit pipeline, and the thread that commits it (semantics.md 1).

use super::ids::{Gtid, ServerId, SessionId};
use super::rename::Rename;

/// A thread that commits transactions: a client's session or a replica's SQL thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Committer {
    /// A client session, on the server it is connected to.
    Session(SessionId),
    /// A worker of a replica's SQL thread; the first one is the SQL thread itself when it has no others.
    Applier(ServerId, u8),
}

impl Rename for Committer {
    fn rename(&mut self, to: &[ServerId]) {
        match self {
            Committer::Session(_) => {}
            Committer::Applier(id, _) => id.rename(to),
        }
    }
}

/// What a committing thread is doing; a leader's phases are named after what it waits for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Phase {
    /// No transaction.
    #[default]
    Idle,
    /// Executing a statement, or applying a transaction.
    Execute,
    /// In a transaction; the next statement has not arrived.
    BetweenStatements,
    /// Its server died between two statements; the client learns it from its next request.
    Broken,
    /// Asleep until another transaction releases a row lock.
    RowLock,
    /// Waits behind a `SET read_only` that waits itself.
    Held,
    /// Writing the prepare mark.
    Prepare,
    /// A worker waits until everything before it in the relay log has gone into group commit.
    InTurn,
    /// Its turn has come and it wakes up.
    Turn,
    /// Waiting for its own redo fsync.
    RedoSync,
    /// Another thread's fsync covered its redo too, and it wakes up.
    RedoSynced,
    /// After the engine commit: waits for the redo log's second write (MariaDB, flush value 2).
    RedoAgain,
    /// Another thread's write covered it, and it wakes up.
    RedoWrittenAgain,
    /// Asleep in a queue of group commit, as a follower or in line for a lock.
    InQueue,
    /// Got the lock it slept for and wakes up.
    GotLock,
    /// A leader waits for its group's redo fsync (MySQL).
    GroupRedoSync,
    /// A leader writes its group to the binlog.
    WriteBinlog,
    /// A leader waits for more transactions.
    GroupDelay,
    /// A leader waits for the binlog fsync.
    BinlogSync,
    /// Asleep until an acknowledgement.
    SemiSyncWait,
    /// Woken by an acknowledgement or a fall-back.
    Acknowledged,
    /// A leader commits its group in the engine.
    EngineCommit,
    /// Finishing the commit; the OK is written to the socket.
    Reply,
}

/// A transaction on its way through the commit pipeline.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Commit {
    /// What its thread does.
    pub phase: Phase,
    /// Its identity, once it is in the binlog (or committed, without one).
    pub gtid: Option<Gtid>,
    /// Its index in the server's history.
    pub index: u64,
    /// Transactions that the server had committed when it prepared (`last_committed`).
    pub last_committed: u64,
}

super::rename::renames!(Commit { gtid }, [phase, index, last_committed]);
