//! The numbers that a claim can be about, by their names in the results document: metrics, their statistics, and the figures
//! of exposure and years.

use super::metric::Metric;
use super::{names, units};
use crate::protocol::crash::Crash;
use crate::protocol::exposure::LEVELS;
use crate::shown;
use serde_json::Value;

/// The metric that is a distribution over commits instead of one number per run, and its unit.
pub const LATENCY: (&str, &str) = ("commit_latency", "ms");

/// Statistics over runs.
pub const OF_RUNS: [&str; 4] = ["mean", "min", "max", "affected"];
/// Statistics over commits.
pub const OF_COMMITS: [&str; 7] = ["mean", "p50", "p90", "p95", "p99", "p99_9", "max"];

/// Statistics over moments; `any` is the share of the moments at which there was something to lose.
pub const OF_MOMENTS: [&str; 4] = ["mean", "any", "p99", "max"];

/// A figure per year that a claim may be about, as in `yearly.lost_acknowledged`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Yearly {
    /// Acknowledged transactions that are lost.
    LostAcknowledged,
    /// Transactions that others could read and that are lost.
    VisibleThenLost,
    /// Transactions that only the old master has.
    Errant,
    /// Time during which nobody can write.
    WithoutWrites,
    /// The probability that a death of the master loses anything acknowledged.
    LosesAnyPerCrash,
}

impl Yearly {
    const ALL: [Yearly; 5] = [
        Yearly::LostAcknowledged,
        Yearly::VisibleThenLost,
        Yearly::Errant,
        Yearly::WithoutWrites,
        Yearly::LosesAnyPerCrash,
    ];

    /// Its name in the results document, and its unit.
    const fn entry(self) -> (&'static str, &'static str) {
        match self {
            Yearly::LostAcknowledged => ("lost_acknowledged", "transactions"),
            Yearly::VisibleThenLost => ("visible_then_lost", "transactions"),
            Yearly::Errant => ("errant", "transactions"),
            Yearly::WithoutWrites => ("without_writes", "s"),
            Yearly::LosesAnyPerCrash => ("loses_any_per_crash", ""),
        }
    }

    /// The figure of this name.
    pub fn named(name: &str) -> Option<Yearly> {
        Yearly::ALL.into_iter().find(|one| one.entry().0 == name)
    }
}

/// The figure of a yearly metric.
pub fn yearly(metric: &str) -> Option<&str> {
    metric.strip_prefix("yearly.")
}

/// The kind and the level of a metric of the exposure.
pub fn exposure(metric: &str) -> Option<(&str, &str)> {
    metric.strip_prefix("exposure.")?.split_once('.')
}

/// The unit of a metric, or what is wrong with its name.
pub fn unit(metric: &str) -> Result<&'static str, (String, Option<String>)> {
    if let Some(figure) = yearly(metric) {
        let nearest = names::nearest(figure, Yearly::ALL.map(|known| known.entry().0));
        let problem = || (format!("unknown yearly figure `{figure}`"), nearest);
        let known = Yearly::named(figure);
        return known.map(|known| known.entry().1).ok_or_else(problem);
    }
    if let Some((kind, level)) = exposure(metric) {
        let wrong = |what: &str, name: &str, known: [&str; 4]| {
            let nearest = names::nearest(name, known.iter());
            (
                format!("unknown {what} `{name}`, expected {}", known.join(", ")),
                nearest,
            )
        };
        return match (
            Crash::ALL.iter().any(|crash| crash.name() == kind),
            LEVELS.contains(&level),
        ) {
            (true, true) => Ok("transactions"),
            (false, _) => Err(wrong("crash kind", kind, Crash::ALL.map(Crash::name))),
            (_, false) => Err(wrong("number of the exposure", level, LEVELS)),
        };
    }
    let known = Metric::ALL.map(|known| (known.entry().name, known.entry().unit.name()));
    let known = || known.into_iter().chain([LATENCY]);
    let found = known().find(|known| known.0 == metric);
    found.map(|known| known.1).ok_or_else(|| {
        (
            format!("unknown metric `{metric}`"),
            names::nearest(metric, known().map(|known| known.0)),
        )
    })
}

/// Whether the metric has this statistic.
pub fn statistics(metric: &str) -> &'static [&'static str] {
    if metric == LATENCY.0 {
        &OF_COMMITS
    } else if yearly(metric).is_some() {
        &OF_RUNS[..1]
    } else if exposure(metric).is_some() {
        &OF_MOMENTS
    } else {
        &OF_RUNS
    }
}

/// A bound in the unit of what it bounds.
pub fn bound(value: &Value, unit: &str) -> Result<f64, String> {
    match (value, unit) {
        (Value::Number(number), "" | "transactions" | "runs" | "servers") => number
            .as_f64()
            .filter(|n| n.is_finite())
            .ok_or_else(|| format!("{number} is not a number")),
        (Value::String(text), "s") => units::duration(text).map(|ns| ns as f64 / 1e9),
        (Value::String(text), "ms") => units::duration(text).map(|ns| ns as f64 / 1e6),
        (Value::String(text), "transactions/s") => units::rate(text).map(|rate| rate as f64 / 1e3),
        // a share may also be written as one
        (Value::String(text), "") => {
            units::share(text).map(|share| f64::from(share) / 4_294_967_296.0)
        }
        (other, "s" | "ms") => Err(format!(
            "{} has no unit, expected a duration such as \"20 ms\"",
            shown::value(other)
        )),
        (other, "transactions/s") => Err(format!(
            "{} has no unit, expected a rate such as \"50 /s\"",
            shown::value(other)
        )),
        (other, _) => Err(format!("expected a number, not {}", shown::value(other))),
    }
}
