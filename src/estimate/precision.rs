//! How many runs a precision needs: decided by runs of their own, so that the decision does not bend the result.
//!
//! Two stages (after Stein, 1945): a pilot of fresh runs says how much each number varies, and so how many runs its interval
//! needs. The result is from these runs alone; the pilot is thrown away. Stopping as soon as intervals look narrow enough
//! would stop too often where they are narrow by luck.

use super::interval::Interval;
use super::result::CaseResult;
use libm::ceil;

/// Runs of the pilot.
pub const PILOT: u64 = 30;
/// Most runs of a case, whatever the precision asked for.
pub const MOST_RUNS: u64 = 100_000;
/// The pilot's intervals vary by a few tenths.
const MARGIN: f64 = 1.15;

/// Every interval of a mean that is reported: its name, half its width relative to the mean. Numbers that were zero
/// in every run have a bound instead, and no width.
fn widths(case: &CaseResult) -> impl Iterator<Item = (String, f64)> {
    let width = |name: String, mean: f64, ci95: Option<Interval>| {
        let [low, high] = ci95?;
        (mean != 0.0).then(|| (name, ((high - low) / 2.0 / mean).abs()))
    };
    let metrics = case.metrics.0.iter();
    let metrics =
        metrics.filter_map(move |(name, metric)| width(name.clone(), metric.mean, metric.ci95));
    let latency = &case.latency;
    let latency = [
        ("commit_latency.mean", latency.mean, latency.ci95.mean),
        ("commit_latency.p50", latency.p50, latency.ci95.p50),
        ("commit_latency.p99", latency.p99, latency.ci95.p99),
    ];
    let latency = latency
        .into_iter()
        .filter_map(move |(name, mean, ci95)| width(name.to_owned(), mean, ci95));
    let exposure = case.exposure.iter().flat_map(|kinds| &kinds.0);
    let exposure = exposure.flat_map(move |(kind, of_kind)| {
        of_kind.levels.0.iter().filter_map(move |(level, average)| {
            width(
                format!("exposure.{kind}.{level}"),
                average.mean,
                average.ci95,
            )
        })
    });
    metrics.chain(latency).chain(exposure)
}

/// The number whose interval is widest relative to its mean, and half that width.
pub fn widest(case: &CaseResult) -> Option<(String, f64)> {
    widths(case).max_by(|one, other| one.1.total_cmp(&other.1))
}

/// Runs after which every interval should be this narrow, from a pilot's result.
pub fn runs_needed(pilot: &CaseResult, precision: f64) -> u64 {
    let widest = widest(pilot).map_or(0.0, |(_, width)| width);
    let times = widest / precision * MARGIN;
    let runs = ceil(pilot.runs as f64 * times * times) as u64;
    // Fewer than the pilot had would widen the interval by their own small number.
    runs.clamp(PILOT, MOST_RUNS)
}
