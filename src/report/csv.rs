//! The results as CSV: one row per case and metric.

use crate::estimate::interval::Interval;
use crate::estimate::result::{OverRuns, tidy};
use crate::estimate::results::Results;

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
            push(name, metric.unit, numbers(metric));
        }
        for (kind, levels) in case.exposure.iter().flat_map(|kinds| &kinds.0) {
            for (level, average) in &levels.levels.0 {
                let name = format!("exposure.{kind}.{level}");
                let mut numbers = estimate(average.mean, average.ci95);
                numbers.truncate(3);
                numbers.extend([String::new(), average.max.to_string()]);
                let any = estimate(average.any.share, average.any.ci95);
                numbers.extend(any.into_iter().take(3));
                push(&name, "transactions", numbers);
            }
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
            push(name, latency.unit, estimate(value, range));
        }
        for (server, result) in &case.servers.0 {
            for (name, metric) in [
                ("lag_transactions", &result.lag_transactions),
                ("lag", &result.lag),
                ("cpu", &result.cpu),
            ] {
                push(&format!("{server}.{name}"), metric.unit, numbers(metric));
            }
            for (name, metric) in &result.counters.0 {
                push(&format!("{server}.{name}"), metric.unit, numbers(metric));
            }
        }
        if let Some(formula) = &case.loss_formula {
            let ci95 = &formula.ci95;
            for (name, unit, value, range) in [
                ("one_way", "ms", formula.one_way_ms, ci95.one_way_ms),
                (
                    "sent_to_ok",
                    "ms",
                    formula.sent_to_ok_ms,
                    ci95.sent_to_ok_ms,
                ),
                (
                    "transactions",
                    "transactions",
                    formula.transactions,
                    ci95.transactions,
                ),
            ] {
                push(
                    &format!("loss_formula.{name}"),
                    unit,
                    estimate(value, range),
                );
            }
        }
    }
    rows.concat()
}

/// From mean to the end of the row; all empty but the head if no run had the number.
fn numbers(metric: &OverRuns) -> Vec<String> {
    if metric.count == 0 {
        return vec![String::new(); 8];
    }
    let mut numbers = vec![number(metric.mean)];
    numbers.extend(interval(metric.ci95));
    numbers.extend([metric.min, metric.max, metric.affected.share].map(number));
    numbers.extend(interval(metric.affected.ci95));
    numbers
}

/// A value and its interval; least, greatest and share are not of it.
fn estimate(value: f64, range: Option<Interval>) -> Vec<String> {
    let mut numbers = vec![number(value)];
    numbers.extend(interval(range));
    numbers.resize(8, String::new());
    numbers
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

/// One row, its line break included. Fields with a comma, a quote or a line break are quoted (RFC 4180).
pub fn row<T: AsRef<str>>(fields: impl IntoIterator<Item = T>) -> String {
    let fields: Vec<String> = fields.into_iter().map(|one| field(one.as_ref())).collect();
    fields.join(",") + "\n"
}

/// What a spreadsheet takes for a formula gets an apostrophe in front, which makes it text there; numbers stay numbers.
fn field(text: &str) -> String {
    let starts = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    let is_formula = text.starts_with(starts) && text.parse::<f64>().is_err();
    let apostrophe = if is_formula { "'" } else { "" };
    match text.contains([',', '"', '\n', '\r']) {
        true => format!("\"{apostrophe}{}\"", text.replace('"', "\"\"")),
        false => format!("{apostrophe}{text}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_quoted_and_formulas_are_text() {
        assert_eq!(
            row(["a,b", "c\"d", "e", "f\r\ng"]),
            "\"a,b\",\"c\"\"d\",e,\"f\r\ng\"\n"
        );
        let cells = [
            "=1+1", "+1 s", "-x", "@a", "\tb", "-1.5e-3", "+2", "-2+3", "=\"a\",b",
        ];
        let quoted = "'=1+1,'+1 s,'-x,'@a,'\tb,-1.5e-3,+2,'-2+3,\"'=\"\"a\"\",b\"\n";
        assert_eq!(row(cells), quoted);
    }
}
