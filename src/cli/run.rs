//! `replsim run`: an experiment from file to answer.

use super::kept::Kept;
use super::out::{quoted, say};
use super::progress::Progress;
use super::unsound::Unsound;
use super::{End, folder, print};
use crate::estimate::precision::{MOST_RUNS, widest};
use crate::estimate::result::CaseResult;
use crate::estimate::results::{Pictured, Results};
use crate::plan::{Plan, topology};
use crate::report::pictures;
use crate::report::words::shorter;
use crate::report::{csv, table};
use crate::run::experiment::{Answer, Experiment, Options, Unanswered};
use crate::run::sweep::{self, Wanted};
use crate::spec;
use crate::spec::units::Share;
use clap::ValueEnum;
use std::error::Error;
use std::fmt;
use std::path::PathBuf;

/// Arguments of `run`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// A path, or the bare name of a file in experiments/
    experiment: String,
    /// Seed of all randomness (the experiment's own by default)
    #[arg(long)]
    seed: Option<u64>,
    /// Number of runs of each case (the experiment's own by default)
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    runs: Option<u32>,
    /// Make as many runs as it takes for every interval to be this narrow, as in --until "5 %"; --runs is then the most
    #[arg(long, value_name = "PRECISION")]
    until: Option<String>,
    /// Go on with a sweep that was interrupted (from resume.json in the folder of its answers)
    #[arg(long)]
    resume: bool,
    /// Set a value in the merged description, as in --set network.rtt="5 ms"
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<String>,
    /// Number of threads; changes how long it takes, never what it prints
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1024))]
    jobs: Option<u32>,
    /// Where the files go (out/EXPERIMENT/ by default)
    #[arg(long)]
    out: Option<PathBuf>,
    /// What to print
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// Print no progress and no hints
    #[arg(long)]
    quiet: bool,
    /// Check the laws of every run; results stay the same, it takes longer
    #[arg(long)]
    self_check: bool,
}

/// What goes to standard output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A table for people
    Table,
    /// The results document
    Json,
    /// One row per case and metric
    Csv,
}

/// Runs every case of an experiment and answers.
pub fn run(arguments: &Arguments) -> Result<End, Box<dyn Error>> {
    let sets = sets(&arguments.set)?;
    let mut loaded = spec::load(&arguments.experiment, &sets)?;
    loaded.experiment.seed = arguments.seed.unwrap_or(loaded.experiment.seed);
    loaded.experiment.runs = arguments.runs.unwrap_or(loaded.experiment.runs);
    let experiment = Experiment::plan(&loaded)?;
    let say = |note: fmt::Arguments| {
        if !arguments.quiet {
            say(note);
        }
    };
    for warning in warnings(&experiment.plans) {
        say(format_args!("note: {warning}"));
    }
    let wanted = wanted(arguments, &loaded.experiment)?;
    let folder = folder(arguments.out.as_deref(), &loaded.name)?;
    let kept = Kept::beside(&folder, arguments.resume)?;
    let progress = progress(&experiment.plans, wanted, arguments.quiet);
    let keep = |text: String| {
        if let Some(problem) = kept.keep(text) {
            progress.bar.suspend(|| super::out::say(problem));
        }
    };
    let options = Options {
        wanted,
        jobs: arguments.jobs.map(|jobs| jobs as usize),
        self_check: arguments.self_check,
        keep: &keep,
        resume: arguments.resume.then_some(folder.path()),
    };
    let answered = experiment.run(&options, &progress);
    drop(progress);
    let Answer {
        results,
        pictured,
        losing,
    } = answered.map_err(|problem| -> Box<dyn Error> {
        match problem {
            Unanswered::Unsound(sweep::Unsound { case, broken }) => {
                let name = &arguments.experiment;
                Unsound::new(broken, name, &case, &arguments.set).into()
            }
            other @ (Unanswered::Unresumable(_) | Unanswered::Threads(_)) => other.into(),
        }
    })?;
    if let Wanted::Precision(precision, _) = wanted {
        let missed = results.cases.iter().zip(&pictured);
        let missed = missed.filter_map(|(case, at)| missed_by(&at.label, case, precision));
        missed.for_each(|missed| say(format_args!("note: {missed}")));
    }
    let files = files(&results, &pictured);
    let written = folder.write(&files);
    print(match arguments.format {
        Format::Table => &files[2].1,
        Format::Json => &files[0].1,
        Format::Csv => &files[1].1,
    })?;
    written?;
    kept.done();
    let charts = files.iter().filter(|(name, _)| name.ends_with(".svg"));
    say(format_args!(
        "{} charts with their numbers, and the results: {}",
        charts.count(),
        folder.path().display()
    ));
    for (at, run) in pictured.iter().zip(&losing) {
        if let Some(run) = run {
            let why = why(&arguments.experiment, &at.label, *run, results.seed);
            say(format_args!("{why}"));
        }
    }
    Ok(if results.all_held() {
        End::Done
    } else {
        End::DidNotHold
    })
}

/// What there is to wait for.
fn progress(plans: &[Plan], wanted: Wanted, quiet: bool) -> Progress {
    let (runs, ns) = match wanted {
        Wanted::Precision(..) => (0, 0),
        Wanted::Runs(runs) => {
            let ns = plans.iter().map(|plan| plan.duration.0);
            let ns = ns.fold(0u64, u64::saturating_add).saturating_mul(runs);
            (runs * plans.len() as u64, ns)
        }
    };
    Progress::new("runs", runs, ns, quiet)
}

/// The document, the rows, the table, and the charts: name and text.
fn files(results: &Results, pictured: &[Pictured]) -> Vec<(String, String)> {
    let mut files = vec![
        ("results.json".to_owned(), results.json()),
        ("results.csv".to_owned(), csv::csv(results)),
        ("table.txt".to_owned(), table::table(results)),
    ];
    files.extend(pictures::draw(results, pictured));
    files
}

/// The command that explains the loss of a run.
fn why(experiment: &str, case: &str, run: u64, seed: u64) -> String {
    let name = quoted(experiment);
    let case = match case.is_empty() {
        true => String::new(),
        false => format!(" --case {}", quoted(case)),
    };
    format!("why: replsim explain {name}{case} --run {run} --seed {seed}")
}

/// How many runs each case gets: by argument, else by the experiment.
fn wanted(
    arguments: &Arguments,
    experiment: &spec::experiment::Experiment,
) -> Result<Wanted, spec::Error> {
    let until = arguments.until.as_ref().map(|text| Share::read(text));
    let until = until.transpose();
    let until = until.map_err(|problem| spec::Error::whole("--until", problem))?;
    if until == Some(Share(0)) {
        return Err(spec::Error::whole(
            "--until",
            "expected a share above 0, as in \"5 %\"",
        ));
    }
    let share = |share: Share| f64::from(share.0) / 4_294_967_296.0;
    let precision = match arguments.runs {
        // A number of runs alone is one, whatever the experiment says.
        Some(_) => until,
        None => until.or(experiment.precision),
    };
    Ok(match (precision, arguments.runs) {
        (Some(precision), most) => {
            Wanted::Precision(share(precision), most.map_or(MOST_RUNS, u64::from))
        }
        (None, runs) => Wanted::Runs(u64::from(runs.unwrap_or(experiment.runs))),
    })
}

/// An interval that is wider than was asked for, because runs were limited or the pilot saw too little.
fn missed_by(label: &str, result: &CaseResult, precision: f64) -> Option<String> {
    let (name, width) = widest(result).filter(|(_, width)| *width > precision)?;
    let runs = result.runs;
    let (reached, wanted) = (shorter(width * 100.0), shorter(precision * 100.0));
    Some(format!(
        "{label}: {name} is known to ±{reached} %, not ±{wanted} %, after {runs} runs"
    ))
}

/// Weak points of the topologies, each once.
fn warnings(plans: &[Plan]) -> Vec<String> {
    let mut said: Vec<String> = Vec::new();
    for warning in plans.iter().flat_map(topology::warnings) {
        if !said.contains(&warning) {
            said.push(warning);
        }
    }
    said
}

/// The `--set` arguments, each a path and a value.
pub fn sets(arguments: &[String]) -> Result<Vec<(String, String)>, spec::Error> {
    arguments.iter().map(|set| split(set)).collect()
}

fn split(set: &str) -> Result<(String, String), spec::Error> {
    match set.split_once('=') {
        Some((path, value)) => Ok((path.to_owned(), value.to_owned())),
        None => Err(spec::Error::whole(
            "--set",
            format!("`{set}` is not PATH=VALUE, as in network.rtt=\"5 ms\""),
        )),
    }
}
