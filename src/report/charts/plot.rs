//! The parts of a plot: axes with grid, lines with marks, a legend.

mod series;

pub(crate) use series::{legend, patch, series};

use super::WIDTH;
use super::scale::{Kind, Scale};
use super::sheet::{GREY, LINE, MARGIN, PALE, SMALL, Sheet, text_width, wrap};
use plotters::style::text_anchor::HPos;

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
