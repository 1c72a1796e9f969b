//! `SET GLOBAL gtid_purged` (MySQL) and `gtid_slave_pos` (MariaDB): what a server is told to have executed (semantics.md 14.5).

use super::Lab;
use super::functions::Asker;
use super::gtids::{UuidSet, positions};
use crate::lesson::sql::expression::Expression;
use crate::lesson::sql::statement::Setting;
use crate::lesson::store::errors::{Note, SqlError};
use crate::lesson::store::value::Value;
use crate::lesson::vocabulary::GtidPurged;
use crate::protocol::effect::Input;
use crate::protocol::flavour_rules::Gtids;
use crate::protocol::ids::{Gtid, ServerId};
use crate::protocol::task::Task;
use crate::protocol::variables::Positioning;
use crate::spec::{catalogue, limits};
use std::collections::BTreeMap;

/// What a server is told to have executed.
pub(super) enum Told {
    /// `gtid_purged`: what is new in it.
    Purged(Vec<(Gtid, u64)>),
    /// `gtid_slave_pos`, and what is warned of.
    SlavePos(Option<(ServerId, u64)>, Option<Note>),
}

/// Why it is not.
pub(super) enum NotTold {
    /// An error of the server's.
    Error(SqlError),
    /// What the lab cannot do.
    NotModelled(String),
}

/// A GTID that nobody has has a number that nobody hands out.
const NOBODYS: u64 = 1 << 62;

impl Lab<'_> {
    /// What a setting tells a server, if it is one of the two.
    pub(super) fn told(
        &self,
        asker: Asker,
        setting: &Setting,
        value: &Value,
    ) -> Option<Result<Told, NotTold>> {
        let name = catalogue::plain(&setting.name);
        let sets = match (name.as_str(), self.seen.rules.gtids) {
            ("gtid_purged", Gtids::Sets) => true,
            ("gtid_slave_pos", Gtids::Sequence) => false,
            _ => return None,
        };
        let error = |number, state, text: String| {
            Some(Err(NotTold::Error(SqlError::new(number, state, text))))
        };
        let text = match value {
            Value::Text(_) if setting.value == Expression::Default => {
                let text = format!("Variable '{name}' doesn't have a default value");
                return error(1230, "42000", text);
            }
            Value::Text(text) => text,
            Value::Null => {
                let text = format!("Variable '{name}' can't be set to the value of 'NULL'");
                return error(1231, "42000", text);
            }
            Value::Int(_) | Value::Decimal(..) | Value::Key(_) => {
                let text = format!("Incorrect argument type to variable '{name}'");
                return error(1232, "42000", text);
            }
        };
        if self.seen.connections[asker.session].transaction.is_some() {
            let (number, state, text) = self.seen.words.errors.in_transaction;
            return error(number, state, text.replace("{}", &name));
        }
        Some(match sets {
            true => self.purged_told(asker.id, text),
            false => self.slave_pos_told(asker.id, text),
        })
    }

    fn purged_told(&self, id: ServerId, text: &str) -> Result<Told, NotTold> {
        let error =
            |number, state, text: String| Err(NotTold::Error(SqlError::new(number, state, text)));
        let rule = self.seen.words.errors.gtid_purged;
        let trimmed = text.trim_start();
        let (adds, said) = match (rule, trimmed.strip_prefix('+')) {
            (GtidPurged::May, Some(rest)) => (true, rest),
            (GtidPurged::May | GtidPurged::OnlyOnce, _) => (false, trimmed),
        };
        let Ok(said) = UuidSet::parse(said) else {
            let text = format!("Variable 'gtid_purged' can't be set to the value of '{text}'");
            return error(1231, "42000", text);
        };
        let (executed, before) = (self.executed_set(id), self.purged(id));
        if rule == GtidPurged::OnlyOnce && !executed.0.is_empty() {
            let text = "@@GLOBAL.GTID_PURGED can only be set when @@GLOBAL.GTID_EXECUTED is empty.";
            return error(1840, "HY000", text.to_owned());
        }
        let added = match adds {
            true => said,
            false if before.without(&said).0.is_empty() => said.without(&before),
            false => {
                return error(
                    3546,
                    "HY000",
                    not_changed("the new value must be a superset of the old value"),
                );
            }
        };
        if added.without(&executed) != added {
            let why = "the added gtid set must not overlap with @@GLOBAL.GTID_EXECUTED";
            return error(3546, "HY000", not_changed(why));
        }
        let server = self.simulation.world.server(id);
        let idle = server.replica.workers.iter().all(Task::is_idle);
        if server.committed < server.history.end() || !idle {
            let problem = "SET GLOBAL gtid_purged while transactions are committed is not modelled";
            return Err(NotTold::NotModelled(problem.to_owned()));
        }
        self.named(id, &added, &executed)
            .map(Told::Purged)
            .map_err(NotTold::NotModelled)
    }

    /// The transactions that a set names, or would name.
    fn named(
        &self,
        id: ServerId,
        set: &UuidSet,
        executed: &UuidSet,
    ) -> Result<Vec<(Gtid, u64)>, String> {
        let world = &self.simulation.world;
        let count: u64 = set
            .0
            .values()
            .flatten()
            .map(|(first, last)| last - first)
            .sum();
        if count >= limits::PURGED {
            return Err(format!(
                "`gtid_purged` takes {} GTIDs at the most here",
                limits::PURGED
            ));
        }
        let mut named = Vec::new();
        for (uuid, intervals) in &set.0 {
            let mut all = world.server_ids();
            let Some(of) = all.find(|of| self.seen.machine(*of).identity.uuid == *uuid) else {
                let known = self.servers().join(", ");
                return Err(format!(
                    "gtid_purged has GTIDs of {uuid}, which is no server of this lab ({known})"
                ));
            };
            let whole = set.clone().with(executed.clone());
            if of == id
                && whole
                    .0
                    .get(uuid)
                    .is_some_and(|own| own.len() > 1 || own[0].0 > 1)
            {
                let problem = "gtid_purged that leaves gaps in the server's own GTIDs is not modelled: it would fill them";
                return Err(problem.to_owned());
            }
            let known = self.known_of(of);
            let origin = world.server(of).numbering.origin;
            for &(first, last) in intervals {
                let mut at = first;
                for (&number, &gtid) in known.range(first..=last) {
                    if at < number {
                        named.push((Gtid { origin, number: at }, number - at));
                    }
                    named.push((gtid, 1));
                    at = number + 1;
                }
                if at <= last {
                    named.push((Gtid { origin, number: at }, last + 1 - at));
                }
            }
        }
        Ok(named)
    }

    /// The transactions of a server's own that anybody has, by the number that their GTID shows; where two show the same,
    /// the one that it has itself.
    fn known_of(&self, of: ServerId) -> BTreeMap<u64, Gtid> {
        let world = &self.simulation.world;
        let others = world.server_ids().filter(|other| *other != of);
        let mut known = BTreeMap::new();
        for holder in others.chain([of]) {
            let server = world.server(holder);
            for log in [&server.replica.relay, &server.history] {
                let all = (0..log.end()).filter_map(|at| log.get(at));
                for gtid in all.filter(|gtid| gtid.origin.server == of) {
                    known.extend(self.seen.shown_number(gtid).map(|number| (number, gtid)));
                }
            }
        }
        known
    }

    fn slave_pos_told(&self, id: ServerId, text: &str) -> Result<Told, NotTold> {
        let running = self.seen.words.errors.replica_runs.both;
        self.must_be_stopped(id, running).map_err(NotTold::Error)?;
        let told = positions(text).map_err(NotTold::Error)?;
        if let Some((domain, ..)) = told.iter().find(|(domain, ..)| *domain > 0) {
            let problem =
                format!("replication domains are not modelled: gtid_slave_pos has domain {domain}");
            return Err(NotTold::NotModelled(problem));
        }
        let last = match told.first() {
            None => None,
            Some((_, server_id, seq)) => {
                let mut all = self.simulation.world.server_ids();
                let of = all.find(|of| self.seen.machine(*of).identity.server_id == *server_id);
                let problem = || {
                    format!(
                        "gtid_slave_pos '{text}': no server of this lab has server_id {server_id}"
                    )
                };
                Some((of.ok_or_else(|| NotTold::NotModelled(problem()))?, *seq))
            }
        };
        let own = self.binlog_pos(id).filter(|(server, _)| *server == id);
        let over = "If MASTER_GTID_POS=CURRENT_POS is used, the binlog position will override the new value of @@gtid_slave_pos";
        let note = |number, text| Note {
            level: "Warning",
            number,
            text,
        };
        let warning = match (own, last) {
            (Some(own), None) => Some(note(
                1948,
                format!(
                    "Specified value for @@gtid_slave_pos contains no value for replication domain 0. This conflicts with the \
                 binary log which contains GTID {}. {over}",
                    self.seen.seq_text(Some(own))
                ),
            )),
            (Some(own), Some(last)) if own.1 > last.1 => Some(note(
                1947,
                format!(
                    "Specified GTID {} conflicts with the binary log which contains a more recent GTID {}. {over}",
                    self.seen.seq_text(Some(last)),
                    self.seen.seq_text(Some(own))
                ),
            )),
            (None | Some(_), _) => None,
        };
        Ok(Told::SlavePos(last, warning))
    }

    /// It is told; what is warned of.
    pub(super) fn tells(&mut self, id: ServerId, told: Told) -> Option<Note> {
        match told {
            Told::Purged(all) => {
                for (first, count) in all {
                    self.input(Input::AddPurged(id, first, count));
                }
                let end = self.simulation.world.server(id).committed;
                self.seen.machine_mut(id).counts_as_executed(end);
                None
            }
            Told::SlavePos(last, note) => {
                let machine = self.seen.machine_mut(id);
                machine.slave_pos = last;
                machine.counts_on_from(last);
                self.sets_slave_pos(id, last);
                note
            }
        }
    }

    /// The core learns where a replica asks to begin, unless it knows: what it has executed last, and it has executed what
    /// its upstream sent alone.
    pub(super) fn tells_slave_pos(&mut self, id: ServerId) {
        let server = self.simulation.world.server(id);
        let mut runs = server.history.runs().iter();
        let own = runs.any(|run| run.first.origin.server == id);
        let by_gtid = server.variables.positioning == Positioning::Gtid;
        if self.seen.rules.gtids == Gtids::Sets || !by_gtid || !own && server.replica.told.is_none()
        {
            return;
        }
        let machine = self.seen.machine(id);
        let current = machine
            .upstream
            .as_ref()
            .is_some_and(|known| known.using_gtid == "Current_Pos");
        let last = if current {
            self.current_pos(id)
        } else {
            machine.slave_pos
        };
        self.sets_slave_pos(id, last);
    }

    pub(super) fn sets_slave_pos(&mut self, id: ServerId, last: Option<(ServerId, u64)>) {
        let gtid = last.map(|(server, seq)| self.gtid_of_seq(id, server, seq));
        self.input(Input::SetSlavePos(id, gtid));
    }

    /// The transaction of a server's own with a sequence number: one that its replica's upstream has, else the last that got
    /// it, else one that will get it or that nobody has.
    pub(super) fn gtid_of_seq(&mut self, id: ServerId, server: ServerId, seq: u64) -> Gtid {
        let world = &self.simulation.world;
        let upstream = world.server(id).replica.upstream;
        let has =
            |gtid: Gtid| upstream.is_some_and(|of| world.server(of).history.find(gtid).is_some());
        let known = self.seen.seq.iter();
        let known = known.filter(|(gtid, at)| gtid.origin.server == server && **at == seq);
        let known = known.map(|(gtid, _)| (has(*gtid), *gtid)).max();
        if let Some((_, gtid)) = known {
            return gtid;
        }
        let next = world.server(server).numbering;
        let last = self.seen.machine(server).last_seq.map_or(0, |(_, seq)| seq);
        let number = match seq.checked_sub(last + 1) {
            Some(ahead) => next.number + ahead,
            None => NOBODYS + seq,
        };
        let gtid = Gtid { number, ..next };
        self.seen.seq.insert(gtid, seq);
        gtid
    }
}

fn not_changed(why: &str) -> String {
    format!("@@GLOBAL.GTID_PURGED cannot be changed: {why}")
}
