//! The guard: it disables writes when no replica is left, and allows them when one has returned (field.md 0, document 003).

use crate::protocol::state::effect::{Effect, Timer};
use crate::protocol::state::fact::{Fact, Writes};
use crate::protocol::state::guard::Keeping;
use crate::protocol::state::ids::ServerId;
use crate::protocol::state::partition::End;
use crate::protocol::state::setup::{Guard, Return, SetReadOnly};
use crate::protocol::state::world::{Out, World};

impl World {
    /// The guard looks; nothing without one. It sees replicas come back and catch up at once.
    pub(super) fn keep_writes(&mut self, out: &mut Out) {
        let (Some(guard), Some(master)) = (self.guard, self.serving) else {
            return;
        };
        if !self.server(master).is_up() {
            return;
        }
        let needed = usize::from(self.server(master).variables.wait_for_slave_count);
        let received = self.received_by_present(master);
        let enough = received.len() >= needed;
        // What the last replica that is needed still lacks.
        let lacks = match enough {
            // A master that lost the end of its binlog may be behind its replicas.
            true => (self.server(master).history.end()).saturating_sub(received[needed - 1]),
            false => 0,
        };
        match self.keeping {
            Keeping::Open if !enough => {
                self.keeping = Keeping::Suspecting;
                out.effects.push(Effect::Expect(Timer::NoReplica));
            }
            Keeping::Suspecting if enough => self.keeping = Keeping::Open,
            Keeping::Open | Keeping::Suspecting => {}
            Keeping::Setting => self.guard_sets_read_only(master, out),
            Keeping::Off if enough => self.replica_is_back(guard, master, lacks, out),
            Keeping::Exposed if !enough => self.writes_off(guard, master, out),
            Keeping::Exposed if !self.is_far_behind(guard, lacks) => {
                self.catch_up_without_writes(master, out)
            }
            Keeping::CatchingUp if !enough => self.set(master, Keeping::Off, Writes::Off, out),
            Keeping::CatchingUp if lacks == 0 => self.writes_on(master, out),
            Keeping::Off | Keeping::Exposed | Keeping::CatchingUp => {}
        }
    }

    /// History indexes up to which the connected semi-sync replicas of a master have received; most first.
    fn received_by_present(&self, master: ServerId) -> Vec<u64> {
        let mut received: Vec<u64> = self
            .server_ids()
            .map(|id| (self.link(id), self.server(id)))
            .filter(|(link, server)| {
                link.semi_sync
                    && link.dump.on == Some(master)
                    && self.answers_to(End::Manager, server.id)
                    && server.replica.connected
            })
            .map(|(_, server)| server.replica.read_position.index)
            .collect();
        received.sort_unstable_by(|a, b| b.cmp(a));
        received
    }

    /// It is sure that too few replicas are left.
    pub(super) fn no_replica_is_left(&mut self, out: &mut Out) {
        if let (Keeping::Suspecting, Some(guard), Some(master)) =
            (self.keeping, self.guard, self.serving)
        {
            self.writes_off(guard, master, out);
        }
    }

    fn writes_off(&mut self, guard: Guard, master: ServerId, out: &mut Out) {
        self.enable_semi_sync(master, out);
        match guard.set_read_only {
            SetReadOnly::AtOnce => self.set(master, Keeping::Off, Writes::Off, out),
            SetReadOnly::WaitsForCommits => {
                self.keeping = Keeping::Setting;
                self.guard_sets_read_only(master, out);
            }
        }
    }

    /// `SET read_only=ON` waits for commits in progress (semantics.md 8, "Fencing").
    fn guard_sets_read_only(&mut self, master: ServerId, out: &mut Out) {
        if !self.has_commits_in_progress(master) {
            self.set(master, Keeping::Off, Writes::Off, out);
            self.refuse_held(master, out);
        }
    }

    fn replica_is_back(&mut self, guard: Guard, master: ServerId, lacks: u64, out: &mut Out) {
        if !matches!(guard.on_return, Return::Staged { .. }) {
            if lacks == 0 {
                self.writes_on(master, out);
            }
        } else if self.is_far_behind(guard, lacks) {
            // Stage a: whoever hangs is released without a copy of its transaction.
            self.disable_semi_sync(master, out);
            self.set(master, Keeping::Exposed, Writes::Exposed, out);
        } else {
            self.set(master, Keeping::CatchingUp, Writes::CatchingUp, out);
        }
    }

    fn is_far_behind(&self, guard: Guard, lacks: u64) -> bool {
        match guard.on_return {
            Return::Blocked => false,
            Return::Staged { limit } => {
                lacks * u64::from(self.shape.bytes_per_transaction) >= limit
            }
        }
    }

    /// Stage b: synchronous again, and nobody writes until the replica has everything.
    fn catch_up_without_writes(&mut self, master: ServerId, out: &mut Out) {
        self.enable_semi_sync(master, out);
        self.set(master, Keeping::CatchingUp, Writes::CatchingUp, out);
    }

    fn writes_on(&mut self, master: ServerId, out: &mut Out) {
        self.set(master, Keeping::Open, Writes::On, out);
    }

    fn set(&mut self, master: ServerId, keeping: Keeping, writes: Writes, out: &mut Out) {
        self.keeping = keeping;
        self.server_mut(master).variables.read_only =
            matches!(writes, Writes::Off | Writes::CatchingUp);
        out.note(Fact::Writes {
            server: master,
            writes,
        });
    }

    fn enable_semi_sync(&mut self, master: ServerId, out: &mut Out) {
        let server = &mut self.servers[master];
        if !server.semi_sync.enabled {
            let change = server.semi_sync.enable(&server.variables);
            self.apply_change(master, change, out);
            self.receiver_is_switched(master, out);
        }
    }

    fn disable_semi_sync(&mut self, master: ServerId, out: &mut Out) {
        let server = &mut self.servers[master];
        if server.semi_sync.enabled {
            let change = server.semi_sync.disable(out.counters(master));
            self.apply_change(master, change, out);
            self.receiver_is_switched(master, out);
        }
    }

    /// Another master serves: what was done to the last one says nothing about it.
    pub(super) fn guard_looks_at_new_master(&mut self) {
        self.keeping = Keeping::Open;
    }
}
