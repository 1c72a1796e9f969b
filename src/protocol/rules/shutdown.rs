//! A clean shutdown (semantics.md 5.5): clients first, dump threads last, and no promise that anything is delivered.

use crate::protocol::state::commit::Phase;
use crate::protocol::state::crash::{Crash, Noticed};
use crate::protocol::state::effect::{Effect, Timer};
use crate::protocol::state::fact::Fact;
use crate::protocol::state::flavour_rules::{NoSlave, Shutdown};
use crate::protocol::state::ids::{ServerId, Span};
use crate::protocol::state::lane::Packet;
use crate::protocol::state::server::{Server, Stopping};
use crate::protocol::state::world::{Out, World};

/// What the process takes beside its dump threads: 0.8 s of a 9.7.4 without replicas.
const OWN: Span = Span::millis(800);
/// How long dump threads live on, whatever is left to send: 9.0 s in all of a 9.7.4 with asynchronous replicas.
const SENDING: Span = Span::millis(8_200);
/// What semi-sync replicas make it longer: 11.6 s in all.
const SEMI_SYNC: Span = Span::millis(2_600);

impl World {
    /// The server takes no connection any more, its clients are thrown out, its own replication stops.
    pub(super) fn shut_down(&mut self, id: ServerId, out: &mut Out) {
        let server = self.server_mut(id);
        if !server.is_up() || server.stopping != Stopping::No {
            return;
        }
        server.stopping = Stopping::Sending;
        out.note(Fact::ShutsDown { server: id });
        server.replica.sql_running = false;
        self.stop_io_thread(id, out);
        let waits_alone = self.nobody_is_left_to_wait_for(id, out);
        for session in self.sessions.ids() {
            let at = &self.sessions[session];
            let commits = !matches!(
                at.commit.phase,
                Phase::Execute | Phase::BetweenStatements | Phase::RowLock | Phase::Held
            );
            // Commits that wait for nobody any more get their OK.
            if at.server == id && at.is_busy() && !(waits_alone && commits) {
                self.kill(session, out);
            }
        }
        let sends = self.links.iter().any(|link| link.dump.on == Some(id));
        let server = self.server(id);
        let rest = match server.rules.shutdown {
            Shutdown::DumpThreadsLast if sends && server.semi_sync.clients > 0 => {
                Span(SENDING.0 + SEMI_SYNC.0)
            }
            Shutdown::DumpThreadsLast if sends => SENDING,
            Shutdown::DumpThreadsLast | Shutdown::AtOnce => Span(0),
        };
        out.effects.push(Effect::Arm(Timer::Shutdown(id), rest));
        self.master_may_be_gone(id, Noticed::AtOnce, out);
    }

    /// Dump threads are over: nobody waits for an acknowledgement any more. Then the process ends, with every file on its
    /// disk.
    pub(super) fn shutdown_goes_on(&mut self, id: ServerId, out: &mut Out) {
        let server = &mut self.servers[id];
        match server.stopping {
            Stopping::No => {}
            Stopping::Sending => {
                server.stopping = Stopping::Ending;
                for replica in self.server_ids() {
                    if self.link(replica).dump.on == Some(id) {
                        self.dump_ends_with(replica, Packet::Fin, out);
                    }
                }
                let server = &mut self.servers[id];
                let change = server.semi_sync.waits_no_more(out.counters(id));
                self.apply_change(id, change, out);
                out.effects.push(Effect::Arm(Timer::Shutdown(id), OWN));
            }
            Stopping::Ending => {
                server.close_files();
                self.crash(id, Crash::Shutdown, out);
            }
        }
    }

    /// MySQL while it shuts down: where just one replica is missing waiters go on at once (semantics.md 5.2, step d).
    fn nobody_is_left_to_wait_for(&mut self, id: ServerId, out: &mut Out) -> bool {
        let server = &mut self.servers[id];
        let semi_sync = &mut server.semi_sync;
        let alone = server.rules.no_slave == NoSlave::SwitchesOff
            && semi_sync.enabled
            && semi_sync.clients + 1 == server.variables.wait_for_slave_count;
        if alone {
            let change = semi_sync.waits_no_more(out.counters(id));
            self.apply_change(id, change, out);
        }
        alone
    }
}

impl Server {
    /// The log buffer is flushed, every file is synced and closed.
    fn close_files(&mut self) {
        self.binlog_synced = self.history.end();
        self.redo.written = self.marks();
        self.redo.synced = self.redo.written;
        self.replica.relay_synced = self.replica.relay.end();
    }
}
