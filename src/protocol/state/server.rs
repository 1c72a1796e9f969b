//! The state of one server: logs and watermarks, commit pipeline, semi-sync, and its role as a replica.

use super::clock::{Clocks, Writesets};
use super::commit_lock::CommitLock;
use super::flavour_rules::Rules;
use super::gtid::GtidSet;
use super::ids::{Gtid, Origin, Position, ServerId};
use super::log::{Log, Run};
use super::pipeline::Pipeline;
use super::receiver::Receiver;
use super::redo::{Marks, Redo};
use super::replica::Replica;
use super::rows::RowLocks;
use super::semi_sync::SemiSync;
use super::setup::ServerSetup;
use super::variables::{RedoFlush, Variables};
use std::collections::VecDeque;

/// Whether a server runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Life {
    /// It runs.
    Up,
    /// The process is dead, its host lives: connections are refused at once.
    Dead,
    /// Its host is dead: the network says so after a while (errno 113), and nobody answers what is under way.
    Absent,
    /// Its site is dead: nobody answers.
    Silent,
    /// Its disks are gone.
    Destroyed,
}

impl Life {
    /// Whether its disks are there: what is on them may come back.
    pub fn has_disks(self) -> bool {
        match self {
            Life::Up | Life::Dead | Life::Absent | Life::Silent => true,
            Life::Destroyed => false,
        }
    }

    /// Whether it may start again.
    pub fn can_start(self) -> bool {
        self != Life::Up && self.has_disks()
    }
}

/// How far this server's logs would survive a loss of the page cache, as of the last write-back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Dirty {
    /// Binlog.
    pub binlog: u64,
    /// Relay log.
    pub relay: u64,
    /// Redo log.
    pub redo: Marks,
}

/// One server.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Server {
    /// Its own id.
    pub id: ServerId,
    /// What it does as its flavour does.
    pub rules: Rules,
    /// Its variables now.
    pub variables: Variables,
    /// Whether it runs.
    pub life: Life,
    /// A clean shutdown that goes on.
    pub stopping: Stopping,
    /// It serves writes, or has served them.
    pub was_master: bool,
    /// It was made read-only because somebody else may be the master.
    pub fenced: bool,
    /// `SET read_only=ON` hangs behind commits in progress.
    pub setting_read_only: bool,
    /// `FLUSH` holds up commits.
    pub commit_lock: CommitLock,
    /// Transactions in commit order; with a binlog, this is the binlog.
    pub history: Log,
    /// History index at which each binlog file begins; every restart opens a new one (semantics.md 6.2).
    pub files: Vec<u64>,
    /// History below this index was in binlog files that are purged.
    pub purged: u64,
    /// History below this index is on the binlog's disk.
    pub binlog_synced: u64,
    /// History below this index may be read by dump threads (`binlog_end_pos`).
    pub published: u64,
    /// History below this index is committed in the engine: visible, row locks released.
    pub committed: u64,
    /// The redo log.
    pub redo: Redo,
    /// What the operating system will have written back by its next pass.
    pub dirty: Dirty,
    /// Numbers for its own transactions.
    pub numbering: Gtid,
    /// In the binlog, not in the tables (semantics.md 6.2, "binlog ahead of engine").
    pub missing_rows: GtidSet,
    /// In the tables, not in the binlog (semantics.md 6.2, "engine ahead of binlog").
    pub extra_rows: GtidSet,
    /// Groups since the last binlog fsync (`sync_counter`).
    pub sync_counter: u32,
    /// History index that the binlog fsync in progress covers.
    pub binlog_syncing: u64,
    /// Group commit.
    pub pipeline: Pipeline,
    /// Logical clocks of its binlog's transactions, if somebody needs them.
    pub clocks: Clocks,
    /// What WRITESET remembers.
    pub writesets: Writesets,
    /// Locks of rows that several transactions update.
    pub row_locks: RowLocks,
    /// Semi-sync, as a master.
    pub semi_sync: SemiSync,
    /// Acknowledgements that arrived and are not handled.
    pub acks_arrived: VecDeque<(ServerId, Position)>,
    /// How many of them the acknowledgement receiver is handling.
    pub acks_in_hand: u32,
    /// Whom the acknowledgement receiver listens to.
    pub receiver: Receiver,
    /// Its role as a replica.
    pub replica: Replica,
}

/// How far a clean shutdown is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Stopping {
    /// There is none.
    #[default]
    No,
    /// Clients are gone; dump threads send what there is.
    Sending,
    /// The rest of the process ends.
    Ending,
}

super::rename::renames!(
    Server {
        id,
        history,
        numbering,
        missing_rows,
        extra_rows,
        pipeline,
        clocks,
        semi_sync,
        acks_arrived,
        receiver,
        redo,
        replica
    },
    [
        rules,
        stopping,
        variables,
        life,
        was_master,
        fenced,
        setting_read_only,
        commit_lock,
        files,
        purged,
        binlog_synced,
        published,
        committed,
        dirty,
        sync_counter,
        binlog_syncing,
        writesets,
        row_locks,
        acks_in_hand
    ]
);

impl Server {
    /// A fresh server; semi-sync is not enabled yet.
    pub fn new(id: ServerId, setup: &ServerSetup) -> Server {
        let rules = setup.flavour.rules();
        Server {
            id,
            rules,
            variables: setup.variables.clone(),
            life: Life::Up,
            stopping: Stopping::No,
            was_master: false,
            fenced: false,
            setting_read_only: false,
            commit_lock: CommitLock::Free,
            history: Log::default(),
            files: vec![0],
            purged: 0,
            binlog_synced: 0,
            published: 0,
            committed: 0,
            redo: Redo::default(),
            dirty: Dirty::default(),
            numbering: Gtid {
                origin: Origin {
                    server: id,
                    epoch: 0,
                },
                number: 1,
            },
            missing_rows: GtidSet::default(),
            extra_rows: GtidSet::default(),
            sync_counter: 0,
            binlog_syncing: 0,
            pipeline: Pipeline::new(rules.group_commit),
            clocks: Clocks::default(),
            writesets: Writesets::default(),
            row_locks: RowLocks::default(),
            semi_sync: SemiSync::new(rules),
            acks_arrived: VecDeque::new(),
            acks_in_hand: 0,
            receiver: Receiver::default(),
            replica: Replica::new(setup.upstream, setup.variables.workers),
        }
    }

    /// Whether a crash took this out of its binlog, while it is still executed.
    pub fn has_lost(&self, run: &Run) -> bool {
        !run.logged && (run.first.origin.server == self.id || self.variables.log_slave_updates)
    }

    /// Whether it runs.
    pub fn is_up(&self) -> bool {
        self.life == Life::Up
    }

    /// Whether it serves writes, or has served them and replicates from nobody since.
    pub fn is_master(&self) -> bool {
        self.is_up() && self.was_master && self.replica.upstream.is_none()
    }

    /// Whether a client's writes are refused, by whether it has SUPER.
    pub fn refuses_writes(&self, has_super: bool) -> bool {
        match has_super {
            true => self.variables.super_read_only && self.variables.read_only,
            false => self.variables.read_only,
        }
    }

    /// Whether clients that take it for their master may write: it runs, replicates from nobody and is not read-only.
    pub fn accepts_writes(&self) -> bool {
        self.is_master() && !self.variables.read_only && self.stopping == Stopping::No
    }

    /// The position behind this history index, in the current file or an earlier one.
    pub fn position(&self, index: u64) -> Position {
        let current = *self.files.last().unwrap_or(&0);
        let file = if index > current || self.files.len() == 1 {
            self.files.len()
        } else {
            self.files.partition_point(|&start| start < index).max(1)
        };
        Position {
            file: file as u32,
            index,
        }
    }

    /// The transactions whose rows are in its tables and committed.
    pub fn rows(&self) -> GtidSet {
        let mut rows = self
            .history
            .set_between(0, self.committed)
            .without(&self.missing_rows);
        rows.extend(&self.extra_rows);
        rows
    }

    /// Everything that it has executed or holds in its relay log (`gtid_executed` and `Retrieved_Gtid_Set`).
    pub fn received(&self) -> GtidSet {
        let mut set = self.history.set_between(0, self.history.end());
        set.extend(
            &self
                .replica
                .relay
                .set_between(self.replica.unapplied_from(), self.replica.relay.end()),
        );
        set
    }

    /// The transaction that it executed last, as it is asked for by GTID (MariaDB): its own count, too, unless it was told
    /// what it has (`SET GLOBAL gtid_slave_pos`).
    pub fn executed_last(&self) -> Option<Gtid> {
        let Some(told) = self.replica.told else {
            return self
                .history
                .end()
                .checked_sub(1)
                .and_then(|at| self.history.get(at));
        };
        let mut since = self.history.runs().iter().rev();
        let run = since.find(|run| run.end() > told.since && run.first.origin.server != self.id);
        run.map_or(told.gtid, |run| self.history.get(run.end() - 1))
    }

    /// Whether a transaction with this GTID was executed, since it was told what it has.
    pub fn has_executed(&self, gtid: Gtid) -> bool {
        let since = self.replica.told.map_or(0, |told| told.since);
        self.history.find_gtid(gtid).is_some_and(|at| at >= since)
    }

    /// Whether each number from this transaction's up to `end` is among those that it received.
    pub fn has_all(&self, mut first: Gtid, end: u64) -> bool {
        let relay = &self.replica.relay;
        while first.number < end {
            let executed = self.history.reach(first, &(0..self.history.end()));
            let held = || relay.reach(first, &(self.replica.unapplied_from()..relay.end()));
            let Some(next) = executed.or_else(held) else {
                return false;
            };
            first.number = next;
        }
        true
    }

    /// The redo marks if everything that is done now were written.
    pub fn marks(&self) -> Marks {
        Marks {
            prepared: self.history.end(),
            committed: self.committed,
        }
    }

    /// Whether a crash may ask for more than what commits have synced, so that it matters when the log buffer was flushed
    /// last: InnoDB does so every second at every setting (semantics.md 1.1). A binlog and a redo log that are synced at each
    /// commit leave nothing to it, unless recovery cuts the binlog behind what the engine has committed.
    pub fn depends_on_background_flush(&self) -> bool {
        let variables = &self.variables;
        variables.redo_flush != RedoFlush::AtCommit
            || variables.sync_binlog != 1
            || variables.init_role_is_slave
    }

    /// What the redo log does at a commit, by `innodb_flush_log_at_trx_commit`: true if the thread waits for the device.
    pub fn write_redo_at_commit(&mut self) -> bool {
        match self.variables.redo_flush {
            RedoFlush::AtCommit => true,
            RedoFlush::WriteOnly => {
                let marks = self.marks();
                self.redo.write(marks);
                self.variables.redo_direct
            }
            RedoFlush::InBackground => false,
        }
    }

    /// Commits wait for the redo log's write, not for a sync.
    pub fn redo_is_only_written(&self) -> bool {
        self.variables.redo_flush == RedoFlush::WriteOnly
    }

    /// Whether the group just written has to be synced, and counts it (`sync_binlog`).
    pub fn binlog_sync_is_due(&mut self) -> bool {
        let every = self.variables.sync_binlog;
        if every == 0 {
            return false;
        }
        self.sync_counter += 1;
        if self.sync_counter >= every {
            self.sync_counter = 0;
            return true;
        }
        false
    }
}
