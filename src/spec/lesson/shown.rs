//! What a step shows: files, counts, pictures, questions.

use super::super::units::Duration;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

/// From where to where a dump goes.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub struct Dump {
    /// The server that is dumped.
    pub of: String,
    /// The server into which it is loaded.
    pub into: String,
}

/// Rows of a table on several servers.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub struct Counts {
    /// `database.table`
    pub table: String,
    /// The servers.
    pub on: Vec<String>,
    /// And what each has received and not applied yet.
    #[serde(default)]
    pub received: bool,
}

/// What a picture shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Shows {
    /// A line per server and thread, time downwards, messages between.
    SpaceTime,
    /// Binlog, dump thread, IO thread, relay log, SQL thread, with the positions of this moment.
    DataWay,
    /// How far replicas are behind, over time.
    Lag,
}

/// A picture.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub struct Picture {
    /// What it shows.
    pub kind: Shows,
    /// What to look at.
    pub caption: String,
    /// The replica whose way it is.
    pub replica: Option<String>,
    /// Only the last so much time.
    pub last: Option<Duration>,
    /// From the moment of the step so many steps before on, instead.
    pub since_step: Option<usize>,
}

/// An experiment inside a lesson.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub struct Shown {
    /// A bare name, a path, or the experiment itself.
    pub run: Value,
    /// Values set in its description: paths and values.
    #[serde(default)]
    pub set: Map<String, Value>,
    /// The numbers to show: metrics as in `expect`.
    #[serde(default)]
    pub show: Vec<String>,
    /// Only these cases: values of axes.
    #[serde(default)]
    pub only: Vec<Map<String, Value>>,
    /// One run over time instead, side by side for all cases, a line for so much time.
    pub timeline: Option<Duration>,
}

/// A question to the reader, which changing one value answers.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub struct Question {
    /// The question.
    pub ask: String,
    /// The command that answers it.
    pub command: String,
}
