//! A run that breaks a law is a fault of the program: what is said about it. Exit status 1.

use super::out::quoted;
use crate::measure::laws::Broken;
use std::fmt;

/// A broken law, and the command that runs into it again.
#[derive(Debug)]
pub struct Unsound {
    broken: Broken,
    again: String,
}

impl Unsound {
    /// A law that a run of this experiment and case broke, described with these `--set` arguments.
    pub fn new(broken: Broken, experiment: &str, case: &str, sets: &[String]) -> Unsound {
        let mut again = format!("replsim trace {}", quoted(experiment));
        if !case.is_empty() {
            again += &format!(" --case {}", quoted(case));
        }
        for set in sets {
            again += &format!(" --set {}", quoted(set));
        }
        let (run, seed) = (broken.run, broken.seed);
        again += &format!(" --run {run} --seed {seed} --self-check");
        Unsound { broken, again }
    }
}

impl fmt::Display for Unsound {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Unsound { broken, again } = self;
        write!(
            f,
            "{broken}\nThis is a fault of replsim, not of the experiment. No result is written. The same run again:\n    {again}"
        )
    }
}

impl std::error::Error for Unsound {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::laws::Law;
    use crate::protocol::ids::Span;

    #[test]
    fn it_says_what_is_broken_where_and_how_to_see_it_again() {
        let broken = Broken {
            law: Law::NoHole,
            run: 12,
            seed: 3,
            at: Span(512_345_678),
            seen: "16, then 57".to_owned(),
        };
        let sets = ["network.rtt=5 ms".to_owned()];
        let said = Unsound::new(broken, "it's/mine.json", "mode=async,rtt=5 ms", &sets).to_string();
        assert_eq!(
            said,
            "run 12 with seed 3 breaks a law at 0.512345678 s: no log has a hole: 16, then 57\n\
             This is a fault of replsim, not of the experiment. No result is written. The same run again:\n    \
             replsim trace 'it'\\''s/mine.json' --case 'mode=async,rtt=5 ms' --set 'network.rtt=5 ms' --run 12 --seed 3 --self-check"
        );
    }
}
