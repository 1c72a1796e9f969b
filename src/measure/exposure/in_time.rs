//! Whether what has reached a replica is in its relay log before the manager decides: the exposure counts on it.

use super::totals::Unknown;
use crate::engine::Moment;
use crate::plan::Plan;
use crate::protocol::crash::Crash;
use crate::protocol::setup::{CandidateBy, Manager};
use std::collections::VecDeque;

/// The manager decides earlier than this in one of a thousand failovers.
const EARLY: u64 = u64::MAX / 1_000;

/// Follows one crash kind: what the next master would have, until somebody has written it.
#[derive(Clone, Debug)]
pub struct InTime {
    /// Moments, and the master's history index up to which everything had reached the best replica.
    reached: VecDeque<(Moment, u64)>,
    written: u64,
    longest: u64,
    decision: u64,
    policy: Option<Unknown>,
}

impl InTime {
    /// Crashes of this kind under this plan's manager.
    pub fn new(plan: &Plan, crash: Crash) -> InTime {
        let delays = &plan.delays;
        let detect = if crash.is_clean() {
            &delays.detect_clean
        } else {
            &delays.detect_silent
        };
        let manager = plan.cluster.manager.as_ref();
        InTime {
            reached: VecDeque::new(),
            written: 0,
            longest: 0,
            decision: manager.map_or(u64::MAX, |_| detect.sample(EARLY)),
            policy: manager.and_then(policy),
        }
    }

    /// The best replica would have everything up to here, if the master died now.
    pub fn would_have(&mut self, now: Moment, saved: u64) {
        // What was on its way and is lost was no loss of a crash at those moments: something else befell the replica.
        while self.reached.back().is_some_and(|&(_, index)| index > saved) {
            self.reached.pop_back();
        }
        let last = self
            .reached
            .back()
            .map_or(self.written, |&(_, index)| index);
        if saved > last {
            self.reached.push_back((now, saved));
        }
    }

    /// A replica that would survive has written everything up to here.
    pub fn wrote(&mut self, now: Moment, index: u64) {
        self.written = self.written.max(index);
        while let Some(&(since, _)) = self.reached.front().filter(|(_, at)| *at <= index) {
            self.longest = self.longest.max((now - since).0);
            self.reached.pop_front();
        }
    }

    /// Nothing more is watched: what is not written yet is late if it has been on its way for too long.
    pub fn finish(&self, now: Moment) -> Option<Unknown> {
        let still = self
            .reached
            .front()
            .map_or(0, |&(since, _)| now.since(since).0);
        let after = self.longest.max(still);
        let decision = self.decision;
        let late = (after > decision).then_some(Unknown::WrittenLate { after, decision });
        self.policy.or(late)
    }
}

fn policy(manager: &Manager) -> Option<Unknown> {
    match (manager.candidate, manager.apply_relay_log_first) {
        (CandidateBy::Executed, _) => Some(Unknown::ByExecuted),
        (CandidateBy::Received, false) => Some(Unknown::RelayLogDiscarded),
        (CandidateBy::Received, true) => None,
    }
}
