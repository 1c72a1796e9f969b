//! The commit pipeline: what stages and chain have in common (semantics.md 1.1, 1.4).

pub mod chain;
pub mod stages;

use crate::protocol::state::commit::{Committer, Phase};
use crate::protocol::state::effect::{Effect, File, Step, Timer, Worker};
use crate::protocol::state::fact::Fact;
use crate::protocol::state::ids::{Position, ServerId, Span};
use crate::protocol::state::pipeline::Pipeline;
use crate::protocol::state::redo::{Needs, RedoWaiter};
use crate::protocol::state::semi_sync::{Change, Wait};
use crate::protocol::state::variables::{RedoFlush, WaitPoint};
use crate::protocol::state::world::{Out, World};

fn start_redo(id: ServerId, needs: Needs, out: &mut Out) {
    match needs {
        Needs::Nothing => {}
        Needs::Write => out.effects.push(Effect::WriteRedo(id)),
        Needs::Sync => out.effects.push(Effect::Fsync(id, File::Redo)),
    }
}

impl World {
    /// The prepare mark is in the redo log buffer (semantics.md 1.1.2).
    pub(super) fn prepared(&mut self, who: Committer, out: &mut Out) {
        let id = self.server_of(who);
        self.commit_mut(who).last_committed = self.server(id).committed;
        let sync_themselves = matches!(self.server(id).pipeline, Pipeline::Chain(_));
        // MariaDB's sessions sync at their own prepare, sharing fsyncs; MySQL's FLUSH leader does it for its group.
        if sync_themselves && self.is_binlogged(who) && self.server_mut(id).write_redo_at_commit() {
            self.sync_redo(id, RedoWaiter::Committer(who), out);
            self.commit_mut(who).phase = Phase::RedoSync;
        } else {
            self.enter_commit(id, who, out);
        }
    }

    /// An applier without `log_slave_updates`: one redo fsync, no binlog (semantics.md 12a).
    pub(super) fn commit_without_binlog(&mut self, id: ServerId, worker: u8, out: &mut Out) {
        let who = Committer::Applier(id, worker);
        let index = self.server(id).replica.workers[usize::from(worker)].index;
        let Some(gtid) = self.server(id).replica.relay.get(index) else {
            return;
        };
        let server = self.server_mut(id);
        server.history.push_unlogged(gtid, 1);
        server.committed = server.history.end();
        server.published = server.committed;
        let index = server.committed;
        let syncs = server.write_redo_at_commit();
        out.note(Fact::Visible { server: id, index });
        self.release_rows(id, worker, out);
        if syncs {
            self.commit_mut(who).phase = Phase::RedoSync;
            self.sync_redo(id, RedoWaiter::Committer(who), out);
        } else {
            self.applied(id, worker, out);
        }
    }

    pub(super) fn sync_redo(&mut self, id: ServerId, waiter: RedoWaiter, out: &mut Out) {
        let server = self.server_mut(id);
        let (marks, flush) = (server.marks(), server.variables.redo_flush);
        let needs = server.redo.request(waiter, marks, flush);
        start_redo(id, needs, out);
    }

    pub(super) fn redo_synced(&mut self, id: ServerId, out: &mut Out) {
        self.server_mut(id).redo.synced();
        let mut first = true;
        while let Some(waiter) = self.server_mut(id).redo.next_released() {
            let went_itself = std::mem::take(&mut first);
            match waiter {
                RedoWaiter::FlushLeader => self.group_redo_synced(id, out),
                RedoWaiter::Background => {}
                RedoWaiter::Committer(who) if self.commit(who).phase == Phase::RedoAgain => {
                    if went_itself {
                        self.committed_for_good(id, who, out);
                    } else {
                        self.leader_works(who, Phase::RedoWrittenAgain, Step::WakeUp, 1, out);
                    }
                }
                RedoWaiter::Committer(who)
                    if self.commit(who).gtid.is_none() && self.is_binlogged(who) =>
                {
                    // The first called fsync and goes on; the others slept until it was done (1.1).
                    if went_itself {
                        self.enter_commit(id, who, out);
                    } else {
                        self.leader_works(who, Phase::RedoSynced, Step::WakeUp, 1, out);
                    }
                }
                RedoWaiter::Committer(Committer::Applier(id, worker)) => {
                    self.applied(id, worker, out)
                }
                RedoWaiter::Committer(Committer::Session(_)) => {}
            }
        }
        let server = self.server_mut(id);
        let needs = server.redo.start(server.variables.redo_flush);
        start_redo(id, needs, out);
    }

    fn is_binlogged(&self, who: Committer) -> bool {
        match who {
            Committer::Session(_) => true,
            Committer::Applier(id, worker) => {
                let server = self.server(id);
                let skipped = server.replica.workers[usize::from(worker)].skipped;
                server.variables.log_slave_updates && !skipped
            }
        }
    }

    /// The background thread: writes and syncs the redo log every `innodb_flush_log_at_timeout`, if anything is new in it.
    pub(super) fn redo_background(&mut self, id: ServerId, out: &mut Out) {
        let server = self.server(id);
        if !server.is_up() {
            return;
        }
        if server.redo.synced != server.marks() {
            self.sync_redo(id, RedoWaiter::Background, out);
        }
        self.start_background(id, out);
    }

    /// Writes a group to the binlog: GTIDs in queue order, one end position each (1.2 step 1, 1.3 step 3).
    fn write_group(&mut self, id: ServerId, group: &[Committer], out: &mut Out) {
        let first = self.server(id).history.end();
        for &who in group {
            let server = &mut self.servers[id];
            let (gtid, session) = match who {
                Committer::Session(session) => {
                    let gtid = server.numbering;
                    server.numbering.number += 1;
                    (gtid, Some(session))
                }
                Committer::Applier(_, worker) => {
                    let task = server.replica.workers[usize::from(worker)];
                    match server.replica.relay.get(task.index) {
                        Some(gtid) => (gtid, None),
                        None => continue,
                    }
                }
            };
            let index = server.history.end();
            server.history.push(gtid, 1);
            let commit = self.commit_mut(who);
            commit.gtid = Some(gtid);
            commit.index = index;
            if self.clocks {
                self.write_clock(id, who, index, first);
            }
            out.note(Fact::Logged {
                server: id,
                gtid,
                index,
                session,
            });
        }
        let server = self.server_mut(id);
        let end = server.history.end();
        // Every member's prepare mark went to the redo log before its binlog entry (1.1).
        match server.variables.redo_flush {
            RedoFlush::AtCommit => {
                server.redo.written.prepared = end;
                server.redo.synced.prepared = end;
            }
            RedoFlush::WriteOnly => server.redo.written.prepared = end,
            RedoFlush::InBackground => {}
        }
        out.note(Fact::Group {
            server: id,
            size: group.len() as u32,
        });
    }

    /// Moves `binlog_end_pos` and wakes the dump threads (1.2 steps 3 and 6, 1.3 step 5).
    fn publish(&mut self, id: ServerId, index: u64, out: &mut Out) {
        let server = self.server_mut(id);
        if index <= server.published {
            return;
        }
        server.published = index;
        for replica in self.server_ids() {
            if self.link(replica).dump.sleeps_on(id) {
                self.read_binlog(replica, out);
            }
        }
    }

    /// Engine commit of a group, in binlog order: rows become visible, row locks are released (1.4).
    fn commit_in_engine(&mut self, id: ServerId, group: &[Committer], out: &mut Out) {
        let Some(&last) = group.last() else { return };
        let end = self.commit(last).index + 1;
        let server = self.server_mut(id);
        // A SQL thread without a binlog does not wait behind the group: it may have committed later ones already.
        server.committed = server.committed.max(end);
        let index = server.committed;
        if server.variables.redo_flush == RedoFlush::WriteOnly {
            let marks = server.marks();
            server.redo.write(marks);
        }
        out.note(Fact::Visible { server: id, index });
        for &who in group {
            match who {
                Committer::Session(session) => self.unlock_rows(id, session, out),
                Committer::Applier(_, worker) => self.release_rows(id, worker, out),
            }
        }
    }

    /// The end of a transaction's way: the client's OK, or the SQL thread's next transaction.
    fn finish(&mut self, who: Committer, out: &mut Out) {
        match who {
            Committer::Session(session) => {
                self.commit_mut(who).phase = Phase::Reply;
                let server = self.server_of(who);
                out.effects.push(Effect::Work {
                    worker: Worker::Session(session),
                    server,
                    step: Step::Reply,
                    amount: 1,
                });
            }
            Committer::Applier(id, worker) => self.applied(id, worker, out),
        }
    }

    fn finish_group(&mut self, group: &mut Vec<Committer>, out: &mut Out) {
        for who in group.drain(..) {
            self.finish(who, out);
        }
    }

    pub(super) fn leader_works(
        &mut self,
        who: Committer,
        phase: Phase,
        step: Step,
        amount: usize,
        out: &mut Out,
    ) {
        self.commit_mut(who).phase = phase;
        let worker = match who {
            Committer::Session(session) => Worker::Session(session),
            Committer::Applier(server, worker) => Worker::Applier(server, worker),
        };
        let server = self.server_of(who);
        out.effects.push(Effect::Work {
            worker,
            server,
            step,
            amount: amount as u32,
        });
    }

    /// A lock was released and its next owner wakes up.
    fn grant(&mut self, next: Option<Committer>, out: &mut Out) {
        if let Some(who) = next {
            self.leader_works(who, Phase::GotLock, Step::WakeUp, 1, out);
        }
    }

    pub(super) fn leader_worked(&mut self, who: Committer, out: &mut Out) {
        let id = self.server_of(who);
        if self.commit(who).phase == Phase::Acknowledged {
            return self.resume_wait(id, who, out);
        }
        match self.server(id).pipeline {
            Pipeline::Stages(_) => self.stage_worked(id, who, out),
            Pipeline::Chain(_) => self.chain_worked(id, who, out),
        }
    }

    pub(super) fn binlog_synced(&mut self, id: ServerId, out: &mut Out) {
        let server = self.server_mut(id);
        server.binlog_synced = server.binlog_synced.max(server.binlog_syncing);
        match server.pipeline {
            Pipeline::Stages(_) => self.sync_stage_synced(id, out),
            Pipeline::Chain(_) => self.group_flushed_and_synced(id, out),
        }
    }

    fn sync_binlog(&mut self, id: ServerId, leader: Committer, out: &mut Out) {
        self.commit_mut(leader).phase = Phase::BinlogSync;
        let server = self.server_mut(id);
        server.binlog_syncing = server.history.end();
        out.effects.push(Effect::Fsync(id, File::Binlog));
    }

    pub(super) fn group_delay_over(&mut self, id: ServerId, out: &mut Out) {
        match self.server(id).pipeline {
            Pipeline::Stages(_) => self.sync_delay_step(id, out),
            Pipeline::Chain(_) => self.take_group(id, out),
        }
    }

    /// The wait call of a hook for a position; true if the thread goes on at once (semantics.md 5.2).
    fn wait_for_ack(
        &mut self,
        id: ServerId,
        waiter: Committer,
        of: Committer,
        out: &mut Out,
    ) -> bool {
        let position = self.position_of(id, of);
        let server = &mut self.servers[id];
        let counters = &mut out.counters[id];
        let wait = server
            .semi_sync
            .begin_wait(waiter, position, &server.variables, counters);
        if wait == Wait::Over {
            return true;
        }
        let timeout = server.variables.semi_sync_timeout;
        self.commit_mut(waiter).phase = Phase::SemiSyncWait;
        out.note(Fact::WaitBegan { server: id, waiter });
        if timeout != Span::FOREVER {
            out.effects
                .push(Effect::Arm(Timer::SemiSyncWait(waiter), timeout));
        }
        false
    }

    fn position_of(&self, id: ServerId, who: Committer) -> Position {
        self.server(id).position(self.commit(who).index + 1)
    }

    fn waits_after_sync(&self, id: ServerId) -> bool {
        let server = self.server(id);
        server.semi_sync.enabled && server.variables.wait_point == WaitPoint::AfterSync
    }

    fn waits_after_commit(&self, id: ServerId) -> bool {
        let server = self.server(id);
        server.semi_sync.enabled && server.variables.wait_point == WaitPoint::AfterCommit
    }

    /// Wakes the threads that a change of the semi-sync state releases.
    pub(super) fn apply_change(&mut self, id: ServerId, change: Change, out: &mut Out) {
        if let Some(on) = change.status {
            out.note(Fact::SemiSync { server: id, on });
        }
        for who in change.woken {
            out.effects.push(Effect::Disarm(Timer::SemiSyncWait(who)));
            out.note(Fact::Woken {
                server: id,
                waiter: who,
            });
            self.leader_works(who, Phase::Acknowledged, Step::WakeUp, 1, out);
        }
    }

    fn resume_wait(&mut self, id: ServerId, who: Committer, out: &mut Out) {
        let of = self.waits_on_behalf_of(id, who);
        let position = self.position_of(id, of);
        let server = &mut self.servers[id];
        let counters = &mut out.counters[id];
        match server
            .semi_sync
            .resume_wait(who, position, &server.variables, counters)
        {
            Wait::Over => self.waited(id, who, out),
            Wait::Sleeps => {
                // Woken for nothing: it sleeps on, with its first deadline (semantics.md 5.5, KILL).
                let timeout = self.server(id).variables.semi_sync_timeout;
                self.commit_mut(who).phase = Phase::SemiSyncWait;
                out.effects
                    .push(Effect::Arm(Timer::SemiSyncWait(who), timeout));
            }
        }
    }

    pub(super) fn semi_sync_timed_out(&mut self, who: Committer, out: &mut Out) {
        let id = self.server_of(who);
        let change = self.servers[id].semi_sync.time_out(who, out.counters(id));
        if let Some(change) = change {
            self.apply_change(id, change, out);
            self.waited(id, who, out);
        }
    }

    fn waits_on_behalf_of(&self, id: ServerId, who: Committer) -> Committer {
        match &self.server(id).pipeline {
            Pipeline::Stages(stages) => stages.waits_on_behalf_of(who),
            Pipeline::Chain(chain) => chain.waits_on_behalf_of(who),
        }
    }

    fn waited(&mut self, id: ServerId, who: Committer, out: &mut Out) {
        match self.server(id).pipeline {
            Pipeline::Stages(_) => self.stage_waited(id, who, out),
            Pipeline::Chain(_) => self.chain_waited(id, who, out),
        }
    }
}
