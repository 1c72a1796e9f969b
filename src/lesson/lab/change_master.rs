//! CHANGE MASTER TO: from whom, from where, and what it deletes (semantics.md 3, 4.3).

use super::Lab;
use super::machine::Upstream;
use super::positions::Place;
use crate::lesson::binlog::MAGIC;
use crate::lesson::sql::statement::{ChangeMaster, UseGtid};
use crate::lesson::store::errors::{Note, SqlError};
use crate::protocol::effect::Input;
use crate::protocol::flavour_rules::Gtids;
use crate::protocol::ids::{Position, ServerId, Span};
use crate::protocol::variables::{Positioning, Variable};
use crate::spec::limits;

impl Lab<'_> {
    pub(super) fn change_master(
        &mut self,
        id: ServerId,
        mut said: ChangeMaster,
    ) -> Result<Result<Vec<Note>, SqlError>, String> {
        let words = self.seen.words;
        if let Err(error) = self.checked_delay(said.delay) {
            return Ok(Err(error));
        }
        let delay_alone = ChangeMaster {
            delay: said.delay,
            ..ChangeMaster::default()
        };
        if let (Some(delay), Some(refused)) = (said.delay, words.applier.delay_alone)
            && said == delay_alone
            && (self.running(id).io || self.running(id).sql)
        {
            // It is the SQL thread's alone: relay logs stay.
            if self.running(id).sql {
                return Ok(Err(SqlError::new(refused.0, "HY000", refused.1)));
            }
            self.sets_delay(id, delay);
            return Ok(Ok(Vec::new()));
        }
        let runs = match (said.auto_position, self.running(id).io) {
            (None, true) => words.errors.replica_runs.io,
            _ => words.errors.replica_runs.both,
        };
        if let Err(error) = self.must_be_stopped(id, runs) {
            return Ok(Err(error));
        }
        let by_sequence = self.seen.rules.gtids == Gtids::Sequence;
        let before = self.seen.machine(id).upstream.clone();
        let host = said
            .host
            .clone()
            .or(before.as_ref().map(|known| known.host.clone()));
        let Some(host) = host.filter(|host| !host.is_empty()) else {
            return Err("CHANGE MASTER TO without a MASTER_HOST: from whom?".to_owned());
        };
        let Some(upstream) = self.server(&host) else {
            return Err(format!(
                "MASTER_HOST '{host}' is not a server of this lab (servers: {})",
                self.servers().join(", ")
            ));
        };
        if upstream == id {
            return Err(format!("MASTER_HOST '{host}' is the server itself"));
        }
        match (said.auto_position, said.use_gtid) {
            (Some(_), _) if by_sequence => return Err(words.not_our_gtid.to_owned()),
            (_, Some(_)) if !by_sequence => return Err(words.not_our_gtid.to_owned()),
            (Some(true), _) if !self.seen.machine(id).identity.gtid_mode => {
                let text = words.errors.no_gtid_mode;
                return Ok(Err(SqlError::new(1777, "HY000", text)));
            }
            (Some(true), _) if said.log_file.is_some() || said.log_pos.is_some() => {
                let text = words.errors.auto_position;
                return Ok(Err(SqlError::new(1776, "HY000", text)));
            }
            _ => {}
        }
        // Either is sent and stored as it is.
        let is_said = said.user.is_some() || said.password.is_some();
        // A position in the magic number is behind it.
        said.log_pos = said.log_pos.map(|at| at.max(MAGIC));
        let used_gtid = self.simulation.world.server(id).variables.positioning == Positioning::Gtid
            && before.is_some();
        let was_by_gtid = before.as_ref().is_none_or(|known| known.using_gtid != "No");
        let coordinates = said.log_file.is_some() || said.log_pos.is_some();
        let gtid = match (said.auto_position, said.use_gtid) {
            (Some(on), _) => on,
            (_, Some(said)) => said != UseGtid::No,
            (None, None) if before.is_none() => {
                words.change_master == Positioning::Gtid && !coordinates
            }
            (None, None) => used_gtid && !coordinates,
        };
        let same_host = before.as_ref().is_some_and(|known| known.host == host);
        let old_start = if same_host {
            Some(self.seen.executed_coordinates(id, &self.simulation.world))
        } else {
            None
        };
        let start = match (said.log_file, said.log_pos) {
            _ if gtid => (String::new(), 4),
            (Some(file), at) => (file, at.unwrap_or(4)),
            (None, Some(at)) => (old_start.map_or_else(String::new, |(file, _)| file), at),
            (None, None) => old_start.unwrap_or((String::new(), 4)),
        };
        // No file named: from the first one.
        let place = match start.0.is_empty() {
            true => Place::At(Position { file: 1, index: 0 }),
            false => self
                .seen
                .place(upstream, &start.0, start.1, &self.simulation.world),
        };
        let (from, wrong) = match place {
            _ if gtid => (None, None),
            Place::At(position) => (Some(position), None),
            Place::BehindEnd | Place::Inside | Place::NoFile => {
                let nowhere = Position {
                    file: 1,
                    index: u64::MAX,
                };
                (Some(nowhere), Some(start.clone()))
            }
        };
        self.input(Input::ChangeMaster(id, upstream, from));
        let machine = self.deletes_relay_logs(id);
        let known = before.unwrap_or_default();
        machine.upstream = Some(Upstream {
            host,
            user: said.user.unwrap_or(known.user),
            port: said
                .port
                .unwrap_or(if known.port == 0 { 3306 } else { known.port }),
            using_gtid: match (gtid, said.use_gtid) {
                (false, _) => "No",
                (true, Some(UseGtid::CurrentPos)) => "Current_Pos",
                (true, _) => "Slave_Pos",
            },
            wrong,
            start,
            ..Upstream::default()
        });
        let whole = |number: i64| u64::try_from(number).unwrap_or(0);
        let most = Span::seconds(limits::DURATION / 1_000_000_000);
        let changed = [
            said.connect_retry
                .map(|retry| Variable::ConnectRetry(Span::seconds(whole(retry)).min(most))),
            said.retry_count
                .map(|count| Variable::RetryCount(whole(count).min(u64::from(u32::MAX)) as u32)),
            said.heartbeat
                .map(|period| Variable::HeartbeatPeriod(Span(period).min(most))),
        ];
        for variable in changed.into_iter().flatten() {
            self.input(Input::Set(id, variable));
        }
        self.tells_slave_pos(id);
        self.seen.forgets_skip_counter(id);
        let delay = said.delay.unwrap_or(self.seen.machine(id).delay);
        self.sets_delay(id, delay);
        let passwords = match is_said {
            true => words.applier.password_notes,
            false => &[],
        };
        let mut notes: Vec<Note> = passwords.iter().copied().map(Note::said).collect();
        // Coordinates alone end what was the default or was said before.
        if by_sequence && !gtid && said.use_gtid.is_none() && was_by_gtid {
            notes.push(Note::implicit("CHANGE MASTER TO", "Slave_Pos", "No"));
        }
        Ok(Ok(notes))
    }
}
