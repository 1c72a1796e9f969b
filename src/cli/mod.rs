//! The command line: arguments to a command to an exit code.

mod check;
mod completions;
mod explain;
mod kept;
mod lab;
mod lesson;
mod list;
mod out;
mod progress;
mod replay;
mod run;
mod schema;
#[cfg(unix)]
mod signals;
mod trace;
mod unsound;
mod validate;

use crate::report::names::safe;
use crate::report::write::{Folder, Unwritable};
use crate::shown;
use clap::{Parser, Subcommand};
use out::{complain, print};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use unsound::Unsound;

/// What a crash loses, how long a commit waits, how long nobody can write: MySQL and MariaDB replication, simulated.
#[derive(Debug, Parser)]
#[command(name = "replsim", version, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run an experiment: table, results document and charts
    Run(run::Arguments),
    /// Search every order of events within bounds: what always holds, and the shortest counterexample to what does not
    Check(check::Arguments),
    /// Explain why a transaction of one run was lost, or where the time of its slowest commit went
    Explain(explain::Arguments),
    /// Show one run, event by event: as a diagram, or for Mermaid, Perfetto, ShiViz and other programs
    Trace(trace::Arguments),
    /// Play a lesson: a transcript with pictures; without a name, list the lessons
    Lesson(lesson::Arguments),
    /// Type statements at simulated servers
    Lab(lab::Arguments),
    /// List the experiments, one line each
    List,
    /// Compare predictions with measurements of a real cluster
    Validate(validate::Arguments),
    /// Print the JSON Schema of a file that people write
    Schema(schema::Arguments),
    /// Print completions for a shell
    Completions(completions::Arguments),
}

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Done.
    Done,
    /// An expectation or a tolerance did not hold.
    DidNotHold,
    /// Not decided within the bounds; the exit status.
    Undecided(u8),
}

/// Exit status of wrong input, and of an answer that could not be written.
const WRONG: u8 = 2;

/// Runs the program on these arguments.
pub fn main() -> ExitCode {
    #[cfg(unix)]
    signals::end_between_files();
    let ended = match Cli::try_parse() {
        Ok(Cli { command }) => run(command),
        Err(said) if said.use_stderr() => {
            let said = shown::lines(&shown::brief(&said.to_string()));
            out::say_lines(&said);
            return ExitCode::from(WRONG);
        }
        // Help and version are answers.
        Err(said) => print(&said.to_string()).map_or_else(|e| Err(e.into()), |()| Ok(End::Done)),
    };
    match ended {
        Ok(End::Done) => ExitCode::SUCCESS,
        Ok(End::DidNotHold) => ExitCode::from(1),
        Ok(End::Undecided(status)) => ExitCode::from(status),
        Err(error) if error.is::<Unsound>() => {
            out::say_lines(&format!("replsim: {error}\n"));
            ExitCode::from(1)
        }
        Err(error) => {
            complain(error);
            ExitCode::from(WRONG)
        }
    }
}

fn run(command: Command) -> Result<End, Box<dyn Error>> {
    match command {
        Command::Run(arguments) => run::run(&arguments),
        Command::Check(arguments) => check::check(&arguments),
        Command::Explain(arguments) => explain::explain(&arguments),
        Command::Trace(arguments) => trace::trace(&arguments),
        Command::Lesson(arguments) => lesson::lesson(&arguments),
        Command::Lab(arguments) => lab::lab(&arguments),
        Command::List => list::list(),
        Command::Validate(arguments) => validate::validate(&arguments),
        Command::Schema(arguments) => schema::schema(&arguments),
        Command::Completions(arguments) => completions::completions(&arguments),
    }
}

/// The folder for the files of an answer: what `--out` says, else one below `out/` with this name. To be asked for when the
/// input is known to be right, and before the work.
fn folder(said: Option<&Path>, name: &str) -> Result<Folder, Unwritable> {
    let own = || PathBuf::from("out").join(safe(name));
    Folder::open(&said.map_or_else(own, Path::to_owned))
}
