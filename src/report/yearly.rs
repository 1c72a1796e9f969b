//! What a year costs, as a table for people.

use super::table::{of_cases, printed, right};
use super::words::{self, plus_minus, shorter};
use crate::estimate::results::Results;
use crate::estimate::yearly::{ASSUMES, Figure, Yearly};
use crate::shown;
use comfy_table::Cell;

/// Causes that are named for each case.
const CAUSES: usize = 2;

/// A row per case and its largest causes; nothing without failure rates.
pub fn block(results: &Results, axes: &[&str]) -> String {
    if results.cases.iter().all(|case| case.yearly.is_none()) {
        return String::new();
    }
    let headings = [
        "deaths of\nthe master",
        "lost,\nacked",
        "any, per\ndeath",
        "visible,\nlost",
        "errant,\nold master",
        "no writes\n s",
    ];
    let mut table = of_cases(axes, headings.into_iter().map(str::to_owned));
    let (mut causes, mut absent) = (String::new(), String::new());
    let mut figures = false;
    for case in &results.cases {
        let values = case
            .case
            .0
            .iter()
            .map(|(_, value)| words::axis_value(value));
        let values: Vec<String> = values.collect();
        let yearly = match &case.yearly {
            Some(Ok(yearly)) => yearly,
            Some(Err(reason)) => {
                let who = if values.is_empty() {
                    "Per year".to_owned()
                } else {
                    values.join(", ")
                };
                absent.push_str(&format!("{who}: no figures per year: {reason}.\n"));
                continue;
            }
            None => continue,
        };
        figures = true;
        let mut row: Vec<Cell> = values.iter().map(Cell::new).collect();
        row.push(right(shorter(yearly.master_crashes)));
        row.extend(numbers(yearly).map(right));
        table.add_row(row);
        for cause in yearly
            .causes
            .iter()
            .filter(|cause| cause.lost_acknowledged > 0.0)
            .take(CAUSES)
        {
            causes.push_str(&format!(
                "{}: {} a year by {}\n",
                values.join(", "),
                small(cause.lost_acknowledged),
                shown::line(&cause.cause)
            ));
        }
    }
    if !absent.is_empty() {
        absent.push('\n');
    }
    if !figures {
        return absent;
    }
    format!(
        "Per year, with the failure rates of the model (transactions; 95 % intervals are those of the simulation alone).\n\n{}{causes}\n{absent}This holds if {}.\n\n",
        printed(table),
        super::table::wrapped(ASSUMES, 105).replace('\n', "\n  ")
    )
}

fn numbers(yearly: &Yearly) -> [String; 5] {
    [
        figure(&yearly.lost_acknowledged),
        small(yearly.loses_any_per_crash.mean),
        figure(&yearly.visible_then_lost),
        figure(&yearly.errant),
        figure(&yearly.without_writes),
    ]
}

fn figure(figure: &Figure) -> String {
    match figure.ci95 {
        Some([low, high]) if figure.mean >= 0.01 => plus_minus(figure.mean, (high - low) / 2.0),
        _ => small(figure.mean),
    }
}

/// A number that may be very small.
fn small(value: f64) -> String {
    match value {
        0.0 => "0".to_owned(),
        value if value < 1e-3 => format!("{value:.1e}"),
        value => shorter(value),
    }
}
