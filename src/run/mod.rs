//! Runs of a case, in parallel, merged in the order of their numbers.

pub mod bounds;
pub mod down;
pub mod experiment;
pub mod fork;
pub mod live;
pub mod stretches;
pub mod sweep;
pub mod years;

use crate::engine::{Decider, Simulation};
use crate::measure::laws::{Broken, Laws};
use crate::measure::outcome::RunOutcome;
use crate::measure::recorder::Recorder;
use crate::plan::Plan;
use crate::protocol::ids::Span;
use rayon::prelude::*;
use std::ops::Range;

/// Somebody who waits, and hears how far the runs are.
pub trait Progress: Sync {
    /// What is under way.
    fn under_way(&self, _what: &str) {}
    /// So many runs more are to be done than was known.
    fn expects(&self, _runs: u64) {}
    /// So many runs more are over.
    fn ran(&self, _runs: u64) {}
    /// So many ns more are simulated.
    fn simulated(&self, _ns: u64) {}
}

/// Nobody waits.
pub struct Nobody;

impl Progress for Nobody {}

/// How often levels are sampled.
const SAMPLE_EVERY: Span = Span::millis(5);
/// Bins of a timeline over the plan's duration.
const TIMELINE_BINS: u64 = 120;

/// One run: plan, seed and run number decide every bit of it. Debug builds watch the laws of every run, and panic where one
/// is broken; with `Plan::self_check` they are watched in every build, and a broken one is in the outcome.
pub fn run_one(plan: &Plan, seed: u64, run: u64) -> RunOutcome {
    recorded(plan, seed, run, Recorder::new(plan, None), &|_| ())
}

/// The same, with a timeline in the outcome.
pub fn run_with_timeline(plan: &Plan, seed: u64, run: u64) -> RunOutcome {
    recorded(plan, seed, run, with_timeline(plan), &|_| ())
}

fn with_timeline(plan: &Plan) -> Recorder<'_> {
    let bin = Span(
        (plan.duration.0 / TIMELINE_BINS)
            .next_multiple_of(SAMPLE_EVERY.0)
            .max(SAMPLE_EVERY.0),
    );
    Recorder::new(plan, Some(bin))
}

/// Somebody who waits hears every now and then how much more time (ns) is simulated.
fn recorded(
    plan: &Plan,
    seed: u64,
    run: u64,
    recorder: Recorder,
    simulated: &dyn Fn(u64),
) -> RunOutcome {
    let mut simulation = Simulation::new(plan, seed, run, SAMPLE_EVERY);
    if !cfg!(debug_assertions) && !plan.self_check {
        return watched(&mut simulation, recorder, simulated).finish(&simulation);
    }
    let laws = Laws::new(plan, seed, run);
    let (recorder, laws) = watched(&mut simulation, (recorder, laws), simulated);
    let mut outcome = recorder.finish(&simulation);
    outcome.broken = laws.finish(&simulation, &outcome);
    if let Some(broken) = outcome.broken.as_ref().filter(|_| !plan.self_check) {
        panic!("{broken}");
    }
    outcome
}

/// Runs to the end, and on until the dead have returned.
fn watched<O: Decider>(simulation: &mut Simulation, mut observer: O, simulated: &dyn Fn(u64)) -> O {
    simulation.run_telling(&mut observer, simulated);
    simulation.settle(&mut observer);
    observer
}

/// Runs that are under way at once: only their outcomes are held at a time.
pub fn chunk() -> u64 {
    (rayon::current_num_threads() as u64 * 8).max(1)
}

/// These runs of a case on the current thread pool; `each` gets them in order, whatever order they ended in. Run 0 has a
/// timeline.
///
/// # Errors
///
/// The first run that breaks a law, where laws are watched: nothing of its chunk is handed out.
pub fn run_case(
    plan: &Plan,
    seed: u64,
    runs: Range<u64>,
    progress: &dyn Progress,
    mut each: impl FnMut(RunOutcome),
) -> Result<(), Broken> {
    let mut from = runs.start;
    while from < runs.end {
        let to = runs.end.min(from + chunk());
        let outcomes: Vec<RunOutcome> = (from..to)
            .into_par_iter()
            .map(|run| {
                let recorder = match run {
                    0 => with_timeline(plan),
                    _ => Recorder::new(plan, None),
                };
                let outcome = recorded(plan, seed, run, recorder, &|ns| progress.simulated(ns));
                progress.ran(1);
                outcome
            })
            .collect();
        if let Some(broken) = outcomes.iter().find_map(|outcome| outcome.broken.as_ref()) {
            return Err(broken.clone());
        }
        outcomes.into_iter().for_each(&mut each);
        from = to;
    }
    Ok(())
}
