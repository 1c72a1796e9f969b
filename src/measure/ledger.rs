//! The ledger: what became of each transaction, as sets of transactions (architecture.md, "The ledger").

use super::outcome::Ledger;
use crate::engine::{Decider, Moment, Observer, Submission};
use crate::protocol::by_id::ById;
use crate::protocol::fact::{Fact, Outcome};
use crate::protocol::gtid::GtidSet;
use crate::protocol::ids::{Gtid, ServerId, SessionId};
use crate::protocol::log::Log;
use crate::protocol::world::World;

/// What is known of a session's transaction while it is under way.
#[derive(Clone, Copy, Debug, Default)]
struct Attempt {
    /// The client learned something else than OK.
    given_up: bool,
    /// An earlier attempt of the same transaction, if this is a retry.
    earlier: Option<Gtid>,
    gtid: Option<Gtid>,
}

/// Transactions that the serving master has not when everything is over.
#[derive(Clone, Debug)]
pub struct Fates {
    /// Their clients have an OK.
    pub lost_acknowledged: GtidSet,
    /// Others could read them.
    pub visible_then_lost: GtidSet,
    /// Per other server that has served: those that it has.
    pub errant: Vec<GtidSet>,
}

/// What the serving master has in the end, what could be read anywhere, and what others have that have served.
struct Ends {
    rows: GtidSet,
    visible: GtidSet,
    read: GtidSet,
    old: Vec<GtidSet>,
}

/// Follows transactions from the client's view and the cluster's.
#[derive(Clone, Debug)]
pub struct Book {
    acknowledged: GtidSet,
    unacknowledged: GtidSet,
    /// Per server: what others could read there while it served writes, in order.
    visible: ById<ServerId, Log>,
    /// Per server: how far readers have read it.
    read: ById<ServerId, u64>,
    /// Per server: what its last recovery left in the binlog only; nobody could read it after that (semantics.md 6.2).
    unreadable: ById<ServerId, GtidSet>,
    /// What was visible, and read, on servers before they restarted.
    visible_before: GtidSet,
    read_before: GtidSet,
    attempts: ById<SessionId, Attempt>,
    /// Acknowledged retries whose earlier attempt had reached a binlog: (earlier, later).
    retried: Vec<Gtid>,
    counts: Ledger,
    served: ById<ServerId, bool>,
}

impl Book {
    /// An empty book.
    pub fn new(servers: usize, sessions: usize) -> Book {
        Book {
            acknowledged: GtidSet::default(),
            unacknowledged: GtidSet::default(),
            visible: vec![Log::default(); servers].into(),
            read: vec![0; servers].into(),
            unreadable: vec![GtidSet::default(); servers].into(),
            visible_before: GtidSet::default(),
            read_before: GtidSet::default(),
            attempts: vec![Attempt::default(); sessions].into(),
            retried: Vec::new(),
            counts: Ledger::default(),
            served: vec![false; servers].into(),
        }
    }

    /// A client submits a transaction.
    pub fn submitted(&mut self, session: SessionId, submission: Submission) {
        let attempt = &mut self.attempts[session];
        let earlier = match submission {
            Submission::First => None,
            Submission::Retry => attempt.gtid.or(attempt.earlier),
        };
        *attempt = Attempt {
            earlier,
            ..Attempt::default()
        };
    }

    /// A client goes on with another session; what it left behind is given up.
    pub fn moved(&mut self, from: SessionId, to: SessionId) {
        self.attempts[to] = self.attempts[from];
    }

    /// A client learned the outcome.
    pub fn answered(&mut self, session: SessionId, outcome: Outcome, gtid: Option<Gtid>) {
        let attempt = &mut self.attempts[session];
        let gtid = gtid.or(attempt.gtid);
        match outcome {
            Outcome::Ok => {
                self.counts.acknowledged += 1;
                if let Some(gtid) = gtid {
                    self.acknowledged.insert(gtid.origin, gtid.number, 1);
                }
                self.retried.extend(attempt.earlier);
            }
            Outcome::Refused => self.counts.refused += 1,
            Outcome::Error => self.counts.errors += 1,
            Outcome::Unknown => self.counts.unknown += 1,
        }
        if matches!(outcome, Outcome::Error | Outcome::Unknown) {
            attempt.given_up = true;
            if let Some(gtid) = gtid {
                self.unacknowledged.insert(gtid.origin, gtid.number, 1);
            }
        }
    }

    /// Commits acknowledged so far.
    pub fn acknowledged(&self) -> u64 {
        self.counts.acknowledged
    }

    /// A fact of the core.
    #[expect(clippy::wildcard_enum_match_arm, reason = "a fold counts only these")]
    pub fn note(&mut self, fact: &Fact, world: &World) {
        match *fact {
            Fact::Logged {
                gtid,
                session: Some(session),
                ..
            } => {
                let attempt = &mut self.attempts[session];
                attempt.gtid = Some(gtid);
                if attempt.given_up {
                    self.unacknowledged.insert(gtid.origin, gtid.number, 1);
                }
            }
            // On a master that is not the master any more too: who stands beside it can read it.
            Fact::Visible { server, index } if world.server(server).is_master() => {
                self.became_visible(server, index, world)
            }
            Fact::WasRead { server, index } => {
                let read = &mut self.read[server];
                *read = (*read).max(index);
            }
            Fact::Restarted { server } => self.restarted(server, world),
            Fact::Promoted { server } => {
                self.became_visible(server, world.server(server).committed, world)
            }
            _ => {}
        }
    }

    /// Recovery may have cut the history: from here on it is another one. What could be read before, could be read.
    fn restarted(&mut self, server: ServerId, world: &World) {
        let (visible, read) = (self.visible_on(server), self.read_on(server));
        self.visible_before.extend(&visible);
        self.read_before.extend(&read);
        (self.visible[server], self.read[server]) = (Log::default(), 0);
        self.unreadable[server] = world.server(server).missing_rows.clone();
        if world.serving == Some(server) {
            self.became_visible(server, world.server(server).committed, world);
        }
    }

    /// What others could read on a server since it last started.
    fn visible_on(&self, at: ServerId) -> GtidSet {
        let log = &self.visible[at];
        log.set_between(0, log.end()).without(&self.unreadable[at])
    }

    /// What readers have read there since then.
    fn read_on(&self, at: ServerId) -> GtidSet {
        let read = self.visible[at].set_between(0, self.read[at]);
        read.without(&self.unreadable[at])
    }

    fn became_visible(&mut self, server: ServerId, index: u64, world: &World) {
        self.served[server] = true;
        let log = &mut self.visible[server];
        let history = &world.servers[server].history;
        while log.end() < index {
            let from = log.end();
            let Some(run) = history.run_at(from) else {
                break;
            };
            let first = Gtid {
                number: run.first.number + (from - run.start),
                ..run.first
            };
            log.push(first, run.end().min(index) - from);
        }
    }

    fn ends(&self, world: &World, first_master: ServerId) -> Ends {
        // Nobody serves: what the first master would bring back is what there is.
        let serving = world.serving.unwrap_or(first_master);
        let rows = match world.server(serving).life.has_disks() {
            true => world.server(serving).rows(),
            false => GtidSet::default(),
        };
        let (mut visible, mut read) = (self.visible_before.clone(), self.read_before.clone());
        for at in self.visible.ids() {
            visible.extend(&self.visible_on(at));
            read.extend(&self.read_on(at));
        }
        let servers = world.servers.iter().zip(&self.served);
        let old = servers
            .filter(|(server, served)| **served && server.id != serving && server.life.has_disks());
        Ends {
            visible,
            read,
            old: old.map(|(server, _)| server.rows()).collect(),
            rows,
        }
    }

    /// The ledger, when the run is over and every server that comes back has recovered.
    pub fn close(&self, world: &World, first_master: ServerId) -> Ledger {
        let ends = self.ends(world, first_master);
        let missing = |set: &GtidSet| set.count_without(&ends.rows);
        let mut ledger = self.counts.clone();
        ledger.lost_acknowledged = missing(&self.acknowledged);
        ledger.kept_unacknowledged = self.unacknowledged.count_common(&ends.rows);
        ledger.visible_then_lost = missing(&ends.visible);
        ledger.read_then_lost = missing(&ends.read);
        ledger.errant = ends.old.iter().map(missing).sum();
        let retried = self.retried.iter();
        ledger.duplicated = retried.filter(|&&gtid| ends.rows.contains(gtid)).count() as u64;
        ledger
    }

    /// The transactions behind the ledger's numbers, at the same moment.
    pub fn fates(&self, world: &World, first_master: ServerId) -> Fates {
        let ends = self.ends(world, first_master);
        let missing = |set: &GtidSet| set.without(&ends.rows);
        Fates {
            lost_acknowledged: missing(&self.acknowledged),
            visible_then_lost: missing(&ends.visible),
            errant: ends.old.iter().map(missing).collect(),
        }
    }
}

/// A book that follows a run by itself.
#[derive(Clone, Debug)]
pub struct Bookkeeper(pub Book);

impl Observer for Bookkeeper {
    fn note(&mut self, _now: Moment, fact: &Fact, world: &World) {
        self.0.note(fact, world);
    }

    fn answered(
        &mut self,
        _now: Moment,
        _start: Moment,
        session: SessionId,
        outcome: Outcome,
        gtid: Option<Gtid>,
    ) {
        self.0.answered(session, outcome, gtid);
    }

    fn submitted(&mut self, _now: Moment, session: SessionId, submission: Submission) {
        self.0.submitted(session, submission);
    }

    fn moved(&mut self, from: SessionId, to: SessionId) {
        self.0.moved(from, to);
    }
}

impl Decider for Bookkeeper {}
