//! Which charts an experiment gets, and the numbers behind them.

use super::charts::latency::{self, Latency};
use super::charts::loss::{Bars, Interval, Loss};
use super::charts::timeline;
use super::charts::triangle::{Corner, Triangle};
use super::names::Names;
use super::over_axes::over_axes;
use crate::estimate::result::CaseResult;
use crate::estimate::results::{Pictured, Results};
use crate::measure::outcome::Timeline;
use crate::spec::metric::{Chart, Metric};
use hdrhistogram::Histogram;

/// The bars of the loss chart.
fn bars() -> Vec<(Metric, &'static str)> {
    Metric::on(|chart| match chart {
        Chart::Loss(name) => Some(name),
        Chart::Trade(_) | Chart::OverAxes { .. } => None,
    })
}

/// What a choice of policy trades: loss, and time without writes.
fn sides() -> Vec<(Metric, &'static str)> {
    Metric::on(|chart| match chart {
        Chart::Trade(name) => Some(name),
        Chart::Loss(_) | Chart::OverAxes { .. } => None,
    })
}

/// Every chart as SVG, with its numbers beside it as CSV: file name and content.
pub fn draw(results: &Results, pictured: &[Pictured]) -> Vec<(String, String)> {
    let mut files = Files::default();
    let chart = latencies(results, pictured);
    files.add("latency", chart.svg(), chart.csv());
    for (name, chart) in over_axes(results) {
        files.add(&name, chart.svg(), chart.csv());
    }
    let something = |(metric, _): &(Metric, &str)| {
        let number = |case: &CaseResult| case.metrics.get(metric.entry().name).map(|of| of.max);
        results
            .cases
            .iter()
            .filter_map(number)
            .any(|most| most > 0.0)
    };
    for (name, chart) in super::exposure::pages::charts(results, pictured) {
        files.add(&name, chart.svg(), chart.csv());
    }
    if bars().iter().any(something) {
        let chart = losses(results);
        files.add("loss", chart.svg(), chart.csv());
    }
    if results.cases.len() > 1 && sides().iter().all(something) {
        let chart = triangle(results);
        files.add("triangle", chart.svg(), chart.csv());
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
            files.add_for(&name, &case.label, chart.svg(), chart.csv());
        }
    }
    files.files
}

#[derive(Default)]
struct Files {
    files: Vec<(String, String)>,
    names: Names,
}

impl Files {
    fn add(&mut self, name: &str, svg: String, csv: String) {
        self.add_for(name, name, svg, csv);
    }

    /// `of` is all that the chart is about, where its name does not say it all.
    fn add_for(&mut self, name: &str, of: &str, svg: String, csv: String) {
        let name = self.names.give(name, of);
        self.files.push((format!("{name}.svg"), svg));
        self.files.push((format!("{name}.csv"), csv));
    }
}

/// The values of a label as a part of a file name: letters, digits, dots and dashes.
pub fn file_name(label: &str) -> String {
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
pub fn values(case: &[(String, String)]) -> String {
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

/// A metric's mean and interval in a case.
fn interval(case: &CaseResult, metric: Metric) -> Option<Interval> {
    let metric = case.metrics.get(metric.entry().name)?;
    let [low, high] = metric.ci95.unwrap_or([metric.mean, metric.mean]);
    Some(Interval {
        mean: metric.mean,
        low: low.max(0.0),
        high,
    })
}

fn triangle(results: &Results) -> Triangle {
    let of = |name: &str, value: &dyn Fn(&CaseResult) -> Option<Interval>| Corner {
        name: name.to_owned(),
        values: results.cases.iter().map(value).collect(),
    };
    let p99 = |case: &CaseResult| {
        let latency = Some(&case.latency).filter(|latency| latency.count > 0)?;
        let [low, high] = latency.ci95.p99.unwrap_or([latency.p99, latency.p99]);
        Some(Interval {
            mean: latency.p99,
            low,
            high,
        })
    };
    Triangle {
        title: format!("{}: loss, writes, latency", results.experiment.title),
        cases: results
            .cases
            .iter()
            .map(|case| values(&case.case.0))
            .collect(),
        corners: sides()
            .into_iter()
            .map(|(metric, name)| of(name, &|case| interval(case, metric)))
            .chain([of("commit latency before the first fault, p99 (ms)", &p99)])
            .collect(),
    }
}

fn losses(results: &Results) -> Loss {
    let of = |metric: Metric| {
        let cases = results.cases.iter();
        cases
            .map(|case| interval(case, metric).unwrap_or_default())
            .collect()
    };
    Loss {
        title: format!("{}: transactions per run", results.experiment.title),
        cases: results
            .cases
            .iter()
            .map(|case| values(&case.case.0))
            .collect(),
        metrics: bars()
            .into_iter()
            .map(|(metric, name)| Bars {
                name: name.to_owned(),
                values: of(metric),
            })
            .collect(),
    }
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
