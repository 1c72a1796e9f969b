//! The cheapest settings that lose nothing when the master's site is lost: tried one after the other, from the fastest on.

use replsim::{Experiment, Nobody, Options};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut tried = Vec::new();
    for mode in ["async", "after_commit", "after_sync"] {
        for rtt in ["5 ms", "20 ms"] {
            let sets = [("mode", mode), ("network.rtt", rtt), ("duration", "3 s")];
            let sets = sets.map(|(path, value)| (path.to_owned(), value.to_owned()));
            let loaded = replsim::load("site-loss", &sets)?;
            let answer = Experiment::plan(&loaded)?.run(&Options::runs(4), &Nobody)?;
            for case in answer.results.cases {
                let number = |name: &str| case.metrics.get(name).map_or(0.0, |number| number.mean);
                tried.push((
                    case.latency.p50,
                    number("lost_acknowledged"),
                    format!("{mode}, {rtt}"),
                ));
            }
        }
    }
    tried.sort_by(|one, other| one.0.total_cmp(&other.0));
    for (latency, lost, settings) in &tried {
        println!("{settings}: {latency:.2} ms a commit, {lost:.1} lost");
    }
    let safe = tried.iter().find(|(_, lost, _)| *lost == 0.0);
    let (latency, _, settings) = safe.ok_or("nothing is safe")?;
    println!("the cheapest that lost nothing: {settings} ({latency:.2} ms)");
    Ok(())
}
