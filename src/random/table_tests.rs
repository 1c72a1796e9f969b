//! What shapes and tables promise.

use super::stream_tests::draws;
use super::{LONGEST, Shape, Table};

fn shapes() -> Vec<Shape> {
    vec![
        Shape::Lognormal {
            median: 200_000,
            p99: 2_000_000,
        },
        Shape::Lognormal {
            median: 100_000,
            p99: 5_000_000,
        },
        Shape::Exponential { mean: 3_000_000 },
        Shape::Uniform {
            low: 50_000,
            high: 150_000,
        },
        Shape::Quantiles(vec![
            (0.5, 180_000),
            (0.9, 260_000),
            (0.99, 900_000),
            (0.999, 7_000_000),
        ]),
        Shape::Quantiles(vec![
            (0.0, 100_000),
            (0.5, 180_000),
            (0.99, 900_000),
            (1.0, 7_000_000),
        ]),
    ]
}

/// The uniform number just below probability `p`.
fn uniform(p: f64) -> u64 {
    (p * 18_446_744_073_709_551_616.0) as u64
}

#[test]
fn a_table_has_the_quantiles_of_its_shape_deep_into_both_tails() {
    for shape in shapes() {
        let table = Table::compile(&shape);
        // A cell with a kink of the shape inside is a little off.
        let kinks = matches!(shape, Shape::Quantiles(_));
        let share = if kinks { 4e-3 } else { 5e-4 };
        let middle = (1..1_999).map(|i| f64::from(i) / 1_999.0);
        let tail = (5..1_150).map(|i| libm::exp2(f64::from(i) / -30.0));
        let tail = tail.flat_map(|p| [p, 1.0 - p]);
        for p in middle
            .chain(tail)
            .chain([0.999, 0.9999, 0.99999, 0.999_999])
        {
            let (exact, got) = (shape.quantile(p) as f64, table.sample(uniform(p)) as f64);
            assert!(
                (got - exact).abs() <= 1.0 + share * exact,
                "{shape:?} at {p}: {got}, not {exact}"
            );
        }
    }
}

#[test]
fn a_table_has_the_mean_of_its_shape() {
    for shape in shapes() {
        let (exact, got) = (shape.mean() as f64, Table::compile(&shape).mean() as f64);
        assert!(
            (got / exact - 1.0).abs() < 1e-4,
            "{shape:?}: {got}, not {exact}"
        );
    }
}

#[test]
fn draws_have_the_mean_the_variance_and_the_far_tail_of_the_shape() {
    let n = 1_000_000;
    let uniforms = draws(7, 0, "m1", "fsync", n);
    for shape in shapes() {
        let table = Table::compile(&shape);
        let times: Vec<f64> = uniforms.iter().map(|&u| table.sample(u) as f64).collect();
        let mean = times.iter().sum::<f64>() / n as f64;
        let variance = times.iter().map(|t| (t - mean) * (t - mean)).sum::<f64>() / n as f64;
        let error = (variance / n as f64).sqrt();
        assert!(
            (mean - shape.mean() as f64).abs() < 4.0 * error,
            "{shape:?}: mean {mean}"
        );
        for p in [0.01, 0.5, 0.99, 0.999, 0.9999] {
            let limit = shape.quantile(p) as f64;
            let above = times.iter().filter(|&&t| t > limit).count() as f64;
            let expected = (1.0 - p) * n as f64;
            assert!(
                (above - expected).abs() < 4.0 * (expected * p).sqrt(),
                "{shape:?}: {above} above {p}"
            );
        }
    }
    let table = Table::compile(&Shape::Exponential { mean: 1_000_000 });
    let squares = uniforms
        .iter()
        .map(|&u| (table.sample(u) as f64 / 1e6 - 1.0).powi(2));
    let variance = squares.sum::<f64>() / n as f64;
    assert!((variance - 1.0).abs() < 0.012, "variance {variance}");
}

#[test]
fn a_greater_uniform_number_never_gives_a_shorter_time() {
    for shape in shapes() {
        let table = Table::compile(&shape);
        let mut numbers = draws(1, 1, "order", "", 50_000);
        for bit in 0..64 {
            let edge = 1u64 << bit;
            numbers.extend([edge - 1, edge, edge + 1, !edge, !edge + 1, !edge - 1]);
        }
        numbers.extend([0, u64::MAX]);
        numbers.sort_unstable();
        assert!(numbers.is_sorted_by_key(|&u| table.sample(u)), "{shape:?}");
    }
}

#[test]
fn a_shape_without_width_is_a_constant() {
    for shape in [
        Shape::Constant(5),
        Shape::Uniform { low: 5, high: 5 },
        Shape::Lognormal { median: 5, p99: 5 },
        Shape::Quantiles(vec![(0.5, 5)]),
    ] {
        let table = Table::compile(&shape);
        assert!(table.is_constant());
        assert_eq!(
            (
                table.mean(),
                table.sample(0),
                table.sample(u64::MAX),
                shape.mean()
            ),
            (5, 5, 5, 5)
        );
    }
    assert!(!Table::compile(&Shape::Exponential { mean: 5 }).is_constant());
    assert_eq!(Table::constant(u64::MAX).mean(), LONGEST);
}

#[test]
fn quantiles_taken_from_a_lognormal_give_it_back() {
    let exact = Shape::Lognormal {
        median: 20_000_000,
        p99: 900_000_000,
    };
    let knots = [0.5, 0.9, 0.99].map(|p| (p, exact.quantile(p)));
    let again = Shape::Quantiles(knots.to_vec());
    for p in [1e-9, 0.01, 0.5, 0.7, 0.95, 0.999, 0.9999, 1.0 - 1e-9] {
        let (a, b) = (exact.quantile(p) as f64, again.quantile(p) as f64);
        assert!((a - b).abs() <= 1.0 + 1e-5 * a, "{p}: {a} {b}");
    }
    assert!((exact.mean() as f64 / again.mean() as f64 - 1.0).abs() < 1e-5);
}

#[test]
fn measured_quantiles_are_met_and_a_steep_last_piece_does_not_explode() {
    let knots = vec![(0.5, 100_000), (0.99, 1_000_000), (0.999, 10_000_000)];
    let shape = Shape::Quantiles(knots.clone());
    for (p, value) in knots {
        assert_eq!(shape.quantile(p), value);
    }
    let (rare, rarest) = (
        shape.quantile(0.999_999),
        shape.quantile(1.0 - libm::exp2(-40.0)),
    );
    assert!((50_000_000..200_000_000).contains(&rare), "{rare}");
    assert!(rarest < 5_000_000_000, "{rarest}");
    assert!(shape.quantile(1e-12) > 0 && shape.quantile(0.01) < 100_000);
}

#[test]
fn a_quantile_at_0_or_1_is_the_end() {
    let shape = Shape::Quantiles(vec![(0.0, 0), (0.5, 10_000), (0.99, 20_000), (1.0, 30_000)]);
    let table = Table::compile(&shape);
    assert_eq!(
        (
            shape.quantile(0.0),
            shape.quantile(0.25),
            shape.quantile(1.0)
        ),
        (0, 5_000, 30_000)
    );
    assert_eq!((table.sample(0), table.sample(u64::MAX)), (0, 30_000));
}

#[test]
fn half_of_a_shape_has_half_of_every_quantile() {
    for shape in shapes() {
        let half = shape.scaled(1, 2);
        for p in [0.01, 0.5, 0.99, 0.9999] {
            assert!(
                half.quantile(p).abs_diff(shape.quantile(p).div_ceil(2))
                    <= 1 + shape.quantile(p) / 1_000_000
            );
        }
    }
    assert_eq!(Shape::Constant(3).scaled(1, 2), Shape::Constant(2));
    assert_eq!(
        Shape::Constant(u64::MAX).scaled(u64::MAX, 1),
        Shape::Constant(LONGEST)
    );
}

#[test]
fn what_is_no_distribution_is_refused_and_still_gives_a_table() {
    for shape in [
        Shape::Lognormal { median: 0, p99: 5 },
        Shape::Lognormal { median: 9, p99: 5 },
        Shape::Uniform { low: 9, high: 5 },
        Shape::Quantiles(vec![]),
        Shape::Quantiles(vec![(1.5, 3)]),
        Shape::Quantiles(vec![(f64::NAN, 3), (0.2, 1)]),
        Shape::Quantiles(vec![(0.5, 3), (0.5, 4)]),
        Shape::Quantiles(vec![(0.5, 9), (0.9, 4)]),
    ] {
        assert!(shape.check().is_err(), "{shape:?}");
        let table = Table::compile(&shape);
        assert!(table.sample(0) <= table.sample(u64::MAX), "{shape:?}");
    }
    for shape in shapes() {
        assert_eq!(shape.check(), Ok(()));
    }
}

#[test]
fn sampled_times_are_what_they_have_always_been() {
    // Knots come from `libm`: the same numbers on every platform.
    let times: Vec<[u64; 4]> = shapes()
        .iter()
        .map(Table::compile)
        .map(|t| {
            [
                t.mean(),
                t.sample(0),
                t.sample(0x1234 << 48),
                t.sample(u64::MAX),
            ]
        })
        .collect();
    assert_eq!(
        times,
        [
            [326_420, 187, 46_791, 214_063_500],
            [411_229, 1, 8_476, 14_029_787_050],
            [3_000_072, 0, 221_283, 83_177_662],
            [100_000, 50_000, 57_110, 150_000],
            [225_452, 23_824, 118_136, 760_481_292],
            [270_579, 100_000, 111_377, 7_000_000]
        ]
    );
}
