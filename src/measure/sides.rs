//! Split brain and what it leaves: two masters at once, rows that only one side has, replicas that are not what they seem.

use crate::engine::Moment;
use crate::protocol::effect::{Input, Timer};
use crate::protocol::fact::Fact;
use crate::protocol::gtid::GtidSet;
use crate::protocol::ids::{ServerId, Span};
use crate::protocol::world::World;

/// What two sides did to each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Split {
    /// Time during which clients could write to two servers.
    pub two_masters: Span,
    /// Time during which two servers accepted writes, whether a client could reach them or not.
    pub two_unfenced: Span,
    /// Transactions that only the cut-off old master had when it could be reached again (or at the end of the run).
    pub old_side: u64,
    /// Transactions that only the new master had then.
    pub new_side: u64,
    /// Replicas whose replication stands still with an error at the end: 1236, 1062, or no more attempts to connect.
    pub replicas_stopped: u64,
    /// Replicas that replicate without an error and have other rows than their source.
    pub replicas_different: u64,
}

/// Watches a run for two masters.
#[derive(Clone, Debug)]
pub struct Sides {
    split: Split,
    /// Since when there are two, by the fields of `Split`: masters, unfenced.
    two_since: [Option<Moment>; 2],
    /// Old masters that were cut off, and were not compared yet.
    apart: Vec<bool>,
    /// Replication errors by server: of the IO thread, of the SQL thread.
    errors: Vec<[bool; 2]>,
}

impl Sides {
    /// So many servers.
    pub fn new(servers: usize) -> Sides {
        Sides {
            split: Split::default(),
            two_since: [None; 2],
            apart: vec![false; servers],
            errors: vec![[false; 2]; servers],
        }
    }

    /// A fact, at its moment.
    #[expect(clippy::wildcard_enum_match_arm, reason = "a fold counts only these")]
    pub fn note(&mut self, now: Moment, fact: &Fact, world: &World) {
        let at = |server: ServerId| usize::from(server.0);
        match *fact {
            Fact::Fatal1236 { replica } | Fact::GaveUp { replica } => {
                self.errors[at(replica)][0] = true
            }
            Fact::Duplicate1062 { replica } => self.errors[at(replica)][1] = true,
            Fact::Connected { replica, yes: true } => self.errors[at(replica)][0] = false,
            Fact::Reachable { server, yes: false } => {
                self.apart[at(server)] = world.server(server).replica.upstream.is_none()
            }
            Fact::Reachable { server, yes: true } => {
                if std::mem::take(&mut self.apart[at(server)]) {
                    self.compare(server, world);
                }
            }
            Fact::Promoted { server } => self.errors[at(server)] = [false; 2],
            Fact::Fenced { .. } | Fact::Crashed { .. } | Fact::Restarted { .. } => {}
            Fact::Writes { .. } => {}
            _ => return,
        }
        self.count_masters(now, world);
    }

    /// An input was handled: clients may reach other servers than before.
    pub fn stepped(&mut self, now: Moment, input: Input, world: &World) {
        let repointed = matches!(input, Input::Fired(Timer::Repoint(_)));
        if repointed || matches!(input, Input::Cut(..) | Input::Mend(..)) {
            self.count_masters(now, world);
        }
    }

    fn count_masters(&mut self, now: Moment, world: &World) {
        let two = |counts: &dyn Fn(ServerId) -> bool| {
            world.server_ids().filter(|&id| counts(id)).count() > 1
        };
        let unfenced = two(&|id| world.server(id).accepts_writes());
        let masters = unfenced && two(&|id| world.can_be_written_to(id));
        self.count(now, [masters, unfenced]);
    }

    fn count(&mut self, now: Moment, two: [bool; 2]) {
        let split = &mut self.split;
        let times = [&mut split.two_masters, &mut split.two_unfenced];
        for ((two, since), time) in two.into_iter().zip(&mut self.two_since).zip(times) {
            match (two, *since) {
                (true, None) => *since = Some(now),
                (false, Some(then)) => {
                    time.0 += (now - then).0;
                    *since = None;
                }
                (true, Some(_)) | (false, None) => {}
            }
        }
    }

    fn compare(&mut self, old: ServerId, world: &World) {
        let Some(new) = world.serving.filter(|&new| new != old) else {
            return;
        };
        let (old, new) = (world.server(old).rows(), world.server(new).rows());
        self.split.old_side += old.count_without(&new);
        self.split.new_side += new.count_without(&old);
    }

    /// The run is over.
    pub fn finish(mut self, now: Moment, world: &World) -> Split {
        self.count(now, [false; 2]);
        for id in world.server_ids() {
            if self.apart[usize::from(id.0)] && world.server(id).is_up() {
                self.compare(id, world);
            }
        }
        let Some(serving) = world.serving else {
            return self.split;
        };
        for server in world.servers.iter().filter(|server| server.is_up()) {
            if server.id == serving || server.replica.upstream.is_none() {
                continue;
            }
            if self.errors[usize::from(server.id.0)] != [false; 2] {
                self.split.replicas_stopped += 1;
            } else if server.replica.upstream == Some(serving) && differs(world, server.id, serving)
            {
                self.split.replicas_different += 1;
            }
        }
        self.split
    }
}

/// Whether a replica has rows that its source has not, or lacks rows that it believes to have received.
fn differs(world: &World, replica: ServerId, source: ServerId) -> bool {
    let (server, source) = (world.server(replica), world.server(source));
    let mut has = server.rows();
    let all: GtidSet = source.history.set_between(0, source.history.end());
    if has.count_without(&all) > 0 {
        return true;
    }
    let replica = &server.replica;
    has.extend(
        &replica
            .relay
            .set_between(replica.applied, replica.relay.end()),
    );
    let received = replica.read_position.index;
    source.history.set_between(0, received).count_without(&has) > 0
}
