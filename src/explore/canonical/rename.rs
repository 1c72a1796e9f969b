//! A state in other servers' names.

use super::super::action::Action;
use super::super::bounds::Bounds;
use super::super::pending::Pending;
use super::super::state::{Known, State};
use crate::protocol::ids::ServerId;
use crate::protocol::rename::Rename;
use crate::protocol::setup::Setup;
use crate::protocol::thread::Thread;

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
