//! How far each server's copy of a transaction is, and what a crash leaves of it.

use super::super::state::State;
use super::moments::{MASTER, REPLICA, bounds};
use super::rows::delivery;
use crate::protocol::crash::Crash;
use crate::protocol::effect::Input;
use crate::protocol::ids::ServerId;

/// How far the transaction's events are on their way to the replica.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Copy {
    /// Not sent.
    None,
    /// In the master's socket buffer.
    InSocket,
    /// On the wire.
    OnWire,
    /// In the relay log.
    InRelayLog,
}

impl Copy {
    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Copy::None => "not sent",
            Copy::InSocket => "in the socket",
            Copy::OnWire => "on the wire",
            Copy::InRelayLog => "in the relay log",
        }
    }
}

/// What a crash leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Left {
    /// The client has, or gets, its OK.
    pub acknowledged: bool,
    /// The old master has the transaction after its recovery.
    pub on_old_master: bool,
    /// The replica has it.
    pub on_replica: bool,
}

impl Left {
    /// What goes wrong when the replica is promoted.
    pub fn after_failover(self, visible: bool) -> Vec<&'static str> {
        let mut wrong = Vec::new();
        if self.acknowledged && !self.on_replica {
            wrong.push("LOST ACKNOWLEDGED");
        }
        if visible && !self.on_replica {
            wrong.push("visible then lost");
        }
        if self.on_old_master && !self.on_replica {
            wrong.push("errant");
        }
        if self.on_replica && !self.acknowledged {
            wrong.push("duplicate on retry");
        }
        wrong
    }

    /// What goes wrong when the old master is restarted in place.
    pub fn after_restart(self) -> Vec<&'static str> {
        match (self.acknowledged, self.on_old_master) {
            (true, false) => vec!["LOST ACKNOWLEDGED"],
            (false, true) => vec!["duplicate on retry"],
            _ => Vec::new(),
        }
    }
}

pub(super) fn copy(state: &State) -> Copy {
    let replica = &state.world.server(REPLICA).replica;
    let events = &state.world.link(REPLICA).events;
    if replica.relay.end() > 0 {
        Copy::InRelayLog
    } else if events.on_wire().next().is_some() || replica.is_receiving() {
        Copy::OnWire
    } else if events.in_socket().next().is_some() {
        Copy::InSocket
    } else {
        Copy::None
    }
}

/// The crash, everything that is still delivered, and the old master's recovery.
pub(super) fn left(state: &State, crash: Crash) -> Left {
    let bounds = bounds();
    let mut after = state.clone();
    after.feed(Input::Crash(MASTER, crash), &bounds, &mut |_| {});
    while let Some(input) = delivery(&after) {
        after.feed(input, &bounds, &mut |_| {});
    }
    let all = |server: ServerId| after.world.server(server).received().count() > 0;
    let on_replica = all(REPLICA);
    after.feed(Input::Restart(MASTER), &bounds, &mut |_| {});
    Left {
        acknowledged: after.known.acknowledged.count() > 0,
        on_old_master: after.world.server(MASTER).rows().count() > 0,
        on_replica,
    }
}
