//! A replication link: what travels between a replica and its upstream, and the dump thread (semantics.md 2, 3).

use super::dump::Dump;
use super::lane::Lane;

/// The link of one replica to its upstream.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Link {
    /// Upstream to replica.
    pub events: Lane,
    /// Replica to upstream.
    pub acks: Lane,
    /// The replica registered as a semi-sync one at connect.
    pub semi_sync: bool,
    /// The dump thread.
    pub dump: Dump,
    /// Bytes between the dump thread and the IO thread.
    pub bytes_in_flight: u64,
}

super::rename::renames!(Link { events, acks, dump }, [semi_sync, bytes_in_flight]);
