//! An experiment: what is asked of a model.

use super::check::Check;
use super::error::Error;
use super::expect::Clause;
use super::fault::Fault;
use super::limits;
use super::units::{Duration, Share};
use super::workload::Workload;
use crate::shown;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

/// What is asked of a model, after the model's parts were put together.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub struct Experiment {
    /// A short title.
    #[serde(default)]
    pub title: String,
    /// The question in plain words.
    #[serde(default)]
    pub question: String,
    /// What the clients do.
    #[serde(default)]
    pub workload: Workload,
    /// What goes wrong.
    #[serde(default)]
    pub faults: Vec<Fault>,
    /// What is varied: from an axis (a short name or a dotted path) to its values; the cases are their product.
    #[serde(default)]
    pub vary: Map<String, Value>,
    /// Seed of all randomness.
    #[serde(default = "one")]
    pub seed: u64,
    /// Runs of each case.
    #[serde(default = "hundred")]
    pub runs: u32,
    /// Instead of a number of runs: half the width of every interval, relative to its mean ("5 %").
    pub precision: Option<Share>,
    /// Time of a run before anything is measured.
    #[serde(default = "fifth_of_a_second")]
    pub warm_up: Duration,
    /// Length of a run, warm-up included.
    #[serde(default = "two_seconds")]
    pub duration: Duration,
    /// Bounds of `replsim check`.
    pub check: Option<Check>,
    /// What is expected of the answer.
    #[serde(default)]
    pub expect: Vec<Clause>,
}

fn one() -> u64 {
    1
}

fn hundred() -> u32 {
    100
}

fn fifth_of_a_second() -> Duration {
    Duration(200_000_000)
}

fn two_seconds() -> Duration {
    Duration(2_000_000_000)
}

/// The keys of an experiment that are not keys of a model.
pub const KEYS: [&str; 13] = [
    "title",
    "question",
    "workload",
    "faults",
    "vary",
    "seed",
    "runs",
    "precision",
    "warm_up",
    "duration",
    "check",
    "expect",
    "note",
];

/// A model as an experiment names it.
#[derive(Clone, Debug, PartialEq, JsonSchema)]
#[serde(untagged)]
pub enum ModelRef {
    /// A bare name or a path.
    Name(String),
    /// Parts, merged from left to right.
    Parts(Vec<ModelRef>),
    /// An inline part.
    Inline(Map<String, Value>),
}

/// How many parts a model names; an empty list counts too.
fn parts(model: &Value) -> usize {
    match model {
        Value::Array(list) => list.iter().map(parts).sum::<usize>().max(1),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => 1,
    }
}

impl ModelRef {
    /// Reads the `model` key.
    pub fn read(value: &Value, path: &str) -> Result<ModelRef, Error> {
        limits::at_most(path, parts(value), limits::PARTS, "parts")?;
        match value {
            Value::String(name) => Ok(ModelRef::Name(name.clone())),
            Value::Array(parts) => parts
                .iter()
                .enumerate()
                .map(|(index, part)| ModelRef::read(part, &format!("{path}[{index}]")))
                .collect::<Result<_, _>>()
                .map(ModelRef::Parts),
            Value::Object(part) => Ok(ModelRef::Inline(part.clone())),
            other @ (Value::Null | Value::Bool(_) | Value::Number(_)) => Err(Error::at(
                path,
                format!(
                    "expected the name of a model, a list of them or an object, not {}",
                    shown::value(other)
                ),
            )),
        }
    }
}

impl Experiment {
    /// What serde cannot know.
    pub fn check(&self) -> Result<(), Error> {
        if self.precision == Some(Share(0)) {
            return Err(Error::at(
                "precision",
                "expected a share above 0, as in \"5 %\"",
            ));
        }
        if self.runs == 0 {
            return Err(Error::at("runs", "expected at least 1"));
        }
        limits::at_most("faults", self.faults.len(), limits::FAULTS, "faults")?;
        limits::at_most("vary", self.vary.len(), limits::AXES, "axes")?;
        limits::at_most("expect", self.expect.len(), limits::CLAUSES, "clauses")?;
        if let Some(check) = &self.check {
            check.within_limits()?;
        }
        let long = self.workload.sessions.unwrap_or(0) <= limits::SESSIONS_OF_LONG_RUNS;
        let most = if long {
            limits::RUN
        } else {
            limits::RUN_OF_MANY
        };
        limits::between("duration", self.duration.0, 1, most)?;
        if self.warm_up >= self.duration {
            return Err(Error::at(
                "warm_up",
                "the warm-up must be shorter than `duration`, which includes it",
            ));
        }
        Ok(())
    }
}
