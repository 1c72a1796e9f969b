//! What an administrator changes in semi-sync while it runs (semantics.md 5.2, 5.5).

use crate::protocol::state::commit::Committer;
use crate::protocol::state::counters::Counters;
use crate::protocol::state::flavour_rules::NoSlave;
use crate::protocol::state::semi_sync::{Change, SemiSync};
use crate::protocol::state::variables::Variables;

impl SemiSync {
    /// `SET GLOBAL rpl_semi_sync_master_wait_no_slave` (semantics.md 5.2). MySQL without replicas switches OFF, and ON
    /// again without asking whether anybody has caught up; MariaDB looks at it in every wait.
    pub fn set_wait_no_slave(&mut self, on: bool, counters: &mut Counters) -> Change {
        if !self.enabled || self.rules.no_slave == NoSlave::EndsWaits {
            return Change::default();
        }
        if !on && self.clients == 0 && self.on {
            return self.switch_off(counters);
        }
        let switched = on && !self.on;
        self.on |= on;
        Change {
            status: switched.then_some(true),
            ..Change::default()
        }
    }

    /// The server shuts down and nobody is left to wait for: OFF, if it was ON (semantics.md 5.2).
    pub fn waits_no_more(&mut self, counters: &mut Counters) -> Change {
        match self.on {
            true => self.switch_off(counters),
            false => Change::default(),
        }
    }

    /// `SET GLOBAL rpl_semi_sync_master_wait_for_slave_count` (MySQL): what the replicas have said
    /// stays, and fewer acknowledgements may release waiters (semantics.md 5.2).
    pub fn set_wait_for_slave_count(&mut self, count: u16) -> Change {
        self.wait_for_slave_count = count;
        match self.acks.resize(count) {
            Some(position) => self.report(position),
            None => Change::default(),
        }
    }

    /// `KILL` of a waiting thread (MySQL, semantics.md 5.2, 14.2 b14): it looks at the state once more and sleeps on; true if
    /// it slept.
    pub fn wake_in_vain(
        &mut self,
        committer: Committer,
        variables: &Variables,
        counters: &mut Counters,
    ) -> bool {
        let mut sleepers = self.sleepers.iter();
        let at = sleepers.position(|sleeper| sleeper.committer == committer);
        let Some(sleeper) = at.and_then(|at| self.sleepers.remove(at)) else {
            return false;
        };
        self.resume_wait(committer, sleeper.position, variables, counters);
        true
    }

    /// `KILL` of a waiting thread (MariaDB, semantics.md 5.5): it waits no longer; true if it slept.
    pub fn abandon(&mut self, committer: Committer, counters: &mut Counters) -> bool {
        let at = self
            .sleepers
            .iter()
            .position(|sleeper| sleeper.committer == committer);
        let Some(sleeper) = at.and_then(|at| self.sleepers.remove(at)) else {
            return false;
        };
        counters.tx_waits += 1;
        self.ends_unacknowledged(sleeper.position, counters);
        true
    }
}
