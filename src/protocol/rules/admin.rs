//! Statements of an administrator that change replication: CHANGE MASTER, RESET, SET GLOBAL, KILL.

use crate::protocol::state::client::Answer;
use crate::protocol::state::commit::{Commit, Committer, Phase};
use crate::protocol::state::effect::{Effect, Forgets, Worker};
use crate::protocol::state::fact::{Fact, Outcome};
use crate::protocol::state::flavour_rules::KillInWait;
use crate::protocol::state::ids::{Gtid, Origin, Position, ServerId, SessionId};
use crate::protocol::state::lane::Packet;
use crate::protocol::state::log::Log;
use crate::protocol::state::replica::Kept;
use crate::protocol::state::semi_sync::SemiSync;
use crate::protocol::state::variables::{Positioning, Variable};
use crate::protocol::state::world::{Out, World};

impl World {
    /// A client logs in to a stated server; a session that hangs stays where it is.
    pub(super) fn login(&mut self, id: SessionId, server: ServerId) {
        let session = &mut self.sessions[id];
        if !session.is_busy() && !session.awaited {
            session.server = server;
            session.commit = Commit::default();
        }
    }

    /// `CHANGE MASTER TO`, with both threads stopped: relay logs are deleted, and what was not applied with them
    /// (semantics.md 3, 4.3). `from` is the upstream's file and position; without it the replica asks by GTID.
    pub(super) fn change_master(
        &mut self,
        id: ServerId,
        upstream: ServerId,
        from: Option<Position>,
    ) {
        let server = self.server_mut(id);
        server.variables.positioning = match from {
            Some(_) => Positioning::FileAndPosition,
            None => Positioning::Gtid,
        };
        let replica = &mut server.replica;
        replica.discard_unapplied();
        replica.kept = None;
        replica.upstream = Some(upstream);
        replica.attempts = 0;
        replica.read_position = from.unwrap_or(Position { file: 1, index: 0 });
    }

    /// `RESET SLAVE`, with both threads stopped: positions and relay logs are forgotten; `ALL` the upstream too.
    pub(super) fn reset_slave(&mut self, id: ServerId, forgets: Forgets) {
        let replica = &mut self.server_mut(id).replica;
        replica.discard_unapplied();
        replica.kept = None;
        replica.read_position = Position { file: 1, index: 0 };
        match forgets {
            Forgets::Positions => {}
            Forgets::All => replica.upstream = None,
        }
    }

    /// `RESET MASTER`: binlog files and `gtid_executed` are emptied, positions unknown, counters 0 (semantics.md 5.2).
    /// Nobody replicates from it meanwhile, its own threads are stopped, and no commit is under way. Its relay logs stay:
    /// there are some from this index on.
    pub(super) fn reset_master(&mut self, id: ServerId, since: u64, out: &mut Out) {
        let server = self.server_mut(id);
        server.history = Log::default();
        server.files = vec![0];
        server.purged = 0;
        (
            server.binlog_synced,
            server.published,
            server.committed,
            server.binlog_syncing,
        ) = (0, 0, 0, 0);
        server.redo = Default::default();
        server.dirty = Default::default();
        server.missing_rows = Default::default();
        server.extra_rows = Default::default();
        server.clocks = Default::default();
        server.writesets = Default::default();
        // What is numbered from here on is not what was numbered before.
        server.numbering = Gtid {
            origin: Origin {
                server: id,
                epoch: server.numbering.origin.epoch.saturating_add(1),
            },
            number: 1,
        };
        let applied = server.replica.applied;
        server.replica.kept = Some(Kept { since, applied });
        server.replica.told = None;
        let clients = server.semi_sync.clients;
        if server.semi_sync.enabled {
            server.semi_sync = SemiSync::new(server.rules);
            server.semi_sync.clients = clients;
            server.semi_sync.enable(&server.variables);
        }
        *out.counters(id) = Default::default();
    }

    /// `SET GLOBAL` (semantics.md 5.2). On a server that is down it is a line in its my.cnf.
    #[expect(clippy::wildcard_enum_match_arm, reason = "only these change it")]
    pub(super) fn set_global(&mut self, id: ServerId, variable: Variable, out: &mut Out) {
        let server = &mut self.servers[id];
        if !server.is_up() {
            return server.variables.set(variable);
        }
        match variable {
            Variable::ReadOnly(false) => return self.set_read_only_off(id, out),
            Variable::ReadOnly(true) => return self.set_read_only_on(id, out),
            Variable::SuperReadOnly(true) => {
                server.variables.super_read_only = true;
                return self.set_read_only_on(id, out);
            }
            _ => {}
        }
        let before = server.variables.clone();
        server.variables.set(variable);
        let counters = &mut out.counters[id];
        let semi_sync = &mut server.semi_sync;
        let change = match variable {
            Variable::SemiSyncMaster(true) if !before.semi_sync_master => {
                semi_sync.enable(&server.variables)
            }
            Variable::SemiSyncMaster(false) if before.semi_sync_master => {
                semi_sync.disable(counters)
            }
            Variable::WaitNoSlave(on) if on != before.wait_no_slave => {
                semi_sync.set_wait_no_slave(on, counters)
            }
            Variable::WaitForSlaveCount(count) => semi_sync.set_wait_for_slave_count(count),
            Variable::SyncBinlog(_) | Variable::RedoFlush(_) => {
                return self.start_background(id, out);
            }
            _ => return,
        };
        self.apply_change(id, change, out);
        if matches!(variable, Variable::SemiSyncMaster(_)) {
            self.receiver_is_switched(id, out);
        }
    }

    /// `KILL` of a client's connection (semantics.md 5.5): a statement that is executed or waits is rolled
    /// back; a commit goes
    /// on. In MariaDB it waits no longer; in MySQL it waits as before.
    #[expect(clippy::wildcard_enum_match_arm, reason = "only these phases matter")]
    pub(super) fn kill(&mut self, id: SessionId, out: &mut Out) {
        let who = Committer::Session(id);
        let server = self.server_of(who);
        match self.commit(who).phase {
            Phase::RowLock | Phase::Execute | Phase::Held => {
                out.effects.push(Effect::Abandon(Worker::Session(id)));
                self.unlock_rows(server, id, out);
                self.commit_mut(who).phase = Phase::Idle;
            }
            // Between two statements of a transaction.
            Phase::Idle => return self.unlock_rows(server, id, out),
            Phase::BetweenStatements => {
                self.unlock_rows(server, id, out);
                self.commit_mut(who).phase = Phase::Broken;
                return;
            }
            Phase::SemiSyncWait => self.wakes_by_kill(id, out),
            _ => {}
        }
        self.answer(id, Answer::Final(Outcome::Error), out);
    }

    /// Who waits for an acknowledgement is killed: it waits on, or waits no longer and commits (semantics.md 5.5).
    fn wakes_by_kill(&mut self, id: SessionId, out: &mut Out) {
        let who = Committer::Session(id);
        let server = self.server_of(who);
        match self.server(server).rules.kill_in_wait {
            KillInWait::EndsWait => self.killed_in_wait(server, who, out),
            KillInWait::WaitsOn => {
                let at = &mut self.servers[server];
                let counters = &mut out.counters[server];
                if at.semi_sync.wake_in_vain(who, &at.variables, counters) {
                    out.note(Fact::WokenInVain {
                        server,
                        waiter: who,
                    });
                }
            }
        }
    }

    /// `KILL QUERY` (semantics.md 14.7): a statement that is executed or waits for its locks is rolled back alone; a commit
    /// goes on.
    #[expect(clippy::wildcard_enum_match_arm, reason = "only these phases matter")]
    pub(super) fn kill_query(&mut self, id: SessionId, out: &mut Out) {
        match self.sessions[id].commit.phase {
            Phase::RowLock => self.lock_wait_times_out(id, out),
            Phase::Execute | Phase::Held => {
                out.effects.push(Effect::Abandon(Worker::Session(id)));
                self.statement_is_over(id, Outcome::Refused, out);
            }
            Phase::SemiSyncWait => self.wakes_by_kill(id, out),
            _ => {}
        }
    }

    /// `KILL` of the dump thread of a replica, or a write that took longer than `net_write_timeout`: behind what was sent its
    /// IO thread sees the connection closed, and connects again.
    pub(super) fn kill_dump(&mut self, replica: ServerId, out: &mut Out) {
        if self.link(replica).dump.on.is_none() {
            return;
        }
        self.dump_ends_with(replica, Packet::Fin, out);
    }
}
