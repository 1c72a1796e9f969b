//! Tests of `gtid`.

use super::*;

#[test]
fn touching_intervals_become_one_whatever_the_order() {
    let mut set = Intervals::default();
    for (first, count) in [(5, 2), (1, 2), (9, 1), (3, 2), (7, 2), (20, 1), (2, 3)] {
        set.insert(first, count);
    }
    assert_eq!(set.iter().collect::<Vec<_>>(), vec![(1, 10), (20, 21)]);
    assert!(set.contains(9) && !set.contains(10) && set.contains(20) && !set.contains(0));
}

#[test]
fn a_set_minus_another_and_their_common_part_add_up() {
    let origin = Origin {
        server: ServerId(0),
        epoch: 0,
    };
    let (mut a, mut b) = (GtidSet::default(), GtidSet::default());
    a.insert(origin, 1, 100);
    for k in 0..10 {
        b.insert(origin, 10 * k + 5, 3);
    }
    assert_eq!(a.count_without(&b), 70);
    let left = a.without(&b);
    assert_eq!(left.count(), 70);
    assert_eq!(left.count_common(&b), 0);
}
