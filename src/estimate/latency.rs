//! Commit latency over the runs of a case: the mean and the quantiles of all commits together, with their intervals.
//!
//! Commits of one run are not independent, runs are. The mean is a ratio of sums over runs. A quantile's interval is
//! Woodruff's ("Confidence intervals for medians and other position measures", J. Amer. Statist. Ass. 47, 1952, 635-646):
//! the share of the commits that take no longer than a threshold near the quantile is a ratio of sums over runs, and what
//! this share may be off is read off the distribution as what the quantile may be off.

use super::interval::Interval;
use super::ratio::Ratio;
use super::result::{Latency, LatencyIntervals};
use hdrhistogram::Histogram;
use libm::sqrt;
use serde::{Deserialize, Serialize};

/// Quantiles of the first run that become thresholds: close to those with an interval, and wide enough for a first run that
/// is not like the others.
const LEVELS: [f64; 11] = [
    0.25, 0.4, 0.5, 0.6, 0.75, 0.9, 0.96, 0.98, 0.99, 0.995, 0.999,
];

/// The latencies of the runs so far.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Latencies {
    #[serde(with = "super::stored::option")]
    all: Option<Histogram<u64>>,
    mean: Ratio,
    /// Thresholds (ns) in rising order, and the share of the commits that take no longer.
    within: Vec<(u64, Ratio)>,
}

impl Latencies {
    /// Takes the next run's latencies, ns.
    pub fn add(&mut self, run: &Histogram<u64>) {
        match &mut self.all {
            None => self.all = Some(run.clone()),
            Some(all) => {
                if all.add(run).is_err() {
                    unreachable!("histograms that resize take every value");
                }
            }
        }
        if run.is_empty() {
            return;
        }
        let count = run.len() as f64;
        self.mean.add(run.mean() * count, count);
        if self.within.is_empty() {
            let thresholds = LEVELS.map(|level| run.value_at_quantile(level));
            self.within = thresholds.map(|at| (at, Ratio::default())).into();
        }
        let mut recorded = run.iter_recorded().peekable();
        let mut below = 0;
        for (threshold, share) in &mut self.within {
            while let Some(bucket) =
                recorded.next_if(|bucket| bucket.value_iterated_to() <= *threshold)
            {
                below += bucket.count_at_value();
            }
            share.add(below as f64, count);
        }
    }

    /// Latencies (ns) of all runs together.
    pub fn all(&self) -> Option<&Histogram<u64>> {
        self.all.as_ref()
    }

    /// The result, ms.
    pub fn finish(&self) -> Latency {
        let empty = Histogram::new(1).expect("one digit is a valid precision");
        let all = self.all.as_ref().unwrap_or(&empty);
        let quantile = |q| quantile(all, q) / 1e6;
        Latency {
            unit: "ms",
            count: all.len(),
            mean: self.mean.value() / 1e6,
            p50: quantile(0.5),
            p90: quantile(0.9),
            p95: quantile(0.95),
            p99: quantile(0.99),
            p99_9: quantile(0.999),
            max: all.max() as f64 / 1e6,
            ci95: LatencyIntervals {
                mean: self.mean.interval().map(|ends| ends.map(|end| end / 1e6)),
                p50: self.around(all, 0.5),
                p99: self.around(all, 0.99),
            },
        }
    }

    /// The interval of a quantile, ms; none where it reaches beyond the commits that there are: nobody saw its end.
    fn around(&self, all: &Histogram<u64>, q: f64) -> Option<Interval> {
        let off = |ratio: &Ratio| (ratio.value() - q).abs();
        let varies = |(_, share): &&(u64, Ratio)| share.half_width().is_some();
        let nearest = self.within.iter().filter(varies);
        let (_, near) = nearest.min_by(|one, other| off(&one.1).total_cmp(&off(&other.1)))?;
        let share = near.value();
        // A share varies as the square root of p (1 - p): the threshold is not quite at the quantile.
        let scale = sqrt(q * (1.0 - q) / (share * (1.0 - share)));
        let half = near.half_width()? * scale;
        let ends = [q - half, q + half];
        let seen = ends[0] > 0.0 && ends[1] < 1.0;
        seen.then(|| ends.map(|end| quantile(all, end) / 1e6))
    }
}

/// The value below which this share of the values lies; evenly spread within a bucket, since a bucket is wider than the
/// interval of many runs. 0 of nothing.
pub fn quantile(of: &Histogram<u64>, q: f64) -> f64 {
    let wanted = q * of.len() as f64;
    let mut below = 0.0;
    for bucket in of.iter_recorded() {
        let count = bucket.count_at_value() as f64;
        let value = bucket.value_iterated_to();
        if below + count >= wanted {
            let low = of.lowest_equivalent(value);
            let width = of.equivalent_range(value) as f64;
            return low as f64 + width * ((wanted - below) / count).max(0.0);
        }
        below += count;
    }
    of.max() as f64
}

#[cfg(test)]
mod tests;
