//! Several runs over time, side by side: commits, whether writes are possible, and what only the master has.

use super::markdown::plain;
use crate::measure::outcome::Timeline;

/// A Markdown table with a line for so many ns; each case has its commits per second and what a loss of the master would
/// lose.
pub fn side_by_side(cases: &[(String, &Timeline)], every: u64) -> String {
    let mut out = "| time (s) |".to_owned();
    for (label, _) in cases {
        let label = plain(label);
        out += &format!(" {label}: commits /s | only on the master |");
    }
    out += &format!("\n|{}\n", "---:|".repeat(1 + 2 * cases.len()));
    let Some((_, first)) = cases.first() else {
        return out;
    };
    let each = (every / first.bin.0.max(1)).max(1) as usize;
    let bins = cases
        .iter()
        .map(|(_, timeline)| timeline.commits.len())
        .max();
    for start in (0..bins.unwrap_or(0)).step_by(each) {
        let seconds = (start + each) as f64 * first.bin.0 as f64 / 1e9;
        out += &format!("| {seconds:.0} |");
        for (_, timeline) in cases {
            out += &cells(timeline, start, each);
        }
        out.push('\n');
    }
    out
}

fn cells(timeline: &Timeline, start: usize, each: usize) -> String {
    let end = (start + each).min(timeline.commits.len());
    if start >= end {
        return " | |".to_owned();
    }
    let commits: u64 = timeline.commits[start..end]
        .iter()
        .map(|count| u64::from(*count))
        .sum();
    let seconds = (end - start) as f64 * timeline.bin.0 as f64 / 1e9;
    let writable = timeline.writable[start..end].iter().any(|yes| *yes);
    let rate = match (commits, writable) {
        (0, false) => "**no writes**".to_owned(),
        _ => format!("{:.0}", commits as f64 / seconds),
    };
    // The worst moment of the line is what counts.
    let alone = timeline.alone[start..end].iter().flatten().max();
    let alone = alone.map_or_else(|| "-".to_owned(), u64::to_string);
    format!(" {rate} | {alone} |")
}
