//! A metric of one's own, as a fold over the outcomes of runs: the share of the commits that take longer than seven
//! milliseconds.

use replsim::{Experiment, run_one};

const SLOW: u64 = 7_000_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let loaded = replsim::load("master-crash", &[])?;
    let experiment = Experiment::plan(&loaded)?;
    for (case, plan) in experiment.cases.iter().zip(&experiment.plans) {
        let runs = (0..5).map(|run| run_one(plan, loaded.experiment.seed, run));
        let (slow, all) = runs.fold((0, 0), |(slow, all), run| {
            let fast = run.latency.count_between(0, SLOW);
            (slow + run.latency.len() - fast, all + run.latency.len())
        });
        let share = 100.0 * slow as f64 / all as f64;
        println!("{}: {share:.2} % of {all} commits", case.label());
    }
    Ok(())
}
