//! Differences between cases, run by run: both meet the same workload, network and faults (common random numbers), so that
//! much of the noise cancels.

use super::interval::{Interval, Sample};
use super::result::{CaseResult, Named, tidy_interval, tidy_one};
use super::summary::{CaseBuilder, Compared};
use crate::spec::metric::Metric;
use crate::spec::number::LATENCY;
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

fn differences(this: &[Compared], other: &[Compared]) -> Named<Difference> {
    let of = |unit: &'static str, value: &dyn Fn(&Compared) -> f64| {
        let (mut one, mut two, mut both) =
            (Sample::default(), Sample::default(), Sample::default());
        for (this, other) in this.iter().zip(other) {
            one.add(value(this));
            two.add(value(other));
            both.add(value(this) - value(other));
        }
        let apart = one.variance() + two.variance();
        let varies = both.variance() > 0.0;
        Difference {
            unit,
            mean: both.mean(),
            ci95: both.interval(),
            variance_reduction: varies.then(|| super::result::tidy(apart / both.variance())),
        }
    };
    let compared = Metric::ALL.map(Metric::entry).into_iter();
    let compared = compared.filter(|entry| entry.is_compared).enumerate();
    let mut differences: Vec<(String, Difference)> = compared
        .map(|(at, entry)| {
            let difference = of(entry.unit.name(), &|run| run.metrics[at]);
            (entry.name.to_owned(), difference)
        })
        .collect();
    let (latency, unit) = LATENCY;
    differences.push((latency.to_owned(), of(unit, &|run| run.latency)));
    Named(differences)
}
