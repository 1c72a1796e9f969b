//! What servers do otherwise than others: each rule is a choice that a flavour makes (`flavour.rs`) and the core reads.

use std::hash::{Hash, Hasher};

/// How transactions of several sessions become a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GroupCommit {
    /// Stages whose queues merge (semantics.md 1.2).
    Stages(AfterCommit),
    /// A chain of locks (semantics.md 1.3).
    Chain,
}

/// Who waits for acknowledgements behind the engine commit, where group commit goes by stages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AfterCommit {
    /// A stage of its own, whose leader waits for a batch.
    Stage,
    /// The group's leader, with no lock held.
    LeaderAlone,
}

/// How many replicas have to acknowledge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Acks {
    /// `rpl_semi_sync_master_wait_for_slave_count`.
    AsConfigured,
    /// One.
    One,
}

/// What `rpl_semi_sync_master_wait_no_slave=OFF` does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NoSlave {
    /// Semi-sync is off while there are too few replicas.
    SwitchesOff,
    /// Every wait asks whether there is a replica; when the last one leaves, waiters go on.
    EndsWaits,
}

/// What is registered as a position to wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Nodes {
    /// The end of each group; its last waiter takes it off.
    PerGroup,
    /// The end of each transaction; an acknowledgement takes it off.
    PerTransaction,
}

/// What `Rpl_semi_sync_master_no_times` counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NoTimes {
    /// Every call that switches off.
    Calls,
    /// Changes from on to off.
    Changes,
}

/// `Rpl_semi_sync_master_request_ack`, `_get_ack` and `Rpl_semi_sync_slave_send_ack`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AckCounters {
    /// There are none.
    Absent,
    /// They are counted.
    Counted,
}

/// `KILL` of a thread that waits for an acknowledgement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KillInWait {
    /// It waits on.
    WaitsOn,
    /// It waits no longer.
    EndsWait,
}

/// What GTIDs are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Gtids {
    /// Sets of intervals by the server's UUID: a replica says all that it has.
    Sets,
    /// One sequence per domain: a replica says the last one that it has.
    Sequence,
}

/// Where a server that asks by GTID finds out, when it starts, what it has executed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Executed {
    /// In its binlog.
    Binlog,
    /// In the engine: `mysql.gtid_executed`, or MariaDB's `mysql.gtid_slave_pos`.
    Engine,
}

/// What becomes of relay logs when a replica that asks by GTID starts both threads, restarts or is repointed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RelayLogs {
    /// They stay.
    Kept,
    /// They are dropped and fetched again from what is executed.
    FetchedAgain,
}

/// What a GTID replica's registration says of transactions that auto-position skips because it has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Skipped {
    /// The hooks run for them: what would have been flagged counts as an acknowledgement.
    Acknowledged,
    /// Nothing (MySQL Bug#33534218, from 8.0.31 on).
    Silent,
}

/// When the acknowledgement receiver learns that a replica has come or gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AckReceiver {
    /// At once: it is woken.
    Woken,
    /// At the end of its poll, which lasts a second unless a replica says something.
    Polls,
}

/// When a dump thread learns that its replica has closed the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Closed {
    /// From its writes, which fail.
    ByWriting,
    /// At once: the replica kills it.
    AtOnce,
}

/// How the redo log gets to its device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RedoLog {
    /// It is written and synced.
    Synced,
    /// It is mapped where the file system takes that: what is written is there.
    MappedWherePossible,
}

/// What a clean shutdown waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shutdown {
    /// Its dump threads end last: they live on for eight seconds.
    DumpThreadsLast,
    /// Nothing.
    AtOnce,
}

/// The default of `slave_parallel_type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ParallelType {
    /// `DATABASE`.
    Database,
    /// `LOGICAL_CLOCK`, or there is no such variable.
    LogicalClock,
}

/// In which order workers commit by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CommitOrder {
    /// In that of the source.
    Preserved,
    /// In any.
    Any,
}

/// What servers of a flavour do otherwise than others; copied to where it is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// How groups form (semantics.md 1.2, 1.3).
    pub group_commit: GroupCommit,
    /// What counts as acknowledged (semantics.md 5.3).
    pub acks: Acks,
    /// What a master without replicas does (semantics.md 5.2).
    pub no_slave: NoSlave,
    /// What waits are for (semantics.md 5.2).
    pub nodes: Nodes,
    /// How falling back is counted (semantics.md 5.2).
    pub no_times: NoTimes,
    /// Whether acknowledgements are counted (semantics.md 5.4).
    pub ack_counters: AckCounters,
    /// What `KILL` does to a waiting thread (semantics.md 5.5).
    pub kill_in_wait: KillInWait,
    /// What GTIDs are, and with that where a dump begins and what a replica claims to have (semantics.md 2, 3, 6.2).
    pub gtids: Gtids,
    /// What a server that lost its binlog's tail knows of it (semantics.md 6.2, 14.2 b20).
    pub executed: Executed,
    /// What becomes of relay logs (semantics.md 3).
    pub relay_logs: RelayLogs,
    /// What skipped transactions say at a reconnect (semantics.md 2, 14.2 b1).
    pub skipped: Skipped,
    /// When replicas are heard, and when they stop to count (semantics.md 14.2, b2).
    pub ack_receiver: AckReceiver,
    /// How a dump thread ends (semantics.md 2).
    pub closed: Closed,
    /// What a clean shutdown waits for (semantics.md 5.5).
    pub shutdown: Shutdown,
    /// How the redo log gets to its device (semantics.md 14.4).
    pub redo_log: RedoLog,
    /// What appliers may do side by side unless something else is said (semantics.md 0, 4.1).
    pub parallel_type: ParallelType,
    /// The order of their commits unless something else is said (semantics.md 0, 4.1).
    pub commit_order: CommitOrder,
}

/// All servers of a world have the same rules: they tell no states apart.
impl Hash for Rules {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}
