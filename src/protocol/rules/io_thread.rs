//! A replica's IO thread: it receives, writes the relay log and acknowledges (semantics.md 3).

use crate::protocol::state::effect::{Direction, Effect, File, LaneId, Step, Timer, Worker};
use crate::protocol::state::fact::Fact;
use crate::protocol::state::ids::ServerId;
use crate::protocol::state::lane::Packet;
use crate::protocol::state::variables::Positioning;
use crate::protocol::state::world::{Out, World};

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
            Some(Packet::UntilReached) => {
                self.server_mut(id).replica.io_running = false;
                self.connection_ends(id, out);
            }
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
            replica.relay.push(first, u64::from(count));
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
