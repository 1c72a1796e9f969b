//! Nothing that stands in a file or on the command line makes a panic.

use crate::{check, right};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Every place of a document, as JSON pointers.
fn places(value: &Value, at: String, all: &mut Vec<String>) {
    match value {
        Value::Object(map) => map
            .iter()
            .for_each(|(key, value)| places(value, format!("{at}/{key}"), all)),
        Value::Array(list) => {
            list.iter()
                .enumerate()
                .for_each(|(index, value)| places(value, format!("{at}/{index}"), all));
        }
        _ => {}
    }
    all.push(at);
}

fn anything() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[0-9]{1,25}(\\.[0-9]{0,9})? ?(ns|ms|s|h|B|GiB|%|/s|Gbit/s|)".prop_map(Value::from),
        "(mysql-m|mysql-s-1|master|replicas|site-a|site-a>site-b|never|0|ON|null)"
            .prop_map(Value::from),
        Just(json!({})),
        Just(json!([])),
        Just(json!({"median": "0 ms", "p99": "10000 h"})),
        Just(json!({"quantiles": [[0.0, "0 s"], [1.0, "1 h"]]})),
        Just(json!({"exponential": "1 ns"})),
    ]
}

proptest! {
    #![proptest_config(crate::seeds::cases(300))]

    #[test]
    fn no_change_of_a_right_file_makes_a_panic(
        changes in prop::collection::vec((any::<prop::sample::Index>(), anything()), 1..4),
        cut in any::<prop::sample::Index>(),
        truncate in any::<bool>(),
    ) {
        let mut document = right();
        for (place, value) in changes {
            let mut all = Vec::new();
            places(&document, String::new(), &mut all);
            *document.pointer_mut(&all[place.index(all.len())]).unwrap() = value;
        }
        let mut text = document.to_string();
        if truncate {
            text = text.chars().take(cut.index(text.len())).collect();
        }
        let _ = check(&text, &[]);
    }

    #[test]
    fn no_set_makes_a_panic(path in "(network|servers|faults|workload|vary|mysql-m|0|rtt|variables|\\.){1,7}", value in ".{0,12}") {
        let _ = check(&right().to_string(), &[(&path, &value)]);
    }
}
