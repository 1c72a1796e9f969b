//! How each metric is read from a run, and gathered over the runs of a case.

use super::interval::Sample;
use super::ratio::Ratio;
use super::result::OverRuns;
use crate::measure::outcome::RunOutcome;
use crate::protocol::ids::Span;
use crate::spec::metric::Metric;
use serde::{Deserialize, Serialize};

/// What a run says of a metric.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reading {
    /// The run has no such number: a failover time exists only where there was a failover.
    Absent,
    /// A number, in the unit of the metric.
    Number(f64),
    /// So much per so much: of several runs, the sum per the sum.
    Ratio(f64, f64),
}

/// Reads a metric.
pub fn read(metric: Metric, run: &RunOutcome) -> Reading {
    let (ledger, split, kept) = (&run.ledger, &run.split, &run.kept_writes);
    match metric {
        Metric::Acknowledged => count(ledger.acknowledged),
        Metric::LostAcknowledged => count(ledger.lost_acknowledged),
        Metric::VisibleThenLost => count(ledger.visible_then_lost),
        Metric::ReadThenLost => count(ledger.read_then_lost),
        Metric::Errant => count(ledger.errant),
        Metric::KeptUnacknowledged => count(ledger.kept_unacknowledged),
        Metric::Duplicated => count(ledger.duplicated),
        Metric::Refused => count(ledger.refused),
        Metric::Errors => count(ledger.errors),
        Metric::Unknown => count(ledger.unknown),
        Metric::WriteUnavailable => time(run.write_unavailable),
        Metric::SemiSyncOff => time(run.semi_sync_off),
        Metric::TwoMasters => time(split.two_masters),
        Metric::TwoUnfenced => time(split.two_unfenced),
        Metric::DivergedOld => count(split.old_side),
        Metric::DivergedNew => count(split.new_side),
        Metric::ReplicasStopped => count(split.replicas_stopped),
        Metric::ReplicasDifferent => count(split.replicas_different),
        Metric::WritesOff => time(kept.off),
        Metric::Exposed => time(kept.exposed),
        Metric::ExposedTransactions => count(kept.exposed_transactions),
        Metric::CatchingUp => time(kept.catching_up),
        Metric::NotCaughtUp => count(u64::from(run.not_caught_up)),
        Metric::FailoverTime => run.failover_time.map_or(Reading::Absent, time),
        Metric::CatchUpTime => run.catch_up.map_or(Reading::Absent, time),
        Metric::Lag => {
            let lags = run.servers.iter().filter_map(|server| server.lag);
            Reading::Number(lags.fold(0.0, |most, lag| lag.seconds.max(most)))
        }
        Metric::LongestCommit => time(Span(run.latency.max().max(run.latency_after.max()))),
        Metric::Throughput => Reading::Number(match run.window.0 {
            0 => 0.0,
            ns => run.window_acknowledged as f64 / seconds(ns),
        }),
        Metric::Offered => run.load.queue.map_or(Reading::Absent, |queue| {
            Reading::Number(match run.load.watched.0 {
                0 => 0.0,
                ns => queue.arrived as f64 / seconds(ns),
            })
        }),
        Metric::Queued => run
            .load
            .queue
            .map_or(Reading::Absent, |queue| count(queue.left)),
        Metric::GroupSize if run.groups == 0 => Reading::Absent,
        Metric::GroupSize => Reading::Ratio(run.grouped_transactions as f64, run.groups as f64),
    }
}

fn count(of: u64) -> Reading {
    Reading::Number(of as f64)
}

fn time(span: Span) -> Reading {
    Reading::Number(seconds(span.0))
}

fn seconds(ns: u64) -> f64 {
    ns as f64 / 1e9
}

impl Reading {
    /// The number of this run; a ratio is one.
    pub fn value(self) -> Option<f64> {
        match self {
            Reading::Absent => None,
            Reading::Number(number) => Some(number),
            Reading::Ratio(above, below) => Some(above / below),
        }
    }
}

/// A metric over the runs so far.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Gathered {
    each: Sample,
    /// Of a ratio: over all that the runs had.
    over_all: Option<Ratio>,
}

impl Gathered {
    /// Takes the next run's reading.
    pub fn add(&mut self, reading: Reading) {
        if let Some(value) = reading.value() {
            self.each.add(value);
        }
        if let Reading::Ratio(above, below) = reading {
            self.over_all.get_or_insert_default().add(above, below);
        }
    }

    /// The result.
    pub fn finish(&self, metric: Metric) -> OverRuns {
        let of_runs = OverRuns::of(&self.each, metric.entry().unit.name());
        match &self.over_all {
            Some(ratio) => of_runs.over_all(ratio),
            None => of_runs,
        }
    }
}
