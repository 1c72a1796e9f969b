//! Partitions: whose messages do not reach whom.

use super::FaultKind;
use super::places::Places;
use crate::protocol::ids::ServerId;
use crate::protocol::partition::End;
use crate::protocol::setup::Setup;
use crate::spec::Error;
use crate::spec::fault::{Direction, Does, Fault};

/// Who is on the network besides the servers, and where: `None` stands outside of every site.
pub struct Others {
    /// The places of the clients.
    pub clients: Vec<Option<usize>>,
    /// The failover manager.
    pub manager: Option<usize>,
}

/// These servers are cut off, and with a whole site whoever else stands in it.
pub fn around(
    fault: &Fault,
    inside: &[usize],
    site: Option<usize>,
    others: &Others,
    places: &Places,
) -> FaultKind {
    let in_site = |stands: Option<usize>| site.is_some() && stands == site;
    let servers = (0..places.servers.len()).map(|at| (server(at), inside.contains(&at)));
    let clients = others.clients.iter().enumerate();
    let clients = clients.map(|(place, stands)| (End::Clients(place as u8), in_site(*stands)));
    let manager = (End::Manager, in_site(others.manager));
    let ends: Vec<(End, bool)> = servers.chain(clients).chain([manager]).collect();
    let mut paths = Vec::new();
    for &(one, _) in ends.iter().filter(|end| end.1) {
        for &(other, _) in ends.iter().filter(|end| !end.1) {
            paths.extend(directed(fault.direction, one, other));
        }
    }
    let name = match site {
        Some(site) => places.sites[site].clone(),
        None => {
            let names = inside.iter().map(|&at| places.servers[at].name.as_str());
            names.collect::<Vec<_>>().join(", ")
        }
    };
    let name = match fault.direction.unwrap_or_default() {
        Direction::Both => format!("{name} cut off"),
        Direction::Out => format!("what {name} sends is lost"),
        Direction::In => format!("what is sent to {name} is lost"),
    };
    FaultKind::Partition { name, paths }
}

/// The network between a replica and its upstream: `"mysql-m>mysql-s-1"`, its two ends in either order.
pub fn on_link(
    at: &str,
    ends: (usize, usize),
    fault: &Fault,
    cluster: &Setup,
    places: &Places,
) -> Result<FaultKind, Error> {
    let path = format!("{at}.link");
    if fault.kind.does() != Does::Partition {
        let problem = format!(
            "a `{}` strikes no link: only `partition` does",
            fault.kind.name()
        );
        return Err(Error::at(path, problem));
    }
    let (one, other) = ends;
    let upstream = |of: usize| {
        let upstream = cluster.servers[of].upstream;
        upstream.map(|upstream| usize::from(upstream.0))
    };
    if upstream(other) != Some(one) && upstream(one) != Some(other) {
        let problem = "neither of the two replicates from the other";
        return Err(Error::at(path, problem));
    }
    let names = [one, other].map(|at| places.servers[at].name.as_str());
    let name = match fault.direction.unwrap_or_default() {
        Direction::Both => format!("network between {} and {} cut", names[0], names[1]),
        Direction::Out => format!("what {} sends to {} is lost", names[0], names[1]),
        Direction::In => format!("what {} sends to {} is lost", names[1], names[0]),
    };
    Ok(FaultKind::Partition {
        name,
        paths: directed(fault.direction, server(one), server(other)),
    })
}

fn server(at: usize) -> End {
    End::Server(ServerId(at as u8))
}

/// The directions that are cut, as seen from the first.
fn directed(direction: Option<Direction>, one: End, other: End) -> Vec<(End, End)> {
    match direction.unwrap_or_default() {
        Direction::Both => vec![(one, other), (other, one)],
        Direction::Out => vec![(one, other)],
        Direction::In => vec![(other, one)],
    }
}
