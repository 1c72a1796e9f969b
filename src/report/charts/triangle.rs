//! The triangle of a choice: what is lost, how long nobody can write, how long a commit takes, side by side per case.

use super::loss::Interval;
use super::plot::{self, Frame, Ticks};
use super::scale::{Kind, Scale, Zero};
use super::sheet::{GREY, LINE, MARGIN, SMALL, Sheet, text_width, wrap};
use super::{WIDTH, csv_row, human};
use plotters::style::BLACK;
use plotters::style::text_anchor::HPos;

/// Cases as rows, the three corners as columns.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Triangle {
    /// The title of the chart.
    pub title: String,
    /// The cases.
    pub cases: Vec<String>,
    /// The corners; each has a value per case.
    pub corners: Vec<Corner>,
}

/// One corner over all cases.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Corner {
    /// What it is, with its unit.
    pub name: String,
    /// A value per case; `None` where no run had one.
    pub values: Vec<Option<Interval>>,
}

/// Height of a row, and space between two columns for the written values, in pixels.
const ROW: i32 = 24;
const GAP: i32 = 56;
const BAR: i32 = 11;

impl Triangle {
    /// The chart, 900 pixels wide.
    pub fn svg(&self) -> String {
        if self.cases.is_empty() || self.corners.is_empty() {
            return plot::nothing(&self.title);
        }
        let mut sheet = Sheet::default();
        let top = sheet.title(&self.title) + LINE;
        let names: Vec<Vec<String>> = self
            .cases
            .iter()
            .map(|case| wrap(case, SMALL, WIDTH / 4))
            .collect();
        let lines = names.iter().flatten();
        let widest = lines.map(|line| text_width(line, SMALL)).max().unwrap_or(0);
        let heights: Vec<i32> = names
            .iter()
            .map(|lines| ROW.max(lines.len() as i32 * LINE + 8))
            .collect();
        let left = MARGIN + widest + 14;
        let columns = self.corners.len() as i32;
        let width = (WIDTH - left - columns * GAP) / columns;
        let bottom = top + heights.iter().sum::<i32>();
        let mut below = bottom;
        for (number, corner) in self.corners.iter().enumerate() {
            let from = left + number as i32 * (width + GAP);
            let frame = Frame {
                left: from,
                top,
                right: from + width,
                bottom,
            };
            below = below.max(corner.draw(&mut sheet, frame, &heights, number));
        }
        let mut y = top;
        for (lines, height) in names.iter().zip(&heights) {
            let first = y + height / 2 - LINE * (lines.len() as i32 - 1) / 2;
            for (number, line) in (0..).zip(lines) {
                sheet.text((left - 8, first + LINE * number), HPos::Right, line);
            }
            y += height;
        }
        sheet.svg(below + MARGIN)
    }

    /// The same numbers: one row per case and corner.
    pub fn csv(&self) -> String {
        let mut out = csv_row(&["case", "metric", "mean", "ci95_low", "ci95_high"]);
        for (at, case) in self.cases.iter().enumerate() {
            for corner in &self.corners {
                if let Some(Some(value)) = corner.values.get(at) {
                    out += &csv_row(&[
                        case,
                        &corner.name,
                        &super::number(value.mean),
                        &super::number(value.low),
                        &super::number(value.high),
                    ]);
                }
            }
        }
        out
    }
}

impl Corner {
    /// Its column; returns the y below it.
    fn draw(&self, sheet: &mut Sheet, frame: Frame, heights: &[i32], pattern: usize) -> i32 {
        let highs: Vec<f64> = self
            .values
            .iter()
            .flatten()
            .map(|value| value.high.max(value.mean))
            .collect();
        let scale = Scale::fit(
            Kind::ZeroLog,
            &highs,
            Zero::Shown,
            (frame.left, frame.right),
        );
        let x = Ticks::new(scale, 4, human);
        plot::across(sheet, frame, &x);
        plot::border(sheet, frame);
        let mut y = frame.top;
        for (value, height) in self.values.iter().zip(heights) {
            if y > frame.top {
                sheet.line((frame.left, y), (frame.right, y), GREY, 1);
            }
            let middle = y + height / 2;
            y += height;
            match value {
                None => sheet.note((frame.left + 6, middle), HPos::Left, "none"),
                Some(value) if value.mean == 0.0 && value.high == 0.0 => {
                    sheet.note((frame.left + 6, middle), HPos::Left, "0")
                }
                Some(value) => {
                    let end = x.scale.pixel(value.mean).max(frame.left + 1);
                    let from = (frame.left, middle - BAR / 2);
                    plot::patch(sheet, from, (end, middle + BAR / 2 + 1), pattern);
                    let (low, high) = (x.scale.pixel(value.low), x.scale.pixel(value.high));
                    sheet.line((low, middle), (high, middle), BLACK, 1);
                    for at in [low, high] {
                        sheet.line((at, middle - 4), (at, middle + 4), BLACK, 1);
                    }
                    sheet.text((high.max(end) + 6, middle), HPos::Left, &human(value.mean));
                }
            }
        }
        plot::centred(sheet, frame, frame.bottom + 22, &self.name)
    }
}

#[cfg(test)]
mod tests;
