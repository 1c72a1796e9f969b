//! Do the claims of an experiment hold?

use super::interval::Share;
use super::result::{CaseResult, Metric, tidy};
use crate::spec::expect::{Bound, Expectation, Number};
use serde::Serialize;

/// A claim and what was found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Verdict {
    /// The claim in plain words.
    pub claim: String,
    /// Whether it held in every case that it is about.
    pub held: bool,
    /// What was observed, with its uncertainty.
    pub observed: String,
}

/// Checks one claim against the results of all cases.
pub fn check(expectation: &Expectation, results: &[CaseResult]) -> Verdict {
    let mut worst: Option<(f64, usize, Option<usize>)> = None;
    let mut held = !expectation.cases.is_empty();
    for &(case, other) in &expectation.cases {
        let found = value(expectation, results, case, other);
        let holds = expectation.bounds.iter().all(|bound| bound.holds(found));
        let severity = |value: f64| {
            expectation
                .bounds
                .iter()
                .map(|bound| margin(*bound, value))
                .fold(f64::INFINITY, f64::min)
        };
        // The case nearest to a bound, or farthest beyond it, is the one that is reported.
        if worst.is_none_or(|(worst, ..)| severity(found) < severity(worst) || worst.is_nan()) {
            worst = Some((found, case, other));
        }
        held &= holds;
    }
    let observed = match worst {
        None => "no case".to_owned(),
        Some((found, case, other)) => observed(expectation, results, found, case, other),
    };
    Verdict {
        claim: expectation.claim.clone(),
        held,
        observed,
    }
}

/// How far inside a bound, relative to it; negative outside.
fn margin(bound: Bound, value: f64) -> f64 {
    let (inside, of) = match bound {
        Bound::AtLeast(bound) | Bound::Above(bound) => (value - bound, bound),
        Bound::AtMost(bound) | Bound::Below(bound) => (bound - value, bound),
    };
    if of == 0.0 { inside } else { inside / of.abs() }
}

fn value(
    expectation: &Expectation,
    results: &[CaseResult],
    case: usize,
    other: Option<usize>,
) -> f64 {
    let number = number(&expectation.about, &results[case]);
    match (&expectation.divided_by, other) {
        (Some(divisor), Some(other)) => {
            let divisor = self::number(divisor, &results[other]);
            // Something against nothing is infinitely more.
            if divisor == 0.0 && number > 0.0 {
                f64::INFINITY
            } else {
                number / divisor
            }
        }
        _ => number,
    }
}

fn number(of: &Number, result: &CaseResult) -> f64 {
    let statistic = of.statistic.as_str();
    if of.metric == "commit_latency" {
        let latency = &result.latency;
        return match statistic {
            "mean" => latency.mean,
            "p50" => latency.p50,
            "p90" => latency.p90,
            "p95" => latency.p95,
            "p99" => latency.p99,
            "p99_9" => latency.p99_9,
            "max" => latency.max,
            _ => f64::NAN,
        };
    }
    let Some(metric) = result.metrics.get(&of.metric) else {
        return f64::NAN;
    };
    match statistic {
        "mean" => metric.mean,
        "min" => metric.min,
        "max" => metric.max,
        "affected" => metric.affected.share,
        _ => f64::NAN,
    }
}

fn observed(
    expectation: &Expectation,
    results: &[CaseResult],
    found: f64,
    case: usize,
    other: Option<usize>,
) -> String {
    let about = &expectation.about;
    let where_ = label(&results[case]);
    if let (Some(divisor), Some(other)) = (&expectation.divided_by, other) {
        let (above, below) = (
            number(about, &results[case]),
            number(divisor, &results[other]),
        );
        let ratio = if found.is_infinite() {
            "infinitely many".to_owned()
        } else {
            format!("{}", short(found))
        };
        return format!(
            "{ratio} times ({} against {}){where_}",
            short(above),
            short(below)
        );
    }
    let metric = results[case].metrics.get(&about.metric);
    match metric {
        Some(metric) if metric.max == 0.0 && metric.count > 0 => {
            // The bound is over all runs of the cases in which nothing was seen, taken one by one: the fewest runs count.
            let runs = expectation
                .cases
                .iter()
                .map(|&(case, _)| results[case].runs)
                .min()
                .unwrap_or(0);
            let bound = Share { hits: 0, of: runs }.bound_of_zero() * 100.0;
            format!(
                "0 in {runs} runs{}; at most {} % of runs (95 %){where_}",
                each(expectation),
                short(bound)
            )
        }
        Some(metric) => format!(
            "{} {}{}{where_}",
            about.statistic,
            with_unit(found, about.unit),
            spread(metric, &about.statistic)
        ),
        None => format!(
            "{} {}{where_}",
            about.statistic,
            with_unit(found, about.unit)
        ),
    }
}

fn each(expectation: &Expectation) -> &'static str {
    if expectation.cases.len() > 1 {
        " of each case"
    } else {
        ""
    }
}

fn spread(metric: &Metric, statistic: &str) -> String {
    match (statistic, metric.ci95) {
        ("mean", Some([low, high])) => format!(" ({} to {})", short(low), short(high)),
        _ => String::new(),
    }
}

fn with_unit(value: f64, unit: &str) -> String {
    if unit.is_empty() {
        short(value).to_string()
    } else {
        format!("{} {unit}", short(value))
    }
}

fn label(result: &CaseResult) -> String {
    let parts: Vec<String> = result
        .case
        .0
        .iter()
        .map(|(axis, value)| format!("{axis}={value}"))
        .collect();
    if parts.is_empty() {
        String::new()
    } else {
        format!(" [{}]", parts.join(", "))
    }
}

/// Three significant digits.
fn short(value: f64) -> f64 {
    if value == 0.0 || !value.is_finite() {
        value
    } else {
        format!("{value:.2e}").parse().map_or(value, tidy)
    }
}
