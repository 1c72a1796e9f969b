//! Tests of `chart`.

use super::*;
use crate::report::charts::check;

#[test]
fn nothing_watched_says_nothing_to_show() {
    assert!(Exposure::default().svg().contains("nothing to show"));
}

#[test]
fn many_panels_with_nasty_names_are_well_drawn() {
    let panel = |at: u32| Panel {
        name: format!("case {at}{}", if at == 2 { check::NASTY } else { "" }),
        steps: vec![(0.0, [3.0, 2.0, 1.0]), (f64::from(at) + 1.0, [0.0; 3])],
        until: 10.0,
        at_least: [vec![(1.0, 0.9), (5.0, 0.2)], vec![(1.0, 0.5)], Vec::new()],
        means: [1.5, 0.5, 0.0],
    };
    let chart = Exposure {
        title: "exposure".to_owned(),
        panels: (0..6).map(panel).collect(),
    };
    check::well_drawn(&chart.svg());
    assert!(chart.csv().lines().count() > 6 * 4);
}
