//! `SET GLOBAL` and my.cnf of a lesson: which variables change, and what their values mean.

use super::values::read;
use crate::protocol::flavour::Flavour;
use crate::protocol::variables::{Name, Variable};
use crate::spec::catalogue::{self, Entry, Release, Settable, Special, Status};
use crate::spec::settings::Setting;

/// Why a variable was not set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The server has no such variable (error 1193).
    Unknown,
    /// It is read when the server starts (error 1238).
    ReadOnly,
    /// The server does not take the value (error 1231).
    Value,
    /// It is modelled outside of the variables.
    Special(Special),
    /// The server would; it is not modelled.
    NotModelled(String),
}

/// What `SET GLOBAL` changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A variable of the core.
    Core(Variable),
    /// Nothing but what SHOW VARIABLES prints: the variable and its value.
    Shown(&'static str, String),
}

/// What a line of my.cnf changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// What `SET GLOBAL` changes too.
    Plain(Change),
    /// A server's identity, or what several variables say together.
    Special(Special),
}

/// Whether a lesson may set it: in a running server it holds at once or when the server looks at it the next time; in
/// my.cnf from the next start. The others are set in a model alone.
fn is_modelled_in_lessons(name: Name) -> bool {
    match name {
        Name::SyncBinlog
        | Name::RedoFlush
        | Name::RedoDirect
        | Name::SyncDelay
        | Name::SyncNoDelayCount
        | Name::CommitWaitCount
        | Name::CommitWait
        | Name::SemiSyncMaster
        | Name::SemiSyncSlave
        | Name::WaitPoint
        | Name::SemiSyncTimeout
        | Name::WaitNoSlave
        | Name::WaitForSlaveCount
        | Name::SyncRelayLog
        | Name::GtidStrictMode
        | Name::SlaveNetTimeout
        | Name::NetWriteTimeout
        | Name::ReadOnly
        | Name::SuperReadOnly
        | Name::LogSlaveUpdates
        | Name::RelayLogRecovery => true,
        Name::InitRoleIsSlave
        | Name::ConnectRetry
        | Name::RetryCount
        | Name::HeartbeatPeriod
        | Name::Workers
        | Name::Parallel
        | Name::Writeset
        | Name::WritesetHistory => false,
    }
}

/// The variables that a my.cnf sets when its server starts.
pub fn at_start() -> impl Iterator<Item = Name> {
    let every = Name::ALL.iter().copied();
    every.filter(|name| is_modelled_in_lessons(*name))
}

/// The variable with this name that a server of this flavour has.
fn known(flavour: Flavour, name: &str) -> Result<&'static Entry, Refusal> {
    let there = |entry: &&Entry| entry.exists(Release::from(flavour));
    catalogue::find(name).filter(there).ok_or(Refusal::Unknown)
}

/// A line of my.cnf.
pub fn in_my_cnf(flavour: Flavour, name: &str, value: &str) -> Result<Line, Refusal> {
    let entry = known(flavour, name)?;
    match entry.settable(Release::from(flavour)) {
        Settable::Dynamic | Settable::AtStart | Settable::Option => {}
        Settable::Computed | Settable::Session => return Err(Refusal::ReadOnly),
        Settable::ChangeMaster => return Err(Refusal::Unknown),
    }
    line(entry, flavour, value)
}

/// The value that a server takes instead of a number that is too small or too large, with warning 1292.
pub fn truncated(flavour: Flavour, name: &str, value: &str) -> Option<String> {
    let entry = known(flavour, name).ok()?;
    entry.kind(Release::from(flavour)).nearest(value)
}

/// `SET GLOBAL` of one variable.
pub fn set_global(flavour: Flavour, name: &str, value: &str) -> Result<Change, Refusal> {
    let entry = known(flavour, name)?;
    match entry.settable(Release::from(flavour)) {
        Settable::Dynamic => {}
        Settable::AtStart | Settable::Computed => return Err(Refusal::ReadOnly),
        Settable::Session | Settable::Option | Settable::ChangeMaster => {
            return Err(Refusal::Unknown);
        }
    }
    match line(entry, flavour, value)? {
        Line::Plain(change) => Ok(change),
        Line::Special(special) => Err(Refusal::Special(special)),
    }
}

/// That it is set in my.cnf alone.
pub fn later(name: &str) -> String {
    format!("SET GLOBAL {name} on a running server is not modelled: set it in my.cnf and restart")
}

fn line(entry: &'static Entry, flavour: Flavour, value: &str) -> Result<Line, Refusal> {
    let release = Release::from(flavour);
    let (kind, setting) = (entry.kind(release), Setting(value.to_owned()));
    let status = entry
        .status(release, &setting)
        .map_err(|_| Refusal::Value)?;
    match status {
        Status::Modelled(name) if !is_modelled_in_lessons(name) => {
            Err(Refusal::NotModelled(later(entry.name())))
        }
        Status::Modelled(name) => {
            let variable = read(name, kind, &setting).map_err(|_| Refusal::Value)?;
            Ok(Line::Plain(Change::Core(variable)))
        }
        Status::Special(special) => Ok(Line::Special(special)),
        Status::WithoutEffect | Status::AsModelled => {
            let shown = kind.shown(&setting).map_err(|_| Refusal::Value)?;
            Ok(Line::Plain(Change::Shown(entry.name(), shown)))
        }
        Status::Refused(why) => Err(Refusal::NotModelled(why)),
    }
}
