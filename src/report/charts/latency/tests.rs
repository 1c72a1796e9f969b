//! Tests of `latency`.

use super::super::{check, samples};
use super::*;

#[test]
fn no_cases_and_a_single_point_say_nothing_to_show() {
    let mut chart = Latency::default();
    assert!(chart.svg().contains("nothing to show"));
    chart.series.push(Series::default());
    assert!(chart.svg().contains("nothing to show"));
    chart.series[0].points = vec![(0.0, 0.5), (f64::NAN, 0.1), (1.0, 0.0), (1.0, 1.0)];
    assert!(chart.svg().contains("nothing to show"));
}

#[test]
fn nine_cases_are_lines_of_one_plot_with_all_text_in_place() {
    let svg = samples::latency(3).svg();
    check::well_drawn(&svg);
    assert_eq!(svg.matches("commits slower than x").count(), 1);
    assert_eq!(svg, samples::latency(3).svg());
}

#[test]
fn more_than_twelve_cases_are_small_plots_with_one_legend() {
    let svg = samples::latency(5).svg();
    check::well_drawn(&svg);
    assert_eq!(svg.matches("commits slower than x").count(), 5);
}

#[test]
fn long_names_and_marks_of_xml_do_no_harm() {
    let mut chart = samples::latency(5);
    chart.title = check::NASTY.repeat(6);
    for series in &mut chart.series {
        series.name += check::NASTY;
        series.panel += check::NASTY;
    }
    check::well_drawn(&chart.svg());
}

#[test]
fn the_table_has_a_row_for_each_point() {
    let chart = samples::latency(1);
    let points: usize = chart.series.iter().map(|s| s.points.len()).sum();
    assert_eq!(chart.csv().lines().count(), points + 1);
}
