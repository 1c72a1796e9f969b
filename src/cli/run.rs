//! `replsim run`: an experiment from file to answer.

use super::kept::Kept;
use super::out::{quoted, say};
use super::unsound::Unsound;
use super::{End, folder, print};
use crate::estimate::expect;
use crate::estimate::paired;
use crate::estimate::precision::{MOST_RUNS, widest};
use crate::estimate::result::CaseResult;
use crate::plan::{self, Case, Plan, topology};
use crate::report::document::{Asked, Results};
use crate::report::pictures::{self, Pictured};
use crate::report::progress::Progress;
use crate::report::words::shorter;
use crate::report::{csv, table};
use crate::run::sweep::{self, Sweep, Wanted};
use crate::run::years;
use crate::shown;
use crate::spec;
use crate::spec::experiment::Experiment;
use crate::spec::units::Share;
use clap::ValueEnum;
use std::error::Error;
use std::path::PathBuf;

/// Arguments of `run`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// A path, or the bare name of a file in experiments/
    experiment: String,
    /// Seed of all randomness (the experiment's own by default)
    #[arg(long)]
    seed: Option<u64>,
    /// Runs of each case (the experiment's own by default)
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    runs: Option<u32>,
    /// Instead of a number of runs: as many as make every interval this narrow, as in --until "5 %"; --runs is then the most
    #[arg(long, value_name = "PRECISION")]
    until: Option<String>,
    /// Go on with a sweep that was interrupted (from resume.json in the folder of its answers)
    #[arg(long)]
    resume: bool,
    /// Set a value in the merged description, as in --set network.rtt="5 ms"
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<String>,
    /// Threads; changes how long it takes, never what it prints
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1024))]
    jobs: Option<u32>,
    /// Where the files go (out/EXPERIMENT/ by default)
    #[arg(long)]
    out: Option<PathBuf>,
    /// What to print
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// No progress, no hints
    #[arg(long)]
    quiet: bool,
    /// Watch every run for broken conservation laws; no result changes, it takes longer
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
    let cases = plan::cases(&loaded)?;
    let expectations = plan::expectations(&loaded, &cases)?;
    let mut plans = cases
        .iter()
        .map(plan::compile)
        .collect::<Result<Vec<Plan>, _>>()?;
    for plan in &mut plans {
        plan.self_check = arguments.self_check;
    }
    if !arguments.quiet {
        warn(&plans);
    }
    let seed = loaded.experiment.seed;
    let wanted = wanted(arguments, &loaded.experiment)?;
    let folder = folder(arguments.out.as_deref(), &loaded.name)?;
    let threads = arguments.jobs.map_or(0, |jobs| jobs as usize);
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()?;
    let expected = match wanted {
        Wanted::Runs(runs) => runs * plans.len() as u64,
        Wanted::Precision(..) => 0,
    };
    let ns = plans.iter().map(|plan| plan.duration.0);
    let ns = match wanted {
        Wanted::Runs(runs) => ns.fold(0u64, u64::saturating_add).saturating_mul(runs),
        Wanted::Precision(..) => 0,
    };
    let progress = Progress::new("runs", expected, ns, arguments.quiet);
    let bar = &progress.bar;
    let asked = (loaded.digest.as_str(), seed, wanted);
    let kept = Kept::beside(&folder, arguments.resume)?;
    let keep = |text: String| {
        if let Some(problem) = kept.keep(text) {
            bar.suspend(|| say(problem));
        }
    };
    let resume = arguments.resume.then_some(folder.path());
    let sweep = Sweep::new((&cases, &plans), asked, &keep, resume)?;
    let swept = pool.install(|| sweep.run(bar, &|ns| progress.simulated(ns)));
    let swept = swept.map_err(|sweep::Unsound { case, broken }| {
        Unsound::new(broken, &arguments.experiment, &case, &arguments.set)
    })?;
    let mut results = Vec::new();
    let mut pictured = Vec::new();
    let mut losing = Vec::new();
    for ((case, plan), swept) in cases.iter().zip(&plans).zip(&swept) {
        let builder = &swept.builder;
        if let Some(run) = builder.first_losing_run() {
            losing.push((case.label(), run));
        }
        let mut result = builder.finish();
        bar.set_message(format!("{}: years", shown::line(&case.label())));
        result.yearly = pool.install(|| years::years(plan, seed));
        if let Wanted::Precision(precision, _) = wanted {
            say_if_missed(case, &result, precision, arguments.quiet);
        }
        results.push(result);
        pictured.push(Pictured {
            label: case.label(),
            servers: plan.servers.iter().map(|at| at.name.clone()).collect(),
            latency: builder.latency().cloned(),
            timeline: swept.timeline.clone(),
            exposed: Some(swept.exposed.clone()),
            exposure: builder.exposure().clone(),
        });
    }
    let builders: Vec<_> = swept.iter().map(|swept| &swept.builder).collect();
    paired::pair(&mut results, &builders);
    drop(progress);
    let verdicts = expectations
        .iter()
        .map(|expectation| expect::check(expectation, &results))
        .collect();
    let results = Results {
        replsim: env!("CARGO_PKG_VERSION"),
        experiment: Asked {
            name: loaded.name.clone(),
            title: loaded.experiment.title.clone(),
            question: loaded.experiment.question.clone(),
            digest: loaded.digest.clone(),
        },
        seed,
        cases: results,
        expectations: verdicts,
    };
    let files = files(&results, &pictured);
    let written = folder.write(&files);
    print(match arguments.format {
        Format::Table => &files[2].1,
        Format::Json => &files[0].1,
        Format::Csv => &files[1].1,
    })?;
    written?;
    kept.done();
    if !arguments.quiet {
        let charts = files.iter().filter(|(name, _)| name.ends_with(".svg"));
        say(format_args!(
            "{} charts with their numbers, and the results: {}",
            charts.count(),
            folder.path().display()
        ));
        say_why(&arguments.experiment, seed, &losing);
    }
    Ok(if results.all_held() {
        End::Done
    } else {
        End::DidNotHold
    })
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

/// For each case with a loss, the command that explains one.
fn say_why(experiment: &str, seed: u64, losing: &[(String, u64)]) {
    let name = quoted(experiment);
    for (case, run) in losing {
        let case = match case.is_empty() {
            true => String::new(),
            false => format!(" --case {}", quoted(case)),
        };
        say(format_args!(
            "why: replsim explain {name}{case} --run {run} --seed {seed}"
        ));
    }
}

/// How many runs each case gets: by argument, else by the experiment.
fn wanted(arguments: &Arguments, experiment: &Experiment) -> Result<Wanted, spec::Error> {
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
fn say_if_missed(case: &Case, result: &CaseResult, precision: f64, quiet: bool) {
    if let Some((name, width)) = widest(result)
        && width > precision
        && !quiet
    {
        let runs = result.runs;
        let (reached, wanted) = (shorter(width * 100.0), shorter(precision * 100.0));
        say(format_args!(
            "note: {}: {name} is known to ±{reached} %, not ±{wanted} %, after {runs} runs",
            case.label()
        ));
    }
}

/// Weak points of the topologies, each said once.
fn warn(plans: &[Plan]) {
    let mut said: Vec<String> = Vec::new();
    for warning in plans.iter().flat_map(topology::warnings) {
        if !said.contains(&warning) {
            say(format_args!("note: {warning}"));
            said.push(warning);
        }
    }
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
