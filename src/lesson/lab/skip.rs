//! `sql_slave_skip_counter`: whole transactions are skipped, counted by their events (semantics.md 14.6).

use super::seen::Seen;
use crate::lesson::store::errors::{Note, SqlError};
use crate::lesson::vocabulary::applier::{SkipCounter, SkipWithGtids};
use crate::protocol::ids::{Gtid, ServerId};
use crate::protocol::world::World;

/// `sql_slave_skip_counter` of a server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Skip {
    /// What was set, for the next start of the SQL thread.
    set: u32,
    /// What the SQL thread took over when it started.
    taken: u32,
    /// The relay log's transaction from which on it skips.
    from: u64,
}

impl Seen {
    /// Events of a transaction in a relay log, with its Gtid event.
    fn events_relayed(&self, id: ServerId, gtid: Gtid, world: &World) -> u32 {
        let Some(transaction) = self.transactions.get(&gtid) else {
            return 1;
        };
        let unsent = match world.server(id).variables.log_slave_updates {
            true => 0,
            false => transaction
                .events
                .iter()
                .filter(|event| event.is_annotation())
                .count(),
        };
        (1 + transaction.events.len() - unsent) as u32
    }

    /// What is left of the counter in front of the relay log's transaction at an index. A transaction is skipped as long as
    /// something is left; it takes away as many as it has events.
    fn skip_left(&self, id: ServerId, index: u64, world: &World) -> u32 {
        let (skip, relay) = (self.machine(id).skip, &world.server(id).replica.relay);
        let mut left = skip.taken;
        let mut skipped = (skip.from..index).filter_map(|at| relay.get(at));
        while left > 0
            && let Some(gtid) = skipped.next()
        {
            left = left.saturating_sub(self.events_relayed(id, gtid, world));
        }
        left
    }

    /// Whether the relay log's transaction at an index is skipped.
    pub(super) fn skips(&self, id: ServerId, index: u64, world: &World) -> bool {
        self.machine(id).skip.taken > 0 && self.skip_left(id, index, world) > 0
    }

    /// The SQL thread starts.
    pub(super) fn takes_skip_counter(&mut self, id: ServerId, world: &World) {
        let gtids = self.machine(id).identity.gtid_mode;
        let skip = &mut self.machines[id].skip;
        skip.taken = if gtids { 0 } else { skip.set };
        skip.from = world.server(id).replica.applied;
        skip.set = 0;
    }

    /// The SQL thread stops.
    pub(super) fn leaves_skip_counter(&mut self, id: ServerId, world: &World) {
        let replica = &world.server(id).replica;
        if !replica.sql_running {
            return;
        }
        match self.words.applier.skip_counter {
            // What is left is shown until the next start.
            SkipCounter::TakenAtStart(_) => {}
            SkipCounter::OfReplica => {
                let set = self.skip_left(id, replica.scheduled, world);
                self.machine_mut(id).skip = Skip {
                    set,
                    ..Skip::default()
                };
            }
        }
    }

    /// CHANGE MASTER and RESET SLAVE: a replica that counts itself begins anew.
    pub(super) fn forgets_skip_counter(&mut self, id: ServerId) {
        let set = match self.words.applier.skip_counter {
            SkipCounter::TakenAtStart(_) => self.machine(id).skip.set,
            SkipCounter::OfReplica => 0,
        };
        self.machine_mut(id).skip = Skip {
            set,
            ..Skip::default()
        };
    }

    /// `@@sql_slave_skip_counter`
    pub fn skip_counter(&self, id: ServerId, world: &World) -> u32 {
        let set = self.machine(id).skip.set;
        match self.words.applier.skip_counter {
            SkipCounter::TakenAtStart(_) => set,
            SkipCounter::OfReplica => set.max(self.running_skip_counter(id, world)),
        }
    }

    /// `Skip_Counter` of SHOW SLAVE STATUS.
    pub fn shown_skip_counter(&self, id: ServerId, world: &World) -> u32 {
        match self.words.applier.skip_counter {
            SkipCounter::TakenAtStart(_) => self.running_skip_counter(id, world),
            SkipCounter::OfReplica => self.skip_counter(id, world),
        }
    }

    fn running_skip_counter(&self, id: ServerId, world: &World) -> u32 {
        self.skip_left(id, world.server(id).replica.applied, world)
    }

    /// It is set; what is warned of.
    pub(super) fn sets_skip_counter(
        &mut self,
        id: ServerId,
        to: u32,
        world: &World,
    ) -> Result<Option<Note>, SqlError> {
        let running = world.server(id).replica.sql_running;
        let warned = match self.words.applier.skip_counter {
            SkipCounter::OfReplica if running => {
                let (number, text) = self.words.errors.replica_runs.both;
                return Err(SqlError::new(number, "HY000", text));
            }
            SkipCounter::TakenAtStart(with_gtids)
                if self.machine(id).identity.gtid_mode && to > 0 =>
            {
                match with_gtids {
                    SkipWithGtids::Refused => {
                        return Err(SqlError::new(1858, "HY000", NOT_WITH_GTIDS));
                    }
                    SkipWithGtids::Warned => Some(Note {
                        level: "Warning",
                        number: 4016,
                        text: ONLY_ANONYMOUS.to_owned(),
                    }),
                }
            }
            SkipCounter::OfReplica | SkipCounter::TakenAtStart(_) => None,
        };
        self.machine_mut(id).skip.set = to;
        Ok(warned)
    }
}

const NOT_WITH_GTIDS: &str = "sql_slave_skip_counter can not be set when the server is running with @@GLOBAL.GTID_MODE = ON. \
                              Instead, for each transaction that you want to skip, generate an empty transaction with the same \
                              GTID as the transaction";
const ONLY_ANONYMOUS: &str = "The value of sql_replica_skip_counter will only take effect for channels running with \
                              ASSIGN_GTIDS_TO_ANONYMOUS_TRANSACTIONS <> OFF.";
