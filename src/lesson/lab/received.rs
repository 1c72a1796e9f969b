//! What a replica has received: its relay logs in bytes, and the source's files that they follow (semantics.md 4.3, 9).

use super::relay::HeadEvent;
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
        let server = world.server(id);
        let from = server.replica.upstream.unwrap_or(gtid.origin.server);
        let Some(transaction) = self.transaction(from, gtid) else {
            return 0;
        };
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

    /// The own events at the head of a new relay log file.
    pub fn relay_head(&self, id: ServerId, world: &World) -> Vec<HeadEvent> {
        let server_id = self.machine(id).identity.server_id;
        let mut end = MAGIC;
        let mut event = |kind, size, info| {
            end += size;
            HeadEvent {
                kind,
                size,
                server_id,
                end,
                info,
            }
        };
        let mut head = vec![event(
            "Format_desc",
            self.words.events.format_description,
            self.server_version(),
        )];
        if self.rules.gtids == Gtids::Sets {
            let relay = &world.server(id).replica.relay;
            let since = self.machine(id).relay.since;
            let set = self.gtid_set(&relay.set_between(since, relay.end()));
            head.push(event(
                "Previous_gtids",
                previous_gtids(&set.intervals()),
                set.to_string(),
            ));
        }
        head
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
        // By GTID the source begins with the whole file that it is in.
        let head = self.head(upstream, first, world);
        let at = match (gtid, self.words.events.relay) {
            // Behind the list, which is sent anew.
            (true, RelayEvents::HeadsWithOneList) => MAGIC + head[0].1 + head[1].1,
            (true, RelayEvents::Heads | RelayEvents::Plain | RelayEvents::Rotates) => MAGIC,
            (false, _) => at,
        };
        // By position it begins there, which may be in the head.
        let from = if gtid { MAGIC } else { at };
        self.next_relay_file(id, first, (from, Some(at)), 0, world);
        let skips = world.server(upstream).files[first as usize - 1] < cursor && gtid;
        let position = |index| Position { file: first, index };
        let at_cursor = self.coordinates(upstream, position(cursor), world);
        let mut more = Vec::new();
        match self.words.events.relay {
            // What was skipped is told in a list of the GTIDs that the replica has (measured).
            RelayEvents::Heads | RelayEvents::HeadsWithOneList => {
                if skips {
                    more.push(self.sent_list(upstream, position(cursor), world));
                }
            }
            RelayEvents::Plain => {}
            // A Rotate event says where the source is behind what it skips: the rest of the head, transactions.
            RelayEvents::Rotates => {
                let behind_head = self.head_bytes(upstream, first, world);
                let head = gtid || self.asks_for_the_head(id, upstream, first, world);
                let places = [(head, behind_head), (skips, at_cursor.1)];
                let told = places.into_iter().filter(|(is_told, _)| *is_told);
                more.extend(told.map(|(_, at)| self.source_rotates(upstream, first, (0, 0), at)));
            }
        }
        let one_list = self.words.events.relay == RelayEvents::HeadsWithOneList && !more.is_empty();
        if let Some(file) = self.machine_mut(id).relay.files.last_mut() {
            if one_list {
                file.lead.retain(|event| event.kind != "Gtid_list");
            }
            file.lead.extend(more);
        }
        for file in first + 1..=last {
            self.next_relay_file(id, file, (MAGIC, None), 0, world);
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
            self.next_relay_file(id, 1, (MAGIC, Some(MAGIC)), 0, world);
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
            self.next_relay_file(id, file, (MAGIC, None), index.saturating_sub(start), world);
        }
        self.machine_mut(id).relay.skipped = Position { file: last, index };
    }

    /// A relay log file for a binlog file of the source; so many transactions behind its beginning are received already.
    /// What the source has at the head of a file, from a place on, is received with it.
    fn next_relay_file(
        &mut self,
        id: ServerId,
        file: u32,
        (from, asked): (u64, Option<u64>),
        behind: u64,
        world: &World,
    ) {
        let Some(upstream) = world.server(id).replica.upstream else {
            return;
        };
        // A file that follows another one begins with its head.
        let at = asked.unwrap_or(MAGIC);
        if asked.is_none()
            && self
                .machine(upstream)
                .rotated
                .contains_key(&(file.max(1) - 1))
        {
            // The Rotate event that ends the source's last file has a relay log file of its own.
            let start = world.server(upstream).files[file as usize - 1];
            let (name, end) = self.coordinates(
                upstream,
                Position {
                    file: file - 1,
                    index: start,
                },
                world,
            );
            let end = end + rotate(&name);
            let own = (self.machine(upstream).identity.server_id, end);
            let rotates = vec![self.source_rotates(upstream, file, own, MAGIC)];
            self.begin_relay_file(id, rotates, behind, world);
        }
        let server_id = self.machine(upstream).identity.server_id;
        let size = self.words.events.format_description;
        let mut lead = vec![
            self.source_rotates(upstream, file, (server_id, 0), at),
            HeadEvent {
                kind: "Format_desc",
                size,
                server_id,
                // Who begins in the middle gets one that stands nowhere.
                end: if at == MAGIC { MAGIC + size } else { 0 },
                info: self.server_version(),
            },
        ];
        let relay = self.words.events.relay;
        if relay.has_heads() {
            let mut end = MAGIC;
            for (kind, size, info) in self.head(upstream, file, world) {
                let at = end;
                end += size;
                // Its Format_description is there.
                if at >= from && kind != "Format_desc" {
                    lead.push(HeadEvent {
                        kind,
                        size,
                        server_id,
                        end,
                        info,
                    });
                }
            }
        } else if asked.is_none() && relay == RelayEvents::Rotates {
            let behind_head = self.head_bytes(upstream, file, world);
            lead.push(self.source_rotates(upstream, file, (0, 0), behind_head));
        }
        self.begin_relay_file(id, lead, behind, world);
    }

    /// A Rotate event to a place in a binlog file of the source, from a server and with an end.
    fn source_rotates(
        &self,
        upstream: ServerId,
        file: u32,
        (server_id, end): (u32, u64),
        at: u64,
    ) -> HeadEvent {
        let name = self.binlog_file(upstream, file);
        HeadEvent {
            kind: "Rotate",
            size: rotate(&name),
            server_id,
            end,
            info: format!("{name};pos={at}"),
        }
    }

    /// So much of the source's stands at its head.
    fn begin_relay_file(&mut self, id: ServerId, lead: Vec<HeadEvent>, behind: u64, world: &World) {
        let own = self.relay_head(id, world);
        let start = world.server(id).replica.relay.end().saturating_sub(behind);
        let relay = &self.machine(id).relay;
        let next = relay.files.last().map_or(1, |file| file.number + 1);
        let close = rotate(&self.relay_file(id, next));
        self.machine_mut(id).relay.begin(own, lead, start, close);
    }

    /// MariaDB's list of the last GTIDs before a place in a source's binlog, as it is sent.
    fn sent_list(&self, upstream: ServerId, place: Position, world: &World) -> HeadEvent {
        let before = world.server(upstream).history.set_between(0, place.index);
        let list = self.last_of_each_server(&before);
        let gtids: Vec<String> = list.iter().map(|gtid| self.gtid_text(*gtid)).collect();
        HeadEvent {
            kind: "Gtid_list",
            size: gtid_list(list.len() as u64),
            server_id: self.machine(upstream).identity.server_id,
            end: self.coordinates(upstream, place, world).1,
            info: format!("[{}]", gtids.join(",")),
        }
    }

    /// The source has sent what was asked for (`UNTIL master_gtid_pos`), and says so in a list of GTIDs.
    pub fn until_was_reached(&mut self, id: ServerId, world: &World) {
        let replica = &world.server(id).replica;
        let (Some(until), Some(upstream)) = (replica.until, replica.upstream) else {
            return;
        };
        let received = self.machine(id).relay.skipped;
        let last = world.server(upstream).history.find_gtid(until);
        if !replica.io_running && last.is_some_and(|last| last < received.index) {
            let list = self.sent_list(upstream, received, world);
            if let Some(file) = self.machine_mut(id).relay.files.last_mut() {
                file.tail = Some(list);
            }
        }
    }

    /// Where the relay log's transaction at an index begins in the relay logs.
    pub fn relay_place(&self, id: ServerId, index: u64, world: &World) -> (String, u64) {
        let files = &self.machine(id).relay.files;
        let holds = files
            .iter()
            .rev()
            .find(|file| !file.lead.is_empty() && file.start <= index);
        let Some(file) = holds.or(files.last()) else {
            return (String::new(), MAGIC);
        };
        let before = self.relayed_between(id, file.start, index, world);
        (self.relay_file(id, file.number), file.head_bytes() + before)
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
        let position = match reading.lead.is_empty() {
            true => MAGIC,
            false => {
                let applied = replica.applied.max(reading.start);
                let tail = match applied < end {
                    true => 0,
                    false => reading.tail_bytes(),
                };
                let behind = self.relayed_between(id, reading.start, applied, world);
                reading.head_bytes() + tail + behind
            }
        };
        let space = relay.files.iter().enumerate().map(|(at, file)| {
            let to = relay.end_of(at, end);
            file.head_bytes()
                + file.tail_bytes()
                + file.close
                + self.relayed_between(id, file.start, to, world)
        });
        (file, position, space.sum())
    }
}
