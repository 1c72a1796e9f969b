//! One step of a lesson: what is typed, fed and killed.

use super::super::flavour::Written;
use super::super::units::Duration;
use super::Lines;
use super::shown::{Counts, Dump, Picture, Question, Shown};
use crate::protocol::crash::Crash;
use crate::protocol::flavour_names::Only;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

/// A step: what it does is said by one of `text`, `type`, `fresh`, `feed`, `crash`, `start`, `restart`, `cut`, `mend`, `my_cnf`, `dump`, `until`, `wait`, `wait_for`,
/// `counts`, `picture`, `experiment` and `questions`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub struct Step {
    /// When: a moment since the beginning, if the step has to wait for it.
    pub at: Option<Duration>,
    /// The server where something is typed.
    pub on: Option<String>,
    /// Only in servers of this family or version.
    pub only_in: Option<Written<Only>>,
    /// Text between, in Markdown.
    pub text: Option<Lines>,
    /// Statements as they are typed; a statement that hangs when the next step is due goes on hanging.
    #[serde(rename = "type")]
    pub types: Option<Lines>,
    /// Nobody waits for the answers: they are written down when they come.
    #[serde(default)]
    pub background: bool,
    /// Who types on the server from here on: root, or a user that was created.
    pub login: Option<String>,
    /// At which of several connections to the server, from 1; without it at the first one that does not wait.
    pub terminal: Option<u16>,
    /// Time passes until this happens: `logged`, `fsync`, `visible`, `sent`, `received` or `acknowledged`, as in a trace.
    pub until: Option<String>,
    /// Only the lines of the answers that contain one of these, as `grep -E 'a|b'` would print them.
    pub grep: Option<String>,
    /// Time between an answer and the next statement, "1 s" without it.
    pub pause: Option<Duration>,
    /// A fresh cluster: the lesson's model with these values on top, empty, at time 0.
    pub fresh: Option<Map<String, Value>>,
    /// Load: a statement that is typed again and again.
    pub feed: Option<Feed>,
    /// A server dies.
    pub crash: Option<Death>,
    /// A server that died starts again.
    pub start: Option<String>,
    /// A server is restarted.
    pub restart: Option<String>,
    /// The network between these two servers is cut: nothing that one sends reaches the other.
    pub cut: Option<[String; 2]>,
    /// It works again.
    pub mend: Option<[String; 2]>,
    /// Lines for its my.cnf, which it reads when it starts.
    pub my_cnf: Option<Map<String, Value>>,
    /// A dump is taken of one server and loaded into another.
    pub dump: Option<Dump>,
    /// Time passes.
    pub wait: Option<Duration>,
    /// Time passes until these servers have received and applied everything.
    pub wait_for: Option<Vec<String>>,
    /// Rows of a table, counted and compared on several servers.
    pub counts: Option<Counts>,
    /// A picture.
    pub picture: Option<Picture>,
    /// An experiment, and which of its numbers to show.
    pub experiment: Option<Shown>,
    /// Questions to the reader.
    pub questions: Option<Vec<Question>>,
    /// What the answer has to contain, so that a lesson is also a test.
    pub expect: Option<Lines>,
}

/// A statement that is typed again and again.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub struct Feed {
    /// The statement; `{n}` in it counts.
    #[serde(rename = "type")]
    pub statement: String,
    /// How often.
    pub times: Value,
    /// Where `{n}` begins.
    #[serde(default)]
    pub from: u64,
    /// How many sessions share the work.
    #[serde(default = "one_session")]
    pub sessions: u16,
    /// It goes on in the background.
    #[serde(default)]
    pub background: bool,
}

fn one_session() -> u16 {
    1
}

/// How a server dies.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub struct Death {
    /// The server.
    pub server: String,
    /// How.
    #[serde(default)]
    pub kind: Dies,
    /// How many statements of the feed in the background were acknowledged by then, instead of a time.
    pub after_acknowledged: Option<Value>,
}

/// Kinds of death.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Dies {
    /// kill -9.
    #[default]
    ProcessKill,
    /// The host loses power.
    HostLoss,
    /// The site loses power.
    SiteLoss,
}

impl Dies {
    /// The crash that it is.
    pub fn crash(self) -> Crash {
        match self {
            Dies::ProcessKill => Crash::ProcessKill,
            Dies::HostLoss => Crash::HostLoss,
            Dies::SiteLoss => Crash::SiteLoss,
        }
    }
}
