//! Watches one run and turns it into a `RunOutcome`.

use super::catch_up::CatchUps;
use super::exposure::{Exposure, Steps};
use super::ledger::Book;
use super::levels::{Lag, TimelineBuilder};
use super::load::Loads;
use super::outcome::{Behind, RunOutcome, ServerOutcome};
use super::sends::Sends;
use super::sides::Sides;
use super::status::SemiSyncTimes;
use super::writes::WritesTimes;
use crate::engine::{Decider, Gauges, Moment, Observer, Simulation, Submission};
use crate::plan::Plan;
use crate::protocol::by_id::ById;
use crate::protocol::effect::Input;
use crate::protocol::fact::{Fact, Outcome, Writes};
use crate::protocol::ids::{Gtid, SessionId, Span};
use crate::protocol::world::World;
use hdrhistogram::Histogram;

/// Clients that wait for an answer, any answer, longer than this (and longer than `UNUSUAL` times the usual) have no writes.
pub const OUTAGE: Span = Span::millis(100);
/// How many times the 99 % quantile of the commit latency is out of the ordinary.
const UNUSUAL: u64 = 5;

/// Pieces of the time between warm-up and end whose exposure is kept apart.
const PIECES: u64 = 120;

/// Longest latency that the histograms tell apart.
const LONGEST: u64 = 3_600_000_000_000;

/// The folds of one run.
#[derive(Clone, Debug)]
pub struct Recorder<'plan> {
    plan: &'plan Plan,
    book: Book,
    latency: Histogram<u64>,
    latency_after: Histogram<u64>,
    window: (Moment, Moment),
    window_acknowledged: u64,
    loads: Loads,
    groups: (u64, u64),
    lag: Lag,
    last_answer: Moment,
    /// Since when each session wants something written that was not acknowledged.
    wanting_since: ById<SessionId, Option<Moment>>,
    write_unavailable: Span,
    master_died: Option<Moment>,
    failover_time: Option<Span>,
    semi_sync: SemiSyncTimes,
    writes: WritesTimes,
    catch_ups: CatchUps,
    sides: Sides,
    sends: Sends,
    exposure: Exposure,
    timeline: Option<TimelineBuilder>,
}

impl<'plan> Recorder<'plan> {
    /// Watches a run of this plan; with a timeline if asked.
    pub fn new(plan: &'plan Plan, timeline: Option<Span>) -> Recorder<'plan> {
        let servers = plan.servers.len();
        let sessions = usize::from(plan.cluster.sessions + plan.cluster.spare_sessions);
        let histogram = || {
            let mut histogram =
                Histogram::new_with_bounds(1, LONGEST, 3).expect("constant bounds are valid");
            histogram.auto(true);
            histogram
        };
        let steps = match timeline {
            Some(_) => Steps::Kept,
            None => Steps::Dropped,
        };
        Recorder {
            plan,
            book: Book::new(servers, sessions),
            latency: histogram(),
            latency_after: histogram(),
            window: (Moment::after(plan.warm_up), Moment::after(plan.duration)),
            window_acknowledged: 0,
            loads: Loads::new(plan),
            groups: (0, 0),
            lag: Lag::new(servers),
            last_answer: Moment::START,
            wanting_since: vec![None; sessions].into(),
            write_unavailable: Span(0),
            master_died: None,
            failover_time: None,
            semi_sync: SemiSyncTimes::new(plan),
            writes: WritesTimes::new(),
            catch_ups: CatchUps::new(servers),
            sides: Sides::new(servers),
            sends: Sends::new(sessions),
            exposure: Exposure::new(plan, PIECES, steps),
            timeline: timeline.map(|bin| TimelineBuilder::new(servers, bin)),
        }
    }

    fn in_window(&self, now: Moment) -> bool {
        (self.window.0..self.window.1).contains(&now)
    }

    fn close_window(&mut self, now: Moment) {
        self.window.1 = self.window.1.min(now.max(self.window.0));
    }

    /// Somebody got an answer, or the run is over: were the clients without writes until now?
    fn gap_ends(&mut self, now: Moment) {
        let last = std::mem::replace(&mut self.last_answer, now);
        // Before the first commit of the window nobody knows what is usual.
        if now - last <= OUTAGE || last == Moment::START || self.latency.is_empty() {
            return;
        }
        let Some(&wanting) = self.wanting_since.iter().flatten().min() else {
            return;
        };
        let gap = now.since(wanting.max(last));
        let usual = self.latency.value_at_quantile(0.99);
        if gap > OUTAGE.max(Span(UNUSUAL * usual)) {
            self.write_unavailable.0 += gap.0;
        }
    }

    fn mark(&mut self, now: Moment, text: impl FnOnce(&Plan) -> String) {
        let plan = self.plan;
        if let Some(timeline) = &mut self.timeline {
            timeline.mark(now, text(plan));
        }
    }

    /// The run is over; the simulation has settled.
    pub fn finish(mut self, simulation: &Simulation) -> RunOutcome {
        let now = simulation.now();
        let world = &simulation.world;
        self.close_window(now);
        self.gap_ends(now);
        self.semi_sync.finish(now);
        let window = self.window.1 - self.window.0;
        let load = self.loads.finish(self.plan);
        let servers = world
            .server_ids()
            .map(|id| {
                let lag = self.lag.mean(id);
                let cpu = Loads::cores(&load, self.plan, id);
                let counters = self
                    .semi_sync
                    .counters(id, world, &simulation.out.counters[id]);
                ServerOutcome {
                    server: id,
                    lag: lag.map(|(transactions, seconds)| Behind {
                        transactions,
                        seconds,
                    }),
                    cpu,
                    counters,
                }
            })
            .collect();
        let (catch_up, not_caught_up) = self.catch_ups.finish();
        let mut send = self.sends.timing;
        (send.one_way, send.packets) = simulation.one_way();
        RunOutcome {
            ledger: self.book.close(world, self.plan.cluster.master),
            write_unavailable: self.write_unavailable,
            failover_time: self.failover_time,
            semi_sync_off: self.semi_sync.off,
            catch_up,
            not_caught_up,
            kept_writes: self.writes.finish(now),
            split: self.sides.finish(now, world),
            window_acknowledged: self.window_acknowledged,
            load,
            window,
            groups: self.groups.0,
            grouped_transactions: self.groups.1,
            latency: self.latency,
            latency_after: self.latency_after,
            servers,
            send,
            exposed: self.exposure.finish(now),
            broken: None,
            timeline: self.timeline.map(TimelineBuilder::finish),
            events: simulation.events(),
            simulated: now.since_start(),
        }
    }
}

impl Observer for Recorder<'_> {
    #[expect(clippy::wildcard_enum_match_arm, reason = "a fold counts only these")]
    fn note(&mut self, now: Moment, fact: &Fact, world: &World) {
        self.book.note(fact, world);
        self.semi_sync.note(now, fact, world);
        self.writes.note(now, fact);
        self.catch_ups.note(now, fact);
        self.sides.note(now, fact, world);
        self.exposure.note(now, fact, world);
        match *fact {
            Fact::Group { server, size }
                if world.serving == Some(server) && self.in_window(now) =>
            {
                self.groups.0 += 1;
                self.groups.1 += u64::from(size);
            }
            Fact::Logged {
                index,
                session: Some(session),
                ..
            } => self.sends.index[session] = Some(index),
            Fact::Sent { index, .. } if now < self.window.1 => self.sends.sent(now, index),
            Fact::Crashed { server, crash } => {
                if world.serving == Some(server) {
                    self.master_died.get_or_insert(now);
                }
                self.mark(now, |plan| {
                    format!(
                        "{} {}",
                        plan.servers[usize::from(server.0)].name,
                        crash.died()
                    )
                });
            }
            Fact::ShutsDown { server } if world.serving == Some(server) => {
                self.master_died.get_or_insert(now);
            }
            Fact::Reachable { server, yes } => {
                if !yes && world.serving == Some(server) {
                    self.master_died.get_or_insert(now);
                }
                if yes {
                    self.mark(now, |plan| {
                        format!(
                            "{} reachable again",
                            plan.servers[usize::from(server.0)].name
                        )
                    });
                }
            }
            Fact::Fenced { server, yes } => self.mark(now, |plan| {
                let name = &plan.servers[usize::from(server.0)].name;
                let what = if yes { "read-only" } else { "writes again" };
                format!("{name} {what}")
            }),
            Fact::Restarted { server } => self.mark(now, |plan| {
                format!("{} is back", plan.servers[usize::from(server.0)].name)
            }),
            Fact::Writes { writes, .. } => self.mark(now, |_| {
                match writes {
                    Writes::On => "writes on",
                    Writes::Off => "writes off",
                    Writes::Exposed => "writes on, asynchronous",
                    Writes::CatchingUp => "writes off, replica catches up",
                }
                .to_owned()
            }),
            Fact::Detected => self.mark(now, |_| "manager: master is dead".to_owned()),
            Fact::FailoverFailed => self.mark(now, |_| "manager: nobody to promote".to_owned()),
            Fact::Promoted { server } => {
                self.failover_time = self
                    .failover_time
                    .or(self.master_died.map(|died| now - died));
                self.mark(now, |plan| {
                    format!("{} promoted", plan.servers[usize::from(server.0)].name)
                });
            }
            _ => {}
        }
    }

    fn answered(
        &mut self,
        now: Moment,
        start: Moment,
        session: SessionId,
        outcome: Outcome,
        gtid: Option<Gtid>,
    ) {
        self.book.answered(session, outcome, gtid);
        self.exposure.answered(now, session, outcome);
        self.writes.answered(outcome);
        let index = self.sends.index[session].take();
        if outcome != Outcome::Ok {
            return;
        }
        self.gap_ends(now);
        self.wanting_since[session] = None;
        let latency = (now - start).0;
        if self.in_window(now) {
            self.window_acknowledged += 1;
            self.latency.saturating_record(latency);
            if let Some(index) = index {
                self.sends.ok(now, index);
            }
        } else if now >= self.window.1 {
            self.latency_after.saturating_record(latency);
        }
    }

    fn submitted(&mut self, now: Moment, session: SessionId, submission: Submission) {
        self.wanting_since[session].get_or_insert(now);
        self.book.submitted(session, submission);
    }

    fn moved(&mut self, from: SessionId, to: SessionId) {
        self.wanting_since.swap(from, to);
        self.book.moved(from, to);
        self.exposure.moved(from, to);
    }

    fn sample(&mut self, now: Moment, world: &World, gauges: &Gauges) {
        if let Some(master) = world.serving.filter(|&id| world.server(id).is_up()) {
            let committed = world.server(master).committed;
            self.lag.master_is_at(now, committed);
            if self.in_window(now) {
                self.lag.sample(now, world, master);
            }
            self.catch_ups.sample(now, world, master);
        }
        self.semi_sync.sample(world);
        if now <= self.window.1 {
            let is_first = now <= self.window.0;
            self.loads.sample(now, world, gauges, is_first);
        }
        if let Some(timeline) = &mut self.timeline {
            timeline.sample(now, world, self.book.acknowledged());
        }
    }

    fn input(&mut self, now: Moment, input: Input, world: &World) {
        self.catch_ups.input(now, input, world);
        self.exposure.input(now, input, world);
    }

    fn stepped(&mut self, now: Moment, input: Input, world: &World) {
        self.exposure.stepped(now, input, world);
        self.sides.stepped(now, input, world);
        self.loads.stepped(now, input, world);
    }

    fn fault(&mut self, now: Moment, fault: usize) {
        self.close_window(now);
        if let Some(text) = self.plan.faults[fault].kind.name(self.plan) {
            self.mark(now, |_| text);
        }
    }
}

impl Decider for Recorder<'_> {}
