//! The only door of the core: an input goes in, effects come out.

use crate::protocol::state::commit::{Committer, Phase};
use crate::protocol::state::effect::{File, Input, Super, Timer, Worker};
use crate::protocol::state::world::{Out, World};

impl World {
    /// Handles one input; what follows from it is appended to `out`.
    pub fn step(&mut self, input: Input, out: &mut Out) {
        match input {
            Input::Writes(session, rows) => self.sessions[session].writes(rows),
            Input::Request(session) => self.request(session, out),
            Input::Answered(session) => self.answered(session, out),
            Input::ClientTimeout(session) => self.client_timeout(session, out),
            Input::Reconnect(session) => self.reconnect(session),
            Input::Read(reader, server) => self.read(reader, server),
            Input::ReadAnswered(reader) => self.read_answered(reader, out),
            Input::Worked(worker) => self.worked(worker, out),
            Input::Synced(server, File::Redo) => self.redo_synced(server, out),
            Input::Synced(server, File::Binlog) => self.binlog_synced(server, out),
            Input::Synced(server, File::RelayLog) => self.relay_log_synced(server, out),
            Input::Departed(lane) => self.departed(lane),
            Input::Arrived(lane) => self.arrived(lane, out),
            Input::Fired(timer) => self.fired(timer, out),
            Input::Writeback(server) => self.wrote_back(server),
            Input::Crash(server, crash) => self.crash(server, crash, out),
            Input::Shutdown(server) => self.shut_down(server, out),
            Input::Restart(server) => self.restart(server, out),
            Input::Destroy(server) => self.destroy(server),
            Input::Cut(from, to) => self.cut(from, to, out),
            Input::Mend(from, to) => self.mend(from, to, out),
            Input::Stuck(lane) => self.lane_is_stuck(lane, out),
            Input::GivenUp(lane) => self.lane_is_given_up(lane, out),
            Input::StopIoThread(server) => self.stop_io_thread(server, out),
            Input::StartIoThread(server) => self.start_io_thread(server, out),
            Input::StopSqlThread(server) => self.server_mut(server).replica.sql_running = false,
            Input::StartSqlThread(server) => self.start_sql_thread(server, out),
            Input::ApplyFails(server, worker) => self.apply_fails(server, worker, out),
            Input::StopsBefore(server, worker) => self.stops_before(server, worker, out),
            Input::SkipTransaction(server, worker) => self.skip_transaction(server, worker, out),
            Input::Due(server, due) => self.becomes_due(server, due, out),
            Input::Until(server, gtid) => self.server_mut(server).replica.until = gtid,
            Input::EndStatement(session, outcome) => self.end_statement(session, outcome, out),
            Input::Login(session, server) => self.login(session, server),
            Input::ChangeMaster(id, upstream, from) => self.change_master(id, upstream, from),
            Input::ResetSlave(server, forgets) => self.reset_slave(server, forgets),
            Input::ResetMaster(server, since) => self.reset_master(server, since, out),
            Input::LoadDump(into, of) => self.load_dump(into, of),
            Input::AddPurged(server, first, count) => self.add_purged(server, first, count),
            Input::SetSlavePos(server, gtid) => self.set_slave_pos(server, gtid),
            Input::Set(server, variable) => self.set_global(server, variable, out),
            Input::Kill(session) => self.kill(session, out),
            Input::KillQuery(session) => self.kill_query(session, out),
            Input::KillDump(replica) => self.kill_dump(replica, out),
            Input::Begin(session) => self.begin_transaction(session),
            Input::Grant(session, right) => {
                self.sessions[session].has_super = right == Super::Granted;
            }
            Input::CommitEmpty(server, gtid) => self.commit_empty(server, gtid, out),
            Input::RollBack(session) => self.roll_back_typed(session, out),
            Input::LockWaitTimeout(session) => self.lock_wait_times_out(session, out),
            Input::Flush(server, lock) => self.wants_commit_lock(server, lock, out),
            Input::UnlockTables(server) => self.unlock_tables(server, out),
            Input::PurgeBinlogs(server, before) => self.purge_binlogs(server, before),
        }
        if self.guard.is_some() {
            self.keep_writes(out);
        }
        if self.commit_locks {
            self.grant_commit_locks(out);
        }
        if self.setting_read_only {
            self.settings_of_read_only(out);
        }
    }

    fn worked(&mut self, worker: Worker, out: &mut Out) {
        match worker {
            Worker::Session(id) => self.committer_worked(Committer::Session(id), out),
            Worker::Applier(server, worker) => {
                self.committer_worked(Committer::Applier(server, worker), out)
            }
            Worker::Io(server) => self.io_worked(server, out),
            Worker::Dump(replica) => self.dump_worked(replica, out),
            Worker::AckReceiver(server) => self.acks_handled(server, out),
        }
    }

    fn committer_worked(&mut self, who: Committer, out: &mut Out) {
        match (self.commit(who).phase, who) {
            (Phase::Execute, Committer::Session(id)) => self.statement_done(id, out),
            (Phase::Execute, Committer::Applier(server, worker)) => {
                self.executed(server, worker, out)
            }
            (Phase::Prepare, _) => self.prepared(who, out),
            (Phase::Turn, Committer::Applier(server, _)) => self.enter_commit(server, who, out),
            (Phase::Reply, Committer::Session(id)) => self.reply(id, out),
            (Phase::Reply, Committer::Applier(server, worker)) => self.applied(server, worker, out),
            _ => self.leader_worked(who, out),
        }
    }

    fn fired(&mut self, timer: Timer, out: &mut Out) {
        match timer {
            Timer::SemiSyncWait(who) => self.semi_sync_timed_out(who, out),
            Timer::GroupDelay(server) => self.group_delay_over(server, out),
            Timer::Connect(replica) => self.connect(replica, out),
            Timer::NetTimeout(replica) => self.io_thread_hears_nothing(replica, out),
            Timer::RedoBackground(server) => self.redo_background(server, out),
            Timer::Detect(_) => self.master_found_dead(out),
            Timer::Compare => self.nobody_is_leaving(out),
            Timer::Promote => self.promote(out),
            Timer::Repoint(replica) => self.repoint(replica, out),
            Timer::CatchUp => self.candidate_did_not_catch_up(out),
            Timer::NoReplica => self.no_replica_is_left(out),
            Timer::Heartbeat(replica) => self.heartbeat_to_nobody(replica, out),
            Timer::AckPoll(id) => self.poll_ends(id, out),
            Timer::Shutdown(id) => self.shutdown_goes_on(id, out),
            Timer::Fence(id) => self.fences_itself(id, out),
            Timer::WriteTimeout(replica) => self.kill_dump(replica, out),
        }
    }
}
