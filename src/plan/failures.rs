//! What fails together, how often, and for how long.

use super::places::Places;
use crate::protocol::crash::Crash;
use crate::protocol::exposure::ServerSet;
use crate::protocol::ids::{ServerId, Span};
use crate::spec::Error;
use crate::spec::model::Model;
use crate::spec::units::{Duration, YearlyRate};

/// Servers that fail together.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// What fails: `host host-m`.
    pub name: String,
    /// How its servers die.
    pub crash: Crash,
    /// Which servers.
    pub servers: ServerSet,
    /// How often, per year.
    pub per_year: f64,
    /// How long they stay away on average.
    pub repair: Span,
}

/// Every group of servers that may fail, with its rate; nothing without `failures`.
pub fn failures(model: &Model, places: &Places, restart: Span) -> Result<Vec<Failure>, Error> {
    let Some(said) = &model.failures else {
        return Ok(Vec::new());
    };
    let mut all = Vec::new();
    let per_year = |rate: YearlyRate| rate.0 as f64 / 1e6;
    let servers = |on: &dyn Fn(usize) -> bool| -> ServerSet {
        let servers = places.servers.iter().zip(0u8..);
        let servers = servers.filter(|(server, _)| on(server.host));
        servers.map(|(_, id)| ServerId(id)).collect()
    };
    let needed = |repair: Option<Duration>, kind: &str| {
        let problem = || {
            Error::at(
                format!("failures.repair.{kind}"),
                format!("how long is a {kind} away? Expected a duration such as \"2 h\""),
            )
        };
        repair.map(|time| Span(time.0)).ok_or_else(problem)
    };
    if let Some(rate) = said.process {
        let repair = said.repair.process.map_or(restart, |time| Span(time.0));
        for (server, id) in places.servers.iter().zip(0u8..) {
            all.push(Failure {
                name: format!("process of {}", server.name),
                crash: Crash::ProcessKill,
                servers: [ServerId(id)].into_iter().collect(),
                per_year: per_year(rate),
                repair,
            });
        }
    }
    if let Some(rate) = said.host {
        let repair = needed(said.repair.host, "host")?;
        let shared = said
            .shared
            .map_or(0.0, |share| f64::from(share.0) / 4_294_967_296.0);
        let used = |host: &usize| places.servers.iter().any(|server| server.host == *host);
        let hosts: Vec<usize> = (0..places.hosts.len()).filter(used).collect();
        let others = hosts.len().saturating_sub(1);
        let alone = if others == 0 { 1.0 } else { 1.0 - shared };
        for (at, &host) in hosts.iter().enumerate() {
            let name = &places.hosts[host].name;
            all.push(Failure {
                name: format!("host {name}"),
                crash: Crash::HostLoss,
                servers: servers(&|of| of == host),
                per_year: per_year(rate) * alone,
                repair,
            });
            for &other in hosts[at + 1..].iter().filter(|_| shared > 0.0) {
                all.push(Failure {
                    name: format!(
                        "hosts {name} and {}, shared cause",
                        places.hosts[other].name
                    ),
                    crash: Crash::HostLoss,
                    servers: servers(&|of| of == host || of == other),
                    // Either may be the first.
                    per_year: 2.0 * per_year(rate) * shared / others as f64,
                    repair,
                });
            }
        }
    }
    if let Some(rate) = said.site {
        let repair = needed(said.repair.site, "site")?;
        for (site, name) in places.sites.iter().enumerate() {
            let in_it = servers(&|of| places.hosts[of].site == site);
            if in_it.iter().next().is_some() {
                all.push(Failure {
                    name: format!("site {name}"),
                    crash: Crash::SiteLoss,
                    servers: in_it,
                    per_year: per_year(rate),
                    repair,
                });
            }
        }
    }
    Ok(all)
}
