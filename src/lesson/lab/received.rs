//! What a replica has received: its relay logs in bytes, and the source's files that they follow (semantics.md 4.3, 9).

use super::seen::Seen;
use crate::lesson::binlog::{MAGIC, Whose, gtid_list, previous_gtids, rotate};
use crate::lesson::vocabulary::RelayEvents;
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
        let cursor = match world.link(id).dump.on {
            Some(_) => world.link(id).dump.cursor,
            // It has ended: nothing is to be sent.
            None => {
                let last = world.server(id).executed_last();
                let last = last.and_then(|last| world.server(upstream).history.find_gtid(last));
                last.map_or(0, |last| last + 1)
            }
        };
        let last = last_file_at(world, upstream, cursor);
        let gtid = world.server(id).variables.positioning == Positioning::Gtid;
        let asked = replica.read_position.file.clamp(1, last);
        let first = if gtid { last } else { asked };
        let at = self.read_coordinates(id, world).1;
        let whole = (gtid || at == MAGIC) && self.words.events.relay.has_heads();
        self.next_relay_file(id, first, whole, 0, world);
        let skips = world.server(upstream).files[first as usize - 1] < cursor && gtid;
        let (told, list) = match self.words.events.relay {
            // What was skipped is told in a list of the GTIDs that the replica has (measured).
            RelayEvents::Heads | RelayEvents::HeadsWithOneList => {
                let skipped = world.server(upstream).history.set_between(0, cursor);
                let list = gtid_list(self.last_of_each_server(&skipped).len() as u64);
                (0, if whole && skips { list } else { 0 })
            }
            RelayEvents::Plain => (0, 0),
            // A Rotate event says where the source is behind what it skips: the rest of the head, transactions.
            RelayEvents::Rotates => {
                let head = gtid || self.asks_for_the_head(id, upstream, first, world);
                (u64::from(head) + u64::from(skips), 0)
            }
        };
        let told = told * rotate(&self.binlog_file(upstream, first));
        let heads = self.head(upstream, first, world);
        let instead = match (self.words.events.relay, list) {
            (RelayEvents::HeadsWithOneList, 1..) => heads[1].1,
            (_, _) => 0,
        };
        if let Some(file) = self.machine_mut(id).relay.files.last_mut() {
            file.lead += told + list - instead;
        }
        for file in first + 1..=last {
            self.next_relay_file(id, file, true, 0, world);
        }
        self.machine_mut(id).relay.skipped = Position {
            file: last,
            index: cursor,
        };
    }

    /// A replica that was never connected asks for what stands before the end of a file's head.
    fn asks_for_the_head(
        &self,
        id: ServerId,
        upstream: ServerId,
        file: u32,
        world: &World,
    ) -> bool {
        let known = self.machine(id).upstream.as_ref();
        known.is_some_and(|known| {
            known.server_id == 0 && known.start.1 < self.head_bytes(upstream, file, world)
        })
    }

    /// The IO thread has connected, and the source ends it at the first event: the relay log file has begun.
    pub fn begins_and_ends(&mut self, id: ServerId, world: &World) {
        if self.words.events.relay == RelayEvents::Rotates {
            self.next_relay_file(id, 1, false, 0, world);
        }
    }

    /// The first connection of an IO thread ends before the source has sent anything: it knows nothing of the source.
    pub fn never_began(&mut self, id: ServerId, world: &World) {
        let relay = &self.machine(id).relay;
        let (files, end) = (&relay.files, world.server(id).replica.relay.end());
        let is_first = files.len() == 2 && files[1].start == end && relay.since == end;
        if is_first && self.words.events.relay == RelayEvents::Rotates {
            let own = self.relay_head(id, world);
            let machine = self.machine_mut(id);
            machine.relay.reset(own, end);
            if let Some(known) = &mut machine.upstream {
                known.server_id = 0;
                known.uuid.clear();
            }
        }
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
        let begins_at_head = whole && self.words.events.relay != RelayEvents::Plain;
        if begins_at_head && self.words.events.relay.has_heads() {
            let head = self.head(upstream, file, world);
            lead += head.iter().skip(1).map(|event| event.1).sum::<u64>();
        } else if begins_at_head {
            lead += rotate(&name);
            if self.machine(upstream).rotated.contains_key(&(file - 1)) {
                // The Rotate event that ends the source's last file has a relay log file of its own.
                self.begin_relay_file(id, rotate(&name), behind, world);
            }
        }
        self.begin_relay_file(id, lead, behind, world);
    }

    /// So many bytes of the source's stand at its head.
    fn begin_relay_file(&mut self, id: ServerId, lead: u64, behind: u64, world: &World) {
        let own = self.relay_head(id, world);
        let start = world.server(id).replica.relay.end().saturating_sub(behind);
        let relay = &self.machine(id).relay;
        let next = relay.files.last().map_or(1, |file| file.number + 1);
        let close = rotate(&self.relay_file(id, next));
        self.machine_mut(id).relay.begin(own, lead, start, close);
    }

    /// The source has sent what was asked for (`UNTIL master_gtid_pos`), and says so in a list of GTIDs.
    pub fn until_was_reached(&mut self, id: ServerId, world: &World) {
        let replica = &world.server(id).replica;
        let (Some(until), Some(upstream)) = (replica.until, replica.upstream) else {
            return;
        };
        let source = &world.server(upstream).history;
        let received = self.machine(id).relay.skipped.index;
        if !replica.io_running && source.find_gtid(until).is_some_and(|last| last < received) {
            let last = self.last_of_each_server(&source.set_between(0, received));
            let list = gtid_list(last.len() as u64);
            if let Some(file) = self.machine_mut(id).relay.files.last_mut() {
                file.tail = list;
            }
        }
    }

    /// Where the relay log's transaction at an index begins in the relay logs.
    pub fn relay_place(&self, id: ServerId, index: u64, world: &World) -> (String, u64) {
        let files = &self.machine(id).relay.files;
        let holds = files
            .iter()
            .rev()
            .find(|file| file.lead > 0 && file.start <= index);
        let Some(file) = holds.or(files.last()) else {
            return (String::new(), MAGIC);
        };
        let before = self.relayed_between(id, file.start, index, world);
        (
            self.relay_file(id, file.number),
            file.own + file.lead + before,
        )
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
                let tail = match applied < end {
                    true => 0,
                    false => reading.tail,
                };
                reading.own + lead + tail + self.relayed_between(id, reading.start, applied, world)
            }
        };
        let space = relay.files.iter().enumerate().map(|(at, file)| {
            let to = relay.end_of(at, end);
            file.own
                + file.lead
                + file.tail
                + file.close
                + self.relayed_between(id, file.start, to, world)
        });
        (file, position, space.sum())
    }
}
