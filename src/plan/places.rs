//! Where servers stand: hosts and sites, in the order in which the servers name them.

use super::{HostPlan, Pace, ServerPlan};
use crate::protocol::ids::Span;
use crate::spec::model::{self, Disk, Host, Model};
use crate::spec::{Error, limits};

/// Servers, hosts and sites of a cluster.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// Servers, in the order of `ServerId`.
    pub servers: Vec<ServerPlan>,
    /// Their hosts.
    pub hosts: Vec<HostPlan>,
    /// The hosts' sites.
    pub sites: Vec<String>,
}

impl Places {
    /// The places of a model.
    pub fn of(model: &Model) -> Result<Places, Error> {
        let mut places = Places::default();
        for (name, server) in model.servers.iter() {
            let host = match &server.host {
                Some(host) if model.hosts.get(host).is_none() => {
                    let at = format!("servers.{name}.host");
                    return Err(Error::at(
                        at,
                        format!("unknown host `{host}`: put it into `hosts`"),
                    )
                    .near(host, model.hosts.names()));
                }
                Some(host) => host.as_str(),
                None => name,
            };
            let host = match places.hosts.iter().position(|known| known.name == host) {
                Some(known) => known,
                None => places.add_host(model, host)?,
            };
            places.servers.push(ServerPlan {
                name: name.to_string(),
                host,
                said: Vec::new(),
            });
        }
        // clients may stand in a site without servers
        for (_, host) in model.hosts.iter() {
            if let Some(site) = &host.site {
                places.site(site);
            }
        }
        Ok(places)
    }

    fn add_host(&mut self, model: &Model, name: &str) -> Result<usize, Error> {
        let none = Host::default();
        let host = model.hosts.get(name).unwrap_or(&none);
        let site = self.site(host.site.as_deref().unwrap_or(name));
        let at = format!("hosts.{name}");
        let cores = host
            .cores
            .or(model.cores)
            .ok_or_else(|| Error::at(format!("{at}.cores"), "missing, and no `cores` for all"))?;
        if !(1..=limits::CORES).contains(&cores) {
            let most = limits::CORES;
            let problem = format!("expected 1 to {most} cores, not {cores} (docs/limits.md)");
            return Err(Error::at(format!("{at}.cores"), problem));
        }
        let disk = |what: &str| {
            Error::at(
                format!("{at}.disk.{what}"),
                format!("missing, and no `disk.{what}` for all"),
            )
        };
        let Disk {
            fsync,
            overwrite,
            write,
            queue,
            persistent_memory,
            journal,
            slowdown,
            cold,
            writeback,
        } = &host.disk;
        let fsync = fsync
            .as_ref()
            .or(model.disk.fsync.as_ref())
            .ok_or_else(|| disk("fsync"))?;
        let overwrite = overwrite
            .as_ref()
            .or(model.disk.overwrite.as_ref())
            .unwrap_or(fsync);
        let write = write.as_ref().or(model.disk.write.as_ref());
        let queue = queue.or(model.disk.queue).ok_or_else(|| disk("queue"))?;
        let writeback = writeback
            .or(model.disk.writeback)
            .ok_or_else(|| disk("writeback"))?;
        if queue == 0 {
            return Err(Error::at(format!("{at}.disk.queue"), "expected at least 1"));
        }
        let path = format!("{at}.disk.writeback");
        limits::between(&path, writeback.0, limits::WRITEBACK, u64::MAX)?;
        self.hosts.push(HostPlan {
            name: name.to_string(),
            site,
            cores,
            fsync: fsync.table(),
            overwrite: overwrite.table(),
            write: write
                .map_or_else(|| overwrite.scaled(1, 2), Clone::clone)
                .table(),
            disk_queue: queue,
            persistent_memory: persistent_memory
                .or(model.disk.persistent_memory)
                .unwrap_or(false),
            journal: journal.or(model.disk.journal).unwrap_or(false),
            disk_slowdown: slowdown.or(model.disk.slowdown).map_or(0, |share| share.0),
            disk_cold: pace(
                cold.as_ref().or(model.disk.cold.as_ref()),
                &format!("{at}.disk.cold"),
            )?,
            wake_up: pace(
                host.wake_up.as_ref().or(model.wake_up.as_ref()),
                &format!("{at}.wake_up"),
            )?,
            writeback: Span(writeback.0),
        });
        Ok(self.hosts.len() - 1)
    }

    fn site(&mut self, name: &str) -> usize {
        self.sites
            .iter()
            .position(|known| known == name)
            .unwrap_or_else(|| {
                self.sites.push(name.to_string());
                self.sites.len() - 1
            })
    }

    /// The server with this name.
    pub fn server(&self, name: &str, at: &str) -> Result<usize, Error> {
        find(
            self.servers.iter().map(|server| server.name.as_str()),
            "server",
            name,
            at,
        )
    }

    /// The host with this name.
    pub fn host(&self, name: &str, at: &str) -> Result<usize, Error> {
        find(
            self.hosts.iter().map(|host| host.name.as_str()),
            "host",
            name,
            at,
        )
    }

    /// The site with this name.
    pub fn site_named(&self, name: &str, at: &str) -> Result<usize, Error> {
        find(self.sites.iter().map(String::as_str), "site", name, at)
    }

    /// The site of a server.
    pub fn site_of(&self, server: usize) -> usize {
        self.hosts[self.servers[server].host].site
    }
}

/// Points of rising idleness.
fn pace(said: Option<&model::Pace>, at: &str) -> Result<Pace, Error> {
    let points: Vec<(u64, u64)> = said.map_or(Vec::new(), |pace| {
        pace.0
            .iter()
            .map(|(idle, extra)| (idle.0, extra.0))
            .collect()
    });
    limits::at_most(at, points.len(), limits::POINTS, "points")?;
    if points.windows(2).any(|pair| pair[0].0 >= pair[1].0) {
        return Err(Error::at(
            at,
            "expected pairs in the order of rising idle time",
        ));
    }
    Ok(Pace(points))
}

/// The place of a name in a list, or an error that names the nearest.
fn find<'a>(
    known: impl Iterator<Item = &'a str> + Clone,
    what: &str,
    name: &str,
    at: &str,
) -> Result<usize, Error> {
    known
        .clone()
        .position(|known| known == name)
        .ok_or_else(|| Error::at(at, format!("unknown {what} `{name}`")).near(name, known))
}
