//! Space-time diagrams: a line per server, time downwards, messages as slanted arrows; as text and as SVG.

use super::charts::WIDTH;
use super::charts::sheet::{GREY, LINE, MARGIN, PALE, SMALL, Sheet, wrap};
use crate::shown::line;
use plotters::style::text_anchor::HPos;
use plotters::style::{BLACK, RGBColor};

/// What happens, where and in which order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagram {
    /// The title.
    pub title: String,
    /// Who has a line, from left to right.
    pub lines: Vec<String>,
    /// Events, one per row, downwards.
    pub rows: Vec<Row>,
    /// Messages between rows.
    pub messages: Vec<Message>,
    /// What lasts: from one row to another on a line.
    pub bars: Vec<Bar>,
}

/// Something that lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bar {
    /// The line.
    pub line: usize,
    /// The row where it begins.
    pub from: usize,
    /// The row where it ends.
    pub to: usize,
    /// What it is.
    pub kind: Lasts,
}

/// What lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lasts {
    /// A client waits for its answer.
    Wait,
    /// A row can be read.
    Visible,
}

impl Lasts {
    /// Its mark in a text.
    fn mark(self) -> &'static str {
        match self {
            Lasts::Wait => "w",
            Lasts::Visible => "v",
        }
    }

    /// What the mark means.
    fn meaning(self) -> &'static str {
        match self {
            Lasts::Wait => "the client waits for its answer",
            Lasts::Visible => "the row can be read here",
        }
    }
}

/// One event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// The line on which it happens.
    pub line: usize,
    /// When, if the diagram has times.
    pub time: String,
    /// What.
    pub text: String,
    /// What kind of event it is.
    pub kind: Kind,
}

/// What kind of event it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// One like others.
    #[default]
    Plain,
    /// A server dies or is cut off here.
    Crash,
    /// It is what the diagram is about.
    Marked,
}

/// A message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Row and line where it is sent.
    pub from: (usize, usize),
    /// Row and line where it arrives; the row of its loss, on the line where it would have arrived.
    pub to: (usize, usize),
    /// It does not arrive.
    pub lost: bool,
}

/// Height of a row, in pixels; a row of several lines of text is higher.
const ROW: i32 = 22;
const RED: RGBColor = RGBColor(213, 94, 0);
const WAITS: RGBColor = RGBColor(240, 200, 120);
const READABLE: RGBColor = RGBColor(130, 200, 160);
const BLUE: RGBColor = RGBColor(0, 114, 178);

impl Diagram {
    /// For a terminal: a column per line, one row per event, arrows where messages are sent and arrive.
    pub fn text(&self) -> String {
        let names: Vec<String> = self.lines.iter().map(|name| line(name)).collect();
        let widths: Vec<usize> = names
            .iter()
            .map(|name| name.chars().count().max(5) + 2)
            .collect();
        let times = self.rows.iter().map(|row| row.time.chars().count());
        let time = times.max().unwrap_or(0);
        let pad = if time > 0 { time + 2 } else { 0 };
        let mut out = " ".repeat(pad);
        for (name, width) in names.iter().zip(&widths) {
            out += &format!("{name:^width$}");
        }
        out = out.trim_end().to_owned() + "\n";
        let mut dead = vec![false; self.lines.len()];
        for (number, row) in self.rows.iter().enumerate() {
            let mut cells = String::new();
            let arrives = |line: usize| {
                let here = (number, line);
                self.messages.iter().find(|message| message.to == here)
            };
            if row.kind == Kind::Crash {
                dead[row.line] = true;
            }
            for (line, width) in widths.iter().enumerate() {
                let mark = match (line == row.line, arrives(line), row.kind) {
                    (_, Some(message), _) if message.lost => "x".to_owned(),
                    (true, _, Kind::Crash) => "#".to_owned(),
                    (true, Some(message), _) => {
                        let arrow = if message.from.1 < line { ">" } else { "<" };
                        format!("{arrow}*")
                    }
                    (true, None, Kind::Marked) => "@".to_owned(),
                    (true, None, _) => "*".to_owned(),
                    (false, ..) if dead[line] => ":".to_owned(),
                    (false, ..) => self
                        .bar_at(line, number)
                        .map_or("|", Lasts::mark)
                        .to_owned(),
                };
                cells += &format!("{mark:^width$}");
            }
            if row.kind == Kind::Plain && row.text.ends_with("restarts") {
                dead[row.line] = false;
            }
            let sends = self.messages.iter().filter(|sent| sent.from.0 == number);
            let sends: Vec<String> = sends
                .map(|sent| {
                    let to = &names[sent.to.1];
                    match sent.lost {
                        true => format!("~> {to} (lost)"),
                        false => format!("-> {to}"),
                    }
                })
                .collect();
            let sends = if sends.is_empty() {
                String::new()
            } else {
                format!("  [{}]", sends.join(", "))
            };
            let at = if pad > 0 {
                format!("{:>time$}  ", row.time)
            } else {
                String::new()
            };
            out += &format!("{at}{cells} {}{sends}\n", line(&row.text));
        }
        for kind in [Lasts::Wait, Lasts::Visible] {
            if self.bars.iter().any(|bar| bar.kind == kind) {
                out += &format!("{}{}: {}\n", " ".repeat(pad), kind.mark(), kind.meaning());
            }
        }
        out
    }

    /// What lasts on a line at a row.
    fn bar_at(&self, line: usize, row: usize) -> Option<Lasts> {
        let lasts = |bar: &&Bar| bar.line == line && (bar.from..=bar.to).contains(&row);
        self.bars.iter().find(lasts).map(|bar| bar.kind)
    }

    /// The picture, 900 pixels wide.
    pub fn svg(&self) -> String {
        let mut sheet = Sheet::default();
        let top = sheet.title(&self.title) + LINE;
        let times = if self.rows.iter().any(|row| !row.time.is_empty()) {
            78
        } else {
            0
        };
        let count = self.lines.len().max(1) as i32;
        let column = (96).min(430 / count);
        let x = |line: usize| MARGIN + times + column / 2 + column * line as i32;
        let text_from = MARGIN + times + column * count + 12;
        let room = WIDTH - MARGIN - text_from;
        let texts: Vec<Vec<String>> = self
            .rows
            .iter()
            .map(|row| wrap(&row.text, SMALL, room))
            .collect();
        let names = self.lines.iter();
        let names: Vec<_> = names.map(|name| wrap(name, SMALL, column - 4)).collect();
        let highest = names.iter().map(Vec::len).max().unwrap_or(1).max(1) as i32;
        let below_names = top + LINE * (highest - 1);
        let mut y = Vec::new();
        let mut at = below_names + 18;
        for lines in &texts {
            let height = ROW.max(lines.len() as i32 * LINE + 6);
            y.push(at + height / 2);
            at += height;
        }
        let bottom = at + 4;
        for (line, parts) in names.iter().enumerate() {
            for (number, part) in (0..).zip(parts) {
                sheet.bold((x(line), top - 6 + LINE * number), HPos::Center, part);
            }
            sheet.line((x(line), below_names + 12), (x(line), bottom), PALE, 3);
        }
        for bar in &self.bars {
            let color = match bar.kind {
                Lasts::Wait => WAITS,
                Lasts::Visible => READABLE,
            };
            let (from, to) = (y[bar.from], y[bar.to]);
            sheet.line((x(bar.line), from), (x(bar.line), to), color, 9);
        }
        for message in &self.messages {
            let from = (x(message.from.1), y[message.from.0]);
            let to = (x(message.to.1), y[message.to.0]);
            arrow(&mut sheet, from, to, message.lost);
        }
        for (row, (&middle, lines)) in self.rows.iter().zip(y.iter().zip(&texts)) {
            let at = (x(row.line), middle);
            match row.kind {
                Kind::Plain => sheet.fill((at.0 - 4, at.1 - 4), (at.0 + 4, at.1 + 4), BLACK),
                Kind::Marked => sheet.fill((at.0 - 6, at.1 - 6), (at.0 + 6, at.1 + 6), BLUE),
                Kind::Crash => {
                    for (dx, dy) in [(7, 7), (7, -7)] {
                        let ends = ((at.0 - dx, at.1 - dy), (at.0 + dx, at.1 + dy));
                        sheet.line(ends.0, ends.1, RED, 4);
                    }
                }
            }
            if !row.time.is_empty() {
                sheet.note((MARGIN + times - 10, middle), HPos::Right, &row.time);
            }
            let first = middle - LINE * (lines.len() as i32 - 1) / 2;
            for (number, line) in (0..).zip(lines) {
                sheet.text((text_from, first + LINE * number), HPos::Left, line);
            }
        }
        sheet.line((MARGIN, bottom + 6), (WIDTH - MARGIN, bottom + 6), GREY, 1);
        let mut legend = bottom + 6;
        for (kind, color) in [(Lasts::Wait, WAITS), (Lasts::Visible, READABLE)] {
            if self.bars.iter().any(|bar| bar.kind == kind) {
                legend += LINE + 4;
                sheet.line((MARGIN, legend), (MARGIN + 24, legend), color, 9);
                sheet.text((MARGIN + 34, legend), HPos::Left, kind.meaning());
            }
        }
        sheet.svg(legend + MARGIN)
    }
}

fn arrow(sheet: &mut Sheet, from: (i32, i32), to: (i32, i32), lost: bool) {
    let (dx, dy) = (f64::from(to.0 - from.0), f64::from(to.1 - from.1));
    let length = libm::sqrt(dx * dx + dy * dy).max(1.0);
    // A lost message ends before its aim.
    let reach = if lost { 0.72 } else { 1.0 };
    let tip = (
        from.0 + libm::round(dx * reach) as i32,
        from.1 + libm::round(dy * reach) as i32,
    );
    let color = if lost { RED } else { BLUE };
    let dash: &[f64] = if lost { &[5.0, 4.0] } else { &[] };
    let points = [
        (f64::from(from.0), f64::from(from.1)),
        (f64::from(tip.0), f64::from(tip.1)),
    ];
    sheet.dashed(&points, color, dash, 2);
    let (ux, uy) = (dx / length, dy / length);
    if lost {
        for (sx, sy) in [(5, 5), (5, -5)] {
            sheet.line((tip.0 - sx, tip.1 - sy), (tip.0 + sx, tip.1 + sy), RED, 2);
        }
        return;
    }
    let back = |side: f64| {
        let (bx, by) = (-10.0 * ux - side * 4.0 * uy, -10.0 * uy + side * 4.0 * ux);
        (
            tip.0 + libm::round(bx) as i32,
            tip.1 + libm::round(by) as i32,
        )
    };
    sheet.area(vec![tip, back(1.0), back(-1.0)], BLUE);
}

#[cfg(test)]
mod tests;
