//! Limits of input: whatever the loader accepts ends, without a panic and within memory; what is beyond a limit is
//! refused with its place, the value and the limit, and `docs/limits.md` states them all.

mod document;
mod durations;
mod files;
mod large;

use replsim::engine::{Decider, Gauges, Moment, Observer, Simulation, Submission};
use replsim::measure::recorder::Recorder;
use replsim::plan::{Plan, cases};
use replsim::protocol::effect::Input;
use replsim::protocol::fact::{Fact, Outcome};
use replsim::protocol::ids::{Gtid, SessionId, Span};
use replsim::protocol::world::World;
use replsim::spec::load_text;
use serde_json::Value;

/// The plans of an experiment, or why it is refused.
fn plans(experiment: &Value) -> Result<Vec<Plan>, String> {
    let text = experiment.to_string();
    let loaded = load_text("x", "x.json", &text, &[]).map_err(|error| error.to_string())?;
    let cases = cases(&loaded).map_err(|error| error.to_string())?;
    let plans = cases.iter().map(|case| case.compile());
    plans
        .collect::<Result<_, _>>()
        .map_err(|error| error.to_string())
}

/// More inputs of the core than this belong to no second of these small clusters: time does not move on.
const ENDLESS: u64 = 3_000_000;
/// A run that is followed beyond its end (a failover takes so long) goes on like this.
const LONG: Span = Span::seconds(3);

/// A recorder that gives up when a run does not end.
struct Patient<'a> {
    recorder: Recorder<'a>,
    /// Inputs of the second that is under way, and its number.
    inputs: u64,
    second: u64,
    /// It is as late as `LONG`.
    late: bool,
}

impl Observer for Patient<'_> {
    fn note(&mut self, now: Moment, fact: &Fact, world: &World) {
        self.recorder.note(now, fact, world);
    }
    fn answered(
        &mut self,
        now: Moment,
        start: Moment,
        id: SessionId,
        end: Outcome,
        gtid: Option<Gtid>,
    ) {
        self.recorder.answered(now, start, id, end, gtid);
    }
    fn submitted(&mut self, now: Moment, session: SessionId, submission: Submission) {
        self.recorder.submitted(now, session, submission);
    }
    fn moved(&mut self, from: SessionId, to: SessionId) {
        self.recorder.moved(from, to);
    }
    fn sample(&mut self, now: Moment, world: &World, gauges: &Gauges) {
        self.recorder.sample(now, world, gauges);
    }
    fn fault(&mut self, now: Moment, fault: usize) {
        self.recorder.fault(now, fault);
    }
    fn input(&mut self, now: Moment, input: Input, world: &World) {
        let second = now.since_start().whole_seconds();
        if second != self.second {
            (self.inputs, self.second) = (0, second);
        }
        self.inputs += 1;
        self.late = now.since_start() >= LONG;
        self.recorder.input(now, input, world);
    }
    fn stepped(&mut self, now: Moment, input: Input, world: &World) {
        self.recorder.stepped(now, input, world);
    }
}

impl Decider for Patient<'_> {
    fn has_seen_enough(&self) -> bool {
        self.late || self.inputs > ENDLESS
    }
}

/// Runs a plan once; false if it does not end.
fn ends(plan: &Plan) -> bool {
    let mut patient = Patient {
        recorder: Recorder::new(plan, Some(Span::millis(5))),
        inputs: 0,
        second: 0,
        late: false,
    };
    let mut simulation = Simulation::new(plan, 1, 0, Span::millis(5));
    simulation.run(&mut patient);
    if patient.inputs > ENDLESS {
        return false;
    }
    simulation.settle(&mut patient);
    let outcome = patient.recorder.finish(&simulation);
    for server in &outcome.servers {
        assert!((0.0..=1.0).contains(&server.cpu), "cpu {}", server.cpu);
    }
    true
}
