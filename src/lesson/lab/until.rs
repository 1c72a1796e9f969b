//! `START SLAVE UNTIL`: where the SQL thread stops, and what is shown of it (semantics.md 14.6).

use super::Lab;
use super::gtids::{UuidSet, positions};
use super::positions::Coordinates;
use super::seen::Seen;
use crate::lesson::sql::statement::Threads;
use crate::lesson::sql::threads::{Until as Said, UntilGtids};
use crate::lesson::store::errors::SqlError;
use crate::lesson::vocabulary::applier::{UntilIsSeen, UntilWords};
use crate::protocol::effect::Input;
use crate::protocol::ids::ServerId;
use crate::protocol::variables::Positioning;
use crate::protocol::world::World;

/// Until when the SQL thread runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Until {
    what: What,
    /// `Until_Log_File`, `Until_Log_Pos`
    shown: Coordinates,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum What {
    /// A place in the source's binlog.
    Source(Coordinates),
    /// A place in the relay logs.
    Relay(Coordinates),
    /// The first transaction of these.
    Before(UuidSet),
    /// The last one of these.
    After(UuidSet),
    /// There is no gap between what workers have committed: here there never is one.
    Gaps,
    /// `gtid_slave_pos` is there: its sequence number.
    Gtid(ServerId, u64),
}

impl Lab<'_> {
    /// What was said, as it is followed.
    pub(super) fn until(
        &self,
        id: ServerId,
        threads: Threads,
        said: Said,
    ) -> Result<Result<Until, SqlError>, String> {
        let words = &self.seen.words;
        let applier = words.applier;
        let syntax = |near: &str| {
            let text = format!(
                "You have an error in your SQL syntax; check the manual that corresponds to your {} server version for the right \
                 syntax to use near '{near}' at line 1",
                words.server
            );
            Ok(Err(SqlError::new(1064, "42000", text)))
        };
        let wrong = || {
            let verb = words.replica.to_uppercase();
            let text =
                format!("Incorrect parameter or combination of parameters for START {verb} UNTIL");
            Ok(Err(SqlError::new(1277, "HY000", text)))
        };
        if let Some((gtids, near)) = &said.gtids {
            let of_master = match gtids {
                UntilGtids::Position(_) => true,
                UntilGtids::Before(_) | UntilGtids::After(_) | UntilGtids::AfterGaps => false,
            };
            match (applier.until_gtids, of_master) {
                (UntilWords::OfSqlThread, false) => {}
                (UntilWords::OfMaster | UntilWords::OfMasterAndSides, true) => {}
                (UntilWords::OfMasterAndSides, false) if *gtids != UntilGtids::AfterGaps => {
                    return Err(format!(
                        "UNTIL {near} is not modelled: it is master_gtid_pos with another end"
                    ));
                }
                (UntilWords::OfSqlThread, true)
                | (UntilWords::OfMaster | UntilWords::OfMasterAndSides, false) => {
                    return syntax(near);
                }
            }
        }
        if let Some(near) = &said.surplus {
            return syntax(near);
        }
        let set = |text: &str| UuidSet::parse(text);
        let nowhere = (String::new(), 0);
        let until = |what: What, shown: Coordinates| Ok(Ok(Until { what, shown }));
        match said {
            Said {
                gtids: Some((gtids, _)),
                ..
            } => match gtids {
                UntilGtids::Before(text) => match set(&text) {
                    Ok(set) => until(What::Before(set), nowhere),
                    Err(error) => Ok(Err(error)),
                },
                UntilGtids::After(text) => match set(&text) {
                    Ok(set) => until(What::After(set), nowhere),
                    Err(error) => Ok(Err(error)),
                },
                UntilGtids::AfterGaps => until(What::Gaps, nowhere),
                UntilGtids::Position(text) => match self.until_position(id, threads, &text)? {
                    Ok((server, seq)) => {
                        let before = self.seen.machine(id).until.as_ref();
                        let shown = before.map_or(nowhere, |before| before.shown.clone());
                        until(What::Gtid(server, seq), shown)
                    }
                    Err(Some(error)) => Ok(Err(error)),
                    Err(None) => wrong(),
                },
            },
            Said {
                source: (Some(file), Some(at)),
                relay: (None, None),
                ..
            } if at > 0 => until(What::Source((file.clone(), at)), (file, at)),
            Said {
                source: (None, None),
                relay: (Some(file), Some(at)),
                ..
            } if at > 0 => until(What::Relay((file.clone(), at)), (file, at)),
            Said {
                source: (Some(_), Some(0)),
                relay: (None, None),
                ..
            }
            | Said {
                source: (None, None),
                relay: (Some(_), Some(0)),
                ..
            } => Err("UNTIL position 0 is not modelled".to_owned()),
            Said { .. } => wrong(),
        }
    }

    /// `master_gtid_pos`: whose transaction, and its sequence number; no error is 1277.
    fn until_position(
        &self,
        id: ServerId,
        threads: Threads,
        text: &str,
    ) -> Result<Result<(ServerId, u64), Option<SqlError>>, String> {
        let running = self.running(id);
        if running.io || running.sql {
            let (number, text) = self.seen.words.applier.already_runs;
            return Ok(Err(Some(SqlError::new(number, "HY000", text))));
        }
        if !(threads.io && threads.sql) {
            return Ok(Err(None));
        }
        let told = match positions(text) {
            Ok(told) => told,
            Err(error) => return Ok(Err(Some(error))),
        };
        let server = self.simulation.world.server(id);
        if server.variables.positioning != Positioning::Gtid {
            let text = "START SLAVE UNTIL master_gtid_pos requires that slave is using GTID";
            return Ok(Err(Some(SqlError::new(1949, "HY000", text))));
        }
        let mut all = self.simulation.world.server_ids();
        match told[..] {
            [(0, server_id, seq)] => {
                let of = all.find(|of| self.seen.machine(*of).identity.server_id == server_id);
                let of = of.ok_or_else(|| {
                    format!(
                        "master_gtid_pos '{text}': no server of this lab has server_id {server_id}"
                    )
                })?;
                Ok(Ok((of, seq)))
            }
            _ => Err(
                "UNTIL master_gtid_pos of none or several replication domains is not modelled"
                    .to_owned(),
            ),
        }
    }

    /// The SQL thread starts, and goes so far.
    pub(super) fn goes_until(&mut self, id: ServerId, until: Option<Until>) {
        let last = match until.as_ref().map(|until| &until.what) {
            Some(What::Gtid(server, seq)) => Some(self.gtid_of_seq(id, *server, *seq)),
            Some(
                What::Source(_) | What::Relay(_) | What::Before(_) | What::After(_) | What::Gaps,
            )
            | None => None,
        };
        self.input(Input::Until(id, last));
        self.seen.waits |= until.is_some();
        self.seen.machine_mut(id).until = until;
    }

    /// SQL threads that are there stop; whether one did.
    pub(super) fn stop_at_until(&mut self) -> bool {
        let world = &self.simulation.world;
        let there =
            |id: &ServerId| world.server(*id).replica.sql_running && self.seen.is_there(*id, world);
        let all: Vec<ServerId> = world.server_ids().filter(there).collect();
        for id in &all {
            let world = &self.simulation.world;
            // What the SQL thread has done so far decides which relay logs are left.
            self.seen.relay_coordinates(*id, world);
            self.seen.leaves_skip_counter(*id, world);
            self.input(Input::StopSqlThread(*id));
        }
        !all.is_empty()
    }
}

impl Seen {
    /// Whether the SQL thread of a replica is where it was told to stop, and sees it.
    fn is_there(&self, id: ServerId, world: &World) -> bool {
        let Some(until) = &self.machine(id).until else {
            return false;
        };
        let server = world.server(id);
        let at_once = self.words.applier.until == UntilIsSeen::AtOnce;
        let executed = || self.gtid_set(&server.history.set_between(0, server.committed));
        match &until.what {
            What::Source(place) => at_once && self.executed_coordinates(id, world) >= *place,
            What::Relay(place) => {
                at_once && self.relay_place(id, server.replica.applied, world) >= *place
            }
            What::Before(set) => set.without(&executed()) != *set,
            What::After(set) => set.without(&executed()).0.is_empty(),
            What::Gaps => true,
            // The source says so, and ends the connection.
            What::Gtid(_, seq) => {
                let last = self.machine(id).slave_pos;
                !server.replica.io_running && last.is_some_and(|(_, at)| at >= *seq)
            }
        }
    }

    /// Whether a SQL thread stops in front of the relay log's transaction at an index.
    pub(super) fn is_until(&self, id: ServerId, index: u64, world: &World) -> bool {
        let Some(until) = &self.machine(id).until else {
            return false;
        };
        let server = world.server(id);
        let dispatched = || {
            let mut set = server.history.set_between(0, server.committed);
            set.extend(
                &server
                    .replica
                    .relay
                    .set_between(server.replica.applied, index),
            );
            self.gtid_set(&set)
        };
        let own = || self.gtid_set(&server.replica.relay.set_between(index, index + 1));
        match &until.what {
            What::Source(place) => self.relayed_from(id, index, world) >= *place,
            What::Relay(place) => self.relay_place(id, index, world) >= *place,
            What::Before(set) => {
                let passed = dispatched().with(own());
                set.without(&passed) != *set
            }
            What::After(set) => set.without(&dispatched()).0.is_empty(),
            What::Gaps => true,
            What::Gtid(..) => false,
        }
    }

    /// `Until_Condition`, `Until_Log_File`, `Until_Log_Pos`.
    pub fn shown_until(&self, id: ServerId) -> (String, Coordinates) {
        let Some(until) = &self.machine(id).until else {
            return ("None".to_owned(), (String::new(), 0));
        };
        let source = self.words.source;
        let condition = match until.what {
            What::Source(_) => source[..1].to_uppercase() + &source[1..],
            What::Relay(_) => "Relay".to_owned(),
            What::Before(_) => "SQL_BEFORE_GTIDS".to_owned(),
            What::After(_) => "SQL_AFTER_GTIDS".to_owned(),
            // There was none.
            What::Gaps => "DONE".to_owned(),
            What::Gtid(..) => "Gtid".to_owned(),
        };
        (condition, until.shown.clone())
    }
}
