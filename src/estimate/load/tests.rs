//! Tests of `load`.

use super::*;
use crate::protocol::ids::Span;

fn said(arrived: u64, served: u64, share: f64) -> LoadResult {
    let mut builder = LoadBuilder::default();
    let flow = Flow {
        arrived,
        served,
        left: arrived.saturating_sub(served),
    };
    builder.add(&Load {
        watched: Span::seconds(2),
        busy: vec![("IO thread of s".to_owned(), share)],
        queue: Some(flow),
        replicas: vec![None, Some(flow)],
    });
    builder.finish(&["m".to_owned(), "s".to_owned()])
}

#[test]
fn what_grows_and_what_is_full_is_said_and_what_chance_explains_is_not() {
    assert!(said(1_000, 999, 0.9).limits.is_empty());
    // Three standard deviations of 10,000 are 300.
    assert_eq!(said(10_000, 9_710, 0.2).grows, Grows::default());
    let over = said(3_000, 1_028, 0.97);
    assert_eq!(
        over.grows,
        Grows {
            queue: true,
            lag: true
        }
    );
    let limits = [
        "of 1500/s that arrive 514/s are served, and the queue grows",
        "s applies 514 of 1500/s, and its lag grows",
        "IO thread of s: 97 % busy",
    ];
    assert_eq!(over.limits, limits);
    let waits = "all sessions are busy, and nothing else is (IO thread of s: 20 % busy): they wait";
    assert_eq!(said(3_000, 1_028, 0.2).limits[2], waits);
}
