//! Prediction beside measurement, as a table and as a document.

use crate::report::charts::pairs::{Column, Pair, Pairs};
use crate::report::names::Names;
use crate::shown::line;
use crate::validate::comparison::{Comparison, Tolerance};
use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, ContentArrangement, Table};
use serde_json::json;

/// Widest table, in columns.
const WIDTH: u16 = 120;

/// Worst first, with lines that count. Counters that are equal are counted, not listed.
pub fn table(compared: &[Comparison], skipped: &[(&str, &str)]) -> String {
    let equal = |one: &&Comparison| one.tolerance == Tolerance::Equal;
    let mut sorted: Vec<&Comparison> = compared
        .iter()
        .filter(|one| !(equal(one) && one.within))
        .collect();
    sorted.sort_by(|a, b| b.strain().total_cmp(&a.strain()));
    let mut table = Table::new();
    table
        .load_style(NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(WIDTH)
        .set_header([
            "record",
            "metric",
            "observed",
            "predicted",
            "ratio",
            "tolerance",
            "busy",
            "",
        ]);
    for one in sorted {
        table.add_row([
            line(&format!(
                "{}: {}",
                one.file.trim_end_matches(".json"),
                one.record
            )),
            label(one),
            short(one.observed),
            short(one.predicted),
            one.ratio
                .map_or(String::new(), |ratio| format!("{ratio:.2}")),
            match one.tolerance {
                Tolerance::Ratio(allowed) => format!("{:.0} %", allowed * 100.0),
                Tolerance::Band([low, high]) => format!("{} to {}", short(low), short(high)),
                Tolerance::Equal => "equal".to_owned(),
            },
            one.busy
                .map_or(String::new(), |busy| format!("{busy:.0} %")),
            if one.within { "" } else { "outside" }.to_owned(),
        ]);
    }
    for column in 2..=6 {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let mut text = String::new();
    for line in table.lines() {
        text += line.trim_end();
        text.push('\n');
    }
    let counters = compared.iter().filter(equal);
    let (unequal, counters) = counters.fold((0, 0), |(unequal, all), one| {
        (unequal + u32::from(!one.within), all + 1)
    });
    if counters > 0 {
        text += &format!("\n{} of {counters} counters equal", counters - unequal);
    }
    let outside = compared.iter().filter(|one| !one.within).count();
    text += &format!(
        "\n{outside} of {} metrics outside their tolerance ({:.1} %)\n",
        compared.len(),
        100.0 * outside as f64 / compared.len().max(1) as f64
    );
    for (file, why) in skipped {
        text += &format!("{}: {why}\n", line(file));
    }
    text
}

/// The metric with its unit.
fn label(one: &Comparison) -> String {
    let metric = one.metric.replace('_', " ");
    match one.unit {
        "transactions/s" => format!("{metric} (/s)"),
        "ms" => format!("{metric} (ms)"),
        _ => metric,
    }
}

fn short(value: f64) -> String {
    match value.abs() {
        large if large >= 100.0 => format!("{value:.0}"),
        middle if middle >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

/// One chart per file, with its numbers beside it: file names and contents.
pub fn charts(compared: &[Comparison]) -> Vec<(String, String)> {
    let mut names: Vec<&str> = Vec::new();
    for one in compared {
        if !names.contains(&one.file.as_str()) {
            names.push(&one.file);
        }
    }
    let mut files = Vec::new();
    let mut stems = Names::default();
    for name in names {
        let of_file: Vec<&Comparison> = compared.iter().filter(|one| one.file == name).collect();
        let stem = name.trim_end_matches(".json");
        let chart = pairs(stem, &of_file);
        let stem = stems.give(stem, name);
        files.push((format!("{stem}.svg"), chart.svg()));
        files.push((format!("{stem}.csv"), chart.csv()));
    }
    files
}

fn pairs(name: &str, compared: &[&Comparison]) -> Pairs {
    // Counters that are equal or not have a table, but no axis.
    let drawn: Vec<&&Comparison> = compared
        .iter()
        .filter(|one| one.tolerance != Tolerance::Equal)
        .collect();
    let mut chart = Pairs {
        title: format!("{name}: observed and predicted"),
        ..Pairs::default()
    };
    for one in &drawn {
        if !chart.rows.contains(&one.record) {
            chart.rows.push(one.record.clone());
        }
    }
    for one in drawn {
        let label = label(one);
        let at = match chart
            .columns
            .iter()
            .position(|column| column.label == label)
        {
            Some(at) => at,
            None => {
                chart.columns.push(Column {
                    label,
                    pairs: vec![None; chart.rows.len()],
                });
                chart.columns.len() - 1
            }
        };
        let row = chart.rows.iter().position(|row| *row == one.record);
        if let Some(row) = row {
            chart.columns[at].pairs[row] = Some(Pair {
                observed: one.observed,
                predicted: one.predicted,
                within: one.within,
            });
        }
    }
    chart
}

/// The results document.
pub fn json(compared: &[Comparison]) -> String {
    let document = json!({"replsim": env!("CARGO_PKG_VERSION"), "records": compared});
    serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"
}
