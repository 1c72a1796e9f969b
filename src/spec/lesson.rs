//! A lesson: a script of statements on simulated servers, with load, faults, pictures and text between.

use super::Named;
use super::error::Error;
use super::flavour::Written;
use super::limits;
use super::units::Duration;
use crate::protocol::crash::Crash;
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

impl Lesson {
    /// No more time and no more load than a lesson can keep.
    fn within_limits(&self) -> Result<(), Error> {
        let (mut time, mut fed) = (0u64, 0u64);
        for (at, step) in self.steps.iter().enumerate() {
            let path = |key: &str| format!("steps[{at}].{key}");
            let lines = step.types.as_ref().map_or(0, |lines| lines.all().len());
            let pauses = step.pause.map_or(0, |pause| pause.0);
            let pauses = pauses.saturating_mul(lines as u64);
            let passes = [
                ("at", step.at.map_or(0, |at| at.0), false),
                ("wait", step.wait.map_or(0, |wait| wait.0), true),
                ("pause", pauses, true),
            ];
            for (key, ns, adds) in passes {
                time = if adds {
                    time.saturating_add(ns)
                } else {
                    time.max(ns)
                };
                if ns > 0 {
                    limits::between(&path(key), time, 0, limits::LESSON)?;
                }
            }
            if step.fresh.is_some() {
                time = 0;
            }
            let Some(feed) = &step.feed else { continue };
            let times = feed.times.as_u64().unwrap_or(0);
            // One in the background goes on until its server dies, or until the lab stops it.
            if !feed.background {
                fed = fed.saturating_add(times);
            }
            if fed > limits::FED || feed.from.checked_add(times).is_none() {
                let most = limits::FED;
                let problem = format!(
                    "{times} from {} on, {fed} of all feeds: at most {most} (docs/limits.md)",
                    feed.from
                );
                return Err(Error::at(path("feed.times"), problem));
            }
        }
        Ok(())
    }

    /// What serde cannot know: each step does one thing.
    pub(super) fn check(&self) -> Result<(), Error> {
        self.within_limits()?;
        for (at, step) in self.steps.iter().enumerate() {
            let path = |key: &str| format!("steps[{at}].{key}");
            let does = [
                ("text", step.text.is_some()),
                ("type", step.types.is_some()),
                ("fresh", step.fresh.is_some()),
                ("feed", step.feed.is_some()),
                ("crash", step.crash.is_some()),
                ("start", step.start.is_some()),
                ("restart", step.restart.is_some()),
                ("cut", step.cut.is_some()),
                ("mend", step.mend.is_some()),
                ("my_cnf", step.my_cnf.is_some()),
                ("dump", step.dump.is_some()),
                ("until", step.until.is_some()),
                ("wait", step.wait.is_some()),
                ("wait_for", step.wait_for.is_some()),
                ("counts", step.counts.is_some()),
                ("picture", step.picture.is_some()),
                ("experiment", step.experiment.is_some()),
                ("questions", step.questions.is_some()),
            ];
            let said: Vec<&str> = does
                .iter()
                .filter(|(_, yes)| *yes)
                .map(|(name, _)| *name)
                .collect();
            match said.as_slice() {
                [one] => {
                    let needs = ["type", "feed", "my_cnf"].contains(one);
                    if needs && step.on.is_none() {
                        return Err(Error::at(
                            format!("steps[{at}]"),
                            format!("`{one}` needs `on`: which server?"),
                        ));
                    }
                    if !needs && step.on.is_some() {
                        return Err(Error::at(
                            path("on"),
                            format!("`{one}` is not done on a server"),
                        ));
                    }
                }
                [] => {
                    let names: Vec<&str> = does.iter().map(|(name, _)| *name).collect();
                    let problem = format!("expected one of {}", names.join(", "));
                    return Err(Error::at(format!("steps[{at}]"), problem));
                }
                several => {
                    let problem = format!("one thing at a time, not {}", several.join(" and "));
                    return Err(Error::at(format!("steps[{at}]"), problem));
                }
            }
        }
        Ok(())
    }
}
