//! Cores and disks: run queues of hosts, fsyncs that wait for the device.

use super::slots::{Layout, Slot};
use crate::engine::desk::Desk;
use crate::plan::Plan;
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

#[derive(Clone, Debug)]
struct Host {
    idle_cores: u32,
    run_queue: VecDeque<usize>,
    /// Work that was started, ns.
    busy: u64,
    disk_free: u32,
    disk_queue: VecDeque<(ServerId, File, u64)>,
    stalled_until: u64,
}

/// The hosts' cores and disks in one run.
#[derive(Clone, Debug)]
pub struct Machines {
    hosts: Vec<Host>,
    working: Vec<Working>,
    costs: Vec<Option<Stream>>,
    /// Streams of fsync times by server and file.
    fsyncs: Vec<[Stream; 3]>,
    /// Fsyncs under way by server and file.
    syncing: Vec<[bool; 3]>,
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
                _ => None,
            })
            .collect();
        Machines {
            hosts: plan
                .hosts
                .iter()
                .map(|host| Host {
                    idle_cores: host.cores,
                    run_queue: VecDeque::new(),
                    busy: 0,
                    disk_free: host.disk_queue,
                    disk_queue: VecDeque::new(),
                    stalled_until: 0,
                })
                .collect(),
            working: vec![Working::Idle; layout.slots()],
            costs,
            fsyncs: plan
                .servers
                .iter()
                .map(|server| {
                    ["redo log", "binlog", "relay log"].map(|file| stream(&server.name, file))
                })
                .collect(),
            syncing: vec![[false; 3]; plan.servers.len()],
        }
    }

    /// A worker asks for a core: at once, or in line.
    pub fn work(
        &mut self,
        desk: &mut Desk,
        slot: usize,
        server: ServerId,
        step: Step,
        amount: u32,
    ) {
        let cost = &desk.plan.costs.by_step[step as usize];
        let draw = self.costs[slot].as_mut().map_or(0, Stream::next);
        let cost = cost.fixed.sample(draw) + cost.each.0 * u64::from(amount);
        let host = desk.plan.servers[usize::from(server.0)].host;
        let state = &mut self.hosts[host];
        state.busy += cost;
        if state.idle_cores > 0 {
            state.idle_cores -= 1;
            self.working[slot] = Working::Running { host };
            desk.agenda.set(slot, desk.now + cost);
        } else {
            self.working[slot] = Working::Queued { host, cost };
            state.run_queue.push_back(slot);
        }
    }

    /// A worker leaves its core: the next in line gets it.
    pub fn worked(&mut self, desk: &mut Desk, slot: usize) {
        let Working::Running { host } = std::mem::replace(&mut self.working[slot], Working::Idle)
        else {
            return;
        };
        let state = &mut self.hosts[host];
        match state.run_queue.pop_front() {
            None => state.idle_cores += 1,
            Some(next) => {
                if let Working::Queued { cost, .. } = self.working[next] {
                    self.working[next] = Working::Running { host };
                    desk.agenda.set(next, desk.now + cost);
                }
            }
        }
    }

    /// A worker's work is over, wherever it stands.
    pub fn abandon(&mut self, desk: &mut Desk, slot: usize) {
        match self.working[slot] {
            Working::Idle => {}
            Working::Running { .. } => {
                desk.agenda.clear(slot);
                self.worked(desk, slot);
            }
            Working::Queued { host, .. } => {
                self.working[slot] = Working::Idle;
                self.hosts[host].run_queue.retain(|&queued| queued != slot);
            }
        }
    }

    /// An fsync starts, or waits for the device.
    pub fn fsync(&mut self, desk: &mut Desk, server: ServerId, file: File) {
        let host = desk.plan.servers[usize::from(server.0)].host;
        let draw = self.fsyncs[usize::from(server.0)][file as usize].next();
        let time = desk.plan.hosts[host].fsync.sample(draw);
        let state = &mut self.hosts[host];
        if state.disk_free == 0 {
            state.disk_queue.push_back((server, file, time));
            return;
        }
        state.disk_free -= 1;
        self.syncing[usize::from(server.0)][file as usize] = true;
        desk.agenda.set(
            desk.layout.index(Slot::Fsync(server, file)),
            desk.now.max(state.stalled_until) + time,
        );
    }

    /// An fsync is done: the device takes the next.
    pub fn synced(&mut self, desk: &mut Desk, server: ServerId, file: File) {
        self.syncing[usize::from(server.0)][file as usize] = false;
        let state = &mut self.hosts[desk.plan.servers[usize::from(server.0)].host];
        match state.disk_queue.pop_front() {
            None => state.disk_free += 1,
            Some((server, file, time)) => {
                self.syncing[usize::from(server.0)][file as usize] = true;
                desk.agenda.set(
                    desk.layout.index(Slot::Fsync(server, file)),
                    desk.now.max(state.stalled_until) + time,
                );
            }
        }
    }

    /// A dead server's fsyncs are answered to nobody.
    pub fn abandon_fsyncs(&mut self, desk: &mut Desk, server: ServerId) {
        let host = desk.plan.servers[usize::from(server.0)].host;
        self.hosts[host]
            .disk_queue
            .retain(|&(waiting, ..)| waiting != server);
        for file in [File::Redo, File::Binlog, File::RelayLog] {
            if self.syncing[usize::from(server.0)][file as usize] {
                desk.agenda
                    .clear(desk.layout.index(Slot::Fsync(server, file)));
                self.synced(desk, server, file);
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
