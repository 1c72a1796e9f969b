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
mod tests;
