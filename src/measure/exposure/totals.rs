//! What a run was exposed to: time integrals of what each kind of crash would have cost.

use crate::engine::Moment;
use crate::protocol::ids::Span;
use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};
use std::fmt;

pub use crate::protocol::exposure::LEVELS;

/// The numbers of `LEVELS` at one moment.
pub type Values = [u64; LEVELS.len()];

/// One number over the time that was watched.
#[derive(Clone, Debug)]
pub struct Level {
    /// Transactions times nanoseconds.
    pub sum: u128,
    /// Nanoseconds during which it was not zero.
    pub time: u64,
    /// The most at any moment.
    pub most: u64,
    /// The first moment with the most.
    pub worst: Moment,
    /// Nanoseconds by value, where it was not zero.
    pub by_value: Histogram<u64>,
}

/// Why the exposure is not known: a real crash would lose something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Unknown {
    /// The manager compares executed positions: who has received most need not take over.
    ByExecuted,
    /// The manager does not wait until the relay log is applied: what is not, is discarded.
    RelayLogDiscarded,
    /// What had reached the next master was written to its relay log so much later (ns), and the manager may stop its IO
    /// thread after so long.
    WrittenLate {
        /// The longest that was seen.
        after: u64,
        /// One in a thousand decisions comes as early.
        decision: u64,
    },
}

impl Unknown {
    /// The more telling of two reasons.
    pub fn worse(self, other: Unknown) -> Unknown {
        match (self, other) {
            (Unknown::WrittenLate { after, .. }, Unknown::WrittenLate { after: later, .. })
                if later > after =>
            {
                other
            }
            _ => self,
        }
    }
}

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match *self {
            Unknown::ByExecuted => {
                f.write_str("the manager promotes who has executed most, not who has received most")
            }
            Unknown::RelayLogDiscarded => f.write_str(
                "the manager does not wait for the relay log: what is not applied is lost too",
            ),
            Unknown::WrittenLate { after, decision } => {
                let ms = |ns: u64| ns.div_ceil(1_000_000);
                let (after, decision) = (ms(after), ms(decision));
                write!(
                    f,
                    "what had reached a replica was in its relay log up to {after} ms later, and the manager may decide after \
                     {decision} ms: more is lost"
                )
            }
        }
    }
}

/// One crash kind over the time that was watched.
#[derive(Clone, Debug)]
pub struct ExposedTo {
    /// Why its numbers are wrong, if they are.
    pub unknown: Option<Unknown>,
    /// Nanoseconds watched.
    pub watched: u64,
    /// Nanoseconds during which nobody could have taken over.
    pub alone: u64,
    /// By `LEVELS`.
    pub levels: [Level; LEVELS.len()],
    /// The same by pieces of equal length.
    pub pieces: Vec<Piece>,
    /// The first steps, if they were asked for: from when on it was how much.
    pub steps: Option<Vec<(Moment, Values)>>,
    /// Nanoseconds by value and level, as long as values are small: a histogram takes longer.
    small: Box<[[u64; SMALL]; LEVELS.len()]>,
    from: Moment,
    piece: u64,
}

/// Values below this are counted one by one.
const SMALL: usize = 128;

/// Most steps that are kept.
const MOST_STEPS: usize = 2_000;

/// Whether the first steps of what is exposed are kept one by one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Steps {
    /// They are.
    Kept,
    /// Only sums are.
    Dropped,
}

/// A piece of the time that was watched.
#[derive(Clone, Copy, Debug, Default)]
pub struct Piece {
    /// Nanoseconds watched.
    pub watched: u64,
    /// Transactions times nanoseconds, by `LEVELS`.
    pub sums: [u128; LEVELS.len()],
    /// Nanoseconds during which there was something to lose, by `LEVELS`.
    pub times: [u64; LEVELS.len()],
}

/// One run.
#[derive(Clone, Debug)]
pub struct Exposed {
    /// Nothing before this moment was watched.
    pub from: Moment,
    /// Length of a piece.
    pub piece: u64,
    /// By `Crash::ALL`.
    pub kinds: Vec<ExposedTo>,
}

impl Default for Level {
    fn default() -> Level {
        Level {
            sum: 0,
            time: 0,
            most: 0,
            worst: Moment::START,
            by_value: Histogram::new(2).expect("two digits are a valid precision"),
        }
    }
}

impl ExposedTo {
    /// Nothing was watched before `from`; pieces of this length.
    pub fn new(from: Moment, piece: u64, steps: Steps) -> ExposedTo {
        ExposedTo {
            unknown: None,
            watched: 0,
            alone: 0,
            levels: Default::default(),
            pieces: Vec::new(),
            steps: (steps == Steps::Kept).then(Vec::new),
            small: Box::new([[0; SMALL]; LEVELS.len()]),
            from,
            piece,
        }
    }

    /// These were the values from one moment to another.
    pub fn add(&mut self, since: Moment, until: Moment, values: &Values) {
        if let Some(steps) = self.steps.as_mut().filter(|steps| steps.len() < MOST_STEPS) {
            steps.push((since, *values));
        }
        for (level, &value) in values.iter().enumerate() {
            if value > 0 {
                match self.small[level].get_mut(value as usize) {
                    Some(time) => *time += (until - since).0,
                    None => self.levels[level]
                        .by_value
                        .saturating_record_n(value, (until - since).0),
                }
                let level = &mut self.levels[level];
                if value > level.most {
                    (level.most, level.worst) = (value, since);
                }
            }
        }
        let mut since = since;
        while since < until {
            let at = ((since - self.from).0 / self.piece) as usize;
            let end = until.min(self.from + Span((at as u64 + 1) * self.piece));
            if self.pieces.len() <= at {
                self.pieces.resize(at + 1, Default::default());
            }
            let piece = &mut self.pieces[at];
            let time = (end - since).0;
            piece.watched += time;
            for (level, &value) in values.iter().enumerate() {
                if value > 0 {
                    piece.sums[level] += u128::from(value) * u128::from(time);
                    piece.times[level] += time;
                }
            }
            since = end;
        }
    }

    /// Nothing more comes: the sums of the pieces are those of the whole.
    pub fn close(&mut self) {
        for (at, level) in self.levels.iter_mut().enumerate() {
            level.sum = self.pieces.iter().map(|piece| piece.sums[at]).sum();
            level.time = self.pieces.iter().map(|piece| piece.times[at]).sum();
            for (value, time) in self.small[at].iter_mut().enumerate() {
                if *time > 0 {
                    level.by_value.saturating_record_n(value as u64, *time);
                    *time = 0;
                }
            }
        }
        self.watched = self.pieces.iter().map(|piece| piece.watched).sum();
    }

    /// Until when the steps are known.
    pub fn steps_until(&self) -> Moment {
        match &self.steps {
            None => self.from,
            Some(steps) if steps.len() < MOST_STEPS => self.from + Span(self.watched),
            Some(steps) => steps.last().map_or(self.from, |step| step.0),
        }
    }

    /// Transactions, averaged over the time watched; nothing if none was.
    pub fn mean(&self, level: usize) -> Option<f64> {
        (self.watched > 0).then(|| self.levels[level].sum as f64 / self.watched as f64)
    }

    /// The share of the time watched during which it was not zero.
    pub fn share(&self, level: usize) -> Option<f64> {
        (self.watched > 0).then(|| self.levels[level].time as f64 / self.watched as f64)
    }
}
