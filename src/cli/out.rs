//! The two ways out: the answer on standard output, everything else on standard error.

use crate::shown;
use std::fmt::Display;
use std::io::{self, ErrorKind, Write};

/// Standard output did not take the answer.
#[derive(Debug, thiserror::Error)]
#[error("cannot write to standard output: {0}")]
pub struct Unwritten(#[from] io::Error);

/// Prints to standard output. A reader that went away is not an error; anything else that keeps the text from arriving is.
pub fn print(text: &str) -> Result<(), Unwritten> {
    match write(shown::lines(text).as_bytes()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        ended => Ok(ended?),
    }
}

/// The library's own handle takes a closed descriptor for one that swallows everything.
#[cfg(unix)]
fn write(bytes: &[u8]) -> io::Result<()> {
    use std::os::fd::AsFd;
    let descriptor = io::stdout().as_fd().try_clone_to_owned()?;
    std::fs::File::from(descriptor).write_all(bytes)
}

#[cfg(not(unix))]
fn write(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()
}

/// A line on standard error: a note, a hint or what is wrong.
pub fn say(message: impl Display) {
    let message = shown::line(&shown::brief(&message.to_string()));
    say_lines(&(message + "\n"));
}

/// Lines on standard error. If nobody can be told, nobody is.
pub fn say_lines(lines: &str) {
    let _ = io::stderr().write_all(shown::lines(lines).as_bytes());
}

/// Says what is wrong.
pub fn complain(error: impl Display) {
    say(format!("replsim: {error}"));
}

/// An argument as a shell takes it, whatever it contains.
pub fn quoted(argument: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || "._-/=,:+@%".contains(c);
    match !argument.is_empty() && argument.chars().all(bare) {
        true => argument.to_owned(),
        false => format!("'{}'", argument.replace('\'', "'\\''")),
    }
}
