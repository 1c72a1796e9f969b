//! A run as a list of steps with messages between them: what every format of a trace is written from.

use super::story::{Story, What};
use super::words::{Words, time};
use crate::protocol::client::Phase;
use crate::protocol::fact::{Fact, Outcome, Writes};
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
    /// When, ns.
    pub at: u64,
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
    /// Commits: client, start and end (ns), transaction.
    pub commits: Vec<(usize, u64, u64, String)>,
}

impl Trace {
    /// The steps of a story from one moment to another.
    pub fn of(story: &Story, words: &Words, from: u64, to: u64) -> Trace {
        let clients = usize::from(words.plan.cluster.sessions);
        let servers = words.plan.servers.len();
        let mut places: Vec<String> = (1..=clients).map(|id| format!("client-{id}")).collect();
        places.extend(words.plan.servers.iter().map(|server| server.name.clone()));
        places.push("manager".to_owned());
        let mut writer = Writer {
            words,
            clients,
            manager: clients + servers,
            master: clients + usize::from(words.plan.cluster.master.0),
            last: HashMap::new(),
            phases: HashMap::new(),
            trace: Trace {
                places,
                clients,
                steps: Vec::new(),
                commits: Vec::new(),
            },
        };
        let within = story.events.iter();
        for (at, what) in within.filter(|event| (from..=to).contains(&event.0)) {
            writer.write(*at, what);
        }
        writer.trace
    }
}

/// What a message carries.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Message {
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

struct Writer<'a> {
    words: &'a Words<'a>,
    clients: usize,
    manager: usize,
    master: usize,
    /// The step that sent it.
    last: HashMap<Message, usize>,
    /// What each session's thread does.
    phases: HashMap<SessionId, Phase>,
    trace: Trace,
}

impl Writer<'_> {
    fn server(&self, id: ServerId) -> usize {
        self.clients + usize::from(id.0)
    }

    fn client(&self, id: SessionId) -> usize {
        usize::from(id.0) % self.clients.max(1)
    }

    fn step(&mut self, at: u64, place: usize, name: &'static str, text: String) -> usize {
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

    fn arrives(&mut self, step: usize, message: Message) {
        let from = self.last.remove(&message);
        let place = self.trace.steps[step].place;
        self.trace.steps[step].from = from.filter(|&from| self.trace.steps[from].place != place);
    }

    fn write(&mut self, at: u64, what: &What) {
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
                let step = self.step(at, self.server(replica), "lost", text);
                self.trace.steps[step].kind = Kind::Loss;
                self.arrives(step, Message::Events(replica, index));
            }
            What::Turns(id, phase) => {
                let before = self.phases.insert(id, phase);
                if (before, phase) == (Some(Phase::Reply), Phase::Idle) {
                    let client = self.trace.places[self.client(id)].clone();
                    let step =
                        self.step(at, self.master, "ok", format!("sends its OK to {client}"));
                    self.last.insert(Message::Answer(id), step);
                }
            }
            What::Noted(fact) => self.fact(at, &fact),
        }
    }

    fn answered(
        &mut self,
        at: u64,
        session: SessionId,
        outcome: Outcome,
        gtid: Option<String>,
        start: u64,
    ) {
        let name = gtid.unwrap_or_else(|| "its transaction".to_owned());
        let text = match outcome {
            Outcome::Ok => format!("reads OK: {name} is committed"),
            Outcome::Refused => "is refused".to_owned(),
            Outcome::Error => format!("gets an error: it cannot know for {name}"),
            Outcome::Unknown => format!("gives up waiting: it cannot know for {name}"),
        };
        let client = self.client(session);
        let step = self.step(at, client, "answer", text);
        if outcome == Outcome::Ok {
            self.arrives(step, Message::Answer(session));
            self.trace.commits.push((client, start, at, name));
        }
    }

    fn fact(&mut self, at: u64, fact: &Fact) {
        match *fact {
            Fact::Logged {
                server,
                gtid,
                session,
                ..
            } => {
                let text = format!("{} is written to the binlog", self.words.gtid(gtid));
                let step = self.step(at, self.server(server), "logged", text);
                if let Some(session) = session {
                    self.arrives(step, Message::Request(session));
                }
            }
            Fact::Group { server, size } => {
                self.step(
                    at,
                    self.server(server),
                    "group",
                    format!("a group of {size} is in the binlog"),
                );
            }
            Fact::Visible { server, index } => {
                self.step(
                    at,
                    self.server(server),
                    "visible",
                    format!("the first {index} can be read"),
                );
            }
            Fact::Sent { replica, index } => {
                let to = self.words.server(replica).to_owned();
                let step = self.step(
                    at,
                    self.master,
                    "sent",
                    format!("sends events up to {index} to {to}"),
                );
                self.last.insert(Message::Events(replica, index), step);
            }
            Fact::Received { replica, index } => {
                let text = format!("events up to {index} are in its relay log");
                let step = self.step(at, self.server(replica), "received", text);
                self.arrives(step, Message::Events(replica, index));
                self.last.insert(Message::Ack(replica, index), step);
            }
            Fact::Acknowledged { replica, index } => {
                let who = self.words.server(replica).to_owned();
                let text = format!("{who} has acknowledged up to {index}");
                let step = self.step(at, self.master, "acknowledged", text);
                self.arrives(step, Message::Ack(replica, index));
            }
            Fact::Answered { .. } => {}
            Fact::WasRead { server, index } => {
                self.step(
                    at,
                    self.server(server),
                    "read",
                    format!("a reader has the first {index}"),
                );
            }
            Fact::WaitBegan { server, .. } => {
                self.step(
                    at,
                    self.server(server),
                    "wait",
                    "a commit waits for an acknowledgement".into(),
                );
            }
            Fact::Woken { server, .. } => {
                self.step(at, self.server(server), "woken", "a commit goes on".into());
            }
            Fact::SemiSync { server, on } => {
                let text = format!("semi-sync is {}", if on { "ON" } else { "OFF" });
                self.step(at, self.server(server), "semi-sync", text);
            }
            Fact::Crashed { server, .. } => {
                let text = self.words.death(&What::Noted(*fact));
                let step = self.step(at, self.server(server), "crash", text);
                self.trace.steps[step].kind = Kind::Crash;
                self.last.insert(Message::Death, step);
            }
            Fact::Restarted { server } => {
                self.step(
                    at,
                    self.server(server),
                    "restart",
                    "restarts: recovery is done".into(),
                );
            }
            Fact::Fenced { server, yes } => {
                let text = if yes {
                    "is made read-only"
                } else {
                    "writes again"
                };
                self.step(at, self.server(server), "fenced", text.into());
            }
            Fact::Duplicate1062 { replica } => {
                self.step(
                    at,
                    self.server(replica),
                    "error",
                    "the SQL thread stops: error 1062".into(),
                );
            }
            Fact::Reachable { server, yes } => {
                let text = if yes {
                    "can be reached again"
                } else {
                    "is cut off"
                };
                let step = self.step(at, self.server(server), "reachable", text.into());
                if !yes {
                    self.trace.steps[step].kind = Kind::Crash;
                    self.last.insert(Message::Death, step);
                }
            }
            Fact::Detected => {
                let step = self.step(
                    at,
                    self.manager,
                    "detected",
                    "decides that the master is dead".into(),
                );
                self.arrives(step, Message::Death);
                self.last.insert(Message::Decision, step);
            }
            Fact::FailoverFailed => {
                self.step(at, self.manager, "failed", "finds nobody to promote".into());
            }
            Fact::Writes { server, writes } => {
                let text = match writes {
                    Writes::On => "writes are on",
                    Writes::Off => "writes are off",
                    Writes::Exposed => "writes are on, asynchronous",
                    Writes::CatchingUp => "writes are off, a replica catches up",
                };
                self.step(at, self.server(server), "writes", text.into());
            }
            Fact::Promoted { server } => {
                self.master = self.server(server);
                let step = self.step(at, self.master, "promoted", "serves writes".into());
                self.arrives(step, Message::Decision);
            }
            Fact::Connected { replica, yes } => {
                let text = if yes {
                    "its IO thread connects"
                } else {
                    "its IO thread loses its connection"
                };
                self.step(at, self.server(replica), "connected", text.into());
            }
            Fact::Fatal1236 { replica } => {
                self.step(
                    at,
                    self.server(replica),
                    "error",
                    "the IO thread stops: error 1236".into(),
                );
            }
        }
    }
}
