//! How near a prediction has to be, by metric and by how busy the measuring host was.

use super::comparison::{Comparison, Tolerance};

/// From this share of busy cores on (percent), a measurement shows contention for the cores as much as the protocol.
pub const BUSY: f64 = 70.0;

/// How busy the host's cores were, percent.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Busy {
    /// As it was measured.
    pub measured: Option<f64>,
    /// As it is predicted; decides the tolerance where nothing was measured.
    pub predicted: Option<f64>,
}

/// A metric with a ratio for a tolerance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metric {
    /// Commits acknowledged per second.
    Throughput,
    /// Mean commit latency.
    MeanLatency,
    /// Median commit latency.
    MedianLatency,
    /// 99th percentile of the commit latency.
    P99Latency,
    /// Transactions per binlog group commit.
    GroupSize,
    /// From the loss of all replicas to status OFF.
    TimeToOff,
    /// From START SLAVE until a replica has caught up.
    CatchUp,
    /// Transactions per second that it applies meanwhile.
    ApplyRate,
    /// Transactions per second that another replica applies while this one is down.
    ApplyRateOfOther,
    /// From the INSERT until another session on the master sees the row.
    VisibleOnMaster,
    /// From the INSERT until a session on a replica sees the row.
    VisibleOnReplica,
}

impl Metric {
    /// Every metric.
    pub const ALL: [Metric; 11] = [
        Metric::Throughput,
        Metric::MeanLatency,
        Metric::MedianLatency,
        Metric::P99Latency,
        Metric::GroupSize,
        Metric::TimeToOff,
        Metric::CatchUp,
        Metric::ApplyRate,
        Metric::ApplyRateOfOther,
        Metric::VisibleOnMaster,
        Metric::VisibleOnReplica,
    ];

    /// Its name in results.
    pub fn name(self) -> &'static str {
        match self {
            Metric::Throughput => "throughput",
            Metric::MeanLatency => "mean_latency",
            Metric::MedianLatency => "median_latency",
            Metric::P99Latency => "p99_latency",
            Metric::GroupSize => "group_size",
            Metric::TimeToOff => "time_to_off",
            Metric::CatchUp => "catch_up_time",
            Metric::ApplyRate => "apply_rate",
            Metric::ApplyRateOfOther => "apply_rate_of_the_other",
            Metric::VisibleOnMaster => "visible_on_master",
            Metric::VisibleOnReplica => "visible_on_replica",
        }
    }

    /// Its unit in results.
    #[expect(clippy::wildcard_enum_match_arm, reason = "the others are times")]
    pub fn unit(self) -> &'static str {
        match self {
            Metric::Throughput | Metric::ApplyRate | Metric::ApplyRateOfOther => "transactions/s",
            Metric::GroupSize => "transactions",
            _ => "ms",
        }
    }

    /// The stated tolerance, as a share of the observed value: on a host with cores to spare, and on a busy one.
    fn stated(self) -> (f64, f64) {
        match self {
            Metric::Throughput | Metric::MeanLatency => (0.10, 0.20),
            Metric::MedianLatency => (0.10, 0.25),
            Metric::P99Latency => (0.25, 0.40),
            Metric::GroupSize => (0.15, 0.20),
            Metric::TimeToOff => (0.01, 0.01),
            Metric::CatchUp | Metric::ApplyRate | Metric::ApplyRateOfOther => (0.20, 0.20),
            Metric::VisibleOnMaster | Metric::VisibleOnReplica => (0.05, 0.05),
        }
    }

    /// The larger of the stated tolerance and twice the relative spread of the cell's own repetitions.
    pub fn tolerance(self, busy: Busy, observed: &[f64]) -> f64 {
        let (idle_host, busy_host) = self.stated();
        let stated = match busy.measured.or(busy.predicted) {
            Some(busy) if busy >= BUSY => busy_host,
            _ => idle_host,
        };
        stated.max(2.0 * relative_spread(observed))
    }

    /// Observed and predicted repetitions of a cell, compared by their medians.
    pub fn compare(
        self,
        (file, record): (&str, &str),
        busy: Busy,
        observed: &[f64],
        predicted: &[f64],
    ) -> Comparison {
        let (seen, said) = (median(observed), median(predicted));
        let allowed = self.tolerance(busy, observed);
        let ratio = (seen != 0.0).then(|| said / seen);
        Comparison {
            file: file.to_owned(),
            record: record.to_owned(),
            metric: self.name().to_owned(),
            unit: self.unit(),
            observed: seen,
            predicted: said,
            ratio,
            tolerance: Tolerance::Ratio(allowed),
            within: ratio.is_some_and(|ratio| (ratio - 1.0).abs() <= allowed),
            busy: busy.measured,
            busy_predicted: busy.predicted,
        }
    }
}

/// Standard deviation (of a sample) over the mean; 0 for fewer than two values.
pub fn relative_spread(values: &[f64]) -> f64 {
    if values.len() < 2 {
        return 0.0;
    }
    let mean = mean(values);
    let squares: f64 = values
        .iter()
        .map(|value| (value - mean) * (value - mean))
        .sum();
    libm::sqrt(squares / (values.len() - 1) as f64) / mean.abs().max(f64::MIN_POSITIVE)
}

/// The mean; of nothing, not a number.
pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The median; of nothing, not a number.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    match sorted.len() {
        0 => f64::NAN,
        n if n % 2 == 1 => sorted[n / 2],
        n => (sorted[n / 2 - 1] + sorted[n / 2]) / 2.0,
    }
}
