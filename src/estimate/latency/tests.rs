//! Tests of `latency`.

use super::*;

#[test]
fn quantiles_lie_between_the_ends_of_their_bucket() {
    let mut latencies = Histogram::<u64>::new(3).expect("three digits are a valid precision");
    latencies.record_n(4_000_000, 50).expect("resizes");
    latencies.record_n(8_000_000, 50).expect("resizes");
    let width = latencies.equivalent_range(4_000_000) as f64;
    let low = latencies.lowest_equivalent(4_000_000) as f64;
    assert_eq!(quantile(&latencies, 0.25), low + width / 2.0);
    assert_eq!(quantile(&latencies, 0.5), low + width);
    assert!(quantile(&latencies, 0.501) >= latencies.lowest_equivalent(8_000_000) as f64);
    let empty = Histogram::<u64>::new(3).expect("three digits are a valid precision");
    assert_eq!(quantile(&empty, 0.5), 0.0);
}
