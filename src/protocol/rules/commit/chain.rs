//! MariaDB's group commit: a chain of locks, at most two groups deep under AFTER_SYNC (semantics.md 1.3).

use crate::protocol::state::chain::Chain;
use crate::protocol::state::commit::{Committer, Phase};
use crate::protocol::state::effect::{Effect, Step, Timer};
use crate::protocol::state::fact::Fact;
use crate::protocol::state::ids::ServerId;
use crate::protocol::state::pipeline::Pipeline;
use crate::protocol::state::redo::RedoWaiter;
use crate::protocol::state::world::{Out, World};

impl World {
    fn chain(&mut self, id: ServerId) -> &mut Chain {
        match &mut self.servers[id].pipeline {
            Pipeline::Chain(chain) => chain,
            Pipeline::Stages(_) => unreachable!("this server has a chain of locks"),
        }
    }

    /// 1.3 step 1: onto the list; the first one leads.
    pub(in crate::protocol) fn queue_for_group_commit(
        &mut self,
        id: ServerId,
        who: Committer,
        out: &mut Out,
    ) {
        self.commit_mut(who).phase = Phase::InQueue;
        let chain = self.chain(id);
        let leads = chain.queue.is_empty();
        chain.queue.push(who);
        if leads && chain.log.acquire(who) {
            self.got_lock_log(id, who, out);
        } else if self.chain(id).collecting && self.enough_to_write(id) {
            out.effects.push(Effect::Disarm(Timer::GroupDelay(id)));
            self.take_group(id, out);
        }
    }

    fn enough_to_write(&mut self, id: ServerId) -> bool {
        let count = self.server(id).variables.commit_wait_count as usize;
        self.chain(id).queue.len() >= count
    }

    /// 1.3 step 2: wait for `binlog_commit_wait_count`, then take the whole list.
    fn got_lock_log(&mut self, id: ServerId, leader: Committer, out: &mut Out) {
        if self.enough_to_write(id) {
            return self.take_group(id, out);
        }
        self.commit_mut(leader).phase = Phase::GroupDelay;
        self.chain(id).collecting = true;
        let wait = self.server(id).variables.commit_wait;
        out.effects.push(Effect::Arm(Timer::GroupDelay(id), wait));
    }

    /// 1.3 step 3: write all transactions under `LOCK_log`.
    pub(super) fn take_group(&mut self, id: ServerId, out: &mut Out) {
        let chain = self.chain(id);
        chain.collecting = false;
        let Some(leader) = chain.log.holder() else {
            return;
        };
        chain.writing.append(&mut chain.queue);
        let size = chain.writing.len();
        self.leader_works(leader, Phase::WriteBinlog, Step::WriteBinlog, size, out);
    }

    /// 1.3 step 3: `flush_and_sync`.
    fn group_written(&mut self, id: ServerId, leader: Committer, out: &mut Out) {
        let group = std::mem::take(&mut self.chain(id).writing);
        self.write_group(id, &group, out);
        self.chain(id).writing = group;
        if self.server_mut(id).binlog_sync_is_due() {
            self.sync_binlog(id, leader, out);
        } else {
            self.group_flushed_and_synced(id, out);
        }
    }

    /// 1.3 steps 4 to 6: one node per transaction; dump threads may read; then the next lock.
    pub(super) fn group_flushed_and_synced(&mut self, id: ServerId, out: &mut Out) {
        let Some(leader) = self.chain(id).log.holder() else {
            return;
        };
        let group = std::mem::take(&mut self.chain(id).writing);
        for &who in &group {
            let position = self.position_of(id, who);
            self.servers[id]
                .semi_sync
                .register(position, out.counters(id));
        }
        self.chain(id).writing = group;
        let end = self.server(id).history.end();
        self.publish(id, end, out);
        self.commit_mut(leader).phase = Phase::InQueue;
        if self.chain(id).after_binlog_sync.acquire(leader) {
            self.got_lock_after_binlog_sync(id, leader, out);
        }
    }

    /// 1.3 steps 6 and 7: `LOCK_log` is released only now; then the leader waits for each transaction in order.
    fn got_lock_after_binlog_sync(&mut self, id: ServerId, leader: Committer, out: &mut Out) {
        let chain = self.chain(id);
        let Chain {
            writing, syncing, ..
        } = chain;
        syncing.append(writing);
        chain.next = 0;
        let next = chain.log.release();
        self.grant(next, out);
        self.wait_for_syncing(id, leader, out);
    }

    fn wait_for_syncing(&mut self, id: ServerId, leader: Committer, out: &mut Out) {
        if self.waits_after_sync(id) {
            while let Some(&of) = {
                let chain = self.chain(id);
                chain.syncing.get(chain.next)
            } {
                if !self.wait_for_ack(id, leader, of, out) {
                    return;
                }
                self.chain(id).next += 1;
            }
        }
        self.commit_mut(leader).phase = Phase::InQueue;
        if self.chain(id).commit_ordered.acquire(leader) {
            self.got_lock_commit_ordered(id, leader, out);
        }
    }

    /// 1.3 step 8.
    fn got_lock_commit_ordered(&mut self, id: ServerId, leader: Committer, out: &mut Out) {
        let chain = self.chain(id);
        let Chain {
            syncing,
            committing,
            ..
        } = chain;
        committing.append(syncing);
        let size = chain.committing.len();
        let next = chain.after_binlog_sync.release();
        self.grant(next, out);
        self.leader_works(leader, Phase::EngineCommit, Step::EngineCommit, size, out);
    }

    /// 1.3 steps 8 and 9: rows visible in binlog order; each session waits for its own position, with no lock held.
    fn group_committed(&mut self, id: ServerId, out: &mut Out) {
        let mut group = std::mem::take(&mut self.chain(id).committing);
        self.commit_in_engine(id, &group, out);
        let next = self.chain(id).commit_ordered.release();
        self.grant(next, out);
        // Flush value 2 writes the redo log once more at commit, which only takes time if it goes to the device (1.1).
        let writes_again =
            self.server(id).redo_is_only_written() && self.server(id).variables.redo_direct;
        for who in group.drain(..) {
            if writes_again {
                self.commit_mut(who).phase = Phase::RedoAgain;
                self.sync_redo(id, RedoWaiter::Committer(who), out);
            } else {
                self.committed_for_good(id, who, out);
            }
        }
        self.chain(id).committing = group;
    }

    /// 1.3 step 9: the wait after the commit, with no lock held.
    pub(super) fn committed_for_good(&mut self, id: ServerId, who: Committer, out: &mut Out) {
        if !self.waits_after_commit(id) || self.wait_for_ack(id, who, who, out) {
            self.finish(who, out);
        }
    }

    /// A wait for an acknowledgement is over, one way or the other.
    pub(super) fn chain_waited(&mut self, id: ServerId, who: Committer, out: &mut Out) {
        if self.chain(id).after_binlog_sync.holder() == Some(who) {
            self.chain(id).next += 1;
            self.wait_for_syncing(id, who, out);
        } else {
            self.finish(who, out);
        }
    }

    /// `KILL` of a session that waits: it commits without an acknowledgement. A group's leader abandons the wait for the
    /// whole rest of its group (semantics.md 5.5).
    pub(in crate::protocol) fn killed_in_wait(
        &mut self,
        id: ServerId,
        who: Committer,
        out: &mut Out,
    ) {
        let server = &mut self.servers[id];
        if !server.semi_sync.abandon(who, out.counters(id)) {
            return;
        }
        out.effects.push(Effect::Disarm(Timer::SemiSyncWait(who)));
        out.note(Fact::Woken {
            server: id,
            waiter: who,
        });
        let chain = self.chain(id);
        if chain.after_binlog_sync.holder() == Some(who) {
            let rest = chain.syncing.len().saturating_sub(chain.next + 1);
            chain.next = chain.syncing.len();
            out.counters(id).no_tx += rest as u64;
        }
        self.chain_waited(id, who, out);
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "only these phases matter")]
    pub(super) fn chain_worked(&mut self, id: ServerId, who: Committer, out: &mut Out) {
        match self.commit(who).phase {
            Phase::RedoSynced => self.enter_commit(id, who, out),
            Phase::RedoWrittenAgain => self.committed_for_good(id, who, out),
            Phase::WriteBinlog => self.group_written(id, who, out),
            Phase::EngineCommit => self.group_committed(id, out),
            Phase::GotLock => {
                let chain = self.chain(id);
                if chain.commit_ordered.holder() == Some(who) {
                    self.got_lock_commit_ordered(id, who, out);
                } else if chain.after_binlog_sync.holder() == Some(who) {
                    self.got_lock_after_binlog_sync(id, who, out);
                } else {
                    self.got_lock_log(id, who, out);
                }
            }
            _ => {}
        }
    }
}
