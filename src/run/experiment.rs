//! An experiment from its description to its results: cases, plans, runs, years, comparisons, claims.

use super::stretches::Known;
use super::sweep::{Keep, Sweep, Swept, Unresumable, Unsound, Wanted};
use super::{Progress, years};
use crate::estimate::results::{Asked, Pictured, Results};
use crate::estimate::{expect, paired};
use crate::plan::{self, Case, Plan};
use crate::spec::expect::Expectation;
use crate::spec::{Error, Loaded};
use std::path::Path;

/// An experiment that is planned: nothing in its description is wrong.
pub struct Experiment<'a> {
    loaded: &'a Loaded,
    /// Its cases, in the order of the axes.
    pub cases: Vec<Case>,
    /// What is simulated of each.
    pub plans: Vec<Plan>,
    expectations: Vec<Expectation>,
}

/// How an experiment is run.
pub struct Options<'a> {
    /// Runs of each case.
    pub wanted: Wanted,
    /// Threads; as many as there are cores without it. Changes how long it takes, never a number.
    pub jobs: Option<usize>,
    /// Watches the laws in every run (`measure::laws`).
    pub self_check: bool,
    /// Takes the progress now and then, to go on from after an interruption.
    pub keep: Keep<'a>,
    /// The folder with the progress to go on from.
    pub resume: Option<&'a Path>,
}

impl Options<'_> {
    /// So many runs of each case, without anything else.
    pub fn runs(runs: u64) -> Options<'static> {
        Options {
            wanted: Wanted::Runs(runs),
            jobs: None,
            self_check: false,
            keep: &|_| (),
            resume: None,
        }
    }
}

/// What an experiment answered.
pub struct Answer {
    /// The numbers, and whether the claims hold.
    pub results: Results,
    /// What the charts need beyond the numbers, by case.
    pub pictured: Vec<Pictured>,
    /// The first run of each case that lost an acknowledged transaction, if one did.
    pub losing: Vec<Option<u64>>,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum Unanswered {
    /// The progress to go on from is not of this sweep.
    #[error(transparent)]
    Unresumable(#[from] Unresumable),
    /// A run broke a law: a fault of the program.
    #[error(transparent)]
    Unsound(#[from] Unsound),
    /// No thread could be started.
    #[error(transparent)]
    Threads(#[from] rayon::ThreadPoolBuildError),
}

impl<'a> Experiment<'a> {
    /// Plans an experiment.
    ///
    /// # Errors
    ///
    /// What is wrong with it, and where.
    pub fn plan(loaded: &'a Loaded) -> Result<Experiment<'a>, Error> {
        let cases = plan::cases(loaded)?;
        let expectations = plan::expectations(loaded, &cases)?;
        let plans = cases.iter().map(plan::compile).collect::<Result<_, _>>()?;
        Ok(Experiment {
            loaded,
            cases,
            plans,
            expectations,
        })
    }

    /// Simulates every case, and answers. The description, its seed and the number of runs decide every bit of the results.
    ///
    /// # Errors
    ///
    /// Progress of another sweep; a run that breaks a law.
    pub fn run(mut self, options: &Options, progress: &dyn Progress) -> Result<Answer, Unanswered> {
        for plan in &mut self.plans {
            plan.self_check = options.self_check;
        }
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(options.jobs.unwrap_or(0))
            .build()?;
        let seed = self.loaded.experiment.seed;
        let asked = (self.loaded.digest.as_str(), seed, options.wanted);
        let sweep = Sweep::new(
            (&self.cases, &self.plans),
            asked,
            options.keep,
            options.resume,
        )?;
        let swept = pool.install(|| sweep.run(progress))?;
        let (mut cases, mut known) = (Vec::new(), Known::default());
        for ((case, plan), swept) in self.cases.iter().zip(&self.plans).zip(&swept) {
            let mut result = swept.builder.finish();
            progress.under_way(&format!("{}: years", case.label()));
            result.yearly = pool.install(|| years::years(plan, seed, &mut known, progress));
            cases.push(result);
        }
        let builders: Vec<_> = swept.iter().map(|swept| &swept.builder).collect();
        paired::pair(&mut cases, &builders);
        let losing = builders.iter().map(|builder| builder.first_losing_run());
        let losing = losing.collect();
        let verdicts = self.expectations.iter();
        let verdicts = verdicts.map(|expectation| expect::check(expectation, &cases));
        let loaded = self.loaded;
        Ok(Answer {
            results: Results {
                replsim: env!("CARGO_PKG_VERSION"),
                experiment: Asked {
                    name: loaded.name.clone(),
                    title: loaded.experiment.title.clone(),
                    question: loaded.experiment.question.clone(),
                    digest: loaded.digest.clone(),
                },
                seed,
                expectations: verdicts.collect(),
                cases,
            },
            pictured: self.pictured(swept),
            losing,
        })
    }

    fn pictured(&self, swept: Vec<Swept>) -> Vec<Pictured> {
        let cases = self.cases.iter().zip(&self.plans).zip(swept);
        let pictured = cases.map(|((case, plan), swept)| Pictured {
            label: case.label(),
            servers: plan.servers.iter().map(|at| at.name.clone()).collect(),
            latency: swept.builder.latency().cloned(),
            timeline: swept.timeline,
            exposed: Some(swept.exposed),
            exposure: swept.builder.exposure().clone(),
        });
        pictured.collect()
    }
}
