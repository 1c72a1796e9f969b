//! What a server is called, and what its my.cnf says.

use crate::lesson::binlog::Format;
use crate::lesson::vocabulary::Vocabulary;
use crate::lesson::vocabulary::semi_sync::Half;
use crate::plan::Plan;
use crate::plan::dynamic::{self, Change, Line, Refusal};
use crate::protocol::flavour::Flavour;
use crate::protocol::flavour_rules::Gtids;
use crate::protocol::variables::Variables;
use crate::spec::catalogue::{self, Special};
use crate::spec::settings::Setting;
use std::collections::BTreeMap;

/// What a server is called, and how it is configured, beside what the core knows.
#[derive(Clone, Debug)]
pub struct Identity {
    /// Its name.
    pub name: String,
    /// `server_id`
    pub server_id: u32,
    /// `server_uuid`
    pub uuid: String,
    /// `log_bin_basename`, without a directory.
    pub binlog: String,
    /// Number of its first binlog file here.
    pub first_file: u32,
    /// Basename of its relay logs.
    pub relay_log: String,
    /// `auto_increment_increment`, `auto_increment_offset`
    pub auto_increment: (i64, i64),
    /// `binlog_format`
    pub format: Format,
    /// `gtid_mode` (MySQL)
    pub gtid_mode: bool,
    /// The variables with which it starts.
    pub configured: Variables,
    /// Variables that were set and are nothing but shown.
    pub said: BTreeMap<&'static str, String>,
}

impl Identity {
    /// The servers of a plan, by their names there.
    pub fn all(plan: &Plan) -> Vec<Identity> {
        let servers = plan.servers.iter().zip(&plan.cluster.servers).enumerate();
        let flavour = plan.cluster.flavour();
        servers
            .map(|(place, (server, setup))| {
                let said = server.said.iter().cloned().collect();
                Identity {
                    said,
                    ..Identity::new(&server.name, place, flavour, &setup.variables)
                }
            })
            .collect()
    }

    /// A server by its name and place in the model.
    fn new(name: &str, place: usize, flavour: Flavour, variables: &Variables) -> Identity {
        Identity {
            name: name.to_owned(),
            server_id: place as u32 + 1,
            uuid: format!(
                "{0}{0}{0}{0}{0}{0}{0}{0}-1111-1111-1111-111111111111",
                (place + 1) % 10
            ),
            binlog: "mysql-bin".to_owned(),
            first_file: 1,
            relay_log: format!("{name}-relay-bin"),
            auto_increment: (1, 1),
            format: Format::Row,
            gtid_mode: flavour.rules().gtids == Gtids::Sets
                && variables.positioning == crate::protocol::variables::Positioning::Gtid,
            configured: variables.clone(),
            said: BTreeMap::new(),
        }
    }

    /// A line of my.cnf.
    pub fn line(&mut self, flavour: Flavour, name: &str, value: &str) -> Result<(), String> {
        match dynamic::in_my_cnf(flavour, name, value) {
            Ok(Line::Plain(Change::Core(variable))) => self.configured.set(variable),
            Ok(Line::Plain(Change::Shown(name, value))) => self.is_set(name, value),
            Ok(Line::Special(special)) => self.special(special, name, value)?,
            Err(Refusal::Unknown) => {
                let dashed = catalogue::plain(name);
                if flavour.rules().gtids == Gtids::Sequence
                    && ["gtid_mode", "enforce_gtid_consistency"].contains(&dashed.as_str())
                {
                    return Err(format!(
                        "`{name}` does not exist in {}, which always writes GTIDs",
                        Vocabulary::of(flavour).server
                    ));
                }
                return Err(format!("unknown variable `{name}`"));
            }
            Err(Refusal::Value) => return Err(format!("`{name}` does not take {value:?}")),
            Err(Refusal::ReadOnly | Refusal::Special(_) | Refusal::NotModelled(_)) => {
                return Err(format!("`{name}` is not modelled in a lesson"));
            }
        }
        Ok(())
    }

    /// A variable that changes nothing but what SHOW VARIABLES prints.
    pub fn is_set(&mut self, name: &'static str, value: String) {
        self.said.insert(name, value);
    }

    fn special(&mut self, special: Special, name: &str, value: &str) -> Result<(), String> {
        let setting = Setting(value.to_owned());
        let number = |low: u64, high: u64| setting.whole(low, high, "").map(|number| number as i64);
        match special {
            Special::ServerId => self.server_id = number(1, u64::from(u32::MAX))? as u32,
            Special::AutoIncrementIncrement => self.auto_increment.0 = number(1, 65_535)?,
            Special::AutoIncrementOffset => self.auto_increment.1 = number(1, 65_535)?,
            Special::BinlogFormat => {
                self.format = match value.to_ascii_uppercase().as_str() {
                    "ROW" => Format::Row,
                    "STATEMENT" => Format::Statement,
                    _ => {
                        return Err(format!(
                            "binlog_format is ROW or STATEMENT here, not {value:?}"
                        ));
                    }
                }
            }
            Special::GtidMode => self.gtid_mode = setting.switch()?,
            Special::EnforceGtidConsistency => {
                setting.switch()?;
            }
            Special::LogBin | Special::RelayLog => {
                return Err(format!("`{name}`: name files in the lesson's `servers`"));
            }
            Special::GtidBinlogPos
            | Special::GtidCurrentPos
            | Special::GtidExecuted
            | Special::GtidPurged
            | Special::GtidSlavePos
            | Special::Hostname
            | Special::LogBinBasename
            | Special::MasterAutoPosition
            | Special::MasterUseGtid
            | Special::ServerUuid
            | Special::SkipCounter
            | Special::SlaveParallelType
            | Special::SlavePreserveCommitOrder => {
                return Err(format!("`{name}` is not modelled in a lesson"));
            }
        }
        Ok(())
    }

    /// Semi-sync in my.cnf needs its plugin there too: the servers would not start otherwise.
    pub fn loads_plugins(&self) -> impl Iterator<Item = Half> {
        let variables = &self.configured;
        let source = variables.semi_sync_master.then_some(Half::Source);
        let replica = variables.semi_sync_slave.then_some(Half::Replica);
        source.into_iter().chain(replica)
    }
}
