//! Bounds of `replsim check`, as an experiment may say them.

use super::error::Error;
use super::limits;
use schemars::JsonSchema;
use serde::Deserialize;

/// How far the search through every order of events goes.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, expecting = "an object")]
pub struct Check {
    /// Sessions that submit; 2 without it.
    pub sessions: Option<u16>,
    /// Transactions that they submit together; 2 without it.
    pub transactions: Option<u8>,
    /// Crashes; without it as many as the experiment has faults that crash servers, at most 4.
    pub crashes: Option<u8>,
    /// Which servers crash; without it those of the experiment's faults.
    pub victims: Option<Victims>,
    /// Restarts of crashed servers; 1 without it.
    pub restarts: Option<u8>,
    /// Semi-sync waits that time out; none without it.
    pub time_outs: Option<u8>,
    /// Decisions of the manager that the master is dead; 1 without it.
    pub failovers: Option<u8>,
    /// Times that an operating system writes its page cache back, where a crash may lose one; 1 without it.
    pub write_backs: Option<u8>,
    /// Times that a thread of a replica is stopped (and may be started again): without it as often as the experiment's
    /// faults do it, at most 4.
    pub stops: Option<u8>,
    /// Replication connections that break; none without it.
    pub disconnects: Option<u8>,
    /// States after which the search gives up.
    pub most_states: Option<u32>,
}

impl Check {
    /// A file may ask for as much as the options of `replsim check`.
    pub fn within_limits(&self) -> Result<(), Error> {
        let said = [
            self.sessions.map(u32::from),
            self.transactions.map(u32::from),
            self.crashes.map(u32::from),
            self.restarts.map(u32::from),
            self.time_outs.map(u32::from),
            self.failovers.map(u32::from),
            self.write_backs.map(u32::from),
            self.stops.map(u32::from),
            self.disconnects.map(u32::from),
            self.most_states,
        ];
        for ((name, least, most), said) in limits::CHECK.into_iter().zip(said) {
            let Some(said) = said.filter(|said| !(least..=most).contains(said)) else {
                continue;
            };
            let memory = match name {
                "most_states" if said > most => {
                    let bytes = limits::memory_of_states(said, 3);
                    format!(
                        "; so many states of three servers need about {}",
                        limits::printed(bytes)
                    )
                }
                _ => String::new(),
            };
            let problem =
                format!("expected {least} to {most}, not {said}{memory} (docs/limits.md)");
            return Err(Error::at(format!("check.{name}"), problem));
        }
        Ok(())
    }
}

/// Which servers crash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Victims {
    /// Those that the experiment's faults strike, together as they strike them.
    OfFaults,
    /// Any server.
    Any,
}
