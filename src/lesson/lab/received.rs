//! What a replica has received: its relay logs in bytes, and the source's files that they follow (semantics.md 4.3, 9).

use super::seen::Seen;
use crate::lesson::binlog::{MAGIC, Whose, gtid_list, previous_gtids, rotate};
use crate::protocol::flavour_rules::Gtids;
use crate::protocol::ids::{Gtid, Position, ServerId};
use crate::protocol::variables::Positioning;
use crate::protocol::world::World;

/// The last binlog file that begins at or before an index: a dump thread that has sent everything before stands in it.
fn last_file_at(world: &World, id: ServerId, index: u64) -> u32 {
    let files = &world.server(id).files;
    files.partition_point(|start| *start <= index).max(1) as u32
}

impl Seen {
    /// Bytes of a transaction in a relay log: as its upstream has it. MariaDB sends Annotate_rows only to replicas with a
    /// binlog of what they apply.
    fn relayed(&self, id: ServerId, gtid: Gtid, world: &World) -> u64 {
        let Some(transaction) = self.transactions.get(&gtid) else {
            return 0;
        };
        let server = world.server(id);
        let from = server.replica.upstream.unwrap_or(gtid.origin.server);
        let unsent = match server.variables.log_slave_updates {
            true => 0,
            false => transaction.annotations(),
        };
        transaction.bytes(Whose::binlog(from, gtid)) - unsent
            + self.gtid_bytes(from, gtid, transaction)
    }

    fn relayed_between(&self, id: ServerId, from: u64, to: u64, world: &World) -> u64 {
        let relay = &world.server(id).replica.relay;
        (from..to)
            .filter_map(|at| relay.get(at))
            .map(|gtid| self.relayed(id, gtid, world))
            .sum()
    }

    /// Bytes at the head of a new relay log file.
    pub fn relay_head(&self, id: ServerId, world: &World) -> u64 {
        let own = MAGIC + self.words.events.format_description;
        if self.rules.gtids == Gtids::Sequence {
            return own;
        }
        let relay = &world.server(id).replica.relay;
        let since = self.machine(id).relay.since;
        let set = self.gtid_set(&relay.set_between(since, relay.end()));
        own + previous_gtids(&set.intervals())
    }

    /// A connection begins a new relay log file: the source's Rotate and Format_description stand at its head; with GTIDs
    /// MariaDB sends the head of the binlog file in which it begins. Files that the dump thread finds finished follow.
    pub fn begin_relay_log(&mut self, id: ServerId, world: &World) {
        let replica = &world.server(id).replica;
        let Some(upstream) = replica.upstream else {
            return;
        };
        let cursor = world.link(id).dump.cursor;
        let last = last_file_at(world, upstream, cursor);
        let gtid = world.server(id).variables.positioning == Positioning::Gtid;
        let asked = replica.read_position.file.clamp(1, last);
        let first = if gtid { last } else { asked };
        let whole = gtid && self.rules.gtids == Gtids::Sequence;
        self.next_relay_file(id, first, whole, 0, world);
        if whole && world.server(upstream).files[first as usize - 1] < cursor {
            // What was skipped is told in a list of the GTIDs that the replica has (measured).
            let skipped = world.server(upstream).history.set_between(0, cursor);
            let list = gtid_list(self.last_of_each_server(&skipped).len() as u64);
            if let Some(file) = self.machine_mut(id).relay.files.last_mut() {
                file.lead += list;
            }
        }
        for file in first + 1..=last {
            self.next_relay_file(id, file, true, 0, world);
        }
        self.machine_mut(id).relay.skipped = Position {
            file: last,
            index: cursor,
        };
    }

    /// The IO thread has received up to an index: every binlog file that it has begun meanwhile began a relay log file.
    pub fn received(&mut self, id: ServerId, index: u64, world: &World) {
        let Some(upstream) = world.server(id).replica.upstream else {
            return;
        };
        let before = self.machine(id).relay.skipped;
        let last = last_file_at(world, upstream, index).max(before.file);
        for file in before.file + 1..=last {
            let start = world.server(upstream).files[file as usize - 1];
            self.next_relay_file(id, file, true, index.saturating_sub(start), world);
        }
        self.machine_mut(id).relay.skipped = Position { file: last, index };
    }

    /// A relay log file for a binlog file of the source; so many transactions behind its beginning are received already.
    /// What the source has at the head of a file is received with it, unless it begins in the middle.
    fn next_relay_file(
        &mut self,
        id: ServerId,
        file: u32,
        whole: bool,
        behind: u64,
        world: &World,
    ) {
        let Some(upstream) = world.server(id).replica.upstream else {
            return;
        };
        let name = self.binlog_file(upstream, file);
        let mut lead = rotate(&name) + self.words.events.format_description;
        if whole && self.rules.gtids == Gtids::Sequence {
            let head = self.head(upstream, file, world);
            lead += head.iter().skip(1).map(|event| event.1).sum::<u64>();
        }
        let own = self.relay_head(id, world);
        let start = world.server(id).replica.relay.end().saturating_sub(behind);
        let relay = &self.machine(id).relay;
        let next = relay.files.last().map_or(1, |file| file.number + 1);
        let close = rotate(&self.relay_file(id, next));
        self.machine_mut(id).relay.begin(own, lead, start, close);
    }

    /// `Relay_Log_File`, `Relay_Log_Pos`, `Relay_Log_Space`.
    pub fn relay_coordinates(&mut self, id: ServerId, world: &World) -> (String, u64, u64) {
        let replica = &world.server(id).replica;
        let end = replica.relay.end();
        if replica.sql_running && world.server(id).is_up() {
            self.machine_mut(id).relay.applied(replica.applied);
        }
        let relay = &self.machine(id).relay;
        let Some(reading) = relay.reading() else {
            return (String::new(), 4, 0);
        };
        let file = self.relay_file(id, reading.number);
        let position = match reading.lead {
            0 => MAGIC,
            lead => {
                let applied = replica.applied.max(reading.start);
                reading.own + lead + self.relayed_between(id, reading.start, applied, world)
            }
        };
        let space = relay.files.iter().enumerate().map(|(at, file)| {
            let to = relay.end_of(at, end);
            file.own + file.lead + file.close + self.relayed_between(id, file.start, to, world)
        });
        (file, position, space.sum())
    }
}
