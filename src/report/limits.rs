//! Below the table: what is at its limit.

use super::table::{WIDTH, wrapped};
use super::words;
use crate::estimate::result::CaseResult;
use crate::estimate::results::Results;
use crate::shown;

/// Lines that are shown.
const LINES: usize = 6;

/// A line for each case in which anything is at its limit; cases of which the same is said share one.
pub(super) fn block(results: &Results) -> String {
    let mut said: Vec<&[String]> = Vec::new();
    for case in &results.cases {
        if !case.load.limits.is_empty() && !said.contains(&case.load.limits.as_slice()) {
            said.push(&case.load.limits);
        }
    }
    let mut text = String::new();
    let more = said.len() > LINES;
    for limits in said.into_iter().take(LINES) {
        let (these, others): (Vec<&CaseResult>, Vec<_>) =
            (results.cases.iter()).partition(|case| case.load.limits == limits);
        let mut labels = vec![common(&these, results)];
        if others
            .iter()
            .any(|other| labels[0].iter().all(|axis| other.case.0.contains(axis)))
        {
            labels = these.iter().map(|case| common(&[case], results)).collect();
        }
        let line = format!("{}{}", label(&labels), limits.join("; "));
        let line = wrapped(&shown::line(&line), WIDTH - 4);
        text += &format!("  {}\n", line.replace('\n', "\n    "));
    }
    if more {
        text += "  and more: `limits` of each case in results.json\n";
    }
    match text.is_empty() {
        true => text,
        false => format!("At the limit:\n{text}\n"),
    }
}

type Axis = (String, String);

/// The values that these cases share, of axes that have several.
fn common(cases: &[&CaseResult], all: &Results) -> Vec<Axis> {
    let first = cases.first().map_or(&[][..], |case| &case.case.0);
    let varies = |axis: &&Axis| !all.cases.iter().all(|case| case.case.0.contains(axis));
    let shared = |axis: &&Axis| cases.iter().all(|case| case.case.0.contains(axis));
    first
        .iter()
        .filter(varies)
        .filter(shared)
        .cloned()
        .collect()
}

fn label(cases: &[Vec<Axis>]) -> String {
    let value = |(axis, value): &Axis| format!("{axis}={}", words::axis_value(value));
    let case = |axes: &Vec<Axis>| axes.iter().map(value).collect::<Vec<_>>().join(", ");
    match cases.iter().map(case).collect::<Vec<_>>().join("; or ") {
        none if none.is_empty() => none,
        label => format!("{label}: "),
    }
}
