//! Tests of `ack_container`.

use super::*;

fn at(index: u64) -> Position {
    Position { file: 1, index }
}

#[test]
fn two_of_n_reports_the_lower_of_the_two() {
    let mut container = AckContainer::new(2);
    assert_eq!(container.insert(ServerId(1), at(5)), None);
    assert_eq!(
        container.insert(ServerId(1), at(7)),
        None,
        "the same replica counts once"
    );
    assert_eq!(container.insert(ServerId(2), at(6)), Some(at(6)));
    assert_eq!(container.insert(ServerId(2), at(9)), Some(at(7)));
}

#[test]
fn three_of_n_over_reports_as_the_server_does() {
    let mut container = AckContainer::new(3);
    assert_eq!(container.insert(ServerId(1), at(20)), None);
    assert_eq!(container.insert(ServerId(2), at(15)), None);
    assert_eq!(
        container.insert(ServerId(3), at(30)),
        Some(at(20)),
        "only two replicas have 20"
    );
}
