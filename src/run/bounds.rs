//! The bounds of a check: what the experiment's faults can do, as often as the experiment or an option says.

use crate::explore::bounds::Bounds;
use crate::plan::{FaultKind, Plan, Returns, Struck};
use crate::protocol::crash::Crash;
use crate::protocol::ids::ServerId;
use crate::protocol::partition::End;
use crate::protocol::thread::{Thread, ThreadKind};
use crate::spec::check::{Check, Victims};
use crate::spec::limits;

/// The bounds of a case, and what its cuts of the network are called.
pub fn bounds(plan: &Plan, said: &Check) -> (Bounds, Vec<String>) {
    let mut kinds: Vec<Crash> = Vec::new();
    let mut victims: Vec<Vec<ServerId>> = Vec::new();
    let mut partitions: Vec<Vec<(End, End)>> = Vec::new();
    let mut cuts = Vec::new();
    let mut crashes = 0;
    let mut stoppable: Vec<Thread> = Vec::new();
    let mut stops = 0u8;
    let mut destroyed = Vec::new();
    for fault in &plan.faults {
        let (kind, struck): (Crash, Vec<Vec<ServerId>>) = match &fault.kind {
            FaultKind::Crash(crash, Struck::Servers(servers)) => {
                (*crash, servers.iter().map(|&id| vec![id]).collect())
            }
            FaultKind::Crash(crash, all @ (Struck::Host(_) | Struck::Site(_))) => {
                (*crash, vec![plan.struck(all)])
            }
            FaultKind::Partition { name, paths } => {
                partitions.push(paths.clone());
                cuts.push(name.clone());
                continue;
            }
            FaultKind::StopThread(thread, servers) => {
                stoppable.extend(servers.iter().map(|&id| thread.of(id)));
                stops = stops.saturating_add(servers.len() as u8); // at most 16
                continue;
            }
            // Every fsync may take as long as it likes: a slow disk is an order of events like any other.
            FaultKind::StallDisk(_) => continue,
        };
        crashes = limits::OF_EACH.min(crashes + struck.len() as u8);
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
        if fault.returns == Returns::Never {
            destroyed.extend(struck.iter().flatten().copied());
        }
        victims.extend(struck.into_iter().filter(|group| !group.is_empty()));
    }
    victims.sort_unstable();
    victims.dedup();
    if kinds.is_empty() {
        kinds = vec![Crash::ProcessKill, Crash::HostLoss, Crash::SiteLoss];
    }
    let nobody = victims.is_empty();
    if nobody {
        victims = vec![vec![plan.cluster.master]];
    }
    if said.victims == Some(Victims::Any) {
        let servers = 0..plan.servers.len() as u8;
        victims = servers.map(|at| vec![ServerId(at)]).collect();
    }
    // Without faults of its own, a model is asked about one crash of its master.
    let default = if nobody && partitions.is_empty() && stoppable.is_empty() {
        1
    } else {
        crashes
    };
    if stoppable.is_empty() {
        let replicas = (0u8..).zip(&plan.cluster.servers);
        let replicas = replicas.filter(|(_, server)| server.upstream.is_some());
        let ids = replicas.map(|(id, _)| ServerId(id));
        stoppable = ids
            .flat_map(|id| ThreadKind::ALL.map(|thread| thread.of(id)))
            .collect();
    }
    stoppable.sort_unstable();
    stoppable.dedup();
    let managed = plan.cluster.manager.is_some();
    let mut bounds = Bounds {
        crashes: said.crashes.unwrap_or(default),
        kinds,
        victims,
        restarts: said.restarts.unwrap_or(1),
        time_outs: said.time_outs.unwrap_or(0),
        failovers: if managed {
            said.failovers.unwrap_or(1)
        } else {
            0
        },
        write_backs: said.write_backs.unwrap_or(0),
        partitions,
        stops: said.stops.unwrap_or(stops.min(limits::OF_EACH)),
        stoppable,
        disconnects: said.disconnects.unwrap_or(0),
        destroyed,
        most_states: said
            .most_states
            .unwrap_or(limits::usual_states(plan.servers.len())) as usize,
        ..Bounds::quiet(
            said.sessions.unwrap_or(2).max(1),
            said.transactions.unwrap_or(2),
        )
    };
    if said.write_backs.is_none() && bounds.may_lose_page_cache(&plan.cluster) {
        bounds.write_backs = 1;
    }
    (bounds, cuts)
}
