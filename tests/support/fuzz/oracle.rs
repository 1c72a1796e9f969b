//! What must hold of every experiment that the loader accepts: it runs to its end, twice to the same numbers, no law breaks
//! on the way, and its results are numbers with intervals around them.

use super::Ran;
use super::beside::{self, Began};
use replsim::engine::{Decider, Gauges, Moment, Observer, Simulation};
use replsim::estimate::summary::CaseBuilder;
use replsim::measure::laws::Laws;
use replsim::measure::outcome::RunOutcome;
use replsim::measure::recorder::Recorder;
use replsim::plan::{self, Plan, cases, expectations, topology};
use replsim::protocol::fact::Outcome;
use replsim::protocol::ids::{Gtid, SessionId, Span};
use replsim::protocol::world::World;
use replsim::spec::{Loaded, load_text};
use serde_json::Value;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::{Duration, Instant};

/// Events after which a run is given up.
const MOST_EVENTS: u64 = 150_000;
/// Time after which it is given up, for what takes long without events.
const LONGEST: Duration = Duration::from_secs(10);
/// Cases of one input that are run.
const MOST_CASES: usize = 2;

/// A run is given up.
struct TooLong;

/// A clock that stops a run.
struct Limit {
    events: Cell<u64>,
    began: Instant,
}

impl Observer for Limit {
    fn answered(&mut self, _: Moment, _: Moment, _: SessionId, _: Outcome, _: Option<Gtid>) {}
    fn sample(&mut self, _: Moment, _: &World, _: &Gauges) {}
}

impl Decider for Limit {
    fn has_seen_enough(&self) -> bool {
        self.events.set(self.events.get() + 1);
        let late = self.events.get().is_multiple_of(1_024) && self.began.elapsed() > LONGEST;
        if late || self.events.get() > MOST_EVENTS {
            resume_unwind(Box::new(TooLong));
        }
        false
    }
}

/// What it gives, unless it takes too long.
pub fn in_time<T>(run: impl FnOnce() -> T) -> Option<T> {
    match catch_unwind(AssertUnwindSafe(run)) {
        Ok(result) => Some(result),
        Err(panic) if panic.is::<TooLong>() => None,
        Err(panic) => resume_unwind(panic),
    }
}

/// One run with all laws on, in every build.
pub fn watched<O: Observer>(plan: &Plan, seed: u64, also: O) -> (RunOutcome, O) {
    let limit = Limit {
        events: Cell::new(0),
        began: Instant::now(),
    };
    let watchers = (Recorder::new(plan, None), Laws::new(plan, seed, 0));
    let mut all = (limit, (watchers, also));
    let mut simulation = Simulation::new(plan, seed, 0, Span::millis(5));
    simulation.run(&mut all);
    simulation.settle(&mut all);
    let (_, ((recorder, laws), also)) = all;
    let outcome = recorder.finish(&simulation);
    if let Some(broken) = laws.finish(&simulation, &outcome) {
        panic!("a law is {broken}");
    }
    (outcome, also)
}

/// Every number of a results document is one, and lies in its interval.
fn sound(at: &Value, path: &str) {
    if let Value::Object(map) = at {
        for (key, value) in map {
            sound(value, &format!("{path}.{key}"));
        }
        let around = |value: &Value, interval: &Value| {
            if let (Some(value), [Some(low), Some(high)]) = (
                value.as_f64(),
                [0, 1].map(|end| interval.get(end).and_then(Value::as_f64)),
            ) {
                let slack = 1e-4 * value.abs();
                assert!(
                    low <= value + slack && value <= high + slack,
                    "{path}: {value} is not in {interval}"
                );
            }
        };
        match map.get("ci95") {
            Some(Value::Object(several)) => several
                .iter()
                .for_each(|(name, interval)| around(&map[name], interval)),
            Some(interval) => around(
                map.get("mean").or(map.get("share")).unwrap_or(&Value::Null),
                interval,
            ),
            None => {}
        }
    }
    let may_be_null = [
        ".ci95",
        ".mean",
        ".p50",
        ".p99",
        "_ms",
        ".transactions",
        ".yearly",
        ".paired",
    ];
    let missing = at.is_null() && !may_be_null.iter().any(|end| path.ends_with(end));
    assert!(!missing, "{path} is not a number");
    assert!(
        at.as_f64().is_none_or(|number| number.abs() < 1e300),
        "{path}: {at}"
    );
}

/// What a user would have to see before it runs.
fn accepted(text: &str) -> Result<(Loaded, Vec<Plan>), String> {
    let loaded = load_text("fuzz", "fuzz.json", text, &[]).map_err(|error| error.to_string())?;
    let cases = cases(&loaded).map_err(|error| error.to_string())?;
    expectations(&loaded, &cases).map_err(|error| error.to_string())?;
    let plans = cases.iter().take(MOST_CASES).map(plan::compile);
    let plans = plans
        .collect::<Result<Vec<Plan>, _>>()
        .map_err(|error| error.to_string())?;
    for plan in &plans {
        topology::warnings(plan);
    }
    Ok((loaded, plans))
}

/// Takes an experiment's text.
pub fn experiment(text: &str) -> Ran {
    let (loaded, plans) = match accepted(text) {
        Ok(accepted) => accepted,
        Err(error) => return Ran::Refused(error),
    };
    let seed = loaded.experiment.seed;
    for plan in &plans {
        let Some((outcome, began)) = in_time(|| watched(plan, seed, Began::default())) else {
            return Ran::TooLong;
        };
        beside::check(plan, &outcome, &began);
        let names = plan.servers.iter().map(|server| server.name.clone());
        let mut builder = CaseBuilder::new(Vec::new(), names.collect());
        builder.add(&outcome);
        let first = serde_json::to_value(builder.finish()).expect("plain data becomes JSON");
        sound(&first, "");
        // Now and then the same again.
        if seed.is_multiple_of(16) {
            let again = in_time(|| watched(plan, seed, Began::default()))
                .expect("as long as before")
                .0;
            let mut both = CaseBuilder::new(
                Vec::new(),
                plan.servers.iter().map(|at| at.name.clone()).collect(),
            );
            both.add(&again);
            assert_eq!(
                first,
                serde_json::to_value(both.finish()).expect("plain data becomes JSON")
            );
            both.add(&outcome);
            sound(
                &serde_json::to_value(both.finish()).expect("plain data becomes JSON"),
                "",
            );
        }
    }
    Ran::Done
}
