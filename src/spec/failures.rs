//! How often servers, hosts and sites fail, and how long they stay away.

use super::units::{Duration, Share, YearlyRate};
use schemars::JsonSchema;
use serde::Deserialize;

/// Failure rates; with them every case gets yearly figures. Absent: that kind of failure does not happen.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub struct Failures {
    /// Crashes of each server's process (`process_kill`).
    pub process: Option<YearlyRate>,
    /// Failures of each host (`host_loss`).
    pub host: Option<YearlyRate>,
    /// Failures of each site (`site_loss`).
    pub site: Option<YearlyRate>,
    /// The share of the failures of hosts that take another host with them, any of the others (shared cause; absent: 0).
    pub shared: Option<Share>,
    /// How long they stay away.
    #[serde(default)]
    pub repair: Repair,
}

/// Mean times until a server is back and has caught up.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub struct Repair {
    /// After a crash of the process; absent: the model's `restart`.
    pub process: Option<Duration>,
    /// After a failure of the host.
    pub host: Option<Duration>,
    /// After a failure of the site.
    pub site: Option<Duration>,
}
