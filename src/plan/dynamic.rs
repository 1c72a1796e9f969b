//! `SET GLOBAL`: which variables a running server changes, and what their values mean.

use super::values::{redo_flush, wait_point};
use crate::protocol::flavour::Flavour;
use crate::protocol::ids::Span;
use crate::protocol::variables::Variable;
use crate::spec::settings::{In, KNOWN, Setting, canonical};

/// Why a variable was not set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The server has no such variable (error 1193).
    Unknown,
    /// It is read when the server starts (error 1238).
    ReadOnly,
    /// The server does not take the value (error 1231).
    Value,
    /// The server would; it is not modelled.
    NotModelled(String),
}

/// The variable and its value.
pub fn variable(flavour: Flavour, name: &str, value: &str) -> Result<Variable, Refusal> {
    let known = canonical(name).ok_or(Refusal::Unknown)?;
    let place = KNOWN.iter().find(|entry| entry.0[0] == known);
    if !flavour.is_in(place.map_or(In::All, |entry| entry.1)) {
        return Err(Refusal::Unknown);
    }
    let setting = Setting(value.to_owned());
    let switch = || setting.switch().map_err(|_| Refusal::Value);
    let whole = |low: u64, high: u64| setting.whole(low, high, "").map_err(|_| Refusal::Value);
    let count = || whole(0, u64::from(u32::MAX)).map(|count| count as u32);
    Ok(match known {
        "sync_binlog" => Variable::SyncBinlog(count()?),
        "innodb_flush_log_at_trx_commit" => {
            Variable::RedoFlush(redo_flush(&setting).map_err(|_| Refusal::Value)?)
        }
        "binlog_group_commit_sync_delay" => Variable::SyncDelay(Span::micros(whole(0, 1_000_000)?)),
        "binlog_group_commit_sync_no_delay_count" => Variable::SyncNoDelayCount(count()?),
        "binlog_commit_wait_count" => Variable::CommitWaitCount(count()?),
        "binlog_commit_wait_usec" => {
            Variable::CommitWait(Span::micros(whole(0, u64::from(u32::MAX))?))
        }
        "rpl_semi_sync_master_enabled" => Variable::SemiSyncMaster(switch()?),
        "rpl_semi_sync_slave_enabled" => Variable::SemiSyncSlave(switch()?),
        "rpl_semi_sync_master_wait_point" => {
            Variable::WaitPoint(wait_point(&setting).map_err(|_| Refusal::Value)?)
        }
        "rpl_semi_sync_master_timeout" => {
            Variable::SemiSyncTimeout(Span::millis(whole(0, u64::MAX)?))
        }
        "rpl_semi_sync_master_wait_no_slave" => Variable::WaitNoSlave(switch()?),
        "rpl_semi_sync_master_wait_for_slave_count" => {
            Variable::WaitForSlaveCount(whole(1, 65_535)? as u16)
        }
        "sync_relay_log" => Variable::SyncRelayLog(count()?),
        "slave_net_timeout" => Variable::SlaveNetTimeout(Span::seconds(whole(1, 31_536_000)?)),
        "gtid_strict_mode" => Variable::GtidStrictMode(switch()?),
        "read_only" | "super_read_only" => Variable::ReadOnly(switch()?),
        "log_slave_updates"
        | "relay_log_recovery"
        | "innodb_log_file_buffering"
        | "init_rpl_role" => return Err(Refusal::ReadOnly),
        "master_connect_retry"
        | "master_retry_count"
        | "master_heartbeat_period"
        | "master_auto_position"
        | "master_use_gtid" => return Err(Refusal::Unknown),
        other => {
            return Err(Refusal::NotModelled(format!(
                "SET GLOBAL {other} on a running server is not modelled: set it in my.cnf and restart"
            )));
        }
    })
}
