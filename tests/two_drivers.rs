//! The two drivers check each other: whatever the timed engine feeds to the core, the explorer had among its actions.

#[path = "support/random.rs"]
mod random;
mod support;

use proptest::prelude::*;
use random::{Scenario, cases, scenario};
use replsim::engine::{Decider, Gauges, Moment, Observer, Simulation};
use replsim::explore::action::Action;
use replsim::explore::bounds::{Bounds, Reduction};
use replsim::explore::state::State;
use replsim::plan::{FaultKind, FaultPlan, Plan, Returns};
use replsim::protocol::effect::{File, Input, Timer};
use replsim::protocol::fact::Outcome;
use replsim::protocol::flavour::Flavour;
use replsim::protocol::ids::{Gtid, ServerId, SessionId, Span};
use replsim::protocol::thread::ThreadKind;
use replsim::protocol::world::World;
use support::{MS, Mode};

/// Takes every step of the engine in the explorer's own state.
struct Shadow {
    state: State,
    bounds: Bounds,
    steps: u64,
    /// Steps at which a replica was told to stop: while it wrote a packet, and while it synced its relay log.
    writing: u64,
    syncing: u64,
    problem: Option<String>,
}

/// Anything may happen as often as it likes; nothing is run at once.
fn bounds() -> Bounds {
    Bounds {
        time_outs: u8::MAX,
        failovers: u8::MAX,
        most_states: 1,
        reduction: Reduction::None,
        ..Bounds::quiet(1, 1)
    }
}

impl Shadow {
    fn new(plan: &Plan) -> Shadow {
        let bounds = bounds();
        Shadow {
            state: State::starting(&plan.cluster, &bounds),
            bounds,
            steps: 0,
            writing: 0,
            syncing: 0,
            problem: None,
        }
    }

    /// The engine has one slot for the manager's decision, however the master died.
    fn as_expected(&self, input: Input) -> Input {
        let expected = self.state.pending.timers.iter();
        let mut expected = expected.filter(|timer| matches!(timer, Timer::Detect(_)));
        match (input, expected.next()) {
            (Input::Fired(Timer::Detect(_)), Some(&timer)) => Input::Fired(timer),
            _ => input,
        }
    }

    /// Whether the explorer could have done it in this state.
    fn is_among_the_actions(&self, input: Input) -> bool {
        let state = &self.state;
        let among = |action: Action| {
            let mut actions = Vec::new();
            state.actions(&self.bounds, &mut actions);
            actions.contains(&action)
        };
        match input {
            Input::Worked(_)
            | Input::Synced(..)
            | Input::Departed(_)
            | Input::Arrived(_)
            | Input::Answered(_) => among(Action::Happens(input)),
            // The explorer lets a master notice a clean disconnect at its writes only.
            Input::Fired(Timer::Heartbeat(_)) => true,
            // Tries to connect that fail, and a manager that loses patience, are no actions: they change nothing.
            Input::Fired(timer) => state.pending.timers.contains(&timer),
            // A session asks when the server does not work for it, or with the next statement of its transaction.
            Input::Request(id) => {
                let session = &state.world.sessions[id];
                let again =
                    session.awaited && !session.request_is_stuck && session.answer.is_none();
                state.world.can_submit(id) || again
            }
            Input::Reconnect(id) => state.world.master_for(id).is_some(),
            // Faults, clients that give up, readers, administrators and the write-back: at any moment.
            _ => true,
        }
    }
}

impl Observer for Shadow {
    fn answered(&mut self, _: Moment, _: Moment, _: SessionId, _: Outcome, _: Option<Gtid>) {}
    fn sample(&mut self, _: Moment, _: &World, _: &Gauges) {}

    fn input(&mut self, now: Moment, input: Input, world: &World) {
        if self.problem.is_some() {
            return;
        }
        let input = self.as_expected(input);
        if !self.is_among_the_actions(input) {
            self.problem = Some(format!(
                "{now:?}: {input:?} is no action; pending {:?}",
                self.state.pending
            ));
            return;
        }
        self.steps += 1;
        // Comparing whole clusters at every step would take most of the time.
        if self.steps.is_multiple_of(64) && self.state.world != *world {
            self.problem = Some(format!("{now:?}: the clusters differ before {input:?}"));
        }
        self.state.feed(input, &self.bounds, &mut |_| {});
        for replica in &self.state.world.servers {
            if replica.replica.is_leaving() {
                let syncs = &self.state.pending.syncs;
                match syncs.contains(&(replica.id, File::RelayLog)) {
                    true => self.syncing += 1,
                    false => self.writing += 1,
                }
            }
        }
    }
}

impl Decider for Shadow {}

fn included(scenario: &Scenario) -> Result<Shadow, TestCaseError> {
    compared(scenario.plan(), scenario.seed)
}

fn compared(mut plan: Plan, seed: u64) -> Result<Shadow, TestCaseError> {
    plan.warm_up = Span::millis(20);
    plan.duration = Span::millis(320);
    for fault in &mut plan.faults {
        // Early, so that short runs meet them.
        fault.at = support::fixed(fault.at.sample(u64::MAX / 2) / 5);
    }
    let mut shadow = Shadow::new(&plan);
    let mut simulation = Simulation::new(&plan, seed, 0, Span::millis(50));
    simulation.run_until(Moment::after(plan.duration), &mut shadow);
    match &shadow.problem {
        Some(problem) => Err(TestCaseError::fail(problem.clone())),
        None => {
            prop_assert!(shadow.state.world == simulation.world, "at the end");
            Ok(shadow)
        }
    }
}

/// IO threads that are stopped and started again again and again, on a disk that takes its time.
fn thread_that_is_stopped_often(flavour: Flavour) -> Plan {
    let mut plan = support::cluster(flavour, Mode::AfterSync, 2, 4, MS);
    for server in &mut plan.cluster.servers {
        server.variables.sync_relay_log = 1;
    }
    plan.faults = (1..60)
        .map(|at| FaultPlan {
            kind: FaultKind::StopThread(ThreadKind::Io, vec![ServerId(1)]),
            at: support::fixed(at * 25 * MS),
            lasts: Some(support::fixed(MS / 2)),
            returns: Returns::AfterTheRun,
        })
        .collect();
    plan
}

#[test]
fn reconnects_while_a_packet_is_written_or_synced_are_among_the_explorers_actions() {
    for flavour in [Flavour::MYSQL_57, Flavour::MYSQL_80, Flavour::MARIADB_1011] {
        let (mut writing, mut syncing) = (0, 0);
        for seed in 0..20 {
            let shadow = compared(thread_that_is_stopped_often(flavour), seed);
            let shadow = shadow.expect("the explorer could have done it");
            writing += shadow.writing;
            syncing += shadow.syncing;
        }
        assert!(
            writing > 0 && syncing > 1_000,
            "{writing} and {syncing} steps"
        );
    }
}

// Two tests of half the scenarios each: two cores.
proptest! {
    #![proptest_config(cases(800))]

    #[test]
    fn whatever_the_engine_does_the_explorer_could_have_done(scenario in scenario()) {
        included(&scenario)?;
    }

    #[test]
    fn and_in_as_many_other_scenarios_too(scenario in scenario()) {
        let mut scenario = scenario;
        scenario.managed = true;
        included(&scenario)?;
    }
}
