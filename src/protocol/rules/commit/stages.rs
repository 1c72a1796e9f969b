//! MySQL's group commit: stages whose queues merge behind a slow stage (semantics.md 1.2, `ordered_commit`).

use crate::protocol::state::commit::{Committer, Phase};
use crate::protocol::state::effect::{Effect, Step, Timer};
use crate::protocol::state::flavour_rules::AfterCommit;
use crate::protocol::state::ids::{ServerId, Span};
use crate::protocol::state::pipeline::Pipeline;
use crate::protocol::state::redo::RedoWaiter;
use crate::protocol::state::stages::{Stages, WaitingGroup};
use crate::protocol::state::world::{Out, World};

/// Sleeps of `binlog_group_commit_sync_delay` per delay (1.2 step 4).
const DELAY_STEPS: u64 = 10;

impl World {
    fn stages(&mut self, id: ServerId) -> &mut Stages {
        match &mut self.servers[id].pipeline {
            Pipeline::Stages(stages) => stages,
            Pipeline::Chain(_) => unreachable!("this server has stages"),
        }
    }

    /// FLUSH: the queue of `LOCK_log`.
    pub(in crate::protocol) fn enter_flush_stage(
        &mut self,
        id: ServerId,
        who: Committer,
        out: &mut Out,
    ) {
        self.commit_mut(who).phase = Phase::InQueue;
        let flush = &mut self.stages(id).flush;
        let leads = flush.queue.is_empty();
        flush.queue.push(who);
        if leads && flush.lock.acquire(who) {
            self.flush_stage(id, who, out);
        }
    }

    /// 1.2 step 1: take the flush queue; flush the redo log once for the group, before the binlog is written.
    fn flush_stage(&mut self, id: ServerId, leader: Committer, out: &mut Out) {
        self.stages(id).flush.fetch();
        if self.server_mut(id).write_redo_at_commit() {
            self.commit_mut(leader).phase = Phase::GroupRedoSync;
            self.sync_redo(id, RedoWaiter::FlushLeader, out);
        } else {
            self.write_binlog(id, leader, out);
        }
    }

    pub(super) fn group_redo_synced(&mut self, id: ServerId, out: &mut Out) {
        if let Some(leader) = self.stages(id).flush.lock.holder() {
            self.write_binlog(id, leader, out);
        }
    }

    fn write_binlog(&mut self, id: ServerId, leader: Committer, out: &mut Out) {
        let size = self.stages(id).flush.batch.len();
        self.leader_works(leader, Phase::WriteBinlog, Step::WriteBinlog, size, out);
    }

    /// 1.2 steps 1 to 3 are done: one semi-sync node for the group, then on to SYNC.
    fn flushed(&mut self, id: ServerId, out: &mut Out) {
        let mut group = std::mem::take(&mut self.stages(id).flush.batch);
        self.write_group(id, &group, out);
        let server = &mut self.servers[id];
        let end = server.history.end();
        let position = server.position(end);
        server.semi_sync.register(position, out.counters(id));
        if server.variables.sync_binlog != 1 {
            self.publish(id, end, out);
        }
        for &who in &group {
            self.commit_mut(who).phase = Phase::InQueue;
        }
        let stages = self.stages(id);
        let leader = stages.sync.append(&mut group);
        stages.flush.batch = group;
        let next = stages.flush.lock.release();
        self.grant(next, out);
        // A leader that sleeps in its delay looks at the queue's size only at its next step.
        if let Some(leader) = leader
            && self.stages(id).sync.lock.acquire(leader)
        {
            self.sync_stage(id, leader, out);
        }
    }

    /// 1.2 step 4: the delay comes before the queue is fetched, so that it collects more groups.
    fn sync_stage(&mut self, id: ServerId, leader: Committer, out: &mut Out) {
        let server = self.server(id);
        let delay = server.variables.sync_delay;
        let will_sync = server.sync_counter + 1 >= server.variables.sync_binlog;
        if delay > Span(0) && will_sync && !self.enough_for_sync(id) {
            self.commit_mut(leader).phase = Phase::GroupDelay;
            self.stages(id).delay_steps = DELAY_STEPS as u32;
            let step = Span((delay.0 / DELAY_STEPS).max(1_000));
            out.effects.push(Effect::Arm(Timer::GroupDelay(id), step));
        } else {
            self.fetch_and_sync(id, leader, out);
        }
    }

    fn enough_for_sync(&mut self, id: ServerId) -> bool {
        let count = self.server(id).variables.sync_no_delay_count as usize;
        count > 0 && self.stages(id).sync.queue.len() >= count
    }

    pub(super) fn sync_delay_step(&mut self, id: ServerId, out: &mut Out) {
        let Some(leader) = self.stages(id).sync.lock.holder() else {
            return;
        };
        let stages = self.stages(id);
        stages.delay_steps = stages.delay_steps.saturating_sub(1);
        if stages.delay_steps == 0 || self.enough_for_sync(id) {
            return self.fetch_and_sync(id, leader, out);
        }
        let step = Span((self.server(id).variables.sync_delay.0 / DELAY_STEPS).max(1_000));
        out.effects.push(Effect::Arm(Timer::GroupDelay(id), step));
    }

    /// 1.2 step 5.
    fn fetch_and_sync(&mut self, id: ServerId, leader: Committer, out: &mut Out) {
        self.stages(id).sync.fetch();
        if self.server_mut(id).binlog_sync_is_due() {
            self.sync_binlog(id, leader, out);
        } else {
            self.enter_commit_stage(id, out);
        }
    }

    /// 1.2 step 6: with `sync_binlog=1` dump threads may read up to the end of the fetched queue only now.
    pub(super) fn sync_stage_synced(&mut self, id: ServerId, out: &mut Out) {
        if self.server(id).variables.sync_binlog == 1
            && let Some(&last) = self.stages(id).sync.batch.last()
        {
            let index = self.commit(last).index + 1;
            self.publish(id, index, out);
        }
        self.enter_commit_stage(id, out);
    }

    fn enter_commit_stage(&mut self, id: ServerId, out: &mut Out) {
        let mut batch = std::mem::take(&mut self.stages(id).sync.batch);
        if let Some(&leader) = batch.first() {
            self.commit_mut(leader).phase = Phase::InQueue;
        }
        let stages = self.stages(id);
        let leader = stages.commit.append(&mut batch);
        stages.sync.batch = batch;
        let next = stages.sync.lock.release();
        self.grant(next, out);
        if let Some(leader) = leader
            && self.stages(id).commit.lock.acquire(leader)
        {
            self.commit_stage(id, leader, out);
        }
    }

    /// 1.2 steps 7 and 8: the AFTER_SYNC wait, once, for the last position of the queue, while holding `LOCK_commit`.
    fn commit_stage(&mut self, id: ServerId, leader: Committer, out: &mut Out) {
        let queue = self.stages(id).commit.fetch();
        let last = queue.last().copied().unwrap_or(leader);
        if !self.waits_after_sync(id) || self.wait_for_ack(id, leader, last, out) {
            self.engine_commit(id, leader, out);
        }
    }

    fn engine_commit(&mut self, id: ServerId, leader: Committer, out: &mut Out) {
        let size = self.stages(id).commit.batch.len();
        self.leader_works(leader, Phase::EngineCommit, Step::EngineCommit, size, out);
    }

    /// 1.2 steps 9 to 12.
    fn engine_committed(&mut self, id: ServerId, out: &mut Out) {
        let mut group = std::mem::take(&mut self.stages(id).commit.batch);
        self.commit_in_engine(id, &group, out);
        if !self.waits_after_commit(id) {
            let next = self.stages(id).commit.lock.release();
            self.grant(next, out);
            self.finish_group(&mut group, out);
            self.stages(id).commit.batch = group;
            return;
        }
        for &who in &group {
            self.commit_mut(who).phase = Phase::InQueue;
        }
        if self.stages(id).after_commit_waits == AfterCommit::LeaderAlone {
            let next = self.stages(id).commit.lock.release();
            self.grant(next, out);
            if let Some(&leader) = group.first() {
                self.stages(id).waiting_groups.push(WaitingGroup {
                    members: group,
                    next: 0,
                });
                self.wait_for_group(id, leader, out);
            }
            return;
        }
        let stages = self.stages(id);
        let leader = stages.after_commit.append(&mut group);
        stages.commit.batch = group;
        let next = stages.commit.lock.release();
        self.grant(next, out);
        if let Some(leader) = leader
            && self.stages(id).after_commit.lock.acquire(leader)
        {
            self.after_commit_stage(id, leader, out);
        }
    }

    /// 1.2 step 11, 8.0: the stage leader waits for every thread of the merged queue, holding `LOCK_after_commit`.
    fn after_commit_stage(&mut self, id: ServerId, leader: Committer, out: &mut Out) {
        let stages = self.stages(id);
        stages.after_commit.fetch();
        stages.next = 0;
        self.wait_for_rest(id, leader, out);
    }

    fn wait_for_rest(&mut self, id: ServerId, leader: Committer, out: &mut Out) {
        while let Some(&of) = {
            let stages = self.stages(id);
            stages.after_commit.batch.get(stages.next)
        } {
            if !self.wait_for_ack(id, leader, of, out) {
                return;
            }
            self.stages(id).next += 1;
        }
        let mut group = std::mem::take(&mut self.stages(id).after_commit.batch);
        let next = self.stages(id).after_commit.lock.release();
        self.grant(next, out);
        self.finish_group(&mut group, out);
        self.stages(id).after_commit.batch = group;
    }

    /// 1.2 step 11, 5.7: no lock is held; several groups can be waiting at the same time.
    fn wait_for_group(&mut self, id: ServerId, leader: Committer, out: &mut Out) {
        loop {
            let groups = &mut self.stages(id).waiting_groups;
            let Some(at) = groups
                .iter()
                .position(|group| group.members.first() == Some(&leader))
            else {
                return;
            };
            let group = &groups[at];
            let Some(&of) = group.members.get(group.next) else {
                let mut done = groups.remove(at).members;
                return self.finish_group(&mut done, out);
            };
            if !self.wait_for_ack(id, leader, of, out) {
                return;
            }
            self.stages(id).waiting_groups[at].next += 1;
        }
    }

    /// A wait for an acknowledgement is over, one way or the other.
    pub(super) fn stage_waited(&mut self, id: ServerId, leader: Committer, out: &mut Out) {
        if self.stages(id).commit.lock.holder() == Some(leader) {
            self.engine_commit(id, leader, out);
        } else if self.stages(id).after_commit.lock.holder() == Some(leader) {
            self.stages(id).next += 1;
            self.wait_for_rest(id, leader, out);
        } else {
            let groups = &mut self.stages(id).waiting_groups;
            if let Some(group) = groups
                .iter_mut()
                .find(|group| group.members.first() == Some(&leader))
            {
                group.next += 1;
            }
            self.wait_for_group(id, leader, out);
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "only these phases matter")]
    pub(super) fn stage_worked(&mut self, id: ServerId, who: Committer, out: &mut Out) {
        match self.commit(who).phase {
            Phase::WriteBinlog => self.flushed(id, out),
            Phase::EngineCommit => self.engine_committed(id, out),
            Phase::GotLock => {
                let stages = self.stages(id);
                if stages.flush.lock.holder() == Some(who) {
                    self.flush_stage(id, who, out);
                } else if stages.sync.lock.holder() == Some(who) {
                    self.sync_stage(id, who, out);
                } else if stages.commit.lock.holder() == Some(who) {
                    self.commit_stage(id, who, out);
                } else {
                    self.after_commit_stage(id, who, out);
                }
            }
            _ => {}
        }
    }
}
