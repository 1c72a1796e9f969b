//! A state of the search: the cluster, what is under way, what may still happen, and what clients know.

use super::action::Action;
use super::bounds::{Bounds, Reduction};
use super::pending::Pending;
use crate::protocol::by_id::ById;
use crate::protocol::client::Answer;
use crate::protocol::commit::{Committer, Phase};
use crate::protocol::counters::Counters;
use crate::protocol::effect::{Effect, File, Input, Step, Timer, Worker};
use crate::protocol::fact::{Fact, Outcome};
use crate::protocol::gtid::GtidSet;
use crate::protocol::ids::{ServerId, SessionId};
use crate::protocol::lane::Lost;
use crate::protocol::partition::End;
use crate::protocol::setup::Setup;
use crate::protocol::thread::Thread;
use crate::protocol::world::{Out, World};

/// What may still happen.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Left {
    /// Transactions that were not submitted.
    pub transactions: u8,
    /// Crashes.
    pub crashes: u8,
    /// Restarts.
    pub restarts: u8,
    /// Time-outs of semi-sync waits.
    pub time_outs: u8,
    /// Decisions that the master is dead.
    pub failovers: u8,
    /// Write-backs of a page cache.
    pub write_backs: u8,
    /// Threads of replicas that are stopped.
    pub stops: u8,
    /// Those that are, sorted.
    pub stopped: Vec<Thread>,
    /// Connections that break.
    pub disconnects: u8,
    /// Per partition: it has not begun, is in force, or is over.
    pub partitions: Vec<Option<bool>>,
}

/// What clients know, and whether it was ever untrue that every one of them had a copy.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Known {
    /// Transactions whose OK was read.
    pub acknowledged: GtidSet,
    /// Transactions that others could read on a master.
    pub visible: GtidSet,
    /// Some OK was read while no other server had received its transaction.
    pub alone: bool,
    /// A failover was completed.
    pub promoted: bool,
    /// Semi-sync was switched off.
    pub fell_back: bool,
    /// It was switched on again.
    pub came_back: bool,
}

/// A state.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct State {
    /// The cluster.
    pub world: World,
    /// What it waits for.
    pub pending: Pending,
    /// What may still happen.
    pub left: Left,
    /// What clients know.
    pub known: Known,
    /// Counters by server, if the search is about them: they would tell apart states that are alike otherwise.
    pub counters: Option<ById<ServerId, Counters>>,
}

impl State {
    /// The cluster as it starts: every replica is about to connect.
    pub fn starting(setup: &Setup, bounds: &Bounds) -> State {
        let mut state = State {
            world: World::new(setup),
            pending: Pending::default(),
            left: Left {
                transactions: bounds.transactions,
                crashes: bounds.crashes,
                restarts: bounds.restarts,
                time_outs: bounds.time_outs,
                failovers: bounds.failovers,
                write_backs: bounds.write_backs,
                stops: bounds.stops,
                stopped: Vec::new(),
                disconnects: bounds.disconnects,
                partitions: vec![Some(false); bounds.partitions.len()],
            },
            known: Known::default(),
            counters: bounds
                .counters
                .then(|| vec![Counters::default(); setup.servers.len()].into()),
        };
        let mut out = Out::new(setup.servers.len());
        state.world.start(&mut out);
        state.take(bounds, &mut out, &mut |_| {});
        state
    }

    /// The cluster at rest with every replica connected.
    pub fn first(setup: &Setup, bounds: &Bounds) -> State {
        let mut state = State::starting(setup, bounds);
        for id in state.world.server_ids() {
            let connect = Timer::Connect(id);
            if state.pending.timers.contains(&connect) {
                state.feed(Input::Fired(connect), bounds, &mut |_| {});
            }
        }
        for id in state.world.server_ids() {
            let poll = Timer::AckPoll(id);
            if state.pending.timers.contains(&poll) {
                state.feed(Input::Fired(poll), bounds, &mut |_| {});
            }
        }
        state.run_local(bounds, &mut |_| {});
        state
    }

    /// What follows from an action; facts go to `note`.
    pub fn after(&self, action: &Action, bounds: &Bounds, note: &mut dyn FnMut(&Fact)) -> State {
        let mut next = self.clone();
        match *action {
            Action::Submit(session) => {
                next.left.transactions -= 1;
                let server = next.world.sessions[session].server;
                if next.world.master_for(session) != Some(server) {
                    next.feed(Input::Reconnect(session), bounds, note);
                }
                next.feed(Input::Request(session), bounds, note);
            }
            Action::Happens(input) => next.feed(input, bounds, note),
            Action::TimesOut(who) => {
                next.left.time_outs -= 1;
                let timer = Timer::SemiSyncWait(who);
                next.feed(Input::Fired(timer), bounds, note);
            }
            Action::Detects(timer, preferred) => {
                if matches!(timer, Timer::Detect(_)) {
                    next.left.failovers -= 1;
                }
                let said = next.prefer(preferred);
                next.feed(Input::Fired(timer), bounds, note);
                next.prefer(said);
            }
            Action::Arrives(lane) => {
                if !next.may_arrive(lane) {
                    next.feed(Input::Departed(lane), bounds, note);
                }
                next.feed(Input::Arrived(lane), bounds, note);
            }
            Action::Crash(group, crash, departed) => {
                next.left.crashes -= 1;
                let lanes = next.lanes_from(&bounds.victims[usize::from(group)]);
                for (lane, left) in lanes.into_iter().zip(departed) {
                    for _ in 0..left {
                        next.feed(Input::Departed(lane), bounds, note);
                    }
                }
                for &id in &bounds.victims[usize::from(group)] {
                    next.feed(Input::Crash(id, crash), bounds, note);
                }
            }
            Action::Restart(id) => {
                next.left.restarts -= 1;
                next.feed(Input::Restart(id), bounds, note);
            }
            Action::WritesBack(id) => {
                next.left.write_backs -= 1;
                // What is dirty at one pass is written back at the next.
                for _ in 0..2 {
                    next.feed(Input::Writeback(id), bounds, note);
                }
            }
            Action::Stops(thread) => {
                next.left.stops -= 1;
                let at = next.left.stopped.partition_point(|&other| other < thread);
                next.left.stopped.insert(at, thread);
                next.feed(thread.stop(), bounds, note);
            }
            Action::StartsAgain(thread) => {
                next.left.stopped.retain(|&other| other != thread);
                next.feed(thread.start(), bounds, note);
            }
            Action::Disconnects(id) => {
                next.left.disconnects -= 1;
                next.feed(Input::KillDump(id), bounds, note);
            }
            Action::Cut(which) => {
                next.left.partitions[usize::from(which)] = Some(true);
                for &(from, to) in &bounds.partitions[usize::from(which)] {
                    next.feed(Input::Cut(from, to), bounds, note);
                }
            }
            Action::Mend(which) => {
                next.left.partitions[usize::from(which)] = None;
                for &(from, to) in &bounds.partitions[usize::from(which)] {
                    next.feed(Input::Mend(from, to), bounds, note);
                }
                next.send_again(bounds, note);
            }
        }
        next.run_local(bounds, note);
        next
    }

    /// Whom the manager takes among equals; what it was told before.
    fn prefer(&mut self, preferred: Option<ServerId>) -> Option<ServerId> {
        let manager = self.world.manager.as_mut()?;
        std::mem::replace(&mut manager.prefer, preferred)
    }

    /// Gives the core an input and takes in what it asks for.
    #[expect(clippy::wildcard_enum_match_arm, reason = "only these inputs matter")]
    pub fn feed(&mut self, input: Input, bounds: &Bounds, note: &mut dyn FnMut(&Fact)) {
        match input {
            Input::Worked(worker) => self.pending.worked(worker),
            Input::Synced(server, file) => self.pending.synced(server, file),
            Input::Fired(timer) => self.pending.fired(timer),
            _ => {}
        }
        let mut out = Out::new(0);
        out.counters = match &mut self.counters {
            Some(counters) => std::mem::take(counters),
            None => vec![Counters::default(); self.world.servers.len()].into(),
        };
        self.world.step(input, &mut out);
        self.take(bounds, &mut out, note);
        if let Some(counters) = &mut self.counters {
            *counters = std::mem::take(&mut out.counters);
        }
    }

    /// Requests that were stuck in TCP arrive; at which moment makes no difference to anybody else.
    fn send_again(&mut self, bounds: &Bounds, note: &mut dyn FnMut(&Fact)) {
        for id in self.world.sessions.ids() {
            let session = &self.world.sessions[id];
            let unstuck = session.awaited
                && !session.request_is_stuck
                && session.answer.is_none()
                && session.commit.phase == Phase::Idle
                && (self.world).answers_to(self.world.place_of(id), session.server);
            if unstuck {
                self.feed(Input::Request(id), bounds, note);
            }
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "only these effects matter")]
    fn take(&mut self, bounds: &Bounds, out: &mut Out, note: &mut dyn FnMut(&Fact)) {
        let mut at = 0;
        while at < out.effects.len() {
            let effect = out.effects[at];
            at += 1;
            match effect {
                Effect::Note(fact) => {
                    self.learn(&fact);
                    note(&fact);
                }
                // Without TCP's acknowledgements the other direction stops after a window: here, at once.
                Effect::Window(lane) if bounds.reduction == Reduction::Local => {
                    self.world.step(Input::Stuck(lane), out)
                }
                Effect::Cut {
                    lane,
                    lost: Lost::SocketBufferAndWire,
                } => {
                    let upstream = self.world.server(lane.replica).replica.upstream;
                    let talk = upstream.is_none_or(|upstream| {
                        let ends = (End::Server(upstream), End::Server(lane.replica));
                        self.world.cuts.talk(ends.0, ends.1)
                    });
                    if talk {
                        self.pending.take(Effect::Unstick(lane));
                    }
                }
                effect => self.pending.take(effect),
            }
        }
        out.effects.clear();
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "a fold counts only these")]
    fn learn(&mut self, fact: &Fact) {
        match *fact {
            Fact::Visible { server, index } if self.world.server(server).is_master() => {
                let rows = self.world.server(server).history.set_between(0, index);
                self.known.visible.extend(&rows);
            }
            Fact::Answered {
                outcome: Outcome::Ok,
                gtid: Some(gtid),
                ..
            } => {
                let mut copies = self.world.servers.iter();
                let own = gtid.origin.server;
                let copied = copies.any(|at| at.id != own && at.received().contains(gtid));
                self.known.alone |= !copied;
                self.known.acknowledged.insert(gtid.origin, gtid.number, 1);
            }
            Fact::Promoted { .. } => self.known.promoted = true,
            Fact::SemiSync { on: false, .. } => self.known.fell_back = true,
            Fact::SemiSync { on: true, .. } => self.known.came_back |= self.known.fell_back,
            _ => {}
        }
    }

    /// Runs what is run at once, in a fixed order, until nothing of it is left.
    fn run_local(&mut self, bounds: &Bounds, note: &mut dyn FnMut(&Fact)) {
        if bounds.reduction == Reduction::None {
            return;
        }
        while let Some(input) = self.local_step(bounds) {
            self.feed(input, bounds, note);
        }
        self.forget();
    }

    fn local_step(&self, bounds: &Bounds) -> Option<Input> {
        let works = self.pending.works.iter();
        if let Some((worker, _)) = works
            .copied()
            .find(|&(worker, step)| self.is_local(worker, step, bounds))
        {
            return Some(Input::Worked(worker));
        }
        if let Some(&(server, file)) = self.pending.syncs.iter().find(|sync| sync.1 == File::Redo) {
            return Some(Input::Synced(server, file));
        }
        for (session, at) in self.world.sessions.iter().zip(0u16..) {
            let id = SessionId(at);
            if session.answer.is_some() && !self.pending.is_client_stuck(id) {
                return Some(Input::Answered(id));
            }
        }
        None
    }

    fn is_local(&self, worker: Worker, step: Step, bounds: &Bounds) -> bool {
        match step {
            Step::Statement | Step::Prepare | Step::WriteBinlog | Step::EngineCommit => true,
            Step::Reply => true,
            // It ends the poll: who waits for that joins or leaves.
            Step::HandleAck => match worker {
                Worker::AckReceiver(id) => !self.world.server(id).receiver.is_awaited(),
                Worker::Session(_) | Worker::Applier(..) | Worker::Io(_) | Worker::Dump(_) => true,
            },
            Step::Receive => !bounds.connections_end(),
            Step::Dump | Step::Apply => false,
            // Getting a lock is an event: others may join the queue before. Other wake-ups only lead to the answer.
            Step::WakeUp => {
                let who = match worker {
                    Worker::Session(id) => Committer::Session(id),
                    Worker::Applier(server, worker) => Committer::Applier(server, worker),
                    Worker::Io(_) | Worker::Dump(_) | Worker::AckReceiver(_) => return true,
                };
                self.world.commit(who).phase != Phase::GotLock
            }
        }
    }

    /// What is left of a finished transaction in its session says nothing any more.
    fn forget(&mut self) {
        for session in &mut self.world.sessions {
            if session.commit.phase == Phase::Idle && !session.awaited {
                session.commit = Default::default();
                session.requests_done = 0;
            }
        }
    }

    /// Whether an OK, or another answer, is on its way to a session's client.
    pub fn answer_of(&self, id: SessionId) -> Option<Answer> {
        self.world.sessions[id].answer
    }

    /// Every server.
    pub fn servers(&self) -> impl Iterator<Item = ServerId> + use<> {
        self.world.server_ids()
    }
}
