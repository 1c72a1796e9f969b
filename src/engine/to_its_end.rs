//! A run to its end: the duration, and on until what has begun is over.

use super::{Simulation, slots};
use crate::engine::{Decider, Moment, Observer};
use crate::protocol::failover::Failover;
use crate::protocol::ids::Span;

/// How long a run is followed beyond its duration at the most.
const FOLLOW_UP: Span = Span::seconds(600);
/// How often a run that is followed is looked at.
const STEP: Span = Span::millis(100);

impl Simulation<'_> {
    /// Runs the plan to its end: the duration, then on until a failover under way is over and writes are answered again.
    pub fn run<O: Decider>(&mut self, observer: &mut O) {
        self.run_telling(observer, &|_| ());
    }

    /// The same; somebody who waits hears every now and then how much more time (ns) of the duration is simulated.
    pub fn run_telling<O: Decider>(&mut self, observer: &mut O, simulated: &dyn Fn(u64)) {
        let end = Moment::after(self.plan.duration);
        while self.now < end && !observer.has_seen_enough() {
            let from = self.now;
            self.run_until(end.min(from + STEP), observer);
            simulated((self.now - from).0);
        }
        let limit = end + FOLLOW_UP;
        while self.is_unsettled() && self.now < limit && !observer.has_seen_enough() {
            let step = self.now + STEP;
            self.run_until(step, observer);
        }
    }

    /// A failover is under way, or clients have not had an answer since the master was lost and still may get one.
    fn is_unsettled(&self) -> bool {
        let under_way = matches!(
            self.world.failover,
            Failover::Suspecting
                | Failover::Stopping
                | Failover::CatchingUp(_)
                | Failover::Promoting(_)
        );
        let lost = self.clients.changed && self.clients.answered_since_change == 0;
        under_way || (lost && (self.has_master() || self.fault_is_pending()))
    }

    /// A fault has still to begin, to end, or to give its servers back.
    fn fault_is_pending(&self) -> bool {
        (0..self.plan.faults.len() * slots::PER_FAULT)
            .any(|slot| self.agenda.time_of(slot).is_some())
    }

    /// After the run: servers whose disks come back later are restarted, so that the ledger can count what they have.
    pub fn settle<O: Observer>(&mut self, observer: &mut O) {
        self.return_servers_after_the_run(observer);
        self.out.effects.clear();
    }
}
