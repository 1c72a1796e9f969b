//! A server's role as a replica: connection, relay log, workers (semantics.md 3, 4.1).

use super::clock::{Clock, Clocks};
use super::ids::{Gtid, Position, ServerId, Span};
use super::lane::Packet;
use super::log::Log;
use super::task::Task;
use std::collections::{BTreeMap, VecDeque};

/// A server's role as a replica.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Replica {
    /// `CHANGE MASTER TO`.
    pub upstream: Option<ServerId>,
    /// `START SLAVE IO_THREAD` was said and nothing fatal came.
    pub io_running: bool,
    /// The IO thread has a connection.
    pub connected: bool,
    /// Failed connection attempts in a row.
    pub attempts: u32,
    /// How long the attempt in progress has been without an answer.
    pub unanswered: Span,
    /// `START SLAVE SQL_THREAD` was said.
    pub sql_running: bool,
    /// The relay log, everything written to it.
    pub relay: Log,
    /// Relay log below this index is on the disk.
    pub relay_synced: u64,
    /// Relay log below this index is executed.
    pub applied: u64,
    /// `Master_Log_File`, `Read_Master_Log_Pos`: upstream position behind the last transaction received.
    pub read_position: Position,
    /// Packets that arrived in this host's socket buffer.
    pub arrived: VecDeque<Packet>,
    /// The packet that the IO thread works on.
    pub(in crate::protocol) receiving: Option<Packet>,
    /// It was told to stop meanwhile: what it does when the packet is in the relay log.
    pub(in crate::protocol) leaving: Option<Leaving>,
    /// `slave_net_timeout` passed meanwhile: it counts anew from the next read.
    pub(in crate::protocol) overdue: bool,
    /// Relay log fsyncs that this packet still needs, and what the last one covers.
    pub(in crate::protocol) relay_syncs: u32,
    pub(in crate::protocol) relay_sync_covers: u64,
    /// An fsync of the relay log is in progress.
    pub(in crate::protocol) relay_syncing: bool,
    /// Events since the last relay log fsync.
    pub(in crate::protocol) relay_events: u32,
    /// The SQL thread's workers.
    pub workers: Vec<Task>,
    /// Relay log below this index was given to workers.
    pub scheduled: u64,
    /// The relay log's transaction whose turn it is to go into group commit.
    pub turn: u64,
    /// From `applied` on: which transactions are committed.
    pub(in crate::protocol) finished: VecDeque<bool>,
    /// Logical clocks of the relay log's transactions.
    pub(in crate::protocol) clocks: Clocks,
    /// Which worker has locked which row.
    pub(in crate::protocol) rows: BTreeMap<u32, u8>,
    /// Transactions that were rolled back because an earlier one needed their row.
    pub rollbacks: u64,
    /// `SET GLOBAL gtid_slave_pos` (MariaDB), if it was said.
    pub told: Option<Told>,
    /// Relay logs outlived a `RESET MASTER`.
    pub kept: Option<Kept>,
    /// `START SLAVE UNTIL master_gtid_pos` (MariaDB): the upstream sends nothing behind this transaction.
    pub until: Option<Gtid>,
    /// `SOURCE_DELAY`: relay log below this index is old enough to be executed; none is without a delay. Whoever has a clock
    /// moves it.
    pub due: Option<u64>,
}

/// Relay logs that outlived a `RESET MASTER`: the history does not have what they held then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Kept {
    /// From this index on they are not deleted: what they hold counts as received (`Retrieved_Gtid_Set`).
    pub since: u64,
    /// Below this index they were executed.
    pub applied: u64,
}

/// `SET GLOBAL gtid_slave_pos` (MariaDB): what the replica is told to have executed last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Told {
    /// The transaction; none asks for everything.
    pub gtid: Option<Gtid>,
    /// It was said when the history ended here: what the replica executes behind it counts again.
    pub since: u64,
}

super::rename::renames!(Told { gtid }, [since]);

/// What an IO thread does that was told to stop while it worked on a packet: it is one thread that reads, writes, syncs
/// and replies in sequence, so it ends the packet first (semantics.md 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Leaving {
    /// It stops.
    Stops,
    /// It stops and starts again.
    StartsAgain,
    /// It stops, and the manager gives it another upstream.
    IsRepointed,
}

super::rename::renames!(
    Replica {
        upstream,
        relay,
        arrived,
        receiving,
        workers,
        clocks,
        told,
        until
    },
    [
        io_running,
        connected,
        attempts,
        unanswered,
        sql_running,
        relay_synced,
        applied,
        read_position,
        leaving,
        overdue,
        relay_syncs,
        relay_sync_covers,
        relay_syncing,
        relay_events,
        scheduled,
        turn,
        finished,
        rows,
        rollbacks,
        kept,
        due
    ]
);

impl Replica {
    /// Empty logs, threads stopped; so many workers.
    pub fn new(upstream: Option<ServerId>, workers: u8) -> Replica {
        Replica {
            upstream,
            io_running: false,
            connected: false,
            attempts: 0,
            unanswered: Span(0),
            sql_running: false,
            relay: Log::default(),
            relay_synced: 0,
            applied: 0,
            read_position: Position { file: 1, index: 0 },
            arrived: VecDeque::new(),
            receiving: None,
            leaving: None,
            overdue: false,
            relay_syncs: 0,
            relay_sync_covers: 0,
            relay_syncing: false,
            relay_events: 0,
            workers: vec![Task::default(); usize::from(workers.max(1))],
            scheduled: 0,
            turn: 0,
            finished: VecDeque::new(),
            clocks: Clocks::default(),
            rows: BTreeMap::new(),
            rollbacks: 0,
            told: None,
            kept: None,
            until: None,
            due: None,
        }
    }

    /// The transaction that the SQL thread executes, or will execute next.
    pub fn next_gtid(&self) -> Option<Gtid> {
        self.relay.get(self.applied)
    }

    /// The packet that the IO thread works on and has not written.
    pub(in crate::protocol) fn receiving(&self) -> Option<&Packet> {
        self.receiving.as_ref()
    }

    /// Whether packets that arrived are not in the relay log yet.
    pub fn is_receiving(&self) -> bool {
        self.receiving.is_some() || !self.arrived.is_empty()
    }

    /// Whether the IO thread was told to stop and is still at work.
    pub fn is_leaving(&self) -> bool {
        self.leaving.is_some()
    }

    /// Whether everything received is executed.
    pub fn has_applied_all(&self) -> bool {
        self.applied >= self.relay.end()
    }

    /// The relay log from this index on is not in the history, or not all of it.
    pub fn unapplied_from(&self) -> u64 {
        self.kept
            .map_or(self.applied, |kept| kept.since.min(self.applied))
    }

    /// Forgets the connection and what came through it and was not read. Nothing is under way.
    pub(in crate::protocol) fn drop_connection(&mut self) {
        debug_assert!(
            self.receiving.is_none() && !self.relay_syncing,
            "the IO thread ends its packet before it lets go"
        );
        self.connected = false;
        self.arrived.clear();
        self.leaving = None;
        self.overdue = false;
    }

    /// Throws away what is not applied; transactions that workers are executing are finished first.
    pub(in crate::protocol) fn discard_unapplied(&mut self) {
        self.cut_relay(self.applied.max(self.scheduled));
    }

    /// The server stopped: its threads and their fsyncs are gone.
    pub(in crate::protocol) fn stop(&mut self) {
        self.receiving = None;
        self.relay_syncs = 0;
        self.relay_syncing = false;
        self.drop_connection();
        self.reset_workers();
    }

    /// A crash or a reset cut the relay log: read position and watermarks follow.
    pub(in crate::protocol) fn cut_relay(&mut self, end: u64) {
        let lost = self.relay.end().saturating_sub(end);
        self.relay.truncate(end);
        self.read_position.index = self.read_position.index.saturating_sub(lost);
        self.relay_synced = self.relay_synced.min(end);
        self.relay_sync_covers = self.relay_sync_covers.min(end);
        self.applied = self.applied.min(end);
        self.scheduled = self.scheduled.min(end);
        self.turn = self.turn.min(end);
        self.clocks.cut(end);
        self.due = self.due.map(|due| due.min(end));
        if let Some(kept) = &mut self.kept {
            (kept.since, kept.applied) = (kept.since.min(end), kept.applied.min(end));
        }
    }

    pub(in crate::protocol) fn clock(&self, index: u64) -> Option<Clock> {
        self.clocks.get(index)
    }

    /// A transaction is committed; `applied` moves over all that are, without a gap.
    pub(in crate::protocol) fn finish(&mut self, index: u64) {
        let Some(at) = index.checked_sub(self.applied) else {
            return;
        };
        let at = at as usize;
        if self.finished.len() <= at {
            self.finished.resize(at + 1, false);
        }
        self.finished[at] = true;
        while self.finished.front() == Some(&true) {
            self.finished.pop_front();
            self.applied += 1;
        }
        self.clocks.forget_below(self.applied);
    }

    /// Nothing is under way: the next transaction is the first that is not applied.
    pub(in crate::protocol) fn reset_workers(&mut self) {
        self.workers.fill(Task::default());
        self.finished.clear();
        self.rows.clear();
        (self.scheduled, self.turn) = (self.applied, self.applied);
    }
}
