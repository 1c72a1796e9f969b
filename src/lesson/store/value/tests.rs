//! Tests of `value`.

use super::*;

#[test]
fn numbers_are_computed_and_printed_as_the_servers_do() {
    let decimal = Value::decimal;
    let int = Value::Int;
    assert_eq!(decimal("1.50").to_string(), "1.50");
    assert_eq!(decimal("-0.05").to_string(), "-0.05");
    assert_eq!(decimal("2e3").to_string(), "2000");
    assert_eq!(int(1).divided_by(&int(2)).to_string(), "0.5000");
    assert_eq!(int(-2).divided_by(&int(3)).to_string(), "-0.6667");
    assert_eq!(int(1).divided_by(&int(0)), Value::Null);
    assert_eq!(decimal("1.5").plus(&int(1)).to_string(), "2.5");
    assert_eq!(decimal("1.5").times(&decimal("2.25")).to_string(), "3.375");
    assert_eq!(Value::Text("5".into()).plus(&int(1)), int(6));
    assert_eq!(Value::rounded(1_005, 3, 2), 101);
    assert_eq!(int(7).quotient(&int(3)), Some((int(2), int(1))));
}
