//! An observer that checks what must hold at every moment, and counts what clients learn.
#![allow(dead_code)]

use super::support::{MS, US};
use replsim::engine::{Observer, Simulation};
use replsim::protocol::effect::Input;
use replsim::protocol::fact::{Fact, Outcome};
use replsim::protocol::ids::{Gtid, SessionId};
use replsim::protocol::partition::End;
use replsim::protocol::variables::Flavour;
use replsim::protocol::world::World;
use std::collections::{HashMap, HashSet};

/// Checks what must hold at every moment, and counts what clients learn.
#[derive(Default)]
pub struct Watch {
    pub answers: HashMap<Outcome, u64>,
    pub ok: HashSet<Gtid>,
    pub not_ok: HashSet<Gtid>,
    pub submitted: u64,
    pub last_ok: u64,
    pub visible: u64,
    pub logged: u64,
    pub problem: Option<String>,
}

impl Watch {
    fn problem(&mut self, now: u64, text: impl FnOnce() -> String) {
        if self.problem.is_none() {
            self.problem = Some(format!("{} us: {}", now / US, text()));
        }
    }

    fn watermarks(&mut self, now: u64, world: &World) {
        for server in &world.servers {
            let (end, relay) = (server.history.end(), server.replica.relay.end());
            let variables = &server.variables;
            let mysql = world.flavour != Flavour::Mariadb1011;
            let waits_for_disk = mysql
                && variables.sync_binlog == 1
                && (variables.log_slave_updates
                    || server.id.0 == 0 && server.replica.upstream.is_none());
            let rules = [
                ("committed <= written", server.committed <= end),
                ("binlog synced <= written", server.binlog_synced <= end),
                ("published <= written", server.published <= end),
                (
                    "committed <= published",
                    server.committed <= server.published,
                ),
                ("applied <= relay log", server.replica.applied <= relay),
                (
                    "relay log synced <= written",
                    server.replica.relay_synced <= relay,
                ),
                (
                    "published <= synced",
                    !waits_for_disk || server.published <= server.binlog_synced,
                ),
            ];
            for (rule, holds) in rules {
                if !holds {
                    self.problem(now, || {
                        format!("{rule} on {:?}: {}", server.id, levels(world))
                    });
                }
            }
        }
    }

    /// A log has no hole: what it has of an origin is contiguous, from the origin's first number on.
    pub fn holes(&mut self, now: u64, world: &World) {
        for server in &world.servers {
            let mut next: HashMap<_, u64> = HashMap::new();
            for run in server.history.runs() {
                let origin = run.first.origin;
                let expected = next.get(&origin).copied();
                // A later epoch begins where the numbering was cut.
                let fits = match expected {
                    Some(number) => run.first.number == number,
                    None => origin.epoch > 0 || run.first.number == 1,
                };
                if !fits {
                    self.problem(now, || {
                        format!("{:?} has {:?} after {expected:?}", server.id, run)
                    });
                }
                next.insert(origin, run.first.number + run.count);
            }
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
    fn note(&mut self, now: u64, fact: &Fact, world: &World) {
        match *fact {
            Fact::Visible { server, .. } if server.0 == 0 => self.visible += 1,
            Fact::Logged { server, .. } if server.0 == 0 => self.logged += 1,
            Fact::Fatal1236 { .. } | Fact::Promoted { .. } | Fact::Restarted { .. } => {
                self.holes(now, world)
            }
            _ => {}
        }
    }

    fn answered(
        &mut self,
        now: u64,
        start: u64,
        _: SessionId,
        outcome: Outcome,
        gtid: Option<Gtid>,
    ) {
        *self.answers.entry(outcome).or_default() += 1;
        if start > now {
            self.problem(now, || "an answer before the question".to_owned());
        }
        if outcome == Outcome::Ok {
            self.last_ok = now;
        }
        let Some(gtid) = gtid.filter(|_| outcome != Outcome::Refused) else {
            return;
        };
        let fresh = if outcome == Outcome::Ok {
            self.ok.insert(gtid)
        } else {
            self.not_ok.insert(gtid)
        };
        if !fresh || (self.ok.contains(&gtid) && self.not_ok.contains(&gtid)) {
            self.problem(now, || {
                format!("{gtid:?} is answered twice, then {outcome:?}")
            });
        }
    }

    fn submitted(&mut self, _: u64, _: SessionId, _: bool) {
        self.submitted += 1;
    }

    fn sample(&mut self, now: u64, world: &World, _: &dyn Fn(usize) -> u64) {
        self.holes(now, world);
    }

    fn fault(&mut self, _: u64, _: usize) {}

    fn input(&mut self, now: u64, input: Input, world: &World) {
        self.watermarks(now, world);
        if let Input::Answered(session) = input {
            let server = world.sessions[usize::from(session.0)].server;
            let path = (End::Server(server), world.place_of(session));
            if !world.cuts.carries(path.0, path.1) {
                self.problem(now, || {
                    format!("{session:?} hears of {server:?} through a cut")
                });
            }
        }
    }
}

/// Stops the load as an administrator would: every server becomes read-only; then everything drains.
pub fn drain(simulation: &mut Simulation, for_ms: u64, watch: &mut Watch) {
    for server in &mut simulation.world.servers {
        server.variables.read_only = true;
    }
    let (mut before, mut quiet) = (0, 0);
    let until = simulation.now() + for_ms * MS;
    simulation.run_until(until, watch);
    // A slow disk takes its time over a backlog: as long as somebody applies something, go on.
    while quiet < 3 {
        let until = simulation.now() + 500 * MS;
        simulation.run_until(until, watch);
        let world = &simulation.world;
        let done = world
            .servers
            .iter()
            .map(|at| at.committed + at.replica.relay.end())
            .sum();
        quiet = if done == before { quiet + 1 } else { 0 };
        before = done;
    }
}
