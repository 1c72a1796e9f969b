//! How busy everything is over the window, and what arrives there, is served, and is left.

use super::levels::transactions_behind;
use crate::engine::{Gauges, Moment};
use crate::plan::Plan;
use crate::protocol::effect::{Direction, Input, LaneId, Worker};
use crate::protocol::ids::{ServerId, Span};
use crate::protocol::world::World;

/// What can be busy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Resource {
    Cores(usize),
    Disk(usize),
    IoThread(ServerId),
    Applier(ServerId),
    DumpThread(ServerId),
    AckReceiver(ServerId),
    Link(LaneId),
}

/// A flow over the window: what came, what was done, and what had come and was not done when the window ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flow {
    /// What came.
    pub arrived: u64,
    /// What was done.
    pub served: u64,
    /// What was left.
    pub left: u64,
}

/// How busy everything was over the window.
#[derive(Clone, Debug, Default)]
pub struct Load {
    /// The time between the first and the last look.
    pub watched: Span,
    /// By name, in the order of the plan: the share of its time that it was busy.
    pub busy: Vec<(String, f64)>,
    /// Transactions that arrived for the clients' sessions (open loop).
    pub queue: Option<Flow>,
    /// By server: what the master committed and this replica applied; nothing for a server that replicates from nobody.
    pub replicas: Vec<Option<Flow>>,
}

/// Transactions of a replica that its workers have, over time.
#[derive(Clone, Copy, Debug, Default)]
struct Level {
    now: u64,
    since: Moment,
    area: u64,
}

impl Level {
    fn set(&mut self, now: Moment, level: u64) {
        self.area += self.now * (now - self.since).0;
        (self.now, self.since) = (level, now);
    }
}

/// A counter at the ends of the window.
#[derive(Clone, Copy, Debug, Default)]
struct Ends {
    from: u64,
    to: u64,
}

/// Watches a run.
#[derive(Clone, Debug)]
pub struct Loads {
    resources: Vec<(Resource, Ends)>,
    window: (Moment, Moment),
    appliers: Vec<Level>,
    arrived: Ends,
    waiting: Ends,
    /// By server: what the master has committed, and what this one has.
    replicas: Vec<Option<(Ends, Ends)>>,
}

/// How much of it there is: what it does at once when it is busy.
fn size(plan: &Plan, of: Resource) -> u32 {
    match of {
        Resource::Cores(host) => plan.hosts[host].cores,
        Resource::Disk(host) => plan.hosts[host].disk_queue,
        Resource::Applier(server) => {
            let server = &plan.cluster.servers[usize::from(server.0)];
            u32::from(server.variables.workers.max(1))
        }
        Resource::IoThread(_)
        | Resource::DumpThread(_)
        | Resource::AckReceiver(_)
        | Resource::Link(_) => 1,
    }
}

/// What it is called.
fn name(plan: &Plan, of: Resource) -> String {
    let server = |id: ServerId| plan.servers[usize::from(id.0)].name.as_str();
    match of {
        Resource::Cores(host) => format!("cores of {}", plan.hosts[host].name),
        Resource::Disk(host) => format!("disk of {}", plan.hosts[host].name),
        Resource::IoThread(id) => format!("IO thread of {}", server(id)),
        Resource::Applier(id) => match size(plan, of) {
            1 => format!("SQL thread of {}", server(id)),
            workers => format!("{workers} workers of {}", server(id)),
        },
        Resource::DumpThread(id) => format!("dump thread for {}", server(id)),
        Resource::AckReceiver(id) => format!("acknowledgement receiver of {}", server(id)),
        Resource::Link(LaneId { replica, direction }) => match direction {
            Direction::Events => format!("network to {}", server(replica)),
            Direction::Acks => format!("network from {}", server(replica)),
        },
    }
}

/// Everything of a plan that can be busy.
fn resources(plan: &Plan) -> Vec<Resource> {
    let hosts = (0..plan.hosts.len()).flat_map(|at| [Resource::Cores(at), Resource::Disk(at)]);
    let mut all: Vec<Resource> = hosts.collect();
    all.push(Resource::AckReceiver(plan.cluster.master));
    for (at, server) in plan.cluster.servers.iter().enumerate() {
        let Some(upstream) = server.upstream else {
            continue;
        };
        let id = ServerId(at as u8);
        all.extend([
            Resource::DumpThread(id),
            Resource::IoThread(id),
            Resource::Applier(id),
        ]);
        for (direction, from, to) in [
            (Direction::Events, usize::from(upstream.0), at),
            (Direction::Acks, at, usize::from(upstream.0)),
        ] {
            if plan.paths[from][to].bandwidth > 0 {
                let replica = id;
                all.push(Resource::Link(LaneId { replica, direction }));
            }
        }
    }
    all
}

impl Loads {
    /// Watches a run of this plan.
    pub fn new(plan: &Plan) -> Loads {
        let resources = resources(plan);
        let servers = &plan.cluster.servers;
        let replica = |upstream: Option<ServerId>| upstream.map(|_| Default::default());
        Loads {
            resources: resources
                .into_iter()
                .map(|of| (of, Ends::default()))
                .collect(),
            window: (Moment::START, Moment::START),
            appliers: vec![Level::default(); servers.len()],
            arrived: Ends::default(),
            waiting: Ends::default(),
            replicas: servers
                .iter()
                .map(|server| replica(server.upstream))
                .collect(),
        }
    }

    fn look(&mut self, now: Moment, world: &World, id: ServerId) {
        let replica = &world.server(id).replica;
        // Workers commit in order: whoever was given a transaction that is not committed has it.
        let level = replica.scheduled.saturating_sub(replica.applied);
        let known = &mut self.appliers[usize::from(id.0)];
        if known.now != level {
            known.set(now, level);
        }
    }

    /// The core has handled an input: workers may have got or ended a transaction.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the others are looked at with the next sample"
    )]
    pub fn stepped(&mut self, now: Moment, input: Input, world: &World) {
        match input {
            Input::Worked(Worker::Applier(id, _) | Worker::Io(id) | Worker::AckReceiver(id))
            | Input::Synced(id, _) => self.look(now, world, id),
            _ => {}
        }
    }

    /// Takes a sample: the first one in the window begins it, and the last one ends it.
    pub fn sample(&mut self, now: Moment, world: &World, gauges: &Gauges, is_first: bool) {
        for id in world.server_ids() {
            self.look(now, world, id);
        }
        self.window.1 = now;
        let set = |ends: &mut Ends, value: u64| {
            ends.to = value;
            if is_first {
                ends.from = value;
            }
        };
        if is_first {
            self.window.0 = now;
        }
        for (of, ends) in &mut self.resources {
            let value = match *of {
                Resource::Cores(host) => gauges.cores(host),
                Resource::Disk(host) => gauges.disk(host),
                Resource::IoThread(id) => gauges.io_thread(id),
                Resource::Applier(id) => {
                    let level = &mut self.appliers[usize::from(id.0)];
                    level.set(now, level.now);
                    level.area
                }
                Resource::DumpThread(id) => gauges.thread(Worker::Dump(id)),
                Resource::AckReceiver(id) => gauges.thread(Worker::AckReceiver(id)),
                Resource::Link(lane) => gauges.link(lane),
            };
            set(ends, value);
        }
        set(&mut self.arrived, gauges.arrived);
        set(&mut self.waiting, gauges.waiting);
        let Some(master) = world.serving else { return };
        for id in world.server_ids() {
            let behind = transactions_behind(world, master, id);
            if let (Some(behind), Some((made, done))) =
                (behind, &mut self.replicas[usize::from(id.0)])
            {
                let committed = world.server(master).committed;
                set(made, committed);
                set(done, committed - behind);
            }
        }
    }

    /// The window is over.
    pub fn finish(&self, plan: &Plan) -> Load {
        let watched = self.window.1 - self.window.0;
        let share = |(of, ends): &(Resource, Ends)| {
            let whole = watched.0 as f64 * f64::from(size(plan, *of));
            // A journal goes beyond the disk's queue, and a proxy beside idle cores beyond them.
            let share = match watched {
                Span(0) => 0.0,
                _ => (ends.to.saturating_sub(ends.from) as f64 / whole).min(1.0),
            };
            (name(plan, *of), share)
        };
        let during = |ends: Ends| ends.to.saturating_sub(ends.from);
        let arrived = during(self.arrived);
        let queue = Flow {
            arrived,
            served: (arrived + self.waiting.from).saturating_sub(self.waiting.to),
            left: self.waiting.to,
        };
        let flow = |(made, done): &(Ends, Ends)| Flow {
            arrived: during(*made),
            served: during(*done),
            left: made.to.saturating_sub(done.to),
        };
        Load {
            watched,
            busy: self.resources.iter().map(share).collect(),
            queue: (plan.pools() > 0).then_some(queue),
            replicas: (self.replicas.iter())
                .map(|ends| ends.as_ref().map(flow))
                .collect(),
        }
    }

    /// The share of its host's cores that a server's are busy.
    pub fn cores(load: &Load, plan: &Plan, server: ServerId) -> f64 {
        load.busy[2 * plan.servers[usize::from(server.0)].host].1
    }
}
