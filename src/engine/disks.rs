//! Disks: fsyncs that wait for the device, that slow each other, that share a journal's commits.

use super::cores::{Machines, Thread};
use super::journal::Journal;
use super::moment::Moment;
use super::slots::Slot;
use crate::engine::desk::Desk;
use crate::protocol::effect::File;
use crate::protocol::ids::{ServerId, Span};
use std::collections::VecDeque;

/// Where an fsync stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syncing {
    /// There is none.
    No,
    /// Its part that runs on a core.
    OnCore,
    /// The device has it, or it waits there in line.
    OnDisk,
    /// The file system's journal commits it, or will.
    InJournal,
    /// There is nothing to sync: it ends at once.
    InMemory,
}

/// The disk of one host.
#[derive(Clone, Debug)]
pub struct Disk {
    /// How many more fsyncs it serves at once.
    free: u32,
    /// How many it serves.
    busy: u32,
    idle_since: Moment,
    /// Fsyncs that it served x time up to a moment, ns.
    served: u64,
    until: Moment,
    /// Those that wait, with the time that each will take.
    queue: VecDeque<(ServerId, File, u64)>,
    pub(super) journal: Journal,
    stalled_until: Moment,
}

impl Disk {
    /// An idle disk that serves so many fsyncs at once.
    pub fn new(depth: u32) -> Disk {
        Disk {
            free: depth,
            busy: 0,
            idle_since: Moment::START,
            served: 0,
            until: Moment::START,
            queue: VecDeque::new(),
            journal: Journal::new(),
            stalled_until: Moment::START,
        }
    }

    /// The device gets something that takes this long on an otherwise idle disk.
    pub(super) fn begins(&mut self, desk: &mut Desk, host: usize, slot: usize, time: u64) {
        let plan = &desk.plan.hosts[host];
        let extra = if self.busy == 0 {
            plan.disk_cold.after((desk.now - self.idle_since).0)
        } else {
            let others = u128::from(self.busy) * u128::from(plan.disk_slowdown);
            let extra = u128::from(time).saturating_mul(others) >> 32;
            u64::try_from(extra).unwrap_or(u64::MAX)
        };
        self.served = self.served(desk.now);
        self.until = desk.now;
        self.busy += 1;
        let begin = desk.now.max(self.stalled_until);
        desk.agenda.set(slot, begin + Span(time) + Span(extra));
    }

    /// The integral of the fsyncs that it serves, ns.
    pub(super) fn served(&self, now: Moment) -> u64 {
        self.served + u64::from(self.busy) * (now - self.until).0
    }

    /// The device is done with something.
    pub(super) fn ended(&mut self, now: Moment) {
        self.served = self.served(now);
        self.until = now;
        self.busy -= 1;
        if self.busy == 0 {
            self.idle_since = now;
        }
    }
}

impl Machines {
    /// An fsync starts.
    pub fn fsync(&mut self, desk: &mut Desk, server: ServerId, file: File) {
        match file {
            File::Redo => self.only_write[usize::from(server.0)] = false,
            File::RelayLog => self.relay_synced[usize::from(server.0)].0 = desk.now,
            File::Binlog => {}
        }
        self.on_core(desk, server, file);
    }

    /// A write of the redo log starts, without a sync.
    pub fn write_redo(&mut self, desk: &mut Desk, server: ServerId) {
        self.only_write[usize::from(server.0)] = true;
        self.on_core(desk, server, File::Redo);
    }

    /// The part on a core comes first, where the calling thread goes on.
    fn on_core(&mut self, desk: &mut Desk, server: ServerId, file: File) {
        if file == File::Redo && self.redo_is_mapped[usize::from(server.0)] {
            self.syncing[usize::from(server.0)][file as usize] = Syncing::InMemory;
            let slot = desk.layout.index(Slot::Fsync(server, file));
            return desk.agenda.set(slot, desk.now);
        }
        let on_core = match self.only_write[usize::from(server.0)] && file == File::Redo {
            true => &desk.plan.costs.write,
            false => &desk.plan.costs.fsync,
        };
        let Some(cost) = on_core else {
            return self.onto_disk(desk, server, file);
        };
        let (id, host) = (
            usize::from(server.0),
            desk.plan.servers[usize::from(server.0)].host,
        );
        let time = cost.sample(self.fsyncs[id][file as usize][1].next(), 1);
        self.syncing[id][file as usize] = Syncing::OnCore;
        let journal = desk.layout.index(Slot::Journal(host));
        let leaves = self
            .leaving
            .take_if(|leaving| leaving.1 == host && leaving.0 != journal);
        let slot = desk.layout.index(Slot::Fsync(server, file));
        self.begin(desk, slot, host, time, Thread::that(leaves));
    }

    /// The device gets an fsync, or will when it has served others.
    fn onto_disk(&mut self, desk: &mut Desk, server: ServerId, file: File) {
        let id = usize::from(server.0);
        let host = &desk.plan.hosts[desk.plan.servers[id].host];
        if host.journal && file != File::Redo {
            return self.onto_journal(desk, server, file);
        }
        let times = match file {
            File::Redo if self.only_write[id] => &host.write,
            File::Redo => &host.overwrite,
            File::Binlog | File::RelayLog => &host.fsync,
        };
        let time = times.sample(self.fsyncs[id][file as usize][0].next());
        self.syncing[id][file as usize] = Syncing::OnDisk;
        let host = desk.plan.servers[id].host;
        let disk = &mut self.hosts[host].disk;
        if disk.free == 0 {
            return disk.queue.push_back((server, file, time));
        }
        disk.free -= 1;
        let slot = desk.layout.index(Slot::Fsync(server, file));
        disk.begins(desk, host, slot, time);
    }

    /// An fsync moves on: from its core to the device, or (then true) it is done and the device takes the next.
    pub fn fsync_moves(&mut self, desk: &mut Desk, server: ServerId, file: File) -> bool {
        match self.syncing[usize::from(server.0)][file as usize] {
            Syncing::No => false,
            Syncing::OnCore => {
                self.worked(desk.layout.index(Slot::Fsync(server, file)), desk.now);
                self.onto_disk(desk, server, file);
                false
            }
            Syncing::OnDisk => {
                self.synced(desk, server, file);
                true
            }
            Syncing::InJournal => false,
            Syncing::InMemory => {
                self.syncing[usize::from(server.0)][file as usize] = Syncing::No;
                true
            }
        }
    }

    /// Time that the syncs of a relay log have taken so far, ns.
    pub(super) fn relay_synced(&self, server: ServerId, now: Moment) -> u64 {
        let (since, spent) = self.relay_synced[usize::from(server.0)];
        match self.syncing[usize::from(server.0)][File::RelayLog as usize] {
            Syncing::No => spent,
            Syncing::OnCore | Syncing::OnDisk | Syncing::InJournal | Syncing::InMemory => {
                spent + (now - since).0
            }
        }
    }

    /// An fsync is over, or nobody waits for it any more.
    pub(super) fn ends(&mut self, server: ServerId, file: File, now: Moment) {
        if file == File::RelayLog {
            self.relay_synced[usize::from(server.0)].1 = self.relay_synced(server, now);
        }
        self.syncing[usize::from(server.0)][file as usize] = Syncing::No;
    }

    fn synced(&mut self, desk: &mut Desk, server: ServerId, file: File) {
        self.ends(server, file, desk.now);
        let host = desk.plan.servers[usize::from(server.0)].host;
        let disk = &mut self.hosts[host].disk;
        disk.ended(desk.now);
        match disk.queue.pop_front() {
            None => disk.free += 1,
            Some((server, file, time)) => {
                let slot = desk.layout.index(Slot::Fsync(server, file));
                disk.begins(desk, host, slot, time);
            }
        }
    }

    /// A dead server's fsyncs are answered to nobody.
    pub fn abandon_fsyncs(&mut self, desk: &mut Desk, server: ServerId) {
        let host = desk.plan.servers[usize::from(server.0)].host;
        for file in [File::Redo, File::Binlog, File::RelayLog] {
            let slot = desk.layout.index(Slot::Fsync(server, file));
            match self.syncing[usize::from(server.0)][file as usize] {
                Syncing::No => {}
                Syncing::OnCore => {
                    self.ends(server, file, desk.now);
                    self.abandon(desk, slot);
                }
                Syncing::InMemory => {
                    self.ends(server, file, desk.now);
                    desk.agenda.clear(slot);
                }
                Syncing::InJournal => {
                    self.ends(server, file, desk.now);
                    self.leave_journal(host, server, file);
                }
                Syncing::OnDisk => {
                    let queue = &mut self.hosts[host].disk.queue;
                    let waiting = queue.len();
                    queue.retain(|&(id, of, _)| (id, of) != (server, file));
                    if queue.len() < waiting {
                        self.ends(server, file, desk.now);
                    } else {
                        desk.agenda.clear(slot);
                        self.synced(desk, server, file);
                    }
                }
            }
        }
    }

    /// The disk answers nothing until then; what is under way ends later.
    pub fn stall(&mut self, desk: &mut Desk, host: usize, until: Moment) {
        self.hosts[host].disk.stalled_until = until;
        let longer = until - desk.now;
        self.stall_journal(desk, host, longer);
        for (id, server) in desk.plan.servers.iter().enumerate() {
            for file in [File::Redo, File::Binlog, File::RelayLog] {
                let slot = desk.layout.index(Slot::Fsync(ServerId(id as u8), file));
                let on_disk = self.syncing[id][file as usize] == Syncing::OnDisk;
                if let (true, true, Some(time)) =
                    (server.host == host, on_disk, desk.agenda.time_of(slot))
                {
                    desk.agenda.set(slot, time + longer);
                }
            }
        }
    }
}
