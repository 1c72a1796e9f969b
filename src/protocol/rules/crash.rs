//! What a crash destroys and who notices (architecture.md, "Crash kinds"; semantics.md 6.1).

use crate::protocol::state::commit::Committer;
use crate::protocol::state::commit_lock::CommitLock;
use crate::protocol::state::crash::Crash;
use crate::protocol::state::effect::{Direction, Effect, LaneId, Timer, Worker};
use crate::protocol::state::fact::Fact;
use crate::protocol::state::ids::ServerId;
use crate::protocol::state::lane::{Lost, Packet};
use crate::protocol::state::server::{Life, Stopping};
use crate::protocol::state::world::{Out, World};

impl World {
    /// A server stops. What survives on its disks is settled now, what recovery makes of it at the restart.
    pub(super) fn crash(&mut self, id: ServerId, crash: Crash, out: &mut Out) {
        if !self.server(id).is_up() {
            // A dead process's host can still go, and its page cache with it.
            let server = self.server_mut(id);
            if matches!(server.life, Life::Dead | Life::Absent) && !crash.keeps_page_cache() {
                server.life = crash.leaves();
                server.lose_page_cache();
            }
            return;
        }
        for session in self.sessions.ids() {
            if self.sessions[session].server == id {
                self.session_loses_server(session, crash, out);
            }
        }
        if !crash.keeps_wire() {
            for reader in &mut self.readers {
                reader.answer = reader.answer.filter(|&(from, _)| from != id);
            }
        }
        self.stop_threads(id, out);
        self.lose_network(id, crash, out);
        let server = self.server_mut(id);
        server.life = crash.leaves();
        server.stopping = Stopping::No;
        server.setting_read_only = false;
        server.commit_lock = CommitLock::Free;
        server.stop();
        if !crash.keeps_page_cache() {
            server.lose_page_cache();
        }
        out.note(Fact::Crashed { server: id, crash });
        self.master_may_be_gone(id, crash.noticed(), out);
        self.manager_may_compare(out);
    }

    fn stop_threads(&mut self, id: ServerId, out: &mut Out) {
        for worker in 0..self.server(id).replica.workers.len() as u8 {
            let wait = Timer::SemiSyncWait(Committer::Applier(id, worker));
            out.effects
                .push(Effect::Abandon(Worker::Applier(id, worker)));
            out.effects.push(Effect::Disarm(wait));
        }
        for worker in [Worker::Io(id), Worker::AckReceiver(id)] {
            out.effects.push(Effect::Abandon(worker));
        }
        for timer in [
            Timer::GroupDelay(id),
            Timer::Connect(id),
            Timer::NetTimeout(id),
            Timer::AckPoll(id),
            Timer::Shutdown(id),
            Timer::RedoBackground(id),
            Timer::Fence(id),
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
            if let Some(lost) = crash.destroys() {
                self.lose(replica, from_here, lost, out);
            }
            self.lose(replica, to_here, Lost::SocketBufferAndWire, out);
            if sends_events {
                out.effects.push(Effect::Abandon(Worker::Dump(replica)));
                if !crash.is_clean() && self.server(replica).replica.connected {
                    let timeout = self.server(replica).variables.slave_net_timeout;
                    out.effects.push(Effect::Silence(replica, timeout));
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

    pub(super) fn lose(
        &mut self,
        replica: ServerId,
        direction: Direction,
        lost: Lost,
        out: &mut Out,
    ) {
        let link = self.link_mut(replica);
        match direction {
            Direction::Events => link.events.lose(lost),
            Direction::Acks => link.acks.lose(lost),
        }
        out.effects.push(Effect::Cut {
            lane: LaneId { replica, direction },
            lost,
        });
    }

    pub(super) fn destroy(&mut self, id: ServerId) {
        let server = self.server_mut(id);
        if !server.is_up() {
            server.life = Life::Destroyed;
        }
    }
}
