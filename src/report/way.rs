//! The way of the data at one moment: binlog, dump thread, IO thread, relay log, SQL thread, each with its position.

use super::charts::WIDTH;
use super::charts::sheet::{GREY, LINE, MARGIN, PALE, Sheet};
use crate::lesson::part::Stage;
use plotters::style::RGBColor;
use plotters::style::text_anchor::HPos;

const BLUE: RGBColor = RGBColor(0, 114, 178);

/// For a terminal.
pub fn text(stages: &[Stage]) -> String {
    let width = |pick: fn(&Stage) -> &str| {
        stages
            .iter()
            .map(|stage| pick(stage).chars().count())
            .max()
            .unwrap_or(0)
    };
    let (server, what, position) = (
        width(|stage| &stage.server),
        width(|stage| &stage.what),
        width(|stage| &stage.position),
    );
    let mut out = String::new();
    for (at, stage) in stages.iter().enumerate() {
        if at > 0 {
            let crosses = stages[at - 1].server != stage.server;
            let arrow = if crosses { "| (network)" } else { "|" };
            out += &format!("{:server$}  {arrow}\n{:server$}  v\n", "", "");
        }
        out += &format!(
            "{:<server$}  {:<what$}  {:<position$}  {}\n",
            stage.server, stage.what, stage.position, stage.shown
        );
    }
    out
}

/// The picture, 900 pixels wide.
pub fn svg(title: &str, stages: &[Stage]) -> String {
    const HEIGHT: i32 = 56;
    const GAP: i32 = 26;
    let mut sheet = Sheet::default();
    let mut y = sheet.title(title) + LINE;
    for (at, stage) in stages.iter().enumerate() {
        if at > 0 {
            let x = WIDTH / 2;
            sheet.line((x, y - GAP), (x, y - 6), BLUE, 2);
            sheet.area(vec![(x, y), (x - 5, y - 9), (x + 5, y - 9)], BLUE);
            if stages[at - 1].server != stage.server {
                sheet.note((x + 16, y - GAP / 2), HPos::Left, "network");
            }
        }
        let (left, right) = (MARGIN, WIDTH - MARGIN);
        sheet.fill((left, y), (right, y + HEIGHT), PALE);
        sheet.outline((left, y), (right, y + HEIGHT), GREY);
        sheet.bold(
            (left + 14, y + 18),
            HPos::Left,
            &format!("{}: {}", stage.server, stage.what),
        );
        sheet.text((right - 14, y + 18), HPos::Right, &stage.position);
        sheet.note((left + 14, y + 40), HPos::Left, &stage.shown);
        y += HEIGHT + GAP;
    }
    sheet.svg(y - GAP + MARGIN)
}
