//! The metrics and statistics that a claim can be about, by their names in the results document.

use super::{names, units};
use crate::protocol::effect::Crash;
use crate::shown;
use serde_json::Value;

/// A metric's name and unit, as the results document has them.
pub const METRICS: [(&str, &str); 29] = [
    ("acknowledged", "transactions"),
    ("lost_acknowledged", "transactions"),
    ("visible_then_lost", "transactions"),
    ("read_then_lost", "transactions"),
    ("errant", "transactions"),
    ("kept_unacknowledged", "transactions"),
    ("duplicated", "transactions"),
    ("refused", "transactions"),
    ("errors", "transactions"),
    ("unknown", "transactions"),
    ("write_unavailable", "s"),
    ("failover_time", "s"),
    ("two_masters", "s"),
    ("two_unfenced", "s"),
    ("diverged_old", "transactions"),
    ("diverged_new", "transactions"),
    ("replicas_stopped", "servers"),
    ("replicas_different", "servers"),
    ("semi_sync_off", "s"),
    ("writes_off", "s"),
    ("exposed", "s"),
    ("exposed_transactions", "transactions"),
    ("catching_up", "s"),
    ("catch_up_time", "s"),
    ("not_caught_up", "runs"),
    ("lag", "s"),
    ("longest_commit", "s"),
    ("throughput", "transactions/s"),
    ("group_size", "transactions"),
];

/// The metric that is a distribution over commits instead of one number per run, and its unit.
pub const LATENCY: (&str, &str) = ("commit_latency", "ms");

/// Statistics over runs.
pub const OF_RUNS: [&str; 4] = ["mean", "min", "max", "affected"];
/// Statistics over commits.
pub const OF_COMMITS: [&str; 7] = ["mean", "p50", "p90", "p95", "p99", "p99_9", "max"];

/// What a crash may cost at a random moment, as in `exposure.site_loss.lost_acknowledged`.
pub const EXPOSURE_LEVELS: [&str; 4] = [
    "lost_acknowledged",
    "visible_then_lost",
    "read_then_lost",
    "errant",
];
/// Statistics over moments; `any` is the share of the moments at which there was something to lose.
pub const OF_MOMENTS: [&str; 4] = ["mean", "any", "p99", "max"];

/// Figures per year that a claim may be about, as in `yearly.lost_acknowledged`, and their units.
pub const YEARLY: [(&str, &str); 5] = [
    ("lost_acknowledged", "transactions"),
    ("visible_then_lost", "transactions"),
    ("errant", "transactions"),
    ("without_writes", "s"),
    ("loses_any_per_crash", ""),
];

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
        let names = || YEARLY.iter().map(|known| known.0);
        let known = YEARLY.iter().find(|known| known.0 == figure);
        let nearest = names::nearest(figure, names());
        let problem = || (format!("unknown yearly figure `{figure}`"), nearest);
        return known.map(|known| known.1).ok_or_else(problem);
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
            EXPOSURE_LEVELS.contains(&level),
        ) {
            (true, true) => Ok("transactions"),
            (false, _) => Err(wrong("crash kind", kind, Crash::ALL.map(Crash::name))),
            (_, false) => Err(wrong("number of the exposure", level, EXPOSURE_LEVELS)),
        };
    }
    let known = || METRICS.iter().chain([&LATENCY]);
    known()
        .find(|known| known.0 == metric)
        .map(|known| known.1)
        .ok_or_else(|| {
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
            .ok_or_else(|| format!("{number} is no number")),
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
