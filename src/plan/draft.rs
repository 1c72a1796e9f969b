//! The variables of a server while they are read, one after the other.

use super::values::{only, read, use_gtid};
use crate::protocol::flavour::Flavour;
use crate::protocol::flavour_rules::{CommitOrder, ParallelType};
use crate::protocol::variables::{Name, Positioning, Variables};
use crate::spec::catalogue::{self, Release, Settable, Special, Status};
use crate::spec::settings::Setting;

/// Variables on the way, with what only makes sense once all are known.
pub struct Draft {
    /// What the core knows.
    pub variables: Variables,
    /// `gtid_mode`
    pub gtid_mode: bool,
    /// `MASTER_AUTO_POSITION`, if it was set.
    pub auto_position: Option<bool>,
    /// `MASTER_HEARTBEAT_PERIOD` does not follow from `slave_net_timeout`.
    pub heartbeat_is_set: bool,
    /// `rpl_semi_sync_master_timeout` was set.
    pub timeout_is_set: bool,
    /// `slave_parallel_type`
    pub parallel_type: ParallelType,
    /// `slave_preserve_commit_order`
    pub commit_order: CommitOrder,
}

/// What was set by name and is not in [`Variables`], as the server shows it.
pub type Said = Vec<(&'static str, String)>;

/// Sets one variable; what is not in [`Variables`] is given back as the server shows it.
pub fn apply(
    draft: &mut Draft,
    flavour: Flavour,
    variable: &str,
    setting: &Setting,
) -> Result<Option<(&'static str, String)>, String> {
    let release = Release::from(flavour);
    let entry = catalogue::find(variable).filter(|entry| entry.exists(release));
    let Some(entry) = entry else {
        return Err(format!("`{variable}` does not exist in {flavour}"));
    };
    let kind = entry.kind(release);
    match entry.settable(release) {
        Settable::Dynamic | Settable::AtStart | Settable::Option | Settable::ChangeMaster => {}
        Settable::Computed => {
            return Err(format!(
                "`{variable}` cannot be set: the server computes it"
            ));
        }
        Settable::Session => {
            return Err(format!("`{variable}` is set by a session, not in my.cnf"));
        }
    }
    match entry.status(release, setting)? {
        Status::Modelled(name) => {
            let heartbeat = draft.variables.heartbeat_period;
            draft.variables.set(read(name, kind, setting)?);
            if name == Name::SlaveNetTimeout {
                draft.variables.heartbeat_period = heartbeat;
            }
            draft.heartbeat_is_set |= name == Name::HeartbeatPeriod;
            draft.timeout_is_set |= name == Name::SemiSyncTimeout;
            return Ok(None);
        }
        Status::Special(special) => apply_special(draft, special, setting)?,
        Status::WithoutEffect | Status::AsModelled => {}
        Status::Refused(why) => return Err(why),
    }
    let value = kind.shown(setting).unwrap_or_else(|_| setting.0.clone());
    Ok(Some((entry.name(), value)))
}

/// Sets what several variables say together, or takes what a model may say of a server's identity.
fn apply_special(draft: &mut Draft, special: Special, setting: &Setting) -> Result<(), String> {
    let to = &mut draft.variables;
    match special {
        Special::GtidMode => {
            draft.gtid_mode = setting
                .switch()
                .map_err(|_| only("gtid_mode", "ON and OFF"))?
        }
        Special::MasterAutoPosition => {
            let on = setting.switch()?;
            draft.auto_position = Some(on);
            to.positioning = if on {
                Positioning::Gtid
            } else {
                Positioning::FileAndPosition
            };
        }
        Special::MasterUseGtid => to.positioning = use_gtid(setting)?,
        Special::SlaveParallelType => match setting.0.to_ascii_lowercase().as_str() {
            "logical_clock" => draft.parallel_type = ParallelType::LogicalClock,
            "database" => draft.parallel_type = ParallelType::Database,
            _ => {
                return Err(format!(
                    "expected LOGICAL_CLOCK or DATABASE, not {:?}",
                    setting.0
                ));
            }
        },
        Special::SlavePreserveCommitOrder => {
            draft.commit_order = match setting.switch()? {
                true => CommitOrder::Preserved,
                false => CommitOrder::Any,
            }
        }
        Special::BinlogFormat if setting.0.eq_ignore_ascii_case("ROW") => {}
        Special::BinlogFormat => return Err(only("binlog_format", "ROW")),
        Special::EnforceGtidConsistency if setting.0.eq_ignore_ascii_case("WARN") => {}
        Special::EnforceGtidConsistency => {
            setting.switch()?;
        }
        Special::LogBin if setting.switch() == Ok(false) => {
            return Err("servers without a binlog are not modelled yet".to_owned());
        }
        Special::ServerId | Special::AutoIncrementIncrement | Special::AutoIncrementOffset => {
            setting.whole(0, u64::from(u32::MAX), "")?;
        }
        Special::LogBin | Special::RelayLog => {}
        Special::GtidBinlogPos
        | Special::GtidCurrentPos
        | Special::GtidExecuted
        | Special::GtidPurged
        | Special::GtidSlavePos
        | Special::SkipCounter
        | Special::Hostname
        | Special::LogBinBasename
        | Special::ServerUuid => {
            return Err("it follows from what the server does, and cannot be set".to_owned());
        }
    }
    Ok(())
}
