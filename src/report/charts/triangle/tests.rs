//! Tests of `triangle`.

use super::super::check;
use super::*;

fn sample() -> Triangle {
    let value = |mean: f64| {
        Some(Interval {
            mean,
            low: mean * 0.9,
            high: mean * 1.1,
        })
    };
    Triangle {
        title: "Policies: loss, writes, latency".to_owned(),
        cases: vec![
            "fall_back_to_async".to_owned(),
            format!("disable_writes, blocked {}", check::NASTY),
        ],
        corners: vec![
            Corner {
                name: "acknowledged, then lost (transactions per run)".to_owned(),
                values: vec![value(12_345.0), value(0.0)],
            },
            Corner {
                name: "nobody can write (s per run)".to_owned(),
                values: vec![value(10.2), value(43.0)],
            },
            Corner {
                name: "commit latency, p99 (ms)".to_owned(),
                values: vec![None, value(3.4)],
            },
        ],
    }
}

#[test]
fn all_text_is_in_place_zeros_are_zeros_and_what_nobody_measured_is_none() {
    let svg = sample().svg();
    check::well_drawn(&svg);
    assert!(svg.contains("none"));
    assert_eq!(sample().csv().lines().count(), 1 + 5);
    assert!(Triangle::default().svg().contains("nothing to show"));
}
