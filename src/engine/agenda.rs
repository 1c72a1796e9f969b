//! The agenda: one moment per slot, and which comes first, as a tournament tree.

use super::moment::Moment;
use crate::protocol::ids::Span;

/// The key of a slot without a moment, later than all others.
const IDLE: u64 = u64::MAX;

/// Fixed slots, each with at most one moment, of which the earliest is always at hand.
///
/// Every resource that can have one future event owns a slot, so cancelling is clearing and postponing is
/// overwriting. Two slots with the same moment come in the order of their numbers, whoever was set first.
///
/// A tournament tree of packed keys, `time << bits | slot`: the root is the earliest key, and an update replays the
/// matches on the way from a leaf to the root without a branch that depends on data. Nothing is allocated after
/// `new`. Agendas with the same moments are equal, however they got there.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Agenda {
    /// Node 1 is the root, `2 i` and `2 i + 1` are the children of `i`, the last half are the leaves.
    tree: Vec<u64>,
    /// How many low bits of a key are the slot.
    bits: u32,
}

impl Agenda {
    /// An agenda with `slots` slots, none of them set. At least one slot, at most 2^20.
    pub fn new(slots: usize) -> Agenda {
        assert!(
            (1..=1 << 20).contains(&slots),
            "an agenda has 1 to 2^20 slots"
        );
        let leaves = slots.next_power_of_two();
        Agenda {
            tree: vec![IDLE; 2 * leaves],
            bits: leaves.trailing_zeros(),
        }
    }

    /// The horizon: 9 years with 64 slots, 52 days with 4096, 9.7 hours with 2^19.
    ///
    /// Every run ends before it (`spec::limits`), so what is set to a later moment stands here and never happens.
    pub fn max_time(&self) -> Moment {
        Moment::after(Span((IDLE >> self.bits) - 1))
    }

    /// The last moment before the horizon.
    pub fn last_time(&self) -> Moment {
        Moment::after(Span((IDLE >> self.bits) - 2))
    }

    /// Sets the slot's moment instead of the one it had; what lies beyond [`Agenda::max_time`] stands
    /// there.
    ///
    /// # Panics
    ///
    /// If the agenda has no such slot.
    #[inline]
    pub fn set(&mut self, slot: usize, time: Moment) {
        let time = time.min(self.max_time()).since_start().0;
        self.replay(slot, time << self.bits | slot as u64);
    }

    /// Leaves the slot without a moment.
    #[inline]
    pub fn clear(&mut self, slot: usize) {
        self.replay(slot, IDLE);
    }

    /// The earliest moment and its slot, which stays set.
    #[inline]
    pub fn peek(&self) -> Option<(usize, Moment)> {
        self.parts(self.tree[1])
    }

    /// The earliest moment and its slot, which is cleared: (moment, slot).
    #[inline]
    pub fn pop(&mut self) -> Option<(Moment, usize)> {
        let (slot, time) = self.peek()?;
        self.clear(slot);
        Some((time, slot))
    }

    /// The moment of a slot, if it has one.
    #[inline]
    pub fn time_of(&self, slot: usize) -> Option<Moment> {
        self.parts(self.tree[self.leaf(slot)]).map(|(_, time)| time)
    }

    /// Slot and moment of a key.
    #[inline]
    fn parts(&self, key: u64) -> Option<(usize, Moment)> {
        let slot = key & ((1 << self.bits) - 1);
        let time = Moment::after(Span(key >> self.bits));
        (key != IDLE).then_some((slot as usize, time))
    }

    /// The node of a slot.
    #[inline]
    fn leaf(&self, slot: usize) -> usize {
        let leaf = (1 << self.bits) + slot;
        assert!(leaf < self.tree.len(), "no such slot");
        leaf
    }

    /// Puts a key into a leaf and replays its matches up to the root.
    #[inline]
    fn replay(&mut self, slot: usize, key: u64) {
        let mut node = self.leaf(slot);
        let mut winner = key;
        self.tree[node] = winner;
        while node > 1 {
            winner = winner.min(self.tree[node ^ 1]);
            node /= 2;
            self.tree[node] = winner;
        }
    }
}

#[cfg(test)]
mod tests {
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
}
