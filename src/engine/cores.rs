//! Cores: run queues of hosts, threads that keep their core, wake up or wait, interrupts.

use super::disks::{Disk, Syncing};
use super::moment::Moment;
use super::slots::{Layout, Slot};
use crate::engine::desk::Desk;
use crate::plan::{Cost, Plan};
use crate::protocol::effect::{Step, Worker};
use crate::protocol::flavour_rules::RedoLog;
use crate::protocol::ids::{ServerId, Span};
use crate::random::Stream;
use std::collections::VecDeque;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Working {
    Idle,
    /// It has a core, and uses it from this moment on (it wakes up first).
    Running {
        host: usize,
        since: Moment,
    },
    Queued {
        host: usize,
        cost: u64,
    },
}

/// How a thread comes to its next piece of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Thread {
    /// It has just ended another one.
    GoesOn,
    /// It slept.
    WakesUp,
}

impl Thread {
    /// The thread that would leave its core now goes on, if there is one.
    pub(super) fn that(leaves: Option<(usize, usize)>) -> Thread {
        match leaves {
            Some(_) => Thread::GoesOn,
            None => Thread::WakesUp,
        }
    }
}

#[derive(Clone, Debug)]
pub(super) struct Host {
    idle_cores: u32,
    /// Slots of the work that runs.
    running: Vec<usize>,
    run_queue: VecDeque<usize>,
    scheduler: Stream,
    /// When the last core became idle.
    idle_since: Moment,
    interrupts: usize,
    /// Time on cores of the work that is over, ns.
    busy: u64,
    pub(super) disk: Disk,
}

/// The hosts' cores and disks in one run.
#[derive(Clone, Debug)]
pub struct Machines {
    pub(super) hosts: Vec<Host>,
    working: Vec<Working>,
    /// Per slot: since when its thread is at work or wants a core, and the time of the work that is over, ns.
    since: Vec<Moment>,
    spent: Vec<u64>,
    /// The host on which work has just ended: its thread keeps the core if it goes on at once.
    pub(super) leaving: Option<(usize, usize)>,
    costs: Vec<Option<Stream>>,
    /// Streams of the proxies' work, by host.
    proxies: Vec<Stream>,
    /// Streams of the journals' commits, by host.
    pub(super) journals: Vec<Stream>,
    /// Streams of fsync times by server and file, and of their parts on a core.
    pub(super) fsyncs: Vec<[[Stream; 2]; 3]>,
    /// The redo log's request under way is a write without a sync.
    pub(super) only_write: Vec<bool>,
    /// The redo log is mapped from persistent memory: it is never synced.
    pub(super) redo_is_mapped: Vec<bool>,
    /// Fsyncs under way by server and file.
    pub(super) syncing: Vec<[Syncing; 3]>,
    /// By server: since when the relay log is synced, and the time that its syncs took so far, ns.
    pub(super) relay_synced: Vec<(Moment, u64)>,
}

impl Host {
    /// Any of those who wait. A fair scheduler interleaves its threads: on a measured machine whose cores are never
    /// idle, p99 is 4.1 times the median of a commit; in the order of arrival it would be 1.4 times.
    fn next_to_run(&mut self) -> Option<usize> {
        match self.run_queue.len() {
            0 | 1 => self.run_queue.pop_front(),
            waiting => {
                let draw = (u128::from(self.scheduler.next()) * waiting as u128) >> 64;
                self.run_queue.swap_remove_back(draw as usize)
            }
        }
    }
}

impl Machines {
    /// Everything idle.
    #[expect(clippy::wildcard_enum_match_arm, reason = "only these slots matter")]
    pub fn new(plan: &Plan, layout: &Layout, seed: u64, run: u64) -> Machines {
        let stream = |entity: &str, purpose: &str| Stream::new(seed, run, entity, purpose);
        let name = |id: ServerId| plan.servers[usize::from(id.0)].name.as_str();
        let costs = (0..layout.slots())
            .map(|index| match layout.slot(index) {
                Slot::Work(Worker::Session(id)) => {
                    Some(stream(&format!("session-{}", id.0 + 1), "work"))
                }
                Slot::Work(Worker::Applier(id, 0)) => Some(stream(name(id), "sql thread")),
                Slot::Work(Worker::Applier(id, worker)) => {
                    Some(stream(name(id), &format!("worker-{}", worker + 1)))
                }
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
                    scheduler: stream(&host.name, "scheduler"),
                    idle_since: Moment::START,
                    interrupts: 0,
                    busy: 0,
                    disk: Disk::new(host.disk_queue),
                })
                .collect(),
            working: vec![Working::Idle; layout.slots()],
            since: vec![Moment::START; layout.slots()],
            spent: vec![0; layout.slots()],
            leaving: None,
            costs,
            proxies: plan
                .hosts
                .iter()
                .map(|host| stream(&host.name, "proxy"))
                .collect(),
            journals: plan
                .hosts
                .iter()
                .map(|host| stream(&host.name, "journal"))
                .collect(),
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
            only_write: vec![false; plan.servers.len()],
            redo_is_mapped: (plan.cluster.servers.iter().zip(&plan.servers))
                .map(|(server, place)| {
                    server.flavour.rules().redo_log == RedoLog::MappedWherePossible
                        && plan.hosts[place.host].persistent_memory
                })
                .collect(),
            syncing: vec![[Syncing::No; 3]; plan.servers.len()],
            relay_synced: vec![(Moment::START, 0); plan.servers.len()],
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
        self.spend(
            desk,
            slot,
            host,
            &desk.plan.costs.by_step[step as usize],
            amount,
        );
    }

    /// A thread (by its slot) asks for a core of a host for a piece of work.
    pub fn spend(&mut self, desk: &mut Desk, slot: usize, host: usize, cost: &Cost, amount: u32) {
        let draw = self.costs[slot].as_mut().map_or(0, Stream::next);
        let cost = cost.sample(draw, amount);
        let thread = self.leaving_from(slot, host);
        self.begin(desk, slot, host, cost, thread);
    }

    /// The thread whose work on this host has just ended goes on, if it is this one.
    pub(super) fn leaving_from(&mut self, slot: usize, host: usize) -> Thread {
        Thread::that(self.leaving.take_if(|leaving| *leaving == (slot, host)))
    }

    /// A thread that goes on keeps its core. One that wakes up takes an idle core, which takes its time, or waits in line.
    pub(super) fn begin(
        &mut self,
        desk: &mut Desk,
        slot: usize,
        host: usize,
        cost: u64,
        thread: Thread,
    ) {
        self.since[slot] = desk.now;
        let state = &mut self.hosts[host];
        let cost = match &desk.plan.costs.switch {
            Some(switch) if thread == Thread::WakesUp => {
                cost.saturating_add(switch.sample(state.scheduler.next(), 1))
            }
            _ => cost,
        };
        let mut wait = 0;
        if thread == Thread::WakesUp {
            if state.idle_cores == 0 {
                self.working[slot] = Working::Queued { host, cost };
                return state.run_queue.push_back(slot);
            }
            let idle = match state.running.is_empty() {
                true => (desk.now - state.idle_since).0,
                false => 0,
            };
            wait = desk.plan.hosts[host].wake_up.after(idle);
            state.idle_cores -= 1;
        }
        state.running.push(slot);
        let since = desk.now + Span(wait);
        self.working[slot] = Working::Running { host, since };
        desk.agenda.set(slot, since + Span(cost));
    }

    /// A piece of work is done; its core is free at the end of this instant (`release`), unless its thread goes on.
    pub fn worked(&mut self, slot: usize, now: Moment) {
        if let Working::Running { host, since } =
            std::mem::replace(&mut self.working[slot], Working::Idle)
        {
            let state = &mut self.hosts[host];
            state.busy = state.busy.saturating_add(now.since(since).0);
            self.spent[slot] += (now - self.since[slot]).0;
            state.running.retain(|&running| running != slot);
            self.leaving = Some((slot, host));
        }
    }

    /// The thread whose work has just ended sleeps: the next in line gets its core.
    pub fn release(&mut self, desk: &mut Desk) {
        let Some((_, host)) = self.leaving.take() else {
            return;
        };
        let state = &mut self.hosts[host];
        let Some(next) = state.next_to_run() else {
            state.idle_cores += 1;
            state.idle_since = desk.now;
            return;
        };
        if let Working::Queued { cost, .. } = self.working[next] {
            state.running.push(next);
            self.working[next] = Working::Running {
                host,
                since: desk.now,
            };
            desk.agenda.set(next, desk.now + Span(cost));
        }
    }

    /// A worker's work is over, wherever it stands.
    pub fn abandon(&mut self, desk: &mut Desk, slot: usize) {
        match self.working[slot] {
            Working::Idle => {}
            Working::Running { .. } => {
                desk.agenda.clear(slot);
                let leaving = self.leaving.take();
                self.worked(slot, desk.now);
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
        if state.idle_cores > 0 || state.running.is_empty() {
            state.busy = state.busy.saturating_add(time);
            return;
        }
        state.interrupts += 1;
        let slot = state.running[state.interrupts % state.running.len()];
        if let Some(end) = desk.agenda.time_of(slot) {
            desk.agenda.set(slot, end + Span(time));
        }
    }

    /// Time that the thread of this slot has been at work or in line for a core so far, ns.
    pub(super) fn spent(&self, slot: usize, now: Moment) -> u64 {
        match self.working[slot] {
            Working::Idle => self.spent[slot],
            Working::Running { .. } | Working::Queued { .. } => {
                self.spent[slot] + (now - self.since[slot]).0
            }
        }
    }

    /// Time that the cores of this host have worked so far, ns.
    pub fn busy(&self, host: usize, now: Moment) -> u64 {
        let state = &self.hosts[host];
        let under_way = state.running.iter().map(|&slot| match self.working[slot] {
            Working::Running { since, .. } => now.since(since).0,
            Working::Idle | Working::Queued { .. } => 0,
        });
        state.busy.saturating_add(under_way.sum())
    }
}
