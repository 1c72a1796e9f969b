//! Do the claims of an experiment hold?

use super::interval::Interval;
use super::result::{CaseResult, tidy};
use super::share::Share;
use crate::spec::expect::{Bound, Expectation, Number};
use crate::spec::number::{Yearly, exposure, yearly};
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
///
/// A number that no run had (a failover time without a failover) is within no bound. What is said is about the case
/// nearest to a bound or farthest beyond it.
pub fn check(expectation: &Expectation, results: &[CaseResult]) -> Verdict {
    let findings: Vec<Finding> = expectation
        .cases
        .iter()
        .map(|&(case, other)| {
            Finding::of(expectation, &results[case], other.map(|at| &results[at]))
        })
        .collect();
    let fails = |finding: &&Finding| {
        let within = |bound: &Bound| finding.value.is_some_and(|value| bound.holds(value));
        !expectation.bounds.iter().all(within)
    };
    let failed: Vec<&Finding> = findings.iter().filter(fails).collect();
    let among = if failed.is_empty() {
        findings.iter().collect()
    } else {
        failed.clone()
    };
    let severity = |finding: &Finding| match finding.value {
        None => f64::NEG_INFINITY,
        Some(value) => expectation
            .bounds
            .iter()
            .map(|bound| margin(*bound, value))
            .fold(f64::INFINITY, f64::min),
    };
    let worst = among
        .into_iter()
        .min_by(|one, other| severity(one).total_cmp(&severity(other)));
    let observed = match worst {
        None => "no case".to_owned(),
        Some(worst) => said(expectation, &findings, worst),
    };
    let several = if failed.is_empty() || findings.len() == 1 {
        String::new()
    } else {
        format!("fails in {} of {} cases: ", failed.len(), findings.len())
    };
    Verdict {
        claim: expectation.claim.clone(),
        held: failed.is_empty() && !findings.is_empty(),
        observed: several + &observed,
    }
}

/// What one case, or one pair of cases, has to say about a claim.
struct Finding<'a> {
    case: &'a CaseResult,
    /// The number that the claim is about.
    above: Option<Estimate>,
    /// What it is divided by; `Some(None)` if no run had that.
    below: Option<Option<Estimate>>,
    /// What the bounds are held against.
    value: Option<f64>,
}

impl<'a> Finding<'a> {
    fn of(expectation: &Expectation, case: &'a CaseResult, other: Option<&CaseResult>) -> Self {
        let above = Estimate::of(&expectation.about, case);
        let below = match (&expectation.divided_by, other) {
            (Some(divisor), Some(other)) => Some(Estimate::of(divisor, other)),
            _ => None,
        };
        let value = match (above, below) {
            (Some(above), None) => Some(above.value),
            (Some(above), Some(Some(below))) => ratio(above.value, below.value),
            _ => None,
        };
        Finding {
            case,
            above,
            below,
            value,
        }
    }

    /// Whether it is a plain number that was zero in every run.
    fn is_never(&self) -> bool {
        self.below.is_none() && self.above.is_some_and(|estimate| estimate.never)
    }
}

/// Something against nothing is infinitely more; nothing against nothing says nothing.
fn ratio(above: f64, below: f64) -> Option<f64> {
    if below != 0.0 {
        Some(above / below)
    } else {
        (above > 0.0).then_some(f64::INFINITY)
    }
}

/// A number of one case and what is known about its uncertainty.
#[derive(Clone, Copy)]
struct Estimate {
    value: f64,
    /// 95 %, where there is one.
    ci95: Option<Interval>,
    /// Runs that had the number.
    runs: u64,
    /// Zero in every run.
    never: bool,
}

impl Estimate {
    /// `None` if no run had the number.
    fn of(number: &Number, case: &CaseResult) -> Option<Estimate> {
        if number.metric == "commit_latency" {
            let latency = &case.latency;
            let (value, ci95) = match number.statistic.as_str() {
                "mean" => (latency.mean, latency.ci95.mean),
                "p50" => (latency.p50, latency.ci95.p50),
                "p90" => (latency.p90, None),
                "p95" => (latency.p95, None),
                "p99" => (latency.p99, latency.ci95.p99),
                "p99_9" => (latency.p99_9, None),
                "max" => (latency.max, None),
                _ => return None,
            };
            return (latency.count > 0).then_some(Estimate {
                value,
                ci95,
                runs: case.runs,
                never: false,
            });
        }
        if let Some(name) = yearly(&number.metric) {
            let years = case.yearly.as_ref()?.as_ref().ok()?;
            let figure = match Yearly::named(name)? {
                Yearly::LostAcknowledged => years.lost_acknowledged,
                Yearly::VisibleThenLost => years.visible_then_lost,
                Yearly::Errant => years.errant,
                Yearly::WithoutWrites => years.without_writes,
                Yearly::LosesAnyPerCrash => years.loses_any_per_crash,
            };
            return Some(Estimate {
                value: figure.mean,
                ci95: figure.ci95,
                runs: case.runs,
                never: false,
            });
        }
        if let Some((kind, level)) = exposure(&number.metric) {
            let average = case.exposure.as_ref()?.get(kind)?.levels.get(level)?;
            let (value, ci95) = match number.statistic.as_str() {
                "mean" => (average.mean, average.ci95),
                "any" => (average.any.share, average.any.ci95),
                "p99" => (average.p99 as f64, None),
                "max" => (average.max as f64, None),
                _ => return None,
            };
            return Some(Estimate {
                value,
                ci95,
                runs: average.batches,
                never: average.max == 0,
            });
        }
        let metric = case.metrics.get(&number.metric)?;
        let (value, ci95) = match number.statistic.as_str() {
            "mean" => (metric.mean, metric.ci95),
            "min" => (metric.min, None),
            "max" => (metric.max, None),
            "affected" => (metric.affected.share, metric.affected.ci95),
            _ => return None,
        };
        (metric.count > 0).then_some(Estimate {
            value,
            ci95,
            runs: metric.count,
            never: metric.min == 0.0 && metric.max == 0.0,
        })
    }

    /// `21 s (20.3 to 22)`; what has no interval says how many runs it is from.
    fn with_unit(self, unit: &str) -> String {
        let space = if unit.is_empty() { "" } else { " " };
        let spread = match self.ci95 {
            Some([low, high]) => format!(" ({} to {})", short(low), short(high)),
            None if self.runs == 1 => " in 1 run".to_owned(),
            None => format!(" over {} runs", self.runs),
        };
        format!("{}{space}{unit}{spread}", short(self.value))
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

fn said(expectation: &Expectation, all: &[Finding], worst: &Finding) -> String {
    let about = &expectation.about;
    let case = label(worst.case);
    if worst.is_never() {
        return never(all, worst, exposure(&about.metric).is_some());
    }
    match (worst.above, worst.below) {
        (None, _) => format!("no {} in any run{case}", about.metric),
        (_, Some(None)) => {
            let divisor = expectation.divided_by.as_ref().unwrap_or(about);
            format!("no {} in any run to compare with{case}", divisor.metric)
        }
        (Some(above), Some(Some(below))) => {
            let unit = expectation.divided_by.as_ref().unwrap_or(about).unit;
            match worst.value {
                None => format!("{} against 0 has no ratio{case}", short(above.value)),
                Some(value) => {
                    let times = if value.is_infinite() {
                        "infinitely many".to_owned()
                    } else {
                        short(value).to_string()
                    };
                    let (above, below) = (above.with_unit(about.unit), below.with_unit(unit));
                    format!("{times} times: {above} against {below}{case}")
                }
            }
        }
        (Some(share), None) if matches!(about.statistic.as_str(), "affected" | "any") => {
            let [low, high] = share.ci95.unwrap_or([0.0, 1.0]).map(|of| short(of * 100.0));
            let percent = short(share.value * 100.0);
            let what = match about.statistic.as_str() {
                "any" => "moments",
                _ => "runs",
            };
            format!("in {percent} % of {what} ({low} to {high} %){case}")
        }
        (Some(number), None) => {
            format!("{} {}{case}", about.statistic, number.with_unit(about.unit))
        }
    }
}

/// A zero with its bound: over the runs of a case, because losses cluster, and where several cases are all zero over
/// the fewest runs that one of them has.
fn never(all: &[Finding], worst: &Finding, of_moments: bool) -> String {
    let runs = |finding: &Finding| finding.above.map_or(0, |estimate| estimate.runs);
    let each = all.len() > 1 && all.iter().all(Finding::is_never);
    let (of, each, case) = if each {
        (all.iter().map(runs).min(), " of each case", String::new())
    } else {
        (Some(runs(worst)), "", label(worst.case))
    };
    let of = of.unwrap_or(0);
    let bound = Share { hits: 0, of }.bound_of_zero() * 100.0;
    let bound = short(bound);
    if of_moments {
        return format!("0 at every moment{each}; at most {bound} % of crashes (95 %){case}");
    }
    let runs = if of == 1 { "run" } else { "runs" };
    format!("0 in {of} {runs}{each}; at most {bound} % of runs (95 %){case}")
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
