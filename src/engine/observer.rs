//! What watches a run, and what decides about it.

use super::gauges::Gauges;
use super::moment::Moment;
use crate::protocol::commit::Committer;
use crate::protocol::effect::{Input, LaneId};
use crate::protocol::fact::{Fact, Outcome};
use crate::protocol::ids::{Gtid, SessionId};
use crate::protocol::world::World;

/// What became of a statement or a transaction that was executed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is committed.
    Fits,
    /// It changes nothing: there is nothing to commit.
    Nothing,
    /// It is an error.
    Fails,
    /// A replicated transaction is skipped.
    Skipped,
    /// The SQL thread stops in front of it.
    NotYet,
}

/// Which time a client submits a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Submission {
    /// The first.
    First,
    /// Again: it did not learn that the last attempt was committed.
    Retry,
}

/// What watches a run: facts with their time, and levels at regular moments. It changes nothing. Each method has a default:
/// nobody looks.
pub trait Observer {
    /// Something happened.
    fn note(&mut self, _now: Moment, _fact: &Fact, _world: &World) {}
    /// A client read its answer (or gave up); `start` is when it intended to submit.
    fn answered(
        &mut self,
        _now: Moment,
        _start: Moment,
        _session: SessionId,
        _outcome: Outcome,
        _gtid: Option<Gtid>,
    ) {
    }
    /// A client submits a transaction.
    fn submitted(&mut self, _now: Moment, _session: SessionId, _submission: Submission) {}
    /// A client leaves a session that hangs and goes on with another one.
    fn moved(&mut self, _from: SessionId, _to: SessionId) {}
    /// Time to look at levels.
    fn sample(&mut self, _now: Moment, _world: &World, _gauges: &Gauges) {}
    /// A fault begins.
    fn fault(&mut self, _now: Moment, _fault: usize) {}
    /// Packets of a lane are destroyed: when each would have arrived, `None` if it had not left the socket buffer.
    fn lost(&mut self, _now: Moment, _lane: LaneId, _arrivals: &[Option<Moment>]) {}
    /// The core has handled an input; only who follows single threads needs it.
    fn stepped(&mut self, _now: Moment, _input: Input, _world: &World) {}
    /// An input is about to be handled by the core; only drivers that compare with others need it.
    fn input(&mut self, _now: Moment, _input: Input, _world: &World) {}
}

/// What decides about the run that it watches. Who only watches leaves the defaults: every statement fits, and the run goes on
/// to its end.
pub trait Decider: Observer {
    /// A statement or a replicated transaction was executed: does it fit the rows? Who has no rows says yes.
    fn judge(&mut self, _now: Moment, _who: Committer, _world: &World) -> Verdict {
        Verdict::Fits
    }
    /// Whether a run that is advanced shall stop here.
    fn has_seen_enough(&self) -> bool {
        false
    }
}

/// Two that watch one run; the first one decides.
impl<A: Decider, B: Observer> Decider for (A, B) {
    fn judge(&mut self, now: Moment, who: Committer, world: &World) -> Verdict {
        self.0.judge(now, who, world)
    }

    fn has_seen_enough(&self) -> bool {
        self.0.has_seen_enough()
    }
}

/// Two observers of one run.
impl<A: Observer, B: Observer> Observer for (A, B) {
    fn note(&mut self, now: Moment, fact: &Fact, world: &World) {
        self.0.note(now, fact, world);
        self.1.note(now, fact, world);
    }

    fn answered(
        &mut self,
        now: Moment,
        start: Moment,
        id: SessionId,
        outcome: Outcome,
        gtid: Option<Gtid>,
    ) {
        self.0.answered(now, start, id, outcome, gtid);
        self.1.answered(now, start, id, outcome, gtid);
    }

    fn submitted(&mut self, now: Moment, session: SessionId, submission: Submission) {
        self.0.submitted(now, session, submission);
        self.1.submitted(now, session, submission);
    }

    fn moved(&mut self, from: SessionId, to: SessionId) {
        self.0.moved(from, to);
        self.1.moved(from, to);
    }

    fn sample(&mut self, now: Moment, world: &World, gauges: &Gauges) {
        self.0.sample(now, world, gauges);
        self.1.sample(now, world, gauges);
    }

    fn fault(&mut self, now: Moment, fault: usize) {
        self.0.fault(now, fault);
        self.1.fault(now, fault);
    }

    fn lost(&mut self, now: Moment, lane: LaneId, arrivals: &[Option<Moment>]) {
        self.0.lost(now, lane, arrivals);
        self.1.lost(now, lane, arrivals);
    }

    fn stepped(&mut self, now: Moment, input: Input, world: &World) {
        self.0.stepped(now, input, world);
        self.1.stepped(now, input, world);
    }

    fn input(&mut self, now: Moment, input: Input, world: &World) {
        self.0.input(now, input, world);
        self.1.input(now, input, world);
    }
}
