//! Who replicates from whom, as a graph: the master, rings, what is out of reach, and what one site takes with it.

use super::Plan;
use super::failures::Failure;
use crate::protocol::ids::{ServerId, Span};
use crate::spec::Error;
use crate::spec::catalogue::{self, Entry};
use crate::spec::model::{Model, Server};
use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::Dfs;
use std::collections::BTreeSet;

/// A master is away for longer than this now and then: a restart with recovery, a reboot.
const SHORT: Span = Span::seconds(300);

/// Who replicates from whom, checked: a forest with the master at the root of one tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topology {
    /// Upstream of each server.
    pub upstream: Vec<Option<ServerId>>,
    /// Where clients write at the start.
    pub master: ServerId,
}

/// Puts servers, hosts and links into an order that does not depend on the file's: the master first, then by name. Ids,
/// ties in time and sums of numbers follow it.
pub fn put_in_order(model: &mut Model) {
    let roots = |(_, server): &(&str, &Server)| server.replicates_from.is_none();
    let roots: Vec<&str> = model
        .servers
        .iter()
        .filter(roots)
        .map(|(name, _)| name)
        .collect();
    let master = match (&model.master, roots.as_slice()) {
        (Some(master), _) => master.clone(),
        (None, [only]) => (*only).to_owned(),
        // An error, whatever their order.
        (None, _) => String::new(),
    };
    let by_name = |name: &String| (*name != master, name.clone());
    model
        .servers
        .0
        .sort_by_cached_key(|(name, _)| by_name(name));
    model.hosts.0.sort_by(|one, other| one.0.cmp(&other.0));
    model.links.0.sort_by(|one, other| one.0.cmp(&other.0));
}

impl Topology {
    /// The topology of a model.
    pub fn of(model: &Model) -> Result<Topology, Error> {
        let names: Vec<&str> = model.servers.names().collect();
        if names.is_empty() {
            return Err(Error::at("servers", "a model needs at least one server"));
        }
        let mut upstream = Vec::new();
        for (name, server) in model.servers.iter() {
            let at = format!("servers.{name}.replicates_from");
            upstream.push(match &server.replicates_from {
                None => None,
                Some(from) => Some(place(&names, from, &at)?),
            });
        }
        refuse_rings(&names, &upstream)?;
        let master = master(model, &names, &upstream)?;
        let topology = Topology { upstream, master };
        let reached = reached(&graph(&topology.upstream), master, |_| true);
        for (index, name) in names.iter().enumerate() {
            if topology.upstream[index].is_some() && !reached[index] {
                let at = format!("servers.{name}.replicates_from");
                let problem = format!(
                    "nothing that `{}` writes ever reaches `{name}`",
                    names[usize::from(master.0)]
                );
                return Err(Error::at(at, problem));
            }
        }
        Ok(topology)
    }
}

fn place(names: &[&str], name: &str, at: &str) -> Result<ServerId, Error> {
    match names.iter().position(|known| *known == name) {
        Some(index) => Ok(ServerId(index as u8)),
        None => Err(Error::at(at, format!("unknown server `{name}`")).near(name, names)),
    }
}

/// An edge from each upstream to its replica.
fn graph(upstream: &[Option<ServerId>]) -> DiGraph<(), ()> {
    let mut graph = DiGraph::new();
    let nodes: Vec<NodeIndex> = upstream.iter().map(|_| graph.add_node(())).collect();
    for (replica, from) in upstream.iter().enumerate() {
        if let Some(from) = from {
            graph.add_edge(nodes[usize::from(from.0)], nodes[replica], ());
        }
    }
    graph
}

fn refuse_rings(names: &[&str], upstream: &[Option<ServerId>]) -> Result<(), Error> {
    let graph = graph(upstream);
    for component in tarjan_scc(&graph) {
        let ring = component.len() > 1
            || component
                .iter()
                .any(|node| graph.contains_edge(*node, *node));
        if ring {
            let mut members: Vec<usize> = component.iter().map(|node| node.index()).collect();
            members.sort_unstable();
            let members: Vec<&str> = members.into_iter().map(|member| names[member]).collect();
            let problem = format!(
                "{} replicate in a ring, which is not modelled yet",
                members.join(", ")
            );
            return Err(Error::at("servers", problem));
        }
    }
    Ok(())
}

fn master(model: &Model, names: &[&str], upstream: &[Option<ServerId>]) -> Result<ServerId, Error> {
    let roots: Vec<usize> = (0..names.len())
        .filter(|index| upstream[*index].is_none())
        .collect();
    if let Some(name) = &model.master {
        let master = place(names, name, "master")?;
        return match upstream[usize::from(master.0)] {
            None => Ok(master),
            Some(_) => Err(Error::at(
                "master",
                format!("`{name}` replicates from another server"),
            )),
        };
    }
    match roots.as_slice() {
        [only] => Ok(ServerId(*only as u8)),
        several => {
            let several: Vec<&str> = several.iter().map(|index| names[*index]).collect();
            let problem = format!(
                "{} replicate from nobody: say which is the `master`",
                several.join(", ")
            );
            Err(Error::at("servers", problem))
        }
    }
}

/// Which servers what `from` writes can reach over servers that stand.
fn reached(graph: &DiGraph<(), ()>, from: ServerId, stands: impl Fn(usize) -> bool) -> Vec<bool> {
    let mut reached = vec![false; graph.node_count()];
    let standing = graph.filter_map(
        |node, ()| stands(node.index()).then_some(node.index()),
        |_, ()| Some(()),
    );
    let start = standing
        .node_indices()
        .find(|node| standing[*node] == usize::from(from.0));
    if let Some(start) = start {
        let mut walk = Dfs::new(&standing, start);
        while let Some(node) = walk.next(&standing) {
            reached[standing[node]] = true;
        }
    }
    reached
}

/// What a careful reader of the plan would ask about; none of it is wrong.
pub fn warnings(plan: &Plan) -> Vec<String> {
    let servers = &plan.cluster.servers;
    let master = usize::from(plan.cluster.master.0);
    let name = |server: usize| plan.servers[server].name.as_str();
    let site = |server: usize| plan.hosts[plan.servers[server].host].site;
    let home = site(master);
    let graph = graph(
        &servers
            .iter()
            .map(|server| server.upstream)
            .collect::<Vec<_>>(),
    );
    let fed = reached(&graph, plan.cluster.master, |_| true);
    let replicas: Vec<usize> = (0..servers.len())
        .filter(|server| fed[*server] && *server != master)
        .collect();
    let mut warnings = Vec::new();
    if replicas.is_empty() {
        warnings.push(format!(
            "{} has no replica: its loss loses everything",
            name(master)
        ));
    } else if replicas.iter().all(|replica| site(*replica) == home) {
        warnings.push(format!(
            "every server stands in {}: losing that site loses every copy",
            plan.sites[home]
        ));
    }
    for replica in replicas
        .iter()
        .filter(|replica| plan.servers[**replica].host == plan.servers[master].host)
    {
        warnings.push(format!(
            "{} shares a host with {}, its core and its disk",
            name(*replica),
            name(master)
        ));
    }
    let semi_sync = servers[master].variables.semi_sync_master;
    let direct = |replica: &&usize| servers[**replica].upstream == Some(plan.cluster.master);
    let ackers: Vec<usize> = replicas
        .iter()
        .filter(direct)
        .copied()
        .filter(|replica| servers[*replica].variables.semi_sync_slave)
        .collect();
    let wanted = usize::from(servers[master].variables.wait_for_slave_count);
    if semi_sync && ackers.len() < wanted {
        let problem = format!(
            "{} of the {wanted} acknowledgements can come: commits wait for the time-out",
            ackers.len()
        );
        warnings.push(format!("{}: only {problem}", name(master)));
    }
    let near = ackers.iter().filter(|acker| site(**acker) == home);
    if semi_sync && !replicas.iter().all(|replica| site(*replica) == home) {
        for acker in near {
            let problem = format!(
                "its acknowledgement protects nothing against the loss of {}",
                plan.sites[home]
            );
            warnings.push(format!(
                "{} stands in the site of {}: {problem}",
                name(*acker),
                name(master)
            ));
        }
    }
    for (index, lost) in plan
        .sites
        .iter()
        .enumerate()
        .filter(|(index, _)| *index != home)
    {
        let left = reached(&graph, plan.cluster.master, |server| site(server) != index);
        for cut_off in replicas
            .iter()
            .filter(|replica| !left[**replica] && site(**replica) != index)
        {
            warnings.push(format!(
                "losing {lost} cuts {} off from {}",
                name(*cut_off),
                name(master)
            ));
        }
    }
    warnings.extend(gives_up_early(plan, &replicas));
    warnings.extend(without_effect(plan));
    warnings
}

/// IO threads that stop for good when their master is away for a few minutes, or for as long as its repair takes: from MySQL
/// 8.4 on ten attempts are the default.
fn gives_up_early(plan: &Plan, replicas: &[usize]) -> Option<String> {
    let master = |failure: &&Failure| failure.servers.contains(plan.cluster.master);
    let repairs = plan
        .failures
        .iter()
        .filter(master)
        .map(|failure| failure.repair);
    let longest = repairs.max().unwrap_or(Span(0)).max(SHORT);
    let patience = |replica: &&usize| {
        let variables = &plan.cluster.servers[**replica].variables;
        let (retry, count) = (variables.connect_retry, variables.retry_count);
        let patience = retry.0.saturating_mul(u64::from(count));
        (count > 0 && patience < longest.0).then_some((count, patience))
    };
    let (count, patience) = replicas.iter().find_map(|replica| patience(&replica))?;
    let seconds = patience / 1_000_000_000;
    let yearly = match plan.failures.is_empty() {
        true => "",
        false => "; yearly figures take it that somebody issues it when the master is back",
    };
    Some(format!(
        "an IO thread stops for good after {count} attempts to connect, about {seconds} s (`master_retry_count`): only START REPLICA \
         starts it again{yearly}"
    ))
}

/// Variables that were set and change nothing here.
fn without_effect(plan: &Plan) -> Option<String> {
    let said = plan.servers.iter().flat_map(|server| &server.said);
    let idle = |name: &&str| catalogue::find(name).is_some_and(Entry::is_without_effect);
    let names: BTreeSet<&str> = said.map(|(name, _)| *name).filter(idle).collect();
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    (!names.is_empty()).then(|| {
        format!(
            "without effect on anything that is modelled (docs/variables.md): {}",
            names.join(", ")
        )
    })
}
