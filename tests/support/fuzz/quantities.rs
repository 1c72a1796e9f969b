//! Lengths of time and distributions of them, and keys that may be there.

use super::source::Source;
use serde_json::{Map, Value, json};

/// Nanoseconds in a microsecond.
pub const US: u64 = 1_000;
/// Nanoseconds in a millisecond.
pub const MS: u64 = 1_000_000;
/// Durations that only a fuzzer writes.
const STRANGE: [u64; 7] = [
    0,
    1,
    2,
    999,
    60_000 * MS,
    86_400_000 * MS,
    315_360_000_000 * MS,
];

/// A length of time between these (ns) as text.
pub fn time(source: &mut Source, low: u64, high: u64) -> String {
    let ns = source.number_or(low, high, &STRANGE);
    match ns {
        ns if ns % MS == 0 => format!("{} ms", ns / MS),
        ns if ns % US == 0 => format!("{} us", ns / US),
        ns => format!("{ns} ns"),
    }
}

/// A distribution of lengths of time around these.
pub fn times(source: &mut Source, low: u64, high: u64) -> Value {
    let one = |source: &mut Source| time(source, low, high);
    match source.number(0, 5) {
        0 => {
            let median = source.number_or(low, high, &STRANGE);
            let p99 = median.saturating_mul(source.number(110, 400)) / 100;
            json!({"median": format!("{median} ns"), "p99": format!("{p99} ns")})
        }
        1 => {
            let (a, b) = (source.number(low, high), source.number(low, high));
            json!({"uniform": [format!("{} ns", a.min(b)), format!("{} ns", a.max(b) + 1)]})
        }
        2 => json!({"exponential": one(source)}),
        3 => {
            let mut values = [(); 3].map(|()| source.number(low, high));
            values.sort_unstable();
            let [a, b, c] = values.map(|value| format!("{value} ns"));
            json!({"quantiles": [[0.05, a], [0.5, b], [0.99, c]]})
        }
        _ => json!(one(source)),
    }
}

/// Puts a value for a key into an object, once in so many times.
pub fn perhaps(
    map: &mut Map<String, Value>,
    source: &mut Source,
    times: u64,
    key: &str,
    value: impl FnOnce(&mut Source) -> Value,
) {
    if source.one_in(times) {
        let value = value(source);
        map.insert(key.to_owned(), value);
    }
}
