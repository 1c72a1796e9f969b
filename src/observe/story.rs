//! The story of a run: every fact with its moment, and the packets that a crash destroyed on their way.

use crate::engine::{Observer, Simulation};
use crate::plan::Plan;
use crate::protocol::client::Phase;
use crate::protocol::effect::{Direction, File, Input, LaneId};
use crate::protocol::fact::{Fact, Outcome};
use crate::protocol::gtid::GtidSet;
use crate::protocol::ids::{Gtid, ServerId, SessionId, Span};
use crate::protocol::server::Life;
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
        start: u64,
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
        sent: u64,
        /// When they would have arrived; `None`: they had not left the socket buffer.
        would_arrive: Option<u64>,
    },
    /// A session's thread turns to something else.
    Turns(SessionId, Phase),
}

/// A moment (ns) and what happened.
pub type Event = (u64, What);

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

/// Writes a story down while it happens.
#[derive(Clone, Debug)]
pub struct Teller {
    /// Everything so far, in order.
    pub events: Vec<Event>,
    /// Packets under way to each replica: moment, index.
    sent: Vec<Vec<(u64, u64)>>,
    phases: Vec<Phase>,
    acknowledged: GtidSet,
    visible: GtidSet,
    served: Vec<bool>,
}

/// Tells the story of a run.
pub fn tell(plan: &Plan, seed: u64, run: u64) -> Story {
    let mut teller = Teller::new(plan);
    let mut simulation = Simulation::new(plan, seed, run, Span::millis(5));
    simulation.run(&mut teller);
    simulation.settle(&mut teller);
    let world = simulation.world.clone();
    let serving = world.serving.unwrap_or(plan.cluster.master);
    let rows = match world.server(serving).life {
        Life::Destroyed => GtidSet::default(),
        _ => world.server(serving).rows(),
    };
    let each = |set: &GtidSet| -> Vec<Gtid> {
        let missing = set.without(&rows);
        let all = missing
            .iter()
            .flat_map(|(origin, low, high)| (low..high).map(move |number| Gtid { origin, number }));
        all.collect()
    };
    let mut errant = Vec::new();
    for server in world.servers.iter().filter(|at| at.id != serving) {
        if teller.served[usize::from(server.id.0)] && server.life != Life::Destroyed {
            errant.extend(each(&server.rows()));
        }
    }
    Story {
        lost: each(&teller.acknowledged),
        vanished: each(&teller.visible),
        errant,
        events: teller.events,
        world,
    }
}

impl Teller {
    /// Nothing has happened yet.
    pub fn new(plan: &Plan) -> Teller {
        let servers = plan.servers.len();
        let sessions = usize::from(plan.cluster.sessions + plan.cluster.spare_sessions);
        Teller {
            events: Vec::new(),
            sent: vec![Vec::new(); servers],
            phases: vec![Phase::Idle; sessions],
            acknowledged: GtidSet::default(),
            visible: GtidSet::default(),
            served: vec![false; servers],
        }
    }
}

impl Observer for Teller {
    fn note(&mut self, now: u64, fact: &Fact, world: &World) {
        match *fact {
            Fact::Sent { replica, index } => {
                self.sent[usize::from(replica.0)].push((now, index));
            }
            Fact::Received { replica, index } => {
                self.sent[usize::from(replica.0)].retain(|sent| sent.1 > index);
            }
            Fact::Visible { server, index } if world.server(server).is_master() => {
                self.served[usize::from(server.0)] = true;
                let rows = world.server(server).history.set_between(0, index);
                self.visible.extend(&rows);
            }
            _ => {}
        }
        self.events.push((now, What::Noted(*fact)));
    }

    fn answered(
        &mut self,
        now: u64,
        start: u64,
        session: SessionId,
        outcome: Outcome,
        gtid: Option<Gtid>,
    ) {
        if let (Outcome::Ok, Some(gtid)) = (outcome, gtid) {
            self.acknowledged.insert(gtid.origin, gtid.number, 1);
        }
        self.events.push((
            now,
            What::Answered {
                session,
                outcome,
                gtid,
                start,
            },
        ));
    }

    fn submitted(&mut self, now: u64, session: SessionId, _: bool) {
        self.events.push((now, What::Submitted(session)));
    }

    fn sample(&mut self, _: u64, _: &World, _: &dyn Fn(usize) -> u64) {}

    fn fault(&mut self, _: u64, _: usize) {}

    fn lost(&mut self, now: u64, lane: LaneId, arrivals: &[Option<u64>]) {
        if lane.direction != Direction::Events {
            return;
        }
        let sent = &mut self.sent[usize::from(lane.replica.0)];
        let from = sent.len().saturating_sub(arrivals.len());
        for (&(sent, index), &would_arrive) in sent[from..].iter().zip(arrivals) {
            let replica = lane.replica;
            self.events.push((
                now,
                What::Lost {
                    replica,
                    index,
                    sent,
                    would_arrive,
                },
            ));
        }
        sent.truncate(from);
    }

    fn input(&mut self, now: u64, input: Input, _: &World) {
        if let Input::Synced(server, file) = input {
            self.events.push((now, What::Synced(server, file)));
        }
    }

    fn stepped(&mut self, now: u64, _: Input, world: &World) {
        for ((known, session), id) in self.phases.iter_mut().zip(&world.sessions).zip(0u16..) {
            if *known != session.commit.phase {
                *known = session.commit.phase;
                self.events
                    .push((now, What::Turns(SessionId(id), session.commit.phase)));
            }
        }
    }
}
