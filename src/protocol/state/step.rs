//! Pieces of work.

/// What a piece of work is; the plan knows what it costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// One statement of a client (BEGIN and COMMIT too); amount: rows.
    Statement,
    /// Prepare in the engine: the mark goes into the redo log buffer.
    Prepare,
    /// A leader copies its group's caches into the binlog and writes the file; amount: transactions.
    WriteBinlog,
    /// A thread that slept on a lock, a stage queue or an acknowledgement gets to run again.
    WakeUp,
    /// Engine commit of a group, in order; amount: transactions.
    EngineCommit,
    /// A session finishes its commit and writes the OK to its socket.
    Reply,
    /// A dump thread reads and sends events; amount: transactions.
    Dump,
    /// An IO thread reads a packet and writes the relay log; amount: transactions.
    Receive,
    /// The master handles acknowledgements; amount: acknowledgements.
    HandleAck,
    /// A SQL thread executes one transaction; amount: rows.
    Apply,
}

impl Step {
    /// Every step, in the order of `plan::Costs::by_step`.
    pub const ALL: [Step; 10] = [
        Step::Statement,
        Step::Prepare,
        Step::WriteBinlog,
        Step::WakeUp,
        Step::EngineCommit,
        Step::Reply,
        Step::Dump,
        Step::Receive,
        Step::HandleAck,
        Step::Apply,
    ];

    /// The name that descriptions use.
    pub const fn name(self) -> &'static str {
        match self {
            Step::Statement => "statement",
            Step::Prepare => "prepare",
            Step::WriteBinlog => "write_binlog",
            Step::WakeUp => "wake_up",
            Step::EngineCommit => "engine_commit",
            Step::Reply => "reply",
            Step::Dump => "dump",
            Step::Receive => "receive",
            Step::HandleAck => "handle_ack",
            Step::Apply => "apply",
        }
    }
}
