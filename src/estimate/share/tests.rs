//! Tests of `share`.

use super::*;

#[test]
fn clopper_and_pearson_have_newcombes_example_and_bound_a_zero() {
    // Newcombe (Statist. Med. 17, 1998, 857-872), method 5: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
    for (hits, of, expected) in [
        (81, 263, [0.2527, 0.3676]),
        (15, 148, [0.0578, 0.1617]),
        (0, 20, [0.0, 0.1684]),
        (1, 29, [0.0009, 0.1776]),
    ] {
        let found = Share { hits, of }.interval();
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-4, "{hits} of {of}: {found}");
        }
    }
    let nothing = Share { hits: 0, of: 400 };
    assert!((nothing.bound_of_zero() - 0.00746).abs() < 1e-5);
    assert!((nothing.interval()[1] - (1.0 - 0.025f64.powf(1.0 / 400.0))).abs() < 1e-9);
}
