//! `replsim validate`: prediction beside measurement.

use super::progress::Progress;
use super::{End, folder, out::say, print};
use crate::report::validation;
use crate::shown;
use crate::spec;
use crate::spec::units::Percentage;
use crate::validate::file::{self, MeasuredFile};
use crate::validate::{self, comparison::Comparison, tolerance::Metric};
use clap::ValueEnum;
use std::error::Error;
use std::path::PathBuf;

/// Arguments of `validate`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Files of measurements
    #[arg(required = true)]
    files: Vec<String>,
    /// Compare the inputs too: what the machine's model makes of its own calibrations
    #[arg(long)]
    inputs: bool,
    /// Set a value in the description of every scenario
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<String>,
    /// Another tolerance for a metric, as in p99_latency="30 %"
    #[arg(long, value_name = "METRIC=PERCENT")]
    tolerance: Vec<String>,
    /// Number of threads; changes how long it takes, never what it prints
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1024))]
    jobs: Option<u32>,
    /// Where the files go
    #[arg(long, default_value = "out/validate")]
    out: PathBuf,
    /// What to print
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// Print no progress and no hints
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
}

/// Compares every record of the files.
pub fn validate(arguments: &Arguments) -> Result<End, Box<dyn Error>> {
    let sets = super::run::sets(&arguments.set)?;
    let tolerances = arguments
        .tolerance
        .iter()
        .map(|said| tolerance(said))
        .collect::<Result<Vec<_>, spec::Error>>()?;
    let mut files = arguments
        .files
        .iter()
        .map(|path| file::read(path))
        .collect::<Result<Vec<_>, spec::Error>>()?;
    tell_apart(&mut files, &arguments.files);
    let folder = folder(Some(&arguments.out), "validate")?;
    let threads = arguments.jobs.map_or(0, |jobs| jobs as usize);
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()?;
    let runs = files.iter().map(validate::runs).sum();
    let progress = Progress::new("runs", runs, 0, arguments.quiet);
    let bar = &progress.bar;
    let mut compared: Vec<Comparison> = Vec::new();
    for file in &files {
        bar.set_message(shown::line(&file.name));
        compared.extend(pool.install(|| validate::compare(file, &sets, &|| bar.inc(1)))?);
        if arguments.inputs {
            compared.extend(pool.install(|| validate::compare_inputs(file, &sets))?);
        }
    }
    drop(progress);
    for (metric, share) in tolerances {
        let of_metric = compared
            .iter_mut()
            .filter(|one| one.metric == metric.name());
        of_metric.for_each(|one| one.allow(share));
    }
    let skipped: Vec<(&str, &str)> = files.iter().filter_map(validate::skipped).collect();
    let (table, document) = (
        validation::table(&compared, &skipped),
        validation::json(&compared),
    );
    let mut written = vec![
        ("results.json".to_owned(), document.clone()),
        ("table.txt".to_owned(), table.clone()),
    ];
    written.extend(validation::charts(&compared));
    let written = folder.write(&written);
    print(match arguments.format {
        Format::Table => &table,
        Format::Json => &document,
    })?;
    written?;
    if !arguments.quiet {
        say(format_args!(
            "charts with their numbers, and the results: {}",
            arguments.out.display()
        ));
    }
    Ok(match compared.iter().all(|one| one.within) {
        true => End::Done,
        false => End::DidNotHold,
    })
}

/// Files of the same name in several folders are called by their paths.
fn tell_apart(files: &mut [MeasuredFile], paths: &[String]) {
    let names: Vec<String> = files.iter().map(|file| file.name.clone()).collect();
    for (file, path) in files.iter_mut().zip(paths) {
        if names.iter().filter(|name| **name == file.name).count() > 1 {
            file.name.clone_from(path);
        }
    }
}

/// METRIC=PERCENT.
fn tolerance(said: &str) -> Result<(Metric, f64), spec::Error> {
    let wrong = |problem: String| spec::Error::whole("--tolerance", problem);
    let Some((name, percent)) = said.split_once('=') else {
        let problem = format!("`{said}` is not METRIC=PERCENT, as in p99_latency=\"30 %\"");
        return Err(wrong(problem));
    };
    let known = Metric::ALL.map(Metric::name);
    let metric = Metric::ALL.into_iter().find(|metric| metric.name() == name);
    let metric = metric.ok_or_else(|| {
        let listed = spec::names::listed(&known);
        wrong(format!("unknown metric `{name}`, expected {listed}")).near(name, known)
    })?;
    let share = Percentage::read(percent).map_err(|problem| wrong(format!("{name}: {problem}")))?;
    Ok((metric, share.0 as f64 / (1u64 << 32) as f64))
}
