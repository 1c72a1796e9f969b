//! Cores and disks: run queues of hosts, fsyncs that wait for the device.

use super::slots::{Layout, Slot};
use crate::engine::desk::Desk;
use crate::plan::{Cost, Plan};
use crate::protocol::effect::{File, Step, Worker};
use crate::protocol::ids::ServerId;
use crate::random::Stream;
use std::collections::VecDeque;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Working {
    Idle,
    Running { host: usize },
    Queued { host: usize, cost: u64 },
}

/// Where an fsync stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Syncing {
    No,
    /// Its part that runs on a core.
    OnCore,
    /// The device has it, or it waits there in line.
    OnDisk,
}

#[derive(Clone, Debug)]
struct Host {
    idle_cores: u32,
    /// Slots of the work that runs.
    running: Vec<usize>,
    run_queue: VecDeque<usize>,
    /// When the last core became idle.
    idle_since: u64,
    interrupts: usize,
    /// Work that was started, ns.
    busy: u64,
    disk_free: u32,
    disk_busy: u32,
    disk_idle_since: u64,
    disk_queue: VecDeque<(ServerId, File, u64)>,
    stalled_until: u64,
}

/// The hosts' cores and disks in one run.
#[derive(Clone, Debug)]
pub struct Machines {
    hosts: Vec<Host>,
    working: Vec<Working>,
    /// The host on which work has just ended: its thread keeps the core if it goes on at once.
    leaving: Option<(usize, usize)>,
    costs: Vec<Option<Stream>>,
    /// Streams of the proxies' work, by host.
    proxies: Vec<Stream>,
    /// Streams of fsync times by server and file, and of their parts on a core.
    fsyncs: Vec<[[Stream; 2]; 3]>,
    /// Fsyncs under way by server and file.
    syncing: Vec<[Syncing; 3]>,
}

impl Machines {
    /// Everything idle.
    pub fn new(plan: &Plan, layout: &Layout, seed: u64, run: u64) -> Machines {
        let stream = |entity: &str, purpose: &str| Stream::new(seed, run, entity, purpose);
        let name = |id: ServerId| plan.servers[usize::from(id.0)].name.as_str();
        let costs = (0..layout.slots())
            .map(|index| match layout.slot(index) {
                Slot::Work(Worker::Session(id)) => {
                    Some(stream(&format!("session-{}", id.0 + 1), "work"))
                }
                Slot::Work(Worker::Applier(id)) => Some(stream(name(id), "sql thread")),
                Slot::Work(Worker::Io(id)) => Some(stream(name(id), "io thread")),
                Slot::Work(Worker::Dump(id)) => Some(stream(name(id), "dump thread")),
                Slot::Work(Worker::AckReceiver(id)) => Some(stream(name(id), "ack receiver")),
                Slot::Client(id) => Some(stream(&format!("session-{}", id.0 + 1), "client")),
                Slot::Reader(id) => Some(stream(&format!("reader-{}", id + 1), "work")),
                _ => None,
            })
            .collect();
        Machines {
            hosts: plan
                .hosts
                .iter()
                .map(|host| Host {
                    idle_cores: host.cores,
                    running: Vec::new(),
                    run_queue: VecDeque::new(),
                    idle_since: 0,
                    interrupts: 0,
                    busy: 0,
                    disk_free: host.disk_queue,
                    disk_busy: 0,
                    disk_idle_since: 0,
                    disk_queue: VecDeque::new(),
                    stalled_until: 0,
                })
                .collect(),
            working: vec![Working::Idle; layout.slots()],
            leaving: None,
            costs,
            proxies: plan.hosts.iter().map(|host| stream(&host.name, "proxy")).collect(),
            fsyncs: plan
                .servers
                .iter()
                .map(|server| {
                    [
                        ["redo log", "redo log core"],
                        ["binlog", "binlog core"],
                        ["relay log", "relay log core"],
                    ]
                    .map(|purposes| purposes.map(|purpose| stream(&server.name, purpose)))
                })
                .collect(),
            syncing: vec![[Syncing::No; 3]; plan.servers.len()],
        }
    }

    /// A worker of a server asks for a core: at once, or in line.
    pub fn work(
        &mut self,
        desk: &mut Desk,
        slot: usize,
        server: ServerId,
        step: Step,
        amount: u32,
    ) {
        let host = desk.plan.servers[usize::from(server.0)].host;
        self.spend(desk, slot, host, &desk.plan.costs.by_step[step as usize], amount);
    }

    /// A thread (by its slot) asks for a core of a host for a piece of work.
    pub fn spend(&mut self, desk: &mut Desk, slot: usize, host: usize, cost: &Cost, amount: u32) {
        let draw = self.costs[slot].as_mut().map_or(0, Stream::next);
        let cost = cost.sample(draw, amount);
        let goes_on = self.leaving.take_if(|leaving| *leaving == (slot, host));
        self.begin(desk, slot, host, cost, goes_on.is_some());
    }

    /// A thread that goes on keeps its core. One that wakes up takes an idle core, which takes its time, or waits in line.
    fn begin(&mut self, desk: &mut Desk, slot: usize, host: usize, cost: u64, goes_on: bool) {
        let state = &mut self.hosts[host];
        state.busy += cost;
        let mut wait = 0;
        if !goes_on {
            if state.idle_cores == 0 {
                self.working[slot] = Working::Queued { host, cost };
                return state.run_queue.push_back(slot);
            }
            let idle = match state.running.is_empty() {
                true => desk.now - state.idle_since,
                false => 0,
            };
            wait = desk.plan.hosts[host].wake_up.after(idle);
            state.idle_cores -= 1;
        }
        state.running.push(slot);
        self.working[slot] = Working::Running { host };
        desk.agenda.set(slot, desk.now + wait + cost);
    }

    /// A piece of work is done; its core is free at the end of this instant (`release`), unless its thread goes on.
    pub fn worked(&mut self, slot: usize) {
        if let Working::Running { host } = std::mem::replace(&mut self.working[slot], Working::Idle)
        {
            self.hosts[host].running.retain(|&running| running != slot);
            self.leaving = Some((slot, host));
        }
    }

    /// The thread whose work has just ended sleeps: the next in line gets its core.
    pub fn release(&mut self, desk: &mut Desk) {
        let Some((_, host)) = self.leaving.take() else {
            return;
        };
        let state = &mut self.hosts[host];
        let Some(next) = state.run_queue.pop_front() else {
            state.idle_cores += 1;
            state.idle_since = desk.now;
            return;
        };
        if let Working::Queued { cost, .. } = self.working[next] {
            state.running.push(next);
            self.working[next] = Working::Running { host };
            desk.agenda.set(next, desk.now + cost);
        }
    }

    /// A worker's work is over, wherever it stands.
    pub fn abandon(&mut self, desk: &mut Desk, slot: usize) {
        match self.working[slot] {
            Working::Idle => {}
            Working::Running { .. } => {
                desk.agenda.clear(slot);
                let leaving = self.leaving.take();
                self.worked(slot);
                self.release(desk);
                self.leaving = leaving;
            }
            Working::Queued { host, .. } => {
                self.working[slot] = Working::Idle;
                self.hosts[host].run_queue.retain(|&queued| queued != slot);
            }
        }
    }

    /// A proxy on this host passes a packet on.
    pub fn pass_on(&mut self, desk: &mut Desk, host: usize) {
        if let Some(cost) = &desk.plan.costs.proxy {
            let time = cost.sample(self.proxies[host].next(), 1);
            self.interrupt(desk, host, time);
        }
    }

    /// Work that goes before all other: it takes an idle core, or makes what runs on one take longer.
    fn interrupt(&mut self, desk: &mut Desk, host: usize, time: u64) {
        let state = &mut self.hosts[host];
        state.busy += time;
        if state.idle_cores == 0 && !state.running.is_empty() {
            state.interrupts += 1;
            let slot = state.running[state.interrupts % state.running.len()];
            if let Some(end) = desk.agenda.time_of(slot) {
                desk.agenda.set(slot, end + time);
            }
        }
    }

    /// An fsync starts: its part on a core first, where the calling thread goes on.
    pub fn fsync(&mut self, desk: &mut Desk, server: ServerId, file: File) {
        let Some(cost) = &desk.plan.costs.fsync else {
            return self.to_disk(desk, server, file);
        };
        let (id, host) = (usize::from(server.0), desk.plan.servers[usize::from(server.0)].host);
        let time = cost.sample(self.fsyncs[id][file as usize][1].next(), 1);
        self.syncing[id][file as usize] = Syncing::OnCore;
        let goes_on = self.leaving.take_if(|leaving| leaving.1 == host);
        let slot = desk.layout.index(Slot::Fsync(server, file));
        self.begin(desk, slot, host, time, goes_on.is_some());
    }

    /// The device gets an fsync, or will when it has served others.
    fn to_disk(&mut self, desk: &mut Desk, server: ServerId, file: File) {
        let id = usize::from(server.0);
        let host = &desk.plan.hosts[desk.plan.servers[id].host];
        let times = match file {
            File::Redo => &host.overwrite,
            File::Binlog | File::RelayLog => &host.fsync,
        };
        let time = times.sample(self.fsyncs[id][file as usize][0].next());
        self.syncing[id][file as usize] = Syncing::OnDisk;
        let state = &mut self.hosts[desk.plan.servers[id].host];
        if state.disk_free == 0 {
            return state.disk_queue.push_back((server, file, time));
        }
        state.disk_free -= 1;
        Self::serve(desk, state, server, file, time);
    }

    fn serve(desk: &mut Desk, state: &mut Host, server: ServerId, file: File, time: u64) {
        let host = &desk.plan.hosts[desk.plan.servers[usize::from(server.0)].host];
        let mut time = time;
        if state.disk_busy == 0 {
            time += host.disk_cold.after(desk.now - state.disk_idle_since);
        } else {
            let others = u128::from(state.disk_busy) * u128::from(host.disk_slowdown);
            time += (u128::from(time) * others >> 32) as u64;
        }
        state.disk_busy += 1;
        desk.agenda.set(
            desk.layout.index(Slot::Fsync(server, file)),
            desk.now.max(state.stalled_until) + time,
        );
    }

    /// An fsync moves on: from its core to the device, or (then true) it is done and the device takes the next.
    pub fn fsync_moves(&mut self, desk: &mut Desk, server: ServerId, file: File) -> bool {
        match self.syncing[usize::from(server.0)][file as usize] {
            Syncing::No => false,
            Syncing::OnCore => {
                self.worked(desk.layout.index(Slot::Fsync(server, file)));
                self.to_disk(desk, server, file);
                false
            }
            Syncing::OnDisk => {
                self.synced(desk, server, file);
                true
            }
        }
    }

    fn synced(&mut self, desk: &mut Desk, server: ServerId, file: File) {
        self.syncing[usize::from(server.0)][file as usize] = Syncing::No;
        let state = &mut self.hosts[desk.plan.servers[usize::from(server.0)].host];
        state.disk_busy -= 1;
        match state.disk_queue.pop_front() {
            None => {
                state.disk_free += 1;
                if state.disk_busy == 0 {
                    state.disk_idle_since = desk.now;
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
                Syncing::OnDisk => {
                    let queue = &mut self.hosts[host].disk_queue;
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
        self.hosts[host].stalled_until = until;
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
                if self.syncing[id][file as usize] != Syncing::OnDisk {
                    continue;
                }
                if let Some(time) = desk.agenda.time_of(slot) {
                    desk.agenda.set(slot, time + (until - desk.now));
                }
            }
        }
    }

    /// Work that the cores of this host have taken on so far, ns.
    pub fn busy(&self, host: usize) -> u64 {
        self.hosts[host].busy
    }
}
