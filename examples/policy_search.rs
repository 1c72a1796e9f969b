//! The settings with the fastest commits among those that lose nothing when the master's site is lost, and which of them cost
//! what.

use replsim::{Experiment, Nobody, Options};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let loaded = replsim::load("site-loss", &[])?;
    let answer = Experiment::plan(&loaded)?.run(&Options::runs(10), &Nobody)?;
    let mut tried: Vec<(f64, f64, String)> = Vec::new();
    for case in &answer.results.cases {
        let lost = case
            .metrics
            .get("lost_acknowledged")
            .ok_or("no such metric")?;
        let axes = case
            .case
            .0
            .iter()
            .map(|(axis, value)| format!("{axis} {value}"));
        let settings = axes.collect::<Vec<_>>().join(", ");
        tried.push((case.latency.p50, lost.mean, settings));
    }
    tried.sort_by(|one, other| one.0.total_cmp(&other.0));
    for (latency, lost, settings) in &tried {
        println!("{settings}: {latency:.2} ms a commit, {lost:.1} lost");
    }
    let safe = tried.iter().find(|(_, lost, _)| *lost == 0.0);
    let (latency, _, settings) = safe.ok_or("all of them lose something")?;
    println!("fastest without a loss in ten runs: {settings} ({latency:.2} ms)");
    Ok(())
}
