//! The table for people.

use super::document::Results;
use super::words::{amount, plus_minus, shorter};
use crate::estimate::interval::Share;
use crate::estimate::result::{CaseResult, Metric};
use comfy_table::presets::NOTHING;
use comfy_table::{Cell, CellAlignment, ContentArrangement, Table};

/// Columns of the ledger and of time: heading, metric; left out where they are zero in every case.
const COLUMNS: [(&str, &str); 12] = [
    ("lost,\nacked", "lost_acknowledged"),
    ("visible,\nlost", "visible_then_lost"),
    ("read,\nlost", "read_then_lost"),
    ("errant,\nold master", "errant"),
    ("kept,\nno OK", "kept_unacknowledged"),
    ("duplicated\nby retry", "duplicated"),
    ("refused", "refused"),
    ("failover\n s", "failover_time"),
    ("no writes\n s", "write_unavailable"),
    ("semi-sync\nOFF, s", "semi_sync_off"),
    ("commits\n /s", "throughput"),
    ("group\nsize", "group_size"),
];

/// Rare events: their means are worth an interval in the table. All others have theirs in the results document.
const COUNTED: [&str; 5] = [
    "lost_acknowledged",
    "visible_then_lost",
    "read_then_lost",
    "errant",
    "kept_unacknowledged",
];

/// Headings that are shown even where all is zero: the answer to the question that people come with.
const ALWAYS: [&str; 2] = ["lost_acknowledged", "throughput"];

/// What was asked, a row per case, and whether the claims held.
pub fn table(results: &Results) -> String {
    let mut text = format!(
        "{}\n{}\n\n",
        results.experiment.title,
        wrapped(&results.experiment.question, 100)
    );
    let shown: Vec<_> = COLUMNS
        .iter()
        .filter(|(_, name)| {
            ALWAYS.contains(name)
                || results
                    .cases
                    .iter()
                    .any(|case| metric(case, name).is_some_and(|metric| metric.max > 0.0))
        })
        .collect();
    let axes: Vec<&String> = results
        .cases
        .first()
        .map(|case| case.case.0.iter().map(|(axis, _)| axis).collect())
        .unwrap_or_default();
    let mut table = Table::new();
    table
        .load_style(NOTHING)
        .set_content_arrangement(ContentArrangement::Disabled);
    let headings = axes
        .iter()
        .map(|axis| axis.as_str())
        .chain(shown.iter().map(|(heading, _)| *heading))
        .chain(["latency ms\np50", "\np99"]);
    table.set_header(
        headings
            .enumerate()
            .map(|(at, heading)| {
                if at < axes.len() {
                    Cell::new(heading)
                } else {
                    right(heading.to_owned())
                }
            })
            .collect::<Vec<_>>(),
    );
    for case in &results.cases {
        let mut row: Vec<Cell> = case
            .case
            .0
            .iter()
            .map(|(_, value)| Cell::new(value))
            .collect();
        row.extend(shown.iter().map(|(_, name)| {
            right(metric(case, name).map_or_else(|| "-".to_owned(), |metric| cell(metric, name)))
        }));
        row.extend([case.latency.p50, case.latency.p99].map(|value| {
            right(if case.latency.count == 0 {
                "-".to_owned()
            } else {
                shorter(value)
            })
        }));
        table.add_row(row);
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 1));
    }
    text.push_str(&ruled(&table.trim_fmt()));
    text.push_str(&notes(results, &shown));
    for verdict in &results.expectations {
        let word = if verdict.held {
            "held         "
        } else {
            "DID NOT HOLD "
        };
        text.push_str(&format!("{word} {}: {}\n", verdict.claim, verdict.observed));
    }
    let runs = results.cases.first().map_or(0, |case| case.runs);
    let Results {
        replsim,
        experiment,
        seed,
        ..
    } = results;
    text.push_str(&format!(
        "\nreplsim {replsim} · {} · {} · seed {seed} · {runs} runs of each case\n",
        experiment.name, experiment.digest
    ));
    text
}

/// A rule under the heading, which is two lines high.
fn ruled(table: &str) -> String {
    let lines: Vec<&str> = table.lines().collect();
    let width = lines
        .iter()
        .map(|line| line.chars().count())
        .max()
        .unwrap_or(0);
    let mut text = String::new();
    for (at, line) in lines.iter().enumerate() {
        text.push_str(line);
        text.push('\n');
        if at == 1 {
            text.push_str(&"─".repeat(width));
            text.push('\n');
        }
    }
    text + "\n"
}

fn notes(results: &Results, shown: &[&(&str, &str)]) -> String {
    let hidden: Vec<String> = COLUMNS
        .iter()
        .filter(|column| !shown.contains(column))
        .map(|(_, name)| (*name).to_owned())
        .collect();
    let runs = results.cases.first().map_or(0, |case| case.runs);
    let bound = Share { hits: 0, of: runs }.bound_of_zero() * 100.0;
    let mut notes = format!(
        "Transactions per run: mean ± 95 %. A 0 was 0 in all {runs} runs: it happens in at most {} % of them (95 %).\n",
        shorter(bound)
    );
    if !hidden.is_empty() {
        notes.push_str(&format!("Zero everywhere: {}.\n", hidden.join(", ")));
    }
    notes.push('\n');
    notes
}

fn metric<'a>(case: &'a CaseResult, name: &str) -> Option<&'a Metric> {
    case.metrics.get(name).filter(|metric| metric.count > 0)
}

fn cell(metric: &Metric, name: &str) -> String {
    if metric.max == 0.0 {
        return "0".to_owned();
    }
    match (name, metric.ci95) {
        (name, _) if !COUNTED.contains(&name) => amount(metric.mean),
        (_, None) => amount(metric.mean),
        (_, Some([low, high])) => plus_minus(metric.mean, (high - low) / 2.0),
    }
}

fn right(text: String) -> Cell {
    Cell::new(text).set_alignment(CellAlignment::Right)
}

/// Breaks a text at spaces so that no line is longer than the width.
fn wrapped(text: &str, width: usize) -> String {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines
            .last_mut()
            .unwrap_or_else(|| unreachable!("there is always a line"));
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > width {
            lines.push(word.to_owned());
        } else {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines.join("\n")
}
