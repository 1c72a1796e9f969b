//! What goes into the core and what it asks for: inputs, effects, and the names they use.

use super::commit::Committer;
use super::commit_lock::CommitLock;
use super::crash::{Crash, Noticed};
use super::fact::{Fact, Outcome};
use super::ids::{Gtid, Position, ServerId, SessionId, Span};
use super::lane::Lost;
use super::partition::End;
use super::rows::Rows;
use super::variables::Variable;

pub use super::step::Step;

/// What `RESET SLAVE` forgets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Forgets {
    /// Positions and relay logs.
    Positions,
    /// `ALL`: the upstream too.
    All,
}

/// A thread that works on a core; each has at most one piece of work at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Worker {
    /// A client's session thread on its server.
    Session(SessionId),
    /// A worker of a replica's SQL thread.
    Applier(ServerId, u8),
    /// The IO thread of a replica.
    Io(ServerId),
    /// The dump thread that serves this replica, on its upstream.
    Dump(ServerId),
    /// The thread that handles acknowledgements on a master.
    AckReceiver(ServerId),
}

/// Whether a user may write in spite of `read_only`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Super {
    /// `SUPER`, or what has taken its place.
    Granted,
    /// Not.
    Missing,
}

/// A file that is written in order and synced as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum File {
    /// InnoDB's redo log.
    Redo,
    /// The binlog.
    Binlog,
    /// The relay log.
    RelayLog,
}

impl File {
    /// What people call it.
    pub const fn name(self) -> &'static str {
        match self {
            File::Redo => "redo log",
            File::Binlog => "binlog",
            File::RelayLog => "relay log",
        }
    }
}

/// Which way a link's messages go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Direction {
    /// Events, from the upstream to the replica.
    Events,
    /// Acknowledgements, from the replica to its upstream.
    Acks,
}

/// One direction of one replication link: a queue in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LaneId {
    /// The replica whose link it is.
    pub replica: ServerId,
    /// Which way.
    pub direction: Direction,
}

/// A timer; each exists once, arming it again moves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Timer {
    /// Deadline of a wait for an acknowledgement.
    SemiSyncWait(Committer),
    /// A leader waits for more transactions (`binlog_group_commit_sync_delay`, `binlog_commit_wait_usec`).
    GroupDelay(ServerId),
    /// The next connection attempt of a replica's IO thread.
    Connect(ServerId),
    /// `slave_net_timeout` of a replica's IO thread.
    NetTimeout(ServerId),
    /// The redo log's background thread, about once a second.
    RedoBackground(ServerId),
    /// The manager has made sure that the master is dead.
    Detect(Noticed),
    /// Every replica that the manager reaches has stopped receiving: it compares what they have, at once.
    Compare,
    /// The manager's fixed steps of a promotion are done.
    Promote,
    /// The manager repoints this replica.
    Repoint(ServerId),
    /// The manager gives up waiting for the candidate's relay log.
    CatchUp,
    /// The guard has made sure that no replica is left.
    NoReplica,
    /// A MySQL master's dump thread sends a heartbeat to this replica, which has closed the connection (semantics.md 12a).
    Heartbeat(ServerId),
    /// The poll of a MySQL master's acknowledgement receiver is over (semantics.md 14.2, b2).
    AckPoll(ServerId),
    /// A clean shutdown goes on.
    Shutdown(ServerId),
    /// A master has not heard of the manager for so long that it stops writing.
    Fence(ServerId),
    /// `net_write_timeout` of the dump thread of this replica, whose send buffer is full (semantics.md 3).
    WriteTimeout(ServerId),
}

/// Something that happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Input {
    /// This session's next transaction will update these rows.
    Writes(SessionId, Rows),
    /// A request of this session reaches its server.
    Request(SessionId),
    /// The answer under way reaches the client.
    Answered(SessionId),
    /// The client gives up waiting.
    ClientTimeout(SessionId),
    /// The client connects to the server that serves writes now.
    Reconnect(SessionId),
    /// A reader's query is executed on this server.
    Read(u16, ServerId),
    /// The reader has its rows.
    ReadAnswered(u16),
    /// A worker's piece of work is done.
    Worked(Worker),
    /// An fsync (or a write of the redo log that was waited for) is done.
    Synced(ServerId, File),
    /// The first packet in the socket buffer leaves for the wire.
    Departed(LaneId),
    /// The first packet on the wire arrives.
    Arrived(LaneId),
    /// A timer fires.
    Fired(Timer),
    /// The operating system writes back what was dirty at the previous write-back.
    Writeback(ServerId),
    /// A server stops.
    Crash(ServerId, Crash),
    /// A clean shutdown begins (`SHUTDOWN`, or the service is stopped).
    Shutdown(ServerId),
    /// A stopped server comes back with its disks.
    Restart(ServerId),
    /// A stopped server's disks are gone for good.
    Destroy(ServerId),
    /// Nothing that the first sends reaches the second.
    Cut(End, End),
    /// It does again.
    Mend(End, End),
    /// This lane's window is used up: TCP's acknowledgements do not come back.
    Stuck(LaneId),
    /// TCP gives up on what is stuck in this lane: its sender's connection is closed.
    GivenUp(LaneId),
    /// `STOP SLAVE IO_THREAD`.
    StopIoThread(ServerId),
    /// `START SLAVE IO_THREAD`.
    StartIoThread(ServerId),
    /// `STOP SLAVE SQL_THREAD`.
    StopSqlThread(ServerId),
    /// `START SLAVE SQL_THREAD`.
    StartSqlThread(ServerId),
    /// A worker of this replica's SQL thread cannot apply its transaction: the rows do not fit. The SQL thread stops.
    ApplyFails(ServerId, u8),
    /// The SQL thread was started UNTIL the transaction of this worker.
    StopsBefore(ServerId, u8),
    /// The transaction of this worker is skipped: `sql_slave_skip_counter`.
    SkipTransaction(ServerId, u8),
    /// `SOURCE_DELAY`: relay log below this index is old enough to be executed; none ends the delay.
    Due(ServerId, Option<u64>),
    /// `START SLAVE UNTIL master_gtid_pos` (MariaDB), from the next connection on; none ends it.
    Until(ServerId, Option<Gtid>),
    /// A session's statement ends without a transaction: nothing was changed, or it is an error.
    EndStatement(SessionId, Outcome),
    /// What the user of this session may do: `SUPER`, or what has taken its place.
    Grant(SessionId, Super),
    /// A transaction without changes is committed on a server where nothing is under way: `gtid_next`, BEGIN, COMMIT.
    CommitEmpty(ServerId, Gtid),
    /// A client logs in to this server.
    Login(SessionId, ServerId),
    /// `CHANGE MASTER TO` another server: from a position of it, or by GTID.
    ChangeMaster(ServerId, ServerId, Option<Position>),
    /// `RESET SLAVE`, or `RESET SLAVE ALL`.
    ResetSlave(ServerId, Forgets),
    /// `RESET MASTER`; relay logs from this index on stay.
    ResetMaster(ServerId, u64),
    /// A dump of the second server is loaded into the first.
    LoadDump(ServerId, ServerId),
    /// `SET GLOBAL gtid_purged` (MySQL), where no commit is under way: so many transactions from this one count as executed.
    AddPurged(ServerId, Gtid, u64),
    /// `SET GLOBAL gtid_slave_pos` (MariaDB).
    SetSlavePos(ServerId, Option<Gtid>),
    /// `SET GLOBAL`.
    Set(ServerId, Variable),
    /// `KILL` of a client's connection.
    Kill(SessionId),
    /// `KILL QUERY`: the statement of a client's connection.
    KillQuery(SessionId),
    /// `KILL` of the dump thread of this replica.
    KillDump(ServerId),
    /// `BEGIN`: the session's row locks stay until its transaction ends.
    Begin(SessionId),
    /// `ROLLBACK` of what was begun.
    RollBack(SessionId),
    /// The session has waited for a row lock for `innodb_lock_wait_timeout`.
    LockWaitTimeout(SessionId),
    /// `FLUSH TABLES WITH READ LOCK`, `FLUSH BINARY LOGS`: the lock that is wanted.
    Flush(ServerId, CommitLock),
    /// `UNLOCK TABLES`.
    UnlockTables(ServerId),
    /// `PURGE BINARY LOGS`: what stands before this history index.
    PurgeBinlogs(ServerId, u64),
}

/// Something that the core asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Effect {
    /// A piece of work on a core of the worker's server.
    Work {
        /// Who works.
        worker: Worker,
        /// Where.
        server: ServerId,
        /// At what.
        step: Step,
        /// How much of it.
        amount: u32,
    },
    /// Whatever this worker was doing is over.
    Abandon(Worker),
    /// An fsync of one file.
    Fsync(ServerId, File),
    /// A write of the redo log to the device without a sync; answered as a sync of it is.
    WriteRedo(ServerId),
    /// No fsync of this server will be answered.
    AbandonFsyncs(ServerId),
    /// A packet was put into the lane's socket buffer.
    Transmit(LaneId, u32),
    /// The lane lost its packets: those on the wire too, or only those in the socket buffer.
    Cut {
        /// Which lane.
        lane: LaneId,
        /// What of it is destroyed.
        lost: Lost,
    },
    /// The network carries nothing: what is in the lane stays there.
    Stick(LaneId),
    /// TCP's acknowledgements are cut off: so much as a window leaves the lane, then it is stuck (`Input::Stuck`).
    Window(LaneId),
    /// The network works again: TCP sends again what is stuck in the lane.
    Unstick(LaneId),
    /// Fire this timer after the span.
    Arm(Timer, Span),
    /// This replica hears nothing more: fire its `NetTimeout` the span after the last packet or heartbeat.
    Silence(ServerId, Span),
    /// This master's acknowledgement receiver begins a poll.
    Poll(ServerId),
    /// Fire its `AckPoll` when a poll that nobody cuts short is over: whole seconds after it began.
    AwaitPoll(ServerId),
    /// Fire this timer when the environment says (connections, managers and people have their own delays).
    Expect(Timer),
    /// Do not fire it.
    Disarm(Timer),
    /// An answer leaves for this session's client.
    Answer(SessionId),
    /// The request or the answer of this session is stuck in TCP.
    StickClient(SessionId),
    /// TCP sends it again.
    UnstickClient(SessionId),
    /// The answer on its way to this client is lost.
    LoseAnswer(SessionId),
    /// Something to write down.
    Note(Fact),
}
