//! A way through the states, told: what happens, and what the core noted at it.

use super::action::Action;
use super::bounds::Bounds;
use super::state::State;
use crate::phrasebook::{About, Phrases, Place};
use crate::protocol::commit::Committer;
use crate::protocol::effect::{Direction, Input, LaneId, Timer, Worker};
use crate::protocol::fact::Fact;
use crate::protocol::ids::ServerId;
use crate::protocol::setup::Setup;

/// Words for a cluster: its servers' names.
pub struct Words<'a> {
    /// The servers' names, by id.
    pub names: &'a [String],
    /// What the cuts of the network are called.
    pub cuts: &'a [String],
}

/// One event of a way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What happens.
    pub event: String,
    /// Where.
    pub place: Place,
    /// What follows from it at once.
    pub facts: Vec<String>,
    /// The lane on which a packet arrives with it.
    pub arrives: Option<LaneId>,
    /// Lanes on which packets were sent by it, and how many.
    pub sent: Vec<(LaneId, usize)>,
    /// Lanes whose packets it destroyed, and how many.
    pub lost: Vec<(LaneId, usize)>,
    /// It takes a server away.
    pub crash: bool,
}

/// A way from the state at rest, event by event.
#[expect(clippy::wildcard_enum_match_arm, reason = "only these actions matter")]
pub fn tell(setup: &Setup, bounds: &Bounds, words: &Words, way: &[Action]) -> Vec<Line> {
    let mut setup = setup.clone();
    setup.sessions = bounds.sessions;
    setup.spare_sessions = 0;
    let mut state = State::first(&setup, bounds);
    way.iter()
        .map(|action| {
            let event = words.action(action, bounds, &state);
            let mut facts = Vec::new();
            let next = state.after(action, bounds, &mut |fact| {
                facts.extend(words.noted(fact));
            });
            let arrives = match action {
                Action::Arrives(lane) | Action::Happens(Input::Arrived(lane)) => Some(*lane),
                _ => None,
            };
            let (mut sent, mut lost) = (Vec::new(), Vec::new());
            for lane in state.lanes() {
                let before = state.packets(lane) - usize::from(arrives == Some(lane));
                let after = next.packets(lane);
                if after > before {
                    sent.push((lane, after - before));
                } else if after < before {
                    lost.push((lane, before - after));
                }
            }
            let line = Line {
                event,
                place: place(action, bounds, &state),
                facts,
                arrives,
                sent,
                lost,
                crash: matches!(action, Action::Crash(..)),
            };
            state = next;
            line
        })
        .collect()
}

#[expect(clippy::wildcard_enum_match_arm, reason = "only these inputs matter")]
fn place(action: &Action, bounds: &Bounds, state: &State) -> Place {
    let receiver = |lane: LaneId| match lane.direction {
        Direction::Events => Place::Server(lane.replica),
        Direction::Acks => state
            .world
            .link(lane.replica)
            .dump
            .on
            .map_or(Place::Manager, Place::Server),
    };
    let committer = |who: Committer| match who {
        Committer::Session(id) => Place::Server(state.world.sessions[id].server),
        Committer::Applier(id, _) => Place::Server(id),
    };
    match *action {
        Action::Submit(id) => Place::Client(id),
        Action::TimesOut(who) => committer(who),
        Action::Detects(..) | Action::Cut(_) | Action::Mend(_) => Place::Manager,
        Action::Crash(group, ..) => Place::Server(bounds.victims[usize::from(group)][0]),
        Action::Restart(id) | Action::Disconnects(id) | Action::WritesBack(id) => Place::Server(id),
        Action::Stops(thread) | Action::StartsAgain(thread) => Place::Server(thread.replica),
        Action::Arrives(lane) => receiver(lane),
        Action::Happens(input) => match input {
            Input::Arrived(lane) => receiver(lane),
            Input::Synced(id, _) => Place::Server(id),
            Input::Answered(id) => Place::Client(id),
            Input::Worked(Worker::Session(id)) => committer(Committer::Session(id)),
            Input::Worked(Worker::Applier(id, _) | Worker::Io(id) | Worker::AckReceiver(id)) => {
                Place::Server(id)
            }
            Input::Worked(Worker::Dump(replica)) => {
                let on = state.world.link(replica).dump.on;
                on.map_or(Place::Manager, Place::Server)
            }
            Input::Fired(
                Timer::Connect(id)
                | Timer::NetTimeout(id)
                | Timer::Heartbeat(id)
                | Timer::WriteTimeout(id)
                | Timer::AckPoll(id)
                | Timer::Fence(id)
                | Timer::RedoBackground(id)
                | Timer::GroupDelay(id),
            ) => Place::Server(id),
            _ => Place::Manager,
        },
    }
}

impl Phrases for Words<'_> {
    fn server(&self, id: ServerId) -> &str {
        &self.names[usize::from(id.0)]
    }
}

impl Words<'_> {
    /// What happens.
    pub fn action(&self, action: &Action, bounds: &Bounds, state: &State) -> String {
        match *action {
            Action::Submit(id) => {
                let server = state.world.master_for(id);
                let server = server.map_or("nobody", |id| self.server(id));
                format!("{} submits a transaction to {server}", self.session(id))
            }
            Action::Happens(input) => self.input(input, state),
            Action::TimesOut(who) => {
                format!("the semi-sync wait of {} times out", self.committer(who))
            }
            Action::Detects(timer, _) => self.fired(timer),
            Action::Arrives(lane) => format!("{} arrive", self.lane(lane, state)),
            Action::Crash(group, crash, _) => {
                let victims = &bounds.victims[usize::from(group)];
                let names: Vec<&str> = victims.iter().map(|&id| self.server(id)).collect();
                format!("{}: {}", crash.name(), names.join(", "))
            }
            Action::Restart(id) => format!("{} restarts", self.server(id)),
            Action::WritesBack(id) => {
                format!("{}: the page cache is written back", self.server(id))
            }
            Action::Stops(thread) => format!("STOP SLAVE: the {}", thread.name(self.names)),
            Action::StartsAgain(thread) => format!("START SLAVE: the {}", thread.name(self.names)),
            Action::Disconnects(id) => {
                format!("the connection of {} breaks", self.server(id))
            }
            Action::Cut(which) => self.cuts[usize::from(which)].clone(),
            Action::Mend(which) => format!("over: {}", self.cuts[usize::from(which)]),
        }
    }

    pub(super) fn lane(&self, lane: LaneId, state: &State) -> String {
        let link = state.world.link(lane.replica);
        let upstream = link
            .dump
            .on
            .or(state.world.server(lane.replica).replica.upstream);
        let upstream = upstream.map_or("its source", |id| self.server(id));
        let replica = self.server(lane.replica);
        match lane.direction {
            Direction::Events => format!("events from {upstream} to {replica}"),
            Direction::Acks => format!("acknowledgements from {replica} to {upstream}"),
        }
    }

    /// What the core noted, if a reader wants to know.
    fn noted(&self, fact: &Fact) -> Option<String> {
        let is_told = !matches!(
            fact,
            Fact::WokenInVain { .. }
                | Fact::Group { .. }
                | Fact::WasRead { .. }
                | Fact::Crashed { .. }
                | Fact::Detected
        );
        is_told.then(|| self.whole(&self.fact(fact, About::All)))
    }
}
