//! Inverse tables: a distribution compiled into knots, sampled with integers alone.

use std::fmt;
use std::sync::Arc;

use super::shape::{LONGEST, Shape};

/// Each octave of probability has 2^5 equal cells.
const CELL_BITS: u32 = 5;
/// Cells in an octave.
const CELLS: usize = 1 << CELL_BITS;
/// Tails are tabulated down to a probability of 2^24 / 2^64 = 2^-40, about one in 10^12.
const FLOOR_BITS: u32 = 24;
/// Octaves from there to the median.
const OCTAVES: usize = 63 - FLOOR_BITS as usize;
/// Knots of one half of the distribution.
const HALF: usize = OCTAVES * CELLS + 1;

/// An inverse cumulative table of a [`Shape`]: one uniform 64-bit number becomes one time in nanoseconds.
///
/// The knots are exact quantiles. They lie in octaves of the probability on the near side of the median (1/4 to
/// 1/2, 1/8 to 1/4, ... down to 2^-40, in both halves), 32 equal cells to the octave, and values between two knots are
/// interpolated linearly. So the relative spacing of the tail probability is never above 1/32, and p99.99 is as good
/// as p90. A draw beyond 2^-40 answers that quantile. Sampling uses no floating point.
///
/// Cloning copies a pointer; the knots (20 kB, of which draws visit mostly the first 2 kB) are shared.
#[derive(Clone, PartialEq, Eq)]
pub struct Table {
    /// Lower half by ascending probability of being below, then upper half by ascending probability of being
    /// above; nothing for a constant.
    knots: Arc<[u64]>,
    /// The mean of what `sample` answers, in nanoseconds; the value itself for a constant.
    mean: u64,
}

impl Table {
    /// The table of a shape. A shape without width becomes a constant.
    pub fn compile(shape: &Shape) -> Table {
        if let Shape::Constant(value) = shape {
            return Table::constant(*value);
        }
        let mut knots: Vec<u64> = Vec::with_capacity(2 * HALF);
        knots.extend((0..HALF).map(|i| shape.quantile(probability(i))));
        knots.extend((0..HALF).map(|i| shape.quantile(1.0 - probability(i))));
        // A quantile function rounded to floats may step back by an ulp; a table must not.
        let mut highest = 0;
        for i in (0..HALF).chain((HALF..2 * HALF).rev()) {
            highest = highest.max(knots[i]);
            knots[i] = highest;
        }
        if knots[0] == knots[HALF] {
            return Table::constant(knots[0]);
        }
        let mean = mean(&knots);
        Table {
            knots: knots.into(),
            mean,
        }
    }

    /// A table that always answers `ns` nanoseconds, at most [`LONGEST`].
    pub fn constant(ns: u64) -> Table {
        Table {
            knots: Arc::from([]),
            mean: ns.min(LONGEST),
        }
    }

    /// The time, in nanoseconds, that belongs to the uniform number `u`; it never falls as `u` rises.
    #[inline]
    pub fn sample(&self, u: u64) -> u64 {
        if self.knots.is_empty() {
            return self.mean;
        }
        // All ones in the upper half: there `x` counts from the top, and steps go down.
        let upper = ((u as i64) >> 63) as u64;
        let x = (u ^ upper).max(1 << FLOOR_BITS);
        let zeros = x.leading_zeros();
        let digits = x << zeros;
        let octave = (63 - FLOOR_BITS - zeros) as usize;
        let cell = (digits >> (63 - CELL_BITS)) as usize - CELLS;
        let fraction = digits << (CELL_BITS + 1);
        let at = octave * CELLS + cell + (upper as usize & HALF);
        let (here, next) = (self.knots[at], self.knots[at + 1]);
        let width = signed(next.wrapping_sub(here), upper);
        let step = ((u128::from(width) * u128::from(fraction)) >> 64) as u64;
        here.wrapping_add(signed(step, upper))
    }

    /// The mean of `sample` over all uniform numbers, in nanoseconds, rounded.
    pub fn mean(&self) -> u64 {
        self.mean
    }

    /// Whether every draw is the same, so that none has to be made.
    pub fn is_constant(&self) -> bool {
        self.knots.is_empty()
    }
}

impl fmt::Debug for Table {
    /// The mean and a few quantiles, not two thousand knots.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_constant() {
            return write!(f, "Table({} ns)", self.mean);
        }
        f.debug_struct("Table")
            .field("mean", &self.mean)
            .field("lowest", &self.sample(0))
            .field("median", &self.sample(1 << 63))
            .field("highest", &self.sample(u64::MAX))
            .finish()
    }
}

/// `value`, negated when `sign` is all ones.
#[inline]
fn signed(value: u64, sign: u64) -> u64 {
    (value ^ sign).wrapping_sub(sign)
}

/// The tail probability of knot `i` of a half, exact in a float.
fn probability(i: usize) -> f64 {
    let mantissa = (CELLS + i % CELLS) as f64;
    let exponent = (i / CELLS) as i32 + FLOOR_BITS as i32 - CELL_BITS as i32 - 64;
    libm::ldexp(mantissa, exponent)
}

/// The mean over all `u` of what the knots answer: trapezia, and the two clipped ends.
fn mean(knots: &[u64]) -> u64 {
    let mut twice: u128 = 0;
    for half in [&knots[..HALF], &knots[HALF..]] {
        twice += u128::from(half[0]) << (FLOOR_BITS + 1);
        for (i, pair) in half.windows(2).enumerate() {
            let width = (i / CELLS) as u32 + FLOOR_BITS - CELL_BITS;
            twice += (u128::from(pair[0]) + u128::from(pair[1])) << width;
        }
    }
    ((twice + (1 << 64)) >> 65) as u64
}
