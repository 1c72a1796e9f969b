//! Ratios of sums over runs: of something (transactions, time with anything to lose, a latency) per something else
//! (groups, time watched, commits).
//!
//! Runs are of unequal length, since a fault ends what is measured: the ratio of the sums weighs each by its length, and a
//! mean of the runs' own ratios would not. By linearisation (Cochran, "Sampling Techniques", 1977, chapter 6) the ratio
//! r = sum x / sum w is off by the mean of the residuals e = x - r w, divided by the mean of w: their spread over runs
//! gives the interval, with the skewness taken out as for a mean (`interval`).

use super::interval::{Interval, Spread};
use serde::{Deserialize, Serialize};

/// Sums of a numerator and a denominator over runs, and of their products up to the third: all as differences from the
/// first run, so that nothing cancels.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Ratio {
    count: u64,
    first: [f64; 2],
    /// `sums[i][j]`: the sum of (x - first)^i (w - first)^j.
    sums: [[f64; 4]; 4],
}

impl Ratio {
    /// Takes one run's numerator and denominator. A run that has nothing to divide by says nothing.
    pub fn add(&mut self, above: f64, below: f64) {
        if below <= 0.0 {
            return;
        }
        if self.count == 0 {
            self.first = [above, below];
        }
        self.count += 1;
        let (x, w) = (above - self.first[0], below - self.first[1]);
        let powers = |of: f64| [1.0, of, of * of, of * of * of];
        for (i, (x, sums)) in powers(x).iter().zip(&mut self.sums).enumerate() {
            for (w, sum) in powers(w).iter().zip(sums).take(4 - i) {
                *sum += x * w;
            }
        }
    }

    /// Runs taken.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The ratio of the sums; 0 of nothing.
    pub fn value(&self) -> f64 {
        let [above, below] = self.totals();
        if self.count == 0 { 0.0 } else { above / below }
    }

    fn totals(&self) -> [f64; 2] {
        let n = self.count as f64;
        [
            n * self.first[0] + self.sums[1][0],
            n * self.first[1] + self.sums[0][1],
        ]
    }

    /// The ratio's 95 % interval; unknown for fewer than two runs, and if they do not vary.
    pub fn interval(&self) -> Option<Interval> {
        let [below, above] = self.around()?;
        let value = self.value();
        Some([value - below, value + above])
    }

    /// How far the interval goes below the ratio and above it.
    pub fn around(&self) -> Option<[f64; 2]> {
        let (spread, per) = self.residuals()?;
        spread.around().map(|ends| ends.map(|end| end / per))
    }

    /// How far Student's interval goes to either side.
    pub fn half_width(&self) -> Option<f64> {
        let (spread, per) = self.residuals()?;
        Some(spread.half_width()? / per)
    }

    /// The residuals of the runs, and the mean denominator; nothing if the runs do not vary.
    fn residuals(&self) -> Option<(Spread, f64)> {
        let (n, r, s) = (self.count as f64, self.value(), &self.sums);
        // e = (x - first) - r (w - first) - c, where c makes them add up to nothing.
        let c = (s[1][0] - r * s[0][1]) / n;
        let second = s[2][0] - 2.0 * r * s[1][1] + r * r * s[0][2];
        let third = s[3][0] - 3.0 * r * s[2][1] + 3.0 * r * r * s[1][2] - r * r * r * s[0][3];
        let spread = Spread {
            count: n,
            squares: second - n * c * c,
            cubes: third - 3.0 * c * second + 2.0 * n * c * c * c,
        };
        // What is left of sums that cancel is no spread.
        if spread.squares <= 1e-12 * (s[2][0] + r * r * s[0][2]) {
            return None;
        }
        Some((spread, self.totals()[1] / n))
    }
}

#[cfg(test)]
mod tests;
