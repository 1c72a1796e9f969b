//! How many commits were slower than x: one falling line per case.

use super::plot::{self, Frame, Ticks};
use super::scale::{Kind, Scale, Zero};
use super::sheet::{LINE, MARGIN, SMALL, Sheet, wrap};
use super::{WIDTH, csv_row, human, index_of, number, style, time};
use plotters::style::text_anchor::HPos;

/// More lines than this are spread over several panels.
pub const ONE_PANEL: usize = 12;

/// A chart of complementary distributions of commit latency.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Latency {
    /// The title of the chart.
    pub title: String,
    /// One line per case.
    pub series: Vec<Series>,
}

/// The latencies of one case.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Series {
    /// The part of the case's name that picks its panel when there are many lines.
    pub panel: String,
    /// The name of the case, with or without the panel's part in it.
    pub name: String,
    /// A latency in milliseconds (above 0) and the share of commits that were slower
    /// (above 0, at most 1), by rising latency. Other points are left out.
    pub points: Vec<(f64, f64)>,
}

impl Series {
    fn usable(&self) -> Vec<(f64, f64)> {
        let holds = |p: &&(f64, f64)| p.0.is_finite() && p.0 > 0.0 && p.1 > 0.0 && p.1 <= 1.0;
        self.points.iter().filter(holds).copied().collect()
    }

    /// The name where all cases are in one panel.
    fn full_name(&self) -> String {
        if self.panel.is_empty() || self.name.contains(&self.panel) {
            self.name.clone()
        } else {
            format!("{}, {}", self.panel, self.name)
        }
    }

    /// The name inside its panel: what is left without the panel's part.
    fn short_name(&self) -> String {
        let joint = |c: char| c.is_whitespace() || ",;:/·×-–|".contains(c);
        match self.name.split_once(self.panel.as_str()) {
            Some((before, after)) if !self.panel.is_empty() => {
                let ends = [before.trim_matches(joint), after.trim_matches(joint)];
                let rest: Vec<&str> = ends.into_iter().filter(|s| !s.is_empty()).collect();
                if rest.is_empty() {
                    self.name.clone()
                } else {
                    rest.join(", ")
                }
            }
            _ => self.name.clone(),
        }
    }
}

impl Latency {
    /// The chart, 900 pixels wide.
    pub fn svg(&self) -> String {
        let lines: Vec<(&Series, Vec<(f64, f64)>)> = self
            .series
            .iter()
            .map(|series| (series, series.usable()))
            .filter(|(_, points)| !points.is_empty())
            .collect();
        if plot::too_few(lines.iter().flat_map(|(_, points)| points.iter().copied())) {
            return plot::nothing(&self.title);
        }
        let many = lines.len() > ONE_PANEL;
        let mut panels: Vec<String> = Vec::new();
        let mut names: Vec<String> = Vec::new();
        // For each line: its panel, its look.
        let mut places = Vec::new();
        for (series, _) in &lines {
            let (panel, name) = if many {
                (series.panel.as_str(), series.short_name())
            } else {
                ("", series.full_name())
            };
            places.push((index_of(&mut panels, panel), index_of(&mut names, &name)));
        }
        let mut sheet = Sheet::default();
        let mut y = sheet.title(&self.title);
        let columns = if panels.len() > 1 { 2 } else { 1 };
        let height = if columns == 1 { 380 } else { 250 };
        let all = |pick: fn(&(f64, f64)) -> f64| -> Vec<f64> {
            lines.iter().flat_map(|l| l.1.iter().map(pick)).collect()
        };
        let (all_x, mut all_y) = (all(|p| p.0), all(|p| p.1));
        all_y.push(1.0);
        let gutter = 96;
        let width = WIDTH / columns;
        let indices: Vec<usize> = (0..panels.len()).collect();
        for row in indices.chunks(columns as usize) {
            let mut heads: Vec<Vec<String>> = Vec::new();
            for panel in row {
                heads.push(wrap(&panels[*panel], SMALL, width - 2 * MARGIN));
            }
            let head = heads.iter().map(Vec::len).max().unwrap_or(1) as i32;
            let top = y + LINE * (head + 1) + 10;
            let mut below = top;
            for (column, panel) in (0..).zip(row) {
                let frame = Frame {
                    left: column * width + gutter,
                    top,
                    right: (column + 1) * width - 34,
                    bottom: top + height,
                };
                for (row, line) in (0..).zip(&heads[column as usize]) {
                    let at = (column * width + MARGIN, y + LINE / 2 + LINE * row);
                    sheet.bold(at, HPos::Left, line);
                }
                let at = (column * width + MARGIN, top - LINE / 2 - 8);
                sheet.text(at, HPos::Left, "commits slower than x");
                let across = (frame.left, frame.right);
                let x = Scale::fit(Kind::Log, &all_x, Zero::IfThere, across);
                let x = Ticks::new(x, if columns == 1 { 9 } else { 6 }, time);
                let down = (frame.bottom, frame.top);
                let shares =
                    Ticks::new(Scale::fit(Kind::Log, &all_y, Zero::IfThere, down), 8, share);
                plot::across(&mut sheet, frame, &x);
                plot::down(&mut sheet, frame, &shares);
                plot::border(&mut sheet, frame);
                for ((_, points), (place, name)) in lines.iter().zip(&places) {
                    if place == panel {
                        let scales = (&x.scale, &shares.scale);
                        let turn = (*name, names.len());
                        plot::series(&mut sheet, scales, points, style(*name), turn);
                    }
                }
                let label = "commit latency x";
                below = plot::centred(&mut sheet, frame, frame.bottom + 22, label);
            }
            y = below + 8;
        }
        let entries: Vec<_> = names.into_iter().zip((0..).map(style)).collect();
        let y = plot::legend(&mut sheet, y + 4, &entries);
        sheet.svg(y + MARGIN)
    }

    /// The same numbers: one row per point, latency in milliseconds.
    pub fn csv(&self) -> String {
        let mut out = csv_row(&["panel", "case", "latency_ms", "share_slower"]);
        for series in &self.series {
            for (ms, share) in &series.points {
                let cells = [&series.panel, &series.name, &number(*ms), &number(*share)];
                out += &csv_row(&cells);
            }
        }
        out
    }
}

/// A share of commits as "1 in 100"; 1 is "all".
fn share(value: f64) -> String {
    if value >= 1.0 - 1e-9 {
        "all".to_owned()
    } else {
        format!("1 in {}", human(1.0 / value))
    }
}

#[cfg(test)]
mod tests;
