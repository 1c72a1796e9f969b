//! A replication link: connecting, what arrives, and how both ends notice that it broke (semantics.md 2, 3).

use crate::protocol::state::dump::Dump;
use crate::protocol::state::effect::{Direction, Effect, LaneId, Timer};
use crate::protocol::state::fact::Fact;
use crate::protocol::state::flavour_rules::{Gtids, Skipped};
use crate::protocol::state::gtid::GtidSet;
use crate::protocol::state::ids::{Gtid, Position, ServerId, Span};
use crate::protocol::state::lane::{Lane, Lost, Packet};
use crate::protocol::state::partition::End;
use crate::protocol::state::replica::Leaving;
use crate::protocol::state::server::Life;
use crate::protocol::state::variables::Positioning;
use crate::protocol::state::world::{Out, World};

/// Linux asks for a connection for so long (`tcp_syn_retries`).
const LONGEST_CONNECT: Span = Span::seconds(127);
/// Linux asks three times, a second apart, who has an address on its own network (`mcast_solicit`, `retrans_time_ms`).
const NOBODY_HAS_THE_ADDRESS: Span = Span::seconds(3);

impl World {
    /// `START SLAVE IO_THREAD`. Behind a `STOP` that waits for the thread it waits too.
    pub(super) fn start_io_thread(&mut self, id: ServerId, out: &mut Out) {
        let replica = &mut self.server_mut(id).replica;
        if replica.leaving == Some(Leaving::Stops) {
            replica.leaving = Some(Leaving::StartsAgain);
        } else if replica.upstream.is_some() && !replica.connected {
            replica.io_running = true;
            replica.attempts = 0;
            replica.unanswered = Span(0);
            out.effects.push(Effect::Expect(Timer::Connect(id)));
        }
    }

    /// `STOP SLAVE IO_THREAD`: the thread ends the packet that it works on, then the connection is closed; what it has not
    /// read is lost (semantics.md 3).
    pub(super) fn stop_io_thread(&mut self, id: ServerId, out: &mut Out) {
        out.effects.push(Effect::Disarm(Timer::Connect(id)));
        out.effects.push(Effect::Disarm(Timer::NetTimeout(id)));
        let replica = &mut self.server_mut(id).replica;
        replica.io_running = false;
        if replica.receiving().is_some() {
            replica.leaving = Some(Leaving::Stops);
        } else if replica.connected {
            self.close_connection(id, out);
        }
    }

    /// The packet is in the relay log, synced and acknowledged as it has to be: the thread closes the connection.
    pub(super) fn io_thread_lets_go(&mut self, id: ServerId, then: Leaving, out: &mut Out) {
        self.close_connection(id, out);
        match then {
            Leaving::Stops => {}
            Leaving::StartsAgain => self.start_io_thread(id, out),
            Leaving::IsRepointed => self.repoint(id, out),
        }
        self.manager_may_compare(out);
    }

    /// The replica's end closes: events under way are lost, the upstream gets a FIN behind the acknowledgements.
    fn close_connection(&mut self, id: ServerId, out: &mut Out) {
        self.server_mut(id).replica.drop_connection();
        out.note(Fact::Connected {
            replica: id,
            yes: false,
        });
        let link = self.link_mut(id);
        link.events.lose(Lost::SocketBufferAndWire);
        link.bytes_in_flight = 0;
        link.acks.push(Packet::Fin);
        out.effects.push(Effect::Cut {
            lane: LaneId {
                replica: id,
                direction: Direction::Events,
            },
            lost: Lost::SocketBufferAndWire,
        });
        out.effects.push(Effect::Transmit(
            LaneId {
                replica: id,
                direction: Direction::Acks,
            },
            40,
        ));
    }

    /// A connection attempt: file and position, or GTIDs (semantics.md 3, "Position requested").
    pub(super) fn connect(&mut self, id: ServerId, out: &mut Out) {
        let server = self.server(id);
        let replica = &server.replica;
        let Some(upstream) = replica.upstream else {
            return;
        };
        if !server.is_up() || !replica.io_running || replica.connected {
            return;
        }
        if !self.answers_to(End::Server(id), upstream) {
            return self.connection_fails(id, upstream, out);
        }
        // The same replica reconnecting ends its old dump thread (semantics.md 2, dead peers).
        self.end_dump(id, out);
        self.reset_lanes(id, out);
        let Some(start) = self.start_position(id, upstream) else {
            self.server_mut(id).replica.io_running = false;
            out.note(Fact::Fatal1236 { replica: id });
            return;
        };
        let gtid = self.server(id).variables.positioning == Positioning::Gtid;
        // Who was told where to begin says nothing of what it has.
        let have = if gtid && self.server(id).replica.told.is_none() {
            self.server(id).received()
        } else {
            GtidSet::default()
        };
        let replica = &mut self.server_mut(id).replica;
        replica.connected = true;
        replica.attempts = 0;
        replica.unanswered = Span(0);
        out.note(Fact::Connected {
            replica: id,
            yes: true,
        });
        let write_timeout = self.server(upstream).variables.net_write_timeout;
        let link = self.link_mut(id);
        link.dump = Dump::new(upstream, start, have, write_timeout);
        if self.server(id).variables.semi_sync_slave {
            self.register_semi_sync(id, upstream, start, out);
        }
        self.replica_was_repointed(upstream, out);
        self.read_binlog(id, out);
    }

    /// A server that is down refuses at once (errno 111), and of a host that is down the network says so after a while (113).
    /// Where nobody answers TCP asks again after 1, 2, 4 s and so on, and the attempt ends with `slave_net_timeout` (110). The
    /// next one comes `MASTER_CONNECT_RETRY` later.
    fn connection_fails(&mut self, id: ServerId, upstream: ServerId, out: &mut Out) {
        let talk = self.cuts.talk(End::Server(id), End::Server(upstream));
        let lasts = match self.server(upstream).life {
            _ if !talk => LONGEST_CONNECT,
            Life::Up | Life::Dead => Span(0),
            Life::Absent => NOBODY_HAS_THE_ADDRESS,
            Life::Silent | Life::Destroyed => LONGEST_CONNECT,
        };
        let server = self.server_mut(id);
        let (variables, replica) = (&server.variables, &mut server.replica);
        let patience = variables.slave_net_timeout.min(lasts);
        let left = patience.0.saturating_sub(replica.unanswered.0);
        if left > 0 {
            let again = Span((replica.unanswered.0 + Span::seconds(1).0).min(left));
            replica.unanswered.0 += again.0;
            return out.effects.push(Effect::Arm(Timer::Connect(id), again));
        }
        replica.unanswered = Span(0);
        replica.attempts += 1;
        if variables.retry_count > 0 && replica.attempts >= variables.retry_count {
            replica.io_running = false;
            out.note(Fact::GaveUp { replica: id });
        } else {
            let retry = variables.connect_retry;
            out.effects.push(Effect::Arm(Timer::Connect(id), retry));
        }
    }

    /// The upstream's history index from which to send; `None` is error 1236 (semantics.md 6.2, 8).
    fn start_position(&self, id: ServerId, upstream: ServerId) -> Option<u64> {
        let (server, source) = (self.server(id), self.server(upstream));
        if server.variables.positioning == Positioning::FileAndPosition {
            let position = server.replica.read_position;
            let file = position.file as usize;
            let mut end = if file < source.files.len() {
                source.files[file]
            } else {
                source.history.end()
            };
            // A file whose tail was lost ends before that.
            for run in source.history.runs().iter().rev() {
                if run.end() == end && source.has_lost(run) {
                    end = run.start;
                }
            }
            return (position.index <= end && file <= source.files.len()).then_some(position.index);
        }
        let last = server
            .replica
            .relay
            .end()
            .checked_sub(1)
            .and_then(|at| server.replica.relay.get(at));
        if server.rules.gtids == Gtids::Sequence {
            // The GTID it starts from has to be in the source's binlog.
            let last = match (server.replica.has_applied_all(), server.replica.told) {
                (false, _) => last,
                (true, Some(_)) => server.executed_last(),
                (true, None) => server.executed_last().or(last),
            };
            return match last {
                None => Some(0),
                Some(gtid) => source.history.find_binlogged(gtid).map(|index| index + 1),
            };
        }
        let have = server.received();
        // Only GTIDs with the source's own UUID are compared.
        let ahead = have.iter().any(|(origin, low, high)| {
            origin.server == upstream
                && (low..high).any(|number| !source.history.has_gtid(Gtid { origin, number }))
        });
        if ahead {
            return None;
        }
        let first_missing = source.history.runs().iter().find_map(|run| {
            let has = |number: u64| {
                have.has_gtid(Gtid {
                    number,
                    ..run.first
                })
            };
            (run.first.number..run.first.number + run.count)
                .find(|&number| !has(number))
                .map(|number| run.start + (number - run.first.number))
        });
        Some(first_missing.unwrap_or(source.history.end()))
    }

    /// Registration: clients + 1, then the start position counts as an acknowledgement (semantics.md 2).
    fn register_semi_sync(&mut self, id: ServerId, upstream: ServerId, start: u64, out: &mut Out) {
        self.link_mut(id).semi_sync = true;
        let positioning = self.server(id).variables.positioning;
        let source = self.server_mut(upstream);
        let rules = source.rules;
        let gtids = match positioning {
            Positioning::FileAndPosition => None,
            Positioning::Gtid => Some(rules.gtids),
        };
        let at_start = source.position(start);
        let file_start = *source.files.last().unwrap_or(&0);
        let claimed = match gtids {
            None => at_start,
            Some(Gtids::Sequence) => Position {
                file: source.files.len() as u32,
                index: file_start,
            },
            Some(Gtids::Sets) => Position::default(),
        };
        let change = source.semi_sync.add_replica(id, Some(claimed));
        self.apply_change(upstream, change, out);
        self.receiver_is_joined(upstream, id, out);
        if gtids == Some(Gtids::Sets) && rules.skipped == Skipped::Acknowledged && start > 0 {
            // The hooks run for skipped events too: what would have been flagged counts as an acknowledgement.
            let source = self.server_mut(upstream);
            let before = Position {
                file: at_start.file,
                index: start - 1,
            };
            if source.semi_sync.on || source.semi_sync.first_flagged(before, at_start).is_some() {
                let change = source.semi_sync.acknowledge(id, at_start);
                self.apply_change(upstream, change, out);
            }
        }
    }

    fn reset_lanes(&mut self, id: ServerId, out: &mut Out) {
        let link = self.link_mut(id);
        link.events = Lane::default();
        link.acks = Lane::default();
        link.bytes_in_flight = 0;
        for direction in [Direction::Events, Direction::Acks] {
            out.effects.push(Effect::Cut {
                lane: LaneId {
                    replica: id,
                    direction,
                },
                lost: Lost::SocketBufferAndWire,
            });
        }
        self.server_mut(id).replica.drop_connection();
        out.effects.push(Effect::Disarm(Timer::NetTimeout(id)));
    }

    /// TCP gives up on what is stuck: the sender's end closes, and cannot tell the other one.
    pub(super) fn lane_is_given_up(&mut self, lane: LaneId, out: &mut Out) {
        let id = lane.replica;
        self.lose(id, lane.direction, Lost::SocketBufferAndWire, out);
        match lane.direction {
            Direction::Events => {
                self.link_mut(id).bytes_in_flight = 0;
                self.end_dump(id, out);
            }
            Direction::Acks => self.io_thread_hears_nothing(id, out),
        }
    }

    pub(super) fn departed(&mut self, lane: LaneId) {
        let link = self.link_mut(lane.replica);
        match lane.direction {
            Direction::Events => link.events.depart(),
            Direction::Acks => link.acks.depart(),
        }
    }

    pub(super) fn arrived(&mut self, lane: LaneId, out: &mut Out) {
        let id = lane.replica;
        match lane.direction {
            Direction::Events => {
                let packet = self.link_mut(id).events.arrive();
                let server = self.server_mut(id);
                if let Some(packet) = packet
                    && server.is_up()
                    && server.replica.connected
                {
                    server.replica.arrived.push_back(packet);
                    self.receive_next(id, out);
                }
            }
            Direction::Acks => {
                let packet = self.link_mut(id).acks.arrive();
                let Some(upstream) = self.link(id).dump.on else {
                    return;
                };
                if !self.server(upstream).is_up() {
                    return;
                }
                match packet {
                    Some(Packet::Ack(position)) => self.ack_arrived(upstream, id, position, out),
                    Some(Packet::Fin) => self.replica_closed(id, out),
                    Some(Packet::Events { .. } | Packet::Fatal1236 | Packet::UntilReached)
                    | None => {}
                }
            }
        }
    }

    /// Both ends know that the connection is over.
    pub(super) fn connection_ends(&mut self, id: ServerId, out: &mut Out) {
        self.end_dump(id, out);
        self.reset_lanes(id, out);
        out.note(Fact::Connected {
            replica: id,
            yes: false,
        });
    }

    /// The upstream closed the connection: the first attempt to reconnect is immediate (semantics.md 3).
    pub(super) fn io_thread_loses_connection(&mut self, id: ServerId, out: &mut Out) {
        self.connection_ends(id, out);
        if self.server(id).replica.io_running {
            out.effects.push(Effect::Expect(Timer::Connect(id)));
        }
    }

    /// The upstream cannot send what is asked for: the thread stops for good (semantics.md 6.2, 8).
    pub(super) fn io_thread_stops_with_1236(&mut self, id: ServerId, out: &mut Out) {
        self.server_mut(id).replica.io_running = false;
        out.note(Fact::Fatal1236 { replica: id });
        self.connection_ends(id, out);
    }

    /// `slave_net_timeout` without a packet or a heartbeat. A thread that works on a packet does not read: for it the time
    /// begins with its next read.
    pub(super) fn io_thread_hears_nothing(&mut self, id: ServerId, out: &mut Out) {
        let replica = &mut self.server_mut(id).replica;
        if replica.receiving().is_some() {
            replica.overdue = true;
        } else {
            self.io_thread_is_cut_off(id, out);
        }
    }

    /// The upstream cannot be told: its dump thread stays until a write fails or the replica is back.
    fn io_thread_is_cut_off(&mut self, id: ServerId, out: &mut Out) {
        let replica = &mut self.server_mut(id).replica;
        if !replica.connected {
            return;
        }
        replica.drop_connection();
        out.effects.push(Effect::Disarm(Timer::NetTimeout(id)));
        out.note(Fact::Connected {
            replica: id,
            yes: false,
        });
        out.effects.push(Effect::Expect(Timer::Connect(id)));
    }
}
