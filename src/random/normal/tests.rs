//! Tests of `normal`.

use super::{cumulative, quantile};

#[test]
fn the_inverse_undoes_the_cumulative_function_far_into_both_tails() {
    for step in 1..4_000 {
        let p = libm::exp2(f64::from(step) * -0.02);
        let back = cumulative(quantile(p));
        assert!((back / p - 1.0).abs() < 5e-14, "{p} {back}");
    }
    for p in [0.001, 0.01, 0.07, 0.074, 0.075, 0.076, 0.2, 0.5] {
        let (low, high) = (quantile(p), quantile(1.0 - p));
        assert!((low + high).abs() < 1e-13, "{p}: {low} {high}");
    }
}

#[test]
fn published_points_are_met() {
    // Checks printed in the paper's appendix.
    for (p, z) in [
        (0.25, -0.674_489_750_196_081_7),
        (0.001, -3.090_232_306_167_814),
        (1e-20, -9.262_340_089_798_408),
    ] {
        assert!(
            (quantile(p) / z - 1.0).abs() < 1e-15,
            "{p}: {}",
            quantile(p)
        );
    }
}
