//! A replica's SQL thread: it hands transactions to its workers, who commit in the relay log's order (semantics.md 4.1).

use crate::protocol::state::commit::{Commit, Committer, Phase};
use crate::protocol::state::commit_lock::CommitLock;
use crate::protocol::state::effect::{Effect, Step, Worker};
use crate::protocol::state::fact::Fact;
use crate::protocol::state::ids::ServerId;
use crate::protocol::state::pipeline::Pipeline;
use crate::protocol::state::replica::Replica;
use crate::protocol::state::rows::Rows;
use crate::protocol::state::task::Task;
use crate::protocol::state::variables::{Parallel, Positioning};
use crate::protocol::state::world::{Out, World};

impl Replica {
    /// Whether a transaction may be executed beside those that are not committed yet.
    fn may_start(&self, index: u64, parallel: Parallel) -> bool {
        if self.applied == index {
            return true;
        }
        let (Some(clock), Some(first)) = (self.clock(index), self.clock(self.applied)) else {
            return false;
        };
        // Another source: its clock says nothing about this one's.
        if clock.source != first.source {
            return false;
        }
        match parallel {
            Parallel::LogicalClock => clock.last_committed <= first.sequence,
            Parallel::Conservative => (self.turn..index).all(|before| {
                self.clock(before)
                    .is_some_and(|before| before.group == clock.group)
            }),
            Parallel::Optimistic => true,
        }
    }
}

impl World {
    pub(super) fn start_sql_thread(&mut self, id: ServerId, out: &mut Out) {
        self.server_mut(id).replica.sql_running = true;
        self.start_applier(id, out);
    }

    /// Relay log up to here is old enough (`SOURCE_DELAY`).
    pub(super) fn becomes_due(&mut self, id: ServerId, due: Option<u64>, out: &mut Out) {
        self.server_mut(id).replica.due = due;
        self.start_applier(id, out);
    }

    /// The SQL thread gives transactions from the relay log to its workers, as soon as they are written.
    pub(super) fn start_applier(&mut self, id: ServerId, out: &mut Out) {
        let amount = self.shape.rows_per_transaction();
        let server = self.server_mut(id);
        let locked = server.commit_lock != CommitLock::Free;
        if !server.is_up() || !server.replica.sql_running || locked {
            return;
        }
        let parallel = server.variables.parallel;
        loop {
            let index = server.replica.scheduled;
            let due = server.replica.due.is_none_or(|due| index < due);
            let Some(gtid) = server.replica.relay.get(index).filter(|_| due) else {
                break;
            };
            let Some(worker) = server.replica.workers.iter().position(Task::is_idle) else {
                return;
            };
            // With GTIDs a transaction that was executed before is skipped. Without them the executed position, which
            // is in the engine, tells what was executed before a crash cut the relay log (semantics.md 3).
            let executed = match server.variables.positioning {
                Positioning::Gtid => server.has_executed(gtid),
                Positioning::FileAndPosition => server.history.find(gtid).is_some(),
            };
            let replica = &mut server.replica;
            if executed {
                if replica.applied < index {
                    return;
                }
                replica.finish(index);
                (replica.scheduled, replica.turn) = (replica.applied, replica.applied);
                continue;
            }
            if !replica.may_start(index, parallel) {
                return;
            }
            replica.scheduled += 1;
            replica.workers[worker] = Task {
                commit: Commit {
                    phase: Phase::Execute,
                    ..Commit::default()
                },
                index,
                rows: replica
                    .clock(index)
                    .map_or(Rows::default(), |clock| clock.rows),
                rolled_back: false,
                skipped: false,
            };
            out.effects.push(Effect::Work {
                worker: Worker::Applier(id, worker as u8),
                server: id,
                step: Step::Apply,
                amount,
            });
        }
        self.candidate_progress(id, out);
    }

    /// A worker has executed its transaction: it has its row locks, or waits for an earlier transaction's.
    pub(super) fn executed(&mut self, id: ServerId, worker: u8, out: &mut Out) {
        if self.key_is_taken(id, worker) {
            self.stop_sql_thread_at(id, worker, out);
            out.note(Fact::Duplicate1062 { replica: id });
            return;
        }
        let replica = &mut self.server_mut(id).replica;
        let task = replica.workers[usize::from(worker)];
        for &row in task.rows.as_slice() {
            match replica.rows.get(&row).copied() {
                Some(other) if replica.workers[usize::from(other)].index < task.index => {
                    replica.workers[usize::from(worker)].commit.phase = Phase::RowLock;
                    return;
                }
                Some(other) if other != worker => {
                    // The later of two has to give way: it is rolled back (MariaDB, optimistic).
                    replica.rows.retain(|_, holder| *holder != other);
                    let later = &mut replica.workers[usize::from(other)];
                    later.rolled_back = true;
                    if later.commit.phase == Phase::RowLock {
                        later.commit.phase = Phase::InTurn;
                    }
                    replica.rollbacks += 1;
                }
                _ => {}
            }
            replica.rows.insert(row, worker);
        }
        replica.workers[usize::from(worker)].commit.phase = Phase::Prepare;
        self.prepared(Committer::Applier(id, worker), out);
    }

    /// The row that a transaction inserts has a key that another row here has: AUTO_INCREMENT gave the same number to
    /// both, here and at the source (semantics.md 8). Keys are taken as handed out in commit order.
    fn key_is_taken(&self, id: ServerId, worker: u8) -> bool {
        let server = self.server(id);
        let replica = &server.replica;
        let task = replica.workers[usize::from(worker)];
        if !task.rows.as_slice().is_empty() {
            return false;
        }
        // It was executed before a crash after which the server does not know it.
        let gtid = replica.relay.get(task.index);
        if gtid.is_some_and(|gtid| server.extra_rows.contains(gtid)) {
            return true;
        }
        if !self.shape.auto_increment {
            return false;
        }
        // The place of its row among the source's, and the place that it would get here.
        let behind = replica.relay.end() - task.index;
        let there = replica.read_position.index.saturating_sub(behind);
        let here = server.history.end() + (task.index - replica.turn.min(task.index));
        here > there
    }

    /// A worker has executed its transaction and its rows do not fit: the SQL thread stops in front of it.
    pub(super) fn apply_fails(&mut self, id: ServerId, worker: u8, out: &mut Out) {
        let task = self.server(id).replica.workers.get(usize::from(worker));
        if task.is_some_and(|task| task.commit.phase == Phase::Execute) {
            self.stop_sql_thread_at(id, worker, out);
            out.note(Fact::ApplyFailed { replica: id });
        }
    }

    /// The SQL thread was started UNTIL this worker's transaction: it stops in front of it.
    pub(super) fn stops_before(&mut self, id: ServerId, worker: u8, out: &mut Out) {
        let task = self.server(id).replica.workers.get(usize::from(worker));
        if task.is_some_and(|task| task.commit.phase == Phase::Execute) {
            self.stop_sql_thread_at(id, worker, out);
        }
    }

    /// A worker's transaction is skipped (`sql_slave_skip_counter`).
    pub(super) fn skip_transaction(&mut self, id: ServerId, worker: u8, out: &mut Out) {
        let task = self
            .server_mut(id)
            .replica
            .workers
            .get_mut(usize::from(worker));
        if let Some(task) = task.filter(|task| task.commit.phase == Phase::Execute) {
            task.skipped = true;
            self.enter_commit(id, Committer::Applier(id, worker), out);
        }
    }

    /// The SQL thread stops in front of this worker's transaction: later ones are rolled back, earlier ones are committed
    /// first (semantics.md 4.1: workers commit in the relay log's order).
    fn stop_sql_thread_at(&mut self, id: ServerId, failed: u8, out: &mut Out) {
        let replica = &mut self.server_mut(id).replica;
        replica.sql_running = false;
        let index = replica.workers[usize::from(failed)].index;
        for worker in 0..replica.workers.len() as u8 {
            let task = &mut replica.workers[usize::from(worker)];
            if !task.is_idle() && task.index >= index {
                *task = Task::default();
                replica.rows.retain(|_, holder| *holder != worker);
                out.effects
                    .push(Effect::Abandon(Worker::Applier(id, worker)));
            }
        }
        replica.scheduled = index;
    }

    /// A transaction's rows are committed: whoever waited for them goes on.
    pub(super) fn release_rows(&mut self, id: ServerId, worker: u8, out: &mut Out) {
        let replica = &mut self.server_mut(id).replica;
        if replica.rows.is_empty() {
            return;
        }
        replica.rows.retain(|_, holder| *holder != worker);
        for other in 0..replica.workers.len() {
            if self.server(id).replica.workers[other].commit.phase == Phase::RowLock {
                self.executed(id, other as u8, out);
            }
        }
    }

    /// Into group commit, for an applier only when everything before it in the relay log has gone there.
    pub(super) fn enter_commit(&mut self, id: ServerId, who: Committer, out: &mut Out) {
        if let Committer::Applier(_, worker) = who {
            let replica = &mut self.server_mut(id).replica;
            let task = &mut replica.workers[usize::from(worker)];
            if task.index != replica.turn {
                task.commit.phase = Phase::InTurn;
                return;
            }
            if task.rolled_back {
                return self.execute_again(id, worker, out);
            }
            let skipped = task.skipped;
            replica.turn += 1;
            if skipped || !self.server(id).variables.log_slave_updates {
                self.commit_without_binlog(id, worker, out);
                return self.next_turn(id, out);
            }
        }
        match self.server(id).pipeline {
            Pipeline::Stages(_) => self.enter_flush_stage(id, who, out),
            Pipeline::Chain(_) => self.queue_for_group_commit(id, who, out),
        }
        if matches!(who, Committer::Applier(..)) {
            self.next_turn(id, out);
        }
    }

    /// The worker whose turn it is now wakes up, if it waits for it.
    fn next_turn(&mut self, id: ServerId, out: &mut Out) {
        let replica = &self.server(id).replica;
        let turn = replica.turn;
        let next = replica
            .workers
            .iter()
            .position(|task| task.index == turn && task.commit.phase == Phase::InTurn);
        let Some(worker) = next else { return };
        if replica.workers[worker].rolled_back {
            self.execute_again(id, worker as u8, out);
        } else {
            let who = Committer::Applier(id, worker as u8);
            self.leader_works(who, Phase::Turn, Step::WakeUp, 1, out);
        }
    }

    fn execute_again(&mut self, id: ServerId, worker: u8, out: &mut Out) {
        let amount = self.shape.rows_per_transaction();
        let task = &mut self.server_mut(id).replica.workers[usize::from(worker)];
        task.rolled_back = false;
        task.commit = Commit {
            phase: Phase::Execute,
            ..Commit::default()
        };
        out.effects.push(Effect::Work {
            worker: Worker::Applier(id, worker),
            server: id,
            step: Step::Apply,
            amount,
        });
    }

    /// A worker's transaction is committed.
    pub(super) fn applied(&mut self, id: ServerId, worker: u8, out: &mut Out) {
        let replica = &mut self.server_mut(id).replica;
        debug_assert!(
            replica.rows.values().all(|holder| *holder != worker),
            "its rows were released at the engine commit"
        );
        let task = std::mem::take(&mut replica.workers[usize::from(worker)]);
        replica.finish(task.index);
        self.start_applier(id, out);
    }
}
