//! Values of server variables, as my.cnf and CHANGE MASTER TO take them.

use crate::protocol::ids::Span;
use crate::protocol::variables::{Positioning, RedoFlush, WaitPoint};
use crate::spec::limits;
use crate::spec::settings::Setting;

/// `innodb_flush_log_at_trx_commit`.
pub fn redo_flush(setting: &Setting) -> Result<RedoFlush, String> {
    match setting.0.as_str() {
        "0" => Ok(RedoFlush::InBackground),
        "1" => Ok(RedoFlush::AtCommit),
        "2" => Ok(RedoFlush::WriteOnly),
        "3" => Err(only("innodb_flush_log_at_trx_commit", "0, 1 and 2")),
        other => Err(format!("expected 0, 1 or 2, not {other:?}")),
    }
}

/// `rpl_semi_sync_master_wait_point`.
pub fn wait_point(setting: &Setting) -> Result<WaitPoint, String> {
    match setting.0.to_ascii_uppercase().as_str() {
        "AFTER_SYNC" => Ok(WaitPoint::AfterSync),
        "AFTER_COMMIT" => Ok(WaitPoint::AfterCommit),
        _ => Err(format!(
            "expected AFTER_SYNC or AFTER_COMMIT, not {:?}",
            setting.0
        )),
    }
}

/// `MASTER_USE_GTID`.
pub fn use_gtid(setting: &Setting) -> Result<Positioning, String> {
    match setting.0.to_ascii_lowercase().as_str() {
        "slave_pos" | "replica_pos" => Ok(Positioning::Gtid),
        "no" => Ok(Positioning::FileAndPosition),
        "current_pos" => Err(only("MASTER_USE_GTID", "slave_pos and no")),
        other => Err(format!("expected slave_pos or no, not {other:?}")),
    }
}

/// `--init-rpl-role`: whether the server restarts as a slave.
pub fn init_role(setting: &Setting) -> Result<bool, String> {
    match setting.0.to_ascii_uppercase().as_str() {
        "MASTER" => Ok(false),
        "SLAVE" => Ok(true),
        _ => Err(format!("expected MASTER or SLAVE, not {:?}", setting.0)),
    }
}

/// Seconds with decimals; 0 sends none.
pub fn heartbeat(setting: &Setting) -> Result<Span, String> {
    match crate::spec::units::plain_seconds(&setting.0) {
        Some(0) => Ok(Span::FOREVER),
        Some(ns) if (limits::HEARTBEAT..=4_294_967_000_000_000).contains(&ns) => Ok(Span(ns)),
        _ => Err(format!(
            "expected 0 or seconds from 0.001 to 4294967, as in CHANGE MASTER TO, not {:?}",
            setting.0
        )),
    }
}

/// Only these values of a variable are modelled.
pub fn only(variable: &str, values: &str) -> String {
    format!("`{variable}`: only {values} modelled yet").replace(", modelled", ", are modelled")
}
