//! Shares of so many runs with their exact 95 % interval (Clopper and Pearson, Biometrika 26, 1934, 404-413).

use super::interval::{Interval, UPPER};
use libm::{exp, lgamma, log};

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

    /// Clopper and Pearson's interval: below it, so many hits or more have a probability of 2.5 % at most, above it so
    /// many or fewer. It covers the truth in 95 % of cases at least, whatever the truth is.
    pub fn interval(self) -> Interval {
        if self.of == 0 {
            return [0.0, 1.0];
        }
        let (hits, others) = (self.hits as f64, (self.of - self.hits) as f64);
        let low = match self.hits {
            0 => 0.0,
            _ => beta_quantile(1.0 - UPPER, hits, others + 1.0),
        };
        let high = match self.of - self.hits {
            0 => 1.0,
            _ => beta_quantile(UPPER, hits + 1.0, others),
        };
        [low, high]
    }

    /// Upper 95 % bound when nothing was seen: 1 - 0.05^(1/n), exact (the "rule of three" in the limit). One-sided, hence
    /// below the end of `interval`.
    pub fn bound_of_zero(self) -> f64 {
        if self.of == 0 {
            1.0
        } else {
            1.0 - exp(log(0.05) / self.of as f64)
        }
    }
}

/// Quantile of the beta distribution, by bisection of its distribution function.
fn beta_quantile(p: f64, a: f64, b: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..100 {
        let middle = (low + high) / 2.0;
        if incomplete_beta(a, b, middle) < p {
            low = middle
        } else {
            high = middle
        }
    }
    (low + high) / 2.0
}

/// I_x(a, b) by its continued fraction (modified Lentz).
pub(super) fn incomplete_beta(a: f64, b: f64, x: f64) -> f64 {
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
mod tests;
