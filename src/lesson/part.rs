//! What a lesson consists of once it was played.

use crate::observe::trace::Trace;

/// A lesson that was played.
#[derive(Clone, Debug, PartialEq)]
pub struct Played {
    /// Its title.
    pub title: String,
    /// What the reader will know.
    pub question: String,
    /// Its parts, in order.
    pub parts: Vec<Part>,
    /// Expectations that did not hold: where, and what was expected.
    pub broken: Vec<String>,
}

/// A part.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// Text, in Markdown.
    Text(String),
    /// Something was typed, or happened, at a terminal: lines of a transcript.
    Terminal(String),
    /// A space-time diagram.
    SpaceTime {
        /// What to look at.
        caption: String,
        /// The events.
        trace: Trace,
    },
    /// The way of the data.
    Way {
        /// What to look at.
        caption: String,
        /// Its stages.
        stages: Vec<Stage>,
    },
    /// How far replicas are behind.
    Lag {
        /// What to look at.
        caption: String,
        /// The replicas.
        names: Vec<String>,
        /// Moments (s) and transactions behind, by replica.
        points: Vec<(f64, Vec<u64>)>,
    },
    /// An experiment's numbers, as its runner prints them.
    Experiment(String),
    /// Questions and the commands that answer them.
    Questions(Vec<(String, String)>),
}

/// A stage of the data's way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// The server.
    pub server: String,
    /// Binlog, dump thread, ...
    pub what: String,
    /// File and position.
    pub position: String,
    /// Where a status shows it.
    pub shown: String,
}
