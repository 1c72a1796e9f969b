//! `rpl_semi_sync_master_wait_for_slave_count` above 1: the server's own container of acknowledgements (semantics.md 5.3).

use super::ids::{Position, ServerId};

/// Slots for k - 1 acknowledgements, and the greatest position reported so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct AckContainer {
    slots: Vec<Option<(ServerId, Position)>>,
    greatest: Option<Position>,
}

super::rename::renames!(AckContainer { slots }, [greatest]);

impl AckContainer {
    /// A container for `k` acknowledgements, k at least 1.
    pub fn new(k: u16) -> AckContainer {
        AckContainer {
            slots: vec![None; usize::from(k.max(1)) - 1],
            greatest: None,
        }
    }

    /// Another `k`: what the replicas have said stays; the position to report, if fewer acknowledgements suffice now.
    pub fn resize(&mut self, k: u16) -> Option<Position> {
        let said = std::mem::take(&mut self.slots);
        self.slots = vec![None; usize::from(k.max(1)) - 1];
        let said = said.into_iter().flatten();
        said.filter_map(|(server, position)| self.insert(server, position))
            .max()
    }

    /// Takes one acknowledgement; gives the position to report, if there is one now.
    ///
    /// As the server does it, with its over-report for k >= 3: slots are compared with the new
    /// acknowledgement, not with each other (semantics.md 5.3).
    pub fn insert(&mut self, server: ServerId, position: Position) -> Option<Position> {
        if self.slots.is_empty() {
            return Some(position);
        }
        if self.greatest.is_some_and(|greatest| position <= greatest) {
            return None;
        }
        if let Some(slot) = self
            .slots
            .iter_mut()
            .flatten()
            .find(|slot| slot.0 == server)
        {
            slot.1 = position;
            return None;
        }
        if let Some(free) = self.slots.iter().rposition(Option::is_none) {
            self.slots[free] = Some((server, position));
            return None;
        }
        let lower = self
            .slots
            .iter()
            .flatten()
            .rev()
            .find(|slot| slot.1 < position)
            .copied();
        let reported = lower.map_or(position, |slot| slot.1);
        self.greatest = Some(reported);
        for slot in &mut self.slots {
            if slot.is_some_and(|held| held.1 == reported) {
                *slot = None;
            }
        }
        if lower.is_some()
            && let Some(free) = self.slots.iter().rposition(Option::is_none)
        {
            self.slots[free] = Some((server, position));
        }
        Some(reported)
    }
}

#[cfg(test)]
mod tests;
