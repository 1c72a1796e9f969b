//! The variables of a server as SHOW VARIABLES prints them, and what its my.cnf says.

use super::Lab;
use crate::lesson::binlog::Format;
use crate::lesson::show;
use crate::lesson::store::errors::SqlError;
use crate::lesson::store::select::Grid;
use crate::plan::dynamic;
use crate::plan::values::{on, shown};
use crate::protocol::ids::ServerId;
use crate::protocol::variables::Variable;
use crate::spec::catalogue::{self, Effect, Entry, Kind, Release, Special};

impl Lab<'_> {
    /// Whether a variable belongs to a plugin that is not installed.
    pub(super) fn needs_plugin(&self, id: ServerId, name: &str) -> bool {
        let plain = name.to_ascii_lowercase();
        let plugin = if plain.starts_with("rpl_semi_sync_master")
            || plain.starts_with("rpl_semi_sync_source")
        {
            "rpl_semi_sync_master"
        } else if plain.starts_with("rpl_semi_sync") {
            "rpl_semi_sync_slave"
        } else {
            return false;
        };
        self.seen.words.has_plugins() && !self.seen.machine(id).plugins.contains(plugin)
    }

    /// Whether this release of the server has no variable of this spelling.
    pub(super) fn other_words(&self, name: &str) -> bool {
        let (plain, release) = (catalogue::plain(name), Release::from(self.seen.flavour));
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
            // The names of semi-sync's variables follow the plugin, of which there is one.
            let most = if entry.name().starts_with("rpl_semi_sync") {
                1
            } else {
                usize::MAX
            };
            let value = self.value(id, entry, release);
            all.extend(names.take(most).map(|name| (name, value.clone())));
        }
        all.sort_by_key(|(name, _)| *name);
        all
    }

    /// What one of them says, if there is one of this name.
    pub(super) fn variable(&self, id: ServerId, name: &str) -> Option<String> {
        let release = Release::from(self.seen.flavour);
        let entry = catalogue::find(name).filter(|entry| entry.exists(release))?;
        Some(self.value(id, entry, release))
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
        match entry.effect {
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
            Special::GtidCurrentPos => self.seen.seq_text(machine.last_seq),
            Special::GtidExecuted => self.executed(id),
            Special::GtidSlavePos => self.seen.seq_text(machine.slave_pos),
            Special::Hostname => identity.name.clone(),
            Special::LogBin => "ON".to_owned(),
            Special::LogBinBasename => format!("/var/lib/mysql/{}", identity.binlog),
            Special::RelayLog => identity.relay_log.clone(),
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

    /// `gtid_binlog_pos` (MariaDB): the last GTID in the binlog.
    fn binlog_pos(&self, id: ServerId) -> Option<(ServerId, u64)> {
        let history = &self.simulation.world.server(id).history;
        let last = history.runs().iter().rev().find(|run| run.logged)?;
        let gtid = history.get(last.end() - 1)?;
        Some((gtid.origin.server, *self.seen.seq.get(&gtid)?))
    }

    /// `SELECT @@a, @@b`
    pub(super) fn select_variables(
        &self,
        id: ServerId,
        names: &[String],
        vertical: bool,
    ) -> String {
        let all = self.variables(id);
        let mut grid = Grid::default();
        let mut row = Vec::new();
        for name in names {
            let plain = catalogue::plain(name);
            let Some((_, value)) = all.iter().find(|(known, _)| *known == plain) else {
                return SqlError::new(1193, "HY000", format!("Unknown system variable '{plain}'"))
                    .printed();
            };
            let release = Release::from(self.seen.flavour);
            let kind = catalogue::find(&plain).map(|entry| entry.kind(release));
            let is_number = matches!(
                kind,
                Some(Kind::Switch | Kind::Whole { .. } | Kind::Decimal)
            );
            // Switches are numbers in an expression.
            let value = match (kind, value.as_str()) {
                (Some(Kind::Switch), "ON") => "1".to_owned(),
                (Some(Kind::Switch), "OFF") => "0".to_owned(),
                (_, value) => value.to_owned(),
            };
            grid.columns.push((format!("@@{name}"), is_number));
            row.push(value);
        }
        grid.rows.push(row);
        show::grid(&grid, vertical, &self.seen.words)
    }
}
