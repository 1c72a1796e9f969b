//! Names and moments of one run for people.

use super::graph::Node;
use super::life::Life;
use super::path;
use super::story::What;
use crate::engine::Moment;
use crate::measure::seconds;
use crate::phrasebook::{About, Phrases};
use crate::plan::Plan;
use crate::protocol::fact::{Fact, Outcome};
use crate::protocol::ids::{ServerId, Span};

/// Names for people.
pub struct Words<'a> {
    /// The plan of the run.
    pub plan: &'a Plan,
}

impl Phrases for Words<'_> {
    fn server(&self, id: ServerId) -> &str {
        &self.plan.servers[usize::from(id.0)].name
    }
}

impl Words<'_> {
    /// How a server went.
    pub fn death(&self, what: &What) -> String {
        match what {
            What::Noted(Fact::Crashed { server, crash }) => {
                format!("{} was {}", self.server(*server), crash.died())
            }
            What::Noted(Fact::Reachable { server, .. }) => {
                format!("{} was cut off", self.server(*server))
            }
            What::Submitted(_)
            | What::Noted(_)
            | What::Answered { .. }
            | What::Synced(..)
            | What::Lost { .. }
            | What::Turns(..) => "the crash".to_owned(),
        }
    }

    /// An event of a life, as a row of a diagram or a node of the graph says it.
    pub fn event(&self, what: &What) -> String {
        match *what {
            What::Submitted(id) => format!("client {} submits it", id.0 + 1),
            What::Noted(fact) => self.whole(&self.fact(&fact, About::It)),
            What::Answered {
                session, outcome, ..
            } => match outcome {
                Outcome::Ok => format!("client {} reads its OK", session.0 + 1),
                Outcome::Refused | Outcome::Error | Outcome::Unknown => {
                    format!("client {} does not learn the outcome", session.0 + 1)
                }
            },
            What::Synced(id, _) => format!("{}: the binlog is synced", self.server(id)),
            What::Lost {
                replica,
                would_arrive,
                ..
            } => match would_arrive {
                Some(at) => format!(
                    "events for {} are lost on the wire; they would have arrived at {}",
                    self.server(replica),
                    time(at)
                ),
                None => format!(
                    "events for {} are lost in the socket buffer",
                    self.server(replica)
                ),
            },
            What::Turns(id, phase) => {
                format!("client {}: {}", id.0 + 1, path::words(phase, None))
            }
        }
    }
}

/// A moment with microseconds.
pub fn time(at: Moment) -> String {
    let ns = at.since_start().0;
    format!("{}.{:06} s", ns / 1_000_000_000, ns / 1_000 % 1_000_000)
}

/// A length of time in its best unit.
pub fn span(span: Span) -> String {
    match span.0 {
        ns @ 0..1_000_000 => format!("{:.1} us", ns as f64 / 1e3),
        ns @ 1_000_000..1_000_000_000 => format!("{:.2} ms", ns as f64 / 1e6),
        _ => format!("{:.3} s", seconds(span)),
    }
}

/// The place of an event, for diagrams and the order of programs.
#[expect(clippy::wildcard_enum_match_arm, reason = "a fold counts only these")]
pub fn place(life: &Life, what: &What) -> Node {
    let (master, _) = life.origin;
    match *what {
        What::Submitted(_) | What::Answered { .. } | What::Turns(..) => Node::Client,
        What::Synced(id, _) => Node::Server(id),
        What::Lost { .. } => Node::Server(master),
        What::Noted(fact) => match fact {
            Fact::Logged { server, .. }
            | Fact::Visible { server, .. }
            | Fact::ShutsDown { server }
            | Fact::Crashed { server, .. }
            | Fact::Restarted { server }
            | Fact::SemiSync { server, .. }
            | Fact::Promoted { server }
            | Fact::Reachable { server, .. }
            | Fact::Sent { by: server, .. }
            | Fact::Acknowledged { by: server, .. } => Node::Server(server),
            Fact::Received { replica, .. }
            | Fact::Fatal1236 { replica }
            | Fact::GaveUp { replica }
            | Fact::Duplicate1062 { replica } => Node::Server(replica),
            _ => Node::Manager,
        },
    }
}
