//! Values of server variables, as my.cnf and CHANGE MASTER TO take them.

use crate::protocol::ids::Span;
use crate::protocol::variables::{Name, Parallel, Positioning, RedoFlush, Variable, WaitPoint};
use crate::spec::catalogue::Kind;
use crate::spec::limits;
use crate::spec::settings::Setting;

/// A variable and its value from what a file or a statement says; the error is what was expected.
pub fn read(name: Name, kind: &Kind, setting: &Setting) -> Result<Variable, String> {
    let count = || kind.whole(setting, u64::from(u32::MAX)).map(|n| n as u32);
    let span = |most: u64, unit: fn(u64) -> Span| kind.whole(setting, most).map(unit);
    let switch = || setting.switch();
    Ok(match name {
        Name::SyncBinlog => Variable::SyncBinlog(count()?),
        Name::RedoFlush => Variable::RedoFlush(redo_flush(setting)?),
        Name::RedoDirect => Variable::RedoDirect(!switch()?),
        Name::SyncDelay => Variable::SyncDelay(span(u64::MAX, Span::micros)?),
        Name::SyncNoDelayCount => Variable::SyncNoDelayCount(count()?),
        Name::CommitWaitCount => Variable::CommitWaitCount(count()?),
        Name::CommitWait => Variable::CommitWait(span(u64::from(u32::MAX), Span::micros)?),
        Name::LogSlaveUpdates => Variable::LogSlaveUpdates(switch()?),
        Name::SemiSyncMaster => Variable::SemiSyncMaster(switch()?),
        Name::SemiSyncSlave => Variable::SemiSyncSlave(switch()?),
        Name::WaitPoint => Variable::WaitPoint(wait_point(setting)?),
        Name::SemiSyncTimeout => Variable::SemiSyncTimeout(span(u64::MAX, Span::millis)?),
        Name::WaitNoSlave => Variable::WaitNoSlave(switch()?),
        Name::WaitForSlaveCount => {
            Variable::WaitForSlaveCount(kind.whole(setting, u64::from(u16::MAX))? as u16)
        }
        Name::WritesetHistory => Variable::WritesetHistory(count()?),
        Name::SyncRelayLog => Variable::SyncRelayLog(count()?),
        Name::RelayLogRecovery => Variable::RelayLogRecovery(switch()?),
        Name::InitRoleIsSlave => Variable::InitRoleIsSlave(init_role(setting)?),
        Name::GtidStrictMode => Variable::GtidStrictMode(switch()?),
        Name::SlaveNetTimeout => Variable::SlaveNetTimeout(span(u64::MAX, Span::seconds)?),
        Name::NetWriteTimeout => Variable::NetWriteTimeout(span(u64::MAX, Span::seconds)?),
        Name::ConnectRetry => Variable::ConnectRetry(span(u64::MAX, Span::seconds)?),
        Name::RetryCount => Variable::RetryCount(count()?),
        Name::HeartbeatPeriod => Variable::HeartbeatPeriod(heartbeat(setting)?),
        Name::Workers => Variable::Workers(kind.whole(setting, limits::WORKERS)? as u8),
        Name::Parallel => Variable::Parallel(parallel_mode(setting)?),
        Name::Writeset => Variable::Writeset(writeset(setting)?),
        Name::ReadOnly => Variable::ReadOnly(switch()?),
        Name::SuperReadOnly => Variable::SuperReadOnly(switch()?),
    })
}

/// A variable's value as the server shows it.
pub fn shown(variable: Variable) -> String {
    let word = match variable {
        Variable::SyncBinlog(n)
        | Variable::SyncNoDelayCount(n)
        | Variable::CommitWaitCount(n)
        | Variable::WritesetHistory(n)
        | Variable::SyncRelayLog(n)
        | Variable::RetryCount(n) => return n.to_string(),
        Variable::WaitForSlaveCount(n) => return n.to_string(),
        Variable::Workers(n) => return n.to_string(),
        Variable::SyncDelay(span) | Variable::CommitWait(span) => {
            return (span.0 / 1_000).to_string();
        }
        Variable::SemiSyncTimeout(span) => return (span.0 / 1_000_000).to_string(),
        Variable::SlaveNetTimeout(span)
        | Variable::NetWriteTimeout(span)
        | Variable::ConnectRetry(span) => {
            return (span.0 / 1_000_000_000).to_string();
        }
        Variable::HeartbeatPeriod(Span::FOREVER) => "0",
        Variable::HeartbeatPeriod(span) => {
            let (seconds, rest) = (span.0 / 1_000_000_000, span.0 % 1_000_000_000);
            return format!("{seconds}.{:03}", rest / 1_000_000);
        }
        Variable::RedoDirect(direct) => on(!direct),
        Variable::LogSlaveUpdates(yes)
        | Variable::SemiSyncMaster(yes)
        | Variable::SemiSyncSlave(yes)
        | Variable::WaitNoSlave(yes)
        | Variable::RelayLogRecovery(yes)
        | Variable::GtidStrictMode(yes)
        | Variable::ReadOnly(yes)
        | Variable::SuperReadOnly(yes) => on(yes),
        Variable::InitRoleIsSlave(true) => "SLAVE",
        Variable::InitRoleIsSlave(false) => "MASTER",
        Variable::RedoFlush(RedoFlush::InBackground) => "0",
        Variable::RedoFlush(RedoFlush::AtCommit) => "1",
        Variable::RedoFlush(RedoFlush::WriteOnly) => "2",
        Variable::WaitPoint(WaitPoint::AfterSync) => "AFTER_SYNC",
        Variable::WaitPoint(WaitPoint::AfterCommit) => "AFTER_COMMIT",
        Variable::Parallel(Parallel::Conservative) => "conservative",
        Variable::Parallel(Parallel::Optimistic) => "optimistic",
        Variable::Parallel(Parallel::LogicalClock) => "",
        Variable::Writeset(true) => "WRITESET",
        Variable::Writeset(false) => "COMMIT_ORDER",
    };
    word.to_owned()
}

/// ON or OFF.
pub fn on(yes: bool) -> &'static str {
    if yes { "ON" } else { "OFF" }
}

/// `slave_parallel_mode` (MariaDB).
fn parallel_mode(setting: &Setting) -> Result<Parallel, String> {
    match setting.0.to_ascii_lowercase().as_str() {
        "optimistic" => Ok(Parallel::Optimistic),
        "conservative" => Ok(Parallel::Conservative),
        word @ ("aggressive" | "minimal" | "none") => Err(format!(
            "slave_parallel_mode={word} is not modelled yet: optimistic and conservative are"
        )),
        _ => Err(format!(
            "expected optimistic or conservative, not {:?}",
            setting.0
        )),
    }
}

/// `binlog_transaction_dependency_tracking` (MySQL).
fn writeset(setting: &Setting) -> Result<bool, String> {
    match setting.0.to_ascii_lowercase().as_str() {
        "commit_order" => Ok(false),
        "writeset" => Ok(true),
        "writeset_session" => Err("WRITESET_SESSION is not modelled yet: WRITESET is".to_owned()),
        _ => Err(format!(
            "expected COMMIT_ORDER or WRITESET, not {:?}",
            setting.0
        )),
    }
}

/// `innodb_flush_log_at_trx_commit`.
fn redo_flush(setting: &Setting) -> Result<RedoFlush, String> {
    match setting.0.as_str() {
        "0" => Ok(RedoFlush::InBackground),
        "1" => Ok(RedoFlush::AtCommit),
        "2" => Ok(RedoFlush::WriteOnly),
        "3" => Err(only("innodb_flush_log_at_trx_commit", "0, 1 and 2")),
        other => Err(format!("expected 0, 1 or 2, not {other:?}")),
    }
}

/// `rpl_semi_sync_master_wait_point`.
fn wait_point(setting: &Setting) -> Result<WaitPoint, String> {
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
fn init_role(setting: &Setting) -> Result<bool, String> {
    match setting.0.to_ascii_uppercase().as_str() {
        "MASTER" => Ok(false),
        "SLAVE" => Ok(true),
        _ => Err(format!("expected MASTER or SLAVE, not {:?}", setting.0)),
    }
}

/// Seconds with decimals; 0 sends none.
fn heartbeat(setting: &Setting) -> Result<Span, String> {
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
