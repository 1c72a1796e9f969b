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
mod tests;
