//! The failover manager: detect, choose, apply the relay log, promote, repoint (semantics.md 8, 12a; field.md 1, 2).

use crate::protocol::state::crash::Noticed;
use crate::protocol::state::effect::{Effect, Timer};
use crate::protocol::state::fact::Fact;
use crate::protocol::state::failover::Failover;
use crate::protocol::state::flavour_rules::RelayLogs;
use crate::protocol::state::ids::{Position, ServerId};
use crate::protocol::state::partition::End;
use crate::protocol::state::replica::Leaving;
use crate::protocol::state::setup::{CandidateBy, Rejoin, SemiSyncOnPromotion};
use crate::protocol::state::variables::{Positioning, Variable};
use crate::protocol::state::world::{Out, World};

impl World {
    /// The serving master died or cannot be reached.
    pub(super) fn master_may_be_gone(&mut self, id: ServerId, noticed: Noticed, out: &mut Out) {
        match self.failover {
            Failover::CatchingUp(candidate) | Failover::Promoting(candidate) if candidate == id => {
                out.effects.push(Effect::Disarm(Timer::CatchUp));
                out.effects.push(Effect::Disarm(Timer::Promote));
                self.suspect(noticed, out);
            }
            Failover::Watching if self.serving == Some(id) && self.manager.is_some() => {
                self.suspect(noticed, out)
            }
            Failover::Watching
            | Failover::Suspecting
            | Failover::Stopping
            | Failover::CatchingUp(_)
            | Failover::Promoting(_)
            | Failover::Failed => {}
        }
    }

    fn suspect(&mut self, noticed: Noticed, out: &mut Out) {
        self.failover = Failover::Suspecting;
        out.effects.push(Effect::Expect(Timer::Detect(noticed)));
    }

    /// If the master answers again the manager stands down.
    fn stands_down(&mut self) -> bool {
        let serving = self.serving;
        let answers = serving.is_some_and(|master| self.answers_to(End::Manager, master));
        if answers {
            self.failover = Failover::Watching;
        }
        answers
    }

    /// Detection is over.
    pub(super) fn master_found_dead(&mut self, out: &mut Out) {
        if self.stands_down() {
            return;
        }
        out.note(Fact::Detected);
        let Some(manager) = self.manager.clone() else {
            return;
        };
        let replicas = self.replicas_that_answer();
        // With one silent replica more, all that have the last acknowledged transaction could be among the silent.
        let all = self
            .server_ids()
            .filter(|&id| self.server(id).replica.upstream.is_some());
        let acknowledgements = self.acknowledgements_per_commit();
        if manager.quorum && replicas.len() + acknowledgements < all.count() + 1 {
            self.failover = Failover::Failed;
            out.note(Fact::FailoverFailed);
            return;
        }
        self.stop_and_compare(out);
    }

    /// First of all nothing more may come in: the comparison has to hold (semantics.md 8, procedure).
    fn stop_and_compare(&mut self, out: &mut Out) {
        let Some(manager) = self.manager.clone() else {
            return;
        };
        for id in self.replicas_that_answer() {
            self.stop_io_thread(id, out);
        }
        if self.somebody_is_leaving() {
            self.failover = Failover::Stopping;
            return;
        }
        let best = self.most_advanced();
        let preferred = best.iter().find(|&&id| manager.prefer == Some(id));
        let Some(&candidate) = preferred.or(best.first()) else {
            // Should the old master come back, it serves on.
            self.failover = Failover::Failed;
            out.note(Fact::FailoverFailed);
            return;
        };
        self.serving = None;
        if manager.apply_relay_log_first {
            self.failover = Failover::CatchingUp(candidate);
            out.effects
                .push(Effect::Arm(Timer::CatchUp, manager.catch_up_timeout));
            self.start_sql_thread(candidate, out);
        } else {
            self.failover = Failover::Promoting(candidate);
            out.effects.push(Effect::Expect(Timer::Promote));
        }
    }

    fn somebody_is_leaving(&self) -> bool {
        let mut replicas = self.replicas_that_answer().into_iter();
        replicas.any(|id| self.server(id).replica.is_leaving())
    }

    /// Nobody receives any more.
    pub(super) fn nobody_is_leaving(&mut self, out: &mut Out) {
        if self.failover != Failover::Stopping {
            return;
        }
        if !self.stands_down() {
            return self.stop_and_compare(out);
        }
        for id in self.replicas_that_answer() {
            self.start_io_thread(id, out);
        }
    }

    /// An IO thread has ended, or its server cannot be reached any more: the last one that the manager waited for?
    pub(super) fn manager_may_compare(&mut self, out: &mut Out) {
        if self.failover == Failover::Stopping && !self.somebody_is_leaving() {
            out.effects.push(Effect::Expect(Timer::Compare));
        }
    }

    fn replicas_that_answer(&self) -> Vec<ServerId> {
        let is_candidate = |&id: &ServerId| {
            self.answers_to(End::Manager, id) && self.server(id).replica.upstream.is_some()
        };
        self.server_ids().filter(is_candidate).collect()
    }

    /// The replicas that the manager reaches and that have most, by the position that it goes by (semantics.md 8).
    pub fn most_advanced(&self) -> Vec<ServerId> {
        let Some(manager) = &self.manager else {
            return Vec::new();
        };
        let score = |&id: &ServerId| match manager.candidate {
            CandidateBy::Received => self.server(id).received().count(),
            CandidateBy::Executed => self.server(id).committed,
        };
        let mut replicas = self.replicas_that_answer();
        let most = replicas.iter().map(score).max();
        replicas.retain(|id| Some(score(id)) == most);
        replicas
    }

    /// How many replicas had to acknowledge on the master that is gone.
    pub(super) fn acknowledgements_per_commit(&self) -> usize {
        let variables = self.serving.map(|master| &self.server(master).variables);
        usize::from(variables.map_or(1, |variables| variables.wait_for_slave_count))
    }

    /// The SQL thread of a server has nothing left to do.
    pub(super) fn candidate_progress(&mut self, id: ServerId, out: &mut Out) {
        if self.failover == Failover::CatchingUp(id) && self.server(id).replica.has_applied_all() {
            self.failover = Failover::Promoting(id);
            out.effects.push(Effect::Disarm(Timer::CatchUp));
            out.effects.push(Effect::Expect(Timer::Promote));
        }
    }

    pub(super) fn candidate_did_not_catch_up(&mut self, out: &mut Out) {
        self.failover = Failover::Failed;
        out.note(Fact::FailoverFailed);
    }

    /// `RESET SLAVE ALL`, `read_only=OFF`, clients moved; the others are repointed after it.
    pub(super) fn promote(&mut self, out: &mut Out) {
        let Failover::Promoting(candidate) = self.failover else {
            return;
        };
        let wants_semi_sync = self
            .server_ids()
            .any(|id| self.server(id).variables.semi_sync_master);
        // A guard lets nobody commit alone.
        let at_once = self.guard.is_some()
            || self
                .manager
                .as_ref()
                .is_some_and(|manager| manager.semi_sync == SemiSyncOnPromotion::AtOnce);
        self.guard_looks_at_new_master();
        let server = self.server_mut(candidate);
        server.replica.discard_unapplied();
        server.replica.upstream = None;
        server.replica.sql_running = false;
        server.variables.set(Variable::ReadOnly(false));
        server.was_master = true;
        server.fenced = false;
        self.serving = Some(candidate);
        self.failover = Failover::Watching;
        if at_once && wants_semi_sync {
            self.enable_semi_sync_on(candidate, out);
        }
        out.note(Fact::Promoted { server: candidate });
        for id in self.server_ids() {
            if id != candidate && self.answers_to(End::Manager, id) {
                self.finds_its_place(id, out);
            }
        }
    }

    fn enable_semi_sync_on(&mut self, id: ServerId, out: &mut Out) {
        let server = self.server_mut(id);
        server.variables.semi_sync_master = true;
        let change = server.semi_sync.enable(&server.variables);
        self.apply_change(id, change, out);
        self.receiver_is_switched(id, out);
    }

    /// `CHANGE MASTER TO` the new master. With file and position the manager looks the last transaction up there.
    pub(super) fn repoint(&mut self, id: ServerId, out: &mut Out) {
        let Some(master) = self.serving else { return };
        if id == master || !self.answers_to(End::Manager, id) {
            return;
        }
        if self.server(id).replica.upstream.is_none() {
            self.old_master_becomes_replica(id, out);
        }
        self.stop_io_thread(id, out);
        let replica = &mut self.server_mut(id).replica;
        if replica.is_leaving() {
            // CHANGE MASTER needs a stopped thread.
            replica.leaving = Some(Leaving::IsRepointed);
            return;
        }
        if self.server(id).variables.positioning == Positioning::FileAndPosition {
            let position = self.same_position_on(id, master);
            self.server_mut(id).replica.read_position = position;
        }
        let drops_relay_logs = self.server(id).rules.relay_logs == RelayLogs::FetchedAgain
            && self.server(id).variables.positioning == Positioning::Gtid;
        let replica = &mut self.server_mut(id).replica;
        replica.upstream = Some(master);
        if drops_relay_logs {
            // START SLAVE of both threads refetches from gtid_slave_pos (semantics.md 3).
            replica.discard_unapplied();
        }
        self.start_io_thread(id, out);
        self.start_sql_thread(id, out);
    }

    /// The new master's position behind the last transaction that it shares with this replica.
    fn same_position_on(&self, id: ServerId, master: ServerId) -> Position {
        let (server, source) = (self.server(id), self.server(master));
        let relay = (0..server.replica.relay.end())
            .rev()
            .filter_map(|at| server.replica.relay.get(at));
        let history = (0..server.history.end())
            .rev()
            .filter_map(|at| server.history.get(at));
        let shared = relay
            .chain(history)
            .find_map(|gtid| source.history.find(gtid));
        source.position(shared.map_or(0, |index| index + 1))
    }

    /// A replica connected to a master: the manager may now switch semi-sync on there.
    pub(super) fn replica_was_repointed(&mut self, master: ServerId, out: &mut Out) {
        let later = self
            .manager
            .as_ref()
            .is_some_and(|manager| manager.semi_sync == SemiSyncOnPromotion::AfterRepoint);
        let wanted = self
            .server_ids()
            .any(|id| self.server(id).variables.semi_sync_master);
        if later && wanted && self.serving == Some(master) && !self.server(master).semi_sync.enabled
        {
            self.enable_semi_sync_on(master, out);
        }
    }

    /// A server restarted. The old master stays as it is until somebody decides (semantics.md 8).
    pub(super) fn server_came_back(&mut self, id: ServerId, out: &mut Out) {
        if self.serving == Some(id) {
            if self.failover != Failover::Stopping {
                self.failover = Failover::Watching;
            }
            if self.guard.is_some() {
                let variables = &mut self.server_mut(id).variables;
                variables.set(Variable::ReadOnly(false));
                self.guard_looks_at_new_master();
            }
            return;
        }
        if self.server(id).replica.upstream.is_none() {
            self.server_mut(id).variables.read_only = true;
        }
        self.server_can_be_reached(id, out);
    }

    /// What was left undone while a server was away: a promotion without candidates, its `CHANGE MASTER`.
    pub(super) fn server_can_be_reached(&mut self, id: ServerId, out: &mut Out) {
        if !self.answers_to(End::Manager, id) {
            return;
        }
        match (self.failover, self.serving) {
            (_, Some(master)) if master == id => {
                if self.failover == Failover::Failed {
                    self.failover = Failover::Watching;
                }
                self.unfence(id, out);
            }
            (Failover::Failed, _) => self.suspect(Noticed::AtOnce, out),
            (_, Some(_)) => self.finds_its_place(id, out),
            _ => {}
        }
    }

    /// Another server is the master: a replica is repointed, an old master is fenced and perhaps rejoins.
    fn finds_its_place(&mut self, id: ServerId, out: &mut Out) {
        let rejoins = match self.server(id).replica.upstream {
            // A replica of the serving master is left alone: CHANGE MASTER would throw away what is on its way.
            Some(upstream) => self.serving != Some(upstream),
            None if !self.server(id).was_master => false,
            None => {
                self.manager_fences(id, out);
                let manager = self.manager.as_ref();
                manager.is_some_and(|manager| manager.rejoin == Rejoin::AsItIs)
            }
        };
        if rejoins {
            out.effects.push(Effect::Expect(Timer::Repoint(id)));
        }
    }

    /// An old master as it is: its connections are closed, its own commits wait for nobody any more.
    fn old_master_becomes_replica(&mut self, id: ServerId, out: &mut Out) {
        self.close_clients(id, out);
        let server = &mut self.servers[id];
        server.variables.read_only = true;
        server.variables.semi_sync_master = false;
        if server.semi_sync.enabled {
            let change = server.semi_sync.disable(out.counters(id));
            self.apply_change(id, change, out);
            self.receiver_is_switched(id, out);
        }
    }
}
