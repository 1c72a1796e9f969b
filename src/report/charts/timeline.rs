//! One run over time: commits, lag, semi-sync status, whether writes are possible, and what happened when.

use super::plot::{self, Frame, Ticks};
use super::scale::{Kind, Scale, Zero};
use super::sheet::{GREY, LINE, MARGIN, SMALL, Sheet, wrap};
use super::{PALETTE, WIDTH, csv_row, human, style};
use plotters::style::BLACK;
use plotters::style::text_anchor::HPos;

/// A run in bins of equal length.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timeline {
    /// The title of the chart.
    pub title: String,
    /// Length of a bin, s.
    pub bin_seconds: f64,
    /// Acknowledged commits per second, by bin.
    pub commits_per_second: Vec<f64>,
    /// Transactions not applied at the end of each bin, by server; `None` while it was down.
    pub lag: Vec<(String, Vec<Option<f64>>)>,
    /// Semi-sync status of the serving master; `None` where it is not enabled or nobody serves.
    pub semi_sync: Vec<Option<bool>>,
    /// Whether writes were possible.
    pub writable: Vec<bool>,
    /// What happened, at which second.
    pub marks: Vec<(f64, String)>,
}

const LEFT: i32 = 96;
const RIGHT: i32 = WIDTH - 30;

impl Timeline {
    /// The chart, 900 pixels wide.
    pub fn svg(&self) -> String {
        let bins = self.commits_per_second.len();
        if bins == 0 || self.bin_seconds <= 0.0 {
            return plot::nothing(&self.title);
        }
        let end = self
            .marks
            .iter()
            .map(|mark| mark.0)
            .fold(bins as f64 * self.bin_seconds, f64::max);
        let mut sheet = Sheet::default();
        let top = sheet.title(&self.title) + 2 * LINE + 10;
        let time = Ticks::new(Scale::exact(0.0, end, (LEFT, RIGHT)), 8, |value| {
            format!("{} s", human(value))
        });
        let commits = Frame {
            left: LEFT,
            top,
            right: RIGHT,
            bottom: top + 150,
        };
        let line = vec![(
            "commits".to_owned(),
            self.commits_per_second
                .iter()
                .map(|&rate| Some(rate))
                .collect(),
        )];
        self.levels(
            &mut sheet,
            commits,
            &time,
            "acknowledged commits per second",
            &line,
        );
        let lag = Frame {
            top: commits.bottom + 3 * LINE,
            bottom: commits.bottom + 3 * LINE + 130,
            ..commits
        };
        self.levels(
            &mut sheet,
            lag,
            &time,
            "transactions not applied",
            &self.lag,
        );
        let semi_sync = Frame {
            top: lag.bottom + 30,
            bottom: lag.bottom + 48,
            ..commits
        };
        let status: Vec<Option<bool>> = self.semi_sync.clone();
        self.strip(&mut sheet, semi_sync, &time.scale, "semi-sync", &status);
        let writes = Frame {
            top: semi_sync.bottom + 8,
            bottom: semi_sync.bottom + 26,
            ..commits
        };
        let writable: Vec<Option<bool>> = self.writable.iter().map(|&yes| Some(yes)).collect();
        self.strip(&mut sheet, writes, &time.scale, "writes", &writable);
        let mut y = writes.bottom + 20;
        sheet.note(
            (LEFT, y),
            HPos::Left,
            "filled: ON, possible; hatched: OFF, impossible; empty: not enabled, or nobody serves",
        );
        y += LINE;
        let entries: Vec<_> = self
            .lag
            .iter()
            .enumerate()
            .map(|(at, (name, _))| (format!("lag of {name}"), style(at)))
            .collect();
        y = plot::legend(&mut sheet, y + 4, &entries) + 4;
        let strips = (semi_sync.top, writes.bottom);
        let plots = [(commits.top, commits.bottom), (lag.top, lag.bottom), strips];
        self.draw_marks(&mut sheet, &time.scale, plots, y)
    }

    /// Vertical lines through the plots, not through the text between them, with numbers above, and what they stand for below.
    fn draw_marks(
        &self,
        sheet: &mut Sheet,
        time: &Scale,
        plots: [(i32, i32); 3],
        mut y: i32,
    ) -> String {
        let top = plots[0].0;
        let mut free = 0;
        for (number, (at, text)) in self.marks.iter().enumerate() {
            let x = time.pixel(*at);
            for (from, to) in plots {
                let ends = [from, to].map(|y| (f64::from(x), f64::from(y)));
                sheet.dashed(&ends, BLACK, &[4.0, 3.0], 1);
            }
            let name = (number + 1).to_string();
            // Marks that are close share the space above: the next number moves right.
            let place = x.max(free + 8);
            sheet.bold((place, top - LINE - LINE / 2 - 10), HPos::Center, &name);
            free = place + 6 + 4 * name.len() as i32;
            for (row, line) in wrap(
                &format!("{name}: {at:.3} s, {text}"),
                SMALL,
                WIDTH - 2 * MARGIN,
            )
            .iter()
            .enumerate()
            {
                sheet.text(
                    (MARGIN + if row > 0 { 20 } else { 0 }, y + LINE / 2),
                    HPos::Left,
                    line,
                );
                y += LINE;
            }
        }
        sheet.svg(y + MARGIN)
    }

    fn levels(
        &self,
        sheet: &mut Sheet,
        frame: Frame,
        time: &Ticks,
        label: &str,
        lines: &[(String, Vec<Option<f64>>)],
    ) {
        let all: Vec<f64> = lines
            .iter()
            .flat_map(|(_, values)| values.iter().flatten().copied())
            .collect();
        let up = Ticks::new(
            Scale::fit(Kind::Linear, &all, Zero::Shown, (frame.bottom, frame.top)),
            4,
            human,
        );
        sheet.text((MARGIN, frame.top - LINE / 2 - 8), HPos::Left, label);
        plot::across(sheet, frame, time);
        plot::down(sheet, frame, &up);
        plot::border(sheet, frame);
        for (at, (_, values)) in lines.iter().enumerate() {
            let points: Vec<(f64, f64)> = values
                .iter()
                .enumerate()
                .map(|(bin, value)| {
                    (
                        (bin as f64 + 1.0) * self.bin_seconds,
                        value.unwrap_or(f64::NAN),
                    )
                })
                .collect();
            plot::series(
                sheet,
                (&time.scale, &up.scale),
                &points,
                style(at),
                (at, lines.len()),
            );
        }
    }

    /// A row of boxes: filled where yes, hatched where no, empty where neither.
    fn strip(
        &self,
        sheet: &mut Sheet,
        frame: Frame,
        time: &Scale,
        label: &str,
        values: &[Option<bool>],
    ) {
        let middle = (frame.top + frame.bottom) / 2;
        sheet.text((MARGIN, middle), HPos::Left, label);
        let mut from = 0;
        for bin in 1..=values.len() {
            if bin < values.len() && values[bin] == values[from] {
                continue;
            }
            let left = time.pixel(from as f64 * self.bin_seconds);
            let right = time.pixel(bin as f64 * self.bin_seconds);
            match values[from] {
                Some(true) => sheet.fill((left, frame.top), (right, frame.bottom), PALETTE[5]),
                Some(false) => {
                    for x in (left..right).step_by(5) {
                        sheet.line((x, frame.top), (x, frame.bottom), PALETTE[1], 2);
                    }
                }
                None => {}
            }
            from = bin;
        }
        sheet.outline((frame.left, frame.top), (frame.right, frame.bottom), GREY);
    }

    /// The same numbers: one row per bin, then the marks.
    pub fn csv(&self) -> String {
        let mut head = vec![
            "second".to_owned(),
            "commits_per_second".to_owned(),
            "semi_sync".to_owned(),
            "writable".to_owned(),
        ];
        head.extend(self.lag.iter().map(|(name, _)| format!("lag_{name}")));
        head.push("event".to_owned());
        let mut out = csv_row(&head);
        let word = |status: Option<bool>| {
            status
                .map_or("", |on| if on { "ON" } else { "OFF" })
                .to_owned()
        };
        for (bin, rate) in self.commits_per_second.iter().enumerate() {
            let writable = self
                .writable
                .get(bin)
                .map_or("", |&yes| if yes { "yes" } else { "no" });
            let second = (bin as f64 + 1.0) * self.bin_seconds;
            let mut row = vec![
                format!("{second:.3}"),
                format!("{rate:.1}"),
                word(self.semi_sync.get(bin).copied().flatten()),
                writable.to_owned(),
            ];
            row.extend(self.lag.iter().map(|(_, lag)| {
                lag.get(bin)
                    .copied()
                    .flatten()
                    .map_or_else(String::new, |behind| behind.to_string())
            }));
            row.push(String::new());
            out += &csv_row(&row);
        }
        for (second, text) in &self.marks {
            let mut row = vec![format!("{second:.3}")];
            row.extend(std::iter::repeat_n(String::new(), 3 + self.lag.len()));
            row.push(text.clone());
            out += &csv_row(&row);
        }
        out
    }
}

#[cfg(test)]
mod tests;
