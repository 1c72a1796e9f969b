//! Every run of every case, with a file from which an interrupted sweep goes on.

use crate::estimate::precision::{self, PILOT};
use crate::estimate::summary::CaseBuilder;
use crate::measure::exposure::Exposed;
use crate::measure::laws::Broken;
use crate::measure::outcome::Timeline;
use crate::plan::{Case, Plan};
use crate::run::{self, Nobody, Progress};
use crate::spec::hex_of_hash;
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
struct State {
    replsim: String,
    digest: String,
    seed: u64,
    wanted: Wanted,
    /// Runs that each case gets, as far as that is known.
    targets: Vec<u64>,
    /// The cases so far; the last one may not be complete.
    cases: Vec<CaseBuilder>,
}

/// What stands between a kept state and the hash of it, which is the last key of the file.
const SEAL: &str = ",\"sha256\":\"";

impl State {
    /// As it is kept: JSON that ends with the hash of what stands before it.
    fn sealed(&self) -> String {
        let text = serde_json::to_string(self);
        let text = text.unwrap_or_else(|error| unreachable!("plain data becomes JSON: {error}"));
        let text = text.strip_suffix('}').unwrap_or(&text);
        format!("{text}{SEAL}{}\"}}", hex_of_hash(text))
    }

    /// The state in a text that nobody has changed.
    fn unsealed(text: &str) -> Result<State, String> {
        let (state, hash) = text.rsplit_once(SEAL).ok_or("it has no hash of itself")?;
        if hash != format!("{}\"}}", hex_of_hash(state)) {
            return Err("it was changed, its hash is another".to_owned());
        }
        serde_json::from_str(text).map_err(|error| error.to_string())
    }
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
    state: State,
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
        let fresh = State {
            replsim: env!("CARGO_PKG_VERSION").to_owned(),
            digest: digest.to_owned(),
            seed,
            wanted,
            targets: Vec::new(),
            cases: Vec::new(),
        };
        let state = match resume {
            Some(folder) => read(&folder.join(FILE), &fresh)?,
            None => fresh,
        };
        Ok(Sweep {
            cases,
            plans,
            keep,
            state,
            saved: Instant::now(),
        })
    }

    /// Runs what is missing.
    ///
    /// # Errors
    ///
    /// The first run that breaks a law, where laws are watched.
    pub fn run(mut self, progress: &dyn Progress) -> Result<Vec<Swept>, Unsound> {
        let mut swept = Vec::new();
        for (at, (case, plan)) in self.cases.iter().zip(self.plans).enumerate() {
            progress.under_way(&case.label());
            let first = self.run_one(at, case, plan, progress)?;
            let builder = self.state.cases[at].clone();
            // A case that was resumed has lost its pictures: its first run is done again.
            let mut first = first;
            if first.is_none() {
                run::run_case(plan, self.state.seed, 0..1, &Nobody, |outcome| {
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
        progress: &dyn Progress,
    ) -> Result<Option<First>, Unsound> {
        let seed = self.state.seed;
        if self.state.targets.len() == at {
            let target = self.target(case, plan, progress).map_err(of_case(case))?;
            self.state.targets.push(target);
        }
        if self.state.cases.len() == at {
            self.state.cases.push(builder(case, plan));
        }
        let target = self.state.targets[at];
        let done = self.state.cases[at].runs();
        progress.ran(done.min(target));
        let mut first = None;
        while self.state.cases[at].runs() < target {
            let builder = &mut self.state.cases[at];
            let from = builder.runs();
            let to = target.min(from + run::chunk());
            run::run_case(plan, seed, from..to, progress, |outcome| {
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
    fn target(&self, case: &Case, plan: &Plan, progress: &dyn Progress) -> Result<u64, Broken> {
        match self.state.wanted {
            Wanted::Runs(runs) => Ok(runs),
            Wanted::Precision(precision, most) => {
                let mut pilot = builder(case, plan);
                let runs = PILOTS_FROM..PILOTS_FROM + PILOT;
                let seed = self.state.seed;
                run::run_case(plan, seed, runs, &Nobody, |outcome| pilot.add(&outcome))?;
                let needed = precision::runs_needed(&pilot.finish(), precision).min(most);
                progress.expects(needed);
                Ok(needed)
            }
        }
    }

    fn save(&mut self) {
        (self.keep)(self.state.sealed());
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

fn read(path: &Path, ours: &State) -> Result<State, Unresumable> {
    let bytes = fs::read(path).map_err(|source| Unresumable::Missing {
        path: path.to_owned(),
        source,
    })?;
    let text = String::from_utf8(bytes).map_err(|error| error.to_string());
    let theirs = text.and_then(|text| State::unsealed(&text));
    let theirs = theirs.map_err(|problem| Unresumable::Broken {
        path: path.to_owned(),
        problem,
    })?;
    let wanted = |state: &State| format!("{:?}", state.wanted);
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
