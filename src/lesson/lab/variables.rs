//! The variables of a server as SHOW VARIABLES prints them, and what its my.cnf says.

use super::Lab;
use super::functions::{Asker, Stop};
use super::gtids::UuidSet;
use crate::lesson::binlog::Format;
use crate::lesson::store::errors::SqlError;
use crate::lesson::store::value::Value;
use crate::lesson::vocabulary::semi_sync::{Half, Plugin};
use crate::plan::dynamic;
use crate::plan::values::{on, shown};
use crate::protocol::flavour_rules::Gtids;
use crate::protocol::ids::ServerId;
use crate::protocol::variables::{Name, Variable};
use crate::spec::catalogue::{self, Effect, Entry, Kind, Release, Settable, Special};

impl Lab<'_> {
    /// Whether a variable belongs to a plugin that is not installed.
    pub(super) fn needs_plugin(&self, id: ServerId, name: &str) -> bool {
        let plain = catalogue::plain(name);
        let installed = [Half::Source, Half::Replica].map(|half| self.seen.semi_sync(id, half));
        let belongs = |plugin: &&Plugin| plain.starts_with(plugin.name);
        plain.starts_with("rpl_semi_sync_") && !installed.iter().flatten().any(belongs)
    }

    /// Whether this release of the server has no variable of this spelling.
    pub(super) fn other_words(&self, name: &str) -> bool {
        let (plain, release) = (catalogue::plain(name), Release::from(self.seen.flavour));
        match plain.as_str() {
            // Only sessions have them: 9.7 sets them and lists them nowhere.
            "sql_log_bin" => return false,
            "gtid_next" => return self.seen.rules.gtids != Gtids::Sets,
            _ => {}
        }
        let mut spelled = catalogue::find(name)
            .into_iter()
            .flat_map(|entry| entry.spelled(release));
        !spelled.any(|known| known == plain)
    }

    /// What a server's my.cnf sets, as it starts.
    pub(super) fn configured(&self, id: ServerId) -> Vec<Variable> {
        let of = &self.seen.machine(id).identity.configured;
        dynamic::at_start().map(|name| of.get(name)).collect()
    }

    /// The variables of the server, in the order of their names.
    pub fn variables(&self, id: ServerId) -> Vec<(&'static str, String)> {
        let release = Release::from(self.seen.flavour);
        let mut all = Vec::new();
        for entry in catalogue::entries().filter(|entry| entry.settable(release).is_shown()) {
            let names = entry
                .spelled(release)
                .filter(|name| !self.needs_plugin(id, name));
            let value = self.value(id, entry, release);
            all.extend(names.map(|name| (name, value.clone())));
        }
        all.sort_by_key(|(name, _)| *name);
        all
    }

    /// What one of them says, if there is one of this name.
    pub fn variable(&self, id: ServerId, name: &str) -> Option<String> {
        let release = Release::from(self.seen.flavour);
        let entry = catalogue::find(name).filter(|entry| entry.exists(release))?;
        Some(self.value(id, entry, release))
    }

    /// Its default.
    pub(super) fn default_of(&self, name: &str) -> Option<String> {
        let release = Release::from(self.seen.flavour);
        catalogue::find(name)?.default(release).map(str::to_owned)
    }

    fn value(&self, id: ServerId, entry: &Entry, release: Release) -> String {
        let said = || {
            self.seen
                .machine(id)
                .identity
                .said
                .get(entry.name())
                .cloned()
        };
        let set = || {
            said()
                .or(entry.default(release).map(str::to_owned))
                .unwrap_or_default()
        };
        if entry.name() == "version" {
            return self.seen.words.version(self.seen.flavour);
        }
        match entry.effect {
            // What is told of it is not what is done: see `Lab::new`.
            Effect::Modelled(Name::Writeset) => shown(
                self.seen
                    .machine(id)
                    .identity
                    .configured
                    .get(Name::Writeset),
            ),
            Effect::Modelled(name) => shown(self.simulation.world.server(id).variables.get(name)),
            Effect::Special(special) => self.special(id, special).unwrap_or_else(set),
            Effect::None | Effect::Refused { .. } => set(),
        }
    }

    /// What a server says of its identity and state; the others as they were set.
    fn special(&self, id: ServerId, special: Special) -> Option<String> {
        let machine = self.seen.machine(id);
        let identity = &machine.identity;
        Some(match special {
            Special::AutoIncrementIncrement => identity.auto_increment.0.to_string(),
            Special::AutoIncrementOffset => identity.auto_increment.1.to_string(),
            Special::BinlogFormat => match identity.format {
                Format::Row => "ROW".to_owned(),
                Format::Statement => "STATEMENT".to_owned(),
            },
            Special::EnforceGtidConsistency | Special::GtidMode => {
                on(identity.gtid_mode).to_owned()
            }
            Special::GtidBinlogPos => self.seen.seq_text(self.binlog_pos(id)),
            Special::GtidCurrentPos => self.seen.seq_text(self.current_pos(id)),
            Special::GtidExecuted => self.executed(id),
            Special::GtidPurged => self.purged(id).to_string(),
            Special::GtidSlavePos => self.seen.seq_text(machine.slave_pos),
            Special::Hostname => identity.name.clone(),
            Special::LogBin => "ON".to_owned(),
            Special::LogBinBasename => format!("/var/lib/mysql/{}", identity.binlog),
            Special::RelayLog => identity.relay_log.clone(),
            Special::SkipCounter => {
                let world = &self.simulation.world;
                self.seen.skip_counter(id, world).to_string()
            }
            Special::ServerId => identity.server_id.to_string(),
            Special::ServerUuid => identity.uuid.clone(),
            Special::MasterAutoPosition
            | Special::MasterUseGtid
            | Special::SlaveParallelType
            | Special::SlavePreserveCommitOrder => return None,
        })
    }

    /// `gtid_executed` (MySQL): visible only from the engine commit on.
    pub fn executed(&self, id: ServerId) -> String {
        let server = self.simulation.world.server(id);
        self.seen
            .gtid_set(&server.history.set_between(0, server.committed))
            .to_string()
    }

    /// `gtid_purged` (MySQL): what was executed and is in no binlog here.
    pub(super) fn purged(&self, id: ServerId) -> UuidSet {
        let server = self.simulation.world.server(id);
        let unlogged = server.history.runs().iter().filter(|run| !run.logged);
        let purged = server
            .history
            .set_between(0, server.purged.min(server.committed));
        unlogged.fold(self.seen.gtid_set(&purged), |set, run| {
            let end = run.end().min(server.committed).max(run.start);
            set.with(
                self.seen
                    .gtid_set(&server.history.set_between(run.start, end)),
            )
        })
    }

    /// `gtid_binlog_pos` (MariaDB): the last GTID in the binlog.
    pub(super) fn binlog_pos(&self, id: ServerId) -> Option<(ServerId, u64)> {
        let gtid = self.seen.last_in_binlog(id, &self.simulation.world)?;
        Some((gtid.origin.server, *self.seen.seq.get(&gtid)?))
    }

    /// `gtid_current_pos` (MariaDB): `gtid_slave_pos`, unless a later transaction of the server's own is in its binlog.
    pub(super) fn current_pos(&self, id: ServerId) -> Option<(ServerId, u64)> {
        let own = self.binlog_pos(id).filter(|(server, _)| *server == id);
        let slave_pos = self.seen.machine(id).slave_pos;
        match (own, slave_pos) {
            (Some((_, seq)), Some((_, executed))) if seq <= executed => slave_pos,
            (Some(_), _) => own,
            (None, _) => slave_pos,
        }
    }

    /// `@@name`: the connection's, else the server's.
    pub(super) fn variable_value(&self, name: &str, asker: Asker) -> Result<Value, Stop> {
        let plain = catalogue::plain(name);
        let is_global = name.to_ascii_lowercase().starts_with("global.");
        let connection = &self.seen.connections[asker.session];
        let own = match plain.as_str() {
            _ if is_global => None,
            "sql_log_bin" => Some(on(!connection.no_log_bin).to_owned()),
            "autocommit" => Some(on(!connection.no_autocommit).to_owned()),
            "last_insert_id" | "identity" => Some(connection.last_insert_id.to_string()),
            "gtid_next" if self.seen.rules.gtids == Gtids::Sets => {
                let next = connection.gtid_next.as_ref().map(|next| next.text.clone());
                Some(next.unwrap_or_else(|| "AUTOMATIC".to_owned()))
            }
            _ => connection.session.get(&plain).cloned(),
        };
        let unknown = || {
            let text = format!("Unknown system variable '{plain}'");
            Stop::Error(SqlError::new(1193, "HY000", text))
        };
        let release = Release::from(self.seen.flavour);
        let entry = catalogue::find(&plain).filter(|_| !self.other_words(&plain));
        let value = match own {
            Some(own) => own,
            None if self.needs_plugin(asker.id, &plain) => return Err(unknown()),
            None => {
                let entry = entry.filter(|entry| match entry.settable(release) {
                    Settable::Dynamic | Settable::AtStart | Settable::Computed => true,
                    Settable::Session => !is_global,
                    Settable::Option | Settable::ChangeMaster => false,
                });
                let entry = entry.ok_or_else(unknown)?;
                if let (Settable::Session, Effect::Refused { why, .. }) =
                    (entry.settable(release), &entry.effect)
                {
                    let problem = format!("@@{plain} is not modelled: {why}");
                    return Err(Stop::NotModelled(problem));
                }
                self.value(asker.id, entry, release)
            }
        };
        // Switches are numbers in an expression.
        Ok(
            match (entry.map(|entry| entry.kind(release)), value.as_str()) {
                (Some(Kind::Switch), "ON") => Value::Int(1),
                (Some(Kind::Switch), "OFF") => Value::Int(0),
                (Some(Kind::Whole { .. } | Kind::Decimal), number) => Value::decimal(number),
                _ => Value::Text(value),
            },
        )
    }
}
