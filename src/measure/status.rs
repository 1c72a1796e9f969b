//! Semi-sync over time: how long it was OFF, and the status variables as a server prints them (semantics.md 5.4).

use crate::engine::Moment;
use crate::plan::Plan;
use crate::protocol::commit::Committer;
use crate::protocol::counters::Counters;
use crate::protocol::fact::Fact;
use crate::protocol::flavour_rules::AckCounters;
use crate::protocol::ids::{ServerId, Span};
use crate::protocol::server::Server;
use crate::protocol::world::World;

/// Times that the core does not know: waits, and how long the status was OFF.
#[derive(Clone, Debug)]
pub struct SemiSyncTimes {
    /// The cluster is meant to be semi-sync.
    wanted: bool,
    /// Time during which a serving master had status OFF.
    pub off: Span,
    off_since: Option<Moment>,
    serving: Option<ServerId>,
    /// Start of the wait call of each sleeper.
    waits: Vec<(Committer, Moment)>,
    /// `tx_wait_time` by server, ns.
    waited: Vec<u64>,
    /// Most threads seen asleep at once, by server.
    most_asleep: Vec<u64>,
}

impl SemiSyncTimes {
    /// At the start of a run.
    pub fn new(plan: &Plan) -> SemiSyncTimes {
        let master = usize::from(plan.cluster.master.0);
        SemiSyncTimes {
            wanted: plan.cluster.servers[master].variables.semi_sync_master,
            off: Span(0),
            off_since: None,
            serving: Some(plan.cluster.master),
            waits: Vec::new(),
            waited: vec![0; plan.servers.len()],
            most_asleep: vec![0; plan.servers.len()],
        }
    }

    /// A fact of the core.
    #[expect(clippy::wildcard_enum_match_arm, reason = "a fold counts only these")]
    pub fn note(&mut self, now: Moment, fact: &Fact, world: &World) {
        match *fact {
            Fact::WaitBegan { waiter, .. } => {
                self.waits.retain(|&(who, _)| who != waiter);
                self.waits.push((waiter, now));
            }
            Fact::WokenInVain { server, waiter } => {
                if let Some(&(_, since)) = self.waits.iter().find(|(who, _)| *who == waiter) {
                    self.waited[usize::from(server.0)] += (now - since).0;
                }
            }
            Fact::Woken { server, waiter } => {
                if let Some(at) = self.waits.iter().position(|&(who, _)| who == waiter) {
                    let (_, since) = self.waits.swap_remove(at);
                    self.waited[usize::from(server.0)] += (now - since).0;
                }
            }
            Fact::SemiSync { .. } | Fact::Promoted { .. } | Fact::Restarted { .. } => {
                self.look(now, world)
            }
            Fact::Crashed { server, .. } if self.serving == Some(server) => self.finish(now),
            _ => {}
        }
    }

    /// The counters of a server begin anew: it restarted, or somebody said RESET MASTER.
    pub fn forget(&mut self, id: ServerId) {
        self.waited[usize::from(id.0)] = 0;
        self.most_asleep[usize::from(id.0)] = 0;
    }

    /// Takes a sample of `Rpl_semi_sync_master_wait_sessions`.
    pub fn sample(&mut self, world: &World) {
        for (most, server) in self.most_asleep.iter_mut().zip(&world.servers) {
            *most = (*most).max(server.semi_sync.wait_sessions() as u64);
        }
    }

    fn look(&mut self, now: Moment, world: &World) {
        self.serving = world.serving;
        let off = self.wanted
            && world.serving.is_some_and(|id| {
                let server = world.server(id);
                server.is_up() && !(server.semi_sync.enabled && server.semi_sync.on)
            });
        match (off, self.off_since) {
            (true, None) => self.off_since = Some(now),
            (false, Some(_)) => self.finish(now),
            _ => {}
        }
    }

    /// Nobody serves any more, or the run is over.
    pub fn finish(&mut self, now: Moment) {
        if let Some(since) = self.off_since.take() {
            self.off.0 += (now - since).0;
        }
    }

    /// The status variables of one server with its times, by the names its flavour prints.
    pub fn counters(
        &self,
        id: ServerId,
        world: &World,
        counted: &Counters,
    ) -> Vec<(&'static str, u64)> {
        let wait_time = self.waited[usize::from(id.0)] / 1_000;
        let mut all = counters(world.server(id), counted);
        for (name, value) in &mut all {
            match *name {
                "Rpl_semi_sync_master_tx_wait_time" => *value = wait_time,
                "Rpl_semi_sync_master_tx_avg_wait_time" => {
                    *value = wait_time.checked_div(counted.tx_waits).unwrap_or(0);
                }
                // Not a server's variable: the most that was seen of `wait_sessions`.
                "wait_sessions_max" => *value = self.most_asleep[usize::from(id.0)],
                _ => {}
            }
        }
        all
    }
}

/// The status variables of one server, by the names its flavour prints; times are 0.
pub fn counters(server: &Server, counted: &Counters) -> Vec<(&'static str, u64)> {
    let semi_sync = &server.semi_sync;
    let mut all = vec![
        ("Rpl_semi_sync_master_clients", u64::from(semi_sync.clients)),
        ("Rpl_semi_sync_master_status", u64::from(semi_sync.on)),
        ("Rpl_semi_sync_master_yes_tx", counted.yes_tx),
        ("Rpl_semi_sync_master_no_tx", counted.no_tx),
        ("Rpl_semi_sync_master_no_times", counted.no_times),
        ("Rpl_semi_sync_master_tx_waits", counted.tx_waits),
        ("Rpl_semi_sync_master_tx_wait_time", 0),
        ("Rpl_semi_sync_master_tx_avg_wait_time", 0),
        ("Rpl_semi_sync_master_net_waits", counted.net_waits),
        ("Rpl_semi_sync_master_net_wait_time", 0),
        ("Rpl_semi_sync_master_net_avg_wait_time", 0),
        ("Rpl_semi_sync_master_timefunc_failures", 0),
        (
            "Rpl_semi_sync_master_wait_pos_backtraverse",
            counted.wait_pos_backtraverse,
        ),
        (
            "Rpl_semi_sync_master_wait_sessions",
            semi_sync.wait_sessions() as u64,
        ),
        ("wait_sessions_max", 0),
    ];
    if server.rules.ack_counters == AckCounters::Counted {
        all.extend([
            ("Rpl_semi_sync_master_request_ack", counted.request_ack),
            ("Rpl_semi_sync_master_get_ack", counted.get_ack),
            ("Rpl_semi_sync_slave_send_ack", counted.send_ack),
        ]);
    }
    all
}
