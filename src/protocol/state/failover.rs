//! What the failover manager is doing.

use super::ids::ServerId;
use super::rename::Rename;

/// What the manager is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Failover {
    /// The master answers, or there is no manager.
    Watching,
    /// The master does not answer; the manager makes sure.
    Suspecting,
    /// It has told the replicas to stop receiving, and waits for those that work on a packet.
    Stopping,
    /// The candidate applies its relay log.
    CatchingUp(ServerId),
    /// The fixed steps of the promotion.
    Promoting(ServerId),
    /// Nobody could be promoted.
    Failed,
}

impl Rename for Failover {
    fn rename(&mut self, to: &[ServerId]) {
        match self {
            Failover::CatchingUp(id) | Failover::Promoting(id) => id.rename(to),
            Failover::Watching | Failover::Suspecting | Failover::Stopping | Failover::Failed => {}
        }
    }
}
