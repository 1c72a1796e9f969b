//! Shapes of distributions of time, in nanoseconds, with exact quantile functions.

use super::normal;

/// The longest time that a shape answers, in nanoseconds: 2^62, about 146 years.
pub const LONGEST: u64 = 1 << 62;

/// 99 % point of the standard normal distribution.
const Z99: f64 = 2.326_347_874_040_841;

/// A distribution of a length of time. All values are nanoseconds.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// Always the same.
    Constant(u64),
    /// Lognormal, given by two of its quantiles.
    Lognormal {
        /// Half of the draws are below.
        median: u64,
        /// 99 % of the draws are below.
        p99: u64,
    },
    /// Exponential: the time between two events of a Poisson process.
    Exponential {
        /// The mean.
        mean: u64,
    },
    /// Every value between the two is equally likely.
    Uniform {
        /// The shortest.
        low: u64,
        /// The longest.
        high: u64,
    },
    /// Measured quantiles: (probability, value), ascending in both.
    ///
    /// Between two knots the logarithm of the value is linear in the *normal score* of the probability, so the
    /// shape is lognormal in pieces and two knots of a lognormal give back that lognormal. Where a logarithm or a
    /// score does not exist (value 0, probability 0 or 1) the value is linear in the probability.
    ///
    /// Beyond the outermost knots the tails go on as lognormal ones, and never below 0. Their slope is that of the
    /// outermost piece or that from the first knot to the last, whichever is flatter: one steep piece, often a
    /// few odd measurements, is not prolonged for ever. A knot at probability 0 or 1 is the end; a tail with a single
    /// knot to go by, or beside a piece without logarithms, stays at its knot.
    Quantiles(Vec<(f64, u64)>),
}

impl Shape {
    /// Why this is no distribution, or `Ok`.
    pub fn check(&self) -> Result<(), &'static str> {
        match self {
            Shape::Lognormal { median: 0, .. } => Err("the median must not be 0"),
            Shape::Lognormal { median, p99 } if p99 < median => {
                Err("p99 must not be below the median")
            }
            Shape::Uniform { low, high } if high < low => Err("high must not be below low"),
            Shape::Quantiles(knots) if knots.is_empty() => Err("there must be a quantile"),
            Shape::Quantiles(knots) if !knots.iter().all(|k| (0.0..=1.0).contains(&k.0)) => {
                Err("probabilities must be from 0 to 1")
            }
            Shape::Quantiles(knots) if !knots.is_sorted_by(|a, b| a.0 < b.0) => {
                Err("probabilities must ascend")
            }
            Shape::Quantiles(knots) if !knots.is_sorted_by_key(|k| k.1) => {
                Err("values must not descend")
            }
            Shape::Constant(_)
            | Shape::Lognormal { .. }
            | Shape::Exponential { .. }
            | Shape::Uniform { .. }
            | Shape::Quantiles(_) => Ok(()),
        }
    }

    /// The time that a draw stays below with probability `p`, in nanoseconds, at most [`LONGEST`].
    ///
    /// Transcendental functions come from `libm`, so the answer is the same on every platform.
    pub fn quantile(&self, p: f64) -> u64 {
        match self {
            Shape::Constant(value) => (*value).min(LONGEST),
            Shape::Lognormal { median, p99 } => match Line::lognormal(*median, *p99) {
                Some(line) => whole(line.at(normal::quantile(p))),
                None => (*median).min(LONGEST),
            },
            Shape::Exponential { mean } => whole(-libm::log1p(-p.clamp(0.0, 1.0)) * *mean as f64),
            Shape::Uniform { low, high } => whole(between(*low, *high, p.clamp(0.0, 1.0))),
            Shape::Quantiles(knots) => quantile_of_knots(knots, p),
        }
    }

    /// The mean in nanoseconds, from the closed formula of the shape, at most [`LONGEST`].
    pub fn mean(&self) -> u64 {
        match self {
            Shape::Constant(value) => (*value).min(LONGEST),
            Shape::Lognormal { median, p99 } => match Line::lognormal(*median, *p99) {
                Some(line) => whole(line.integral(f64::NEG_INFINITY, f64::INFINITY)),
                None => (*median).min(LONGEST),
            },
            Shape::Exponential { mean } => (*mean).min(LONGEST),
            Shape::Uniform { low, high } => whole(between(*low, *high, 0.5)),
            Shape::Quantiles(knots) => whole(mean_of_knots(knots)),
        }
    }

    /// The same shape with every value times `numerator / denominator`, rounded: half of a round trip is `scaled(1, 2)`.
    ///
    /// A denominator of 0 counts as 1. Values stop at [`LONGEST`].
    #[must_use]
    pub fn scaled(&self, numerator: u64, denominator: u64) -> Shape {
        let divisor = u128::from(denominator.max(1));
        let scale = |value: u64| {
            let product = u128::from(value) * u128::from(numerator);
            let rounded = (product + divisor / 2) / divisor;
            rounded.min(u128::from(LONGEST)) as u64
        };
        match self {
            Shape::Constant(value) => Shape::Constant(scale(*value)),
            Shape::Lognormal { median, p99 } => Shape::Lognormal {
                median: scale(*median),
                p99: scale(*p99),
            },
            Shape::Exponential { mean } => Shape::Exponential { mean: scale(*mean) },
            Shape::Uniform { low, high } => Shape::Uniform {
                low: scale(*low),
                high: scale(*high),
            },
            Shape::Quantiles(knots) => {
                Shape::Quantiles(knots.iter().map(|&(p, v)| (p, scale(v))).collect())
            }
        }
    }
}

/// `ln(value) = intercept + slope * z`: a piece of a lognormal, over the normal score `z`.
#[derive(Clone, Copy)]
struct Line {
    intercept: f64,
    slope: f64,
}

impl Line {
    /// The lognormal with this median and 99 % point (ns), unless it has no width.
    fn lognormal(median: u64, p99: u64) -> Option<Line> {
        (median > 0 && p99 > median).then(|| {
            let intercept = libm::log(median as f64);
            Line {
                intercept,
                slope: (libm::log(p99 as f64) - intercept) / Z99,
            }
        })
    }

    /// Through two knots, if both have a logarithm and a normal score.
    fn through(a: (f64, u64), b: (f64, u64)) -> Option<Line> {
        let usable = |(p, v): (f64, u64)| p > 0.0 && p < 1.0 && v > 0;
        (usable(a) && usable(b) && a.0 < b.0).then(|| {
            let (za, zb) = (normal::quantile(a.0), normal::quantile(b.0));
            let (la, lb) = (libm::log(a.1 as f64), libm::log(b.1 as f64));
            let slope = (lb - la) / (zb - za);
            Line {
                intercept: la - slope * za,
                slope,
            }
        })
    }

    /// The tail beyond `knot`: the flatter of the outermost piece and the line over all knots.
    fn tail(knot: (f64, u64), piece: Option<Line>, whole: Option<Line>) -> Option<Line> {
        let slope = piece?.slope.min(whole?.slope);
        Some(Line {
            intercept: libm::log(knot.1 as f64) - slope * normal::quantile(knot.0),
            slope,
        })
    }

    /// The value at this normal score.
    fn at(self, z: f64) -> f64 {
        if self.slope == 0.0 {
            return libm::exp(self.intercept);
        }
        libm::exp(self.intercept + self.slope * z)
    }

    /// The value integrated over the normal scores from `low` to `high`.
    fn integral(self, low: f64, high: f64) -> f64 {
        let (low, high) = (low - self.slope, high - self.slope);
        let share = if low > 0.0 {
            normal::cumulative(-low) - normal::cumulative(-high)
        } else {
            normal::cumulative(high) - normal::cumulative(low)
        };
        libm::exp(self.intercept + 0.5 * self.slope * self.slope) * share
    }
}

/// The tails beyond the first and the last knot.
fn tails(knots: &[(f64, u64)]) -> (Option<Line>, Option<Line>) {
    let &[first, .., last] = knots else {
        return (None, None);
    };
    let usable = |k: &&(f64, u64)| k.0 > 0.0 && k.0 < 1.0 && k.1 > 0;
    let whole = match (knots.iter().find(usable), knots.iter().rfind(usable)) {
        (Some(a), Some(b)) => Line::through(*a, *b),
        _ => None,
    };
    let below = Line::tail(first, Line::through(first, knots[1]), whole);
    let above = Line::tail(last, Line::through(knots[knots.len() - 2], last), whole);
    (below, above)
}

/// The quantile function of `Shape::Quantiles`.
fn quantile_of_knots(knots: &[(f64, u64)], p: f64) -> u64 {
    let (Some(&first), Some(&last)) = (knots.first(), knots.last()) else {
        return 0;
    };
    let beyond = |tail: Option<Line>, knot: (f64, u64)| match tail {
        Some(line) => whole(line.at(normal::quantile(p))),
        None => knot.1.min(LONGEST),
    };
    if p < first.0 {
        return beyond(tails(knots).0, first).min(first.1);
    }
    if p > last.0 {
        return beyond(tails(knots).1, last).max(last.1.min(LONGEST));
    }
    let right = knots.partition_point(|k| k.0 < p).min(knots.len() - 1);
    let (a, b) = (knots[right.saturating_sub(1)], knots[right]);
    if p >= b.0 {
        return b.1.min(LONGEST);
    }
    let value = match Line::through(a, b) {
        Some(line) => line.at(normal::quantile(p)),
        None => between(a.1, b.1, (p - a.0) / (b.0 - a.0)),
    };
    whole(value)
}

/// The mean of `Shape::Quantiles`, piece by piece.
fn mean_of_knots(knots: &[(f64, u64)]) -> f64 {
    let (Some(&first), Some(&last)) = (knots.first(), knots.last()) else {
        return 0.0;
    };
    let (below, above) = tails(knots);
    let mut sum = match below {
        Some(line) => line.integral(f64::NEG_INFINITY, normal::quantile(first.0)),
        None => first.0 * first.1 as f64,
    };
    sum += match above {
        Some(line) => line.integral(normal::quantile(last.0), f64::INFINITY),
        None => (1.0 - last.0) * last.1 as f64,
    };
    for pair in knots.windows(2) {
        let (a, b) = (pair[0], pair[1]);
        sum += match Line::through(a, b) {
            Some(line) => line.integral(normal::quantile(a.0), normal::quantile(b.0)),
            None => (b.0 - a.0) * between(a.1, b.1, 0.5),
        };
    }
    sum
}

/// The point a `share` of the way from `low` to `high`.
fn between(low: u64, high: u64, share: f64) -> f64 {
    let (low, high) = (low as f64, high as f64);
    low + (high - low) * share
}

/// Rounded to whole nanoseconds; what is not finite or too long becomes [`LONGEST`].
fn whole(value: f64) -> u64 {
    if value.is_nan() {
        return LONGEST;
    }
    (libm::round(value) as u64).min(LONGEST)
}
