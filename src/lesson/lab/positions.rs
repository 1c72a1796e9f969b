//! File names and positions: from places in a server's history to bytes, and back (semantics.md 4.3, 9).

use super::seen::Seen;
use crate::lesson::binlog::{
    MAGIC, Transaction, Whose, binlog_checkpoint, gtid_list, previous_gtids,
};
use crate::lesson::vocabulary::InnerEnds;
use crate::protocol::flavour_rules::Gtids;
use crate::protocol::gtid::GtidSet;
use crate::protocol::ids::{Gtid, Position, ServerId};
use crate::protocol::server::Server;
use crate::protocol::world::World;

/// A file and a position in it.
pub type Coordinates = (String, u64);

/// Where coordinates point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Between two transactions.
    At(Position),
    /// Behind the end of the file.
    BehindEnd,
    /// In the middle of a transaction or an event.
    Inside,
    /// There is no such file.
    NoFile,
}

/// The transactions before an index that were written to the server's binlog: what else was executed its heads do not have.
fn binlogged(server: &Server, index: u64) -> GtidSet {
    let logged = server.history.runs().iter().filter(|run| run.logged);
    let mut set = GtidSet::default();
    for run in logged {
        set.extend(&server.history.set_between(run.start, run.end().min(index)));
    }
    set
}

impl Seen {
    /// A binlog file's name; the core counts files from 1.
    pub fn binlog_file(&self, id: ServerId, file: u32) -> String {
        let identity = &self.machine(id).identity;
        format!(
            "{}.{:06}",
            identity.binlog,
            identity.first_file + file.max(1) - 1
        )
    }

    /// A relay log file's name.
    pub fn relay_file(&self, id: ServerId, number: u32) -> String {
        format!("{}.{number:06}", self.machine(id).identity.relay_log)
    }

    /// Bytes of a transaction in a server's binlog.
    pub fn bytes(&self, id: ServerId, gtid: Gtid) -> u64 {
        let Some(transaction) = self.transaction(id, gtid) else {
            return 0;
        };
        transaction.bytes(Whose::binlog(id, gtid)) + self.gtid_bytes(id, gtid, transaction)
    }

    /// Bytes of its Gtid event there.
    pub fn gtid_bytes(&self, id: ServerId, gtid: Gtid, transaction: &Transaction) -> u64 {
        let grouped = self.machine(id).grouped.contains(&gtid);
        transaction.gtid_bytes(&self.words, Whose::binlog(id, gtid), grouped)
    }

    /// Bytes of a piece of a server's binlog; what it has without a binlog entry takes none.
    fn bytes_between(&self, id: ServerId, from: u64, to: u64, world: &World) -> u64 {
        let history = &world.server(id).history;
        let logged = |at: &u64| history.run_at(*at).is_some_and(|run| run.logged);
        (from..to)
            .filter(logged)
            .filter_map(|at| history.get(at))
            .map(|gtid| self.bytes(id, gtid))
            .sum()
    }

    /// `Info` of a Format_description event.
    pub fn server_version(&self) -> String {
        let version = self.words.version(self.flavour);
        format!("Server ver: {version}, Binlog ver: 4")
    }

    /// The events at the head of a binlog file: kind, bytes, info.
    pub fn head(&self, id: ServerId, file: u32, world: &World) -> Vec<(&'static str, u64, String)> {
        let name = self.binlog_file(id, file);
        let mut head = vec![(
            "Format_desc",
            self.words.events.format_description,
            self.server_version(),
        )];
        let server = world.server(id);
        let start = server.files.get(file as usize - 1).copied().unwrap_or(0);
        if self.rules.gtids == Gtids::Sets {
            let set = self.gtid_set(&binlogged(server, start));
            let info = set.to_string();
            head.push(("Previous_gtids", previous_gtids(&set.intervals()), info));
            return head;
        }
        let gtids = self.last_of_each_server(&binlogged(server, start));
        let info = gtids
            .iter()
            .map(|gtid| self.gtid_text(*gtid))
            .collect::<Vec<_>>();
        let size = gtid_list(gtids.len() as u64);
        head.push(("Gtid_list", size, format!("[{}]", info.join(","))));
        if file > 1 && self.machine(id).rotated.contains_key(&(file - 1)) {
            let before = self.binlog_file(id, file - 1);
            head.push(("Binlog_checkpoint", binlog_checkpoint(&before), before));
        }
        // After a restart recovery has dealt with all older files: one checkpoint, of the file itself.
        head.push(("Binlog_checkpoint", binlog_checkpoint(&name), name));
        head
    }

    pub(super) fn head_bytes(&self, id: ServerId, file: u32, world: &World) -> u64 {
        let head = self.head(id, file, world);
        MAGIC + head.iter().map(|event| event.1).sum::<u64>()
    }

    /// The coordinates of a place in a server's binlog.
    pub fn coordinates(&self, id: ServerId, position: Position, world: &World) -> Coordinates {
        let files = &world.server(id).files;
        let file = position.file.clamp(1, files.len() as u32);
        let start = files[file as usize - 1].min(position.index);
        let bytes = self.bytes_between(id, start, position.index, world);
        (
            self.binlog_file(id, file),
            self.head_bytes(id, file, world) + bytes,
        )
    }

    /// `File` and `Position` of SHOW MASTER STATUS: the end of what is in the last file.
    pub fn end_of_binlog(&self, id: ServerId, world: &World) -> Coordinates {
        let server = world.server(id);
        let position = Position {
            file: server.files.len() as u32,
            index: server.history.end(),
        };
        self.coordinates(id, position, world)
    }

    /// Where coordinates point to in a server's binlog.
    pub fn place(&self, id: ServerId, name: &str, bytes: u64, world: &World) -> Place {
        let server = world.server(id);
        let files = server.files.len() as u32;
        let first = self.machine(id).purged + 1;
        let Some(file) = (first..=files).find(|file| self.binlog_file(id, *file) == name) else {
            return Place::NoFile;
        };
        let start = server.files[file as usize - 1];
        let end = server
            .files
            .get(file as usize)
            .copied()
            .unwrap_or(server.history.end());
        let head = self.head_bytes(id, file, world);
        let at = |index: u64| Place::At(Position { file, index });
        if bytes <= head {
            // Anywhere among the events of the head that begins one.
            let mut ends = MAGIC;
            for event in self.head(id, file, world) {
                if bytes == ends {
                    return at(start);
                }
                ends += event.1;
            }
            return if bytes == head {
                at(start)
            } else {
                Place::Inside
            };
        }
        let mut here = head;
        for index in start..end {
            let gtid = server.history.get(index);
            here += gtid.map_or(0, |gtid| self.bytes(id, gtid));
            if here == bytes {
                return at(index + 1);
            }
            if here > bytes {
                return Place::Inside;
            }
        }
        Place::BehindEnd
    }

    /// `Master_Log_File`, `Read_Master_Log_Pos`.
    pub fn read_coordinates(&self, id: ServerId, world: &World) -> Coordinates {
        let machine = self.machine(id);
        let Some(known) = &machine.upstream else {
            return (String::new(), 4);
        };
        let (Some(upstream), None) = (world.server(id).replica.upstream, &known.wrong) else {
            return known.wrong.clone().unwrap_or_else(|| known.start.clone());
        };
        if known.server_id == 0 {
            return known.start.clone();
        }
        self.coordinates(upstream, machine.relay.skipped, world)
    }

    /// `Relay_Master_Log_File`, `Exec_Master_Log_Pos`.
    pub fn executed_coordinates(&self, id: ServerId, world: &World) -> Coordinates {
        let replica = &world.server(id).replica;
        let relay = &self.machine(id).relay;
        if let Some(known) = &self.machine(id).upstream
            && !replica.sql_running
            && replica.applied == relay.since
            && relay.files.first().is_some_and(|file| file.number == 1)
            && !known.start.0.is_empty()
        {
            // Nothing was executed since it was told where to begin.
            return known.start.clone();
        }
        self.relayed_from(id, replica.applied, world)
    }

    /// Where the relay log's transaction at an index begins in the source's binlog; behind its end, where it is read.
    pub fn relayed_from(&self, id: ServerId, index: u64, world: &World) -> Coordinates {
        let replica = &world.server(id).replica;
        let next = replica.relay.get(index);
        let (Some(next), Some(upstream)) = (next, replica.upstream) else {
            return self.read_coordinates(id, world);
        };
        let source = world.server(upstream);
        match source.history.find(next) {
            Some(index) => {
                // In the file of the transaction that is executed next.
                let file = source.position(index + 1).file;
                self.coordinates(upstream, Position { file, index }, world)
            }
            None => self.read_coordinates(id, world),
        }
    }

    /// File and `end_log_pos` of the last row event of a statement, on the upstream of a replica; so many bytes of its
    /// transaction stand behind it.
    pub fn end_of_rows(&self, id: ServerId, gtid: Gtid, behind: u64, world: &World) -> Coordinates {
        let upstream = world.server(id).replica.upstream;
        let found = upstream.and_then(|upstream| {
            let source = world.server(upstream);
            let index = source.history.find(gtid)?;
            Some(self.coordinates(upstream, source.position(index + 1), world))
        });
        let (file, end) = found.unwrap_or_default();
        match self.words.events.inner_ends {
            InnerEnds::Counted => (file, end.saturating_sub(behind)),
            InnerEnds::Zero => (file, 0),
        }
    }
}
