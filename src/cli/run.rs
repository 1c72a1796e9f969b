//! `replsim run`: an experiment from file to answer.

use super::{End, print};
use crate::estimate::expect;
use crate::estimate::summary::CaseBuilder;
use crate::plan::{self, Plan, topology};
use crate::report::document::{Asked, Results};
use crate::report::pictures::{self, Pictured};
use crate::report::{csv, progress, table, write};
use crate::run;
use crate::spec;
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
    let plans = cases
        .iter()
        .map(plan::compile)
        .collect::<Result<Vec<Plan>, _>>()?;
    if !arguments.quiet {
        warn(&plans);
    }
    let (seed, runs) = (loaded.experiment.seed, u64::from(loaded.experiment.runs));
    let threads = arguments.jobs.map_or(0, |jobs| jobs as usize);
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()?;
    let bar = progress::bar(runs * plans.len() as u64, arguments.quiet);
    let mut results = Vec::new();
    let mut pictured = Vec::new();
    let mut losing = Vec::new();
    for (case, plan) in cases.iter().zip(&plans) {
        bar.set_message(case.label());
        let names: Vec<String> = plan
            .servers
            .iter()
            .map(|server| server.name.clone())
            .collect();
        let mut builder = CaseBuilder::new(case.axes.clone(), names.clone());
        let mut first = None;
        pool.install(|| {
            run::run_case(plan, seed, runs, &|| bar.inc(1), |outcome| {
                builder.add(&outcome);
                first.get_or_insert((outcome.timeline, outcome.exposed));
            });
        });
        if let Some(run) = builder.first_losing_run() {
            losing.push((case.label(), run));
        }
        results.push(builder.finish());
        let (timeline, exposed) = first.unzip();
        pictured.push(Pictured {
            label: case.label(),
            servers: names,
            latency: builder.latency().cloned(),
            timeline: timeline.flatten(),
            exposed,
            exposure: builder.exposure().clone(),
        });
    }
    bar.finish_and_clear();
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
    let folder = arguments
        .out
        .clone()
        .unwrap_or_else(|| PathBuf::from("out").join(&loaded.name));
    let table = table::table(&results);
    let mut files = vec![
        ("results.json".to_owned(), results.json()),
        ("results.csv".to_owned(), csv::csv(&results)),
        ("table.txt".to_owned(), table.clone()),
    ];
    files.extend(pictures::draw(&results, &pictured));
    write::write_all(&folder, &files)?;
    match arguments.format {
        Format::Table => print(&table),
        Format::Json => print(&results.json()),
        Format::Csv => print(&csv::csv(&results)),
    }
    if !arguments.quiet {
        let charts = files
            .iter()
            .filter(|(name, _)| name.ends_with(".svg"))
            .count();
        eprintln!(
            "{charts} charts with their numbers, and the results: {}",
            folder.display()
        );
    }
    if !arguments.quiet {
        for (case, run) in losing {
            let case = match case.is_empty() {
                true => String::new(),
                false => format!(" --case {case:?}"),
            };
            let (name, seed) = (&arguments.experiment, results.seed);
            eprintln!("why: replsim explain {name}{case} --run {run} --seed {seed}");
        }
    }
    Ok(if results.all_held() {
        End::Done
    } else {
        End::DidNotHold
    })
}

/// Weak points of the topologies, each said once.
fn warn(plans: &[Plan]) {
    let mut said: Vec<String> = Vec::new();
    for warning in plans.iter().flat_map(topology::warnings) {
        if !said.contains(&warning) {
            eprintln!("note: {warning}");
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
