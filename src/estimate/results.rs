//! Everything that an experiment answered: the results document (results.md, "The results document"), and
//! what its charts need beside it.

use super::expect::Verdict;
use super::exposure::ExposureBuilder;
use super::result::CaseResult;
use crate::measure::exposure::Exposed;
use crate::measure::outcome::Timeline;
use hdrhistogram::Histogram;
use serde::Serialize;

/// Everything that an experiment answered, and the names that repeat it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Results {
    /// Version of the program.
    pub replsim: &'static str,
    /// What was asked.
    pub experiment: Asked,
    /// The seed.
    pub seed: u64,
    /// One entry per case, in the order of the axes.
    pub cases: Vec<CaseResult>,
    /// Claims and whether they held.
    pub expectations: Vec<Verdict>,
}

/// The experiment's names.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Asked {
    /// Bare name.
    pub name: String,
    /// Title.
    pub title: String,
    /// The question in plain words.
    pub question: String,
    /// Digest of the merged description.
    pub digest: String,
}

impl Results {
    /// The document, ending in a newline.
    pub fn json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self)
            .unwrap_or_else(|error| unreachable!("plain data becomes JSON: {error}"));
        text.push('\n');
        text
    }

    /// Whether every claim held.
    pub fn all_held(&self) -> bool {
        self.expectations.iter().all(|verdict| verdict.held)
    }
}

/// What the charts of one case need beyond its result.
#[derive(Clone, Debug)]
pub struct Pictured {
    /// `mode=async,rtt=5 ms`.
    pub label: String,
    /// Server names, in the order of the timeline.
    pub servers: Vec<String>,
    /// Commit latencies (ns) of all runs.
    pub latency: Option<Histogram<u64>>,
    /// The first run over time.
    pub timeline: Option<Timeline>,
    /// What it was exposed to.
    pub exposed: Option<Exposed>,
    /// What all runs were exposed to.
    pub exposure: ExposureBuilder,
}
