//! Tests of `distribution`.

use super::*;

#[test]
fn every_way_to_write_a_distribution_is_read_and_written_back() {
    for (value, shape) in [
        (json!("0.2 ms"), Shape::Constant(200_000)),
        (
            json!({"median": "1 ms", "p99": "2 ms"}),
            Shape::Lognormal {
                median: 1_000_000,
                p99: 2_000_000,
            },
        ),
        (
            json!({"exponential": "5 ms"}),
            Shape::Exponential { mean: 5_000_000 },
        ),
        (
            json!({"uniform": ["2 s", "9 s"]}),
            Shape::Uniform {
                low: 2_000_000_000,
                high: 9_000_000_000,
            },
        ),
        (
            json!({"quantiles": [[0.1, "1 us"], [0.9, "3 us"]]}),
            Shape::Quantiles(vec![(0.1, 1_000), (0.9, 3_000)]),
        ),
    ] {
        let read = Distribution::read(&value).unwrap();
        assert_eq!(read.0, shape);
        assert_eq!(Distribution::read(&read.to_value()).unwrap(), read);
    }
}

#[test]
fn what_is_no_distribution_is_refused() {
    for value in [
        json!(5),
        json!({"median": "1 ms"}),
        json!({"median": "2 ms", "p99": "1 ms"}),
        json!({"uniform": ["9 s", "2 s"]}),
        json!({"uniform": "9 s"}),
        json!({"quantiles": [[0.5, "1 ms"]]}),
        json!({"quantiles": [[0.9, "1 ms"], [0.1, "2 ms"]]}),
        json!({"quantiles": [[0.1, "3 ms"], [0.9, "2 ms"]]}),
        json!({"exponential": 5}),
        json!({}),
        json!({"mean": "1 ms"}),
    ] {
        assert!(Distribution::read(&value).is_err(), "{value}");
    }
}

#[test]
fn another_median_keeps_the_shape() {
    let five = Distribution::lognormal(5_000_000, 5_500_000);
    assert_eq!(
        five.around(20_000_000),
        Distribution::lognormal(20_000_000, 22_000_000)
    );
}
