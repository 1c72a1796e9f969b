//! Names and moments of one run for people.

use super::graph::Node;
use super::life::Life;
use super::path;
use super::story::What;
use crate::plan::Plan;
use crate::protocol::crash::Crash;
use crate::protocol::fact::{Fact, Outcome};
use crate::protocol::ids::{Gtid, ServerId};

/// Names for people.
pub struct Words<'a> {
    /// The plan of the run.
    pub plan: &'a Plan,
}

impl Words<'_> {
    /// A server's name.
    pub fn server(&self, id: ServerId) -> &str {
        &self.plan.servers[usize::from(id.0)].name
    }

    /// A transaction's name: who wrote it first, and its number there.
    pub fn gtid(&self, gtid: Gtid) -> String {
        let again = "'".repeat(usize::from(gtid.origin.epoch));
        format!("{}:{}{again}", self.server(gtid.origin.server), gtid.number)
    }

    /// How a server went.
    pub fn death(&self, what: &What) -> String {
        match what {
            What::Noted(Fact::Crashed { server, crash }) => {
                let name = self.server(*server);
                match crash {
                    Crash::ProcessKill => format!("{name} was killed"),
                    Crash::HostLoss => format!("{name} lost its host"),
                    Crash::SiteLoss => format!("{name} was lost with its site"),
                    Crash::CutAndKill => format!("{name} was cut off and killed"),
                }
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
            What::Noted(fact) => self.fact(&fact),
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

    fn fact(&self, fact: &Fact) -> String {
        match *fact {
            Fact::Logged { server, gtid, .. } => {
                format!(
                    "{} is written to the binlog of {}",
                    self.gtid(gtid),
                    self.server(server)
                )
            }
            Fact::Visible { server, .. } => format!("{}: others can read it", self.server(server)),
            Fact::Sent { replica, .. } => {
                format!("the dump thread sends it to {}", self.server(replica))
            }
            Fact::Received { replica, .. } => {
                format!("{} has it in its relay log", self.server(replica))
            }
            Fact::Acknowledged { replica, .. } => {
                format!("the acknowledgement of {} is handled", self.server(replica))
            }
            Fact::Crashed { .. } | Fact::Reachable { .. } => self.death(&What::Noted(*fact)),
            Fact::Restarted { server } => format!("{} restarts", self.server(server)),
            Fact::Promoted { server } => format!("{} is promoted", self.server(server)),
            Fact::Detected => "the manager decides that the master is dead".to_owned(),
            Fact::FailoverFailed => "nobody can be promoted".to_owned(),
            Fact::SemiSync { server, on } => {
                format!(
                    "{}: semi-sync {}",
                    self.server(server),
                    if on { "ON" } else { "OFF" }
                )
            }
            Fact::Fatal1236 { replica } => format!("{}: error 1236", self.server(replica)),
            Fact::Duplicate1062 { replica } => format!("{}: error 1062", self.server(replica)),
            Fact::Group { server, size } => {
                format!("{}: a group of {size} is committed", self.server(server))
            }
            Fact::Answered { session, .. } => format!("client {} is answered", session.0 + 1),
            Fact::WasRead { server, .. } => format!("{}: others read it", self.server(server)),
            Fact::WaitBegan { server, .. } => {
                format!("{}: the wait for a replica begins", self.server(server))
            }
            Fact::Woken { server, .. } | Fact::WokenInVain { server, .. } => {
                format!("{}: a thread that waited wakes up", self.server(server))
            }
            Fact::Fenced { server, yes } => {
                let what = if yes { "read-only" } else { "writable again" };
                format!("{} is {what}", self.server(server))
            }
            Fact::ApplyFailed { replica } => {
                format!(
                    "{}: the SQL thread stops, rows do not fit",
                    self.server(replica)
                )
            }
            Fact::Writes { server, writes } => {
                format!("writes on {} are {}", self.server(server), writes.name())
            }
            Fact::Connected { replica, yes } => {
                let what = if yes {
                    "is connected"
                } else {
                    "lost its connection"
                };
                format!("{} {what}", self.server(replica))
            }
        }
    }
}

/// A moment with microseconds.
pub fn time(ns: u64) -> String {
    format!("{}.{:06} s", ns / 1_000_000_000, ns / 1_000 % 1_000_000)
}

/// A length of time in its best unit.
pub fn span(ns: u64) -> String {
    match ns {
        0..1_000_000 => format!("{:.1} us", ns as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.2} ms", ns as f64 / 1e6),
        _ => format!("{:.3} s", ns as f64 / 1e9),
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
            | Fact::Crashed { server, .. }
            | Fact::Restarted { server }
            | Fact::SemiSync { server, .. }
            | Fact::Promoted { server }
            | Fact::Reachable { server, .. }
            | Fact::Sent { by: server, .. }
            | Fact::Acknowledged { by: server, .. } => Node::Server(server),
            Fact::Received { replica, .. }
            | Fact::Fatal1236 { replica }
            | Fact::Duplicate1062 { replica } => Node::Server(replica),
            _ => Node::Manager,
        },
    }
}
