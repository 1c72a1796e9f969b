//! What survives on the disks of a server that stopped, and what recovery makes of it (semantics.md 6).

use crate::protocol::state::fact::Fact;
use crate::protocol::state::flavour_rules::{Executed, Gtids, RelayLogs};
use crate::protocol::state::ids::{Gtid, Origin, ServerId};
use crate::protocol::state::log::{Log, Run};
use crate::protocol::state::pipeline::Pipeline;
use crate::protocol::state::redo::Marks;
use crate::protocol::state::semi_sync::SemiSync;
use crate::protocol::state::server::{Life, Server};
use crate::protocol::state::variables::Positioning;
use crate::protocol::state::world::{Out, World};

impl World {
    /// A stopped server comes back: recovery, a new binlog file, replication starts by itself.
    pub(super) fn restart(&mut self, id: ServerId, out: &mut Out) {
        let server = self.server_mut(id);
        if !server.life.can_start() {
            return;
        }
        server.recover();
        server.recover_relay_log(server.rules.relay_logs);
        server.life = Life::Up;
        if server.variables.semi_sync_master {
            server.semi_sync.enable(&server.variables);
        }
        out.note(Fact::Restarted { server: id });
        self.start_background(id, out);
        self.start_io_thread(id, out);
        if self.server(id).replica.upstream.is_some() {
            self.start_sql_thread(id, out);
        }
        self.server_came_back(id, out);
    }

    /// The operating system writes back what was dirty at its previous pass.
    pub(super) fn wrote_back(&mut self, id: ServerId) {
        let server = self.server_mut(id);
        if !server.is_up() {
            return;
        }
        let dirty = server.dirty;
        server.binlog_synced = server.binlog_synced.max(dirty.binlog);
        // A promotion may have cut the relay log since the previous pass.
        let relay = dirty.relay.min(server.replica.relay.end());
        server.replica.relay_synced = server.replica.relay_synced.max(relay);
        server.redo.wrote_back(dirty.redo);
        server.dirty.binlog = server.history.end();
        server.dirty.relay = server.replica.relay.end();
        server.dirty.redo = server.redo.written;
    }
}

impl Server {
    /// Whether something is in the page cache only.
    pub fn is_dirty(&self) -> bool {
        self.binlog_synced < self.history.end()
            || self.replica.relay_synced < self.replica.relay.end()
            || self.redo.synced != self.redo.written
    }

    /// Everything in memory is gone; files and page cache are as they were.
    pub(super) fn stop(&mut self) {
        self.pipeline = Pipeline::new(self.rules.group_commit);
        self.row_locks = Default::default();
        self.writesets = Default::default();
        self.semi_sync = SemiSync::new(self.rules);
        self.acks_arrived.clear();
        self.acks_in_hand = 0;
        self.receiver = Default::default();
        self.sync_counter = 0;
        self.redo.forget_waiters();
        self.replica.stop();
    }

    /// The page cache is gone: every file is back at its last fsync (semantics.md 6.1, O). Only the logs' watermarks
    /// change here; `recover` draws the conclusions.
    pub(super) fn lose_page_cache(&mut self) {
        self.redo.written = self.redo.synced;
        let lost_from = self.binlog_synced;
        self.lose_binlog_from(lost_from);
        let synced = self.replica.relay_synced;
        self.replica.cut_relay(synced);
    }

    /// The end of the binlog is gone. What the redo log has committed beyond it stays in the tables; whether the server
    /// knows that it was executed depends on where it keeps that (semantics.md 14.2, b20). The rest is rolled back.
    fn lose_binlog_from(&mut self, index: u64) {
        let known = self.rules.executed == Executed::Engine
            || self.variables.positioning == Positioning::FileAndPosition;
        let committed = self.redo.synced.committed;
        let mut kept = Log::default();
        let (mut own_are_lost, mut own_are_unknown) = (false, false);
        for run in self.history.runs() {
            // Without a binlog entry the redo log decides, at recovery.
            let limit = if run.logged { index } else { run.end() };
            let count = limit.saturating_sub(run.start).min(run.count);
            kept.append(Run { count, ..*run });
            if count == run.count {
                continue;
            }
            let first = Gtid {
                number: run.first.number + count,
                ..run.first
            };
            let in_engine = committed.min(run.end()).saturating_sub(run.start + count);
            if known {
                kept.push_unlogged(first, in_engine);
            } else {
                self.extra_rows
                    .insert(first.origin, first.number, in_engine);
            }
            if run.first.origin.server == self.id {
                own_are_lost |= count + in_engine < run.count;
                own_are_unknown = true;
            }
        }
        self.history = kept;
        // MariaDB counts on from its binlog, MySQL from what it knows to be executed.
        let from_binlog = !known || self.rules.gtids == Gtids::Sequence;
        if own_are_lost || from_binlog && own_are_unknown {
            self.number_again(from_binlog);
        }
        let end = self.history.end();
        self.binlog_synced = self.binlog_synced.min(end);
        self.published = self.published.min(end);
        self.committed = self.committed.min(end);
    }

    /// The numbers behind the last one that survived will be used again (semantics.md 6.2).
    fn number_again(&mut self, from_binlog: bool) {
        let runs = self.history.runs().iter();
        let own =
            runs.filter(|run| run.first.origin.server == self.id && (run.logged || !from_binlog));
        let number = own.map(|run| run.first.number + run.count).max();
        self.numbering = Gtid {
            origin: Origin {
                server: self.id,
                epoch: self.numbering.origin.epoch.saturating_add(1),
            },
            number: number.unwrap_or(1),
        };
    }

    /// InnoDB and the binlog agree on restart: prepared and in the binlog is committed; in the binlog but unknown
    /// to InnoDB is not executed again (semantics.md 6.2). Then a new binlog file is opened.
    fn recover(&mut self) {
        let Marks {
            prepared,
            committed,
        } = self.redo.written;
        let known = prepared.max(committed);
        self.lose_unlogged_from(committed);
        if self.variables.init_role_is_slave {
            // Prepared, and behind everything that the engine has committed: rolled back and cut off (MDEV-33465).
            self.lose_binlog_from(committed);
        }
        let end = self.history.end();
        // It was told so behind transactions that are lost.
        self.replica.told = self.replica.told.filter(|told| told.since <= end);
        for run in self.history.runs().to_vec() {
            if run.logged && run.end() > known {
                let from = known.max(run.start);
                let first = run.first.number + (from - run.start);
                self.missing_rows
                    .insert(run.first.origin, first, run.end() - from);
            }
        }
        self.committed = end;
        self.published = end;
        self.binlog_synced = end;
        self.files.push(end);
        self.redo.written = Marks {
            prepared: end,
            committed: end,
        };
        self.redo.synced = self.redo.written;
        self.dirty = Default::default();
    }

    /// Transactions without a binlog entry exist only as far as the redo log has them committed.
    fn lose_unlogged_from(&mut self, committed: u64) {
        if self
            .history
            .runs()
            .iter()
            .all(|run| run.logged || run.end() <= committed)
        {
            return;
        }
        let mut kept = Log::default();
        for run in self.history.runs() {
            let limit = if run.logged { run.end() } else { committed };
            let count = limit.saturating_sub(run.start).min(run.count);
            kept.append(Run { count, ..*run });
        }
        self.history = kept;
    }

    /// What a replica does with its relay log when the server starts (semantics.md 3).
    fn recover_relay_log(&mut self, relay_logs: RelayLogs) {
        // The executed position lives in the engine: go back to what recovery left.
        let replica = &mut self.replica;
        let before_reset = replica.kept.map_or(0, |kept| kept.applied);
        while let Some(gtid) = replica
            .applied
            .checked_sub(1)
            .filter(|last| *last >= before_reset)
            .and_then(|last| replica.relay.get(last))
        {
            if self.history.find(gtid).is_some() {
                break;
            }
            replica.applied -= 1;
        }
        while replica
            .next_gtid()
            .is_some_and(|gtid| self.history.find(gtid).is_some())
        {
            replica.applied += 1;
        }
        let drops_relay_logs = relay_logs == RelayLogs::FetchedAgain
            && self.variables.positioning == Positioning::Gtid;
        if self.variables.relay_log_recovery || drops_relay_logs {
            let applied = replica.applied;
            replica.cut_relay(applied);
            if let Some(kept) = &mut replica.kept {
                kept.since = applied;
            }
        }
        replica.relay_synced = replica.relay.end();
        replica.reset_workers();
    }
}
