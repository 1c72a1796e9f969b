//! Tests of `axis`.

use super::super::{check, samples};
use super::*;

#[test]
fn no_panels_and_a_single_point_say_nothing_to_show() {
    for chart in [OverAxis::default(), samples::over_axis(1, 1)] {
        assert!(chart.svg().contains("nothing to show"));
    }
}

#[test]
fn one_panel_and_nine_have_all_text_in_place() {
    for panels in [1, 2, 9] {
        let chart = samples::over_axis(panels, 5);
        check::well_drawn(&chart.svg());
        assert_eq!(chart.svg(), chart.svg());
        assert_eq!(chart.csv().lines().count(), 1 + panels * 3 * 5);
    }
}
