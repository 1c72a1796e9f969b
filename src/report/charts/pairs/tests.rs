//! Tests of `pairs`.

use super::super::check;
use super::*;

fn pairs(rows: usize, columns: usize) -> Pairs {
    let pair = |row: usize, column: usize| {
        (row + column).is_multiple_of(3).then(|| Pair {
            observed: 1.0 + row as f64,
            predicted: 1.5 + row as f64,
            within: row.is_multiple_of(2),
        })
    };
    Pairs {
        title: "Observed and predicted".to_owned(),
        rows: (0..rows)
            .map(|row| format!("record number {row}, 20 ms, 16 clients"))
            .collect(),
        columns: (0..columns)
            .map(|column| Column {
                label: format!("metric {column} (ms)"),
                pairs: (0..rows).map(|row| pair(row, column)).collect(),
            })
            .collect(),
    }
}

#[test]
fn a_chart_without_pairs_says_so() {
    assert!(Pairs::default().svg().contains("nothing to show"));
}

#[test]
fn few_and_many_rows_and_columns_have_all_text_in_place() {
    for (rows, columns) in [(3, 1), (40, 5), (10, 7)] {
        let chart = pairs(rows, columns);
        check::well_drawn(&chart.svg());
        assert!(chart.csv().lines().count() > 1);
    }
}
