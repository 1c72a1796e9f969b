//! An observer that checks what must hold at every moment, and counts what clients learn.
#![allow(dead_code)]

use super::support::{MS, US};
use replsim::engine::{Decider, Gauges, Moment, Observer, Simulation, Submission};
use replsim::measure::laws::Laws;
use replsim::plan::Plan;
use replsim::protocol::effect::Input;
use replsim::protocol::fact::{Fact, Outcome};
use replsim::protocol::ids::{Gtid, SessionId, Span};
use replsim::protocol::partition::End;
use replsim::protocol::world::World;
use std::collections::{HashMap, HashSet};

/// Checks what must hold at every moment, and counts what clients learn.
pub struct Watch {
    laws: Laws,
    pub answers: HashMap<Outcome, u64>,
    pub ok: HashSet<Gtid>,
    pub not_ok: HashSet<Gtid>,
    pub submitted: u64,
    pub last_ok: u64,
    pub visible: u64,
    pub logged: u64,
    problem: Option<String>,
}

impl Watch {
    /// Watches run 0 of this plan with this seed.
    pub fn of(plan: &Plan, seed: u64) -> Watch {
        Watch {
            laws: Laws::new(plan, seed, 0),
            answers: HashMap::new(),
            ok: HashSet::new(),
            not_ok: HashSet::new(),
            submitted: 0,
            last_ok: 0,
            visible: 0,
            logged: 0,
            problem: None,
        }
    }

    /// The first thing that was wrong.
    pub fn problem(&self) -> Option<String> {
        let broken = self.laws.broken().map(ToString::to_string);
        broken.or_else(|| self.problem.clone())
    }

    fn is_wrong(&mut self, now: Moment, text: impl FnOnce() -> String) {
        if self.problem.is_none() {
            self.problem = Some(format!("{} us: {}", now.since_start().0 / US, text()));
        }
    }
}

/// The levels of every server, to be read by people.
pub fn levels(world: &World) -> String {
    world
        .servers
        .iter()
        .map(|server| {
            format!(
                "\n  {:?} {:?} written {} synced {} published {} committed {} relay {}/{}/{} of {:?} ({}, {:?}) semi-sync {}/{} clients {}",
                server.id,
                server.life,
                server.history.end(),
                server.binlog_synced,
                server.published,
                server.committed,
                server.replica.relay.end(),
                server.replica.relay_synced,
                server.replica.applied,
                server.replica.upstream,
                server.replica.connected,
                server.replica
                    .workers
                    .iter()
                    .map(|task| (task.index, task.commit.phase))
                    .collect::<Vec<_>>(),
                server.semi_sync.enabled,
                server.semi_sync.on,
                server.semi_sync.clients,
            )
        })
        .collect::<String>()
        + &format!("\n  serving {:?}, manager {:?}", world.serving, world.failover)
}

impl Observer for Watch {
    fn note(&mut self, now: Moment, fact: &Fact, world: &World) {
        match *fact {
            Fact::Visible { server, .. } if server.0 == 0 => self.visible += 1,
            Fact::Logged { server, .. } if server.0 == 0 => self.logged += 1,
            _ => {}
        }
        self.laws.note(now, fact, world);
    }

    fn answered(
        &mut self,
        now: Moment,
        start: Moment,
        id: SessionId,
        outcome: Outcome,
        gtid: Option<Gtid>,
    ) {
        self.laws.answered(now, start, id, outcome, gtid);
        *self.answers.entry(outcome).or_default() += 1;
        if outcome == Outcome::Ok {
            self.last_ok = now.since_start().0;
        }
        if let Some(gtid) = gtid.filter(|_| outcome != Outcome::Refused) {
            match outcome {
                Outcome::Ok => self.ok.insert(gtid),
                _ => self.not_ok.insert(gtid),
            };
        }
    }

    fn submitted(&mut self, now: Moment, id: SessionId, submission: Submission) {
        self.submitted += 1;
        self.laws.submitted(now, id, submission);
    }

    fn moved(&mut self, from: SessionId, to: SessionId) {
        self.laws.moved(from, to);
    }

    fn sample(&mut self, now: Moment, world: &World, gauges: &Gauges) {
        self.laws.sample(now, world, gauges);
    }

    fn stepped(&mut self, now: Moment, input: Input, world: &World) {
        self.laws.stepped(now, input, world);
    }

    fn input(&mut self, now: Moment, input: Input, world: &World) {
        self.laws.input(now, input, world);
        if let Input::Answered(session) = input {
            let server = world.sessions[session].server;
            let path = (End::Server(server), world.place_of(session));
            if !world.cuts.carries(path.0, path.1) {
                self.is_wrong(now, || {
                    format!("{session:?} hears of {server:?} through a cut")
                });
            }
        }
    }
}

impl Decider for Watch {}

/// Stops the load as an administrator would: every server becomes read-only, again if a keeper or a manager opens it; then
/// everything drains.
pub fn drain(simulation: &mut Simulation, for_ms: u64, watch: &mut Watch) {
    let step = |simulation: &mut Simulation, ms: u64, watch: &mut Watch| {
        for server in &mut simulation.world.servers {
            server.variables.read_only = true;
        }
        let until = simulation.now() + Span(ms * MS);
        simulation.run_until(until, watch);
    };
    step(simulation, for_ms, watch);
    let (mut before, mut quiet, mut rounds) = (0, 0, 0);
    // A slow disk takes its time over a backlog: as long as somebody applies something, go on.
    while quiet < 3 {
        step(simulation, 500, watch);
        let world = &simulation.world;
        let done = world
            .servers
            .iter()
            .map(|at| at.committed + at.replica.relay.end())
            .sum();
        quiet = if done == before { quiet + 1 } else { 0 };
        before = done;
        rounds += 1;
        assert!(rounds < 400, "never quiet: {}", levels(world));
    }
}
