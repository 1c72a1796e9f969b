//! Every run of every case, with a file from which an interrupted sweep goes on.

use crate::estimate::precision::{self, PILOT};
use crate::estimate::summary::CaseBuilder;
use crate::measure::exposed::Exposed;
use crate::measure::laws::Broken;
use crate::measure::outcome::Timeline;
use crate::plan::{Case, Plan};
use crate::run;
use crate::shown;
use indicatif::ProgressBar;
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How many runs each case gets.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Wanted {
    /// So many.
    Runs(u64),
    /// As many as make every interval this narrow, relative to its mean; not more than so many.
    Precision(f64, u64),
}

/// What decides every bit of a sweep, and how far it has come.
#[derive(Debug, Serialize, Deserialize)]
struct Progress {
    replsim: String,
    digest: String,
    seed: u64,
    wanted: Wanted,
    /// Runs that each case gets, as far as that is known.
    targets: Vec<u64>,
    /// The cases so far; the last one may not be complete.
    cases: Vec<CaseBuilder>,
}

/// The file in the folder of the answers.
pub const FILE: &str = "resume.json";
/// How often it is written.
const EVERY: Duration = Duration::from_secs(1);
/// Pilots are other runs than those that are reported.
const PILOTS_FROM: u64 = 1 << 40;

/// Takes what is in `FILE` from now on. The sweep goes on whether or not it can be written.
pub type Keep<'a> = &'a (dyn Fn(String) + Sync);

/// What the first run of a case leaves for the pictures.
type First = (Option<Timeline>, Exposed);

/// A finished case: its numbers, and its first run for the pictures.
pub struct Swept {
    /// The numbers.
    pub builder: CaseBuilder,
    /// The first run over time.
    pub timeline: Option<Timeline>,
    /// What it was exposed to.
    pub exposed: Exposed,
}

/// A sweep.
pub struct Sweep<'a> {
    cases: &'a [Case],
    plans: &'a [Plan],
    keep: Keep<'a>,
    progress: Progress,
    saved: Instant,
}

impl<'a> Sweep<'a> {
    /// A sweep that begins, or goes on where the file in the folder says.
    pub fn new(
        (cases, plans): (&'a [Case], &'a [Plan]),
        (digest, seed, wanted): (&str, u64, Wanted),
        keep: Keep<'a>,
        resume: Option<&Path>,
    ) -> Result<Sweep<'a>, Unresumable> {
        let fresh = Progress {
            replsim: env!("CARGO_PKG_VERSION").to_owned(),
            digest: digest.to_owned(),
            seed,
            wanted,
            targets: Vec::new(),
            cases: Vec::new(),
        };
        let progress = match resume {
            Some(folder) => read(&folder.join(FILE), &fresh)?,
            None => fresh,
        };
        Ok(Sweep {
            cases,
            plans,
            keep,
            progress,
            saved: Instant::now(),
        })
    }

    /// Runs what is missing.
    ///
    /// # Errors
    ///
    /// The first run that breaks a law, where laws are watched.
    pub fn run(
        mut self,
        bar: &ProgressBar,
        simulated: &(dyn Fn(u64) + Sync),
    ) -> Result<Vec<Swept>, Unsound> {
        let mut swept = Vec::new();
        for (at, (case, plan)) in self.cases.iter().zip(self.plans).enumerate() {
            bar.set_message(shown::line(&case.label()));
            let first = self.run_one(at, case, plan, (bar, simulated))?;
            let builder = self.progress.cases[at].clone();
            // A case that was resumed has lost its pictures: its first run is done again.
            let mut first = first;
            if first.is_none() {
                run::run_case(plan, self.progress.seed, 0..1, UNTOLD, |outcome| {
                    first = Some((outcome.timeline, outcome.exposed));
                })
                .map_err(of_case(case))?;
            }
            let Some(first) = first else {
                unreachable!("a run has an outcome");
            };
            swept.push(Swept {
                builder,
                timeline: first.0,
                exposed: first.1,
            });
        }
        Ok(swept)
    }

    fn run_one(
        &mut self,
        at: usize,
        case: &Case,
        plan: &Plan,
        (bar, simulated): (&ProgressBar, &(dyn Fn(u64) + Sync)),
    ) -> Result<Option<First>, Unsound> {
        let seed = self.progress.seed;
        if self.progress.targets.len() == at {
            let target = self.target(case, plan, bar).map_err(of_case(case))?;
            self.progress.targets.push(target);
        }
        if self.progress.cases.len() == at {
            self.progress.cases.push(builder(case, plan));
        }
        let target = self.progress.targets[at];
        let done = self.progress.cases[at].runs();
        bar.inc(done.min(target));
        let mut first = None;
        while self.progress.cases[at].runs() < target {
            let builder = &mut self.progress.cases[at];
            let from = builder.runs();
            let to = target.min(from + run::chunk());
            let told: (&(dyn Fn() + Sync), _) = (&|| bar.inc(1), simulated);
            run::run_case(plan, seed, from..to, told, |outcome| {
                builder.add(&outcome);
                first.get_or_insert((outcome.timeline, outcome.exposed));
            })
            .map_err(of_case(case))?;
            if self.saved.elapsed() >= EVERY {
                self.save();
            }
        }
        Ok(first.filter(|_| done == 0))
    }

    /// Runs that a case gets.
    fn target(&self, case: &Case, plan: &Plan, bar: &ProgressBar) -> Result<u64, Broken> {
        match self.progress.wanted {
            Wanted::Runs(runs) => Ok(runs),
            Wanted::Precision(precision, most) => {
                let mut pilot = builder(case, plan);
                let runs = PILOTS_FROM..PILOTS_FROM + PILOT;
                let seed = self.progress.seed;
                run::run_case(plan, seed, runs, UNTOLD, |outcome| pilot.add(&outcome))?;
                let needed = precision::runs_needed(&pilot.finish(), precision).min(most);
                bar.inc_length(needed);
                Ok(needed)
            }
        }
    }

    fn save(&mut self) {
        let text = serde_json::to_string(&self.progress);
        let text = text.unwrap_or_else(|error| unreachable!("plain data becomes JSON: {error}"));
        (self.keep)(text);
        self.saved = Instant::now();
    }
}

fn builder(case: &Case, plan: &Plan) -> CaseBuilder {
    let names = plan.servers.iter().map(|server| server.name.clone());
    CaseBuilder::new(case.axes.clone(), names.collect())
}

/// A run of a case broke a law.
#[derive(Debug, thiserror::Error)]
#[error("{}{broken}", in_case(case))]
pub struct Unsound {
    /// The case's label.
    pub case: String,
    /// Which law, and where.
    pub broken: Broken,
}

/// Nobody waits.
const UNTOLD: (&(dyn Fn() + Sync), &(dyn Fn(u64) + Sync)) = (&|| (), &|_| ());

fn in_case(label: &str) -> String {
    match label.is_empty() {
        true => String::new(),
        false => format!("case {label}: "),
    }
}

fn of_case(case: &Case) -> impl FnOnce(Broken) -> Unsound {
    let case = case.label();
    move |broken| Unsound { case, broken }
}

/// A file to go on from.
#[derive(Debug, thiserror::Error)]
pub enum Unresumable {
    /// There is none.
    #[error("nothing to resume: {path}: {source}", path = path.display())]
    Missing {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It cannot be read.
    #[error("{path} is not what an interrupted sweep leaves: {problem}", path = path.display())]
    Broken {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// It does not fit.
    #[error("{path} is of another sweep: its {what} is {theirs}, not {ours}", path = path.display())]
    Another {
        /// Which file.
        path: PathBuf,
        /// What differs.
        what: &'static str,
        /// There.
        theirs: String,
        /// Here.
        ours: String,
    },
}

fn read(path: &Path, ours: &Progress) -> Result<Progress, Unresumable> {
    let text = fs::read_to_string(path).map_err(|source| Unresumable::Missing {
        path: path.to_owned(),
        source,
    })?;
    let theirs: Progress = serde_json::from_str(&text).map_err(|error| Unresumable::Broken {
        path: path.to_owned(),
        problem: error.to_string(),
    })?;
    let wanted = |progress: &Progress| format!("{:?}", progress.wanted);
    let same = [
        ("version", &theirs.replsim, &ours.replsim),
        ("digest", &theirs.digest, &ours.digest),
        ("seed", &theirs.seed.to_string(), &ours.seed.to_string()),
        ("number of runs", &wanted(&theirs), &wanted(ours)),
    ]
    .into_iter()
    .find(|(_, theirs, ours)| theirs != ours)
    .map(|(what, theirs, ours)| Unresumable::Another {
        path: path.to_owned(),
        what,
        theirs: theirs.clone(),
        ours: ours.clone(),
    });
    same.map_or(Ok(theirs), Err)
}
