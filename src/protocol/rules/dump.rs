//! The dump thread: what it may read and when, what it sends, when it ends (semantics.md 2).

use crate::protocol::state::dump::{Dump, DumpState};
use crate::protocol::state::effect::{Direction, Effect, LaneId, Step, Timer, Worker};
use crate::protocol::state::fact::Fact;
use crate::protocol::state::flavour_rules::{Closed, Gtids};
use crate::protocol::state::ids::{Gtid, ServerId};
use crate::protocol::state::lane::Packet;
use crate::protocol::state::variables::Positioning;
use crate::protocol::state::world::{Out, World};

/// A MySQL source notices a clean disconnect when a write fails: the first heartbeat still succeeds (semantics.md 12a).
const HEARTBEATS_UNTIL_NOTICED: u8 = 2;

impl World {
    /// The dump thread reads on: up to `binlog_end_pos`, a full net buffer, or an event that asks for an acknowledgement.
    pub(super) fn read_binlog(&mut self, id: ServerId, out: &mut Out) {
        let per_packet =
            u64::from((self.shape.net_buffer / self.shape.bytes_per_transaction.max(1)).max(1));
        let room = self.shape.socket_bytes;
        let link = &mut self.links[id];
        let Some(upstream) = link.dump.on else { return };
        let source = &self.servers[upstream];
        if !source.is_up() || matches!(link.dump.state, DumpState::Sending(_)) {
            return;
        }
        let dump = &mut link.dump;
        let until = self.servers[id].replica.until;
        let until = until.and_then(|gtid| source.history.find_gtid(gtid));
        if until.is_some_and(|last| last < dump.cursor && last < source.published) {
            return self.dump_ends_with(id, Packet::UntilReached, out);
        }
        while dump.cursor < source.published {
            let Some(run) = source.history.run_at(dump.cursor) else {
                break;
            };
            let first = Gtid {
                number: run.first.number + (dump.cursor - run.start),
                ..run.first
            };
            if dump.have.has_gtid(first) {
                dump.cursor += 1;
                continue;
            }
            if dump.cursor < source.purged {
                return self.dump_ends_with(id, Packet::Fatal1236, out);
            }
            if !run.logged {
                let by_gtid_set = source.rules.gtids == Gtids::Sets
                    && self.servers[id].variables.positioning == Positioning::Gtid;
                if !by_gtid_set && source.has_lost(&run) {
                    // Who reads on in the files does not learn that something is missing (semantics.md 14.2, b20).
                    dump.cursor = run.end();
                    continue;
                }
                // Executed and not in this binlog (1236, "purged").
                return self.dump_ends_with(id, Packet::Fatal1236, out);
            }
            if link.bytes_in_flight >= room {
                if dump.state != DumpState::Blocked {
                    dump.state = DumpState::Blocked;
                    let timer = Timer::WriteTimeout(id);
                    (out.effects).push(Effect::Arm(timer, dump.write_timeout));
                }
                return;
            }
            let mut end = run
                .end()
                .min(source.published)
                .min(dump.cursor + per_packet)
                .min(until.map_or(u64::MAX, |last| last + 1));
            if link.semi_sync {
                let (after, to) = (source.position(dump.cursor), source.position(end));
                if let Some(flagged) = source.semi_sync.first_flagged(after, to) {
                    end = flagged.index;
                }
            }
            let amount = (end - dump.cursor) as u32;
            dump.state = DumpState::Sending(amount);
            out.effects.push(Effect::Work {
                worker: Worker::Dump(id),
                server: upstream,
                step: Step::Dump,
                amount,
            });
            return;
        }
        dump.state = DumpState::Asleep;
    }

    /// The dump thread has written its net buffer to the socket.
    pub(super) fn dump_worked(&mut self, id: ServerId, out: &mut Out) {
        let link = &mut self.links[id];
        let (Some(upstream), DumpState::Sending(count)) = (link.dump.on, link.dump.state) else {
            return;
        };
        link.dump.state = DumpState::Asleep;
        if link.dump.heartbeats_after_close.is_some() {
            // One transaction is enough: 1 to 2 ms in 9.7.4 (semantics.md 14.2, b2).
            return self.end_dump(id, out);
        }
        let source = &self.servers[upstream];
        let Some(first) = source.history.get(link.dump.cursor) else {
            return;
        };
        let before = source.position(link.dump.cursor + u64::from(count) - 1);
        link.dump.cursor += u64::from(count);
        let end = source.position(link.dump.cursor);
        let ack = link.semi_sync && source.semi_sync.first_flagged(before, end) == Some(end);
        if ack {
            out.counters[upstream].net_waits += 1;
        }
        let bytes = count.saturating_mul(self.shape.bytes_per_transaction);
        link.bytes_in_flight += u64::from(bytes);
        link.events.push(Packet::Events {
            first,
            count,
            end,
            ack,
        });
        out.effects.push(Effect::Transmit(
            LaneId {
                replica: id,
                direction: Direction::Events,
            },
            bytes,
        ));
        out.note(Fact::Sent {
            by: upstream,
            replica: id,
            index: end.index,
        });
        self.read_binlog(id, out);
    }

    /// The dump thread ends, and tells the replica behind everything that it has sent.
    pub(super) fn dump_ends_with(&mut self, id: ServerId, last: Packet, out: &mut Out) {
        self.end_dump(id, out);
        self.link_mut(id).events.push(last);
        let lane = LaneId {
            replica: id,
            direction: Direction::Events,
        };
        out.effects.push(Effect::Transmit(lane, 40));
    }

    /// The IO thread made room: a blocked dump thread goes on.
    pub(super) fn room_in_socket(&mut self, id: ServerId, out: &mut Out) {
        let link = self.link_mut(id);
        if link.dump.state == DumpState::Blocked {
            link.dump.state = DumpState::Asleep;
            out.effects.push(Effect::Disarm(Timer::WriteTimeout(id)));
            self.read_binlog(id, out);
        }
    }

    /// The replica closed its end. MariaDB's replica kills its own dump thread; a MySQL source learns it from its writes.
    pub(super) fn replica_closed(&mut self, id: ServerId, out: &mut Out) {
        match self.server(id).rules.closed {
            Closed::AtOnce => self.end_dump(id, out),
            Closed::ByWriting => {
                self.link_mut(id).dump.heartbeats_after_close = Some(0);
                self.expect_heartbeat(id, out);
                if let Some(upstream) = self.link(id).dump.on
                    && !self.server(upstream).receiver.joining.contains(&id)
                {
                    // The end of a connection ends the poll too.
                    self.poll_ends(upstream, out);
                }
                self.room_in_socket(id, out);
            }
        }
    }

    /// The next heartbeat, if nothing else is sent.
    fn expect_heartbeat(&self, id: ServerId, out: &mut Out) {
        let period = self.server(id).variables.heartbeat_period;
        out.effects.push(Effect::Arm(Timer::Heartbeat(id), period));
    }

    /// A heartbeat is a write too: after the first one to a closed connection the next one fails.
    pub(super) fn heartbeat_to_nobody(&mut self, id: ServerId, out: &mut Out) {
        let Some(sent) = &mut self.link_mut(id).dump.heartbeats_after_close else {
            return;
        };
        *sent += 1;
        if *sent >= HEARTBEATS_UNTIL_NOTICED {
            self.end_dump(id, out);
        } else {
            self.expect_heartbeat(id, out);
        }
    }

    /// The dump thread ends; a semi-sync replica leaves (semantics.md 5.2).
    pub(super) fn end_dump(&mut self, id: ServerId, out: &mut Out) {
        let Some(upstream) = self.link(id).dump.on else {
            return;
        };
        out.effects.push(Effect::Abandon(Worker::Dump(id)));
        let link = self.link_mut(id);
        if link.dump.heartbeats_after_close.is_some() {
            out.effects.push(Effect::Disarm(Timer::Heartbeat(id)));
        }
        if link.dump.state == DumpState::Blocked {
            out.effects.push(Effect::Disarm(Timer::WriteTimeout(id)));
        }
        link.dump = Dump::default();
        let registered = std::mem::take(&mut link.semi_sync);
        if registered && self.server(upstream).is_up() {
            self.receiver_is_left(upstream, id, out);
        }
    }
}
