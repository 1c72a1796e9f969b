//! The open loop: transactions arrive at moments of their own, take a session of their pool, or wait in its queue.

use super::Simulation;
use super::moment::Moment;
use super::slots::Slot;
use crate::plan::{Arrivals, Plan};
use crate::protocol::ids::{SessionId, Span};
use crate::random::{Stream, Table};

/// The moments at which transactions arrive, from one of them on.
#[derive(Clone, Debug)]
struct Arriving {
    at: Moment,
    draws: Stream,
}

impl Arriving {
    fn move_on(&mut self, spacing: &Table) {
        self.at = self.at + Span(spacing.sample(self.draws.next()));
    }
}

/// Sessions that share one queue. The queue takes no memory: who waits has arrived and was not taken, and when they
/// arrived can be drawn again.
#[derive(Clone, Debug)]
pub(super) struct Pool {
    spacing: Table,
    /// The first that no session has taken, and how many were.
    next: Arriving,
    taken: u64,
    /// The first that had not arrived when it was last asked, and how many had.
    coming: Arriving,
    arrived: u64,
    /// Sessions without work; the one that worked last is taken first, as pools do.
    idle: Vec<SessionId>,
}

/// The pools of a run: none in a closed loop.
pub(super) fn pools(plan: &Plan, seed: u64, run: u64) -> Vec<Pool> {
    let Arrivals::Open { spacing, first, .. } = &plan.workload.arrivals else {
        return Vec::new();
    };
    let pool = |number: usize| {
        let mut draws = Stream::new(seed, run, &format!("pool-{}", number + 1), "demand");
        let at = Moment::after(plan.clients_start()) + Span(first.sample(draws.next()));
        let next = Arriving { at, draws };
        let sessions = (0..plan.cluster.sessions).rev().map(SessionId);
        Pool {
            spacing: spacing.clone(),
            coming: next.clone(),
            arrived: 0,
            next,
            taken: 0,
            idle: sessions.filter(|&id| plan.pool_of(id) == number).collect(),
        }
    };
    (0..plan.pools()).map(pool).collect()
}

impl Pool {
    /// A session takes the first in the queue, or the next to come: it arrived, or will arrive, at this moment.
    fn take(&mut self) -> Moment {
        let start = self.next.at;
        self.next.move_on(&self.spacing);
        self.taken += 1;
        start
    }

    /// Counts who has arrived by now.
    pub(super) fn look(&mut self, now: Moment) {
        while self.coming.at <= now {
            self.coming.move_on(&self.spacing);
            self.arrived += 1;
        }
    }

    /// How many had arrived at the last look.
    pub(super) fn arrived(&self) -> u64 {
        self.arrived
    }

    /// How many of those wait for a session.
    pub(super) fn waiting(&self) -> u64 {
        self.arrived.saturating_sub(self.taken)
    }

    /// Its clients are gone: nothing arrives any more.
    fn close(&mut self) {
        self.idle.clear();
        self.next.at = Moment::NEVER;
        self.coming.at = Moment::NEVER;
        self.arrived = self.taken;
    }
}

impl Simulation<'_> {
    /// The next transaction arrives at an idle session, when there is one.
    pub(super) fn expect_arrival(&mut self, pool: usize) {
        let Pool { idle, next, .. } = &self.clients.pools[pool];
        if !idle.is_empty() {
            self.set(Slot::Arrival(pool), next.at);
        }
    }

    /// A transaction arrives, and a session is idle; unless one that became free at this instant has taken it.
    pub(super) fn arrives(&mut self, pool: usize) {
        let now = self.now;
        let one = &mut self.clients.pools[pool];
        if one.next.at <= now
            && let Some(id) = one.idle.pop()
        {
            let start = one.take();
            self.submit_at(id, start, now);
        }
        self.expect_arrival(pool);
    }

    /// A session is free: it takes the transaction that has waited longest, or is idle.
    pub(super) fn is_free(&mut self, id: SessionId) {
        let now = self.now;
        let pool = self.plan.pool_of(id);
        let one = &mut self.clients.pools[pool];
        if one.next.at <= now {
            let start = one.take();
            return self.submit_at(id, start, now);
        }
        one.idle.push(id);
        self.expect_arrival(pool);
    }

    /// The clients of a pool are gone.
    pub(super) fn close_pool(&mut self, pool: usize) {
        self.clients.pools[pool].close();
        self.agenda.clear(self.layout.index(Slot::Arrival(pool)));
    }
}
