//! How each fact of the core becomes a step of a trace.

use super::places::Thread;
use super::trace::{Kind, Message, Writer};
use crate::engine::Moment;
use crate::phrasebook::{About, Phrases};
use crate::protocol::fact::Fact;

impl Writer<'_> {
    pub(super) fn fact(&mut self, at: Moment, fact: &Fact) {
        if let Fact::Logged {
            server, session, ..
        } = *fact
        {
            self.applies.insert(server, session.is_none());
        }
        let Some((name, place)) = self.shown(fact) else {
            return;
        };
        let text = self.words.fact(fact, About::All).text;
        let step = self.step(at, place, name, text);
        match *fact {
            Fact::Logged {
                session: Some(session),
                ..
            } => {
                self.arrives(step, Message::Request(session));
            }
            Fact::Sent { replica, index, .. } => {
                self.last.insert(Message::Events(replica, index), step);
            }
            Fact::Received { replica, index } => {
                self.arrives(step, Message::Events(replica, index));
                self.last.insert(Message::Ack(replica, index), step);
            }
            Fact::Acknowledged { replica, index, .. } => {
                self.arrives(step, Message::Ack(replica, index));
            }
            Fact::Crashed { .. } | Fact::Reachable { yes: false, .. } => {
                self.trace.steps[step].kind = Kind::Crash;
                self.last.insert(Message::Death, step);
            }
            Fact::Detected => {
                self.arrives(step, Message::Death);
                self.last.insert(Message::Decision, step);
            }
            Fact::Promoted { server } => {
                self.master = server;
                self.arrives(step, Message::Decision);
            }
            Fact::Logged { .. }
            | Fact::Group { .. }
            | Fact::Visible { .. }
            | Fact::Answered { .. }
            | Fact::WasRead { .. }
            | Fact::WaitBegan { .. }
            | Fact::Woken { .. }
            | Fact::WokenInVain { .. }
            | Fact::SemiSync { .. }
            | Fact::Restarted { .. }
            | Fact::ShutsDown { .. }
            | Fact::Fenced { .. }
            | Fact::ApplyFailed { .. }
            | Fact::Duplicate1062 { .. }
            | Fact::Reachable { yes: true, .. }
            | Fact::FailoverFailed
            | Fact::Writes { .. }
            | Fact::Connected { .. }
            | Fact::GaveUp { .. }
            | Fact::Fatal1236 { .. } => {}
        }
    }

    /// What a step is called and on which line it stands; nothing for what other steps say.
    fn shown(&self, fact: &Fact) -> Option<(&'static str, usize)> {
        Some(match *fact {
            // Its transaction says it.
            Fact::Group { size: 1, .. } | Fact::Answered { .. } | Fact::WokenInVain { .. } => {
                return None;
            }
            Fact::Logged { server, .. } => ("logged", self.server(server)),
            Fact::Group { server, .. } => ("group", self.server(server)),
            Fact::Visible { server, .. } => ("visible", self.server(server)),
            Fact::Sent { by, .. } => ("sent", self.places.of(by, Thread::Dump)),
            Fact::Received { replica, .. } => ("received", self.places.of(replica, Thread::Io)),
            Fact::Acknowledged { by, .. } => {
                ("acknowledged", self.places.of(by, Thread::AckReceiver))
            }
            Fact::WasRead { server, .. } => ("read", self.server(server)),
            Fact::WaitBegan { server, .. } => ("wait", self.server(server)),
            Fact::Woken { server, .. } => ("woken", self.server(server)),
            Fact::SemiSync { server, .. } => ("semi-sync", self.server(server)),
            Fact::Crashed { server, .. } => ("crash", self.server(server)),
            Fact::Restarted { server } => ("restart", self.server(server)),
            Fact::ShutsDown { server } => ("shutdown", self.server(server)),
            Fact::Fenced { server, .. } => ("fenced", self.server(server)),
            Fact::ApplyFailed { replica }
            | Fact::Duplicate1062 { replica }
            | Fact::GaveUp { replica }
            | Fact::Fatal1236 { replica } => ("error", self.server(replica)),
            Fact::Reachable { server, .. } => ("reachable", self.server(server)),
            Fact::Detected => ("detected", self.places.manager()),
            Fact::FailoverFailed => ("failed", self.places.manager()),
            Fact::Writes { server, .. } => ("writes", self.server(server)),
            Fact::Promoted { server } => ("promoted", self.places.of(server, Thread::Session)),
            Fact::Connected { replica, .. } => ("connected", self.places.of(replica, Thread::Io)),
        })
    }
}
