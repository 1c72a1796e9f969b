//! A fork of a running cluster in which the master dies: what really becomes of its transactions.

use crate::engine::Simulation;
use crate::measure::ledger::{Book, Bookkeeper};
use crate::measure::outcome::Ledger;
use crate::protocol::crash::Crash;
use crate::protocol::effect::Input;
use crate::protocol::exposure::ServerSet;
use crate::protocol::failover::Failover;
use crate::protocol::ids::{ServerId, Span};
use crate::protocol::world::World;

/// How often a fork is looked at, and how long it is followed at the most.
const STEP: Span = Span::millis(50);
const LONGEST: Span = Span::seconds(1200);

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
    serves.then(|| fork.now() - running.now())
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
    let limit = fork.now() + LONGEST;
    let decided = |world: &World| {
        let serves = |id: ServerId| id != master && world.server(id).is_up();
        world.serving.is_some_and(serves) || world.failover == Failover::Failed
    };
    while !decided(&fork.world) && fork.now() < limit {
        let next = fork.now() + STEP;
        fork.run_until(next, keeper);
    }
    fork
}
