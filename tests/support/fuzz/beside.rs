//! `check` beside timed runs: what a timed run of a small cluster loses, the search through every order of events within the
//! same bounds has to find too.

use replsim::engine::{Decider, Moment, Observer, Submission};
use replsim::explore::check::{Verdict, check_only};
use replsim::explore::properties::Property;
use replsim::measure::outcome::RunOutcome;
use replsim::plan::{FaultKind, Plan, Returns, Struck};
use replsim::protocol::effect::Input;
use replsim::protocol::fact::Fact;
use replsim::protocol::ids::SessionId;
use replsim::protocol::world::World;
use replsim::run::bounds::bounds;
use replsim::spec::check::Check;

/// Bounds of the search: what a fuzzer has time for.
const MOST_SERVERS: usize = 3;
const MOST_TRANSACTIONS: u64 = 2;
const MOST_FAULTS: usize = 2;
const MOST_STATES: u32 = 150_000;

/// What decides whether a timed run is within the bounds.
#[derive(Default)]
pub struct Began {
    submitted: u64,
    detected: u8,
    restarted: u8,
    written_back: u8,
    gave_up: u8,
    /// A client submitted before every replica had connected: the search begins when they have.
    early: bool,
}

impl Observer for Began {
    fn note(&mut self, _: Moment, fact: &Fact, _: &World) {
        match fact {
            Fact::Detected => self.detected += 1,
            Fact::Restarted { .. } => self.restarted += 1,
            Fact::SemiSync { on: false, .. } => self.gave_up = self.gave_up.saturating_add(1),
            _ => {}
        }
    }
    fn submitted(&mut self, _: Moment, _: SessionId, _: Submission) {
        self.submitted += 1;
    }
    fn fault(&mut self, _: Moment, _: usize) {}
    fn input(&mut self, _: Moment, input: Input, world: &World) {
        match input {
            Input::Request(_) if self.submitted <= 1 => {
                let replicas = world
                    .servers
                    .iter()
                    .filter(|at| at.replica.upstream.is_some());
                self.early |= replicas.into_iter().any(|at| !at.replica.connected);
            }
            Input::Writeback(_) => self.written_back = self.written_back.saturating_add(1),
            _ => {}
        }
    }
}

impl Decider for Began {}

/// Panics if a guarantee that the search says to hold did not hold in this run.
pub fn check(plan: &Plan, outcome: &RunOutcome, began: &Began) {
    let ledger = &outcome.ledger;
    let broken = [
        (
            Property::NothingAcknowledgedIsLost,
            ledger.lost_acknowledged,
        ),
        (Property::NothingVisibleIsLost, ledger.visible_then_lost),
    ];
    let broken = broken.into_iter().filter(|(_, lost)| *lost > 0);
    let broken: Vec<Property> = broken.map(|(property, _)| property).collect();
    let chained = plan
        .cluster
        .servers
        .iter()
        .filter_map(|server| server.upstream);
    let small = plan.servers.len() <= MOST_SERVERS
        && plan.faults.len() <= MOST_FAULTS
        && plan.cluster.sessions <= 2
        && plan.cluster.shape.statements <= 1
        && plan.workload.updates.is_none()
        && plan
            .faults
            .iter()
            .all(|fault| !matches!(fault.returns, Returns::AtOnce));
    let simple = chained
        .into_iter()
        .all(|upstream| upstream == plan.cluster.master);
    let within = began.submitted <= MOST_TRANSACTIONS && !began.early;
    if broken.is_empty() || !small || !simple || !within {
        return;
    }
    // A fault of several servers is as many crashes.
    let crashes = plan.faults.iter().map(|fault| match &fault.kind {
        FaultKind::Crash(_, Struck::Servers(servers)) => servers.len() as u8,
        FaultKind::Crash(_, Struck::Host(_) | Struck::Site(_)) => 1,
        FaultKind::Partition { .. } | FaultKind::StallDisk(_) | FaultKind::StopThread(..) => 0,
    });
    let crashes = crashes.sum();
    let said = Check {
        crashes: Some(crashes),
        sessions: Some(plan.cluster.sessions),
        transactions: Some(began.submitted as u8),
        // Disks come back after the run.
        restarts: Some(began.restarted.max(crashes)),
        failovers: Some(began.detected.max(1)),
        time_outs: Some(began.gave_up.min(3)),
        write_backs: Some(began.written_back.clamp(1, 2)),
        most_states: Some(MOST_STATES),
        ..Check::default()
    };
    let (bounds, _) = bounds(plan, &said);
    for finding in check_only(&plan.cluster, &bounds, broken).findings {
        assert!(
            finding.verdict != Verdict::Holds,
            "`check` says that it holds: {}; but a timed run lost {ledger:?} within {bounds:?}",
            finding.property.name()
        );
    }
}
