//! Which charts an experiment gets, and the numbers behind them.

use super::charts::axis::{self, OverAxis, Panel};
use super::charts::latency::{self, Latency};
use super::charts::loss::{Interval, Loss, Metric};
use super::charts::timeline;
use super::document::Results;
use crate::estimate::result::CaseResult;
use crate::measure::outcome::Timeline;
use hdrhistogram::Histogram;

/// What the charts of one case need beyond its result.
#[derive(Clone, Debug)]
pub struct Pictured {
    /// `mode=async,rtt=5 ms`.
    pub label: String,
    /// Server names, in the order of the timeline.
    pub servers: Vec<String>,
    /// Commit latencies (ns) of all runs.
    pub latency: Option<Histogram<u64>>,
    /// The first run over time.
    pub timeline: Option<Timeline>,
}

/// The metrics of the loss chart and what they are called there.
const LOSSES: [(&str, &str); 3] = [
    ("lost_acknowledged", "acknowledged, then lost"),
    ("visible_then_lost", "visible, then lost"),
    ("errant", "errant on the old master"),
];

/// Every chart as SVG, with its numbers beside it as CSV: file name and content.
pub fn draw(results: &Results, pictured: &[Pictured]) -> Vec<(String, String)> {
    let mut files = Files(Vec::new());
    let chart = latencies(results, pictured);
    files.add("latency", chart.svg(), chart.csv());
    for (name, chart) in over_axes(results) {
        files.add(&name, chart.svg(), chart.csv());
    }
    let something = |name: &str| {
        let metric = |case: &CaseResult| {
            case.metrics
                .get(name)
                .is_some_and(|metric| metric.max > 0.0)
        };
        results.cases.iter().any(metric)
    };
    if LOSSES.iter().any(|(name, _)| something(name)) {
        let chart = losses(results);
        files.add("loss", chart.svg(), chart.csv());
    }
    let eventful = |case: &&Pictured| {
        case.timeline
            .as_ref()
            .is_some_and(|timeline| !timeline.marks.is_empty())
    };
    let mut shown: Vec<&Pictured> = pictured.iter().filter(eventful).collect();
    if shown.is_empty() {
        // Nothing happens to the cluster: one quiet picture is enough.
        shown.extend(pictured.first());
    }
    for case in shown {
        if let Some(timeline) = &case.timeline {
            let chart = over_time(results, case, timeline);
            let name = if case.label.is_empty() {
                "timeline".to_owned()
            } else {
                format!("timeline-{}", file_name(&case.label))
            };
            files.add(&name, chart.svg(), chart.csv());
        }
    }
    files.0
}

struct Files(Vec<(String, String)>);

impl Files {
    fn add(&mut self, name: &str, svg: String, csv: String) {
        self.0.push((format!("{name}.svg"), svg));
        self.0.push((format!("{name}.csv"), csv));
    }
}

/// A label as a file name: letters, digits, dots and dashes.
fn file_name(label: &str) -> String {
    label
        .split(',')
        .map(|part| part.split_once('=').map_or(part, |(_, value)| value))
        .collect::<Vec<_>>()
        .join("-")
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || c == '.' || c == '-' {
                c
            } else {
                '_'
            }
        })
        .collect()
}

/// The values of a case without the names of its axes.
fn values(case: &[(String, String)]) -> String {
    let parts: Vec<&str> = case.iter().map(|(_, value)| value.as_str()).collect();
    if parts.is_empty() {
        "all runs".to_owned()
    } else {
        parts.join(", ")
    }
}

fn latencies(results: &Results, pictured: &[Pictured]) -> Latency {
    let lines = axes_of_lines(results);
    let series = results.cases.iter().zip(pictured).map(|(case, pictured)| {
        let (line, panel) = case.case.0.split_at(lines);
        let panel: Vec<String> = panel
            .iter()
            .map(|(axis, value)| format!("{axis} {value}"))
            .collect();
        latency::Series {
            panel: panel.join(", "),
            name: values(line),
            points: pictured.latency.as_ref().map_or_else(Vec::new, slower),
        }
    });
    Latency {
        title: format!("{}: commit latency", results.experiment.title),
        series: series.collect(),
    }
}

/// How many axes, from the first on, tell the lines of one panel apart; the others tell panels apart. As many as one
/// panel can show, and at least one.
fn axes_of_lines(results: &Results) -> usize {
    let axes = results.cases.first().map_or(0, |case| case.case.0.len());
    let lines = |axes: usize| {
        let mut seen: Vec<&[(String, String)]> = Vec::new();
        for case in &results.cases {
            let line = &case.case.0[..axes];
            if !seen.contains(&line) {
                seen.push(line);
            }
        }
        seen.len()
    };
    (1..=axes)
        .rev()
        .find(|&axes| lines(axes) <= latency::ONE_PANEL)
        .unwrap_or(axes.min(1))
}

/// Latency (ms) and the share of commits that were slower, down to the slowest one that was seen.
fn slower(latency: &Histogram<u64>) -> Vec<(f64, f64)> {
    /// Points in each factor of ten.
    const STEPS: i32 = 12;
    let least = 1.0 / latency.len().max(1) as f64;
    (0..)
        .map(|step| libm::pow(10.0, -f64::from(step) / f64::from(STEPS)))
        .take_while(|&share| share >= least)
        .map(|share| (latency.value_at_quantile(1.0 - share) as f64 / 1e6, share))
        .collect()
}

fn losses(results: &Results) -> Loss {
    let of = |name: &str| {
        let interval = |case: &CaseResult| {
            let metric = case.metrics.get(name);
            let mean = metric.map_or(0.0, |metric| metric.mean);
            let [low, high] = metric
                .and_then(|metric| metric.ci95)
                .unwrap_or([mean, mean]);
            Interval {
                mean,
                low: low.max(0.0),
                high,
            }
        };
        results.cases.iter().map(interval).collect()
    };
    Loss {
        title: format!("{}: transactions per run", results.experiment.title),
        cases: results
            .cases
            .iter()
            .map(|case| values(&case.case.0))
            .collect(),
        metrics: LOSSES
            .iter()
            .map(|(name, called)| Metric {
                name: (*called).to_owned(),
                values: of(name),
            })
            .collect(),
    }
}

/// A number and its unit, as axis values are printed: `5 ms`, `16`.
fn number(value: &str) -> Option<(f64, &str)> {
    let (number, unit) = value.split_once(' ').unwrap_or((value, ""));
    Some((
        number
            .parse()
            .ok()
            .filter(|number: &f64| number.is_finite())?,
        unit,
    ))
}

/// The unit of an axis whose values are all numbers of one unit, at least two of them different.
fn unit_of(results: &Results, axis: usize) -> Option<&str> {
    let numbers: Vec<(f64, &str)> = results
        .cases
        .iter()
        .map(|case| number(&case.case.0[axis].1))
        .collect::<Option<_>>()?;
    let (first, unit) = *numbers.first()?;
    (numbers.iter().all(|other| other.1 == unit) && numbers.iter().any(|other| other.0 != first))
        .then_some(unit)
}

/// What is drawn over a numeric axis: file, title, unit, number.
type Drawn = (
    &'static str,
    &'static str,
    &'static str,
    fn(&CaseResult) -> f64,
);

const DRAWN: [Drawn; 2] = [
    (
        "latency",
        "median commit latency",
        "median latency (ms)",
        |case| case.latency.p50,
    ),
    (
        "throughput",
        "throughput",
        "throughput (commits/s)",
        |case| {
            case.metrics
                .get("throughput")
                .map_or(0.0, |metric| metric.mean)
        },
    ),
];

fn over_axes(results: &Results) -> Vec<(String, OverAxis)> {
    let axes = results.cases.first().map_or(0, |case| case.case.0.len());
    let mut charts = Vec::new();
    for axis in 0..axes {
        let Some(unit) = unit_of(results, axis) else {
            continue;
        };
        let name = &results.cases[0].case.0[axis].0;
        for (file, title, y_unit, value) in DRAWN {
            let panels = panels(results, axis, y_unit, value);
            let x_label = if unit.is_empty() {
                name.clone()
            } else {
                format!("{name} ({unit})")
            };
            let title = format!("{}: {title}", results.experiment.title);
            charts.push((
                format!("{file}-over-{}", file_name(name)),
                OverAxis {
                    title,
                    x_label,
                    panels,
                    log_x: true,
                },
            ));
        }
    }
    charts
}

/// One panel per combination of the other axes but one, whose values are the lines.
fn panels(results: &Results, axis: usize, unit: &str, value: fn(&CaseResult) -> f64) -> Vec<Panel> {
    let mut panels: Vec<Panel> = Vec::new();
    for case in &results.cases {
        let others: Vec<&(String, String)> = case
            .case
            .0
            .iter()
            .enumerate()
            .filter(|(at, _)| *at != axis)
            .map(|(_, pair)| pair)
            .collect();
        let line = others.first().map_or("all", |(_, value)| value.as_str());
        let name: Vec<String> = others
            .iter()
            .skip(1)
            .map(|(axis, value)| format!("{axis} {value}"))
            .collect();
        let name = name.join(", ");
        let at = panels
            .iter()
            .position(|panel| panel.name == name)
            .unwrap_or_else(|| {
                panels.push(Panel {
                    name,
                    y_label: unit.to_owned(),
                    log_y: true,
                    series: Vec::new(),
                });
                panels.len() - 1
            });
        let series = &mut panels[at].series;
        let at = series
            .iter()
            .position(|series| series.name == line)
            .unwrap_or_else(|| {
                series.push(axis::Series {
                    name: line.to_owned(),
                    points: Vec::new(),
                });
                series.len() - 1
            });
        if let Some((x, _)) = number(&case.case.0[axis].1) {
            series[at].points.push((x, value(case)));
        }
    }
    panels
}

fn over_time(results: &Results, case: &Pictured, timeline: &Timeline) -> timeline::Timeline {
    let bin = timeline.bin.0 as f64 / 1e9;
    let what = if case.label.is_empty() {
        "run 0".to_owned()
    } else {
        format!("run 0 of {}", case.label.replace(',', ", "))
    };
    let lag = case.servers.iter().zip(&timeline.lag).map(|(name, lag)| {
        let lag = lag
            .iter()
            .map(|behind| behind.map(|behind| behind as f64))
            .collect();
        (name.clone(), lag)
    });
    timeline::Timeline {
        title: format!("{}: {what}", results.experiment.title),
        bin_seconds: bin,
        commits_per_second: timeline
            .commits
            .iter()
            .map(|&commits| f64::from(commits) / bin)
            .collect(),
        lag: lag.collect(),
        semi_sync: timeline.semi_sync.clone(),
        writable: timeline.writable.clone(),
        marks: timeline
            .marks
            .iter()
            .map(|(at, text)| (at.0 as f64 / 1e9, text.clone()))
            .collect(),
    }
}
