//! Structured fuzzing: bytes become experiments, lessons, lab lines and measurement files, valid or slightly broken; each
//! is taken as a user's, and must be refused with an error or run without breaking any law. Shared by tests/fuzz.rs
//! (proptest, stable Rust) and the cargo-fuzz targets in fuzz/.
#![allow(dead_code)]

pub mod beside;
pub mod cluster;
pub mod experiment;
pub mod lab;
pub mod lesson;
pub mod measured;
pub mod mutate;
pub mod oracle;
pub mod quantities;
pub mod source;
pub mod statements;

use source::Source;

/// What became of an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ran {
    /// It was refused with this error.
    Refused(String),
    /// It was accepted; it was given up after so many events that a fuzzer has no time for more.
    TooLong,
    /// It was accepted and ran to its end.
    Done,
}

/// A kind of input.
#[derive(Clone, Copy)]
pub struct Target {
    /// Its name, in FUZZ_TARGET and as the name of a cargo-fuzz target.
    pub name: &'static str,
    /// The input that these bytes stand for, as text for people: what stands in the file, or is typed.
    pub text: fn(&mut Source) -> String,
    /// Takes the input. Panics at a finding.
    pub run: fn(&str) -> Ran,
}

/// Every kind of input.
pub const TARGETS: [Target; 4] = [
    Target {
        name: "experiment",
        text: experiment::text,
        run: oracle::experiment,
    },
    Target {
        name: "lesson",
        text: lesson::text,
        run: lesson::run,
    },
    Target {
        name: "lab",
        text: lab::text,
        run: lab::run,
    },
    Target {
        name: "measurements",
        text: measured::text,
        run: measured::run,
    },
];

/// Decodes bytes and takes what they stand for. Panics at a finding.
pub fn take(target: &str, bytes: &[u8]) -> Ran {
    let target = TARGETS.iter().find(|known| known.name == target);
    let target = target.expect("a target of TARGETS");
    (target.run)(&(target.text)(&mut Source::new(bytes)))
}
