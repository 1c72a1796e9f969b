//! Binlog files that end and are deleted: FLUSH BINARY LOGS, PURGE BINARY LOGS.

use super::Lab;
use super::seen::Seen;
use crate::engine::Moment;
use crate::lesson::show;
use crate::lesson::sql::statement::Purge;
use crate::lesson::store::errors::SqlError;
use crate::protocol::effect::Input;
use crate::protocol::ids::ServerId;
use crate::protocol::world::World;

impl Seen {
    /// A Rotate event ends a binlog file; replicas that have everything else have it too.
    pub fn rotated(&mut self, now: Moment, id: ServerId, world: &World) {
        let seconds = self.seconds(now);
        let server = world.server(id);
        let closed = server.files.len() as u32 - 1;
        self.machine_mut(id).rotated.insert(closed, seconds);
        for replica in world.server_ids() {
            let of = &world.server(replica).replica;
            let follows = of.upstream == Some(id) && of.connected;
            if follows && of.read_position.index == server.history.end() {
                self.received(replica, of.read_position.index, world);
            }
        }
    }

    /// When a binlog file was written last, s.
    fn written(&self, id: ServerId, file: u32, world: &World) -> u64 {
        if let Some(seconds) = self.machine(id).rotated.get(&file) {
            return *seconds;
        }
        let server = world.server(id);
        let end = server.files.get(file as usize).copied();
        let last = end.unwrap_or(server.history.end()).checked_sub(1);
        let last = last.and_then(|at| server.history.get(at));
        let last = last.and_then(|gtid| self.transactions.get(&gtid));
        last.map_or(self.epoch, |transaction| transaction.timestamp)
    }
}

impl Lab<'_> {
    /// `PURGE BINARY LOGS`
    pub(super) fn purge(&mut self, id: ServerId, what: &Purge) -> String {
        let world = &self.simulation.world;
        let last = world.server(id).files.len() as u32;
        let purged = self.seen.machine(id).purged;
        let wanted = match what {
            Purge::To(name) => {
                let mut files = purged + 1..=last;
                let Some(file) = files.find(|file| self.seen.binlog_file(id, *file) == *name)
                else {
                    let text = "Target log not found in binlog index";
                    return SqlError::new(1373, "HY000", text).printed();
                };
                file - 1
            }
            Purge::Before(seconds) => {
                let due = seconds.due(self.seen.seconds(self.now()));
                let old = |file: &u32| self.seen.written(id, *file, world) < due;
                (purged + 1..last).take_while(old).last().unwrap_or(purged)
            }
        };
        // What a dump thread reads stays.
        let read = world
            .server_ids()
            .filter(|replica| world.link(*replica).dump.on == Some(id));
        let read = read.map(|replica| {
            let cursor = world.link(replica).dump.cursor;
            let files = &world.server(id).files;
            files.partition_point(|start| *start <= cursor).max(1) as u32
        });
        let first_read = read.min().unwrap_or(last);
        let gone = wanted.min(first_read - 1).max(purged);
        let warnings = u32::from(gone < wanted && self.seen.words.shows.tells_of_kept_binlogs);
        let before = world.server(id).files[gone as usize];
        self.input(Input::PurgeBinlogs(id, before));
        self.seen.machine_mut(id).purged = gone;
        show::ok(warnings, &self.seen.words)
    }
}
