//! What a crash would cost at each moment: a panel per case with the first milliseconds, and how often it is how much.

use crate::report::charts::plot::{self, Frame, Ticks};
use crate::report::charts::scale::{Kind, Scale, Zero};
use crate::report::charts::sheet::{LINE, MARGIN, SMALL, Sheet, wrap};
use crate::report::charts::{WIDTH, csv_row, human, number, style};
use plotters::style::text_anchor::HPos;

/// What is counted: heading in the numbers, and the reason why there is something to lose.
pub const LEVELS: [(&str, &str); 3] = [
    (
        "errant",
        "errant: on the old master's disk, not saved; it comes back with the server, acknowledged or not",
    ),
    (
        "visible_then_lost",
        "visible, lost: committed in the engine before a replica had it, so that others can read it",
    ),
    (
        "lost_acknowledged",
        "acknowledged, lost: the client has its OK, and no surviving replica has or will receive it",
    ),
];

/// A chart of exposure to one kind of crash.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Exposure {
    /// The title of the chart.
    pub title: String,
    /// A panel per case.
    pub panels: Vec<Panel>,
}

/// One case.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Panel {
    /// The name of the case.
    pub name: String,
    /// From when on (ms) it was how much, by `LEVELS`, until the next step.
    pub steps: Vec<(f64, [f64; LEVELS.len()])>,
    /// Until when (ms) the steps are known.
    pub until: f64,
    /// By `LEVELS`: transactions, and the share of all moments of all runs with at least so many; by rising number.
    pub at_least: [Vec<(f64, f64)>; LEVELS.len()],
    /// By `LEVELS`: the mean over all moments.
    pub means: [f64; LEVELS.len()],
}

const LEFT: i32 = 76;
const SPLIT: i32 = 664;
/// Room for the labels at the ends of both plots.
const GAP: i32 = 52;
const RIGHT: i32 = WIDTH - 30;
const HEIGHT: i32 = 110;

impl Exposure {
    /// The chart, 900 pixels wide.
    pub fn svg(&self) -> String {
        let panels = self.panels.iter().filter(|panel| panel.until > 0.0);
        let window = panels.map(|panel| panel.until).fold(f64::NAN, f64::min);
        if window.is_nan() {
            return plot::nothing(&self.title);
        }
        let mut sheet = Sheet::default();
        let mut y = sheet.title(&self.title) + LINE;
        let last = self.panels.len() - 1;
        for (at, panel) in self.panels.iter().enumerate() {
            let means = LEVELS.iter().zip(panel.means);
            let means: Vec<String> = means
                .map(|((name, _), mean)| format!("{} {}", name.replace('_', " "), human(mean)))
                .collect();
            let said = format!("{}: on average {}", panel.name, means.join(", "));
            for line in wrap(&said, SMALL, WIDTH - 2 * MARGIN) {
                sheet.text((MARGIN, y + LINE / 2), HPos::Left, &line);
                y += LINE;
            }
            let top = y + 6;
            let frame = Frame {
                left: LEFT,
                top,
                right: SPLIT - GAP,
                bottom: top + HEIGHT,
            };
            panel.draw(&mut sheet, frame, window, at == last);
            y = frame.bottom + 8 + if at == last { 2 * LINE } else { 0 };
        }
        let below = [
            ((LEFT + SPLIT - GAP) / 2, "time after the warm-up, run 0"),
            ((SPLIT + RIGHT) / 2, "share of moments with so many"),
        ];
        for (x, text) in below {
            sheet.note((x, y + LINE / 2), HPos::Center, text);
        }
        y += 2 * LINE;
        let entries: Vec<_> = LEVELS
            .iter()
            .enumerate()
            .map(|(at, (_, reason))| ((*reason).to_owned(), style(at)))
            .collect();
        y = plot::legend(&mut sheet, y, &entries);
        sheet.note(
            (MARGIN, y + LINE / 2),
            HPos::Left,
            "upwards: transactions that a crash at this moment costs; lines that coincide cover each other",
        );
        sheet.svg(y + LINE + MARGIN)
    }

    /// The numbers: steps of each panel, then its distribution.
    pub fn csv(&self) -> String {
        let mut out = csv_row(
            &["case", "what", "ms_or_transactions"]
                .map(str::to_owned)
                .into_iter()
                .chain(LEVELS.map(|(name, _)| name.to_owned()))
                .collect::<Vec<_>>(),
        );
        for panel in &self.panels {
            for (at, values) in &panel.steps {
                let lead = [panel.name.clone(), "from".to_owned(), number(*at)];
                let values = values.map(number);
                out += &csv_row(&lead.into_iter().chain(values).collect::<Vec<_>>());
            }
            for (level, points) in panel.at_least.iter().enumerate() {
                for (transactions, share) in points {
                    let mut row = vec![
                        panel.name.clone(),
                        "share with at least".to_owned(),
                        number(*transactions),
                    ];
                    row.extend((0..LEVELS.len()).map(|at| match at == level {
                        true => number(*share),
                        false => String::new(),
                    }));
                    out += &csv_row(&row);
                }
            }
        }
        out
    }
}

impl Panel {
    fn draw(&self, sheet: &mut Sheet, frame: Frame, window: f64, last: bool) {
        let within = || self.steps.iter().take_while(|step| step.0 <= window);
        let most = self.at_least.iter().flatten().map(|point| point.0);
        let values: Vec<f64> = within().flat_map(|step| step.1).chain(most).collect();
        let up = Scale::fit(
            Kind::Linear,
            &values,
            Zero::Shown,
            (frame.bottom, frame.top),
        );
        let labels = |value: f64| {
            if last {
                format!("{} ms", human(value))
            } else {
                String::new()
            }
        };
        let time = Ticks::new(
            Scale::exact(0.0, window, (frame.left, frame.right)),
            6,
            labels,
        );
        let up = Ticks::new(up, 3, human);
        plot::across(sheet, frame, &time);
        plot::down(sheet, frame, &up);
        let shares = Frame {
            left: SPLIT,
            right: RIGHT,
            ..frame
        };
        let percent = |value: f64| match last {
            true => format!("{} %", human(value * 100.0)),
            false => String::new(),
        };
        let share = Ticks::new(Scale::exact(0.0, 1.0, (SPLIT, RIGHT)), 3, percent);
        plot::across(sheet, shares, &share);
        for level in 0..LEVELS.len() {
            let mut points: Vec<(f64, f64)> = Vec::new();
            for step in within() {
                if let Some(before) = points.last().copied() {
                    points.push((step.0, before.1));
                }
                points.push((step.0, step.1[level]));
            }
            if let Some(before) = points.last().copied() {
                points.push((window, before.1));
            }
            let pixels: Vec<(f64, f64)> = points
                .iter()
                .map(|point| (time.scale.at(point.0), up.scale.at(point.1)))
                .collect();
            let look = style(level);
            sheet.dashed(&pixels, look.color, look.dash, 2);
            let mut pixels = vec![(share.scale.at(1.0), up.scale.at(0.0))];
            let mut below = 0.0;
            for &(transactions, of) in &self.at_least[level] {
                // From the previous number on, this share has at least the next one.
                pixels.push((share.scale.at(of), up.scale.at(below)));
                pixels.push((share.scale.at(of), up.scale.at(transactions)));
                below = transactions;
            }
            pixels.push((share.scale.at(0.0), up.scale.at(below)));
            sheet.dashed(&pixels, look.color, look.dash, 2);
        }
        plot::border(sheet, frame);
        plot::border(sheet, shares);
    }
}

#[cfg(test)]
mod tests;
