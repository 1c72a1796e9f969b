//! What each kind of death destroys, and what recovery makes of the rest (architecture.md; semantics.md 6).

use super::effect::{Committer, Crash, Direction, Effect, LaneId, Timer, Worker};
use super::fact::Fact;
use super::ids::{Gtid, Origin, ServerId, SessionId, Span};
use super::lane::Packet;
use super::log::Log;
use super::redo::Marks;
use super::semi_sync::SemiSync;
use super::server::{Life, Pipeline, Server};
use super::variables::{Flavour, Positioning};
use super::world::{Out, World};

impl Crash {
    /// Whether the page cache survives.
    pub fn keeps_page_cache(self) -> bool {
        matches!(self, Crash::ProcessKill | Crash::CutAndKill)
    }

    /// Whether peers get a FIN or RST at once.
    pub fn is_clean(self) -> bool {
        self == Crash::ProcessKill
    }

    /// Whether what the host had in its socket buffers is still delivered.
    pub fn keeps_socket_buffers(self) -> bool {
        self == Crash::ProcessKill
    }

    /// Whether what is on the wire is still delivered.
    pub fn keeps_wire(self) -> bool {
        matches!(self, Crash::ProcessKill | Crash::HostLoss)
    }
}

impl World {
    /// A server stops. What survives on its disks is settled now, what recovery makes of it at the restart.
    pub(super) fn crash(&mut self, id: ServerId, crash: Crash, out: &mut Out) {
        if !self.server(id).is_up() {
            // A dead process's host can still go, and its page cache with it.
            let server = self.server_mut(id);
            if server.life == Life::Dead && !crash.keeps_page_cache() {
                server.life = Life::Silent;
                server.lose_page_cache();
            }
            return;
        }
        for session in 0..self.sessions.len() as u16 {
            if self.sessions[usize::from(session)].server == id {
                self.session_loses_server(
                    SessionId(session),
                    crash.is_clean(),
                    !crash.keeps_wire(),
                    out,
                );
            }
        }
        self.stop_threads(id, out);
        self.lose_network(id, crash, out);
        let flavour = self.flavour;
        let server = self.server_mut(id);
        server.life = if crash.is_clean() {
            Life::Dead
        } else {
            Life::Silent
        };
        server.stop(flavour);
        if !crash.keeps_page_cache() {
            server.lose_page_cache();
        }
        out.note(Fact::Crashed { server: id, crash });
        self.master_may_be_gone(id, !crash.is_clean(), out);
    }

    fn stop_threads(&mut self, id: ServerId, out: &mut Out) {
        for worker in [Worker::Applier(id), Worker::Io(id), Worker::AckReceiver(id)] {
            out.effects.push(Effect::Abandon(worker));
        }
        for timer in [
            Timer::SemiSyncWait(Committer::Applier(id)),
            Timer::GroupDelay(id),
            Timer::Connect(id),
            Timer::NetTimeout(id),
            Timer::RedoBackground(id),
        ] {
            out.effects.push(Effect::Disarm(timer));
        }
        out.effects.push(Effect::AbandonFsyncs(id));
    }

    /// The rows of architecture.md's table: socket buffers, wire, and whether peers notice.
    fn lose_network(&mut self, id: ServerId, crash: Crash, out: &mut Out) {
        for replica in self.server_ids() {
            let sends_events = self.link(replica).dump.on == Some(id);
            let sends_acks = replica == id;
            if !sends_events && !sends_acks {
                continue;
            }
            let (from_here, to_here) = if sends_events {
                (Direction::Events, Direction::Acks)
            } else {
                (Direction::Acks, Direction::Events)
            };
            self.lose(
                replica,
                from_here,
                !crash.keeps_socket_buffers(),
                !crash.keeps_wire(),
                out,
            );
            self.lose(replica, to_here, true, true, out);
            if sends_events {
                out.effects.push(Effect::Abandon(Worker::Dump(replica)));
                if !crash.is_clean() && self.server(replica).replica.connected {
                    let timeout = self.server(replica).variables.slave_net_timeout;
                    out.effects
                        .push(Effect::Arm(Timer::NetTimeout(replica), timeout));
                }
            }
            if crash.is_clean() {
                let link = self.link_mut(replica);
                match from_here {
                    Direction::Events => link.events.push(Packet::Fin),
                    Direction::Acks => link.acks.push(Packet::Fin),
                }
                out.effects.push(Effect::Transmit(
                    LaneId {
                        replica,
                        direction: from_here,
                    },
                    40,
                ));
            }
            if sends_events {
                let link = self.link_mut(replica);
                link.dump = Default::default();
                link.semi_sync = false;
            }
        }
    }

    fn lose(
        &mut self,
        replica: ServerId,
        direction: Direction,
        socket: bool,
        wire: bool,
        out: &mut Out,
    ) {
        if !socket {
            return;
        }
        let link = self.link_mut(replica);
        match direction {
            Direction::Events => link.events.lose(wire),
            Direction::Acks => link.acks.lose(wire),
        }
        out.effects.push(Effect::Cut {
            lane: LaneId { replica, direction },
            wire,
        });
    }

    /// A stopped server comes back: recovery, a new binlog file, replication starts by itself.
    pub(super) fn restart(&mut self, id: ServerId, out: &mut Out) {
        let flavour = self.flavour;
        let server = self.server_mut(id);
        if !matches!(server.life, Life::Dead | Life::Silent) {
            return;
        }
        server.recover();
        server.recover_relay_log(flavour);
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

    pub(super) fn destroy(&mut self, id: ServerId) {
        let server = self.server_mut(id);
        if !server.is_up() {
            server.life = Life::Destroyed;
        }
    }

    /// The network around a server carries nothing: what is under way is stuck in TCP.
    pub(super) fn isolate(&mut self, id: ServerId, out: &mut Out) {
        if self.server(id).isolated {
            return;
        }
        self.server_mut(id).isolated = true;
        for session in 0..self.sessions.len() {
            if self.sessions[session].server == id && self.sessions[session].answer.take().is_some()
            {
                out.effects
                    .push(Effect::LoseAnswer(SessionId(session as u16)));
            }
        }
        for replica in self.links_of(id) {
            self.stick_lanes(replica, out);
        }
        out.note(Fact::Reachable {
            server: id,
            yes: false,
        });
        self.master_may_be_gone(id, true, out);
    }

    /// The network works again: TCP retries what was stuck.
    pub(super) fn heal(&mut self, id: ServerId, out: &mut Out) {
        if !self.server(id).isolated {
            return;
        }
        self.server_mut(id).isolated = false;
        for replica in self.links_of(id) {
            self.unstick_lanes(replica, out);
        }
        out.note(Fact::Reachable {
            server: id,
            yes: true,
        });
        self.server_can_be_reached(id, out);
    }

    /// The network between a replica and its upstream carries nothing: both ends live and talk to everybody else.
    pub(super) fn cut_link(&mut self, replica: ServerId, out: &mut Out) {
        let upstream = self.server(replica).replica.upstream;
        if upstream.is_some() && self.link(replica).cut_from.is_none() {
            self.link_mut(replica).cut_from = upstream;
            self.stick_lanes(replica, out);
        }
    }

    /// It works again.
    pub(super) fn mend_link(&mut self, replica: ServerId, out: &mut Out) {
        if self.link_mut(replica).cut_from.take().is_some() {
            self.unstick_lanes(replica, out);
        }
    }

    fn stick_lanes(&mut self, replica: ServerId, out: &mut Out) {
        let link = self.link_mut(replica);
        link.events.stick();
        link.acks.stick();
        for direction in [Direction::Events, Direction::Acks] {
            out.effects
                .push(Effect::Stick(LaneId { replica, direction }));
        }
        if self.server(replica).replica.connected {
            let timeout = self.server(replica).variables.slave_net_timeout;
            out.effects
                .push(Effect::Arm(Timer::NetTimeout(replica), timeout));
        }
    }

    fn unstick_lanes(&mut self, replica: ServerId, out: &mut Out) {
        let link = self.link(replica);
        let upstream = link.dump.on.or(self.server(replica).replica.upstream);
        if self.server(replica).isolated
            || upstream.is_some_and(|on| self.server(on).isolated || link.cut_from == Some(on))
        {
            return;
        }
        // A peer that died meanwhile stays silent: then the time-out goes on.
        let has_peer = link.dump.on.is_some();
        for direction in [Direction::Events, Direction::Acks] {
            out.effects
                .push(Effect::Unstick(LaneId { replica, direction }));
        }
        if has_peer {
            out.effects.push(Effect::Disarm(Timer::NetTimeout(replica)));
        }
    }

    /// Replicas whose link touches this server.
    fn links_of(&self, id: ServerId) -> Vec<ServerId> {
        self.server_ids()
            .filter(|&replica| {
                let upstream = self.server(replica).replica.upstream;
                upstream.is_some()
                    && (replica == id
                        || upstream == Some(id)
                        || self.link(replica).dump.on == Some(id))
            })
            .collect()
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
    /// Everything in memory is gone; files and page cache are as they were.
    fn stop(&mut self, flavour: Flavour) {
        self.pipeline = match self.pipeline {
            Pipeline::Mysql(_) => Pipeline::Mysql(super::commit::mysql::Stages::new(flavour)),
            Pipeline::Mariadb(_) => Pipeline::Mariadb(super::commit::mariadb::Chain::default()),
        };
        self.semi_sync = SemiSync::new(flavour);
        self.acks_arrived.clear();
        self.acks_in_hand = 0;
        self.sync_counter = 0;
        self.redo.forget_waiters();
        self.replica.stop();
    }

    /// The page cache is gone: every file is back at its last fsync (semantics.md 6.1, O). Only the logs' watermarks
    /// change here; `recover` draws the conclusions.
    fn lose_page_cache(&mut self) {
        self.redo.written = self.redo.synced;
        let lost_from = self.binlog_synced;
        self.lose_binlog_from(lost_from);
        let synced = self.replica.relay_synced;
        self.replica.cut_relay(synced);
    }

    /// The end of the binlog is gone; what the redo log has committed beyond it stays in the tables.
    fn lose_binlog_from(&mut self, index: u64) {
        let mut kept = Log::default();
        let mut lost_own = false;
        for run in self.history.runs() {
            // Without a binlog entry the redo log decides, at recovery.
            let limit = if run.logged { index } else { run.end() };
            let count = limit.saturating_sub(run.start).min(run.count);
            kept.push(run.first, count, run.logged);
            if count < run.count {
                let first = Gtid {
                    number: run.first.number + count,
                    ..run.first
                };
                let committed = self
                    .redo
                    .synced
                    .committed
                    .min(run.end())
                    .saturating_sub(run.start + count);
                self.extra_rows
                    .insert(first.origin, first.number, committed);
                lost_own |= run.first.origin.server == self.id;
            }
        }
        let end = kept.end();
        self.history = kept;
        if lost_own {
            // The numbers behind the last surviving one will be used again (semantics.md 6.2).
            let own = self.history.set_between(0, end);
            let last = own
                .iter()
                .filter(|(origin, ..)| origin.server == self.id)
                .map(|(_, _, high)| high)
                .max();
            let epoch = self.numbering.origin.epoch.saturating_add(1);
            self.numbering = Gtid {
                origin: Origin {
                    server: self.id,
                    epoch,
                },
                number: last.unwrap_or(1),
            };
        }
        self.binlog_synced = self.binlog_synced.min(end);
        self.published = self.published.min(end);
        self.committed = self.committed.min(end);
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
        let end = self.history.end();
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
            kept.push(
                run.first,
                limit.saturating_sub(run.start).min(run.count),
                run.logged,
            );
        }
        self.history = kept;
    }

    /// What a replica does with its relay log when the server starts (semantics.md 3).
    fn recover_relay_log(&mut self, flavour: Flavour) {
        // The executed position lives in the engine: go back to what recovery left.
        let replica = &mut self.replica;
        while let Some(gtid) = replica
            .applied
            .checked_sub(1)
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
        let drops_relay_logs =
            flavour == Flavour::Mariadb1011 && self.variables.positioning == Positioning::Gtid;
        if self.variables.relay_log_recovery || drops_relay_logs {
            let applied = replica.applied;
            replica.cut_relay(applied);
        }
        replica.relay_synced = replica.relay.end();
    }
}

/// How long the operating system keeps dirty pages where a plan says nothing.
pub const DEFAULT_WRITEBACK: Span = Span::seconds(30);
