//! `replsim completions`: for a shell.

use super::{Cli, End, print};
use clap::CommandFactory;
use clap_complete::Shell;
use std::error::Error;

/// Arguments of `completions`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The shell
    shell: Shell,
}

/// Prints a completion script.
pub fn completions(arguments: &Arguments) -> Result<End, Box<dyn Error>> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Cli::command(), "replsim", &mut script);
    print(&String::from_utf8(script)?)?;
    Ok(End::Done)
}
