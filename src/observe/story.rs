//! The story of a run: every fact with its moment, and the packets that a crash destroyed on their way.

use crate::engine::{Decider, Moment, Observer, Simulation, Submission};
use crate::measure::ledger::{Book, Bookkeeper};
use crate::measure::seconds;
use crate::plan::Plan;
use crate::protocol::commit::Phase;
use crate::protocol::effect::{Direction, File, Input, LaneId};
use crate::protocol::fact::{Fact, Outcome};
use crate::protocol::gtid::GtidSet;
use crate::protocol::ids::{Gtid, ServerId, SessionId, Span};
use crate::protocol::world::World;

/// Something that happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A client submits a transaction.
    Submitted(SessionId),
    /// A fact of the core.
    Noted(Fact),
    /// A client read an answer, or gave up.
    Answered {
        /// The session.
        session: SessionId,
        /// What it learned.
        outcome: Outcome,
        /// The transaction, if it had reached a binlog.
        gtid: Option<Gtid>,
        /// When it wanted the transaction first.
        start: Moment,
    },
    /// An fsync ended.
    Synced(ServerId, File),
    /// Events for this replica were destroyed on their way.
    Lost {
        /// The replica.
        replica: ServerId,
        /// The upstream's history index behind the last of them.
        index: u64,
        /// When they were put into the socket.
        sent: Moment,
        /// When they would have arrived; `None`: they had not left the socket buffer.
        would_arrive: Option<Moment>,
    },
    /// A session's thread turns to something else.
    Turns(SessionId, Phase),
}

/// A moment and what happened.
pub type Event = (Moment, What);

/// The story of one run.
#[derive(Clone, Debug)]
pub struct Story {
    /// Everything, in order.
    pub events: Vec<Event>,
    /// The cluster when everything was over.
    pub world: World,
    /// Acknowledged transactions that the serving master has not.
    pub lost: Vec<Gtid>,
    /// Visible ones that it has not.
    pub vanished: Vec<Gtid>,
    /// Those that only an old master has.
    pub errant: Vec<Gtid>,
}

/// Which events are kept: those of this time, but not more than so many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept {
    /// From then on.
    pub from: Moment,
    /// Until then.
    pub to: Moment,
    /// Not more than so many.
    pub most: usize,
}

impl Kept {
    /// From so long after the start of the run until so long after it, but not more than so many.
    pub fn between(from: Span, to: Span, most: usize) -> Kept {
        let [from, to] = [from, to].map(Moment::after);
        Kept { from, to, most }
    }

    /// Everything.
    pub const ALL: Kept = Kept {
        from: Moment::START,
        to: Moment::NEVER,
        most: usize::MAX,
    };
}

/// The events of a run were more than should be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("more than {most} events until {seconds:.3} s of the run", seconds = seconds(.until.since_start()))]
pub struct TooMany {
    /// So many were kept.
    pub most: usize,
    /// Until then.
    pub until: Moment,
}

/// Writes a story down while it happens.
#[derive(Clone, Debug)]
pub struct Teller {
    /// Everything so far that is kept, in order.
    pub events: Vec<Event>,
    kept: Kept,
    /// Nothing more will be kept.
    over: bool,
    /// Packets under way to each replica: moment, index.
    sent: Vec<Vec<(Moment, u64)>>,
    phases: Vec<Phase>,
}

/// The events of a part of a run, which does not go on behind it. Somebody who waits hears of the time (ns) that is
/// simulated.
pub fn events(
    plan: &Plan,
    (seed, run): (u64, u64),
    kept: Kept,
    simulated: &dyn Fn(u64),
) -> Result<Vec<Event>, TooMany> {
    let mut teller = Teller::new(plan, kept);
    let mut simulation = Simulation::new(plan, seed, run, SAMPLE_EVERY);
    simulation.run_telling(&mut teller, simulated);
    if !teller.over {
        simulation.settle(&mut teller);
    }
    teller.complete()?;
    Ok(teller.events)
}

/// Tells the story of a run, if it has not more than so many events. Somebody who waits hears of the time (ns) that is
/// simulated.
pub fn tell(
    plan: &Plan,
    (seed, run): (u64, u64),
    most: usize,
    simulated: &dyn Fn(u64),
) -> Result<Story, TooMany> {
    let book = Book::new(plan.servers.len(), sessions(plan));
    let teller = Teller::new(plan, Kept { most, ..Kept::ALL });
    let mut both = (teller, Bookkeeper(book));
    let mut simulation = Simulation::new(plan, seed, run, SAMPLE_EVERY);
    simulation.run_telling(&mut both, simulated);
    both.0.complete()?;
    simulation.settle(&mut both);
    let (teller, Bookkeeper(book)) = both;
    let fates = book.fates(&simulation.world, plan.cluster.master);
    let each = |set: &GtidSet| -> Vec<Gtid> {
        let all = set
            .iter()
            .flat_map(|(origin, low, high)| (low..high).map(move |number| Gtid { origin, number }));
        all.collect()
    };
    Ok(Story {
        lost: each(&fates.lost_acknowledged),
        vanished: each(&fates.visible_then_lost),
        errant: fates.errant.iter().flat_map(each).collect(),
        events: teller.events,
        world: simulation.world,
    })
}

fn sessions(plan: &Plan) -> usize {
    usize::from(plan.cluster.sessions + plan.cluster.spare_sessions)
}

impl Teller {
    /// Nothing has happened yet.
    pub fn new(plan: &Plan, kept: Kept) -> Teller {
        Teller {
            events: Vec::new(),
            kept,
            over: false,
            sent: vec![Vec::new(); plan.servers.len()],
            phases: vec![Phase::Idle; sessions(plan)],
        }
    }

    fn keep(&mut self, now: Moment, what: What) {
        let full = self.events.len() >= self.kept.most;
        self.over |= full || now > self.kept.to;
        if !self.over && now >= self.kept.from {
            self.events.push((now, what));
        }
    }

    /// Whether everything that should be kept is there.
    fn complete(&self) -> Result<(), TooMany> {
        match self.events.last() {
            Some(&(until, _)) if self.over && self.events.len() >= self.kept.most => Err(TooMany {
                most: self.kept.most,
                until,
            }),
            _ => Ok(()),
        }
    }
}

/// How often levels would be looked at, if anybody did: as in every run.
const SAMPLE_EVERY: Span = Span::millis(5);

impl Observer for Teller {
    #[expect(clippy::wildcard_enum_match_arm, reason = "a fold counts only these")]
    fn note(&mut self, now: Moment, fact: &Fact, _: &World) {
        match *fact {
            Fact::Sent { replica, index, .. } => {
                self.sent[usize::from(replica.0)].push((now, index));
            }
            Fact::Received { replica, index } => {
                self.sent[usize::from(replica.0)].retain(|sent| sent.1 > index);
            }
            _ => {}
        }
        self.keep(now, What::Noted(*fact));
    }

    fn answered(
        &mut self,
        now: Moment,
        start: Moment,
        session: SessionId,
        outcome: Outcome,
        gtid: Option<Gtid>,
    ) {
        let what = What::Answered {
            session,
            outcome,
            gtid,
            start,
        };
        self.keep(now, what);
    }

    fn submitted(&mut self, now: Moment, session: SessionId, _: Submission) {
        self.keep(now, What::Submitted(session));
    }

    fn lost(&mut self, now: Moment, lane: LaneId, arrivals: &[Option<Moment>]) {
        if lane.direction != Direction::Events {
            return;
        }
        let replica = lane.replica;
        let sent = &mut self.sent[usize::from(replica.0)];
        let from = sent.len().saturating_sub(arrivals.len());
        let lost = sent.split_off(from);
        for ((sent, index), &would_arrive) in lost.into_iter().zip(arrivals) {
            let what = What::Lost {
                replica,
                index,
                sent,
                would_arrive,
            };
            self.keep(now, what);
        }
    }

    fn input(&mut self, now: Moment, input: Input, _: &World) {
        if let Input::Synced(server, file) = input {
            self.keep(now, What::Synced(server, file));
        }
    }

    fn stepped(&mut self, now: Moment, _: Input, world: &World) {
        for (session, id) in world.sessions.iter().zip(0u16..) {
            let phase = session.commit.phase;
            if self.phases[usize::from(id)] != phase {
                self.phases[usize::from(id)] = phase;
                self.keep(now, What::Turns(SessionId(id), phase));
            }
        }
    }
}

impl Decider for Teller {
    fn has_seen_enough(&self) -> bool {
        self.over
    }
}
