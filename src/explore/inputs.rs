//! What goes into the core, in words.

use super::narrative::Words;
use super::state::State;
use crate::phrasebook::Phrases;
use crate::protocol::commit::Committer;
use crate::protocol::effect::{Input, Step, Timer, Worker};

impl Words<'_> {
    /// An input of the core.
    pub(super) fn input(&self, input: Input, state: &State) -> String {
        match input {
            Input::Worked(worker) => self.worked(worker, state),
            Input::Synced(id, file) => {
                format!("{}: the fsync of its {} ends", self.server(id), file.name())
            }
            Input::Departed(lane) => format!("{} leave for the wire", self.lane(lane, state)),
            Input::Arrived(lane) => format!("{} arrive", self.lane(lane, state)),
            Input::Answered(id) => format!("{} reads its answer", self.session(id)),
            Input::Fired(timer) => self.fired(timer),
            Input::Writes(id, _) => format!("{} chooses its rows", self.session(id)),
            Input::Request(id) => format!("the request of {} arrives", self.session(id)),
            Input::ClientTimeout(id) => format!("{} gives up waiting", self.session(id)),
            Input::Reconnect(id) => format!("{} connects again", self.session(id)),
            Input::Login(id, server) => {
                format!("{} logs in to {}", self.session(id), self.server(server))
            }
            Input::EndStatement(id, _) => format!("a statement of {} ends", self.session(id)),
            Input::Kill(id) => format!("KILL of {}", self.session(id)),
            Input::Read(_, server) => format!("a reader asks {}", self.server(server)),
            Input::ReadAnswered(_) => "a reader has its rows".to_owned(),
            Input::Writeback(id) => format!("{}: the page cache is written back", self.server(id)),
            Input::Crash(id, crash) => crash.shown(self.server(id)),
            Input::Shutdown(id) => format!("{} is being shut down", self.server(id)),
            Input::Restart(id) => format!("{} restarts", self.server(id)),
            Input::Destroy(id) => format!("the disks of {} are gone", self.server(id)),
            Input::Cut(..) => "the network is cut".to_owned(),
            Input::Mend(..) => "the network is back".to_owned(),
            Input::GivenUp(lane) => format!("{} are given up", self.lane(lane, state)),
            Input::Stuck(lane) => format!("{} are stuck", self.lane(lane, state)),
            Input::StopIoThread(id) => format!("STOP SLAVE IO_THREAD on {}", self.server(id)),
            Input::StartIoThread(id) => format!("START SLAVE IO_THREAD on {}", self.server(id)),
            Input::StopSqlThread(id) => format!("STOP SLAVE SQL_THREAD on {}", self.server(id)),
            Input::StartSqlThread(id) => format!("START SLAVE SQL_THREAD on {}", self.server(id)),
            Input::ApplyFails(id, _) => {
                format!("{}: rows do not fit, the SQL thread stops", self.server(id))
            }
            Input::ChangeMaster(id, master, _) => {
                format!(
                    "CHANGE MASTER on {} to {}",
                    self.server(id),
                    self.server(master)
                )
            }
            Input::ResetSlave(id, _) => format!("RESET SLAVE on {}", self.server(id)),
            Input::ResetMaster(id, _) => format!("RESET MASTER on {}", self.server(id)),
            Input::LoadDump(id, of) => {
                format!(
                    "a dump of {} is loaded into {}",
                    self.server(of),
                    self.server(id)
                )
            }
            Input::Set(id, _) => format!("SET GLOBAL on {}", self.server(id)),
            Input::KillQuery(id) => format!("KILL QUERY of {}", self.session(id)),
            Input::KillDump(id) => format!("KILL of the dump thread of {}", self.server(id)),
            Input::Begin(_) => "BEGIN".to_owned(),
            Input::Grant(..) => "GRANT".to_owned(),
            Input::StopsBefore(id, _) => format!("the SQL thread of {} is there", self.server(id)),
            Input::SkipTransaction(id, _) => format!("{} skips a transaction", self.server(id)),
            Input::Due(id, _) => format!("{} has waited long enough", self.server(id)),
            Input::Until(id, _) => format!("START SLAVE UNTIL on {}", self.server(id)),
            Input::AddPurged(id, ..) => format!("SET GLOBAL gtid_purged on {}", self.server(id)),
            Input::SetSlavePos(id, _) => {
                format!("SET GLOBAL gtid_slave_pos on {}", self.server(id))
            }
            Input::CommitEmpty(id, _) => format!("an empty transaction on {}", self.server(id)),
            Input::RollBack(_) => "ROLLBACK".to_owned(),
            Input::LockWaitTimeout(_) => "a wait for a row lock times out".to_owned(),
            Input::Flush(id, _) => format!("FLUSH on {}", self.server(id)),
            Input::UnlockTables(id) => format!("UNLOCK TABLES on {}", self.server(id)),
            Input::PurgeBinlogs(id, _) => format!("PURGE BINARY LOGS on {}", self.server(id)),
        }
    }

    fn worked(&self, worker: Worker, state: &State) -> String {
        let step = state.pending.works.iter().find(|work| work.0 == worker);
        let step = step.map(|work| work.1);
        match (worker, step) {
            (Worker::Dump(replica), _) => {
                let on = state.world.link(replica).dump.on;
                let on = on.map_or("a server", |id| self.server(id));
                format!("{on}: the dump thread sends to {}", self.server(replica))
            }
            (Worker::Applier(id, _), Some(Step::Apply)) => {
                format!("{}: the SQL thread executes a transaction", self.server(id))
            }
            (Worker::Applier(id, _), _) => format!("{}: the SQL thread goes on", self.server(id)),
            (Worker::Session(id), Some(Step::WakeUp)) => {
                format!(
                    "{} gets the lock that it waited for and wakes up",
                    self.committer(Committer::Session(id))
                )
            }
            (Worker::Session(id), step) => {
                let step = step.map_or("goes on", Step::name);
                format!("{}: {step}", self.session(id))
            }
            (Worker::Io(id), _) => {
                format!("{}: the IO thread writes the relay log", self.server(id))
            }
            (Worker::AckReceiver(id), _) => {
                format!("{}: acknowledgements are handled", self.server(id))
            }
        }
    }

    /// A timer that fires.
    pub(super) fn fired(&self, timer: Timer) -> String {
        match timer {
            Timer::Connect(id) => format!("{}: the IO thread connects", self.server(id)),
            Timer::NetTimeout(id) => format!("{}: slave_net_timeout", self.server(id)),
            Timer::Detect(_) => "the manager decides that the master is dead".to_owned(),
            Timer::Compare => "the manager compares what replicas have".to_owned(),
            Timer::Promote => "the manager promotes".to_owned(),
            Timer::Repoint(id) => format!("the manager repoints {}", self.server(id)),
            Timer::NoReplica => "the guard is sure that no replica is left".to_owned(),
            Timer::Heartbeat(id) => format!("a heartbeat is sent to {}", self.server(id)),
            Timer::WriteTimeout(id) => {
                format!(
                    "the dump thread of {} has waited for net_write_timeout",
                    self.server(id)
                )
            }
            Timer::Shutdown(id) => format!("{}: the shutdown goes on", self.server(id)),
            Timer::AckPoll(id) => {
                format!("{}: the poll for acknowledgements ends", self.server(id))
            }
            Timer::Fence(id) => {
                format!("{} has not heard of the manager for long", self.server(id))
            }
            Timer::RedoBackground(id) => format!(
                "{}: the redo log is written in the background",
                self.server(id)
            ),
            Timer::GroupDelay(id) => {
                format!("{}: the delay of group commit is over", self.server(id))
            }
            Timer::SemiSyncWait(who) => {
                format!("the semi-sync wait of {} times out", self.committer(who))
            }
            Timer::CatchUp => "the manager waits no longer for a relay log".to_owned(),
        }
    }
}
