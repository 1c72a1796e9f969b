//! Other numbers for the servers: what interchangeable replicas did is the same story whichever of them did it.

use super::client::{Commit, Reader, Session};
use super::clock::Clock;
use super::effect::{Committer, Input, LaneId, Timer, Worker};
use super::failover::Failover;
use super::ids::{Gtid, Origin, ServerId, SessionId};
use super::lane::Packet;
use super::log::Run;
use super::redo::RedoWaiter;
use super::server::Pipeline;
use super::world::World;
use std::collections::VecDeque;

/// Something that names servers by number: `to[old]` is the new number.
pub trait Rename {
    /// Gives every server its new number.
    fn rename(&mut self, to: &[ServerId]);
}

/// A struct is renamed by renaming its first fields; those in brackets name no server. Who adds a field has to say
/// which it is.
macro_rules! renames {
    ($type:ident { $($field:ident),+ $(,)? }, [$($other:ident),* $(,)?]) => {
        impl crate::protocol::rename::Rename for $type {
            fn rename(&mut self, to: &[crate::protocol::ids::ServerId]) {
                let $type { $($field,)+ $($other: _,)* } = self;
                $($field.rename(to);)+
            }
        }
    };
}
pub(in crate::protocol) use renames;

impl Rename for ServerId {
    fn rename(&mut self, to: &[ServerId]) {
        *self = to[usize::from(self.0)];
    }
}

impl<T: Rename> Rename for Option<T> {
    fn rename(&mut self, to: &[ServerId]) {
        self.iter_mut().for_each(|one| one.rename(to));
    }
}

impl<T: Rename> Rename for Vec<T> {
    fn rename(&mut self, to: &[ServerId]) {
        self.iter_mut().for_each(|one| one.rename(to));
    }
}

impl<T: Rename> Rename for VecDeque<T> {
    fn rename(&mut self, to: &[ServerId]) {
        self.iter_mut().for_each(|one| one.rename(to));
    }
}

impl<A: Rename, B> Rename for (A, B) {
    fn rename(&mut self, to: &[ServerId]) {
        self.0.rename(to);
    }
}

renames!(Origin { server }, [epoch]);
renames!(Gtid { origin }, [number]);
renames!(Run { first }, [start, count, logged]);
renames!(Clock { source }, [sequence, last_committed, group, rows]);
renames!(Commit { gtid }, [phase, index, last_committed]);
renames!(
    Session { server, commit },
    [
        requests_done,
        rows,
        rows_wanted,
        rows_locked,
        answer,
        awaited,
        request_is_stuck
    ]
);
renames!(Reader { answer }, []);
renames!(LaneId { replica }, [direction]);

impl Rename for SessionId {
    fn rename(&mut self, _: &[ServerId]) {}
}

impl Rename for Committer {
    fn rename(&mut self, to: &[ServerId]) {
        match self {
            Committer::Session(_) => {}
            Committer::Applier(id, _) => id.rename(to),
        }
    }
}

impl Rename for Worker {
    fn rename(&mut self, to: &[ServerId]) {
        match self {
            Worker::Session(_) => {}
            Worker::Applier(id, _)
            | Worker::Io(id)
            | Worker::Dump(id)
            | Worker::AckReceiver(id) => id.rename(to),
        }
    }
}

impl Rename for Timer {
    fn rename(&mut self, to: &[ServerId]) {
        match self {
            Timer::SemiSyncWait(who) => who.rename(to),
            Timer::GroupDelay(id)
            | Timer::Connect(id)
            | Timer::NetTimeout(id)
            | Timer::RedoBackground(id)
            | Timer::Repoint(id)
            | Timer::Heartbeat(id)
            | Timer::Fence(id) => id.rename(to),
            Timer::Detect { .. }
            | Timer::Compare
            | Timer::Promote
            | Timer::CatchUp
            | Timer::NoReplica => {}
        }
    }
}

impl Rename for Input {
    fn rename(&mut self, to: &[ServerId]) {
        match self {
            Input::Writes(..)
            | Input::Request(_)
            | Input::Answered(_)
            | Input::ClientTimeout(_)
            | Input::Reconnect(_)
            | Input::ReadAnswered(_)
            | Input::Kill(_)
            | Input::EndStatement(..) => {}
            Input::Read(_, id)
            | Input::Synced(id, _)
            | Input::Writeback(id)
            | Input::Crash(id, _)
            | Input::Restart(id)
            | Input::Destroy(id)
            | Input::StopIoThread(id)
            | Input::StartIoThread(id)
            | Input::StopSqlThread(id)
            | Input::StartSqlThread(id)
            | Input::ApplyFails(id, _)
            | Input::Login(_, id)
            | Input::ResetSlave(id, _)
            | Input::ResetMaster(id)
            | Input::Set(id, _)
            | Input::KillDump(id) => id.rename(to),
            Input::ChangeMaster(from, into, _) | Input::LoadDump(from, into) => {
                from.rename(to);
                into.rename(to);
            }
            Input::Worked(worker) => worker.rename(to),
            Input::Departed(lane) | Input::Arrived(lane) | Input::Stuck(lane) => lane.rename(to),
            Input::Fired(timer) => timer.rename(to),
            Input::Cut(from, into) | Input::Mend(from, into) => {
                from.rename(to);
                into.rename(to);
            }
        }
    }
}

impl Rename for Packet {
    fn rename(&mut self, to: &[ServerId]) {
        match self {
            Packet::Events {
                first,
                count: _,
                end: _,
                ack: _,
            } => first.rename(to),
            Packet::Ack(_) | Packet::Fin | Packet::Fatal1236 => {}
        }
    }
}

impl Rename for RedoWaiter {
    fn rename(&mut self, to: &[ServerId]) {
        match self {
            RedoWaiter::Committer(who) => who.rename(to),
            RedoWaiter::FlushLeader | RedoWaiter::Background => {}
        }
    }
}

impl Rename for Failover {
    fn rename(&mut self, to: &[ServerId]) {
        match self {
            Failover::CatchingUp(id) | Failover::Promoting(id) => id.rename(to),
            Failover::Watching | Failover::Suspecting | Failover::Stopping | Failover::Failed => {}
        }
    }
}

impl Rename for Pipeline {
    fn rename(&mut self, to: &[ServerId]) {
        match self {
            Pipeline::Stages(stages) => stages.rename(to),
            Pipeline::Chain(chain) => chain.rename(to),
        }
    }
}

/// What stands at a server's number moves to its new one.
fn reorder<T: Clone>(list: &mut [T], to: &[ServerId]) {
    let old = list.to_vec();
    for (one, new) in old.into_iter().zip(to) {
        list[usize::from(new.0)] = one;
    }
}

impl Rename for World {
    fn rename(&mut self, to: &[ServerId]) {
        let World {
            rules: _,
            shape: _,
            servers,
            links,
            sessions,
            clients: _,
            client_places: _,
            cuts,
            readers,
            serving,
            manager,
            failover,
            guard: _,
            keeping: _,
            clocks: _,
            setting_read_only: _,
        } = self;
        reorder(servers, to);
        reorder(links, to);
        servers.rename(to);
        links.rename(to);
        sessions.rename(to);
        readers.rename(to);
        serving.rename(to);
        failover.rename(to);
        cuts.rename(to);
        if let Some(manager) = manager {
            manager.prefer.rename(to);
        }
    }
}
