//! Two numbers for one thing, on the same axis: a row per thing, a column per metric, a ring for what was observed, a
//! disc for what is predicted.

use super::plot::{self, Frame, Ticks};
use super::scale::{Scale, Zero};
use super::sheet::{GREY, LINE, MARGIN, SMALL, Sheet, text_width, wrap};
use super::{Mark, PALETTE, Style, Unit, WIDTH, csv_row, number};
use plotters::style::text_anchor::HPos;

/// A chart of pairs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pairs {
    /// The title of the chart.
    pub title: String,
    /// What the rows are.
    pub rows: Vec<String>,
    /// The metrics, from left to right.
    pub columns: Vec<Column>,
}

/// One metric.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Column {
    /// Its name, with its unit in brackets.
    pub label: String,
    /// A pair for each row that has this metric.
    pub pairs: Vec<Option<Pair>>,
}

/// What was observed and what is predicted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    /// Observed.
    pub observed: f64,
    /// Predicted.
    pub predicted: f64,
    /// Whether the prediction is near enough.
    pub within: bool,
}

/// Height of a row, in pixels.
const ROW: i32 = 17;
/// Most columns beside each other; more begin a new block below.
const COLUMNS: usize = 5;
/// Between two columns, so that the numbers below them have room.
const GAP: i32 = 44;

const OBSERVED: Style = Style {
    color: PALETTE[3],
    dash: &[],
    mark: Mark::Ring,
};
const PREDICTED: Style = Style {
    color: PALETTE[0],
    dash: &[],
    mark: Mark::Disc,
};
const OUTSIDE: Style = Style {
    color: PALETTE[1],
    dash: &[],
    mark: Mark::Square,
};

impl Pairs {
    /// The chart, 900 pixels wide.
    pub fn svg(&self) -> String {
        if self
            .columns
            .iter()
            .all(|column| column.pairs.iter().all(Option::is_none))
        {
            return plot::nothing(&self.title);
        }
        let mut sheet = Sheet::default();
        let mut y = sheet.title(&self.title);
        let entries = [
            ("observed".to_owned(), OBSERVED),
            ("predicted".to_owned(), PREDICTED),
            ("predicted, outside its tolerance".to_owned(), OUTSIDE),
        ];
        y = plot::legend(&mut sheet, y + 2, &entries) + 6;
        for block in self.columns.chunks(COLUMNS) {
            y = self.block(&mut sheet, y, block);
        }
        sheet.svg(y + MARGIN)
    }

    /// Rows that have a number in these columns, and the columns beside them.
    fn block(&self, sheet: &mut Sheet, top: i32, columns: &[Column]) -> i32 {
        let has = |row: usize| columns.iter().any(|column| column.pairs[row].is_some());
        let rows: Vec<usize> = (0..self.rows.len()).filter(|&row| has(row)).collect();
        let widest = rows
            .iter()
            .map(|&row| text_width(&self.rows[row], SMALL))
            .max();
        let left = widest.unwrap_or(0).min(WIDTH * 2 / 5) + MARGIN + 10;
        let width = (WIDTH - left - MARGIN) / columns.len() as i32;
        let heads: Vec<Vec<String>> = columns
            .iter()
            .map(|column| wrap(&column.label, SMALL, width - 8))
            .collect();
        let head = heads.iter().map(Vec::len).max().unwrap_or(1) as i32 * LINE;
        let top = top + head + 4;
        let bottom = top + rows.len() as i32 * ROW + 4;
        for (place, &row) in (0..).zip(&rows) {
            let at = top + 2 + place * ROW + ROW / 2;
            let name = wrap(&self.rows[row], SMALL, left - MARGIN - 8);
            sheet.text(
                (left - 8, at),
                HPos::Right,
                name.first().map_or("", String::as_str),
            );
        }
        for ((number, column), head) in (0..).zip(columns).zip(&heads) {
            let frame = Frame {
                left: left + number * width + 6,
                top,
                right: left + (number + 1) * width - GAP,
                bottom,
            };
            for (line, text) in (0..).zip(head) {
                let at = (
                    frame.left,
                    top - 6 - LINE / 2 - LINE * (head.len() as i32 - 1 - line),
                );
                sheet.text(at, HPos::Left, text);
            }
            one_metric(sheet, frame, column, &rows);
        }
        bottom + 34
    }

    /// The same numbers: one row per pair.
    pub fn csv(&self) -> String {
        let mut out = csv_row(&["record", "metric", "observed", "predicted", "within"]);
        for column in &self.columns {
            for (row, pair) in self.rows.iter().zip(&column.pairs) {
                if let Some(pair) = pair {
                    let within = if pair.within { "yes" } else { "no" };
                    let (observed, predicted) = (number(pair.observed), number(pair.predicted));
                    out += &csv_row(&[row, &column.label, &observed, &predicted, within]);
                }
            }
        }
        out
    }
}

fn one_metric(sheet: &mut Sheet, frame: Frame, column: &Column, rows: &[usize]) {
    let values: Vec<f64> = column
        .pairs
        .iter()
        .flatten()
        .flat_map(|pair| [pair.observed, pair.predicted])
        .filter(|value| value.is_finite())
        .collect();
    let (low, high) = values
        .iter()
        .fold((f64::INFINITY, 0.0f64), |(low, high), v| {
            (low.min(*v), high.max(*v))
        });
    let kind = plot::kind(low > 0.0 && high > 5.0 * low);
    let zero = match low > 0.0 {
        true => Zero::IfThere,
        false => Zero::Shown,
    };
    let scale = Scale::fit(kind, &values, zero, (frame.left, frame.right));
    let unit = Unit::of(&column.label);
    let ticks = Ticks::new(scale, 3, |value| unit.write(value));
    plot::across(sheet, frame, &ticks);
    plot::border(sheet, frame);
    for (place, &row) in (0..).zip(rows) {
        let Some(pair) = column.pairs[row] else {
            continue;
        };
        let y = frame.top + 2 + place * ROW + ROW / 2;
        let x = |value: f64| ticks.scale.shows(value).then(|| ticks.scale.pixel(value));
        let (observed, predicted) = (x(pair.observed), x(pair.predicted));
        if let (Some(from), Some(to)) = (observed, predicted) {
            sheet.line((from, y), (to, y), GREY, 1);
        }
        if let Some(at) = observed {
            sheet.mark((at, y), OBSERVED);
        }
        if let Some(at) = predicted {
            sheet.mark((at, y), if pair.within { PREDICTED } else { OUTSIDE });
        }
    }
}

#[cfg(test)]
mod tests;
