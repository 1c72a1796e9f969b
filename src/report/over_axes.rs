//! Charts over numeric axes: latency and throughput, a panel per combination of the other axes.

use super::charts::axis::{self, OverAxis, Panel};
use super::pictures::file_name;
use crate::estimate::result::CaseResult;
use crate::estimate::results::Results;
use crate::spec::metric::{Chart, Metric};

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

/// What is drawn over a numeric axis.
struct Drawn {
    file: &'static str,
    title: &'static str,
    label: &'static str,
    value: Box<dyn Fn(&CaseResult) -> f64>,
}

/// The median latency, and the metrics that are drawn over axes.
fn drawn() -> Vec<Drawn> {
    let over = Metric::on(|chart| match chart {
        Chart::OverAxes { title, label } => Some((title, label)),
        Chart::Loss(_) | Chart::Trade(_) => None,
    });
    let metrics = over.into_iter().map(|(metric, (title, label))| {
        let name = metric.entry().name;
        Drawn {
            file: name,
            title,
            label,
            value: Box::new(|case| case.metrics.get(name).map_or(0.0, |number| number.mean)),
        }
    });
    let latency = Drawn {
        file: "latency",
        title: "median commit latency",
        label: "median latency (ms)",
        value: Box::new(|case| case.latency.p50),
    };
    std::iter::once(latency).chain(metrics).collect()
}

/// Charts over every numeric axis: their names and themselves.
pub fn over_axes(results: &Results) -> Vec<(String, OverAxis)> {
    let axes = results.cases.first().map_or(0, |case| case.case.0.len());
    let mut charts = Vec::new();
    for axis in 0..axes {
        let Some(unit) = unit_of(results, axis) else {
            continue;
        };
        let name = &results.cases[0].case.0[axis].0;
        for Drawn {
            file,
            title,
            label,
            value,
        } in drawn()
        {
            let panels = panels(results, axis, label, &value);
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
fn panels(
    results: &Results,
    axis: usize,
    unit: &str,
    value: &dyn Fn(&CaseResult) -> f64,
) -> Vec<Panel> {
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
