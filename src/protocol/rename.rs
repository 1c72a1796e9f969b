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

/// A struct is renamed by renaming these fields; the others name no server.
macro_rules! renames {
    ($type:ty { $($field:ident),+ }) => {
        impl crate::protocol::rename::Rename for $type {
            fn rename(&mut self, to: &[crate::protocol::ids::ServerId]) {
                $(self.$field.rename(to);)+
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

renames!(Origin { server });
renames!(Gtid { origin });
renames!(Run { first });
renames!(Clock { source });
renames!(Commit { gtid });
renames!(Session { server, commit });
renames!(Reader { answer });
renames!(LaneId { replica });

impl Rename for SessionId {
    fn rename(&mut self, _: &[ServerId]) {}
}

impl Rename for Committer {
    fn rename(&mut self, to: &[ServerId]) {
        if let Committer::Applier(id, _) = self {
            id.rename(to);
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
        if let Packet::Events { first, .. } = self {
            first.rename(to);
        }
    }
}

impl Rename for RedoWaiter {
    fn rename(&mut self, to: &[ServerId]) {
        if let RedoWaiter::Committer(who) = self {
            who.rename(to);
        }
    }
}

impl Rename for Failover {
    fn rename(&mut self, to: &[ServerId]) {
        if let Failover::CatchingUp(id) | Failover::Promoting(id) = self {
            id.rename(to);
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
        reorder(&mut self.servers, to);
        reorder(&mut self.links, to);
        self.servers.rename(to);
        self.links.rename(to);
        self.sessions.rename(to);
        self.readers.rename(to);
        self.serving.rename(to);
        self.failover.rename(to);
        self.cuts.rename(to);
        if let Some(manager) = &mut self.manager {
            manager.prefer.rename(to);
        }
    }
}
