//! Numbers as people read them.

use libm::{floor, log10};

/// A number with three significant digits, thousands written out: `0.0123`, `4.57`, `57.1`, `9736`.
pub fn amount(value: f64) -> String {
    let digits = match value.abs() {
        size if size >= 99.95 => 0,
        size if size >= 9.995 => 1,
        size if size >= 0.9995 => 2,
        size if size > 0.0 => (2.0 - floor(log10(size))) as usize,
        _ => 0,
    };
    format!("{value:.digits$}")
}

/// A number with three significant digits and no zeros behind the point that say nothing.
pub fn shorter(value: f64) -> String {
    let text = amount(value);
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

/// A mean and half the width of its interval, with as many places as the interval deserves: `57.1 ±1.3`.
pub fn plus_minus(mean: f64, half: f64) -> String {
    if half == 0.0 {
        return shorter(mean);
    }
    // Two significant digits of the half width, and the mean to the same place.
    let places = (1.0 - floor(log10(half.abs()))).clamp(0.0, 6.0) as usize;
    let places = if mean.abs() >= 1000.0 {
        0
    } else {
        places.min(3)
    };
    format!("{mean:.places$} ±{half:.places$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_three_digits_and_intervals_two() {
        assert_eq!(amount(0.01234), "0.0123");
        assert_eq!(amount(9736.4), "9736");
        assert_eq!(shorter(20.04), "20");
        assert_eq!(plus_minus(57.13, 1.34), "57.1 ±1.3");
        assert_eq!(plus_minus(0.25, 0.031), "0.250 ±0.031");
        assert_eq!(plus_minus(15.0, 0.0), "15");
    }
}
