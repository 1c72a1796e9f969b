//! The command line: arguments to a command to an exit code.

mod bounds;
mod check;
mod completions;
mod explain;
mod lab;
mod lesson;
mod list;
mod replay;
mod run;
mod schema;
mod trace;
mod validate;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

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
    /// Every order of events within bounds: what always holds, and the shortest way to where it does not
    Check(check::Arguments),
    /// Why a transaction of one run was lost, or where the time of its slowest commit went
    Explain(explain::Arguments),
    /// One run, event by event: as a diagram, or for Mermaid, Perfetto, ShiViz and other programs
    Trace(trace::Arguments),
    /// A story as a transcript with pictures; without a name, the lessons at hand
    Lesson(lesson::Arguments),
    /// Servers that take statements from a prompt
    Lab(lab::Arguments),
    /// The experiments at hand, one line each
    List,
    /// Predictions beside measurements of a real cluster
    Validate(validate::Arguments),
    /// The JSON Schema of a file that people write
    Schema(schema::Arguments),
    /// Completions for a shell
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

/// Runs the program on these arguments.
pub fn main() -> ExitCode {
    let ended = match Cli::parse().command {
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
    };
    match ended {
        Ok(End::Done) => ExitCode::SUCCESS,
        Ok(End::DidNotHold) => ExitCode::from(1),
        Ok(End::Undecided(status)) => ExitCode::from(status),
        Err(error) => {
            eprintln!("replsim: {error}");
            ExitCode::from(2)
        }
    }
}

/// Prints to standard output; a reader that went away is not an error.
fn print(text: &str) {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}
