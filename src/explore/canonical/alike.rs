//! Which replicas cannot be told apart.

use super::super::bounds::Bounds;
use crate::protocol::ids::ServerId;
use crate::protocol::partition::End;
use crate::protocol::rename::Rename;
use crate::protocol::setup::Setup;

/// Which servers may change places: replicas of the same source with the same variables, struck by the same faults.
pub fn alike(setup: &Setup, bounds: &Bounds) -> Vec<ServerId> {
    let ids = (0..setup.servers.len() as u8).map(ServerId);
    let replicas: Vec<ServerId> = ids
        .filter(|&id| setup.servers[usize::from(id.0)].upstream == Some(setup.master))
        .collect();
    let of = |id: ServerId| &setup.servers[usize::from(id.0)];
    let preferred = setup.manager.as_ref().and_then(|manager| manager.prefer);
    let mut others = (replicas.iter()).filter(|&&id| preferred != Some(id));
    let Some(&first) = others.next() else {
        return Vec::new();
    };
    // Who has replicas of its own is not like one who has none.
    let is_leaf = |id: ServerId| setup.servers.iter().all(|at| at.upstream != Some(id));
    let alike: Vec<ServerId> = replicas
        .into_iter()
        .filter(|&id| {
            of(id) == of(first)
                && preferred != Some(id)
                && is_leaf(id)
                && same_faults(bounds, first, id)
        })
        .collect();
    if alike.len() > 1 { alike } else { Vec::new() }
}

/// Whether the bounds say the same when these two change their names.
fn same_faults(bounds: &Bounds, one: ServerId, other: ServerId) -> bool {
    let swap = |id: ServerId| match id {
        id if id == one => other,
        id if id == other => one,
        id => id,
    };
    let groups = |swapped: bool| {
        let mut groups: Vec<Vec<ServerId>> = bounds.victims.clone();
        for group in &mut groups {
            if swapped {
                group.iter_mut().for_each(|id| *id = swap(*id));
            }
            group.sort_unstable();
        }
        groups.sort_unstable();
        groups
    };
    let cuts = |swapped: bool| {
        let end = |end: End| match end {
            End::Server(id) if swapped => End::Server(swap(id)),
            end @ (End::Server(_) | End::Clients(_) | End::Manager) => end,
        };
        let each = bounds.partitions.iter().map(|paths| {
            let mut paths: Vec<(End, End)> = paths
                .iter()
                .map(|path| (end(path.0), end(path.1)))
                .collect();
            paths.sort_unstable();
            paths
        });
        each.collect::<Vec<_>>()
    };
    let stops = |swapped: bool| {
        let mut to: Vec<ServerId> = (0..u8::MAX).map(ServerId).collect();
        if swapped {
            to.swap(usize::from(one.0), usize::from(other.0));
        }
        let mut stops = bounds.stoppable.clone();
        stops.rename(&to);
        stops.sort_unstable();
        stops
    };
    groups(false) == groups(true) && cuts(false) == cuts(true) && stops(false) == stops(true)
}
