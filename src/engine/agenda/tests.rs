//! Tests of `agenda`.

use super::*;
use proptest::prelude::*;

fn at(ns: u64) -> Moment {
    Moment::after(Span(ns))
}

#[test]
fn what_comes_first_does_not_depend_on_who_was_set_first() {
    let mut agenda = Agenda::new(5);
    for slot in [3, 0, 4, 1] {
        agenda.set(slot, at(70));
    }
    agenda.set(4, at(60));
    let order: Vec<_> = std::iter::from_fn(|| agenda.pop()).collect();
    assert_eq!(
        order,
        [(60, 4), (70, 0), (70, 1), (70, 3)].map(|(ns, slot)| (at(ns), slot))
    );
}

#[test]
fn setting_again_postpones_and_clearing_cancels() {
    let mut agenda = Agenda::new(3);
    agenda.set(2, at(10));
    agenda.set(2, at(30));
    agenda.set(0, at(20));
    assert_eq!(
        (agenda.peek(), agenda.time_of(2)),
        (Some((0, at(20))), Some(at(30)))
    );
    agenda.clear(0);
    agenda.clear(1);
    assert_eq!((agenda.pop(), agenda.pop()), (Some((at(30), 2)), None));
    assert_eq!(agenda, Agenda::new(3));
}

#[test]
fn one_slot_is_enough() {
    let mut agenda = Agenda::new(1);
    agenda.set(0, agenda.max_time());
    assert_eq!(agenda.pop(), Some((at(u64::MAX - 1), 0)));
    assert_eq!(agenda.peek(), None);
}

#[test]
fn the_last_moment_fits_with_every_number_of_slots() {
    for slots in [1, 2, 3, 64, 65, 4_096] {
        let mut agenda = Agenda::new(slots);
        agenda.set(slots - 1, agenda.max_time());
        assert_eq!(agenda.pop(), Some((agenda.max_time(), slots - 1)));
    }
}

#[test]
fn a_moment_beyond_the_horizon_stands_at_the_horizon() {
    let mut agenda = Agenda::new(64);
    agenda.set(0, Moment::NEVER);
    agenda.set(1, agenda.max_time() + Span(1));
    let before = at(agenda.max_time().since_start().0 - 1);
    agenda.set(2, before);
    assert_eq!(agenda.peek(), Some((2, before)));
    assert_eq!(agenda.time_of(0), Some(agenda.max_time()));
    assert_eq!(agenda.time_of(1), Some(agenda.max_time()));
}

proptest! {
    #[test]
    fn it_agrees_with_a_sorted_list(
        slots in 1_usize..70,
        steps in prop::collection::vec((0_u8..4, any::<prop::sample::Index>(), 0_u64..50), 0..400),
    ) {
        let mut agenda = Agenda::new(slots);
        let mut list: Vec<Option<Moment>> = vec![None; slots];
        for (step, slot, time) in steps {
            let (slot, time) = (slot.index(slots), at(time));
            let earliest = list.iter().enumerate().filter_map(|(s, t)| t.map(|t| (t, s))).min();
            match step {
                0 | 1 => {
                    agenda.set(slot, time);
                    list[slot] = Some(time);
                }
                2 => {
                    agenda.clear(slot);
                    list[slot] = None;
                }
                _ => {
                    prop_assert_eq!(agenda.peek(), earliest.map(|(t, s)| (s, t)));
                    prop_assert_eq!(agenda.pop(), earliest);
                    if let Some((_, s)) = earliest {
                        list[s] = None;
                    }
                }
            }
            for (slot, time) in list.iter().enumerate() {
                prop_assert_eq!(agenda.time_of(slot), *time);
            }
        }
        let mut fresh = Agenda::new(slots);
        for (slot, time) in list.iter().enumerate() {
            if let Some(time) = time {
                fresh.set(slot, *time);
            }
        }
        prop_assert_eq!(fresh, agenda);
    }
}
