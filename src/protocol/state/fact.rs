//! What the core notes down: facts, for folds, traces and explanations.

use super::commit::Committer;
use super::crash::Crash;
use super::ids::{Gtid, ServerId, SessionId};

/// What a client learns about its transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// OK: committed.
    Ok,
    /// An error before anything was executed (1290 read-only, 2003 cannot connect).
    Refused,
    /// The connection broke (2013): the client cannot know.
    Error,
    /// The client gave up waiting: it cannot know.
    Unknown,
}

/// What the guard lets clients do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Writes {
    /// Write; every commit waits for a replica.
    On,
    /// Error 1290: no replica is left.
    Off,
    /// Write, asynchronously: a replica is back and far behind (stage a).
    Exposed,
    /// Error 1290: a replica is back and receives the rest (stage b).
    CatchingUp,
}

impl Writes {
    /// What writes are, for a sentence.
    pub const fn name(self) -> &'static str {
        match self {
            Writes::On => "allowed",
            Writes::Off => "refused (1290)",
            Writes::Exposed => "allowed, asynchronously",
            Writes::CatchingUp => "refused until the replica has everything",
        }
    }
}

/// Something that happened, as the core saw it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fact {
    /// A transaction got its GTID and was written to this server's binlog.
    Logged {
        /// Where.
        server: ServerId,
        /// Its identity.
        gtid: Gtid,
        /// Its place in the server's history.
        index: u64,
        /// The client session that submitted it; `None` for the SQL thread.
        session: Option<SessionId>,
    },
    /// A group was written to the binlog of this server.
    Group {
        /// Where.
        server: ServerId,
        /// Transactions in it.
        size: u32,
    },
    /// Everything in this server's history up to the index is committed in the engine: others can read it.
    Visible {
        /// Where.
        server: ServerId,
        /// Transactions visible now.
        index: u64,
    },
    /// The dump thread for this replica gave everything up to the index to the socket.
    Sent {
        /// Whose dump thread.
        by: ServerId,
        /// The replica.
        replica: ServerId,
        /// The upstream's history index.
        index: u64,
    },
    /// This replica wrote everything up to its upstream's index to its relay log.
    Received {
        /// The replica.
        replica: ServerId,
        /// The upstream's history index.
        index: u64,
    },
    /// The master handled an acknowledgement of this replica.
    Acknowledged {
        /// The master.
        by: ServerId,
        /// The replica.
        replica: ServerId,
        /// The master's history index that it has.
        index: u64,
    },
    /// The client read the answer to its transaction (or gave up).
    Answered {
        /// The session.
        session: SessionId,
        /// What it learned.
        outcome: Outcome,
        /// The transaction, if it had reached a binlog.
        gtid: Option<Gtid>,
    },
    /// A reader has read this server up to the index.
    WasRead {
        /// The server.
        server: ServerId,
        /// Its history index that the reader saw.
        index: u64,
    },
    /// A thread begins to sleep until an acknowledgement.
    WaitBegan {
        /// The master.
        server: ServerId,
        /// The thread.
        waiter: Committer,
    },
    /// A sleeping thread is woken, by an acknowledgement or a fall-back of another (not by its own time-out).
    Woken {
        /// The master.
        server: ServerId,
        /// The thread.
        waiter: Committer,
    },
    /// Semi-sync status of a master changed.
    SemiSync {
        /// The master.
        server: ServerId,
        /// ON or OFF.
        on: bool,
    },
    /// A server stopped.
    Crashed {
        /// The server.
        server: ServerId,
        /// How.
        crash: Crash,
    },
    /// A clean shutdown began: the server takes no connections any more.
    ShutsDown {
        /// The server.
        server: ServerId,
    },
    /// A server came back; recovery is done.
    Restarted {
        /// The server.
        server: ServerId,
    },
    /// A master was made read-only, for somebody else may be the master: its clients get error 1290. Or it is the
    /// master after all, and writes again.
    Fenced {
        /// The server.
        server: ServerId,
        /// Which.
        yes: bool,
    },
    /// The IO thread has tried to connect as often as it may, and stops for good (`MASTER_RETRY_COUNT`).
    GaveUp {
        /// The replica.
        replica: ServerId,
    },
    /// The SQL thread stopped with error 1062: the key of a row is taken by a row that the source has not.
    Duplicate1062 {
        /// The replica.
        replica: ServerId,
    },
    /// The SQL thread stopped: a transaction's rows do not fit the replica's tables (semantics.md 10).
    ApplyFailed {
        /// The replica.
        replica: ServerId,
    },
    /// A sleeping thread was woken and sleeps on (`KILL` in MySQL, semantics.md 5.5).
    WokenInVain {
        /// The master.
        server: ServerId,
        /// The thread.
        waiter: Committer,
    },
    /// The manager can no longer reach a server, or can again.
    Reachable {
        /// The server.
        server: ServerId,
        /// Which.
        yes: bool,
    },
    /// The manager decided that the master is dead.
    Detected,
    /// The manager gave up: no candidate, or the candidate did not catch up.
    FailoverFailed,
    /// The guard changed what clients may do on the serving master.
    Writes {
        /// The master.
        server: ServerId,
        /// What they may do.
        writes: Writes,
    },
    /// This server serves writes now.
    Promoted {
        /// The new master.
        server: ServerId,
    },
    /// The IO thread of a replica connected or lost its connection.
    Connected {
        /// The replica.
        replica: ServerId,
        /// Which.
        yes: bool,
    },
    /// The IO thread stopped with error 1236 (semantics.md 6.2, 8).
    Fatal1236 {
        /// The replica.
        replica: ServerId,
    },
}
