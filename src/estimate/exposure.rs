//! What a crash at a random moment would cost: averages over all moments of all runs, with their uncertainty.

use super::interval::Interval;
use super::ratio::Ratio;
use super::result::{Named, at_least_zero, tidy_interval, tidy_one};
use super::share::Share;
use crate::measure::exposure::{Exposed, ExposedTo, LEVELS, Level, Piece, Unknown};
use crate::protocol::crash::Crash;
use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize, Serializer};

/// From so many runs on, intervals come from the spread of the runs; with fewer, from batches within them.
const ENOUGH_RUNS: u64 = 10;
/// Pieces of a run that make up a batch: long against the time in which what is exposed changes.
const PIECES_PER_BATCH: usize = 4;

/// One number, averaged over every moment at which the serving master could have died.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Average {
    /// Transactions, averaged over the moments.
    #[serde(serialize_with = "tidy_one")]
    pub mean: f64,
    /// The mean's 95 % interval, over runs or over batches within them; null where there are fewer than two, or
    /// all are the same.
    #[serde(serialize_with = "tidy_interval")]
    pub ci95: Option<Interval>,
    /// The share of the moments at which there was anything to lose.
    pub any: Any,
    /// Not more than this at 99 % of the moments.
    pub p99: u64,
    /// The most at any moment.
    pub max: u64,
    /// Runs or batches that the intervals are from.
    pub batches: u64,
}

/// A share of the moments.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Any {
    /// The share: the probability that a crash costs anything.
    #[serde(serialize_with = "tidy_one")]
    pub share: f64,
    /// Its 95 % interval; if there was never anything to lose, from 0 to a bound per crash.
    #[serde(serialize_with = "tidy_interval")]
    pub ci95: Option<Interval>,
}

/// One kind of crash.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OfKind {
    /// Why there are no numbers, if there are none.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "in_words")]
    pub absent: Option<Unknown>,
    /// By level.
    #[serde(flatten)]
    pub levels: Named<Average>,
    /// The share of the moments at which nobody could have taken over. They count as if the old master came back first;
    /// if a replica did, everything since it went away would be lost.
    #[serde(serialize_with = "tidy_one")]
    pub no_candidate: f64,
}

/// By crash kind.
pub type Exposure = Named<OfKind>;

/// Runs and batches of one number.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Samples {
    /// Transactions per time, and time with any per time.
    runs: [Ratio; 2],
    batches: [Ratio; 2],
    watched: u64,
    /// Transactions times nanoseconds.
    sum: u128,
    /// Nanoseconds during which it was not zero, the most at any moment, and nanoseconds by value.
    time: u64,
    most: u64,
    #[serde(with = "super::stored")]
    by_value: Histogram<u64>,
}

impl Default for Samples {
    fn default() -> Samples {
        let Level { by_value, .. } = Level::default();
        Samples {
            runs: Default::default(),
            batches: Default::default(),
            watched: 0,
            sum: 0,
            time: 0,
            most: 0,
            by_value,
        }
    }
}

/// Gathers the runs of one case.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ExposureBuilder {
    kinds: Vec<[Samples; LEVELS.len()]>,
    /// Nanoseconds during which nobody could have taken over, by kind.
    alone: Vec<u64>,
    /// Why the numbers are wrong, by kind.
    unknown: Vec<Option<Unknown>>,
}

impl Default for ExposureBuilder {
    fn default() -> ExposureBuilder {
        let kinds = Crash::ALL.iter().map(|_| Default::default());
        ExposureBuilder {
            kinds: kinds.collect(),
            alone: vec![0; Crash::ALL.len()],
            unknown: vec![None; Crash::ALL.len()],
        }
    }
}

impl ExposureBuilder {
    /// Takes the next run.
    pub fn add(&mut self, run: &Exposed) {
        for (alone, kind) in self.alone.iter_mut().zip(&run.kinds) {
            *alone += kind.alone;
        }
        for (unknown, kind) in self.unknown.iter_mut().zip(&run.kinds) {
            *unknown = match (*unknown, kind.unknown) {
                (Some(known), Some(new)) => Some(known.worse(new)),
                (known, new) => known.or(new),
            };
        }
        for (samples, kind) in self.kinds.iter_mut().zip(&run.kinds) {
            for (at, samples) in samples.iter_mut().enumerate() {
                samples.add(kind, at, run.piece);
            }
        }
    }

    /// Nanoseconds by value of one number, over all runs, where it was not zero; and nanoseconds watched.
    pub fn distribution(&self, kind: usize, level: usize) -> (&Histogram<u64>, u64) {
        let samples = &self.kinds[kind][level];
        (&samples.by_value, samples.watched)
    }

    /// The result; nothing if no moment was watched.
    pub fn finish(&self) -> Option<Exposure> {
        let watched = |samples: &[Samples; LEVELS.len()]| samples[0].watched > 0;
        let kinds = Crash::ALL.iter().enumerate().zip(&self.kinds);
        let kinds = kinds.filter(|(_, samples)| watched(samples));
        let kinds: Vec<_> = kinds
            .map(|((at, crash), samples)| {
                let levels = LEVELS.iter().zip(samples);
                let levels = levels.map(|(name, samples)| ((*name).to_owned(), samples.finish()));
                let absent = self.unknown[at];
                let of_kind = OfKind {
                    levels: Named(levels.filter(|_| absent.is_none()).collect()),
                    absent,
                    no_candidate: self.alone[at] as f64 / samples[0].watched as f64,
                };
                (crash.name().to_owned(), of_kind)
            })
            .collect();
        (!kinds.is_empty()).then_some(Named(kinds))
    }
}

fn in_words<S: Serializer>(reason: &Option<Unknown>, serializer: S) -> Result<S::Ok, S::Error> {
    let words = reason.as_ref().map(Unknown::to_string);
    words.serialize(serializer)
}

fn seconds(ns: f64) -> f64 {
    ns / 1e9
}

impl Samples {
    fn add(&mut self, kind: &ExposedTo, level: usize, piece: u64) {
        let new = &kind.levels[level];
        if kind.watched == 0 {
            return;
        }
        let watched = seconds(kind.watched as f64);
        self.runs[0].add(seconds(new.sum as f64), watched);
        self.runs[1].add(seconds(new.time as f64), watched);
        for batch in kind.pieces.chunks(PIECES_PER_BATCH) {
            let watched: u64 = batch.iter().map(|piece| piece.watched).sum();
            // The last one of a run that ended early says less than the others.
            if watched < piece * PIECES_PER_BATCH as u64 / 2 {
                continue;
            }
            let sum = |of: &dyn Fn(&Piece) -> f64| seconds(batch.iter().map(of).sum());
            let watched = seconds(watched as f64);
            self.batches[0].add(sum(&|piece| piece.sums[level] as f64), watched);
            self.batches[1].add(sum(&|piece| piece.times[level] as f64), watched);
        }
        self.watched += kind.watched;
        self.sum += new.sum;
        self.time += new.time;
        self.most = self.most.max(new.most);
        if self.by_value.add(&new.by_value).is_err() {
            unreachable!("histograms that resize take every value");
        }
    }

    fn finish(&self) -> Average {
        let enough = self.runs[0].count() >= ENOUGH_RUNS;
        let [means, shares] = if enough { &self.runs } else { &self.batches };
        // Of all runs together, however long each was.
        let over_all = |total: f64| total / self.watched as f64;
        let mean = over_all(self.sum as f64);
        let share = over_all(self.time as f64);
        let of = shares.count();
        // If there were other moments, one of so many batches would have shown it.
        let bound = Share { hits: 0, of }.bound_of_zero();
        // Batches leave out the end of a run, but what they say of the spread holds for the whole.
        let around = |value: f64, spread: &Ratio| {
            let [below, above] = spread.around()?;
            Some(at_least_zero([value - below, value + above]))
        };
        Average {
            mean,
            ci95: around(mean, means),
            any: Any {
                share,
                ci95: match self.time {
                    0 => Some([0.0, bound]),
                    time if time == self.watched => Some([1.0 - bound, 1.0]),
                    _ => around(share, shares).map(|[low, high]| [low, high.min(1.0)]),
                },
            },
            p99: self.quantile(0.99),
            max: self.most,
            batches: of,
        }
    }

    /// The least value that is not exceeded during this share of the time.
    fn quantile(&self, q: f64) -> u64 {
        let zero = (self.watched - self.time) as f64 / self.watched as f64;
        if q <= zero {
            return 0;
        }
        let among = (q - zero) / (1.0 - zero);
        let value = self.by_value.value_at_quantile(among);
        value.min(self.most)
    }
}
