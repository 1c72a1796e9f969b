//! Which cases a clause is about.

use super::super::error::Error;
use super::printed;
use serde_json::{Map, Value};

/// Wanted values by axis, each checked to exist.
pub(super) fn axes(
    path: &str,
    wanted: &Map<String, Value>,
    cases: &[Vec<(String, String)>],
) -> Result<Vec<(String, Vec<String>)>, Error> {
    let mut checked = Vec::new();
    for (axis, value) in wanted {
        let at = format!("{path}.{axis}");
        let known: Vec<&str> = cases
            .iter()
            .flatten()
            .filter(|pair| pair.0 == *axis)
            .map(|pair| pair.1.as_str())
            .collect();
        if known.is_empty() {
            let names = cases.iter().flatten().map(|pair| pair.0.as_str());
            return Err(
                Error::at(at, format!("the experiment varies no `{axis}`")).near(axis, names)
            );
        }
        let values: Vec<String> = match value.as_array() {
            Some(several) => several.iter().map(printed).collect(),
            None => vec![printed(value)],
        };
        if let Some(unknown) = values.iter().find(|value| !known.contains(&value.as_str())) {
            return Err(
                Error::at(at, format!("`{axis}` never has the value `{unknown}`"))
                    .near(unknown, known),
            );
        }
        checked.push((axis.clone(), values));
    }
    Ok(checked)
}

pub(super) fn matches(case: &[(String, String)], wanted: &[(String, Vec<String>)]) -> bool {
    wanted.iter().all(|(axis, values)| {
        case.iter()
            .any(|pair| pair.0 == *axis && values.contains(&pair.1))
    })
}

/// The case that differs from `case` only in the axes of `other`.
pub(super) fn partner(
    case: &[(String, String)],
    other: &[(String, Vec<String>)],
    cases: &[Vec<(String, String)>],
) -> Option<usize> {
    let mut wanted = case.to_vec();
    for (axis, values) in other {
        let [value] = values.as_slice() else {
            return None;
        };
        for pair in wanted.iter_mut().filter(|pair| pair.0 == *axis) {
            pair.1.clone_from(value);
        }
    }
    cases.iter().position(|candidate| *candidate == wanted)
}
