//! Lines with their marks, their legend, filled patches.

use super::super::scale::Scale;
use super::super::sheet::{LINE, MARGIN, SMALL, Sheet, text_width, wrap};
use super::super::{PALETTE, Style, WIDTH};
use plotters::style::text_anchor::HPos;

/// Distance between two marks of one line, in pixels.
const MARK_EVERY: f64 = 84.0;

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
