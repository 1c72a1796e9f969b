//! Putting descriptions together: deep merge, values set by dotted path, axes with their short names.

use super::catalogue;
use super::distribution::{self, Distribution};
use super::error::Error;
use super::limits;
use crate::shown;
use serde_json::{Map, Value};

/// Axes with a short name, and the path that they set.
pub const SHORT: [(&str, &str); 9] = [
    ("rtt", "network.rtt"),
    ("crash", "faults.0.kind"),
    ("sessions", "workload.sessions"),
    ("statements", "workload.transaction.statements"),
    ("rows", "workload.transaction.rows"),
    ("bytes", "workload.transaction.bytes"),
    ("updates", "workload.transaction.updates.of"),
    ("think_time", "workload.think_time"),
    ("rate", "workload.arrivals.rate"),
];

/// Lays `over` on `under`: objects are merged key by key, null removes, everything else replaces.
///
/// A distribution is one value: half of an old one under half of a new one would be neither.
pub fn merge(under: &mut Value, over: &Value) {
    match (under, over) {
        (Value::Object(under), Value::Object(over))
            if !is_distribution(under) && !is_distribution(over) =>
        {
            for (key, value) in over {
                match under.get_mut(key) {
                    _ if value.is_null() => {
                        under.shift_remove(key);
                    }
                    Some(old) => merge(old, value),
                    None => {
                        let mut fresh = value.clone();
                        strip_nulls(&mut fresh);
                        under.insert(key.clone(), fresh);
                    }
                }
            }
        }
        (under, over) => {
            *under = over.clone();
            strip_nulls(under);
        }
    }
}

fn is_distribution(map: &Map<String, Value>) -> bool {
    !map.is_empty()
        && map
            .keys()
            .all(|key| distribution::KEYS.contains(&key.as_str()))
}

/// A null means "as if it were not written".
pub fn strip_nulls(value: &mut Value) {
    if let Value::Object(map) = value {
        map.retain(|_, value| !value.is_null());
        map.values_mut().for_each(strip_nulls);
    }
}

/// The value of a `--set`: JSON if it parses, else a string.
pub fn parse_value(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_string()))
}

/// Sets an axis, by short name or dotted path, to a value.
pub fn set_axis(description: &mut Value, axis: &str, value: &Value) -> Result<(), Error> {
    match axis {
        "rtt" | "network.rtt" => set(description, "network.rtt", &around(description, value)),
        "crash" if description.pointer("/faults/0").is_none() => Err(Error::at(
            "crash",
            "the experiment has no fault whose kind `crash` could set",
        )),
        variable if catalogue::find(variable).is_some() => {
            set(description, &format!("variables.{variable}"), value)
        }
        _ => {
            let path = SHORT
                .iter()
                .find(|short| short.0 == axis)
                .map_or(axis, |short| short.1);
            set(description, path, value)
        }
    }
}

/// A plain round trip on the axis `rtt` (or set by its path) moves the network's distribution and keeps its shape: with a constant
/// round trip all delays were equal, and sessions would march in step.
fn around(description: &Value, value: &Value) -> Value {
    let old = description
        .pointer("/network/rtt")
        .and_then(|old| Distribution::read(old).ok());
    let new = value
        .as_str()
        .and_then(|text| super::units::duration(text).ok());
    match (old, new) {
        (Some(old), Some(median)) => old.around(median).to_value(),
        _ => value.clone(),
    }
}

/// Sets the value at a dotted path; what does not exist yet is made, except servers, hosts and entries of lists.
pub fn set(description: &mut Value, path: &str, value: &Value) -> Result<(), Error> {
    let names = path.split('.').count();
    if names > limits::PATH {
        let shown: String = path.chars().take(40).collect();
        let problem = format!(
            "a path of {names} names: at most {} (docs/limits.md)",
            limits::PATH
        );
        return Err(Error::at(format!("{shown}..."), problem));
    }
    let keys: Vec<&str> = path.split('.').collect();
    let mut here = description;
    for (depth, key) in keys.iter().enumerate() {
        let last = depth + 1 == keys.len();
        let fault = |problem: String| Error::at(path, problem);
        if key.is_empty() {
            return Err(fault(
                "a path is made of names with dots between them".into(),
            ));
        }
        // a description without `servers` in it yet, say, is one in which any path may begin
        if here.is_null() {
            *here = Value::Object(Map::new());
        }
        let parent = if depth > 0 { keys[depth - 1] } else { "" };
        here = match here {
            Value::Array(list) => {
                let length = list.len();
                let entry = key
                    .parse::<usize>()
                    .ok()
                    .and_then(|index| list.get_mut(index));
                entry.ok_or_else(|| {
                    fault(format!(
                        "`{key}` is not an entry of a list of {length} (counted from 0)"
                    ))
                })?
            }
            Value::Object(map) => {
                let key = match parent {
                    "variables" => catalogue::find(key).map_or(*key, |entry| entry.name()),
                    _ => key,
                };
                if !last
                    && depth == 1
                    && matches!(parent, "servers" | "hosts")
                    && !map.contains_key(key)
                {
                    let thing = parent.trim_end_matches('s');
                    return Err(fault(format!("unknown {thing} `{key}`")).near(key, map.keys()));
                }
                map.entry(key).or_insert(Value::Null)
            }
            other @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => {
                return Err(fault(format!(
                    "`{key}` is not inside {}",
                    shown::value(other)
                )));
            }
        };
        if last {
            *here = value.clone();
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
