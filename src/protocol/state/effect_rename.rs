//! Servers that change places in what goes into the core and what it asks for.

use super::effect::{Input, LaneId, Timer, Worker};
use super::ids::ServerId;
use super::rename::Rename;

impl Rename for Worker {
    fn rename(&mut self, to: &[ServerId]) {
        match self {
            Worker::Session(_) => {}
            Worker::Applier(id, _)
            | Worker::Io(id)
            | Worker::Dump(id)
            | Worker::AckReceiver(id) => id.rename(to),
        }
    }
}

impl Rename for Timer {
    fn rename(&mut self, to: &[ServerId]) {
        match self {
            Timer::SemiSyncWait(who) => who.rename(to),
            Timer::GroupDelay(id)
            | Timer::Connect(id)
            | Timer::NetTimeout(id)
            | Timer::RedoBackground(id)
            | Timer::Repoint(id)
            | Timer::Heartbeat(id)
            | Timer::AckPoll(id)
            | Timer::Shutdown(id)
            | Timer::Fence(id)
            | Timer::WriteTimeout(id) => id.rename(to),
            Timer::Detect(_)
            | Timer::Compare
            | Timer::Promote
            | Timer::CatchUp
            | Timer::NoReplica => {}
        }
    }
}

impl Rename for Input {
    fn rename(&mut self, to: &[ServerId]) {
        match self {
            Input::Writes(..)
            | Input::Request(_)
            | Input::Answered(_)
            | Input::ClientTimeout(_)
            | Input::Reconnect(_)
            | Input::ReadAnswered(_)
            | Input::Kill(_)
            | Input::KillQuery(_)
            | Input::Begin(_)
            | Input::Grant(..)
            | Input::RollBack(_)
            | Input::LockWaitTimeout(_)
            | Input::EndStatement(..) => {}
            Input::Read(_, id)
            | Input::Synced(id, _)
            | Input::Writeback(id)
            | Input::Crash(id, _)
            | Input::Shutdown(id)
            | Input::Restart(id)
            | Input::Destroy(id)
            | Input::StopIoThread(id)
            | Input::StartIoThread(id)
            | Input::StopSqlThread(id)
            | Input::StartSqlThread(id)
            | Input::ApplyFails(id, _)
            | Input::StopsBefore(id, _)
            | Input::Due(id, _)
            | Input::SkipTransaction(id, _)
            | Input::Login(_, id)
            | Input::ResetSlave(id, _)
            | Input::ResetMaster(id, _)
            | Input::Set(id, _)
            | Input::Flush(id, _)
            | Input::UnlockTables(id)
            | Input::PurgeBinlogs(id, _)
            | Input::KillDump(id) => id.rename(to),
            Input::ChangeMaster(from, into, _) | Input::LoadDump(from, into) => {
                from.rename(to);
                into.rename(to);
            }
            Input::CommitEmpty(id, gtid) | Input::AddPurged(id, gtid, _) => {
                id.rename(to);
                gtid.rename(to);
            }
            Input::SetSlavePos(id, gtid) | Input::Until(id, gtid) => {
                id.rename(to);
                gtid.rename(to);
            }
            Input::Worked(worker) => worker.rename(to),
            Input::Departed(lane)
            | Input::Arrived(lane)
            | Input::Stuck(lane)
            | Input::GivenUp(lane) => lane.rename(to),
            Input::Fired(timer) => timer.rename(to),
            Input::Cut(from, into) | Input::Mend(from, into) => {
                from.rename(to);
                into.rename(to);
            }
        }
    }
}

super::rename::renames!(LaneId { replica }, [direction]);
