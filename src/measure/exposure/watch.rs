//! What the cluster would lose if the serving master died now, at every moment of a run: step functions, integrated
//! exactly (semantics.md 7; `protocol::exposure` has the rules).

use super::in_time::InTime;
use super::totals::{Exposed, ExposedTo, Steps, Values};
use crate::engine::Moment;
use crate::measure::answers::Answers;
use crate::plan::Plan;
use crate::protocol::by_id::ById;
use crate::protocol::client::Answer;
use crate::protocol::crash::Crash;
use crate::protocol::effect::{Direction, Input, Worker};
use crate::protocol::exposure::ServerSet;
use crate::protocol::fact::{Fact, Outcome};
use crate::protocol::ids::{ServerId, SessionId};
use crate::protocol::world::World;

/// One crash kind: who dies with the master, what would be left, and what would be lost.
#[derive(Clone, Debug)]
struct Kind {
    crash: Crash,
    dying: ServerSet,
    /// Master's history index up to which the best candidate would have everything; none if there is no candidate.
    saved: Option<u64>,
    /// Up to which the old master would have it.
    kept: u64,
    values: Values,
    /// Nobody could take over.
    alone: bool,
    since: Moment,
    exposed: ExposedTo,
    in_time: InTime,
}

/// Follows a run until its first master dies, is cut off or hands over.
#[derive(Clone, Debug)]
pub struct Exposure {
    master: ServerId,
    kinds: Vec<Kind>,
    /// OKs that have left the master, and OKs that clients have read.
    sent: Answers,
    known: Answers,
    /// What readers were sent, and what they have read.
    read_sent: u64,
    read_known: u64,
    visible: u64,
    /// History index of each session's transaction.
    index: ById<SessionId, Option<u64>>,
    /// From when on, and until when, it is measured.
    from: Moment,
    until: Moment,
    piece: u64,
    over: bool,
}

/// What may have changed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Changed {
    /// What the master has, and what others can read there.
    Master,
    /// Answers that have left the master.
    Sent,
    /// Answers that were read.
    Known,
    /// What is in the master's socket buffers.
    Socket,
    /// What has left them.
    Wire,
    /// What has reached replicas.
    Arrivals,
    /// Anything.
    All,
}

impl Changed {
    /// Whether it may be another candidate, or one that would have more.
    fn concerns_replicas(self, crash: Crash) -> bool {
        match self {
            Changed::Master | Changed::Sent | Changed::Known => false,
            Changed::Socket => crash.keeps_socket_buffers(),
            Changed::Wire => crash.separates_wire(),
            Changed::Arrivals => !crash.keeps_wire() || !crash.keeps_socket_buffers(),
            Changed::All => true,
        }
    }

    /// Whether a crash of this kind may cost something else now.
    fn concerns(self, crash: Crash) -> bool {
        match self {
            Changed::Master => true,
            Changed::Sent => crash.keeps_wire(),
            Changed::Known => !crash.keeps_wire(),
            Changed::Socket | Changed::Wire | Changed::Arrivals | Changed::All => {
                self.concerns_replicas(crash)
            }
        }
    }
}

impl Exposure {
    /// A run of this plan; so many pieces of the time between warm-up and end get sums of their own. The first steps
    /// are kept if asked.
    pub fn new(plan: &Plan, pieces: u64, steps: Steps) -> Exposure {
        let master = plan.cluster.master;
        let groups = Crash::ALL.map(|crash| {
            let dying = plan.struck(&plan.strikes(crash, master));
            (crash, dying.into_iter().collect())
        });
        Exposure::of_groups(plan, &groups, pieces, steps)
    }

    /// The same for these groups of servers, each with the master among them, that die in this way.
    pub fn of_groups(
        plan: &Plan,
        groups: &[(Crash, ServerSet)],
        pieces: u64,
        steps: Steps,
    ) -> Exposure {
        let master = plan.cluster.master;
        let [from, until] = [plan.warm_up, plan.duration].map(Moment::after);
        let piece = (until - from).0.div_ceil(pieces).max(1);
        let kinds = groups.iter().map(|&(crash, dying)| Kind {
            crash,
            dying,
            saved: None,
            kept: 0,
            values: Values::default(),
            alone: true,
            since: from,
            exposed: ExposedTo::new(from, piece, steps),
            in_time: InTime::new(plan, crash),
        });
        let sessions = usize::from(plan.cluster.sessions + plan.cluster.spare_sessions);
        Exposure {
            master,
            kinds: kinds.collect(),
            sent: Answers::default(),
            known: Answers::default(),
            read_sent: 0,
            read_known: 0,
            visible: 0,
            index: vec![None; sessions].into(),
            from,
            until,
            piece,
            over: false,
        }
    }

    /// Which servers die together with the master in a crash of this kind.
    pub fn dying(&self, crash: Crash) -> ServerSet {
        let kind = self.kinds.iter().find(|kind| kind.crash == crash);
        kind.map(|kind| kind.dying).unwrap_or_default()
    }

    /// What a crash of this kind would cost now.
    pub fn now(&self, crash: Crash) -> Values {
        let kind = self.kinds.iter().find(|kind| kind.crash == crash);
        kind.map(|kind| kind.values).unwrap_or_default()
    }

    /// An input is about to be handled.
    #[expect(clippy::wildcard_enum_match_arm, reason = "only these inputs matter")]
    pub fn input(&mut self, now: Moment, input: Input, world: &World) {
        match input {
            Input::Crash(id, _) if id == self.master => self.close(now),
            Input::Cut(..) => self.close(now),
            Input::Read(_, id) if id == self.master && world.server(id).is_up() => {
                self.read_sent = self.read_sent.max(world.server(id).committed);
                self.look(now, world, Changed::Sent);
            }
            _ => {}
        }
    }

    /// An input was handled: only what it can have changed is looked at.
    #[expect(clippy::wildcard_enum_match_arm, reason = "only these inputs matter")]
    pub fn stepped(&mut self, now: Moment, input: Input, world: &World) {
        if self.over {
            return;
        }
        match input {
            Input::Worked(Worker::Session(id)) => {
                let session = &world.sessions[id];
                if session.answer == Some(Answer::Final(Outcome::Ok))
                    && let Some(index) = self.index[id]
                {
                    self.sent.insert(index);
                    return self.value(now, Changed::Sent);
                }
                self.master_moved(now, world);
            }
            Input::Synced(id, _) | Input::Writeback(id) if id == self.master => {
                self.master_moved(now, world)
            }
            Input::Worked(Worker::Dump(_)) => self.look(now, world, Changed::Socket),
            Input::Departed(lane) if lane.direction == Direction::Events => {
                self.look(now, world, Changed::Wire)
            }
            Input::Arrived(lane) if lane.direction == Direction::Events => {
                self.look(now, world, Changed::Arrivals)
            }
            Input::Fired(_)
            | Input::Crash(..)
            | Input::Restart(_)
            | Input::StopIoThread(_)
            | Input::StartIoThread(_) => self.look(now, world, Changed::All),
            _ => {}
        }
    }

    /// A fact of the core.
    #[expect(clippy::wildcard_enum_match_arm, reason = "a fold counts only these")]
    pub fn note(&mut self, now: Moment, fact: &Fact, world: &World) {
        match *fact {
            Fact::Logged {
                server,
                index,
                session: Some(session),
                ..
            } if server == self.master => self.index[session] = Some(index),
            Fact::WasRead { server, index } if server == self.master => {
                self.read_known = self.read_known.max(index);
                self.look(now, world, Changed::Known);
            }
            Fact::Received { replica, index } if !self.over => {
                let survives = |kind: &&mut Kind| !kind.dying.contains(replica);
                for kind in self.kinds.iter_mut().filter(survives) {
                    kind.in_time.wrote(now, index);
                }
            }
            // A packet that was the last of its connection, a time-out: what was on its way may be gone.
            Fact::Connected { .. } => self.look(now, world, Changed::All),
            Fact::Promoted { .. } | Fact::Fenced { .. } => self.close(now),
            _ => {}
        }
    }

    /// A client learned the outcome of its transaction.
    pub fn answered(&mut self, now: Moment, session: SessionId, outcome: Outcome) {
        let index = self.index[session].take();
        if let (Outcome::Ok, Some(index)) = (outcome, index) {
            self.known.insert(index);
            if !self.over {
                self.value(now, Changed::Known);
            }
        }
    }

    /// From here on it is measured, until then, whatever was before.
    pub fn measure_anew(&mut self, from: Moment, until: Moment) {
        (self.from, self.until, self.piece) = (from, until, (until - from).0.max(1));
        for kind in &mut self.kinds {
            kind.since = from;
            kind.exposed = ExposedTo::new(from, self.piece, Steps::Dropped);
        }
    }

    /// A client goes on with another session.
    pub fn moved(&mut self, from: SessionId, to: SessionId) {
        self.index[to] = self.index[from].take();
    }

    fn master_moved(&mut self, now: Moment, world: &World) {
        let master = world.server(self.master);
        let same = master.committed == self.visible
            && (self.kinds.iter()).all(|kind| kind.kept == master.would_keep(kind.crash));
        if !same {
            self.look(now, world, Changed::Master);
        }
    }

    fn look(&mut self, now: Moment, world: &World, changed: Changed) {
        if self.over {
            return;
        }
        let master = world.server(self.master);
        self.visible = master.committed;
        for kind in &mut self.kinds {
            kind.kept = master.would_keep(kind.crash);
            if changed.concerns_replicas(kind.crash) {
                kind.saved = world.best_would_have(kind.crash, kind.dying);
                kind.in_time.would_have(now, kind.saved.unwrap_or(0));
            }
        }
        self.value(now, changed);
    }

    /// From what is left and what is known to what would be lost.
    fn value(&mut self, now: Moment, changed: Changed) {
        let concerned = |kind: &&mut Kind| changed.concerns(kind.crash);
        for kind in self.kinds.iter_mut().filter(concerned) {
            // Without a candidate the old master is waited for.
            let saved = kind.saved.unwrap_or(kind.kept);
            let (answers, read) = match kind.crash.keeps_wire() {
                true => (&self.sent, self.read_sent),
                false => (&self.known, self.read_known),
            };
            let values = [
                answers.count_from(saved),
                self.visible.saturating_sub(saved),
                read.saturating_sub(saved),
                kind.kept.saturating_sub(saved),
            ];
            let lonely = kind.saved.is_none();
            if values != kind.values || lonely != kind.alone {
                kind.integrate(now.min(self.until));
                (kind.values, kind.alone) = (values, lonely);
            }
        }
    }

    /// Nothing after this counts.
    pub fn close(&mut self, now: Moment) {
        if !self.over {
            let now = now.min(self.until);
            for kind in &mut self.kinds {
                kind.integrate(now);
                kind.exposed.unknown = kind.in_time.finish(now);
            }
            self.over = true;
        }
    }

    /// The run is over.
    pub fn finish(mut self, now: Moment) -> Exposed {
        self.close(now);
        let kinds = self.kinds.into_iter().map(|mut kind| {
            kind.exposed.close();
            kind.exposed
        });
        Exposed {
            from: self.from,
            piece: self.piece,
            kinds: kinds.collect(),
        }
    }
}

impl Kind {
    /// Adds the time since the last change.
    fn integrate(&mut self, now: Moment) {
        if now > self.since {
            self.exposed.add(self.since, now, &self.values);
            if self.alone {
                self.exposed.alone += (now - self.since).0;
            }
            self.since = now;
        }
    }
}
