//! What the core asked for and did not get yet; the explorer's counterpart of the engine's agenda.

use crate::protocol::effect::{Effect, File, LaneId, Step, Timer, Worker};
use crate::protocol::ids::{ServerId, SessionId, Span};

/// Effects under way, each list sorted: equal states are equal bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Pending {
    /// Pieces of work.
    pub works: Vec<(Worker, Step)>,
    /// Fsyncs.
    pub syncs: Vec<(ServerId, File)>,
    /// Timers that are armed or expected.
    pub timers: Vec<Timer>,
    /// Lanes that carry nothing.
    pub stuck_lanes: Vec<LaneId>,
    /// Sessions whose request or answer is stuck in TCP.
    pub stuck_clients: Vec<SessionId>,
}

fn add<T: Ord>(list: &mut Vec<T>, item: T) {
    if let Err(at) = list.binary_search(&item) {
        list.insert(at, item);
    }
}

fn remove<T: Ord>(list: &mut Vec<T>, item: &T) {
    if let Ok(at) = list.binary_search(item) {
        list.remove(at);
    }
}

impl Pending {
    /// Takes an effect in; facts, answers and sent packets are elsewhere.
    pub fn take(&mut self, effect: Effect) {
        match effect {
            Effect::Work { worker, step, .. } => {
                self.works.retain(|work| work.0 != worker);
                let at = self.works.partition_point(|work| work.0 < worker);
                self.works.insert(at, (worker, step));
            }
            Effect::Abandon(worker) => self.works.retain(|work| work.0 != worker),
            Effect::Fsync(server, file) => add(&mut self.syncs, (server, file)),
            Effect::WriteRedo(server) => add(&mut self.syncs, (server, File::Redo)),
            Effect::AbandonFsyncs(server) => self.syncs.retain(|sync| sync.0 != server),
            // A master notices a clean disconnect at its writes anyway; at heartbeats it only does so earlier.
            Effect::Arm(Timer::Heartbeat(_), _) => {}
            Effect::Arm(timer, Span::FOREVER) => remove(&mut self.timers, &timer),
            Effect::Arm(timer, _) | Effect::Expect(timer) => add(&mut self.timers, timer),
            Effect::AwaitPoll(id) => add(&mut self.timers, Timer::AckPoll(id)),
            Effect::Silence(id, _) => add(&mut self.timers, Timer::NetTimeout(id)),
            Effect::Disarm(timer) => remove(&mut self.timers, &timer),
            Effect::Stick(lane) => add(&mut self.stuck_lanes, lane),
            Effect::Unstick(lane) => remove(&mut self.stuck_lanes, &lane),
            Effect::StickClient(session) => add(&mut self.stuck_clients, session),
            Effect::UnstickClient(session)
            | Effect::LoseAnswer(session)
            | Effect::Answer(session) => remove(&mut self.stuck_clients, &session),
            Effect::Poll(_)
            | Effect::Cut { .. }
            | Effect::Window(_)
            | Effect::Transmit(..)
            | Effect::Note(_) => {}
        }
    }

    /// What is under way on a server or for its link, as one number.
    pub fn of(&self, id: ServerId) -> u64 {
        let works = self.works.iter().map(|work| match work.0 {
            Worker::Applier(server, _) if server == id => 1,
            Worker::Io(server) if server == id => 16,
            Worker::Dump(replica) if replica == id => 256,
            Worker::Session(_)
            | Worker::Applier(..)
            | Worker::Io(_)
            | Worker::Dump(_)
            | Worker::AckReceiver(_) => 0,
        });
        let syncs = self.syncs.iter().map(|sync| match sync {
            (server, File::Redo) if *server == id => 4_096,
            (server, File::Binlog) if *server == id => 8_192,
            (server, File::RelayLog) if *server == id => 16_384,
            _ => 0,
        });
        works.sum::<u64>() + syncs.sum::<u64>()
    }

    /// A piece of work is done.
    pub fn worked(&mut self, worker: Worker) {
        self.works.retain(|work| work.0 != worker);
    }

    /// An fsync is done.
    pub fn synced(&mut self, server: ServerId, file: File) {
        remove(&mut self.syncs, &(server, file));
    }

    /// A timer fired.
    pub fn fired(&mut self, timer: Timer) {
        remove(&mut self.timers, &timer);
    }

    /// Whether this lane carries nothing.
    pub fn is_stuck(&self, lane: LaneId) -> bool {
        self.stuck_lanes.binary_search(&lane).is_ok()
    }

    /// Whether this session's request or answer is stuck.
    pub fn is_client_stuck(&self, session: SessionId) -> bool {
        self.stuck_clients.binary_search(&session).is_ok()
    }
}
