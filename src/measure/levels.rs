//! Levels sampled at regular moments: lag, semi-sync status, whether writes are possible, and the timeline of a run.

use super::outcome::Timeline;
use crate::engine::Moment;
use crate::protocol::ids::{ServerId, Span};
use crate::protocol::partition::End;
use crate::protocol::world::World;
use std::collections::VecDeque;

/// Samples of the master's progress that are kept one by one; older ones are kept with gaps in proportion to their age.
const MEMORY: usize = 1 << 16;
/// Samples of each coarser level: gaps are at most one part in so many of the age.
const COARSER: usize = 1 << 12;

/// When the master had committed how many transactions. Memory grows with the logarithm of the time.
#[derive(Clone, Debug, Default)]
struct Progress {
    /// Moments and numbers in order, newest level first; each level keeps every second sample of the one before.
    levels: Vec<VecDeque<(Moment, u64)>>,
}

impl Progress {
    fn push(&mut self, now: Moment, committed: u64) {
        let mut sample = Some((now, committed));
        let mut level = 0;
        while let Some(new) = sample {
            if self.levels.len() == level {
                self.levels.push(VecDeque::new());
            }
            let most = if level == 0 { MEMORY } else { COARSER };
            let samples = &mut self.levels[level];
            sample = None;
            if samples.len() >= most {
                sample = samples.pop_front();
                samples.pop_front();
            }
            samples.push_back(new);
            level += 1;
        }
    }

    /// The moment at which more than so many were committed, as far as it is known.
    fn exceeded(&self, committed: u64) -> Option<Moment> {
        let later = |samples: &&VecDeque<(Moment, u64)>| {
            samples.back().is_some_and(|last| last.1 > committed)
        };
        let samples = self.levels.iter().rev().find(later)?;
        let at = samples.partition_point(|&(_, then)| then <= committed);
        samples.get(at).map(|&(then, _)| then)
    }
}

/// Lag of every server that replicates, averaged over the samples of the window.
#[derive(Clone, Debug)]
pub struct Lag {
    /// Per server: sums over samples of transactions, and of nanoseconds, and how many samples.
    sums: Vec<(u128, u128, u64)>,
    samples: u64,
    progress: Progress,
}

impl Lag {
    /// Nothing sampled.
    pub fn new(servers: usize) -> Lag {
        Lag {
            sums: vec![(0, 0, 0); servers],
            samples: 0,
            progress: Progress::default(),
        }
    }

    /// What the serving master has committed by now.
    pub fn master_is_at(&mut self, now: Moment, committed: u64) {
        self.progress.push(now, committed);
    }

    /// Takes a sample while this server serves.
    pub fn sample(&mut self, now: Moment, world: &World, master: ServerId) {
        self.samples += 1;
        for (server, sum) in world.servers.iter().zip(&mut self.sums) {
            let Some(behind) = transactions_behind(world, master, server.id) else {
                continue;
            };
            sum.0 += u128::from(behind);
            sum.2 += 1;
            if behind > 0 {
                // The moment when the master had more than this server has now.
                let since = self.progress.exceeded(server.committed).unwrap_or(now);
                sum.1 += u128::from((now - since).0);
            }
        }
    }

    /// Mean lag of a server: transactions, seconds; nothing for one that replicated from nobody.
    pub fn mean(&self, server: ServerId) -> Option<(f64, f64)> {
        let (transactions, time, samples) = self.sums[usize::from(server.0)];
        let replicated = samples > 0 || self.samples == 0;
        let samples = samples.max(1) as f64;
        replicated.then(|| (transactions as f64 / samples, time as f64 / 1e9 / samples))
    }
}

/// Transactions that the master has committed and the server has not applied, while their histories agree; nothing for a
/// server that replicates from nobody.
pub fn transactions_behind(world: &World, master: ServerId, server: ServerId) -> Option<u64> {
    let state = world.server(server);
    let follows = server == master || state.replica.upstream.is_some();
    let committed = world.server(master).committed;
    follows.then(|| committed.saturating_sub(state.committed))
}

/// Collects a timeline bin by bin.
#[derive(Clone, Debug)]
pub struct TimelineBuilder {
    timeline: Timeline,
    acknowledged_before: u64,
}

impl TimelineBuilder {
    /// An empty timeline.
    pub fn new(servers: usize, bin: Span) -> TimelineBuilder {
        TimelineBuilder {
            timeline: Timeline {
                bin,
                commits: Vec::new(),
                lag: vec![Vec::new(); servers],
                semi_sync: Vec::new(),
                writable: Vec::new(),
                alone: Vec::new(),
                marks: Vec::new(),
            },
            acknowledged_before: 0,
        }
    }

    /// Marks something that happened.
    pub fn mark(&mut self, now: Moment, text: String) {
        self.timeline.marks.push((now.since_start(), text));
    }

    /// Closes every bin that ends up to now.
    pub fn sample(&mut self, now: Moment, world: &World, acknowledged: u64) {
        while (self.timeline.commits.len() as u64 + 1) * self.timeline.bin.0 <= now.since_start().0
        {
            let timeline = &mut self.timeline;
            let commits = acknowledged - self.acknowledged_before;
            self.acknowledged_before = acknowledged;
            timeline.commits.push(commits as u32);
            let serving = world.serving.filter(|&id| world.server(id).is_up());
            for server in &world.servers {
                let lag = match serving {
                    Some(master) if server.is_up() => transactions_behind(world, master, server.id),
                    None if server.is_up() => {
                        Some(server.replica.relay.end() - server.replica.applied)
                    }
                    _ => None,
                };
                timeline.lag[usize::from(server.id.0)].push(lag);
            }
            let semi_sync = serving
                .map(|id| &world.server(id).semi_sync)
                .filter(|semi_sync| semi_sync.enabled);
            timeline
                .semi_sync
                .push(semi_sync.map(|semi_sync| semi_sync.on));
            timeline.alone.push(serving.map(|id| only_here(world, id)));
            timeline
                .writable
                .push(commits > 0 || serving.is_some_and(|id| accepts_writes(world, id)));
        }
    }

    /// The timeline.
    pub fn finish(self) -> Timeline {
        self.timeline
    }
}

/// Transactions that a master has committed and no replica of it has received, whether it runs or not.
fn only_here(world: &World, master: ServerId) -> u64 {
    let replicas = world.servers.iter().map(|server| &server.replica);
    let received = replicas
        .filter(|replica| replica.upstream == Some(master))
        .map(|replica| replica.read_position.index);
    let committed = world.server(master).committed;
    committed.saturating_sub(received.max().unwrap_or(0))
}

/// Whether a master takes a write and will answer it without waiting for a time-out.
fn accepts_writes(world: &World, id: ServerId) -> bool {
    let server = world.server(id);
    let acknowledges = |replica: &ServerId| {
        let link = world.link(*replica);
        let reached = world.answers_to(End::Server(id), *replica);
        link.semi_sync && link.dump.on == Some(id) && reached
    };
    let waits = server.semi_sync.enabled && server.semi_sync.on;
    let needs_nobody = !server.variables.wait_no_slave && server.semi_sync.clients == 0;
    let needed = usize::from(server.variables.wait_for_slave_count);
    let stalls = waits && !needs_nobody && world.server_ids().filter(acknowledges).count() < needed;
    world.can_be_written_to(id) && !stalls
}
