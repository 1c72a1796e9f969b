//! Scales: from a value to a pixel, and the values worth a label.

/// Whether a linear scale begins or ends at 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Zero {
    /// It holds 0.
    Shown,
    /// It holds 0 only if a value does.
    IfThere,
}

/// How values are spread along an axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Linear,
    Log,
    /// Linear from 0 to 1, logarithmic beyond; one decade is as long as the first unit.
    ZeroLog,
}

/// A range of values laid over a range of pixels.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scale {
    kind: Kind,
    pub low: f64,
    pub high: f64,
    from: i32,
    to: i32,
}

impl Scale {
    /// A scale that holds all finite `values`, its ends on round numbers.
    pub(crate) fn fit(kind: Kind, values: &[f64], zero: Zero, (from, to): (i32, i32)) -> Scale {
        let usable = |v: &&f64| v.is_finite() && (kind != Kind::Log || **v > 0.0);
        let mut low = f64::INFINITY;
        let mut high = f64::NEG_INFINITY;
        for value in values.iter().filter(usable) {
            low = low.min(*value);
            high = high.max(*value);
        }
        if low > high {
            (low, high) = (1.0, 1.0);
        }
        match kind {
            Kind::Log => {
                low = round_down(low.max(1e-300));
                high = round_up(high.max(1e-300));
                if low >= high {
                    low /= 10.0;
                    high *= 10.0;
                }
            }
            Kind::Linear => {
                if zero == Zero::Shown {
                    (low, high) = (low.min(0.0), high.max(0.0));
                }
                if low >= high {
                    let room = if high == 0.0 { 1.0 } else { high.abs() * 0.5 };
                    low = match zero {
                        Zero::Shown => low,
                        Zero::IfThere => low - room,
                    };
                    high += room;
                }
                let step = step(high - low, 5);
                low = libm::floor(low / step + 1e-9) * step;
                high = libm::ceil(high / step - 1e-9) * step;
            }
            Kind::ZeroLog => {
                low = 0.0;
                high = round_up(high.max(1.0));
            }
        }
        Scale {
            kind,
            low,
            high,
            from,
            to,
        }
    }

    /// A linear scale from `low` to `high` exactly.
    pub(crate) fn exact(low: f64, high: f64, (from, to): (i32, i32)) -> Scale {
        let high = if high > low { high } else { low + 1.0 };
        let kind = Kind::Linear;
        Scale {
            kind,
            low,
            high,
            from,
            to,
        }
    }

    /// The pixel of `value`, kept inside the scale.
    pub(crate) fn at(&self, value: f64) -> f64 {
        let value = value.clamp(self.low, self.high);
        let (low, high) = (self.spread(self.low), self.spread(self.high));
        let share = (self.spread(value) - low) / (high - low);
        f64::from(self.from) + share * f64::from(self.to - self.from)
    }

    pub(crate) fn pixel(&self, value: f64) -> i32 {
        libm::round(self.at(value)) as i32
    }

    /// Whether `value` has a place on this scale.
    pub(crate) fn shows(&self, value: f64) -> bool {
        value.is_finite() && (self.kind != Kind::Log || value > 0.0)
    }

    fn spread(&self, value: f64) -> f64 {
        match self.kind {
            Kind::Linear => value,
            Kind::Log => libm::log10(value),
            Kind::ZeroLog if value <= 1.0 => value,
            Kind::ZeroLog => 1.0 + libm::log10(value),
        }
    }

    /// Values worth a label, rising, about `wanted` of them.
    pub(crate) fn ticks(&self, wanted: usize) -> Vec<f64> {
        let wanted = wanted.max(2);
        match self.kind {
            Kind::Linear => {
                let step = step(self.high - self.low, wanted);
                let first = libm::ceil(self.low / step - 1e-9);
                (0..=2 * wanted + 2)
                    .map(|n| (first + n as f64) * step)
                    .filter(|v| *v <= self.high + step * 1e-9)
                    .map(|v| if v.abs() < step * 1e-9 { 0.0 } else { v })
                    .collect()
            }
            Kind::Log => self.log_ticks(self.low, wanted),
            Kind::ZeroLog if self.high <= 1.0 => vec![0.0, 0.2, 0.4, 0.6, 0.8, 1.0],
            Kind::ZeroLog => {
                let mut ticks = vec![0.0, 0.5];
                ticks.extend(self.log_ticks(1.0, wanted));
                ticks
            }
        }
    }

    fn log_ticks(&self, low: f64, wanted: usize) -> Vec<f64> {
        let decades = libm::log10(self.high / low);
        let fine = decades * 3.0 <= wanted as f64;
        let every = libm::ceil(decades / wanted as f64).max(1.0) as i32;
        let first = libm::floor(libm::log10(low) + 1e-9) as i32;
        let last = libm::floor(libm::log10(self.high) + 1e-9) as i32;
        let mut ticks = Vec::new();
        for exponent in first..=last {
            let steps: &[f64] = if fine { &[1.0, 2.0, 5.0] } else { &[1.0] };
            // Counted from 10^0, so that 1 always has a label.
            if exponent % every == 0 {
                ticks.extend(steps.iter().map(|s| s * power(exponent)));
            }
        }
        ticks.retain(|v| *v >= low * (1.0 - 1e-9) && *v <= self.high * (1.0 + 1e-9));
        ticks
    }
}

/// 10 to the `exponent`, the nearest number there is.
fn power(exponent: i32) -> f64 {
    format!("1e{exponent}").parse().unwrap_or(1.0)
}

/// A step of 1, 2 or 5 times a power of ten that cuts `span` into at most `wanted` parts.
fn step(span: f64, wanted: usize) -> f64 {
    round_up(span.max(1e-300) / wanted as f64 * (1.0 - 1e-9))
}

/// The smallest of 1, 2, 5 times a power of ten that is not below `value`.
fn round_up(value: f64) -> f64 {
    let base = power(libm::floor(libm::log10(value)) as i32);
    let fits = |s: &f64| s * base >= value * (1.0 - 1e-9);
    [1.0, 2.0, 5.0].into_iter().find(fits).unwrap_or(10.0) * base
}

/// The largest of 1, 2, 5 times a power of ten that is not above `value`.
fn round_down(value: f64) -> f64 {
    let base = power(libm::floor(libm::log10(value) + 1e-9) as i32);
    let fits = |s: &f64| s * base <= value * (1.0 + 1e-9);
    [5.0, 2.0, 1.0].into_iter().find(fits).unwrap_or(1.0) * base
}

#[cfg(test)]
mod tests;
