//! How each fact of the core becomes a step of a trace.

use super::places::Thread;
use super::story::What;
use super::trace::{Kind, Message, Writer};
use crate::protocol::fact::{Fact, Writes};

impl Writer<'_> {
    pub(super) fn fact(&mut self, at: u64, fact: &Fact) {
        match *fact {
            Fact::Logged {
                server,
                gtid,
                session,
                ..
            } => {
                self.applies.insert(server, session.is_none());
                let text = format!("{} is written to the binlog", self.words.gtid(gtid));
                let step = self.step(at, self.server(server), "logged", text);
                if let Some(session) = session {
                    self.arrives(step, Message::Request(session));
                }
            }
            Fact::Group { size: 1, .. } => {} // its transaction says it
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
                    format!("transactions up to {index} can be read"),
                );
            }
            Fact::Sent { by, replica, index } => {
                let to = self.words.server(replica).to_owned();
                let place = self.places.of(by, Thread::Dump);
                let text = format!("sends events up to {index} to {to}");
                let step = self.step(at, place, "sent", text);
                self.last.insert(Message::Events(replica, index), step);
            }
            Fact::Received { replica, index } => {
                let text = format!("events up to {index} are in its relay log");
                let place = self.places.of(replica, Thread::Io);
                let step = self.step(at, place, "received", text);
                self.arrives(step, Message::Events(replica, index));
                self.last.insert(Message::Ack(replica, index), step);
            }
            Fact::Acknowledged { by, replica, index } => {
                let who = self.words.server(replica).to_owned();
                let text = format!("{who} has acknowledged up to {index}");
                let place = self.places.of(by, Thread::AckReceiver);
                let step = self.step(at, place, "acknowledged", text);
                self.arrives(step, Message::Ack(replica, index));
            }
            Fact::Answered { .. } => {}
            Fact::WasRead { server, index } => {
                self.step(
                    at,
                    self.server(server),
                    "read",
                    format!("a reader has transactions up to {index}"),
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
            Fact::WokenInVain { .. } => {}
            Fact::ApplyFailed { replica } => {
                self.step(
                    at,
                    self.server(replica),
                    "error",
                    "the SQL thread stops: rows do not fit".into(),
                );
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
                    self.places.manager(),
                    "detected",
                    "decides that the master is dead".into(),
                );
                self.arrives(step, Message::Death);
                self.last.insert(Message::Decision, step);
            }
            Fact::FailoverFailed => {
                self.step(
                    at,
                    self.places.manager(),
                    "failed",
                    "finds nobody to promote".into(),
                );
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
                self.master = server;
                let place = self.places.of(server, Thread::Session);
                let step = self.step(at, place, "promoted", "serves writes".into());
                self.arrives(step, Message::Decision);
            }
            Fact::Connected { replica, yes } => {
                let text = if yes {
                    "its IO thread connects"
                } else {
                    "its IO thread loses its connection"
                };
                let place = self.places.of(replica, Thread::Io);
                self.step(at, place, "connected", text.into());
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
