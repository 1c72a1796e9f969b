//! A run as a list of steps with messages between them: what every format of a trace is written from.

use super::places::{Places, Thread};
use super::story::{Event, What};
use super::words::{Words, time};
use crate::engine::Moment;
use crate::phrasebook::Phrases;
use crate::protocol::commit::Phase;
use crate::protocol::fact::Outcome;
use crate::protocol::ids::{ServerId, SessionId};
use std::collections::HashMap;

/// What kind of step it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One like others.
    Plain,
    /// A server dies or cannot be reached.
    Crash,
    /// A message is destroyed.
    Loss,
}

/// Something that happens at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// When.
    pub at: Moment,
    /// Where: an index into `Trace::places`.
    pub place: usize,
    /// A short name for programs: `received`.
    pub name: &'static str,
    /// What, for people.
    pub text: String,
    /// What kind of step.
    pub kind: Kind,
    /// The step whose message arrives here (or is lost here).
    pub from: Option<usize>,
}

/// A run, or a part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// Clients, then servers, then the manager.
    pub places: Vec<String>,
    /// How many of them are clients.
    pub clients: usize,
    /// In the order of time.
    pub steps: Vec<Step>,
    /// Commits: client, start and end, transaction.
    pub commits: Vec<(usize, Moment, Moment, String)>,
}

impl Trace {
    /// The events from one moment to another, at these places.
    pub fn of(events: &[Event], words: &Words, places: &Places, from: Moment, to: Moment) -> Trace {
        let mut writer = Writer {
            words,
            places,
            master: words.plan.cluster.master,
            last: HashMap::new(),
            phases: HashMap::new(),
            applies: HashMap::new(),
            trace: Trace {
                places: places.names(words.plan),
                clients: places.clients,
                steps: Vec::new(),
                commits: Vec::new(),
            },
        };
        let within = events.iter();
        for (at, what) in within.filter(|event| (from..=to).contains(&event.0)) {
            writer.write(*at, what);
        }
        writer.trace
    }
}

/// What a message carries.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Message {
    /// A client's transaction, to its server.
    Request(SessionId),
    /// Events up to an index, to this replica.
    Events(ServerId, u64),
    /// What a replica has, to its master.
    Ack(ServerId, u64),
    /// The end of a commit, to its client.
    Answer(SessionId),
    /// The end of the old master, to the manager.
    Death,
    /// A decision, to a server.
    Decision,
}

pub(super) struct Writer<'a> {
    pub(super) words: &'a Words<'a>,
    pub(super) places: &'a Places,
    /// Who serves writes.
    pub(super) master: ServerId,
    /// The step that sent it.
    pub(super) last: HashMap<Message, usize>,
    /// What each session's thread does.
    pub(super) phases: HashMap<SessionId, Phase>,
    /// Whether the last transaction in a server's binlog was its SQL thread's.
    pub(super) applies: HashMap<ServerId, bool>,
    pub(super) trace: Trace,
}

impl Writer<'_> {
    /// Where a server's commits happen: at its sessions, or at its SQL thread.
    pub(super) fn server(&self, id: ServerId) -> usize {
        let replicates = self.places.upstream_of(id).is_some();
        let thread = match self.applies.get(&id).copied().unwrap_or(replicates) {
            true => Thread::Sql,
            false => Thread::Session,
        };
        self.places.of(id, thread)
    }

    pub(super) fn client(&self, id: SessionId) -> usize {
        usize::from(id.0) % self.places.clients.max(1)
    }

    /// The server at which a session is connected.
    pub(super) fn home(&self, session: SessionId) -> usize {
        let server = self.places.home_of(session).unwrap_or(self.master);
        self.places.of(server, Thread::Session)
    }

    pub(super) fn step(
        &mut self,
        at: Moment,
        place: usize,
        name: &'static str,
        text: String,
    ) -> usize {
        self.trace.steps.push(Step {
            at,
            place,
            name,
            text,
            kind: Kind::Plain,
            from: None,
        });
        self.trace.steps.len() - 1
    }

    pub(super) fn arrives(&mut self, step: usize, message: Message) {
        let from = self.last.remove(&message);
        let place = self.trace.steps[step].place;
        self.trace.steps[step].from = from.filter(|&from| self.trace.steps[from].place != place);
    }

    fn write(&mut self, at: Moment, what: &What) {
        match *what {
            What::Submitted(id) => {
                let step = self.step(
                    at,
                    self.client(id),
                    "submit",
                    "submits a transaction".into(),
                );
                self.last.insert(Message::Request(id), step);
            }
            What::Answered {
                session,
                outcome,
                gtid,
                start,
            } => self.answered(
                at,
                session,
                outcome,
                gtid.map(|gtid| self.words.gtid(gtid)),
                start,
            ),
            What::Synced(id, file) => {
                self.step(
                    at,
                    self.server(id),
                    "fsync",
                    format!("fsync of the {} ends", file.name()),
                );
            }
            What::Lost {
                replica,
                index,
                would_arrive,
                ..
            } => {
                let text = match would_arrive {
                    Some(then) => format!(
                        "events up to {index} are lost on the wire, due at {}",
                        time(then)
                    ),
                    None => format!("events up to {index} are lost in the socket buffer"),
                };
                let place = self.places.of(replica, Thread::Io);
                let step = self.step(at, place, "lost", text);
                self.trace.steps[step].kind = Kind::Loss;
                self.arrives(step, Message::Events(replica, index));
            }
            What::Turns(id, phase) => {
                let before = self.phases.insert(id, phase);
                if (before, phase) == (Some(Phase::Reply), Phase::Idle) {
                    let client = self.trace.places[self.client(id)].clone();
                    let home = self.home(id);
                    let step = self.step(at, home, "ok", format!("sends its OK to {client}"));
                    self.last.insert(Message::Answer(id), step);
                }
            }
            What::Noted(fact) => self.fact(at, &fact),
        }
    }

    fn answered(
        &mut self,
        at: Moment,
        session: SessionId,
        outcome: Outcome,
        gtid: Option<String>,
        start: Moment,
    ) {
        let name = gtid.unwrap_or_else(|| "its transaction".to_owned());
        let text = match outcome {
            Outcome::Ok => format!("reads OK: {name} is committed"),
            Outcome::Refused => "is refused".to_owned(),
            Outcome::Error => format!("gets an error for {name} (outcome unknown)"),
            Outcome::Unknown => format!("gives up waiting for {name} (outcome unknown)"),
        };
        let client = self.client(session);
        let step = self.step(at, client, "answer", text);
        if outcome == Outcome::Ok {
            self.arrives(step, Message::Answer(session));
            self.trace.commits.push((client, start, at, name));
        }
    }
}
