//! A metric of one's own, as a fold over the outcomes of runs: how many commits per second of the run were acknowledged after
//! the first fault, as a share of those before it.

use replsim::{Experiment, run_one};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let loaded = replsim::load("master-crash", &[])?;
    let experiment = Experiment::plan(&loaded)?;
    for (case, plan) in experiment.cases.iter().zip(&experiment.plans) {
        let runs = (0..5).map(|run| run_one(plan, loaded.experiment.seed, run, false));
        let (before, after, all) = runs.fold((0, 0, 0.0), |(before, after, all), run| {
            let window = run.window.0 as f64 / run.simulated.0 as f64;
            (
                before + run.latency.len(),
                after + run.latency_after.len(),
                all + window,
            )
        });
        let window = all / 5.0;
        let share = after as f64 / (1.0 - window) / (before as f64 / window);
        println!(
            "{}: {:.0} % of the speed before the fault",
            case.label(),
            100.0 * share
        );
    }
    Ok(())
}
