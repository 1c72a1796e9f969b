//! Chosen numbers of an experiment as a Markdown table: a row per case, a column per number.

use super::markdown::plain;
use super::table::farther;
use super::words::{amount, plus_minus};
use crate::estimate::result::CaseResult;
use crate::spec::expect::printed;
use serde_json::{Map, Value};

/// Case results as the results document has them.
pub fn document(results: Vec<CaseResult>) -> Value {
    serde_json::to_value(results)
        .unwrap_or_else(|error| unreachable!("plain data becomes JSON: {error}"))
}

/// The table; a number is named by its path in a case of the document, `metrics.` may be left out.
pub fn markdown(cases: &Value, show: &[String]) -> Result<String, String> {
    let empty = Vec::new();
    let cases = cases.as_array().unwrap_or(&empty);
    let axes: Vec<&String> = cases
        .first()
        .and_then(|case| case.get("case"))
        .and_then(Value::as_object)
        .map(|case| case.keys().collect())
        .unwrap_or_default();
    let mut heads: Vec<String> = axes.iter().map(|axis| plain(axis)).collect();
    for path in show {
        // A statistic has the unit of its metric.
        let metric = path.rsplit_once('.').map_or("", |(metric, _)| metric);
        let unit = [path.as_str(), metric].into_iter().find_map(|path| {
            let numbers = cases.iter().filter_map(|case| found(case, path));
            numbers
                .filter_map(|number| number.get("unit").cloned())
                .next()
        });
        let name = path.replace('_', " ").replace('.', ", ");
        heads.push(match unit.as_ref().and_then(Value::as_str) {
            Some(unit) if !unit.is_empty() => format!("{} ({unit})", plain(&name)),
            _ => plain(&name),
        });
    }
    let mut out = format!(
        "| {} |\n|{}\n",
        heads.join(" | "),
        "---|".repeat(heads.len())
    );
    for case in cases {
        let values = axes
            .iter()
            .map(|axis| plain(&printed(&case["case"][axis.as_str()])));
        let mut cells: Vec<String> = values.collect();
        for path in show {
            cells.push(match found(case, path) {
                Some(number) => cell(number),
                None if cases.iter().any(|case| found(case, path).is_some()) => "-".to_owned(),
                None => {
                    let known = case.get("metrics").and_then(Value::as_object);
                    let known: Vec<&str> = known
                        .into_iter()
                        .flat_map(Map::keys)
                        .map(String::as_str)
                        .collect();
                    return Err(format!(
                        "no number `{path}` in the results; the metrics are {}",
                        known.join(", ")
                    ));
                }
            });
        }
        out += &format!("| {} |\n", cells.join(" | "));
    }
    Ok(out)
}

fn found<'a>(case: &'a Value, path: &str) -> Option<&'a Value> {
    let walk = |from: &'a Value| path.split('.').try_fold(from, |at, key| at.get(key));
    case.get("metrics").and_then(walk).or_else(|| walk(case))
}

/// A mean with half its interval, or a plain number.
fn cell(number: &Value) -> String {
    let mean = number.get("mean").and_then(Value::as_f64);
    let ends = number.get("ci95").and_then(Value::as_array);
    let ends: Option<Vec<f64>> = ends.map(|ends| ends.iter().filter_map(Value::as_f64).collect());
    match (mean, ends.as_deref(), number.as_f64()) {
        (Some(mean), Some([low, high]), _) if high > low => {
            plus_minus(mean, farther(mean, [*low, *high]))
        }
        (Some(mean), ..) => amount(mean),
        (None, _, Some(plain)) => amount(plain),
        _ => printed(number),
    }
}
