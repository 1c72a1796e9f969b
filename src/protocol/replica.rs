//! A replica's state, and its IO thread, which receives and acknowledges (semantics.md 3).

use super::applier::Task;
use super::clock::Clocks;
use super::effect::{Direction, Effect, File, LaneId, Step, Timer, Worker};
use super::fact::Fact;
use super::ids::{Gtid, Position, ServerId};
use super::lane::Packet;
use super::log::Log;
use super::variables::Positioning;
use super::world::{Out, World};
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
    receiving: Option<Packet>,
    /// It was told to stop meanwhile: what it does when the packet is in the relay log.
    pub(super) leaving: Option<Leaving>,
    /// `slave_net_timeout` passed meanwhile: it counts anew from the next read.
    pub(super) overdue: bool,
    /// Relay log fsyncs that this packet still needs, and what the last one covers.
    relay_syncs: u32,
    relay_sync_covers: u64,
    /// An fsync of the relay log is in progress.
    relay_syncing: bool,
    /// Events since the last relay log fsync.
    relay_events: u32,
    /// The SQL thread's workers.
    pub workers: Vec<Task>,
    /// Relay log below this index was given to workers.
    pub scheduled: u64,
    /// The relay log's transaction whose turn it is to go into group commit.
    pub turn: u64,
    /// From `applied` on: which transactions are committed.
    pub(super) finished: VecDeque<bool>,
    /// Logical clocks of the relay log's transactions.
    pub(super) clocks: Clocks,
    /// Which worker has locked which row.
    pub(super) rows: BTreeMap<u32, u8>,
    /// Transactions that were rolled back because an earlier one needed their row.
    pub rollbacks: u64,
}

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
        clocks
    },
    [
        io_running,
        connected,
        attempts,
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
        rollbacks
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
        }
    }

    /// The transaction that the SQL thread executes, or will execute next.
    pub fn next_gtid(&self) -> Option<Gtid> {
        self.relay.get(self.applied)
    }

    /// The packet that the IO thread works on and has not written.
    pub(super) fn receiving(&self) -> Option<&Packet> {
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

    /// Forgets the connection and what came through it and was not read. Nothing is under way.
    pub(super) fn drop_connection(&mut self) {
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
    pub(super) fn discard_unapplied(&mut self) {
        self.cut_relay(self.applied.max(self.scheduled));
    }

    /// The server stopped: its threads and their fsyncs are gone.
    pub(super) fn stop(&mut self) {
        self.receiving = None;
        self.relay_syncs = 0;
        self.relay_syncing = false;
        self.drop_connection();
        self.reset_workers();
    }

    /// A crash or a reset cut the relay log: read position and watermarks follow.
    pub(super) fn cut_relay(&mut self, end: u64) {
        let lost = self.relay.end().saturating_sub(end);
        self.relay.truncate(end);
        self.read_position.index = self.read_position.index.saturating_sub(lost);
        self.relay_synced = self.relay_synced.min(end);
        self.relay_sync_covers = self.relay_sync_covers.min(end);
        self.applied = self.applied.min(end);
        self.scheduled = self.scheduled.min(end);
        self.turn = self.turn.min(end);
        self.clocks.cut(end);
    }
}

impl World {
    /// The IO thread takes the next packet from its socket.
    pub(super) fn receive_next(&mut self, id: ServerId, out: &mut Out) {
        let bytes_each = u64::from(self.shape.bytes_per_transaction);
        let replica = &mut self.server_mut(id).replica;
        if !replica.connected || replica.receiving.is_some() {
            return;
        }
        match replica.arrived.pop_front() {
            None => {
                if std::mem::take(&mut replica.overdue) {
                    let timeout = self.server(id).variables.slave_net_timeout;
                    out.effects
                        .push(Effect::Arm(Timer::NetTimeout(id), timeout));
                }
            }
            Some(Packet::Ack(_)) => {}
            Some(Packet::Fin) => self.io_thread_loses_connection(id, out),
            Some(Packet::Fatal1236) => self.io_thread_stops_with_1236(id, out),
            Some(packet @ Packet::Events { count, .. }) => {
                replica.receiving = Some(packet);
                out.effects.push(Effect::Work {
                    worker: Worker::Io(id),
                    server: id,
                    step: Step::Receive,
                    amount: count,
                });
                let link = self.link_mut(id);
                link.bytes_in_flight = link
                    .bytes_in_flight
                    .saturating_sub(bytes_each * u64::from(count));
                self.room_in_socket(id, out);
            }
        }
    }

    /// The packet is in the relay log's page cache; `sync_relay_log` counts its events (semantics.md 3).
    pub(super) fn io_worked(&mut self, id: ServerId, out: &mut Out) {
        let events_each = self.shape.events_per_transaction;
        let server = self.server_mut(id);
        let variables = &server.variables;
        let every = variables.sync_relay_log;
        let gtid = variables.positioning == Positioning::Gtid;
        let accepts_own = gtid && variables.gtid_strict_mode && variables.semi_sync_slave;
        let replica = &mut server.replica;
        let Some(Packet::Events {
            first, count, end, ..
        }) = replica.receiving
        else {
            return;
        };
        let at = replica.relay.end();
        // Events of its own are not written to the relay log (semantics.md 3; 12a for the exception).
        let accepted = first.origin.server != id || accepts_own;
        if accepted {
            replica.relay.push(first, u64::from(count), true);
        }
        replica.read_position = end;
        if self.clocks && accepted {
            self.receive_clocks(id, at, end.index - u64::from(count), count);
        }
        out.note(Fact::Received {
            replica: id,
            index: end.index,
        });
        let replica = &mut self.server_mut(id).replica;
        let written = u64::from(count) * u64::from(events_each) + u64::from(replica.relay_events);
        if let Some(syncs) = written.checked_div(u64::from(every)) {
            let events = (written - syncs * u64::from(every)) as u32;
            replica.relay_syncs = u32::try_from(syncs).unwrap_or(u32::MAX);
            replica.relay_events = events;
            // The last fsync came `events` events before the end: what it covers are whole transactions.
            let uncovered = u64::from(events.div_ceil(events_each.max(1)));
            replica.relay_sync_covers = replica.relay.end().saturating_sub(uncovered);
        }
        self.start_applier(id, out);
        self.sync_relay_log_or_acknowledge(id, out);
    }

    /// The clocks of these transactions of the upstream, which their events carry.
    fn receive_clocks(&mut self, id: ServerId, at: u64, from: u64, count: u32) {
        let Some(upstream) = self.server(id).replica.upstream else {
            return;
        };
        for offset in 0..u64::from(count) {
            if let Some(clock) = self.server(upstream).clocks.get(from + offset) {
                let replica = &mut self.server_mut(id).replica;
                replica.clocks.push(at + offset, clock);
            }
        }
    }

    fn sync_relay_log_or_acknowledge(&mut self, id: ServerId, out: &mut Out) {
        let replica = &mut self.server_mut(id).replica;
        if replica.relay_syncs > 0 {
            replica.relay_syncs -= 1;
            replica.relay_syncing = true;
            out.effects.push(Effect::Fsync(id, File::RelayLog));
            return;
        }
        if let Some(Packet::Events { end, ack: true, .. }) = replica.receiving.take() {
            let lane = LaneId {
                replica: id,
                direction: Direction::Acks,
            };
            self.link_mut(id).acks.push(Packet::Ack(end));
            out.counters(id).send_ack += 1;
            out.effects.push(Effect::Transmit(lane, 32));
        }
        match self.server(id).replica.leaving {
            None => self.receive_next(id, out),
            Some(then) => self.io_thread_lets_go(id, then, out),
        }
    }

    pub(super) fn relay_log_synced(&mut self, id: ServerId, out: &mut Out) {
        let replica = &mut self.server_mut(id).replica;
        replica.relay_syncing = false;
        if replica.relay_syncs == 0 {
            replica.relay_synced = replica.relay_synced.max(replica.relay_sync_covers);
        }
        self.sync_relay_log_or_acknowledge(id, out);
    }
}
