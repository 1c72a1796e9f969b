//! Tests of `loss`.

use super::super::{check, samples};
use super::*;

#[test]
fn no_cases_say_nothing_to_show_and_all_zeros_are_shown_as_zeros() {
    assert!(Loss::default().svg().contains("nothing to show"));
    let mut chart = samples::loss();
    for value in chart
        .metrics
        .iter_mut()
        .flat_map(|metric| &mut metric.values)
    {
        *value = Interval::default();
    }
    check::well_drawn(&chart.svg());
}

#[test]
fn nine_cases_with_long_names_have_all_text_in_place() {
    let mut chart = samples::loss();
    chart.cases[3] += check::NASTY;
    check::well_drawn(&chart.svg());
    assert_eq!(chart.csv().lines().count(), 1 + 9 * 3);
}
