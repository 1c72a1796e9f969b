//! A fork of a running cluster in which the master dies: what really becomes of its transactions.

use crate::engine::{Observer, Simulation};
use crate::measure::ledger::Book;
use crate::measure::outcome::Ledger;
use crate::protocol::crash::Crash;
use crate::protocol::effect::Input;
use crate::protocol::exposure::ServerSet;
use crate::protocol::fact::{Fact, Outcome};
use crate::protocol::failover::Failover;
use crate::protocol::ids::{Gtid, ServerId, SessionId, Span};
use crate::protocol::world::World;

/// How often a fork is looked at, and how long it is followed at the most.
const STEP: Span = Span::millis(50);
const LONGEST: Span = Span::seconds(1200);

/// Only the book is kept in a fork.
#[derive(Clone)]
pub(super) struct Bookkeeper(pub(super) Book);

impl Observer for Bookkeeper {
    fn note(&mut self, _now: u64, fact: &Fact, world: &World) {
        self.0.note(fact, world);
    }

    fn answered(
        &mut self,
        _now: u64,
        _start: u64,
        session: SessionId,
        outcome: Outcome,
        gtid: Option<Gtid>,
    ) {
        self.0.answered(session, outcome, gtid);
    }

    fn submitted(&mut self, _now: u64, session: SessionId, retry: bool) {
        self.0.submitted(session, retry);
    }

    fn moved(&mut self, from: SessionId, to: SessionId) {
        self.0.moved(usize::from(from.0), usize::from(to.0));
    }

    fn sample(&mut self, _now: u64, _world: &World, _busy: &dyn Fn(usize) -> u64) {}

    fn fault(&mut self, _now: u64, _fault: usize) {}
}

/// These servers crash in a copy of the running cluster; it goes on until somebody serves or nobody can, and the dead
/// come back. The running cluster and its book are as they were.
pub fn crash_in_fork(
    running: &Simulation,
    book: &Book,
    master: ServerId,
    crash: Crash,
    dying: ServerSet,
) -> Ledger {
    let mut keeper = Bookkeeper(book.clone());
    let mut fork = decided(running, &mut keeper, master, crash, dying);
    for id in dying.iter() {
        fork.input(Input::Restart(id), &mut keeper);
    }
    keeper.0.close(&fork.world, master)
}

/// How long it takes until another server accepts writes; `None` if nobody can take over.
pub fn failover_time(
    running: &Simulation,
    master: ServerId,
    crash: Crash,
    dying: ServerSet,
) -> Option<Span> {
    let servers = running.world.servers.len();
    let mut keeper = Bookkeeper(Book::new(servers, running.world.sessions.len()));
    let fork = decided(running, &mut keeper, master, crash, dying);
    let serves = fork.world.serving.is_some_and(|id| id != master);
    serves.then(|| Span(fork.now() - running.now()))
}

/// The copy when somebody else serves, or nobody can.
fn decided<'plan>(
    running: &Simulation<'plan>,
    keeper: &mut Bookkeeper,
    master: ServerId,
    crash: Crash,
    dying: ServerSet,
) -> Simulation<'plan> {
    let mut fork = running.clone();
    for id in dying.iter() {
        fork.input(Input::Crash(id, crash), keeper);
    }
    let limit = fork.now() + LONGEST.0;
    let decided = |world: &World| {
        let serves = |id: ServerId| id != master && world.server(id).is_up();
        world.serving.is_some_and(serves) || world.failover == Failover::Failed
    };
    while !decided(&fork.world) && fork.now() < limit {
        let next = fork.now() + STEP.0;
        fork.run_until(next, keeper);
    }
    fork
}
