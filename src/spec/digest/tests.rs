//! Tests of `digest`.

use super::*;
use serde_json::json;

#[test]
fn the_order_of_keys_does_not_matter_and_content_does() {
    assert_eq!(
        digest(&json!({"a": 1, "b": [2]})),
        digest(&json!({"b": [2], "a": 1}))
    );
    assert_ne!(digest(&json!({"a": 1})), digest(&json!({"a": 2})));
    assert_eq!(
        digest(&json!({"a": 1, "seed": 1})),
        digest(&json!({"a": 1, "seed": 2}))
    );
}
