//! Tests of `ratio`.

use super::*;

#[test]
fn a_ratio_is_that_of_the_sums_and_its_interval_is_that_of_its_residuals() {
    let runs = [(7.0, 2.0), (9.0, 3.0), (2.0, 1.0), (16.0, 4.0), (30.0, 5.0)];
    let mut ratio = Ratio::default();
    runs.iter().for_each(|&(x, w)| ratio.add(x, w));
    ratio.add(0.0, 0.0);
    assert!((ratio.value() - 64.0 / 15.0).abs() < 1e-12);
    let mut residuals = super::super::interval::Sample::default();
    for (x, w) in runs {
        residuals.add(x - 64.0 / 15.0 * w);
    }
    let [low, high] = residuals.interval().expect("a spread");
    let [below, above] = ratio.around().expect("a spread");
    assert!((below + low / 3.0).abs() < 1e-9, "{below} {low}");
    assert!((above - high / 3.0).abs() < 1e-9, "{above} {high}");
}

#[test]
fn runs_of_one_ratio_have_no_interval() {
    let mut ratio = Ratio::default();
    for length in 1..20 {
        ratio.add(0.1 * f64::from(length), f64::from(length));
    }
    assert_eq!(ratio.interval(), None);
}
