//! Timers in time: spans that the core knows, and the delays of connections, managers and people.

use super::Simulation;
use super::moment::Moment;
use super::slots::Slot;
use crate::protocol::crash::Noticed;
use crate::protocol::effect::Timer;
use crate::protocol::ids::{ServerId, Span};

impl Simulation<'_> {
    /// A replica's network time-out, counted from when it last heard of its upstream.
    pub(super) fn hears_nothing(&mut self, replica: ServerId, after: Span) {
        let heartbeat = self.world.server(replica).variables.heartbeat_period;
        let from = self.network.last_heard(replica, heartbeat, self.now);
        self.arm(Timer::NetTimeout(replica), from, after);
    }

    /// The end of the poll in progress: polls of a second follow each other from the last one that was cut short on.
    pub(super) fn await_poll(&mut self, server: ServerId) {
        let (began, second) = (self.polled[server], Span::seconds(1).0);
        let ended = (self.now - began).0 / second;
        let slot = self.layout.index(Slot::Timer(Timer::AckPoll(server)));
        self.agenda.set(slot, began + Span((ended + 1) * second));
    }

    /// So long after a moment, but not in the past.
    pub(super) fn arm(&mut self, timer: Timer, from: Moment, after: Span) {
        let at = (from + after).max(self.now);
        self.set(Slot::Timer(timer), at);
    }

    /// When the environment says.
    #[expect(clippy::wildcard_enum_match_arm, reason = "only these timers matter")]
    pub(super) fn expect(&mut self, timer: Timer) {
        if timer == Timer::Compare {
            let now = self.now;
            return self.set(Slot::Timer(timer), now);
        }
        let delays = &self.plan.delays;
        // Each server's delays are its own: another replica, or another order of replicas, moves none of them.
        let draw = match timer {
            Timer::Connect(id) => self.server_delays[usize::from(id.0)][0].next(),
            Timer::Repoint(id) => self.server_delays[usize::from(id.0)][1].next(),
            Timer::Fence(id) => self.server_delays[usize::from(id.0)][2].next(),
            _ => self.manager_delays.next(),
        };
        let delay = match timer {
            Timer::Connect(replica) => {
                let upstream = self.world.server(replica).replica.upstream;
                let there = usize::from(replica.0);
                let round_trip = upstream.map_or(0, |upstream| {
                    let upstream = usize::from(upstream.0);
                    let out = self.network.delay(self.plan, self.now, there, upstream);
                    let back = self.network.delay(self.plan, self.now, upstream, there);
                    out.saturating_add(back)
                });
                delays.connect.sample(draw).saturating_add(round_trip)
            }
            Timer::Detect(Noticed::AtOnce) => delays.detect_clean.sample(draw),
            Timer::Detect(Noticed::ByTimeOut) => delays.detect_silent.sample(draw),
            Timer::Promote => delays.promote.sample(draw),
            Timer::NoReplica => delays.no_replica.sample(draw),
            Timer::Repoint(_) => delays.repoint.sample(draw),
            Timer::Fence(_) => delays.fence.sample(draw),
            _ => 0,
        };
        let at = self.now + Span(delay);
        self.set(Slot::Timer(timer), at);
    }
}
