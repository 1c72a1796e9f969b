//! What may happen next in a state.

use super::bounds::{Bounds, Reduction};
use super::state::State;
use crate::protocol::commit::Committer;
use crate::protocol::crash::Crash;
use crate::protocol::effect::{Direction, Input, LaneId, Timer};
use crate::protocol::ids::{ServerId, SessionId};
use crate::protocol::thread::Thread;

/// One thing that happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// A client submits a transaction, on its connection or on a new one to the new master.
    Submit(SessionId),
    /// Something under way comes to its end.
    Happens(Input),
    /// A semi-sync wait times out.
    TimesOut(Committer),
    /// The manager decides that the master is dead; among equals it takes this replica.
    Detects(Timer, Option<ServerId>),
    /// The first packet of a lane arrives, from wherever it was.
    Arrives(LaneId),
    /// A group of servers crashes; so many packets of each of its lanes had left its hosts.
    Crash(u8, Crash, Departed),
    /// A crashed server restarts.
    Restart(ServerId),
    /// A server's operating system writes back what it has in its page cache.
    WritesBack(ServerId),
    /// Somebody stops a thread of a replica.
    Stops(Thread),
    /// And starts it again.
    StartsAgain(Thread),
    /// A replica's connection breaks: its dump thread is killed.
    Disconnects(ServerId),
    /// The network is cut.
    Cut(u8),
    /// It works again.
    Mend(u8),
}

/// How many packets had left, by lane, in the order of the lanes on which the crashing servers send.
pub type Departed = [u8; 4];

impl State {
    /// Everything that may happen next, in a fixed order.
    #[expect(clippy::wildcard_enum_match_arm, reason = "only these timers matter")]
    pub fn actions(&self, bounds: &Bounds, actions: &mut Vec<Action>) {
        self.submissions(actions);
        let works = self.pending.works.iter();
        actions.extend(works.map(|work| Action::Happens(Input::Worked(work.0))));
        let syncs = self.pending.syncs.iter();
        actions.extend(syncs.map(|&(server, file)| Action::Happens(Input::Synced(server, file))));
        for lane in self.lanes() {
            match bounds.reduction {
                Reduction::None => {
                    if self.may_depart(lane) {
                        actions.push(Action::Happens(Input::Departed(lane)));
                    }
                    if self.may_arrive(lane) {
                        actions.push(Action::Happens(Input::Arrived(lane)));
                    }
                }
                Reduction::Local if self.may_depart(lane) || self.may_arrive(lane) => {
                    actions.push(Action::Arrives(lane));
                }
                Reduction::Local => {}
            }
        }
        if bounds.reduction == Reduction::None {
            for id in self.world.sessions.ids() {
                if self.answer_of(id).is_some() && !self.pending.is_client_stuck(id) {
                    actions.push(Action::Happens(Input::Answered(id)));
                }
            }
        }
        for &timer in &self.pending.timers {
            match timer {
                Timer::Detect(_) if self.left.failovers == 0 => {}
                Timer::Detect(_) | Timer::Compare => self.detects(timer, actions),
                _ => actions.extend(self.fires(timer)),
            }
        }
        self.faults(bounds, actions);
    }

    fn submissions(&self, actions: &mut Vec<Action>) {
        if self.left.transactions == 0 {
            return;
        }
        let mut idle = None;
        for id in (0..self.world.clients).map(SessionId) {
            let Some(master) = self.world.master_for(id) else {
                continue;
            };
            let read_only = self.world.server(master).variables.read_only;
            if !self.world.can_submit(id) || read_only {
                continue;
            }
            // Sessions that have done nothing yet, on the same server, are alike: the first one speaks for all.
            let session = &self.world.sessions[id];
            if idle.replace(session) == Some(session) {
                continue;
            }
            actions.push(Action::Submit(id));
        }
    }

    /// No manager promises whom it takes among equals.
    fn detects(&self, timer: Timer, actions: &mut Vec<Action>) {
        let equals = self.world.most_advanced();
        let said = self.world.manager.as_ref().and_then(|at| at.prefer);
        if equals.len() > 1 && said.is_none() {
            let equals = equals.into_iter();
            actions.extend(equals.map(|id| Action::Detects(timer, Some(id))));
        } else {
            actions.push(Action::Detects(timer, said));
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "only these timers matter")]
    fn fires(&self, timer: Timer) -> Option<Action> {
        match timer {
            Timer::SemiSyncWait(who) => (self.left.time_outs > 0).then_some(Action::TimesOut(who)),
            // A try that fails changes nothing but the number of tries.
            Timer::Connect(id) => {
                let upstream = self.world.server(id).replica.upstream?;
                let end = crate::protocol::partition::End::Server(id);
                let answers = self.world.answers_to(end, upstream);
                answers.then_some(Action::Happens(Input::Fired(timer)))
            }
            // Giving up on a candidate that would catch up is no event of the cluster.
            Timer::CatchUp => None,
            _ => Some(Action::Happens(Input::Fired(timer))),
        }
    }

    fn faults(&self, bounds: &Bounds, actions: &mut Vec<Action>) {
        if self.left.crashes > 0 {
            for (group, victims) in (0u8..).zip(&bounds.victims) {
                if victims.iter().any(|&id| self.world.server(id).is_up()) {
                    for &kind in &bounds.kinds {
                        let departed = match bounds.reduction {
                            Reduction::Local if kind.separates_wire() => self.departures(victims),
                            Reduction::Local | Reduction::None => vec![Departed::default()],
                        };
                        let crashes = departed.into_iter();
                        actions.extend(crashes.map(|left| Action::Crash(group, kind, left)));
                    }
                }
            }
        }
        if self.left.restarts > 0 {
            for server in &self.world.servers {
                if server.life.can_start() {
                    actions.push(Action::Restart(server.id));
                }
            }
        }
        if self.left.write_backs > 0 {
            let may_lose = |id: &ServerId| bounds.victims.iter().flatten().any(|at| at == id);
            let dirty = |id: &ServerId| {
                let server = self.world.server(*id);
                server.is_up() && server.is_dirty()
            };
            let ids = self.world.server_ids().filter(may_lose).filter(dirty);
            actions.extend(ids.map(Action::WritesBack));
        }
        if self.left.stops > 0 {
            let running =
                |thread: &&Thread| thread.runs(&self.world.server(thread.replica).replica);
            let stops = bounds.stoppable.iter().filter(running);
            actions.extend(stops.map(|&thread| Action::Stops(thread)));
        }
        let stopped = self.left.stopped.iter();
        actions.extend(stopped.map(|&thread| Action::StartsAgain(thread)));
        if self.left.disconnects > 0 {
            let ids = self.world.server_ids();
            let connected = ids.filter(|&id| self.world.link(id).dump.on.is_some());
            actions.extend(connected.map(Action::Disconnects));
        }
        for (which, state) in (0u8..).zip(&self.left.partitions) {
            match state {
                Some(false) => actions.push(Action::Cut(which)),
                Some(true) => actions.push(Action::Mend(which)),
                None => {}
            }
        }
    }

    /// Lanes on which these servers send.
    pub fn lanes_from(&self, victims: &[ServerId]) -> Vec<LaneId> {
        let sends = |lane: &LaneId| match lane.direction {
            Direction::Acks => victims.contains(&lane.replica),
            Direction::Events => {
                let on = self.world.link(lane.replica).dump.on;
                on.is_some_and(|on| victims.contains(&on))
            }
        };
        let lanes = self.lanes().filter(sends);
        lanes.take(Departed::default().len()).collect()
    }

    /// Every way in which the packets of these servers may have left when their hosts are lost.
    fn departures(&self, victims: &[ServerId]) -> Vec<Departed> {
        let mut ways = vec![Departed::default()];
        for (at, lane) in self.lanes_from(victims).into_iter().enumerate() {
            let link = self.world.link(lane.replica);
            let packets = match lane.direction {
                Direction::Events => link.events.in_socket().count(),
                Direction::Acks => link.acks.in_socket().count(),
            };
            let packets = if self.pending.is_stuck(lane) {
                0
            } else {
                packets as u8
            };
            let with = |way: Departed| {
                (0..=packets).map(move |left| {
                    let mut way = way;
                    way[at] = left;
                    way
                })
            };
            ways = ways.into_iter().flat_map(with).collect();
        }
        ways
    }
}
