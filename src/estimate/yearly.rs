//! Figures per year of a cluster whose servers fail and are repaired.

use super::interval::Interval;
use super::result::{tidy_interval, tidy_one};
use serde::Serialize;

/// A number with its uncertainty.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Figure {
    /// The number.
    #[serde(serialize_with = "tidy_one")]
    pub mean: f64,
    /// Its 95 % interval: of what was simulated; the failure rates count as known.
    #[serde(serialize_with = "tidy_interval")]
    pub ci95: Option<Interval>,
}

/// What a year costs, on average over many.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Yearly {
    /// Deaths of the serving master.
    pub master_crashes: f64,
    /// Acknowledged transactions lost.
    pub lost_acknowledged: Figure,
    /// Transactions lost that others could read.
    pub visible_then_lost: Figure,
    /// Transactions that only the old master has.
    pub errant: Figure,
    /// Seconds during which nobody can write.
    pub without_writes: Figure,
    /// The probability that a death of the master loses anything acknowledged.
    pub loses_any_per_crash: Figure,
    /// Where the losses come from.
    pub causes: Vec<Cause>,
    /// Under which conditions all this holds.
    pub assumes: &'static str,
}

/// One way to lose acknowledged transactions.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Cause {
    /// What happens.
    pub cause: String,
    /// How often it costs anything, per year.
    #[serde(serialize_with = "tidy_one")]
    pub per_year: f64,
    /// Acknowledged transactions lost by it, per year.
    #[serde(serialize_with = "tidy_one")]
    pub lost_acknowledged: f64,
}

/// Conditions of the composition.
pub const ASSUMES: &str = "failures are independent but for shared causes and sites; whoever serves fails and costs as the \
first master does; the replica that has received most takes over; a repaired server replicates again as before, \
and IO threads that gave up meanwhile are started again; while nobody \
can take over, whoever is repaired first serves (repairs exponential), with a quorum only who has everything";

/// Adds up means, and the halves of their intervals as independent ones.
#[derive(Clone, Copy, Debug, Default)]
pub struct Total {
    mean: f64,
    squares: f64,
}

impl Total {
    /// So many times a number with half an interval.
    pub fn add(&mut self, times: f64, mean: f64, half: f64) {
        self.mean += times * mean;
        self.squares += (times * half) * (times * half);
    }

    /// The sum.
    pub fn mean(self) -> f64 {
        self.mean
    }

    /// The sum, times a number, with an interval that ends at what is possible.
    pub fn times(self, factor: f64, most: f64) -> Figure {
        let half = libm::sqrt(self.squares) * factor;
        let mean = self.mean * factor;
        Figure {
            mean,
            ci95: Some([(mean - half).max(0.0), (mean + half).min(most)]),
        }
    }
}
