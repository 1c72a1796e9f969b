//! What is asked of every state: guarantees that always hold, and things that sometimes happen.

use super::state::State;
use crate::protocol::failover::Failover;
use crate::protocol::gtid::GtidSet;
use crate::protocol::server::Server;

/// A property by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Property {
    /// Every OK that a client has read stands for a transaction on the serving master.
    NothingAcknowledgedIsLost,
    /// Whatever others could read on a master is on the serving one.
    NothingVisibleIsLost,
    /// A server that runs has no row that the serving master has not.
    NoErrantTransaction,
    /// What a binlog has of an origin, and a replica of its upstream, is contiguous.
    NoHole,
    /// An acknowledgement covers only what the replica has.
    AcknowledgementsAreTrue,
    /// Clients can write to one server at the most.
    OneMaster,
    /// No OK was read while no other server had the transaction.
    NothingAcknowledgedAlone,
    /// The counters of semi-sync fit each other.
    CountersAddUp,
    /// A commit is acknowledged.
    SomethingAcknowledged,
    /// A failover is completed.
    FailoverCompletes,
    /// Semi-sync comes back on after a fall-back.
    SemiSyncComesBack,
}

impl Property {
    /// Every property, guarantees first.
    pub const ALL: [Property; 11] = [
        Property::NothingAcknowledgedIsLost,
        Property::NothingVisibleIsLost,
        Property::NoErrantTransaction,
        Property::NoHole,
        Property::AcknowledgementsAreTrue,
        Property::OneMaster,
        Property::NothingAcknowledgedAlone,
        Property::CountersAddUp,
        Property::SomethingAcknowledged,
        Property::FailoverCompletes,
        Property::SemiSyncComesBack,
    ];

    /// What it is called.
    pub const fn name(self) -> &'static str {
        match self {
            Property::NothingAcknowledgedIsLost => "nothing acknowledged is lost",
            Property::NothingVisibleIsLost => "nothing visible is lost",
            Property::NoErrantTransaction => "no errant transaction on a server that runs",
            Property::NoHole => "no log has a hole",
            Property::AcknowledgementsAreTrue => {
                "an acknowledgement covers only what its replica has"
            }
            Property::OneMaster => "at most one master that clients can write to",
            Property::NothingAcknowledgedAlone => "nothing is acknowledged without a copy",
            Property::CountersAddUp => "the counters add up",
            Property::SomethingAcknowledged => "a commit is acknowledged",
            Property::FailoverCompletes => "a failover completes",
            Property::SemiSyncComesBack => "semi-sync comes back on",
        }
    }

    /// Whether it has to hold in every state, or in some.
    pub const fn is_always(self) -> bool {
        !matches!(
            self,
            Property::SomethingAcknowledged
                | Property::FailoverCompletes
                | Property::SemiSyncComesBack
        )
    }

    /// Whether it holds in this state.
    pub fn holds(self, state: &State) -> bool {
        let known = &state.known;
        match self {
            Property::NothingAcknowledgedIsLost => is_kept(state, &known.acknowledged),
            Property::NothingVisibleIsLost => is_kept(state, &known.visible),
            Property::NoErrantTransaction => no_errant(state),
            Property::NoHole => {
                let world = &state.world;
                let mut replicas = world.server_ids();
                let fits = |server: &Server| {
                    !server.history.has_hole() && server.committed <= server.history.end()
                };
                world.servers.iter().all(fits) && !replicas.any(|id| world.has_hole(id))
            }
            Property::AcknowledgementsAreTrue => {
                let mut replicas = state.world.server_ids();
                !replicas.any(|id| state.world.acknowledges_too_much(id, 0))
            }
            Property::OneMaster => one_master(state),
            Property::NothingAcknowledgedAlone => !known.alone,
            Property::CountersAddUp => counters_add_up(state),
            Property::SomethingAcknowledged => known.acknowledged.count() > 0,
            Property::FailoverCompletes => known.promoted,
            Property::SemiSyncComesBack => known.came_back,
        }
    }
}

/// The serving master, if it runs and nobody is about to replace it.
fn serving(state: &State) -> Option<&Server> {
    let master = state.world.server(state.world.serving?);
    let settled = matches!(state.world.failover, Failover::Watching | Failover::Failed);
    (master.is_up() && settled).then_some(master)
}

fn is_kept(state: &State, transactions: &GtidSet) -> bool {
    serving(state).is_none_or(|master| transactions.count_without(&master.rows()) == 0)
}

fn no_errant(state: &State) -> bool {
    let Some(master) = serving(state) else {
        return true;
    };
    let mut all = master.history.set_between(0, master.history.end());
    all.extend(&master.extra_rows);
    let others = state.world.servers.iter().filter(|at| at.is_up());
    others
        .into_iter()
        .all(|server| server.id == master.id || server.rows().count_without(&all) == 0)
}

fn one_master(state: &State) -> bool {
    let world = &state.world;
    let masters = world.server_ids().filter(|&id| world.can_be_written_to(id));
    masters.count() <= 1
}

/// What must hold of the counters at every moment (semantics.md 5.4).
fn counters_add_up(state: &State) -> bool {
    let Some(counters) = &state.counters else {
        return true;
    };
    let sent: u64 = counters.iter().map(|each| each.send_ack).sum();
    counters
        .iter()
        .zip(&state.world.servers)
        .all(|(each, server)| {
            let calls = each.yes_tx + each.no_tx;
            // Each call is about something in the binlog, and is over at the latest when it is committed and answered.
            calls <= server.history.end()
                && each.tx_waits <= calls + server.semi_sync.wait_sessions() as u64
                && each.get_ack <= sent
        })
}
