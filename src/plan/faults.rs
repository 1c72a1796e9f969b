//! Faults with their targets found: a kind that strikes hosts finds the host of the server that is named, and so on.

use super::partitions::{self, Others};
use super::places::Places;
use super::{FaultKind, FaultPlan, Returns, Struck};
use crate::protocol::crash::Reach;
use crate::protocol::ids::ServerId;
use crate::protocol::setup::Setup;
use crate::spec::fault::{Does, Fault, Kind, Lasts, Returns as Said, ReturnsWord, Servers};
use crate::spec::{Error, names};

/// Whom a fault names.
enum Target {
    Servers(Vec<usize>),
    Host(usize),
    Site(usize),
}

/// The fault at `index` of the description.
pub fn fault(
    index: usize,
    fault: &Fault,
    cluster: &Setup,
    places: &Places,
    others: &Others,
) -> Result<FaultPlan, Error> {
    let at = format!("faults[{index}]");
    if let Some(link) = &fault.link {
        return link_fault(&at, link, fault, cluster, places);
    }
    if fault.direction.is_some() && fault.kind.does() != Does::Partition {
        let problem = format!(
            "a `{}` has no direction: only `partition` has",
            fault.kind.name()
        );
        return Err(Error::at(format!("{at}.direction"), problem));
    }
    let target = target(&at, fault, cluster, places)?;
    let ids = |servers: Vec<usize>| {
        servers
            .into_iter()
            .map(|server| ServerId(server as u8))
            .collect()
    };
    let kind = match fault.kind.does() {
        Does::Crash(crash) | Does::Restart(crash) => {
            let struck = match crash.reach() {
                Reach::Process => Struck::Servers(ids(target.servers(places))),
                Reach::Host => Struck::Host(target.host(&at, places)?),
                Reach::Site => Struck::Site(target.site(&at, places)?),
            };
            FaultKind::Crash(crash, struck)
        }
        Does::StallDisk => FaultKind::StallDisk(target.host(&at, places)?),
        Does::Partition => {
            let site = match target {
                Target::Site(site) => Some(site),
                Target::Servers(_) | Target::Host(_) => None,
            };
            partitions::around(fault, &target.servers(places), site, others, places)
        }
        Does::StopThread(thread) => {
            let servers = replicas(&at, target.servers(places), cluster, places)?;
            FaultKind::StopThread(thread, ids(servers))
        }
    };
    Ok(FaultPlan {
        kind,
        at: fault.at.table(),
        lasts: lasts(&at, fault)?,
        returns: returns(&at, fault)?,
    })
}

fn target(at: &str, fault: &Fault, cluster: &Setup, places: &Places) -> Result<Target, Error> {
    let said = [
        ("server", fault.server.is_some()),
        ("servers", fault.servers.is_some()),
        ("host", fault.host.is_some()),
        ("site", fault.site.is_some()),
    ];
    let said: Vec<&str> = said.iter().filter(|key| key.1).map(|key| key.0).collect();
    if said.len() > 1 {
        return Err(Error::at(
            at,
            format!("names {}: one of them is enough", said.join(" and ")),
        ));
    }
    if let Some(name) = &fault.server {
        return Ok(Target::Servers(vec![server(
            &format!("{at}.server"),
            name,
            cluster,
            places,
        )?]));
    }
    if let Some(servers) = &fault.servers {
        return several(&format!("{at}.servers"), servers, cluster, places).map(Target::Servers);
    }
    if let Some(name) = &fault.host {
        return Ok(Target::Host(places.host(name, &format!("{at}.host"))?));
    }
    if let Some(name) = &fault.site {
        return Ok(Target::Site(
            places.site_named(name, &format!("{at}.site"))?,
        ));
    }
    Err(Error::at(
        at,
        format!(
            "`{}` needs a target: server, servers, host, site or link",
            fault.kind.name()
        ),
    ))
}

/// A partition of one link: `"mysql-m>mysql-s-1"`, its two ends in either order.
fn link_fault(
    at: &str,
    link: &str,
    fault: &Fault,
    cluster: &Setup,
    places: &Places,
) -> Result<FaultPlan, Error> {
    let path = format!("{at}.link");
    if fault.server.is_some()
        || fault.servers.is_some()
        || fault.host.is_some()
        || fault.site.is_some()
    {
        return Err(Error::at(
            at,
            "names a link and something else: one of them is enough",
        ));
    }
    let Some((one, other)) = link.split_once('>') else {
        let problem = format!("expected two servers as in \"mysql-m>mysql-s-1\", not {link:?}");
        return Err(Error::at(path, problem));
    };
    let (one, other) = (
        server(&path, one.trim(), cluster, places)?,
        server(&path, other.trim(), cluster, places)?,
    );
    Ok(FaultPlan {
        kind: partitions::on_link(at, (one, other), fault, cluster, places)?,
        at: fault.at.table(),
        lasts: lasts(at, fault)?,
        returns: returns(at, fault)?,
    })
}

fn server(at: &str, name: &str, cluster: &Setup, places: &Places) -> Result<usize, Error> {
    match places.server(name, at) {
        Err(_) if name == "master" => Ok(usize::from(cluster.master.0)),
        found => found,
    }
}

fn several(
    at: &str,
    servers: &Servers,
    cluster: &Setup,
    places: &Places,
) -> Result<Vec<usize>, Error> {
    let mut found = match servers {
        Servers::Group(group) if group == "replicas" => {
            let all = cluster.servers.iter().enumerate();
            all.filter(|server| server.1.upstream.is_some())
                .map(|server| server.0)
                .collect()
        }
        Servers::Group(other) => {
            let problem = format!("expected \"replicas\" or a list of server names, not {other:?}");
            return Err(Error::at(at, problem).near(other, ["replicas"]));
        }
        Servers::Named(list) => list
            .iter()
            .map(|name| server(at, name, cluster, places))
            .collect::<Result<Vec<_>, _>>()?,
    };
    found.sort_unstable();
    found.dedup();
    if found.is_empty() {
        return Err(Error::at(at, "names no server"));
    }
    Ok(found)
}

impl Target {
    fn servers(&self, places: &Places) -> Vec<usize> {
        let all = 0..places.servers.len();
        match self {
            Target::Servers(servers) => servers.clone(),
            Target::Host(host) => all
                .filter(|server| places.servers[*server].host == *host)
                .collect(),
            Target::Site(site) => all
                .filter(|server| places.site_of(*server) == *site)
                .collect(),
        }
    }

    fn host(&self, at: &str, places: &Places) -> Result<usize, Error> {
        if let Target::Host(host) = self {
            return Ok(*host);
        }
        one(
            at,
            "host",
            self.servers(places)
                .into_iter()
                .map(|server| places.servers[server].host),
        )
    }

    fn site(&self, at: &str, places: &Places) -> Result<usize, Error> {
        match self {
            Target::Site(site) => Ok(*site),
            Target::Host(host) => Ok(places.hosts[*host].site),
            Target::Servers(servers) => one(
                at,
                "site",
                servers.iter().map(|server| places.site_of(*server)),
            ),
        }
    }
}

/// The only value of all, or a request for one fault each.
fn one(at: &str, what: &str, all: impl Iterator<Item = usize>) -> Result<usize, Error> {
    let mut all: Vec<usize> = all.collect();
    all.sort_unstable();
    all.dedup();
    match all.as_slice() {
        [only] => Ok(*only),
        _ => Err(Error::at(
            at,
            format!("strikes {} {what}s: write one fault for each", all.len()),
        )),
    }
}

fn replicas(
    at: &str,
    servers: Vec<usize>,
    cluster: &Setup,
    places: &Places,
) -> Result<Vec<usize>, Error> {
    match servers
        .iter()
        .find(|server| cluster.servers[**server].upstream.is_none())
    {
        Some(master) => {
            let name = &places.servers[*master].name;
            Err(Error::at(
                at,
                format!("`{name}` replicates from nobody: it has no such thread"),
            ))
        }
        None => Ok(servers),
    }
}

fn lasts(at: &str, fault: &Fault) -> Result<Option<crate::random::Table>, Error> {
    let at = format!("{at}.lasts");
    let name = fault.kind.name();
    match (fault.kind.lasts(), &fault.lasts) {
        (Lasts::Always, None) => Err(Error::at(
            at,
            format!("missing: how long does the `{name}` last?"),
        )),
        (Lasts::Always | Lasts::Perhaps, Some(lasts)) => {
            if lasts.p99() == 0 {
                return Err(Error::at(at, "expected a duration above 0"));
            }
            Ok(Some(lasts.table()))
        }
        (Lasts::AtOnce, Some(_)) => {
            let lasting = Kind::ALL
                .iter()
                .filter(|kind| kind.lasts() != Lasts::AtOnce);
            let lasting: Vec<&str> = lasting.map(|kind| kind.name()).collect();
            let problem = format!(
                "a `{name}` is over at once: only {} last",
                names::listed(&lasting)
            );
            Err(Error::at(at, problem))
        }
        (Lasts::AtOnce | Lasts::Perhaps, None) => Ok(None),
    }
}

fn returns(at: &str, fault: &Fault) -> Result<Returns, Error> {
    let returns = match fault.kind.does() {
        Does::Crash(_) => {
            return Ok(match &fault.returns {
                None | Some(Said::Word(ReturnsWord::WithDisks)) => Returns::AfterTheRun,
                Some(Said::Word(ReturnsWord::Never)) => Returns::Never,
                Some(Said::After { after }) => Returns::WithDisks(after.table()),
            });
        }
        Does::Restart(_) => Returns::AtOnce,
        Does::Partition | Does::StallDisk | Does::StopThread(_) => Returns::AfterTheRun,
    };
    if fault.returns.is_some() {
        let problem = format!(
            "nobody dies of a `{}`: there is nothing to return",
            fault.kind.name()
        );
        return Err(Error::at(format!("{at}.returns"), problem));
    }
    Ok(returns)
}
