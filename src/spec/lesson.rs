//! A lesson: a script of statements on simulated servers, with load, faults, pictures and text between.

mod check;
mod shown;
mod step;

pub use shown::{Counts, Dump, Picture, Question, Shown, Shows};
pub use step::{Death, Dies, Feed, Step};

use super::Named;
use super::flavour::Written;
use crate::protocol::flavour_names::Only;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

/// A lesson as its file says it.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub struct Lesson {
    /// A short title.
    pub title: String,
    /// What the reader will know afterwards.
    #[serde(default)]
    pub question: String,
    /// The families and versions that its words are for; others are refused. Without it all are.
    #[serde(default)]
    pub flavours: Vec<Written<Only>>,
    /// Values that `{name}` stands for in what follows; `--set name=value` changes one.
    #[serde(default)]
    pub parameters: Map<String, Value>,
    /// The cluster: the name of a model, a list of parts or an object.
    pub model: Value,
    /// What is different from the model.
    #[serde(default)]
    pub overrides: Map<String, Value>,
    /// Seed of all randomness.
    #[serde(default = "one")]
    pub seed: u64,
    /// What the servers' clocks show at the beginning, "YYYY-MM-DD hh:mm:ss".
    pub clock: Option<String>,
    /// Names and numbers of the servers.
    #[serde(default)]
    pub servers: Named<Names>,
    /// What happens, in order.
    pub steps: Vec<Step>,
}

fn one() -> u64 {
    1
}

/// What a server is called by others.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub struct Names {
    /// `server_id`; by default 1, 2, ... in the order of the model.
    pub server_id: Option<u32>,
    /// `server_uuid`.
    pub uuid: Option<String>,
    /// Its first binlog file, as in "mysql-bin.000003".
    pub binlog: Option<String>,
    /// Basename of its relay logs.
    pub relay_log: Option<String>,
    /// Lines of its my.cnf beyond the model's variables.
    #[serde(default)]
    pub my_cnf: Map<String, Value>,
}

/// One statement or several.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Lines {
    /// One.
    One(String),
    /// Several, one after the other.
    Several(Vec<String>),
}

impl Lines {
    /// Them.
    pub fn all(&self) -> &[String] {
        match self {
            Lines::One(line) => std::slice::from_ref(line),
            Lines::Several(lines) => lines,
        }
    }
}
