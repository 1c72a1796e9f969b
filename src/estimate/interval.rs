//! Confidence intervals of 95 %: of a mean over runs (Student's t), of a share (Wilson).

use libm::{exp, lgamma, log, sqrt};
use serde::{Deserialize, Serialize};

/// A closed interval.
pub type Interval = [f64; 2];

/// Two-sided 95 %.
const UPPER: f64 = 0.975;
/// The standard normal quantile at 97.5 %.
const Z: f64 = 1.959_963_984_540_054;

/// Mean, spread and extremes of one number per run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    count: u64,
    mean: f64,
    /// Sum of squared deviations from the mean (Welford, 1962).
    squares: f64,
    min: f64,
    max: f64,
    nonzero: u64,
}

impl Sample {
    /// Takes one run's number.
    pub fn add(&mut self, value: f64) {
        if self.count == 0 {
            (self.min, self.max) = (value, value);
        }
        self.count += 1;
        let off = value - self.mean;
        self.mean += off / self.count as f64;
        self.squares += off * (value - self.mean);
        self.min = self.min.min(value);
        self.max = self.max.max(value);
        self.nonzero += u64::from(value != 0.0);
    }

    /// Runs taken.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Mean over the runs.
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// Variance over the runs; 0 for fewer than two.
    pub fn variance(&self) -> f64 {
        match self.count {
            0 | 1 => 0.0,
            count => self.squares / (count - 1) as f64,
        }
    }

    /// Least value.
    pub fn min(&self) -> f64 {
        self.min
    }

    /// Greatest value.
    pub fn max(&self) -> f64 {
        self.max
    }

    /// Half the width of the mean's 95 % interval; unknown for fewer than two runs.
    pub fn half_width(&self) -> Option<f64> {
        if self.count < 2 {
            return None;
        }
        let freedom = (self.count - 1) as f64;
        Some(t_quantile(UPPER, freedom) * sqrt(self.squares / freedom / self.count as f64))
    }

    /// The mean's 95 % interval; unknown for fewer than two runs.
    pub fn interval(&self) -> Option<Interval> {
        self.half_width()
            .map(|half| [self.mean - half, self.mean + half])
    }

    /// Runs in which the value was not zero, and their share's 95 % interval.
    pub fn affected(&self) -> Share {
        Share {
            hits: self.nonzero,
            of: self.count,
        }
    }
}

/// A share of so many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// How many.
    pub hits: u64,
    /// Of how many.
    pub of: u64,
}

impl Share {
    /// The share itself; 0 of 0 is 0.
    pub fn value(self) -> f64 {
        if self.of == 0 {
            0.0
        } else {
            self.hits as f64 / self.of as f64
        }
    }

    /// Wilson's score interval (Wilson, 1927): honest at 0 and 1, where it bounds instead of claiming certainty.
    pub fn interval(self) -> Interval {
        if self.of == 0 {
            return [0.0, 1.0];
        }
        let n = self.of as f64;
        let p = self.value();
        let scale = 1.0 + Z * Z / n;
        let centre = (p + Z * Z / (2.0 * n)) / scale;
        let half = Z / scale * sqrt(p * (1.0 - p) / n + Z * Z / (4.0 * n * n));
        let low = if self.hits == 0 {
            0.0
        } else {
            (centre - half).max(0.0)
        };
        let high = if self.hits == self.of {
            1.0
        } else {
            (centre + half).min(1.0)
        };
        [low, high]
    }

    /// Upper 95 % bound when nothing was seen: 1 - 0.05^(1/n), exact (the "rule of three" in the limit).
    pub fn bound_of_zero(self) -> f64 {
        if self.of == 0 {
            1.0
        } else {
            1.0 - exp(log(0.05) / self.of as f64)
        }
    }
}

/// Quantile of Student's t distribution, by bisection of its distribution function.
pub fn t_quantile(p: f64, freedom: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1e4);
    for _ in 0..200 {
        let middle = (low + high) / 2.0;
        if t_distribution(middle, freedom) < p {
            low = middle
        } else {
            high = middle
        }
    }
    (low + high) / 2.0
}

/// Student's t distribution function for t >= 0, through the regularised incomplete beta function.
fn t_distribution(t: f64, freedom: f64) -> f64 {
    1.0 - 0.5 * incomplete_beta(freedom / 2.0, 0.5, freedom / (freedom + t * t))
}

/// I_x(a, b) by its continued fraction (modified Lentz).
fn incomplete_beta(a: f64, b: f64, x: f64) -> f64 {
    if x <= 0.0 || x >= 1.0 {
        return x.clamp(0.0, 1.0);
    }
    let front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(1.0 - x));
    if x < (a + 1.0) / (a + b + 2.0) {
        front * continued_fraction(a, b, x) / a
    } else {
        1.0 - front * continued_fraction(b, a, 1.0 - x) / b
    }
}

fn continued_fraction(a: f64, b: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let keep = |value: f64| if value.abs() < TINY { TINY } else { value };
    let (mut c, mut d) = (1.0, 1.0 / keep(1.0 - (a + b) * x / (a + 1.0)));
    let mut result = d;
    for m in 1..500 {
        let m = f64::from(m);
        for numerator in [
            m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0)),
        ] {
            d = 1.0 / keep(1.0 + numerator * d);
            c = keep(1.0 + numerator / c);
            result *= c * d;
        }
        if (c * d - 1.0).abs() < 1e-15 {
            break;
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t_quantiles_are_those_of_the_tables() {
        for (freedom, expected) in [
            (1.0, 12.706_205),
            (2.0, 4.302_653),
            (4.0, 2.776_445),
            (9.0, 2.262_157),
            (30.0, 2.042_272),
            (199.0, 1.971_957),
        ] {
            let found = t_quantile(0.975, freedom);
            assert!((found - expected).abs() < 1e-5, "{freedom}: {found}");
        }
    }

    #[test]
    fn wilson_is_newcombes_example_and_bounds_a_zero() {
        // Newcombe (1998): 81 of 263 gives 0.2553 to 0.3662.
        let [low, high] = Share { hits: 81, of: 263 }.interval();
        assert!(
            (low - 0.2553).abs() < 1e-4 && (high - 0.3662).abs() < 1e-4,
            "{low} {high}"
        );
        let nothing = Share { hits: 0, of: 400 };
        assert_eq!(nothing.interval()[0], 0.0);
        assert!((nothing.bound_of_zero() - 0.00746).abs() < 1e-5);
    }

    #[test]
    fn a_mean_of_one_run_has_no_interval() {
        let mut sample = Sample::default();
        sample.add(3.0);
        assert_eq!(sample.interval(), None);
        sample.add(5.0);
        let [low, high] = sample.interval().expect("two runs");
        assert!(
            (low + 8.706).abs() < 1e-3 && (high - 16.706).abs() < 1e-3,
            "{low} {high}"
        );
    }
}
