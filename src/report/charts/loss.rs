//! What each case loses: a bar per metric with its interval, and a zero that is seen to be one.

use super::plot::{self, Frame, Ticks};
use super::scale::{Kind, Scale, Zero};
use super::sheet::{GREY, LINE, MARGIN, SMALL, Sheet, text_width, wrap};
use super::{WIDTH, csv_row, human};
use plotters::style::BLACK;
use plotters::style::text_anchor::HPos;

/// A chart of losses per case.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Loss {
    /// The title of the chart.
    pub title: String,
    /// The cases.
    pub cases: Vec<String>,
    /// The metrics; each has a value per case.
    pub metrics: Vec<Bars>,
}

/// One metric over all cases.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bars {
    /// Its name.
    pub name: String,
    /// A value per case.
    pub values: Vec<Interval>,
}

/// A mean with its 95 % interval.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Interval {
    /// The mean.
    pub mean: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// Height of a bar and its distance to the next, in pixels.
const BAR: i32 = 11;
const STEP: i32 = 15;

impl Loss {
    /// The chart, 900 pixels wide.
    pub fn svg(&self) -> String {
        if self.cases.is_empty() || self.metrics.is_empty() {
            return plot::nothing(&self.title);
        }
        let mut sheet = Sheet::default();
        let mut y = sheet.title(&self.title);
        for (number, metric) in self.metrics.iter().enumerate() {
            let middle = y + LINE / 2;
            plot::patch(
                &mut sheet,
                (MARGIN, middle - BAR / 2),
                (MARGIN + 30, middle + BAR / 2),
                number,
            );
            sheet.text((MARGIN + 40, middle), HPos::Left, &metric.name);
            y += LINE + 2;
        }
        let room = WIDTH / 3;
        let names: Vec<Vec<String>> = self
            .cases
            .iter()
            .map(|case| wrap(case, SMALL, room))
            .collect();
        let widest = names
            .iter()
            .flatten()
            .map(|line| text_width(line, SMALL))
            .max()
            .unwrap_or(0);
        let heights: Vec<i32> = names
            .iter()
            .map(|lines| (self.metrics.len() as i32 * STEP).max(lines.len() as i32 * LINE) + 12)
            .collect();
        let top = y + 8;
        let frame = Frame {
            left: MARGIN + widest + 14,
            top,
            right: WIDTH - 70,
            bottom: top + heights.iter().sum::<i32>(),
        };
        let highs: Vec<f64> = self
            .metrics
            .iter()
            .flat_map(|metric| &metric.values)
            .map(|value| value.high.max(value.mean))
            .collect();
        let x = Ticks::new(
            Scale::fit(
                Kind::ZeroLog,
                &highs,
                Zero::Shown,
                (frame.left, frame.right),
            ),
            8,
            human,
        );
        plot::across(&mut sheet, frame, &x);
        plot::border(&mut sheet, frame);
        let mut y = top;
        for (case, (lines, height)) in names.iter().zip(&heights).enumerate() {
            if case > 0 {
                sheet.line((frame.left, y), (frame.right, y), GREY, 1);
            }
            let first = y + height / 2 - LINE * (lines.len() as i32 - 1) / 2;
            for (number, line) in (0..).zip(lines) {
                sheet.text((frame.left - 8, first + LINE * number), HPos::Right, line);
            }
            let mut bar = y + 6;
            for (number, metric) in self.metrics.iter().enumerate() {
                let value = metric.values.get(case).copied().unwrap_or_default();
                draw_bar(&mut sheet, &x.scale, frame.left, bar, number, value);
                bar += STEP;
            }
            y += height;
        }
        let below = plot::centred(
            &mut sheet,
            frame,
            frame.bottom + 22,
            "transactions per run, mean and 95 % interval (logarithmic from 1 on)",
        );
        sheet.svg(below + MARGIN)
    }

    /// The same numbers: one row per case and metric.
    pub fn csv(&self) -> String {
        let mut out = csv_row(&["case", "metric", "mean", "ci95_low", "ci95_high"]);
        for (at, case) in self.cases.iter().enumerate() {
            for metric in &self.metrics {
                let value = metric.values.get(at).copied().unwrap_or_default();
                out += &csv_row(&[
                    case,
                    &metric.name,
                    &super::number(value.mean),
                    &super::number(value.low),
                    &super::number(value.high),
                ]);
            }
        }
        out
    }
}

fn draw_bar(
    sheet: &mut Sheet,
    scale: &Scale,
    left: i32,
    top: i32,
    pattern: usize,
    value: Interval,
) {
    let middle = top + BAR / 2;
    if value.mean == 0.0 && value.high == 0.0 {
        sheet.note((left + 6, middle), HPos::Left, "0");
        return;
    }
    let end = scale.pixel(value.mean).max(left + 1);
    plot::patch(sheet, (left, top), (end, top + BAR), pattern);
    let (low, high) = (scale.pixel(value.low), scale.pixel(value.high));
    sheet.line((low, middle), (high, middle), BLACK, 1);
    for at in [low, high] {
        sheet.line((at, middle - 4), (at, middle + 4), BLACK, 1);
    }
    sheet.text((high.max(end) + 6, middle), HPos::Left, &human(value.mean));
}

#[cfg(test)]
mod tests;
