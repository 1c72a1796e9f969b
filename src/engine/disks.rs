//! Disks: fsyncs that wait for the device, that slow each other, that share a journal's commits.

use super::cores::{Host, Machines};
use super::slots::Slot;
use crate::engine::desk::Desk;
use crate::protocol::effect::File;
use crate::protocol::ids::ServerId;
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
    /// The file system's journal commits it.
    InJournal,
    /// The journal's next commit will have it.
    NextInJournal,
}

/// The disk of one host.
#[derive(Clone, Debug)]
pub struct Disk {
    /// How many more fsyncs it serves at once.
    free: u32,
    /// How many it serves.
    busy: u32,
    idle_since: u64,
    /// Those that wait, with the time that each will take.
    queue: VecDeque<(ServerId, File, u64)>,
    /// Fsyncs in the journal's commit under way, and in its next.
    journal: [Vec<(ServerId, File)>; 2],
    stalled_until: u64,
}

impl Disk {
    /// An idle disk that serves so many fsyncs at once.
    pub fn new(depth: u32) -> Disk {
        Disk {
            free: depth,
            busy: 0,
            idle_since: 0,
            queue: VecDeque::new(),
            journal: [Vec::new(), Vec::new()],
            stalled_until: 0,
        }
    }
}

impl Machines {
    /// An fsync starts: its part on a core first, where the calling thread goes on.
    pub fn fsync(&mut self, desk: &mut Desk, server: ServerId, file: File, only_write: bool) {
        self.only_write[usize::from(server.0)] = only_write && file == File::Redo;
        let Some(cost) = &desk.plan.costs.fsync else {
            return self.onto_disk(desk, server, file);
        };
        let (id, host) = (
            usize::from(server.0),
            desk.plan.servers[usize::from(server.0)].host,
        );
        let time = cost.sample(self.fsyncs[id][file as usize][1].next(), 1);
        self.syncing[id][file as usize] = Syncing::OnCore;
        let goes_on = self.leaving.take_if(|leaving| leaving.1 == host);
        let slot = desk.layout.index(Slot::Fsync(server, file));
        self.begin(desk, slot, host, time, goes_on.is_some());
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
        let state = &mut self.hosts[desk.plan.servers[id].host];
        if state.disk.free == 0 {
            return state.disk.queue.push_back((server, file, time));
        }
        state.disk.free -= 1;
        Self::serve(desk, state, server, file, time);
    }

    /// A file that grew needs the file system's journal: one commit at a time, those that come meanwhile share the next.
    fn onto_journal(&mut self, desk: &mut Desk, server: ServerId, file: File) {
        let id = usize::from(server.0);
        let host = desk.plan.servers[id].host;
        self.syncing[id][file as usize] = Syncing::NextInJournal;
        self.hosts[host].disk.journal[1].push((server, file));
        self.commit_journal(desk, host);
    }

    fn commit_journal(&mut self, desk: &mut Desk, host: usize) {
        let state = &mut self.hosts[host];
        let [now, next] = &mut state.disk.journal;
        if !now.is_empty() || next.is_empty() {
            return;
        }
        std::mem::swap(now, next);
        let (first, file) = now[0];
        let draw = self.fsyncs[usize::from(first.0)][file as usize][0].next();
        let end = Self::duration(desk, state, host, desk.plan.hosts[host].fsync.sample(draw));
        state.disk.busy += 1;
        for &(server, file) in &state.disk.journal[0] {
            self.syncing[usize::from(server.0)][file as usize] = Syncing::InJournal;
            desk.agenda
                .set(desk.layout.index(Slot::Fsync(server, file)), end);
        }
    }

    /// One of the files of the journal's commit is done with it; after the last the journal takes the next.
    fn journaled(&mut self, desk: &mut Desk, server: ServerId, file: File) {
        self.syncing[usize::from(server.0)][file as usize] = Syncing::No;
        let host = desk.plan.servers[usize::from(server.0)].host;
        let state = &mut self.hosts[host];
        state.disk.journal[0].retain(|&one| one != (server, file));
        if state.disk.journal[0].is_empty() {
            state.disk.busy -= 1;
            if state.disk.busy == 0 {
                state.disk.idle_since = desk.now;
            }
            self.commit_journal(desk, host);
        }
    }

    fn serve(desk: &mut Desk, state: &mut Host, server: ServerId, file: File, time: u64) {
        let host = desk.plan.servers[usize::from(server.0)].host;
        let end = Self::duration(desk, state, host, time);
        state.disk.busy += 1;
        desk.agenda
            .set(desk.layout.index(Slot::Fsync(server, file)), end);
    }

    /// When something that takes this long on an otherwise idle disk will be done.
    fn duration(desk: &Desk, state: &Host, host: usize, time: u64) -> u64 {
        let host = &desk.plan.hosts[host];
        let extra = if state.disk.busy == 0 {
            host.disk_cold.after(desk.now - state.disk.idle_since)
        } else {
            let others = u128::from(state.disk.busy) * u128::from(host.disk_slowdown);
            ((u128::from(time) * others) >> 32) as u64
        };
        desk.now.max(state.disk.stalled_until) + time + extra
    }

    /// An fsync moves on: from its core to the device, or (then true) it is done and the device takes the next.
    pub fn fsync_moves(&mut self, desk: &mut Desk, server: ServerId, file: File) -> bool {
        match self.syncing[usize::from(server.0)][file as usize] {
            Syncing::No => false,
            Syncing::OnCore => {
                self.worked(desk.layout.index(Slot::Fsync(server, file)));
                self.onto_disk(desk, server, file);
                false
            }
            Syncing::OnDisk => {
                self.synced(desk, server, file);
                true
            }
            Syncing::NextInJournal => false,
            Syncing::InJournal => {
                self.journaled(desk, server, file);
                true
            }
        }
    }

    fn synced(&mut self, desk: &mut Desk, server: ServerId, file: File) {
        self.syncing[usize::from(server.0)][file as usize] = Syncing::No;
        let state = &mut self.hosts[desk.plan.servers[usize::from(server.0)].host];
        state.disk.busy -= 1;
        match state.disk.queue.pop_front() {
            None => {
                state.disk.free += 1;
                if state.disk.busy == 0 {
                    state.disk.idle_since = desk.now;
                }
            }
            Some((server, file, time)) => Self::serve(desk, state, server, file, time),
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
                    self.syncing[usize::from(server.0)][file as usize] = Syncing::No;
                    self.abandon(desk, slot);
                }
                Syncing::NextInJournal => {
                    self.syncing[usize::from(server.0)][file as usize] = Syncing::No;
                    self.hosts[host].disk.journal[1].retain(|&one| one != (server, file));
                }
                Syncing::InJournal => {
                    desk.agenda.clear(slot);
                    self.journaled(desk, server, file);
                }
                Syncing::OnDisk => {
                    let queue = &mut self.hosts[host].disk.queue;
                    let waiting = queue.len();
                    queue.retain(|&(id, of, _)| (id, of) != (server, file));
                    if queue.len() < waiting {
                        self.syncing[usize::from(server.0)][file as usize] = Syncing::No;
                    } else {
                        desk.agenda.clear(slot);
                        self.synced(desk, server, file);
                    }
                }
            }
        }
    }

    /// The disk answers nothing until then; what is under way ends later.
    pub fn stall(&mut self, desk: &mut Desk, host: usize, until: u64) {
        self.hosts[host].disk.stalled_until = until;
        for (id, server) in desk
            .plan
            .servers
            .iter()
            .enumerate()
            .filter(|(_, server)| server.host == host)
        {
            debug_assert_eq!(server.host, host);
            for file in [File::Redo, File::Binlog, File::RelayLog] {
                let slot = desk.layout.index(Slot::Fsync(ServerId(id as u8), file));
                if !matches!(
                    self.syncing[id][file as usize],
                    Syncing::OnDisk | Syncing::InJournal
                ) {
                    continue;
                }
                if let Some(time) = desk.agenda.time_of(slot) {
                    desk.agenda.set(slot, time + (until - desk.now));
                }
            }
        }
    }
}
