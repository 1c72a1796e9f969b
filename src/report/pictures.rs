//! Which charts an experiment gets, and the numbers behind them.

use super::document::Results;
use crate::measure::outcome::Timeline;
use hdrhistogram::Histogram;

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
}

/// Every chart as SVG, with its numbers beside it as CSV: file name and content.
pub fn draw(_results: &Results, _pictured: &[Pictured]) -> Vec<(String, String)> {
    Vec::new()
}
