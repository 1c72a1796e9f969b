//! Tests of `timeline`.

use super::super::{check, samples};
use super::*;

#[test]
fn an_empty_run_says_nothing_to_show() {
    assert!(Timeline::default().svg().contains("nothing to show"));
}

#[test]
fn marks_that_are_close_do_not_overlap() {
    let mut chart = samples::timeline();
    for at in 0..4 {
        chart.marks.push((
            1.3 + f64::from(at) * 0.001,
            "at nearly the same moment".to_owned(),
        ));
    }
    chart.marks.sort_by(|one, other| one.0.total_cmp(&other.0));
    check::well_drawn(&chart.svg());
    assert_eq!(
        chart.csv().lines().count(),
        1 + chart.commits_per_second.len() + chart.marks.len()
    );
}
