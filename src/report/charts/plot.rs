//! The parts of a plot: axes with grid, lines with marks, a legend.

use super::scale::{Kind, Scale};
use super::sheet::{GREY, LINE, MARGIN, PALE, SMALL, Sheet, text_width, wrap};
use super::{PALETTE, Style, WIDTH};
use plotters::style::text_anchor::HPos;

/// Distance between two marks of one line, in pixels.
const MARK_EVERY: f64 = 84.0;

/// The rectangle of a plot, in pixels.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame {
    pub left: i32,
    pub top: i32,
    pub right: i32,
    pub bottom: i32,
}

/// A scale and how its values are written.
pub(crate) struct Ticks {
    pub scale: Scale,
    pub labels: Vec<(f64, String)>,
}

impl Ticks {
    /// About `wanted` labels, written by `write`.
    pub(crate) fn new(scale: Scale, wanted: usize, write: impl Fn(f64) -> String) -> Ticks {
        let values = scale.ticks(wanted);
        let labels = values.into_iter().map(|v| (v, write(v))).collect();
        Ticks { scale, labels }
    }
}

/// Grid, labels below, frame.
pub(crate) fn across(sheet: &mut Sheet, frame: Frame, x: &Ticks) {
    let mut free = 0;
    for (value, text) in &x.labels {
        let at = x.scale.pixel(*value);
        sheet.line((at, frame.top), (at, frame.bottom), PALE, 1);
        let half = text_width(text, SMALL) / 2 + 3;
        if at - half >= free && at + half <= WIDTH {
            sheet.line((at, frame.bottom), (at, frame.bottom + 4), GREY, 1);
            if !text.is_empty() {
                sheet.text((at, frame.bottom + 13), HPos::Center, text);
            }
            free = at + half;
        }
    }
}

/// Grid and labels to the left.
pub(crate) fn down(sheet: &mut Sheet, frame: Frame, y: &Ticks) {
    for (value, text) in &y.labels {
        let at = y.scale.pixel(*value);
        sheet.line((frame.left, at), (frame.right, at), PALE, 1);
        sheet.line((frame.left - 4, at), (frame.left, at), GREY, 1);
        sheet.text((frame.left - 7, at), HPos::Right, text);
    }
}

/// The frame itself, over grid and lines.
pub(crate) fn border(sheet: &mut Sheet, frame: Frame) {
    let from = (frame.left, frame.top);
    sheet.outline(from, (frame.right, frame.bottom), GREY);
}

/// Text of several lines centred below `top`; returns the y below it.
pub(crate) fn centred(sheet: &mut Sheet, frame: Frame, top: i32, text: &str) -> i32 {
    let middle = (frame.left + frame.right) / 2;
    let half = (middle - MARGIN / 2).min(WIDTH - MARGIN / 2 - middle);
    let width = (2 * half).min(frame.right - frame.left + 40);
    let mut y = top;
    for line in wrap(text, SMALL, width) {
        sheet.text((middle, y + LINE / 2), HPos::Center, &line);
        y += LINE;
    }
    y
}

/// One line with its marks; points without a place on the scales break it.
///
/// `turn` of `turns` keeps the marks of several lines apart.
pub(crate) fn series(
    sheet: &mut Sheet,
    (x, y): (&Scale, &Scale),
    points: &[(f64, f64)],
    style: Style,
    (turn, turns): (usize, usize),
) {
    let shown = |p: &(f64, f64)| x.shows(p.0) && y.shows(p.1);
    let mut next = MARK_EVERY * ((turn % turns.max(1)) as f64 + 0.5) / turns.max(1) as f64;
    for run in points.split(|p| !shown(p)) {
        let pixels: Vec<(f64, f64)> = run.iter().map(|p| (x.at(p.0), y.at(p.1))).collect();
        sheet.dashed(&pixels, style.color, style.dash, 2);
        if pixels.len() <= 12 {
            for at in &pixels {
                let at = (libm::round(at.0) as i32, libm::round(at.1) as i32);
                sheet.mark(at, style);
            }
            continue;
        }
        for pair in pixels.windows(2) {
            let (dx, dy) = (pair[1].0 - pair[0].0, pair[1].1 - pair[0].1);
            let length = libm::sqrt(dx * dx + dy * dy);
            let mut walked = 0.0;
            while next <= length - walked {
                walked += next;
                let share = walked / length;
                let at = (pair[0].0 + dx * share, pair[0].1 + dy * share);
                sheet.mark((libm::round(at.0) as i32, libm::round(at.1) as i32), style);
                next = MARK_EVERY;
            }
            next -= length - walked;
        }
    }
}

/// A legend in columns from `top` down; returns the y below it.
pub(crate) fn legend(sheet: &mut Sheet, top: i32, entries: &[(String, Style)]) -> i32 {
    const KEY: i32 = 44;
    let room = WIDTH - 2 * MARGIN;
    let widths = entries.iter().map(|(name, _)| text_width(name, SMALL));
    let column = (widths.max().unwrap_or(0) + KEY + 16).min(room);
    let columns = (room / column).clamp(1, 4);
    let column = room / columns;
    let mut y = top;
    for row in entries.chunks(columns as usize) {
        let mut height = 0;
        for (index, (name, style)) in row.iter().enumerate() {
            let x = MARGIN + column * index as i32;
            key(sheet, (x, y + LINE / 2), *style);
            let lines = wrap(name, SMALL, column - KEY - 8);
            for (number, line) in (0..).zip(&lines) {
                let at = (x + KEY, y + LINE / 2 + LINE * number);
                sheet.text(at, HPos::Left, line);
            }
            height = height.max(lines.len() as i32 * LINE);
        }
        y += height + 3;
    }
    y
}

/// A piece of line with its mark, 36 pixels long, from `at` to the right.
pub(crate) fn key(sheet: &mut Sheet, (x, y): (i32, i32), style: Style) {
    let ends = [
        (f64::from(x), f64::from(y)),
        (f64::from(x) + 36.0, f64::from(y)),
    ];
    sheet.dashed(&ends, style.color, style.dash, 2);
    sheet.mark((x + 18, y), style);
}

/// A filled box; `pattern` tells it from others without colour.
pub(crate) fn patch(sheet: &mut Sheet, from: (i32, i32), to: (i32, i32), pattern: usize) {
    let color = PALETTE[pattern % PALETTE.len()];
    match pattern % 3 {
        0 => sheet.fill(from, to, color),
        1 => {
            let mut x = from.0;
            while x < to.0 {
                sheet.line((x, from.1), (x, to.1), color, 2);
                x += 4;
            }
            sheet.outline(from, to, color);
        }
        _ => {
            sheet.outline(from, to, color);
            let middle = (from.1 + to.1) / 2;
            sheet.line((from.0, middle), (to.0, middle), color, 1);
        }
    }
}

/// A chart that has a title and no data.
pub(crate) fn nothing(title: &str) -> String {
    let mut sheet = Sheet::default();
    let y = sheet.title(title);
    sheet.note((WIDTH / 2, y + 30), HPos::Center, "nothing to show");
    sheet.svg(y + 60)
}

/// Whether fewer than two different places are among `points`.
pub(crate) fn too_few(points: impl Iterator<Item = (f64, f64)>) -> bool {
    let mut first = None;
    for point in points {
        match first {
            None => first = Some(point),
            Some(known) if known != point => return false,
            Some(_) => {}
        }
    }
    true
}

/// The kind of scale for a flag "logarithmic".
pub(crate) fn kind(log: bool) -> Kind {
    if log { Kind::Log } else { Kind::Linear }
}
