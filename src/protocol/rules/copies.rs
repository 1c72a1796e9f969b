//! What a replica has of its upstream's binlog: nothing may be missing in the middle, and an acknowledgement is a promise
//! (semantics.md 2, 3).

use crate::protocol::state::gtid::GtidSet;
use crate::protocol::state::ids::{Origin, Position, ServerId};
use crate::protocol::state::lane::Packet;
use crate::protocol::state::log::Log;
use crate::protocol::state::world::World;
use std::ops::Range;

impl Log {
    /// Whether what it has of an origin is not contiguous, from the origin's first number on; a later epoch begins where the
    /// numbering was cut.
    pub fn has_hole(&self) -> bool {
        let mut ends: Vec<(Origin, u64)> = Vec::new();
        for run in self.runs() {
            let (origin, next) = (run.first.origin, run.first.number + run.count);
            let known = ends.iter_mut().find(|(of, _)| *of == origin);
            match known {
                Some((_, end)) if *end == run.first.number => *end = next,
                None if run.first.number == 1 || origin.epoch > 0 => ends.push((origin, next)),
                Some(_) | None => return true,
            }
        }
        false
    }
}

impl World {
    /// How many transactions of this part of its upstream's history a replica has nowhere: not executed, not in its
    /// relay log. Its own are not sent to it, nor is what the upstream's binlog has lost.
    pub fn lacks(&self, replica: ServerId, upstream: ServerId, part: Range<u64>) -> u64 {
        if part.is_empty() {
            return 0;
        }
        let server = self.server(replica);
        // Almost always nothing is missing, and the runs say so without a set being built.
        if (self.server(upstream).history.pieces(&part))
            .all(|(first, end)| server.has_all(first, end))
        {
            return 0;
        }
        let upstream = self.server(upstream);
        let mut wanted = upstream.history.set_between(part.start, part.end);
        for run in upstream
            .history
            .runs()
            .iter()
            .filter(|run| upstream.has_lost(run))
        {
            wanted = wanted.without(&upstream.history.set_between(run.start, run.end()));
        }
        self.has_not(replica, &wanted)
    }

    /// How many of these transactions a replica has nowhere, its own left aside.
    fn has_not(&self, replica: ServerId, wanted: &GtidSet) -> u64 {
        let server = self.server(replica);
        let mut has = server.received();
        has.extend(&server.extra_rows);
        let missing = wanted.without(&has);
        let of_others = missing
            .iter()
            .filter(|(origin, ..)| origin.server != replica);
        of_others.map(|(_, low, high)| high - low).sum()
    }

    /// Whether a replica that runs lacks a transaction of its upstream's history and has a later one.
    pub fn has_hole(&self, replica: ServerId) -> bool {
        let server = self.server(replica);
        let Some(upstream) = server.replica.upstream.filter(|_| server.is_up()) else {
            return false;
        };
        let source = &self.server(upstream).history;
        let relay = &server.replica.relay;
        let last = relay.end().checked_sub(1).and_then(|at| relay.get(at));
        let last = last.and_then(|gtid| source.find(gtid));
        last.is_some_and(|index| self.has_not(replica, &source.set_between(0, index)) > 0)
    }

    /// Whether an acknowledgement on its way to the upstream, while the connection lives, covers a transaction that the
    /// replica has not, from this index of the upstream's history on.
    pub fn acknowledges_too_much(&self, replica: ServerId, from: u64) -> bool {
        let (server, link) = (self.server(replica), self.link(replica));
        let Some(upstream) = link.dump.on else {
            return false;
        };
        if !server.is_up() || !server.replica.connected {
            return false;
        }
        let on_the_way = link.acks.in_socket().chain(link.acks.on_wire());
        let sent = on_the_way.filter_map(|packet| match packet {
            Packet::Ack(position) => Some(*position),
            Packet::Events { .. } | Packet::Fin | Packet::Fatal1236 | Packet::UntilReached => None,
        });
        let server = self.server(upstream);
        let arrived = server.acks_arrived.iter().chain(&server.receiver.unheard);
        let arrived = arrived.filter(|(from, _)| *from == replica);
        let all = sent.chain(arrived.map(|&(_, position)| position));
        let most = all.map(|Position { index, .. }| index).max();
        most.is_some_and(|index| self.lacks(replica, upstream, from..index) > 0)
    }
}
