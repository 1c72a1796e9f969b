//! `replsim validate`: prediction beside measurement.

use super::{End, print};
use crate::report::{progress, validation, write};
use crate::spec;
use crate::validate::{self, comparison::Comparison, file};
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
    /// Threads; changes how long it takes, never what it prints
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1024))]
    jobs: Option<u32>,
    /// Where the files go
    #[arg(long, default_value = "out/validate")]
    out: PathBuf,
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
}

/// Compares every record of the files.
pub fn validate(arguments: &Arguments) -> Result<End, Box<dyn Error>> {
    let sets = super::run::sets(&arguments.set)?;
    let files = arguments
        .files
        .iter()
        .map(|path| file::read(path))
        .collect::<Result<Vec<_>, spec::Error>>()?;
    let threads = arguments.jobs.map_or(0, |jobs| jobs as usize);
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()?;
    let runs = files.iter().map(validate::runs).sum();
    let bar = progress::bar(runs, arguments.quiet);
    let mut compared: Vec<Comparison> = Vec::new();
    for file in &files {
        bar.set_message(file.name.clone());
        compared.extend(pool.install(|| validate::compare(file, &sets, &|| bar.inc(1)))?);
        if arguments.inputs {
            compared.extend(pool.install(|| validate::compare_inputs(file, &sets))?);
        }
    }
    bar.finish_and_clear();
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
    write::write_all(&arguments.out, &written)?;
    print(match arguments.format {
        Format::Table => &table,
        Format::Json => &document,
    });
    if !arguments.quiet {
        eprintln!(
            "charts with their numbers, and the results: {}",
            arguments.out.display()
        );
    }
    Ok(match compared.iter().all(|one| one.within) {
        true => End::Done,
        false => End::DidNotHold,
    })
}
