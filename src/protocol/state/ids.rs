//! Names of things in the core: servers, sessions, transactions, positions, spans of time.

/// A server of the cluster, by its place in the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ServerId(pub u8);

/// A client session, by its place in the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SessionId(pub u16);

/// A length of time in nanoseconds. The core knows settings that are spans; it never knows what time it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span(pub u64);

impl Span {
    /// Longer than any run: used for "never".
    pub const FOREVER: Span = Span(u64::MAX);

    /// The whole seconds in it.
    pub const fn whole_seconds(self) -> u64 {
        self.0 / 1_000_000_000
    }

    /// A span of whole microseconds.
    pub const fn micros(n: u64) -> Span {
        Span(n.saturating_mul(1_000))
    }

    /// A span of whole milliseconds.
    pub const fn millis(n: u64) -> Span {
        Span(n.saturating_mul(1_000_000))
    }

    /// A span of whole seconds.
    pub const fn seconds(n: u64) -> Span {
        Span(n.saturating_mul(1_000_000_000))
    }
}

/// Who numbered a transaction: a server, and how often that server had lost the end of its binlog by then.
///
/// A server that loses the tail of its binlog hands out the same GTID numbers again (semantics.md 6.2); the
/// epoch tells the two transactions apart although their GTIDs print alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Origin {
    /// The server whose `server_uuid` or `server_id` the GTID carries.
    pub server: ServerId,
    /// How many times this server had lost binlogged transactions in a crash before.
    pub epoch: u8,
}

/// One transaction's global identity: who numbered it, and the number (from 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Gtid {
    /// Who numbered it.
    pub origin: Origin,
    /// The number, from 1.
    pub number: u64,
}

/// A place in a server's binlog, just behind a transaction: compared by file first, as servers do (semantics.md 5.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Position {
    /// Number of the binlog file, from 1.
    pub file: u32,
    /// Transactions of this server's history up to here.
    pub index: u64,
}
