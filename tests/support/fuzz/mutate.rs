//! Slightly broken documents: a few values of a right one replaced, removed, renamed or repeated, or the text cut.

use super::source::{Source, Temper};
use serde_json::{Value, json};

/// Every place of a document, as JSON pointers.
fn places(value: &Value, at: &str, all: &mut Vec<String>) {
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| {
            let key = key.replace('~', "~0").replace('/', "~1");
            places(value, &format!("{at}/{key}"), all);
        }),
        Value::Array(list) => list.iter().enumerate().for_each(|(index, value)| {
            places(value, &format!("{at}/{index}"), all);
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    all.push(at.to_owned());
}

fn anything(source: &mut Source) -> Value {
    let units = [
        "", " ns", " us", " ms", " s", " h", " B", " GiB", " %", " /s", " Gbit/s", "/year",
    ];
    match source.number(0, 13) {
        0 => Value::Null,
        1 => json!(source.coin()),
        2 => json!(source.number(0, u64::MAX)),
        3 => json!(source.number(0, 300)),
        4 => json!(-(source.number(0, 9) as i64)),
        5 => json!(f64::from_bits(source.number(0, u64::MAX))),
        6 => {
            let digits = source.number(0, 25) as usize;
            let number: String = (0..digits)
                .map(|_| source.pick(&['0', '1', '9', '.']))
                .collect();
            json!(number + source.pick(&units))
        }
        7 => json!(source.pick(&[
            "m", "s1", "master", "replicas", "site-a", "m>s1", "never", "ON", "default", "async"
        ])),
        8 => json!({}),
        9 => json!([]),
        10 => json!({"median": "0 ms", "p99": "10000 h"}),
        11 => json!({"quantiles": [[0.0, "0 s"], [1.0, "1 h"]]}),
        12 => {
            let length = source.number(0, 6);
            let text: String = (0..length)
                .map(|_| char::from_u32(source.number(0, 0x2fff) as u32).unwrap_or('\u{1b}'))
                .collect();
            json!(text)
        }
        _ => json!({"exponential": "1 ns"}),
    }
}

fn change(document: &mut Value, source: &mut Source) {
    let mut all = Vec::new();
    places(document, "", &mut all);
    let place = source.pick(&all);
    let parent = place
        .rsplit_once('/')
        .map(|(parent, key)| (parent.to_owned(), key.to_owned()));
    let what = source.number(0, 3);
    let value = anything(source);
    match (what, parent) {
        (1, Some((parent, key))) => match document.pointer_mut(&parent) {
            Some(Value::Object(map)) => drop(map.remove(&key)),
            Some(Value::Array(list)) => drop(list.pop()),
            _ => {}
        },
        (2, Some((parent, key))) => match document.pointer_mut(&parent) {
            Some(Value::Object(map)) => {
                map.insert(
                    format!("{key}{}", source.pick(&["s", "_", ".x", "\u{202e}"])),
                    value,
                );
            }
            Some(Value::Array(list)) => {
                let again = list.clone();
                list.extend(again);
            }
            _ => {}
        },
        _ => {
            if let Some(place) = document.pointer_mut(&place) {
                *place = value;
            }
        }
    }
}

/// The document as text; of a broken input, with something wrong in it.
pub fn text(mut document: Value, source: &mut Source) -> String {
    if source.temper != Temper::Broken {
        return document.to_string();
    }
    for _ in 0..source.number(1, 3) {
        change(&mut document, source);
    }
    let text = document.to_string();
    match source.one_in(10) {
        false => text,
        true => {
            let length = source.number(0, text.len() as u64) as usize;
            text.chars().take(length).collect()
        }
    }
}
