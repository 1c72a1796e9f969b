//! Tests of `scale`.

use super::*;

#[test]
fn a_log_scale_ends_on_round_numbers() {
    let scale = Scale::fit(Kind::Log, &[0.25, 90.0, 0.0], Zero::IfThere, (0, 100));
    assert_eq!((scale.low, scale.high), (0.2, 100.0));
    assert_eq!(scale.ticks(4), vec![1.0, 10.0, 100.0]);
    assert_eq!((scale.pixel(0.2), scale.pixel(100.0)), (0, 100));
}

#[test]
fn the_zero_log_scale_gives_the_first_unit_and_every_decade_the_same_length() {
    let scale = Scale::fit(Kind::ZeroLog, &[0.0, 100.0], Zero::Shown, (0, 300));
    let at = |value| scale.pixel(value);
    assert_eq!((at(0.0), at(1.0), at(10.0), at(100.0)), (0, 100, 200, 300));
}

#[test]
fn a_scale_without_values_or_with_one_still_has_a_length() {
    for kind in [Kind::Linear, Kind::Log, Kind::ZeroLog] {
        for values in [
            &[][..],
            &[0.0][..],
            &[3.0][..],
            &[f64::NAN][..],
            &[-2.0][..],
        ] {
            let scale = Scale::fit(kind, values, Zero::Shown, (0, 100));
            assert!(scale.low < scale.high);
            assert!(!scale.ticks(5).is_empty());
            assert!(scale.at(5.0).is_finite());
        }
    }
}
