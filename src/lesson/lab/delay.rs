//! Delayed replicas: `SOURCE_DELAY`, `MASTER_DELAY` (semantics.md 14.8).
//!
//! The core lets the SQL thread execute what is due; here is the clock that says what is.

use super::Lab;
use super::seen::Seen;
use crate::engine::Moment;
use crate::lesson::store::errors::SqlError;
use crate::lesson::vocabulary::applier::DelayFrom;
use crate::protocol::effect::Input;
use crate::protocol::ids::{ServerId, Span};
use crate::protocol::world::World;

/// The longest delay, s.
const LONGEST: u64 = 2_147_483_647;

impl Seen {
    /// Whether a replica is delayed.
    pub(super) fn has_delays(&self) -> bool {
        self.machines.iter().any(|machine| machine.delay > 0)
    }

    /// The second of the simulated time in which the relay log's transaction at an index is due.
    fn due(&self, id: ServerId, index: u64, world: &World) -> Option<u64> {
        let delay = self.machine(id).delay;
        let replica = &world.server(id).replica;
        let gtid = replica.relay.get(index).filter(|_| delay > 0)?;
        let since = match self.words.applier.delay_from {
            DelayFrom::Statement => {
                let known = self.transactions.get(&gtid)?;
                known.timestamp.saturating_sub(self.epoch)
            }
            DelayFrom::Commit => {
                let logged = self.machine(replica.upstream?).progress.logged.get(&gtid)?;
                logged.since_start().0.div_ceil(1_000_000_000)
            }
        };
        Some(since + delay)
    }

    /// The second in which the transaction that a delayed SQL thread waits with is due, if it waits.
    pub fn waits_with(&self, id: ServerId, now: Moment, world: &World) -> Option<u64> {
        let replica = &world.server(id).replica;
        let due = self.due(id, replica.applied, world)?;
        (replica.sql_running && due > now.since_start().whole_seconds()).then_some(due)
    }
}

impl Lab<'_> {
    /// CHANGE MASTER says how long it waits; an error if it cannot.
    pub(super) fn checked_delay(&self, delay: Option<u64>) -> Result<(), SqlError> {
        match delay {
            Some(delay) if delay > LONGEST => {
                let source = self.seen.words.source;
                let text = format!(
                    "The requested value {delay} for the {source} delay exceeds the maximum {LONGEST}"
                );
                Err(SqlError::new(1729, "HY000", text))
            }
            Some(_) | None => Ok(()),
        }
    }

    pub(super) fn sets_delay(&mut self, id: ServerId, delay: u64) {
        self.seen.machine_mut(id).delay = delay;
        self.seen.waits |= delay > 0;
        let due = (delay > 0).then_some(self.simulation.world.server(id).replica.applied);
        self.input(Input::Due(id, due));
        self.executes_what_is_due();
    }

    /// Delayed SQL threads may execute what is due by now; whether there was something.
    pub(super) fn executes_what_is_due(&mut self) -> bool {
        let now = self.now().since_start().whole_seconds();
        let world = &self.simulation.world;
        let delayed = world
            .server_ids()
            .filter(|id| self.seen.machine(*id).delay > 0);
        let moved: Vec<(ServerId, u64)> = delayed
            .filter_map(|id| {
                let replica = &world.server(id).replica;
                let before = replica.due.unwrap_or(0).max(replica.applied);
                let is_due = |index: &u64| {
                    let due = self.seen.due(id, *index, world);
                    due.is_some_and(|due| due <= now)
                };
                let end = (before..replica.relay.end()).find(|index| !is_due(index));
                let end = end.unwrap_or(replica.relay.end());
                (replica.due != Some(end)).then_some((id, end))
            })
            .collect();
        for (id, end) in &moved {
            self.input(Input::Due(*id, Some(*end)));
        }
        !moved.is_empty()
    }

    /// When something may become due next: at the next second, where a replica is delayed.
    pub(super) fn next_due(&self) -> Option<Moment> {
        let second = self.now().since_start().whole_seconds() + 1;
        let delayed = self.seen.has_delays();
        delayed.then_some(Moment::after(Span::seconds(second)))
    }
}
