//! Numbers over a numeric axis: one panel per combination of the other axes, one line per case.

use super::plot::{self, Frame, Ticks};
use super::scale::{Scale, Zero};
use super::sheet::{LINE, MARGIN, SMALL, Sheet, wrap};
use super::{Unit, WIDTH, csv_row, index_of, number, style};
use plotters::style::text_anchor::HPos;

/// A chart over a numeric axis.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OverAxis {
    /// The title of the chart.
    pub title: String,
    /// What the axis is, with its unit in brackets.
    pub x_label: String,
    /// Whether the axis is logarithmic (values above 0 only).
    pub log_x: bool,
    /// The panels; all share both scales.
    pub panels: Vec<Panel>,
}

/// One plot.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Panel {
    /// What all its lines have in common; may be empty.
    pub name: String,
    /// What goes up, with its unit in brackets.
    pub y_label: String,
    /// Whether it is logarithmic (values above 0 only).
    pub log_y: bool,
    /// Its lines.
    pub series: Vec<Series>,
}

/// One line.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Series {
    /// The name of its case.
    pub name: String,
    /// Axis value and number, by rising axis value.
    pub points: Vec<(f64, f64)>,
}

/// Pixels left of a plot for its labels.
const GUTTER: i32 = 80;

impl OverAxis {
    /// The chart, 900 pixels wide.
    pub fn svg(&self) -> String {
        let points = || {
            self.panels
                .iter()
                .flat_map(|panel| &panel.series)
                .flat_map(|series| &series.points)
        };
        if plot::too_few(points().copied()) {
            return plot::nothing(&self.title);
        }
        let all_x: Vec<f64> = points().map(|point| point.0).collect();
        let all_y: Vec<f64> = points().map(|point| point.1).collect();
        let mut names: Vec<String> = Vec::new();
        for series in self.panels.iter().flat_map(|panel| &panel.series) {
            index_of(&mut names, &series.name);
        }
        let mut sheet = Sheet::default();
        let mut y = sheet.title(&self.title);
        let columns = (self.panels.len() as i32).clamp(1, 3);
        let height = if columns == 1 { 360 } else { 200 };
        let width = WIDTH / columns;
        for row in self.panels.chunks(columns as usize) {
            let heads: Vec<Vec<String>> = row
                .iter()
                .map(|panel| wrap(&panel.name, SMALL, width - 2 * MARGIN))
                .collect();
            let head = heads.iter().map(Vec::len).max().unwrap_or(1) as i32;
            let top = y + LINE * (head + 1) + 10;
            let mut below = top;
            for (column, (panel, head)) in (0..).zip(row.iter().zip(&heads)) {
                let frame = Frame {
                    left: column * width + GUTTER,
                    top,
                    right: (column + 1) * width - 44,
                    bottom: top + height,
                };
                for (row, line) in (0..).zip(head) {
                    sheet.bold(
                        (column * width + MARGIN, y + LINE / 2 + LINE * row),
                        HPos::Left,
                        line,
                    );
                }
                sheet.text(
                    (column * width + MARGIN, top - LINE / 2 - 8),
                    HPos::Left,
                    &panel.y_label,
                );
                let (x_unit, y_unit) = (Unit::of(&self.x_label), Unit::of(&panel.y_label));
                let x = Scale::fit(
                    plot::kind(self.log_x),
                    &all_x,
                    Zero::IfThere,
                    (frame.left, frame.right),
                );
                let x = Ticks::new(x, if columns == 1 { 9 } else { 4 }, |value| {
                    x_unit.write(value)
                });
                let up = Scale::fit(
                    plot::kind(panel.log_y),
                    &all_y,
                    Zero::Shown,
                    (frame.bottom, frame.top),
                );
                let up = Ticks::new(up, 6, |value| y_unit.write(value));
                plot::across(&mut sheet, frame, &x);
                plot::down(&mut sheet, frame, &up);
                plot::border(&mut sheet, frame);
                for series in &panel.series {
                    let turn = index_of(&mut names, &series.name);
                    plot::series(
                        &mut sheet,
                        (&x.scale, &up.scale),
                        &series.points,
                        style(turn),
                        (turn, names.len()),
                    );
                }
                below = plot::centred(&mut sheet, frame, frame.bottom + 22, &self.x_label);
            }
            y = below + 8;
        }
        let entries: Vec<_> = names.into_iter().zip((0..).map(style)).collect();
        let y = plot::legend(&mut sheet, y + 4, &entries);
        sheet.svg(y + MARGIN)
    }

    /// The same numbers: one row per point.
    pub fn csv(&self) -> String {
        let y_label = self
            .panels
            .first()
            .map_or("y", |panel| panel.y_label.as_str());
        let mut out = csv_row(&["panel", "case", &self.x_label, y_label]);
        for panel in &self.panels {
            for series in &panel.series {
                for (x, y) in &series.points {
                    out += &csv_row(&[&panel.name, &series.name, &number(*x), &number(*y)]);
                }
            }
        }
        out
    }
}

#[cfg(test)]
mod tests;
