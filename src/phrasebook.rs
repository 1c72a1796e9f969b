//! The phrasebook: what the core noted, in words. Traces, explanations and counterexamples all take theirs from here.

use crate::protocol::commit::Committer;
use crate::protocol::fact::{Fact, Outcome};
use crate::protocol::ids::{Gtid, ServerId, SessionId};
use std::fmt;

/// Where something happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// At a client.
    Client(SessionId),
    /// At a server.
    Server(ServerId),
    /// At the manager, or on the network as a whole.
    Manager,
}

/// Of what a fact is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// Of everything up to an index.
    All,
    /// Of one transaction, which the reader knows.
    It,
}

/// A fact in words, and where it happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Where.
    pub place: Place,
    /// What is true there, a sentence; or what the place does, a sentence without its subject.
    pub text: String,
    is_deed: bool,
}

impl Said {
    fn is(place: Place, text: impl fmt::Display) -> Said {
        let (text, is_deed) = (text.to_string(), false);
        Said {
            place,
            text,
            is_deed,
        }
    }

    fn does(place: Place, text: impl fmt::Display) -> Said {
        let is_deed = true;
        Said {
            is_deed,
            ..Said::is(place, text)
        }
    }
}

/// What a client does that is told this.
fn hears(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Ok => "has its OK",
        Outcome::Refused => "is refused",
        Outcome::Error => "gets an error (outcome unknown)",
        Outcome::Unknown => "gives up (outcome unknown)",
    }
}

/// Whoever knows the servers' names.
pub trait Phrases {
    /// A server's name.
    fn server(&self, id: ServerId) -> &str;

    /// A transaction's name: who wrote it first, and its number there; a stroke for each time that the numbers began anew.
    fn gtid(&self, gtid: Gtid) -> String {
        let again = "'".repeat(usize::from(gtid.origin.epoch));
        format!("{}:{}{again}", self.server(gtid.origin.server), gtid.number)
    }

    /// A client's name.
    fn session(&self, id: SessionId) -> String {
        format!("client {}", id.0 + 1)
    }

    /// A thread that commits.
    fn committer(&self, who: Committer) -> String {
        match who {
            Committer::Session(id) => format!("{}'s commit", self.session(id)),
            Committer::Applier(id, _) => format!("the SQL thread of {}", self.server(id)),
        }
    }

    /// With the place in front of it.
    fn whole(&self, said: &Said) -> String {
        let place = match said.place {
            Place::Client(id) => self.session(id),
            Place::Server(id) => self.server(id).to_owned(),
            Place::Manager => "the manager".to_owned(),
        };
        let between = if said.is_deed { "" } else { ":" };
        format!("{place}{between} {}", said.text)
    }

    /// A fact in words.
    fn fact(&self, fact: &Fact, about: About) -> Said {
        let up_to = |what: &str, index: u64| match about {
            About::All => format!("{what}up to {index}"),
            About::It => "it".to_owned(),
        };
        let are = match about {
            About::All => "are",
            About::It => "is",
        };
        let at = Place::Server;
        match *fact {
            Fact::Logged { server, gtid, .. } => {
                let what = match about {
                    About::All => self.gtid(gtid),
                    About::It => "it".to_owned(),
                };
                Said::is(at(server), format!("{what} is written to the binlog"))
            }
            Fact::Group { server, size } => {
                Said::is(at(server), format!("a group of {size} is in the binlog"))
            }
            Fact::Visible { server, index } => {
                let what = up_to("transactions ", index);
                Said::is(at(server), format!("{what} can be read"))
            }
            Fact::Sent { by, replica, index } => {
                let (what, to) = (up_to("events ", index), self.server(replica));
                Said::does(at(by), format!("sends {what} to {to}"))
            }
            Fact::Received { replica, index } => {
                let what = up_to("events ", index);
                Said::is(at(replica), format!("{what} {are} in the relay log"))
            }
            Fact::Acknowledged { by, replica, index } => {
                let (who, what) = (self.server(replica), up_to("", index));
                Said::is(at(by), format!("{who} has acknowledged {what}"))
            }
            Fact::Answered {
                session,
                outcome,
                gtid,
            } => {
                let of = gtid.map_or(String::new(), |gtid| format!(" for {}", self.gtid(gtid)));
                Said::does(Place::Client(session), hears(outcome).to_owned() + &of)
            }
            Fact::WasRead { server, index } => {
                let what = up_to("transactions ", index);
                Said::is(at(server), format!("a reader has {what}"))
            }
            Fact::WaitBegan { server, waiter } => {
                let who = self.committer(waiter);
                Said::is(at(server), format!("{who} waits for an acknowledgement"))
            }
            Fact::Woken { server, waiter } => Said::is(
                at(server),
                format!("{} waits no longer", self.committer(waiter)),
            ),
            Fact::WokenInVain { server, waiter } => Said::is(
                at(server),
                format!("{} is woken and waits on", self.committer(waiter)),
            ),
            Fact::SemiSync { server, on: true } => Said::is(at(server), "semi-sync is ON"),
            Fact::SemiSync { server, on: false } => Said::is(at(server), "semi-sync is OFF"),
            Fact::Crashed { server, crash } => {
                Said::does(at(server), format!("is {}", crash.died()))
            }
            Fact::ShutsDown { server } => Said::does(at(server), "begins to shut down"),
            Fact::Restarted { server } => Said::does(at(server), "has restarted: recovery is done"),
            Fact::Fenced { server, yes: true } => Said::does(at(server), "is made read-only"),
            Fact::Fenced { server, yes: false } => Said::does(at(server), "is writable again"),
            Fact::Duplicate1062 { replica } => {
                Said::is(at(replica), "the SQL thread stops with error 1062")
            }
            Fact::ApplyFailed { replica } => {
                Said::is(at(replica), "the SQL thread stops: rows do not fit")
            }
            Fact::GaveUp { replica } => Said::is(
                at(replica),
                "the IO thread gives up: its attempts to connect are used up",
            ),
            Fact::Fatal1236 { replica } => {
                Said::is(at(replica), "the IO thread stops with error 1236")
            }
            Fact::Reachable { server, yes: true } => Said::does(at(server), "can be reached again"),
            Fact::Reachable { server, yes: false } => Said::does(at(server), "is cut off"),
            Fact::Detected => Said::does(Place::Manager, "decides that the master is dead"),
            Fact::FailoverFailed => Said::does(Place::Manager, "finds nobody to promote"),
            Fact::Writes { server, writes } => {
                Said::is(at(server), format!("writes are {}", writes.name()))
            }
            Fact::Promoted { server } => Said::does(at(server), "serves writes"),
            Fact::Connected { replica, yes: true } => {
                Said::is(at(replica), "the IO thread connects")
            }
            Fact::Connected {
                replica,
                yes: false,
            } => Said::is(at(replica), "the IO thread loses its connection"),
        }
    }
}
