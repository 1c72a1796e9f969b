//! What would the death of the master's site cost, from one millisecond to the next, and with the time that the other site is
//! away: a run driven by hand.

use replsim::{Crash, Experiment, Live, Span};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sets = [("mode".to_owned(), "async".to_owned())];
    let loaded = replsim::load("site-loss", &sets)?;
    let experiment = Experiment::plan(&loaded)?;
    for (case, plan) in experiment.cases.iter().zip(&experiment.plans) {
        let mut live = Live::new(plan, loaded.experiment.seed, 0);
        let (mut losses, mut moments) = (0, 0);
        for at in 0..20 {
            live.run_to(Span::millis(500 + 10 * at));
            let ledger = live
                .if_the_master_died(Crash::SiteLoss)
                .ok_or("nobody serves")?;
            losses += ledger.lost_acknowledged;
            moments += 1;
        }
        let mean = losses as f64 / f64::from(moments);
        println!("{}: {mean:.1} acknowledged transactions", case.label());
    }
    Ok(())
}
