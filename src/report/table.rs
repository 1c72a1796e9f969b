//! The table for people.

use super::words::{self, amount, plus_minus, shorter};
use super::yearly;
use super::{exposure, limits};
use crate::estimate::interval::Interval;
use crate::estimate::result::{CaseResult, OverRuns};
use crate::estimate::results::Results;
use crate::estimate::share::Share;
use crate::shown;
use crate::spec::metric::{Block, Column, IfZero, Mean, Metric};
use comfy_table::presets::NOTHING;
use comfy_table::{Cell, CellAlignment, ContentArrangement, Table};

/// No line is longer: a table that would be is shown in parts.
pub(super) const WIDTH: usize = 120;

/// What stands for a number that is the larger the longer a run lasts.
const GROWS: &str = "grows";

/// A metric and its column.
type Shown = (Metric, Column);

/// What was asked, a row per case, and whether the claims held.
pub fn table(results: &Results) -> String {
    let mut text = format!(
        "{}\n{}\n\n",
        shown::line(&results.experiment.title),
        wrapped(&results.experiment.question, 100)
    );
    let (shown, hidden): (Vec<Shown>, Vec<Shown>) =
        Metric::columns().into_iter().partition(|(metric, column)| {
            let worth_showing = |of: &OverRuns| of.max > 0.0 && of.mean >= column.least;
            let mut cases = results.cases.iter();
            column.if_zero == IfZero::Shown
                || cases.any(|case| number(case, *metric).is_some_and(worth_showing))
        });
    let axes: Vec<&str> = results
        .cases
        .first()
        .map(|case| case.case.0.iter().map(|(axis, _)| axis.as_str()).collect())
        .unwrap_or_default();
    let whole = block(results, &axes, &shown, Latency::Shown);
    if width(&whole) <= WIDTH {
        text.push_str(&whole);
    } else {
        // What becomes of transactions first, then time and speed.
        let (counts, times): (Vec<_>, Vec<_>) = shown
            .iter()
            .partition(|(_, column)| column.block == Block::Transactions);
        text.push_str(&block(results, &axes, &counts, Latency::LeftOut));
        let of_time = block(results, &axes, &times, Latency::Shown);
        if width(&of_time) <= WIDTH {
            text.push_str(&of_time);
        } else {
            let (times, speeds): (Vec<_>, Vec<_>) = times
                .into_iter()
                .partition(|(_, column)| column.block == Block::Times);
            text.push_str(&block(results, &axes, &times, Latency::LeftOut));
            text.push_str(&block(results, &axes, &speeds, Latency::Shown));
        }
    }
    text.push_str(&limits::block(results));
    text.push_str(&notes(results, &hidden));
    text.push_str(&exposure::table::block(results, &axes));
    text.push_str(&yearly::block(results, &axes));
    for verdict in &results.expectations {
        let word = if verdict.held { "held" } else { "DID NOT HOLD" };
        // On one line if there is room, else what was observed below what was claimed.
        let (claim, observed) = (&verdict.claim, &verdict.observed);
        let room = WIDTH - 14;
        let said = if width(claim) + width(observed) + 2 <= room {
            format!("{claim}: {observed}")
        } else {
            wrapped(&format!("{claim}:"), room) + "\n" + &wrapped(observed, room)
        };
        let said = said.replace('\n', &format!("\n{:14}", ""));
        text.push_str(&format!("{word:<14}{said}\n"));
    }
    let (fewest, most) = runs(results);
    let Results {
        replsim,
        experiment,
        seed,
        ..
    } = results;
    let runs = match (fewest, most) {
        (1, 1) => "1 run of each case".to_owned(),
        _ if fewest == most => format!("{most} runs of each case"),
        _ => format!("{fewest} to {most} runs of each case"),
    };
    text.push_str(&format!(
        "\nreplsim {replsim} · {} · seed {seed} · {runs}\n{}\n",
        experiment.name, experiment.digest
    ));
    text
}

/// Whether a block has the columns of latency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Latency {
    Shown,
    LeftOut,
}

/// A row per case: its axes, these columns and, if wanted, its latency.
fn block(results: &Results, axes: &[&str], shown: &[Shown], latency: Latency) -> String {
    let latencies: &[&str] = match latency {
        Latency::Shown => &["latency ms\np50", "\np99"],
        Latency::LeftOut => &[],
    };
    let headings = shown.iter().map(|(_, column)| column.heading);
    let headings = headings.chain(latencies.iter().copied());
    if shown.is_empty() && latency == Latency::LeftOut {
        return String::new();
    }
    let mut table = of_cases(axes, headings.map(str::to_owned));
    for case in &results.cases {
        let axes = case.case.0.iter();
        let mut row: Vec<Cell> = axes
            .map(|(_, value)| Cell::new(words::axis_value(value)))
            .collect();
        row.extend(shown.iter().map(|(metric, column)| {
            let number = number(case, *metric);
            let text = match number {
                Some(_) if *metric == Metric::Lag && case.load.grows.lag => GROWS.to_owned(),
                Some(number) => cell(number, column),
                None => "-".to_owned(),
            };
            right(text)
        }));
        if latency == Latency::Shown {
            row.extend([case.latency.p50, case.latency.p99].map(|value| {
                right(match case.latency.count {
                    0 => "-".to_owned(),
                    _ if case.load.grows.queue => GROWS.to_owned(),
                    _ => shorter(value),
                })
            }));
        }
        table.add_row(row);
    }
    printed(table)
}

/// A table with a row per case: a column for each axis, then these.
pub(super) fn of_cases(axes: &[&str], headings: impl Iterator<Item = String>) -> Table {
    let mut table = Table::new();
    table
        .load_style(NOTHING)
        .set_content_arrangement(ContentArrangement::Disabled);
    let head = axes
        .iter()
        .map(|axis| Cell::new(words::axis(axis, axes)))
        .chain(headings.map(right));
    table.set_header(head);
    table
}

/// The table as text, a space between its columns.
pub(super) fn printed(mut table: Table) -> String {
    for column in table.column_iter_mut() {
        column.set_padding((0, 1));
    }
    ruled(&table.trim_fmt())
}

/// Characters of the longest line.
pub(super) fn width(text: &str) -> usize {
    text.lines()
        .map(|line| line.chars().count())
        .max()
        .unwrap_or(0)
}

/// A rule under the heading, which is two lines high.
fn ruled(table: &str) -> String {
    let width = width(table);
    let mut text = String::new();
    for (at, line) in table.lines().enumerate() {
        text.push_str(line);
        text.push('\n');
        if at == 1 {
            text.push_str(&"─".repeat(width));
            text.push('\n');
        }
    }
    text + "\n"
}

/// The fewest and the most runs that a case has.
fn runs(results: &Results) -> (u64, u64) {
    let runs = || results.cases.iter().map(|case| case.runs);
    (runs().min().unwrap_or(0), runs().max().unwrap_or(0))
}

fn notes(results: &Results, hidden: &[Shown]) -> String {
    let hidden: Vec<&str> = hidden
        .iter()
        .filter(|(_, column)| column.if_zero == IfZero::Named)
        .map(|(metric, _)| metric.entry().name)
        .collect();
    let (runs, _) = runs(results);
    let bound = Share { hits: 0, of: runs }.bound_of_zero() * 100.0;
    let mut notes = format!(
        "Transactions per run: mean ± 95 %. A 0 was 0 in all {runs} runs: at most {} % of runs have any (95 %).\n",
        shorter(bound)
    );
    if !hidden.is_empty() {
        let hidden = format!("Zero everywhere: {}.\n", hidden.join(", "));
        notes.push_str(&wrapped(&hidden, WIDTH));
        notes.push('\n');
    }
    notes.push('\n');
    notes
}

fn number(case: &CaseResult, metric: Metric) -> Option<&OverRuns> {
    let number = case.metrics.get(metric.entry().name);
    number.filter(|number| number.count > 0)
}

fn cell(number: &OverRuns, column: &Column) -> String {
    match (column.mean, number.ci95) {
        _ if number.max == 0.0 => "0".to_owned(),
        (Mean::WithInterval, Some(ends)) => plus_minus(number.mean, farther(number.mean, ends)),
        (Mean::WithInterval, None) | (Mean::Alone, _) => amount(number.mean),
    }
}

/// The farther end of an interval, which is longer on one side where a number is skewed: mean ± this covers it.
pub(super) fn farther(mean: f64, [low, high]: Interval) -> f64 {
    (mean - low).max(high - mean)
}

pub(super) fn right(text: String) -> Cell {
    Cell::new(text).set_alignment(CellAlignment::Right)
}

/// Breaks a text at spaces so that no line is longer than the width.
pub(super) fn wrapped(text: &str, width: usize) -> String {
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
