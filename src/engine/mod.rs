//! The timed driver: gives the core's effects a duration and returns them as inputs, in the order of simulated time.

pub mod agenda;
mod clients;
mod cores;
mod desk;
mod disks;
mod faults;
mod gauges;
mod journal;
mod moment;
mod network;
mod observer;
mod pool;
mod readers;
pub mod slots;
mod timers;
mod to_its_end;

pub use gauges::Gauges;
pub use moment::Moment;
pub use observer::{Decider, Observer, Submission, Verdict};

use crate::plan::Plan;
use crate::protocol::by_id::ById;
use crate::protocol::commit::{Committer, Phase};
use crate::protocol::crash::Crash;
use crate::protocol::effect::{Effect, Input, Worker};
use crate::protocol::fact::{Fact, Outcome};
use crate::protocol::ids::{ServerId, SessionId, Span};
use crate::protocol::rows::Rows;
use crate::protocol::world::{Out, World};
use crate::random::Stream;
use agenda::Agenda;
use clients::Clients;
use cores::Machines;
use desk::Desk;
use network::{Carries, Network};
use pool::Pool;
use slots::{Layout, Slot};

/// One run of one plan.
#[derive(Clone)]
pub struct Simulation<'plan> {
    plan: &'plan Plan,
    /// The cluster.
    pub world: World,
    /// Effects under way, and the servers' counters.
    pub out: Out,
    now: Moment,
    agenda: Agenda,
    layout: Layout,
    machines: Machines,
    network: Network,
    clients: Clients,
    manager_delays: Stream,
    /// Delays of connecting, of repointing and of fencing itself, by server.
    server_delays: Vec<[Stream; 3]>,
    fault_draws: Vec<Stream>,
    /// When each master's acknowledgement receiver began to poll.
    polled: ById<ServerId, Moment>,
    events: u64,
    sample_every: Span,
}

impl<'plan> Simulation<'plan> {
    /// A run at time 0: everything is about to connect and to start.
    pub fn new(plan: &'plan Plan, seed: u64, run: u64, sample_every: Span) -> Simulation<'plan> {
        let cluster = &plan.cluster;
        let layout = Layout::new(
            plan.faults.len(),
            cluster.servers.len(),
            plan.hosts.len(),
            usize::from(cluster.sessions + cluster.spare_sessions),
            usize::from(cluster.readers),
            usize::from(plan.most_workers()),
            plan.pools(),
        );
        let mut simulation = Simulation {
            plan,
            world: World::new(cluster),
            out: Out::new(cluster.servers.len()),
            now: Moment::START,
            agenda: Agenda::new(layout.slots()),
            layout,
            machines: Machines::new(plan, &layout, seed, run),
            network: Network::new(plan, seed, run),
            clients: Clients::new(plan, seed, run),
            manager_delays: Stream::new(seed, run, "manager", "delays"),
            server_delays: plan
                .servers
                .iter()
                .map(|server| {
                    ["connect", "repoint", "fence"]
                        .map(|purpose| Stream::new(seed, run, &server.name, purpose))
                })
                .collect(),
            fault_draws: (0..plan.faults.len())
                .map(|fault| Stream::new(seed, run, &format!("fault-{}", fault + 1), "moments"))
                .collect(),
            polled: vec![Moment::START; plan.servers.len()].into(),
            events: 0,
            sample_every,
        };
        simulation.begin();
        simulation
    }

    fn begin(&mut self) {
        for fault in 0..self.plan.faults.len() {
            let at = self.plan.faults[fault]
                .at
                .sample(self.fault_draws[fault].next());
            self.set(Slot::Fault(fault, 0), Moment::after(Span(at)));
        }
        for id in self.world.server_ids() {
            let writeback = self.plan.hosts[self.plan.servers[usize::from(id.0)].host].writeback;
            self.set(Slot::Writeback(id), self.now + writeback);
        }
        self.set(Slot::Sample, self.now + self.sample_every);
        self.world.start(&mut self.out);
        self.start_clients();
    }

    /// Something happens at this moment, instead of the one that it had.
    fn set(&mut self, slot: Slot, at: Moment) {
        self.agenda.set(self.layout.index(slot), at);
    }

    /// Simulated time.
    pub fn now(&self) -> Moment {
        self.now
    }

    /// Events handled.
    pub fn events(&self) -> u64 {
        self.events
    }

    /// Sum of one-way times (ns) of event packets that arrived, and their number.
    pub fn one_way(&self) -> (u128, u64) {
        self.network.one_way
    }

    /// Runs until the moment of the next event is later than `until`, or until the observer has seen enough. The clock
    /// stops before the agenda's horizon.
    pub fn run_until<O: Decider>(&mut self, until: Moment, observer: &mut O) {
        let until = until.min(self.agenda.last_time());
        self.handle_effects(observer);
        while let Some((slot, time)) = self.agenda.peek() {
            if time > until {
                break;
            }
            self.agenda.clear(slot);
            self.now = time;
            self.events += 1;
            self.fire(self.layout.slot(slot), slot, observer);
            self.handle_effects(observer);
            if observer.has_seen_enough() {
                return;
            }
        }
        self.now = self.now.max(until);
    }

    /// The moment of the next event.
    pub fn next_at<O: Observer>(&mut self, observer: &mut O) -> Option<Moment> {
        self.handle_effects(observer);
        self.agenda.peek().map(|(_, time)| time)
    }

    /// A worker is done; if it has executed something, the observer says whether its rows fit.
    fn judged<O: Decider>(&self, worker: Worker, observer: &mut O) -> Input {
        let who = match worker {
            Worker::Session(id) => Committer::Session(id),
            Worker::Applier(id, number) => Committer::Applier(id, number),
            Worker::Io(_) | Worker::Dump(_) | Worker::AckReceiver(_) => {
                return Input::Worked(worker);
            }
        };
        if self.world.commit(who).phase != Phase::Execute {
            return Input::Worked(worker);
        }
        match (observer.judge(self.now, who, &self.world), who) {
            (Verdict::Fits, _) => Input::Worked(worker),
            (Verdict::Nothing, Committer::Session(id)) => Input::EndStatement(id, Outcome::Ok),
            (_, Committer::Session(id)) => Input::EndStatement(id, Outcome::Refused),
            (Verdict::Skipped, Committer::Applier(id, number)) => {
                Input::SkipTransaction(id, number)
            }
            (Verdict::NotYet, Committer::Applier(id, number)) => Input::StopsBefore(id, number),
            (_, Committer::Applier(id, number)) => Input::ApplyFails(id, number),
        }
    }

    /// Feeds one input to the core, as lessons and tests do.
    pub fn input<O: Observer>(&mut self, input: Input, observer: &mut O) {
        self.step(input, observer);
        self.handle_effects(observer);
    }

    /// A client types a statement; it needs these rows for itself (`Arrivals::ByHand`).
    pub fn submit<O: Observer>(&mut self, id: SessionId, rows: Rows, observer: &mut O) {
        self.step(Input::Writes(id, rows), observer);
        self.submit_at(id, self.now, self.now);
    }

    fn step<O: Observer>(&mut self, input: Input, observer: &mut O) {
        observer.input(self.now, input, &self.world);
        self.world.step(input, &mut self.out);
        observer.stepped(self.now, input, &self.world);
    }

    /// The engine's parts, borrowed apart: what they work with, cores and disks, the network, the cluster.
    fn parts(&mut self) -> (Desk<'_>, &mut Machines, &mut Network, &World) {
        let desk = Desk {
            plan: self.plan,
            layout: &self.layout,
            agenda: &mut self.agenda,
            now: self.now,
        };
        (desk, &mut self.machines, &mut self.network, &self.world)
    }

    fn fire<O: Decider>(&mut self, slot: Slot, index: usize, observer: &mut O) {
        let (plan, now) = (self.plan, self.now);
        match slot {
            Slot::Work(worker) => {
                self.machines.worked(index, now);
                let input = self.judged(worker, observer);
                self.step(input, observer);
            }
            Slot::Fsync(server, file) => {
                let (mut desk, machines, ..) = self.parts();
                if machines.fsync_moves(&mut desk, server, file) {
                    self.step(Input::Synced(server, file), observer);
                }
            }
            Slot::Journal(host) => {
                let (mut desk, machines, ..) = self.parts();
                if machines.journal_moves(&mut desk, host) {
                    while let Some((server, file)) = self.machines.journaled(host, now) {
                        self.step(Input::Synced(server, file), observer);
                    }
                }
            }
            Slot::Depart(lane) => {
                if self.network.window_is_used_up(lane) {
                    return self.step(Input::Stuck(lane), observer);
                }
                self.step(Input::Departed(lane), observer);
                let (mut desk, machines, network, world) = self.parts();
                if let Some(proxy) = network.departed(&mut desk, world, lane) {
                    machines.pass_on(&mut desk, proxy);
                }
            }
            Slot::Arrive(lane) => {
                let (mut desk, _, network, _) = self.parts();
                network.arrived(&mut desk, lane);
                self.step(Input::Arrived(lane), observer);
            }
            Slot::GivesUp(lane) => self.step(Input::GivenUp(lane), observer),
            Slot::Client(id) => self.client_moves(id, index, observer),
            Slot::ClientTimeout(id) => self.step(Input::ClientTimeout(id), observer),
            Slot::Timer(timer) => self.step(Input::Fired(timer), observer),
            Slot::Arrival(pool) => self.arrives(pool),
            Slot::Reader(reader) => self.reader_moves(reader, index, observer),
            Slot::Fault(fault, moment) => self.fault_moves(fault, moment, observer),
            Slot::Writeback(id) => {
                let writeback = plan.hosts[plan.servers[usize::from(id.0)].host].writeback;
                self.agenda.set(index, now + writeback);
                self.step(Input::Writeback(id), observer);
            }
            Slot::Sample => {
                self.agenda.set(index, now + self.sample_every);
                for pool in &mut self.clients.pools {
                    pool.look(now);
                }
                observer.sample(now, &self.world, &self.gauges());
            }
        }
    }

    /// What machines, network and clients show now; of the open loop what they showed at the last look.
    pub fn gauges(&self) -> Gauges<'_> {
        let pools = &self.clients.pools;
        Gauges {
            now: self.now,
            arrived: pools.iter().map(Pool::arrived).sum(),
            waiting: pools.iter().map(Pool::waiting).sum(),
            layout: &self.layout,
            machines: &self.machines,
            network: &self.network,
        }
    }

    fn handle_effects<O: Observer>(&mut self, observer: &mut O) {
        let mut at = 0;
        while at < self.out.effects.len() {
            let effect = self.out.effects[at];
            at += 1;
            self.handle(effect, observer);
        }
        self.out.effects.clear();
        let (mut desk, machines, ..) = self.parts();
        machines.release(&mut desk);
    }

    fn handle<O: Observer>(&mut self, effect: Effect, observer: &mut O) {
        let (mut desk, machines, network, world) = self.parts();
        let desk = &mut desk;
        match effect {
            Effect::Work {
                worker,
                server,
                step,
                amount,
            } => {
                let slot = desk.layout.index(Slot::Work(worker));
                machines.work(desk, slot, server, step, amount);
            }
            Effect::Abandon(worker) => {
                let slot = desk.layout.index(Slot::Work(worker));
                machines.abandon(desk, slot);
            }
            Effect::Fsync(server, file) => machines.fsync(desk, server, file),
            Effect::WriteRedo(server) => machines.write_redo(desk, server),
            Effect::AbandonFsyncs(server) => machines.abandon_fsyncs(desk, server),
            Effect::Transmit(lane, bytes) => network.transmit(desk, world, lane, bytes),
            Effect::Cut { lane, lost } => {
                let arrivals = network.cut(desk, world, lane, lost);
                if !arrivals.is_empty() {
                    observer.lost(self.now, lane, &arrivals);
                }
            }
            Effect::Stick(lane) => network.stick(desk, world, lane),
            Effect::Window(lane) => network.shut_window(desk.plan, lane),
            Effect::StickClient(id) => self.client_is_stuck(id),
            Effect::UnstickClient(id) => self.client_is_unstuck(id),
            Effect::Unstick(lane) => network.unstick(desk, lane),
            Effect::Disarm(timer) => desk.agenda.clear(desk.layout.index(Slot::Timer(timer))),
            Effect::Answer(id) => {
                let server = world.sessions[id].server;
                let delay = network.client_delay(desk.plan, desk.now, id, server, Carries::Answer);
                self.answer_leaves(id, delay);
            }
            Effect::Arm(timer, after) => self.arm(timer, self.now, after),
            Effect::Silence(replica, after) => self.hears_nothing(replica, after),
            Effect::Poll(server) => self.polled[server] = self.now,
            Effect::AwaitPoll(server) => self.await_poll(server),
            Effect::Expect(timer) => self.expect(timer),
            Effect::LoseAnswer(id) => self.answer_lost(id),
            Effect::Note(fact) => self.noted(fact, observer),
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "a fold counts only these")]
    fn noted<O: Observer>(&mut self, fact: Fact, observer: &mut O) {
        if let Fact::Answered {
            session,
            outcome,
            gtid,
        } = fact
        {
            self.client_learns(session, outcome, gtid, observer);
            return;
        }
        observer.note(self.now, &fact, &self.world);
        match fact {
            Fact::Promoted { .. } | Fact::Restarted { .. } | Fact::Reachable { yes: true, .. } => {
                self.wake_clients()
            }
            Fact::Crashed { server, .. }
            | Fact::ShutsDown { server }
            | Fact::Reachable { server, yes: false }
                if self.world.serving == Some(server) =>
            {
                self.clients.lose_master()
            }
            _ => {}
        }
        if let Fact::Crashed {
            server,
            crash: Crash::Shutdown,
        } = fact
        {
            self.was_shut_down(server, observer);
        }
    }
}
