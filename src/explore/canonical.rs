//! Replicas that are alike are one: states that differ only in which of them is which become the same state.

use super::action::Action;
use super::bounds::Bounds;
use super::pending::Pending;
use super::state::{Known, State};
use crate::protocol::ids::ServerId;
use crate::protocol::partition::End;
use crate::protocol::rename::Rename;
use crate::protocol::setup::Setup;
use crate::protocol::thread::Thread;

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

impl State {
    /// The state with those who are alike in a fixed order, by how far they are; and who got which number.
    pub fn canonical(mut self, alike: &[ServerId]) -> (State, Option<Vec<ServerId>>) {
        let mut sorted = alike.to_vec();
        sorted.sort_by_cached_key(|&id| self.key(id));
        if sorted == alike {
            return (self, None);
        }
        let mut to: Vec<ServerId> = self.world.server_ids().collect();
        for (&old, &new) in sorted.iter().zip(alike) {
            to[usize::from(old.0)] = new;
        }
        self.rename(&to);
        (self, Some(to))
    }

    /// How far a replica is; equal for replicas that nothing tells apart, and sometimes for others.
    fn key(&self, id: ServerId) -> [u64; 20] {
        let (server, link) = (self.world.server(id), self.world.link(id));
        let replica = &server.replica;
        let count = |is: bool| u64::from(is);
        [
            server.life as u64,
            replica.relay.end(),
            replica.relay_synced,
            replica.applied,
            replica.scheduled,
            u64::from(replica.read_position.file),
            replica.read_position.index,
            server.history.end(),
            server.binlog_synced,
            server.committed,
            count(replica.connected),
            count(replica.io_running),
            count(replica.upstream.is_some()),
            count(server.semi_sync.on),
            link.events.in_socket().count() as u64,
            link.events.on_wire().count() as u64,
            link.acks.in_socket().count() as u64,
            link.dump.cursor,
            self.pending.of(id),
            count(self.world.serving == Some(id)),
        ]
    }
}

/// A way through states in their fixed order, told of the servers as the description numbers them.
pub fn in_own_names(
    setup: &Setup,
    bounds: &Bounds,
    alike: &[ServerId],
    way: &[Action],
) -> Vec<Action> {
    let mut fixed = State::first(setup, bounds);
    let mut own = fixed.clone();
    // The description's number of each number now.
    let mut names: Vec<ServerId> = own.world.server_ids().collect();
    let told = way.iter().map(|action| {
        let mut told = *action;
        told.rename(&names);
        if let (Action::Crash(group, _, left), Action::Crash(own_group, _, own_left)) =
            (*action, &mut told)
        {
            let mut victims = bounds.victims[usize::from(group)].clone();
            let lanes = fixed.lanes_from(&victims);
            victims.rename(&names);
            *own_group = group_of(bounds, victims);
            let victims = &bounds.victims[usize::from(*own_group)];
            let own_lanes = own.lanes_from(victims);
            for (mut lane, left) in lanes.into_iter().zip(left) {
                lane.rename(&names);
                if let Some(at) = own_lanes.iter().position(|own| *own == lane) {
                    own_left[at] = left;
                }
            }
        }
        own = own.after(&told, bounds, &mut |_| {});
        let (next, to) = fixed.after(action, bounds, &mut |_| {}).canonical(alike);
        fixed = next;
        if let Some(to) = to {
            let old = names.clone();
            for (name, new) in old.into_iter().zip(to) {
                names[usize::from(new.0)] = name;
            }
        }
        told
    });
    told.collect()
}

/// The group of victims that consists of these.
fn group_of(bounds: &Bounds, mut victims: Vec<ServerId>) -> u8 {
    victims.sort_unstable();
    let is = |group: &Vec<ServerId>| {
        let mut group = group.clone();
        group.sort_unstable();
        group == victims
    };
    let at = bounds.victims.iter().position(is);
    at.expect("who is alike is struck by the same faults") as u8
}

impl Rename for Action {
    fn rename(&mut self, to: &[ServerId]) {
        match self {
            Action::Submit(_) | Action::Cut(_) | Action::Mend(_) | Action::Crash(..) => {}
            Action::Happens(input) => input.rename(to),
            Action::Stops(thread) | Action::StartsAgain(thread) => thread.rename(to),
            Action::TimesOut(who) => who.rename(to),
            Action::Detects(_, preferred) => preferred.rename(to),
            Action::Arrives(lane) => lane.rename(to),
            Action::Restart(id) | Action::Disconnects(id) | Action::WritesBack(id) => id.rename(to),
        }
    }
}

impl Rename for Thread {
    fn rename(&mut self, to: &[ServerId]) {
        self.replica.rename(to);
    }
}

impl Rename for Known {
    fn rename(&mut self, to: &[ServerId]) {
        self.acknowledged.rename(to);
        self.visible.rename(to);
    }
}

impl Rename for Pending {
    fn rename(&mut self, to: &[ServerId]) {
        self.works.rename(to);
        self.works.sort_unstable_by_key(|work| work.0);
        self.syncs.rename(to);
        self.syncs.sort_unstable();
        self.timers.rename(to);
        self.timers.sort_unstable();
        self.stuck_lanes.rename(to);
        self.stuck_lanes.sort_unstable();
    }
}

impl Rename for State {
    fn rename(&mut self, to: &[ServerId]) {
        self.world.rename(to);
        self.pending.rename(to);
        self.known.rename(to);
        self.left.stopped.rename(to);
        self.left.stopped.sort_unstable();
        if let Some(counters) = &mut self.counters {
            let old = counters.to_vec();
            for (one, new) in old.into_iter().zip(to) {
                counters[*new] = one;
            }
        }
    }
}
