//! Laws that hold in every single run, whatever its settings and faults: they need to know no right answer.
//!
//! A law is added in three places: a variant of `Law` with its sentence, a watcher (one file each, which keeps what it has
//! to remember) that says `found.require(law, holds, ...)`, and a line in `Laws` that hands it what it watches.

mod clients;
mod links;
mod servers;
mod totals;
mod waits;

use super::outcome::RunOutcome;
use crate::engine::{Gauges, Moment, Observer, Simulation, Submission};
use crate::measure::seconds;
use crate::plan::Plan;
use crate::protocol::effect::Input;
use crate::protocol::fact::{Fact, Outcome};
use crate::protocol::ids::{Gtid, SessionId, Span};
use crate::protocol::world::World;
use clients::Clients;
use links::Links;
use servers::Servers;
use std::fmt;
use waits::Waits;

/// What holds in every run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Law {
    /// A client hears one answer to each transaction, after it was submitted.
    OneAnswer,
    /// Submitted = acknowledged + refused + failed + unknown + not answered yet.
    EverySubmissionCounts,
    /// Little's law, with exact areas.
    WaitsAreSessionsOverTime,
    /// Each acknowledged transaction is one of its own, and is kept or lost.
    KeptOrLost,
    /// An OK is sent, and a row is read, after the row is visible.
    LostWasVisible,
    /// written >= published, synced, committed; relay log >= its synced and applied parts; redo log likewise.
    WatermarksInOrder,
    /// What a log has of an origin is contiguous.
    NoHole,
    /// Between the start of a connection and the last packet of it a replica lacks nothing of its upstream.
    NoGap,
    /// An acknowledgement covers only what its replica has.
    AcknowledgementsAreTrue,
    /// Threads, disks and timers of a server that is down do nothing.
    TheDeadDoNothing,
    /// What a server had in memory is gone when it stops.
    TheDeadForget,
    /// An IO thread writes and syncs what came through the connection that it has.
    OneConnection,
    /// `Rpl_semi_sync_master_clients` counts the semi-sync replicas that have a dump thread.
    ClientsAreCounted,
    /// What is logged follows the log's end, and what is visible never gets less while a server runs.
    InOrder,
    /// The sizes of the binlog's groups add up to the transactions that were logged.
    GroupsAddUp,
    /// One wait call per COMMIT queue (MySQL's AFTER_SYNC) or per transaction (all others) while semi-sync is enabled.
    WaitCallsAreCounted,
    /// Nobody handles an acknowledgement that nobody sent.
    AcknowledgementsWereSent,
    /// What would be lost is at most what could be read, at no more moments than were watched.
    ExposureWasVisible,
    /// No stretch of a run is longer than the run, and its parts have as many commits as the whole.
    PartsFitTheWhole,
}

impl Law {
    /// Every law.
    pub const ALL: [Law; 19] = [
        Law::OneAnswer,
        Law::EverySubmissionCounts,
        Law::WaitsAreSessionsOverTime,
        Law::KeptOrLost,
        Law::LostWasVisible,
        Law::WatermarksInOrder,
        Law::NoHole,
        Law::NoGap,
        Law::AcknowledgementsAreTrue,
        Law::TheDeadDoNothing,
        Law::TheDeadForget,
        Law::OneConnection,
        Law::ClientsAreCounted,
        Law::InOrder,
        Law::GroupsAddUp,
        Law::WaitCallsAreCounted,
        Law::AcknowledgementsWereSent,
        Law::ExposureWasVisible,
        Law::PartsFitTheWhole,
    ];

    /// The law in words.
    pub const fn says(self) -> &'static str {
        match self {
            Law::OneAnswer => "a client hears one answer to each transaction that it submits",
            Law::EverySubmissionCounts => {
                "submitted = acknowledged + refused + failed + unknown + not answered yet"
            }
            Law::WaitsAreSessionsOverTime => {
                "the integral of the sessions in a transaction is the sum of their waits"
            }
            Law::KeptOrLost => "each acknowledged transaction is kept or lost",
            Law::LostWasVisible => {
                "what was acknowledged or read and is lost could be seen before it was lost"
            }
            Law::WatermarksInOrder => "no log is synced, sent, committed or applied beyond its end",
            Law::NoHole => "no log has a hole",
            Law::NoGap => "every relay log is a prefix of what its upstream wrote",
            Law::AcknowledgementsAreTrue => "an acknowledgement covers only what its replica has",
            Law::TheDeadDoNothing => "a server that is down does nothing",
            Law::TheDeadForget => "a server that is down has nothing in memory",
            Law::OneConnection => {
                "an IO thread writes what came through the connection that it has"
            }
            Law::ClientsAreCounted => {
                "the semi-sync clients of a master are its dump threads to semi-sync replicas"
            }
            Law::InOrder => {
                "logs grow at their end, and what is visible stays so while the server runs"
            }
            Law::GroupsAddUp => "the sizes of the groups add up to the transactions in the binlog",
            Law::WaitCallsAreCounted => {
                "yes_tx + no_tx = commits (MySQL's AFTER_SYNC: commit queues) while semi-sync is enabled"
            }
            Law::AcknowledgementsWereSent => "no more acknowledgements are handled than were sent",
            Law::ExposureWasVisible => {
                "what a crash would lose of the acknowledged or read is at most what it would lose of the visible"
            }
            Law::PartsFitTheWhole => {
                "the parts of a run are no longer than the run and add up to it"
            }
        }
    }
}

/// A law that a run broke, and when it was first seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// Which.
    pub law: Law,
    /// The run and its seed.
    pub run: u64,
    /// See `run`.
    pub seed: u64,
    /// How long after the start of the run.
    pub at: Span,
    /// What was seen.
    pub seen: String,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Broken {
            run, seed, seen, ..
        } = self;
        let (law, seconds) = (self.law.says(), seconds(self.at));
        write!(
            f,
            "run {run} with seed {seed} breaks a law at {seconds:.9} s: {law}: {seen}"
        )
    }
}

impl std::error::Error for Broken {}

/// What the watchers have found so far.
#[derive(Clone, Debug)]
pub struct Found {
    seed: u64,
    run: u64,
    now: Moment,
    broken: Option<Broken>,
}

impl Found {
    /// This law has to hold now; only the first that does not is kept.
    pub fn require(&mut self, law: Law, holds: bool, seen: impl FnOnce() -> String) {
        if !holds && self.broken.is_none() {
            self.broken = Some(Broken {
                law,
                run: self.run,
                seed: self.seed,
                at: self.now.since_start(),
                seen: seen(),
            });
        }
    }
}

/// Watches a run for broken laws.
#[derive(Clone, Debug)]
pub struct Laws {
    found: Found,
    clients: Clients,
    servers: Servers,
    links: Links,
    waits: Waits,
}

impl Laws {
    /// Watches a run of this plan from its start.
    pub fn new(plan: &Plan, seed: u64, run: u64) -> Laws {
        let sessions = usize::from(plan.cluster.sessions + plan.cluster.spare_sessions);
        Laws {
            found: Found {
                seed,
                run,
                now: Moment::START,
                broken: None,
            },
            clients: Clients::new(sessions, plan.cluster.master),
            servers: Servers::new(plan.servers.len(), plan.cluster.master),
            links: Links::new(plan.servers.len()),
            waits: Waits::new(plan),
        }
    }

    /// The first law that is broken so far.
    pub fn broken(&self) -> Option<&Broken> {
        self.found.broken.as_ref()
    }

    /// The run is over and has settled, and this came out of it: the first law that was broken.
    pub fn finish(mut self, simulation: &Simulation, outcome: &RunOutcome) -> Option<Broken> {
        let (world, found) = (&simulation.world, &mut self.found);
        found.now = simulation.now();
        self.clients.finish(outcome, world, found);
        self.servers.finish(world, found);
        self.waits.finish(world, &simulation.out.counters, found);
        totals::of(outcome, found);
        self.found.broken
    }
}

impl Observer for Laws {
    fn note(&mut self, now: Moment, fact: &Fact, world: &World) {
        self.found.now = now;
        self.servers.note(fact, world, &mut self.found);
        self.links.note(fact, world, &mut self.found);
        self.waits.note(fact, world);
    }

    fn answered(
        &mut self,
        now: Moment,
        start: Moment,
        id: SessionId,
        outcome: Outcome,
        gtid: Option<Gtid>,
    ) {
        self.found.now = now;
        self.clients
            .answered(start, id, outcome, gtid, &mut self.found);
    }

    fn submitted(&mut self, now: Moment, session: SessionId, _: Submission) {
        self.found.now = now;
        self.clients.submitted(session, &mut self.found);
    }

    fn moved(&mut self, from: SessionId, to: SessionId) {
        self.clients.moved(from, to, &mut self.found);
    }

    fn sample(&mut self, now: Moment, world: &World, _gauges: &Gauges) {
        self.found.now = now;
        self.clients.sample(world, &mut self.found);
        self.servers.sample(world, &mut self.found);
        Links::sample(world, &mut self.found);
    }

    fn input(&mut self, now: Moment, input: Input, world: &World) {
        self.found.now = now;
        self.servers.input(input, world, &mut self.found);
        self.links.input(input, world, &mut self.found);
        self.waits.input(input, world);
    }

    fn stepped(&mut self, now: Moment, input: Input, world: &World) {
        self.found.now = now;
        self.clients.stepped(input, world, &mut self.found);
        self.servers.stepped(input, world, &mut self.found);
        self.links.stepped(input, world, &mut self.found);
    }
}
