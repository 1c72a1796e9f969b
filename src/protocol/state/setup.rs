//! What a cluster is before its first event: servers, who replicates from whom, the failover manager's policy.

use super::flavour::Flavour;
use super::ids::{ServerId, SessionId, Span};
use super::variables::Variables;

/// One server as it starts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ServerSetup {
    /// Its flavour; all servers of a cluster are of one family.
    pub flavour: Flavour,
    /// Its variables.
    pub variables: Variables,
    /// Whom it replicates from.
    pub upstream: Option<ServerId>,
}

/// A cluster as it starts: everything connected, all logs empty.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Setup {
    /// The servers; a `ServerId` is an index here.
    pub servers: Vec<ServerSetup>,
    /// Where clients write at the start.
    pub master: ServerId,
    /// Number of clients; each has a session.
    pub sessions: u16,
    /// More sessions, for clients that connect anew while their old session hangs on a server they cannot reach.
    pub spare_sessions: u16,
    /// Number of places where clients stand.
    pub client_places: u8,
    /// Number of readers.
    pub readers: u16,
    /// The failover manager, if there is one.
    pub manager: Option<Manager>,
    /// The guard, if the policy is to disable them when no replica is left.
    pub guard: Option<Guard>,
    /// How the servers' logs and events are measured out.
    pub shape: Shape,
}

impl Setup {
    /// The flavour of the master at the start.
    pub fn flavour(&self) -> Flavour {
        self.servers[usize::from(self.master.0)].flavour
    }

    /// The place where the client of a session stands.
    pub fn place_of(&self, session: SessionId) -> usize {
        usize::from(session.0 % self.sessions.max(1) % u16::from(self.client_places))
    }
}

/// Sizes that the core needs: how many events a transaction has, how many bytes may wait in a socket.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Shape {
    /// Binlog events of one transaction (`sync_relay_log` counts events, semantics.md 3).
    pub events_per_transaction: u32,
    /// Bytes of one transaction in the binlog.
    pub bytes_per_transaction: u32,
    /// Statements of one transaction; 1 is autocommit, more are BEGIN, statements, COMMIT.
    pub statements: u32,
    /// Rows that one statement writes.
    pub rows_per_statement: u32,
    /// Every row gets the next number of its table as key (AUTO_INCREMENT): what two masters insert collides.
    pub auto_increment: bool,
    /// Bytes that a link holds between the dump thread and the IO thread before the dump thread blocks.
    pub socket_bytes: u64,
    /// `net_buffer_length`: bytes that the dump thread gathers before it sends (semantics.md 2).
    pub net_buffer: u32,
}

impl Shape {
    /// Rows that one transaction writes.
    pub fn rows_per_transaction(&self) -> u32 {
        self.statements
            .max(1)
            .saturating_mul(self.rows_per_statement)
    }
}

impl Setup {
    /// Replicas that have to be up for one of them to take over, if there is a manager.
    pub fn quorum(&self) -> usize {
        let variables = &self.servers[usize::from(self.master.0)].variables;
        match self.manager.as_ref().is_some_and(|manager| manager.quorum) {
            // With one less, all that have the last acknowledged transaction could be among those that are down.
            true => {
                (self.servers.len()).saturating_sub(usize::from(variables.wait_for_slave_count))
            }
            false => 1,
        }
    }
}

/// What the failover manager does (field.md 1 and 2; a setting wherever real managers differ).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Manager {
    /// Which position makes a candidate the most advanced one.
    pub candidate: CandidateBy,
    /// Who is taken among the most advanced, if it is one of them; otherwise the first.
    pub prefer: Option<ServerId>,
    /// Apply the candidate's relay log before it is opened; otherwise what is not applied is discarded.
    pub apply_relay_log_first: bool,
    /// What becomes of semi-sync on the new master.
    pub semi_sync: SemiSyncOnPromotion,
    /// Longest wait for the candidate's relay log; then the failover is given up.
    pub catch_up_timeout: Span,
    /// Promote only if so many replicas answer that one of them has every acknowledged transaction: n - k + 1 of n.
    pub quorum: bool,
    /// Who stops a master that is not the master any more.
    pub fencing: Fencing,
    /// How it is made read-only.
    pub set_read_only: SetReadOnly,
    /// What becomes of an old master that is back.
    pub rejoin: Rejoin,
}

/// Who stops a master that is not the master any more (semantics.md 8, "Fencing").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fencing {
    /// The manager, as soon as it reaches it.
    WhenReachable,
    /// It stops by itself when it has not heard of the manager for a while (mysync: the lock is lost), else the manager.
    Itself,
    /// Nobody.
    Never,
}

/// What becomes of an old master that is back (semantics.md 8, "Old source rejoin").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rejoin {
    /// It stays as it is until somebody decides.
    Never,
    /// It becomes a replica of the new master with everything that it has.
    AsItIs,
}

/// What disables writes when no replica is left, and what happens when one returns (field.md 0, document 003).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Guard {
    /// When a replica returns.
    pub on_return: Return,
    /// How writes are refused.
    pub set_read_only: SetReadOnly,
}

/// What happens when a replica returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Return {
    /// Writes stay off until it has everything.
    Blocked,
    /// Writes go on asynchronously until it is nearer than the limit; then they are off until it has everything.
    Staged {
        /// Bytes of the binlog.
        limit: u64,
    },
}

/// How writes are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SetReadOnly {
    /// New writes get error 1290 from detection on (a proxy refuses them, or the guard kills what hangs in its way).
    AtOnce,
    /// As the statement does on the server: it waits for commits in progress, and new writes wait behind it.
    WaitsForCommits,
}

/// How managers compare replicas.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CandidateBy {
    /// Received: executed and relay log together (mysync, VTOrc, MaxScale).
    Received,
    /// Executed only (orchestrator).
    Executed,
}

/// When a manager switches semi-sync on after a promotion (semantics.md 12a, "After a promotion").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SemiSyncOnPromotion {
    /// At once, before any replica is repointed: the first commit may stall for the whole time-out.
    AtOnce,
    /// When a replica has connected to the new master.
    AfterRepoint,
    /// Never.
    Off,
}
