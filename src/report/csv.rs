//! The results as CSV: one row per case and metric.

use super::document::Results;
use crate::estimate::interval::Interval;
use crate::estimate::result::tidy;

/// Header and rows; axes come first, under their own names.
pub fn csv(results: &Results) -> String {
    let axes: Vec<&str> = results
        .cases
        .first()
        .map(|case| case.case.0.iter().map(|(axis, _)| axis.as_str()).collect())
        .unwrap_or_default();
    let mut rows = vec![row(axes.iter().copied().chain([
        "runs",
        "metric",
        "unit",
        "mean",
        "ci95_low",
        "ci95_high",
        "min",
        "max",
        "affected",
        "affected_low",
        "affected_high",
    ]))];
    for case in &results.cases {
        let values: Vec<String> = case.case.0.iter().map(|(_, value)| value.clone()).collect();
        let mut push = |name: &str, unit: &str, numbers: Vec<String>| {
            let lead = values.iter().cloned().chain([
                case.runs.to_string(),
                name.to_owned(),
                unit.to_owned(),
            ]);
            rows.push(row(lead.chain(numbers)));
        };
        for (name, metric) in &case.metrics.0 {
            let mut numbers = vec![number(metric.mean)];
            numbers.extend(interval(metric.ci95));
            numbers.extend([
                number(metric.min),
                number(metric.max),
                number(metric.affected.share),
            ]);
            numbers.extend(interval(metric.affected.ci95));
            push(name, metric.unit, numbers);
        }
        let latency = &case.latency;
        for (name, value, range) in [
            ("commit_latency.mean", latency.mean, latency.ci95.mean),
            ("commit_latency.p50", latency.p50, latency.ci95.p50),
            ("commit_latency.p90", latency.p90, None),
            ("commit_latency.p95", latency.p95, None),
            ("commit_latency.p99", latency.p99, latency.ci95.p99),
            ("commit_latency.p99_9", latency.p99_9, None),
            ("commit_latency.max", latency.max, None),
        ] {
            let mut numbers = vec![number(value)];
            numbers.extend(interval(range));
            numbers.extend(std::iter::repeat_n(String::new(), 5));
            push(name, latency.unit, numbers);
        }
    }
    rows.concat()
}

fn number(value: f64) -> String {
    tidy(value).to_string()
}

fn interval(range: Option<Interval>) -> [String; 2] {
    match range {
        Some([low, high]) => [number(low), number(high)],
        None => [String::new(), String::new()],
    }
}

/// One row; fields with a comma, a quote or a line break are quoted (RFC 4180).
fn row<T: AsRef<str>>(fields: impl Iterator<Item = T>) -> String {
    let fields: Vec<String> = fields
        .map(|field| {
            let field = field.as_ref();
            if field.contains([',', '"', '\n']) {
                format!("\"{}\"", field.replace('"', "\"\""))
            } else {
                field.to_owned()
            }
        })
        .collect();
    fields.join(",") + "\n"
}
