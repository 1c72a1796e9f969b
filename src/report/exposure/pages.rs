//! Which charts of exposure an experiment gets, and the numbers behind them.

use super::chart::{Exposure, LEVELS, Panel};
use crate::estimate::result::CaseResult;
use crate::estimate::results::Pictured;
use crate::estimate::results::Results;
use crate::measure::exposure::{self, Exposed};
use crate::protocol::crash::Crash;
use crate::protocol::ids::Span;
use crate::report::pictures::values;

/// Kinds that get a chart: on `host_loss` fewer errant transactions survive, `cut_and_kill` is `site_loss` with more.
const CHARTED: [Crash; 2] = [Crash::ProcessKill, Crash::SiteLoss];
/// Panels of one chart; more cases fill more charts.
const PANELS: usize = 9;
/// The longest window, ns: longer ones show bands instead of steps.
const WINDOW: Span = Span::millis(60);

/// The charts, by file name.
pub fn charts(results: &Results, pictured: &[Pictured]) -> Vec<(String, Exposure)> {
    let mut charts = Vec::new();
    for kind in CHARTED {
        let cases: Vec<_> = results.cases.iter().zip(pictured).collect();
        let exposed = |case: &CaseResult| {
            let levels = case
                .exposure
                .as_ref()
                .and_then(|kinds| kinds.get(kind.name()));
            levels.is_some_and(|levels| levels.levels.0.iter().any(|(_, average)| average.max > 0))
        };
        if !cases.iter().any(|(case, _)| exposed(case)) {
            continue;
        }
        let pages: Vec<_> = cases.chunks(PANELS).collect();
        for (page, cases) in pages.iter().enumerate() {
            let (number, of) = match pages.len() {
                1 => (String::new(), String::new()),
                count => (
                    format!("-{}", page + 1),
                    format!(" ({} of {count})", page + 1),
                ),
            };
            let title = &results.experiment.title;
            let panels = cases
                .iter()
                .map(|(case, picture)| panel(kind, case, picture));
            charts.push((
                format!("exposure-{}{number}", kind.name()),
                Exposure {
                    title: format!("{title}: what a {} would cost{of}", kind.name()),
                    panels: panels.collect(),
                },
            ));
        }
    }
    charts
}

fn panel(kind: Crash, case: &CaseResult, picture: &Pictured) -> Panel {
    let at = kind as usize;
    let levels = LEVELS.map(|(name, _)| {
        let level = exposure::LEVELS.iter().position(|known| *known == name);
        level.unwrap_or(0)
    });
    let known = case
        .exposure
        .as_ref()
        .and_then(|kinds| kinds.get(kind.name()));
    let known = known.is_some_and(|of_kind| of_kind.absent.is_none());
    let run = picture.exposed.as_ref().filter(|_| known);
    let (steps, until) = run.map_or_else(Default::default, |run| steps(run, at, levels));
    let averages = case
        .exposure
        .as_ref()
        .and_then(|kinds| kinds.get(kind.name()));
    Panel {
        name: values(&case.case.0),
        steps,
        until,
        at_least: levels.map(|level| match known {
            true => at_least(picture, at, level),
            false => Vec::new(),
        }),
        means: LEVELS.map(|(name, _)| {
            let average = averages.and_then(|of_kind| of_kind.levels.get(name));
            average.map_or(0.0, |average| average.mean)
        }),
    }
}

/// Steps after the warm-up, ms, and until when they are known.
fn steps(
    run: &Exposed,
    kind: usize,
    levels: [usize; LEVELS.len()],
) -> (Vec<(f64, [f64; LEVELS.len()])>, f64) {
    let (kind, end) = (&run.kinds[kind], run.from + WINDOW);
    let known = kind.steps_until();
    let steps = kind.steps.iter().flatten();
    let steps = steps.take_while(|step| step.0 <= end);
    let steps = steps.map(|(at, all)| {
        (
            (*at - run.from).0 as f64 / 1e6,
            levels.map(|level| all[level] as f64),
        )
    });
    (steps.collect(), (known.min(end) - run.from).0 as f64 / 1e6)
}

/// Numbers of transactions, and the share of the moments with at least so many.
fn at_least(picture: &Pictured, kind: usize, level: usize) -> Vec<(f64, f64)> {
    /// More points than a panel has pixels say nothing.
    const MOST: usize = 100;
    let (by_value, watched) = picture.exposure.distribution(kind, level);
    let recorded: Vec<_> = by_value.iter_recorded().collect();
    let mut left = by_value.len();
    let mut points = Vec::new();
    let every = recorded.len().div_ceil(MOST).max(1);
    for (at, value) in recorded.iter().enumerate() {
        if at % every == 0 {
            points.push((
                value.value_iterated_to() as f64,
                left as f64 / watched.max(1) as f64,
            ));
        }
        left -= value.count_at_value();
    }
    points
}
