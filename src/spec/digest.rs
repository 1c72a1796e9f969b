//! The digest of a description: the same for the same content, however its keys are ordered.

use serde_json::Value;
use sha2::{Digest, Sha256};

/// `sha256:` and the hash of the description with sorted keys. Seed and number of runs are not in it: together with
/// the digest they name a run, and neither changes what is in one.
pub fn digest(merged: &Value) -> String {
    let mut named = merged.clone();
    if let Value::Object(map) = &mut named {
        map.shift_remove("seed");
        map.shift_remove("runs");
    }
    let mut text = String::new();
    canonical(&named, &mut text);
    format!("sha256:{}", hex_of_hash(&text))
}

/// The SHA-256 of a text, in hexadecimal digits.
pub fn hex_of_hash(text: &str) -> String {
    let hash = Sha256::digest(text.as_bytes());
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn canonical(value: &Value, text: &mut String) {
    match value {
        Value::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort();
            text.push('{');
            for key in keys {
                text.push_str(&Value::String(key.clone()).to_string());
                text.push(':');
                canonical(&map[key], text);
                text.push(',');
            }
            text.push('}');
        }
        Value::Array(list) => {
            text.push('[');
            for value in list {
                canonical(value, text);
                text.push(',');
            }
            text.push(']');
        }
        scalar @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => {
            text.push_str(&scalar.to_string())
        }
    }
}

#[cfg(test)]
mod tests;
