//! What the guard allowed, and for how long.

use super::outcome::KeptWrites;
use crate::engine::Moment;
use crate::protocol::fact::{Fact, Outcome, Writes};

/// Adds up the times between the guard's decisions.
#[derive(Clone, Debug)]
pub struct WritesTimes {
    now: Writes,
    since: Moment,
    kept: KeptWrites,
}

impl WritesTimes {
    /// Writes are on.
    pub fn new() -> WritesTimes {
        WritesTimes {
            now: Writes::On,
            since: Moment::START,
            kept: KeptWrites::default(),
        }
    }

    /// A fact, at its moment.
    #[expect(clippy::wildcard_enum_match_arm, reason = "a fold counts only these")]
    pub fn note(&mut self, now: Moment, fact: &Fact) {
        match *fact {
            Fact::Writes { writes, .. } => self.changes(now, writes),
            // Another master, or the same one restarted: open until the guard says otherwise.
            Fact::Promoted { .. } => self.changes(now, Writes::On),
            _ => {}
        }
    }

    fn changes(&mut self, now: Moment, writes: Writes) {
        let lasted = (now - std::mem::replace(&mut self.since, now)).0;
        match std::mem::replace(&mut self.now, writes) {
            Writes::On => {}
            Writes::Off => self.kept.off.0 += lasted,
            Writes::Exposed => self.kept.exposed.0 += lasted,
            Writes::CatchingUp => self.kept.catching_up.0 += lasted,
        }
    }

    /// A client learned what became of its transaction.
    pub fn answered(&mut self, outcome: Outcome) {
        if outcome == Outcome::Ok && self.now == Writes::Exposed {
            self.kept.exposed_transactions += 1;
        }
    }

    /// The run is over.
    pub fn finish(mut self, now: Moment) -> KeptWrites {
        self.changes(now, self.now);
        self.kept
    }
}
