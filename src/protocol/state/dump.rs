//! The dump thread of one replica: where it is and what it does (semantics.md 2).

use super::gtid::GtidSet;
use super::ids::{ServerId, Span};

/// What a dump thread is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(in crate::protocol) enum DumpState {
    /// Everything it may read is sent: it sleeps on the end of the binlog.
    #[default]
    Asleep,
    /// Reading and sending so many transactions.
    Sending(u32),
    /// The socket buffer is full.
    Blocked,
}

/// The dump thread of one replica on its upstream.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Dump {
    /// The server it runs on; `None`: there is no dump thread.
    pub on: Option<ServerId>,
    /// Next index of the upstream's history that it reads.
    pub cursor: u64,
    pub(in crate::protocol) state: DumpState,
    /// What the replica said it has (GTID positioning).
    pub(in crate::protocol) have: GtidSet,
    /// The replica closed the connection; so many heartbeats went into the void since.
    pub(in crate::protocol) heartbeats_after_close: Option<u8>,
    /// `net_write_timeout` as it was when the replica connected.
    pub(in crate::protocol) write_timeout: Span,
}

super::rename::renames!(
    Dump { on, have },
    [cursor, state, heartbeats_after_close, write_timeout]
);

impl Dump {
    /// A dump thread on this server that begins at an index of its history and skips what the replica has.
    pub(in crate::protocol) fn new(
        on: ServerId,
        cursor: u64,
        have: GtidSet,
        write_timeout: Span,
    ) -> Dump {
        Dump {
            on: Some(on),
            cursor,
            have,
            write_timeout,
            ..Dump::default()
        }
    }

    /// Whether it runs on this server and waits for more binlog.
    pub fn sleeps_on(&self, server: ServerId) -> bool {
        self.on == Some(server) && self.state == DumpState::Asleep
    }
}
