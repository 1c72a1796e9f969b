//! Numbers as people read them.

use crate::shown;
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

/// Yes or no.
pub fn yes(is: bool) -> &'static str {
    if is { "yes" } else { "no" }
}

/// The longest heading of an axis on one line.
const HEADING: usize = 22;

/// What an axis is called above its column: the last part of its path, if no other axis has the same, on two lines if
/// it is long.
pub fn axis(name: &str, all: &[&str]) -> String {
    let last = |name: &str| name.rsplit('.').next().unwrap_or_default().to_owned();
    let alone = all.iter().filter(|other| last(other) == last(name)).count() == 1;
    let short = shown::line(&if alone { last(name) } else { name.to_owned() });
    let short = short
        .strip_prefix("rpl_semi_sync_master_")
        .map_or(short.clone(), str::to_owned);
    if short.len() <= HEADING {
        return short;
    }
    let middle = short.len() / 2;
    let breaks = short
        .match_indices(['_', '.', '>'])
        .map(|found| found.0 + 1);
    match breaks.min_by_key(|at| at.abs_diff(middle)) {
        Some(at) => format!("{}\n{}", &short[..at], &short[at..]),
        None => short,
    }
}

/// A value of an axis as people say it: a distribution by its median and p99.
pub fn axis_value(value: &str) -> String {
    let parts = value
        .strip_prefix("{\"median\":\"")
        .and_then(|rest| rest.strip_suffix("\"}"))
        .and_then(|rest| rest.split_once("\",\"p99\":\""));
    match parts {
        Some((median, p99)) => format!("{median}, p99 {p99}"),
        None => shown::line(value),
    }
}

#[cfg(test)]
mod tests;
