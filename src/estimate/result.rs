//! What a case was worth, with its uncertainty: the `cases` of the results document (results.md).

use super::exposure::Exposure;
use super::interval::{Interval, Sample};
use super::load::{Applies, LoadResult};
use super::paired::Paired;
use super::ratio::Ratio;
use super::yearly::Yearly;
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

/// A number over runs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OverRuns {
    /// Its unit.
    pub unit: &'static str,
    /// Mean over the runs.
    #[serde(serialize_with = "tidy_one")]
    pub mean: f64,
    /// The mean's 95 % interval; null for fewer than two runs, and if all runs have the same number.
    #[serde(serialize_with = "tidy_interval")]
    pub ci95: Option<Interval>,
    /// Least over the runs.
    #[serde(serialize_with = "tidy_one")]
    pub min: f64,
    /// Greatest over the runs.
    #[serde(serialize_with = "tidy_one")]
    pub max: f64,
    /// Share of the runs in which it was not zero.
    pub affected: Affected,
    /// Runs that had the number at all (a failover time exists only where there was a failover).
    pub count: u64,
}

/// A share of runs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Affected {
    /// The share.
    #[serde(serialize_with = "tidy_one")]
    pub share: f64,
    /// Its 95 % interval, exact (Clopper and Pearson).
    #[serde(serialize_with = "tidy_interval")]
    pub ci95: Option<Interval>,
}

/// Commit latency over all commits of the measurement windows of all runs, ms.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Latency {
    /// `ms`.
    pub unit: &'static str,
    /// Commits.
    pub count: u64,
    /// Mean.
    #[serde(serialize_with = "tidy_one")]
    pub mean: f64,
    /// Quantiles.
    #[serde(serialize_with = "tidy_one")]
    pub p50: f64,
    /// 90 %.
    #[serde(serialize_with = "tidy_one")]
    pub p90: f64,
    /// 95 %.
    #[serde(serialize_with = "tidy_one")]
    pub p95: f64,
    /// 99 %.
    #[serde(serialize_with = "tidy_one")]
    pub p99: f64,
    /// 99.9 %.
    #[serde(serialize_with = "tidy_one")]
    pub p99_9: f64,
    /// The longest.
    #[serde(serialize_with = "tidy_one")]
    pub max: f64,
    /// 95 % intervals.
    pub ci95: LatencyIntervals,
}

/// Intervals of the latency's mean and quantiles, from the spread of the runs (see `latency`).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LatencyIntervals {
    /// Of the mean.
    #[serde(serialize_with = "tidy_interval")]
    pub mean: Option<Interval>,
    /// Of the median.
    #[serde(serialize_with = "tidy_interval")]
    pub p50: Option<Interval>,
    /// Of the 99 % quantile.
    #[serde(serialize_with = "tidy_interval")]
    pub p99: Option<Interval>,
}

/// One server over the runs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ServerResult {
    /// Transactions behind the master, mean over the window.
    pub lag_transactions: OverRuns,
    /// Time behind the master, mean over the window.
    pub lag: OverRuns,
    /// Share of its host's cores that were busy.
    pub cpu: OverRuns,
    /// Status counters at the end of a run.
    pub counters: Named<OverRuns>,
}

/// What the loss of a site should cost by the formula of field.md 6.5, from the runs' own traces.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LossFormula {
    /// Mean one-way time of an event packet, ms.
    #[serde(serialize_with = "tidy_one")]
    pub one_way_ms: f64,
    /// Mean time from the last byte sent to the OK read, ms; negative when the OK came first.
    #[serde(serialize_with = "tidy_one")]
    pub sent_to_ok_ms: f64,
    /// throughput x (one-way - sent to OK): transactions.
    #[serde(serialize_with = "tidy_one")]
    pub transactions: f64,
    /// 95 % intervals over runs.
    pub ci95: FormulaIntervals,
}

/// Intervals of the numbers of the loss formula, from their spread over runs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FormulaIntervals {
    /// Of the one-way time, ms.
    #[serde(serialize_with = "tidy_interval")]
    pub one_way_ms: Option<Interval>,
    /// Of the time from the last byte sent to the OK read, ms.
    #[serde(serialize_with = "tidy_interval")]
    pub sent_to_ok_ms: Option<Interval>,
    /// Of the predicted loss, transactions.
    #[serde(serialize_with = "tidy_interval")]
    pub transactions: Option<Interval>,
}

/// Things by name, in their own order.
#[derive(Clone, Debug, PartialEq)]
pub struct Named<T>(pub Vec<(String, T)>);

impl<T> Named<T> {
    /// The thing of this name.
    pub fn get(&self, name: &str) -> Option<&T> {
        self.0
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, thing)| thing)
    }
}

impl<T: Serialize> Serialize for Named<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, thing) in &self.0 {
            map.serialize_entry(name, thing)?;
        }
        map.end()
    }
}

/// One case.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseResult {
    /// What its axes were set to.
    pub case: Named<String>,
    /// Runs.
    pub runs: u64,
    /// Numbers over runs.
    pub metrics: Named<OverRuns>,
    /// Commit latency.
    pub latency: Latency,
    /// Servers by name.
    pub servers: Named<ServerResult>,
    /// How busy it was, and what did not keep up.
    pub load: LoadResult,
    /// What a crash at a random moment would cost, if any moment was watched.
    pub exposure: Option<Exposure>,
    /// Differences from the first value of the first axis, run by run.
    pub paired: Option<Paired>,
    /// Figures per year, or why there are none, with failure rates in the model.
    pub yearly: Option<Result<Yearly, String>>,
    /// The loss formula, where there is something to compute it from.
    pub loss_formula: Option<LossFormula>,
}

impl CaseResult {
    /// What each replica applies per second, and what it has left, by its name.
    fn applies(&self) -> Named<Named<&OverRuns>> {
        let mut replicas = Vec::new();
        for ((name, _), applies) in self.servers.0.iter().zip(&self.load.applies) {
            if let Some(Applies { rate, backlog }) = applies {
                let both = [("rate", rate), ("backlog", backlog)];
                let both = both.map(|(key, of)| (key.to_owned(), of));
                replicas.push((name.clone(), Named(both.into())));
            }
        }
        Named(replicas)
    }
}

impl Serialize for CaseResult {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        /// Metrics and the latency in one object, as the document has them.
        struct Metrics<'a>(&'a CaseResult);
        impl Serialize for Metrics<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut map = serializer.serialize_map(None)?;
                for (name, metric) in &self.0.metrics.0 {
                    map.serialize_entry(name, metric)?;
                }
                map.serialize_entry("commit_latency", &self.0.latency)?;
                map.end()
            }
        }
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("case", &self.case)?;
        map.serialize_entry("runs", &self.runs)?;
        map.serialize_entry("metrics", &Metrics(self))?;
        map.serialize_entry("servers", &self.servers)?;
        map.serialize_entry("applies", &self.applies())?;
        map.serialize_entry("utilisation", &self.load.busy)?;
        map.serialize_entry("limits", &self.load.limits)?;
        if let Some(exposure) = &self.exposure {
            map.serialize_entry("exposure", exposure)?;
        }
        if let Some(paired) = &self.paired {
            map.serialize_entry("paired", paired)?;
        }
        match &self.yearly {
            Some(Ok(yearly)) => map.serialize_entry("yearly", yearly)?,
            Some(Err(absent)) => {
                let absent = Named(vec![("absent".to_owned(), absent)]);
                map.serialize_entry("yearly", &absent)?;
            }
            None => {}
        }
        if let Some(formula) = &self.loss_formula {
            map.serialize_entry("loss_formula", formula)?;
        }
        map.end()
    }
}

impl OverRuns {
    /// A metric of a sample.
    pub fn of(sample: &Sample, unit: &'static str) -> OverRuns {
        let affected = sample.affected();
        OverRuns {
            unit,
            mean: sample.mean(),
            ci95: sample.interval().map(at_least_zero),
            min: sample.min(),
            max: sample.max(),
            affected: Affected {
                share: affected.value(),
                ci95: Some(affected.interval()),
            },
            count: sample.count(),
        }
    }

    /// The same with the ratio of the sums over all runs for the mean of the runs' own ratios.
    pub fn over_all(self, ratio: &Ratio) -> OverRuns {
        OverRuns {
            mean: ratio.value(),
            ci95: ratio.interval().map(at_least_zero),
            ..self
        }
    }
}

/// What counts or lasts is not negative: the part of an interval below zero says nothing.
pub fn at_least_zero([low, high]: Interval) -> Interval {
    [low.max(0.0), high]
}

/// Six significant digits: more would be noise, and would differ where nobody can tell.
pub fn tidy(value: f64) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return if value.is_finite() { 0.0 } else { value };
    }
    format!("{value:.5e}").parse().unwrap_or(value)
}

/// `tidy` for a field.
pub fn tidy_one<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    tidy(*value).serialize(serializer)
}

/// `tidy` for an interval.
pub fn tidy_interval<S: Serializer>(
    value: &Option<Interval>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    value
        .map(|[low, high]| [tidy(low), tidy(high)])
        .serialize(serializer)
}
