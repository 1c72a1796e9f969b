//! Paths between servers, and between clients and servers.

use super::places::Places;
use super::{ClientPlan, PathPlan};
use crate::protocol::ids::Span;
use crate::spec::model::{Clients, Link, Model};
use crate::spec::{Distribution, Error, limits, names};

/// The one-way paths between all servers: `paths[from][to]`.
pub fn paths(model: &Model, places: &Places) -> Result<Vec<Vec<PathPlan>>, Error> {
    for name in model.links.names() {
        check_link(name, places)?;
    }
    let servers = 0..places.servers.len();
    servers
        .clone()
        .map(|from| {
            servers
                .clone()
                .map(|to| path(model, places, from, to))
                .collect()
        })
        .collect()
}

/// A link names two servers, two hosts or two sites.
fn check_link(name: &str, places: &Places) -> Result<(), Error> {
    let at = format!("links.{name}");
    let Some((from, to)) = name.split_once('>') else {
        return Err(Error::at(
            at,
            "expected two servers, two hosts or two sites, as in \"site-a>site-b\"",
        ));
    };
    let servers: Vec<&str> = places
        .servers
        .iter()
        .map(|server| server.name.as_str())
        .collect();
    let hosts: Vec<&str> = places.hosts.iter().map(|host| host.name.as_str()).collect();
    let sites: Vec<&str> = places.sites.iter().map(String::as_str).collect();
    if [&servers, &hosts, &sites]
        .iter()
        .any(|known| known.contains(&from) && known.contains(&to))
    {
        return Ok(());
    }
    let known = [servers, hosts, sites].concat();
    let unknown = if known.contains(&from) { to } else { from };
    let problem = if known.contains(&unknown) {
        format!("`{from}` and `{to}` are not both servers, both hosts or both sites")
    } else {
        format!(
            "unknown server, host or site `{unknown}`, expected {}",
            names::listed(&known)
        )
    };
    Err(Error::at(at, problem).near(unknown, known))
}

/// The path between two servers: their own link's, their hosts', their sites', or the network's.
fn path(model: &Model, places: &Places, from: usize, to: usize) -> Result<PathPlan, Error> {
    let (server_a, server_b) = (&places.servers[from], &places.servers[to]);
    let (a, b) = (server_a.host, server_b.host);
    let (host_a, host_b) = (places.hosts[a].name.as_str(), places.hosts[b].name.as_str());
    let (site_a, site_b) = (places.hosts[a].site, places.hosts[b].site);
    let network = &model.network;
    let own = link(model, &server_a.name, &server_b.name);
    let of_hosts = || link(model, host_a, host_b).filter(|_| a != b);
    let of_sites =
        || link(model, &places.sites[site_a], &places.sites[site_b]).filter(|_| site_a != site_b);
    // servers with a link of their own do not share their hosts' weather
    let name = match own {
        Some(_) => format!("{}>{}", server_a.name, server_b.name),
        None => format!("{host_a}>{host_b}"),
    };
    let none = Link::default();
    let link = own.or_else(of_hosts).or_else(of_sites).unwrap_or(&none);
    if a == b && own.is_none() {
        return Ok(PathPlan {
            name,
            delay: one_way(needed(network.loopback.as_ref(), "network.loopback")?).table(),
            bandwidth: 0,
            loss: 0,
            retransmission: Span(0),
            proxy: None,
        });
    }
    let default = if a == b {
        network.loopback.as_ref()
    } else {
        between(model, site_a, site_b)
    };
    let rtt = needed(link.rtt.as_ref().or(default), "network.rtt")?;
    let retransmission = link.retransmission.or(network.retransmission);
    let proxy = match &link.proxy {
        Some(host) => {
            let at = format!("links.{}>{}.proxy", server_a.name, server_b.name);
            Some(places.host(host, &at)?)
        }
        None => None,
    };
    Ok(PathPlan {
        name,
        delay: one_way(rtt).table(),
        bandwidth: link
            .bandwidth
            .or(network.bandwidth)
            .map_or(0, |rate| rate.0),
        loss: link.loss.or(network.loss).map_or(0, |share| share.0),
        retransmission: Span(needed(retransmission, "network.retransmission")?.0),
        proxy,
    })
}

/// The exception from `a` to `b`; one that is given in one direction holds for both.
fn link<'a>(model: &'a Model, a: &str, b: &str) -> Option<&'a Link> {
    model
        .links
        .get(&format!("{a}>{b}"))
        .or_else(|| model.links.get(&format!("{b}>{a}")))
}

fn between(model: &Model, site_a: usize, site_b: usize) -> Option<&Distribution> {
    let network = &model.network;
    if site_a == site_b {
        network.within_site.as_ref()
    } else {
        network.rtt.as_ref()
    }
}

/// Half of a round trip.
fn one_way(rtt: &Distribution) -> Distribution {
    rtt.scaled(1, 2)
}

/// A value that the plan cannot do without.
pub fn needed<T>(value: Option<T>, path: &str) -> Result<T, Error> {
    value.ok_or_else(|| Error::at(path, "missing, and the plan needs it"))
}

/// Where the clients stand: in no site, in one, or in several in turn.
fn client_sites(clients: &Clients, places: &Places) -> Result<Vec<Option<usize>>, Error> {
    let one = |name: &str, at: &str| places.site_named(name, at).map(Some);
    match (&clients.site, &clients.sites) {
        (Some(_), Some(_)) => Err(Error::at("clients", "say `site` or `sites`, not both")),
        (Some(name), None) => Ok(vec![one(name, "clients.site")?]),
        (None, None) => Ok(vec![None]),
        (None, Some(names)) if names.is_empty() || names.len() > limits::PLACES => {
            let (most, number) = (limits::PLACES, names.len());
            let problem = format!("expected 1 to {most} sites, not {number} (docs/limits.md)");
            Err(Error::at("clients.sites", problem))
        }
        (None, Some(names)) => names
            .iter()
            .map(|name| one(name, "clients.sites"))
            .collect(),
    }
}

/// The clients and their paths.
pub fn clients(model: &Model, places: &Places) -> Result<ClientPlan, Error> {
    let clients = &model.clients;
    let sites = client_sites(clients, places)?;
    let host = match &clients.host {
        Some(name) => Some(places.host(name, "clients.host")?),
        None => None,
    };
    let mut delay = Vec::new();
    let mut path_names = Vec::new();
    for (place, server) in
        (0..sites.len()).flat_map(|place| (0..places.servers.len()).map(move |to| (place, to)))
    {
        let network = &model.network;
        let (by_place, at) = match sites[place] {
            Some(site) if site == places.site_of(server) => {
                (&network.within_site, "network.within_site")
            }
            Some(_) => (&network.rtt, "network.rtt"),
            None if host == Some(places.servers[server].host) => {
                (&network.loopback, "network.loopback")
            }
            None => (&network.within_site, "network.within_site"),
        };
        let (rtt, at) = match &clients.rtt {
            Some(rtt) => (rtt, "clients.rtt"),
            None => (needed(by_place.as_ref(), "clients.rtt")?, at),
        };
        // Else sessions would submit without end in no time.
        limits::between(at, rtt.median(), limits::ROUND_TRIP, u64::MAX)?;
        delay.push(one_way(rtt).table());
        let from = match (sites[place], sites.len()) {
            (Some(site), 2..) => format!("clients-{}", places.sites[site]),
            _ => "clients".to_string(),
        };
        path_names.push(format!("{from}>{}", places.servers[server].name));
    }
    let timeout = clients
        .timeout
        .map_or(Span::FOREVER, |timeout| Span(timeout.0));
    limits::between("clients.timeout", timeout.0, limits::TIMEOUT, u64::MAX)?;
    let reconnect = needed(clients.reconnect.as_ref(), "clients.reconnect")?.table();
    Ok(ClientPlan {
        delay,
        path_names,
        host,
        sites,
        servers: places.servers.len(),
        timeout,
        retry: clients.retry.unwrap_or(false),
        reconnect,
    })
}
