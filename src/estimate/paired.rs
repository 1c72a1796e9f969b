//! Differences between cases, run by run: both meet the same workload, network and faults (common random numbers), so that
//! much of the noise cancels.

use super::interval::{Interval, Sample};
use super::result::{CaseResult, Named, tidy_interval, tidy_one};
use super::summary::CaseBuilder;
use serde::Serialize;

/// A case against another one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Paired {
    /// The other case: it differs in its first axis only, where it has the first value.
    pub with: Named<String>,
    /// Differences by metric: this case minus the other.
    pub differences: Named<Difference>,
}

/// A difference over runs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Difference {
    /// Its unit.
    pub unit: &'static str,
    /// Mean over the pairs of runs.
    #[serde(serialize_with = "tidy_one")]
    pub mean: f64,
    /// The mean's 95 % interval.
    #[serde(serialize_with = "tidy_interval")]
    pub ci95: Option<Interval>,
    /// How many times as many runs it would take without common random numbers: the variance of the difference of
    /// unrelated runs over that of the pairs; absent if the pairs do not vary.
    pub variance_reduction: Option<f64>,
}

/// Metrics that are compared, by their places in `CaseBuilder::by_run`.
pub const METRICS: [(&str, &str); 7] = [
    ("lost_acknowledged", "transactions"),
    ("visible_then_lost", "transactions"),
    ("errant", "transactions"),
    ("kept_unacknowledged", "transactions"),
    ("write_unavailable", "s"),
    ("throughput", "transactions/s"),
    ("commit_latency", "ms"),
];

/// Compares every case with the one that has the first value of the first axis and the same others.
pub fn pair(results: &mut [CaseResult], builders: &[&CaseBuilder]) {
    let others = |case: &CaseResult| case.case.0.get(1..).map(<[_]>::to_vec);
    let mut baselines: Vec<usize> = Vec::new();
    for at in 0..results.len() {
        let same = |&base: &usize| others(&results[base]) == others(&results[at]);
        match baselines.iter().copied().find(same) {
            None => baselines.push(at),
            Some(base) => {
                let with = results[base].case.clone();
                let (this, other) = (builders[at].by_run(), builders[base].by_run());
                results[at].paired = Some(Paired {
                    with,
                    differences: differences(this, other),
                });
            }
        }
    }
}

fn differences(this: &[[f64; METRICS.len()]], other: &[[f64; METRICS.len()]]) -> Named<Difference> {
    let of = |metric: usize| {
        let (mut one, mut two, mut both) =
            (Sample::default(), Sample::default(), Sample::default());
        for (this, other) in this.iter().zip(other) {
            one.add(this[metric]);
            two.add(other[metric]);
            both.add(this[metric] - other[metric]);
        }
        let apart = one.variance() + two.variance();
        (both, apart)
    };
    let metrics = METRICS.iter().enumerate().map(|(at, (name, unit))| {
        let (both, apart) = of(at);
        let varies = both.variance() > 0.0;
        let difference = Difference {
            unit,
            mean: both.mean(),
            ci95: both.interval(),
            variance_reduction: varies.then(|| super::result::tidy(apart / both.variance())),
        };
        ((*name).to_owned(), difference)
    });
    Named(metrics.collect())
}
