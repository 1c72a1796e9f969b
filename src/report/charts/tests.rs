//! Tests of `charts`.

use super::*;

#[test]
fn numbers_are_written_for_a_reader() {
    assert_eq!(time(0.2), "0.2 ms");
    assert_eq!(time(0.05), "50 µs");
    assert_eq!(time(1000.0), "1 s");
    assert_eq!(Unit::PerSecond.write(5000.0), "5 k/s");
    assert_eq!(human(999.9), "1 k");
    assert_eq!(human(1234.0), "1.23 k");
    assert_eq!(human(100.0), "100");
    assert_eq!(human(0.00001), "1e-5");
    assert_eq!(human(f64::NAN), "0");
}

#[test]
fn the_unit_of_an_axis_is_read_from_its_label() {
    assert_eq!(Unit::of("latency (ms)"), Unit::Milliseconds);
    assert_eq!(Unit::of("throughput (commits/s)"), Unit::PerSecond);
    assert_eq!(Unit::of("clients"), Unit::Plain);
}

#[test]
fn thirty_lines_differ_without_colour() {
    let mut looks = Vec::new();
    for index in 0..30 {
        let Style { dash, mark, .. } = style(index);
        assert!(!looks.contains(&(dash, mark)));
        looks.push((dash, mark));
    }
}
