//! Clients in time: think, submit, wait, give up, find the new master; and readers.

use super::Simulation;
use super::network::{Carries, next_retry};
use super::pool::{Pool, pools};
use super::readers::Poller;
use super::slots::Slot;
use crate::engine::{Moment, Observer, Submission};
use crate::plan::{Arrivals, Plan};
use crate::protocol::by_id::ById;
use crate::protocol::effect::Input;
use crate::protocol::fact::Outcome;
use crate::protocol::ids::{Gtid, SessionId, Span};
use crate::protocol::rows::Rows;
use crate::random::Stream;

/// A client whose session still hangs on the master does not look more often.
const STILL_HANGS: Span = Span::millis(1);

/// What a client does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    /// Nothing: it waits for an answer, or for a master.
    None,
    /// Its request reaches the server.
    RequestArrives,
    /// An answer reaches its host.
    AnswerArrives,
    /// It has read the answer, on its host's cores.
    HasRead,
    /// It tries the master that serves now.
    Reconnects,
}

#[derive(Clone, Debug)]
struct Client {
    next: Next,
    /// When the transaction under way was intended to start.
    start: Moment,
    /// It has no master to talk to.
    parked: bool,
    /// It submits the same transaction again.
    retries: bool,
    /// Since when its request or its answer is stuck in TCP.
    stuck_since: Moment,
    demand: Stream,
    reconnect: Stream,
    rows: Stream,
    /// What its transaction updates.
    updates: Rows,
}

/// The clients of one run.
#[derive(Clone, Debug)]
pub struct Clients {
    clients: ById<SessionId, Client>,
    /// Open loop: sessions and what waits for them.
    pub(super) pools: Vec<Pool>,
    pub(super) readers: Vec<Poller>,
    /// Whether the serving master was lost in this run.
    pub changed: bool,
    /// Commits acknowledged since then.
    pub answered_since_change: u64,
}

impl Clients {
    /// Clients that have not started.
    pub fn new(plan: &Plan, seed: u64, run: u64) -> Clients {
        let client = |number: u16| {
            let name = format!("session-{number}");
            Client {
                next: Next::None,
                start: Moment::START,
                parked: false,
                retries: false,
                stuck_since: Moment::START,
                demand: Stream::new(seed, run, &name, "demand"),
                reconnect: Stream::new(seed, run, &name, "reconnect"),
                rows: Stream::new(seed, run, &name, "rows"),
                updates: Rows::default(),
            }
        };
        Clients {
            clients: (1..=plan.cluster.sessions + plan.cluster.spare_sessions)
                .map(client)
                .collect(),
            pools: pools(plan, seed, run),
            readers: (1..=plan.cluster.readers)
                .map(|number| Poller::new(number, seed, run))
                .collect(),
            changed: false,
            answered_since_change: 0,
        }
    }

    /// The serving master is gone.
    pub fn lose_master(&mut self) {
        self.changed = true;
        self.answered_since_change = 0;
    }
}

impl Simulation<'_> {
    pub(super) fn start_clients(&mut self) {
        match &self.plan.workload.arrivals {
            Arrivals::ByHand => return,
            Arrivals::Closed { ramp, .. } => {
                for id in (0..self.plan.cluster.sessions).map(SessionId) {
                    let draw = self.clients.clients[id].demand.next();
                    let start = ((u128::from(draw) * u128::from(ramp.0)) >> 64) as u64;
                    let start = Moment::after(self.plan.clients_start()) + Span(start);
                    self.submit_at(id, start, start);
                }
            }
            Arrivals::Open { .. } => {
                (0..self.clients.pools.len()).for_each(|pool| self.expect_arrival(pool));
            }
        }
        for reader in 0..self.clients.readers.len() {
            self.next_poll(reader as u16);
        }
    }

    /// The client sends its first request at `at`; latency counts from `start`.
    pub(super) fn submit_at(&mut self, id: SessionId, start: Moment, at: Moment) {
        self.clients.clients[id].start = start;
        self.request_leaves(id, at);
    }

    fn request_leaves(&mut self, id: SessionId, at: Moment) {
        let server = self.world.sessions[id].server;
        let delay = self
            .network
            .client_delay(self.plan, at, id, server, Carries::Request);
        self.clients.clients[id].next = Next::RequestArrives;
        self.client_moves_at(id, at, delay);
        self.watch_for_timeout(id, at);
    }

    /// The rows that a session's next transaction updates; a retry updates the same.
    fn rows_of_next(&mut self, id: SessionId, submission: Submission) -> Option<Rows> {
        let updates = self.plan.workload.updates?;
        let client = &mut self.clients.clients[id];
        if submission == Submission::First {
            let mut row = |_| updates.row(client.rows.next(), client.rows.next());
            client.updates = Rows::new((0..updates.rows).map(&mut row));
        }
        Some(client.updates)
    }

    fn watch_for_timeout(&mut self, id: SessionId, sent: Moment) {
        let timeout = self.plan.clients.timeout;
        if timeout != Span::FOREVER {
            self.set(Slot::ClientTimeout(id), sent + timeout);
        }
    }

    /// It does the next thing so long (ns) after a moment.
    fn client_moves_at(&mut self, id: SessionId, from: Moment, after: u64) {
        self.set(Slot::Client(id), from + Span(after));
    }

    pub(super) fn client_moves<O: Observer>(
        &mut self,
        id: SessionId,
        slot: usize,
        observer: &mut O,
    ) {
        let client = &mut self.clients.clients[id];
        match std::mem::replace(&mut client.next, Next::None) {
            Next::None => {}
            Next::RequestArrives => {
                let session = &self.world.sessions[id];
                // Not one that TCP sends again.
                if !session.is_busy() && !session.awaited {
                    let submission = match std::mem::take(&mut client.retries) {
                        true => Submission::Retry,
                        false => Submission::First,
                    };
                    observer.submitted(self.now, id, submission);
                    if let Some(rows) = self.rows_of_next(id, submission) {
                        self.step(Input::Writes(id, rows), observer);
                    }
                }
                self.step(Input::Request(id), observer);
            }
            Next::AnswerArrives if self.reads_on_a_core(slot) => {
                self.clients.clients[id].next = Next::HasRead;
            }
            Next::AnswerArrives | Next::HasRead => {
                self.machines.worked(slot, self.now);
                self.step(Input::Answered(id), observer);
                let session = &self.world.sessions[id];
                if session.is_busy() && !session.awaited {
                    self.request_leaves(id, self.now); // the next statement of the same transaction
                }
            }
            Next::Reconnects => self.try_master(id, observer),
        }
    }

    /// Reading an answer takes a core of the clients' host, if they share one.
    fn reads_on_a_core(&mut self, slot: usize) -> bool {
        let plan = self.plan;
        let (Some(host), Some(cost)) = (plan.clients.host, &plan.costs.client) else {
            return false;
        };
        let (mut desk, machines, ..) = self.parts();
        machines.spend(&mut desk, slot, host, cost, 1);
        true
    }

    /// The client does not read on.
    fn stops_reading(&mut self, id: SessionId) {
        let slot = self.layout.index(Slot::Client(id));
        self.clients.clients[id].next = Next::None;
        let (mut desk, machines, ..) = self.parts();
        machines.abandon(&mut desk, slot);
        self.agenda.clear(slot);
    }

    pub(super) fn answer_leaves(&mut self, id: SessionId, delay: u64) {
        self.clients.clients[id].next = Next::AnswerArrives;
        self.client_moves_at(id, self.now, delay);
    }

    /// Its request or its answer is stuck in TCP.
    pub(super) fn client_is_stuck(&mut self, id: SessionId) {
        let slot = self.layout.index(Slot::Client(id));
        let client = &mut self.clients.clients[id];
        client.stuck_since = self.now;
        match client.next {
            Next::None => client.next = Next::RequestArrives,
            Next::HasRead => return, // what it has received it goes on reading
            Next::RequestArrives | Next::AnswerArrives | Next::Reconnects => {}
        }
        self.agenda.clear(slot);
    }

    /// TCP sends it again.
    pub(super) fn client_is_unstuck(&mut self, id: SessionId) {
        let client = &self.clients.clients[id];
        let carries = match client.next {
            Next::RequestArrives => Carries::Request,
            Next::AnswerArrives => Carries::Answer,
            Next::None | Next::HasRead | Next::Reconnects => return,
        };
        let server = self.world.sessions[id].server;
        let delay = self
            .network
            .client_delay(self.plan, self.now, id, server, carries);
        let retry = next_retry(client.stuck_since, self.now);
        self.client_moves_at(id, retry, delay);
    }

    pub(super) fn answer_lost(&mut self, id: SessionId) {
        let next = self.clients.clients[id].next;
        if matches!(next, Next::AnswerArrives | Next::HasRead) {
            self.stops_reading(id);
        }
    }

    /// The client knows the outcome of its transaction.
    pub(super) fn client_learns<O: Observer>(
        &mut self,
        id: SessionId,
        outcome: Outcome,
        gtid: Option<Gtid>,
        observer: &mut O,
    ) {
        self.agenda
            .clear(self.layout.index(Slot::ClientTimeout(id)));
        let client = &mut self.clients.clients[id];
        observer.answered(self.now, client.start, id, outcome, gtid);
        if matches!(self.plan.workload.arrivals, Arrivals::ByHand) {
            return self.stops_reading(id);
        }
        if outcome == Outcome::Ok {
            // An OK that a dead master had sent before is no sign of life.
            let server = self.world.sessions[id].server;
            if self.world.answers_to(self.world.place_of(id), server) {
                self.clients.answered_since_change += 1;
            }
            return self.next_transaction(id);
        }
        self.stops_reading(id);
        let client = &mut self.clients.clients[id];
        client.parked = true;
        client.retries = self.plan.clients.retry;
        if self.world.master_for(id).is_some() {
            self.reconnect_in(id, 1);
        }
    }

    fn next_transaction(&mut self, id: SessionId) {
        match &self.plan.workload.arrivals {
            Arrivals::Closed { think, .. } => {
                let draw = self.clients.clients[id].demand.next();
                let at = self.now + Span(think.sample(draw));
                self.submit_at(id, at, at);
            }
            Arrivals::ByHand => {}
            Arrivals::Open { .. } => self.is_free(id),
        }
    }

    /// Some client can reach a master.
    pub(super) fn has_master(&self) -> bool {
        (0..self.world.clients).any(|id| self.world.master_for(SessionId(id)).is_some())
    }

    /// A master serves (again): parked clients find it.
    pub(super) fn wake_clients(&mut self) {
        for id in self.clients.clients.ids() {
            let client = &self.clients.clients[id];
            let waits = client.parked && client.next == Next::None;
            if waits && self.world.master_for(id).is_some() {
                self.reconnect_in(id, 1);
            }
        }
    }

    /// It tries the master again, not earlier than this (ns).
    fn reconnect_in(&mut self, id: SessionId, least: u64) {
        let client = &mut self.clients.clients[id];
        client.next = Next::Reconnects;
        let delay = self.plan.clients.reconnect.sample(client.reconnect.next());
        self.client_moves_at(id, self.now, delay.max(least));
    }

    /// The clients that stand in this site are gone with it.
    pub(super) fn lose_clients(&mut self, site: usize) {
        for id in self.clients.clients.ids() {
            let place = self.plan.cluster.place_of(id);
            if self.plan.clients.sites[place] == Some(site) {
                self.stops_reading(id);
                self.agenda
                    .clear(self.layout.index(Slot::ClientTimeout(id)));
                self.clients.clients[id].parked = false;
            }
        }
        for pool in 0..self.clients.pools.len() {
            if self.plan.clients.sites[self.plan.place_of_pool(pool)] == Some(site) {
                self.close_pool(pool);
            }
        }
    }

    /// A session that does not hang: its own, or a spare one if its own hangs on a server that is not its master.
    fn session_to_submit<O: Observer>(
        &mut self,
        id: SessionId,
        observer: &mut O,
    ) -> Option<SessionId> {
        if self.world.can_submit(id) {
            return Some(id);
        }
        if self.world.master_for(id) == Some(self.world.sessions[id].server) {
            return None;
        }
        let clients = usize::from(self.world.clients);
        let own = usize::from(id.0);
        let spare = (own % clients..self.clients.clients.len())
            .step_by(clients)
            .map(|other| SessionId(other as u16))
            .find(|&other| self.world.can_submit(other))?;
        self.clients.clients.swap(id, spare);
        observer.moved(id, spare);
        Some(spare)
    }

    fn try_master<O: Observer>(&mut self, id: SessionId, observer: &mut O) {
        if self.world.master_for(id).is_none() {
            return; // parked until somebody serves
        }
        let Some(id) = self.session_to_submit(id, observer) else {
            // Its old connection still hangs in a commit: it waits a little, however eager it is.
            return self.reconnect_in(id, STILL_HANGS.0);
        };
        self.step(Input::Reconnect(id), observer);
        let client = &mut self.clients.clients[id];
        client.parked = false;
        if client.retries {
            let start = client.start;
            self.submit_at(id, start, self.now);
        } else {
            match &self.plan.workload.arrivals {
                Arrivals::Closed { .. } => self.submit_at(id, self.now, self.now),
                Arrivals::Open { .. } | Arrivals::ByHand => self.next_transaction(id),
            }
        }
    }
}
