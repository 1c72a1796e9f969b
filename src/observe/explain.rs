//! Why a transaction was lost: the missing edge, in plain sentences.

use super::graph::Graph;
use super::life::{Fate, Life, fate};
use super::story::{Event, Story, What};
use super::words::{Words, span, time};
use crate::engine::Moment;
use crate::phrasebook::Phrases;
use crate::plan::Plan;
use crate::protocol::fact::{Fact, Outcome};
use crate::protocol::ids::{Gtid, ServerId};

/// Two or three sentences, with times, and the graph behind them.
pub fn explain(plan: &Plan, story: &Story, life: &Life) -> (Vec<String>, Graph) {
    let words = Words { plan };
    let when = |wanted: &dyn Fn(&What) -> bool| {
        let mut events = life.events.iter();
        events.find(|event| wanted(&event.1)).copied()
    };
    let noted = |wanted: &dyn Fn(&Fact) -> bool| {
        when(&|what| matches!(what, What::Noted(fact) if wanted(fact)))
    };
    let mut said = Vec::new();
    let fate = fate(story, life.gtid);
    let visible = noted(&|fact| matches!(fact, Fact::Visible { .. }));
    let answered = when(&|what| matches!(what, What::Answered { .. }));
    let name = words.gtid(life.gtid);
    let client = match answered {
        Some((
            at,
            What::Answered {
                session, outcome, ..
            },
        )) => match outcome {
            Outcome::Ok => format!("client {} read its OK at {}", session.0 + 1, time(at)),
            Outcome::Refused | Outcome::Error | Outcome::Unknown => format!(
                "client {} learned at {} that it would not hear the outcome",
                session.0 + 1,
                time(at)
            ),
        },
        _ => "nobody got an answer".to_owned(),
    };
    let readable = visible.map_or("was never visible there".to_owned(), |(at, _)| {
        format!("could be read there from {}", time(at))
    });
    said.push(format!(
        "{name} {readable}, and {client}: it is {}.",
        fate.name()
    ));
    if let Some(sentence) = why_nobody_waited(&words, life, answered) {
        said.push(sentence);
    }
    let promoted = noted(&|fact| matches!(fact, Fact::Promoted { .. }));
    let candidate = match promoted {
        Some((_, What::Noted(Fact::Promoted { server }))) => Some(server),
        _ => None,
    };
    let mut missing = None;
    if let (Some((until, _)), Some(candidate)) = (promoted, candidate) {
        let (sentence, edge) = Delivery::to(candidate, until, story, life).missing(&words);
        said.push(sentence);
        missing = edge;
    }
    let holders: Vec<String> = holders(story, life.gtid)
        .map(|id| words.server(id).to_owned())
        .collect();
    if let (Some((at, _)), Some(candidate)) = (promoted, candidate) {
        let who = match holders.is_empty() {
            true => "nobody has it".to_owned(),
            false => format!("only {} has it", holders.join(" and ")),
        };
        let without = match fate {
            Fate::Kept => "with it",
            Fate::LostAcknowledged | Fate::VisibleThenLost | Fate::Errant => "without it",
        };
        let last = match fate {
            Fate::Kept => String::new(),
            Fate::LostAcknowledged | Fate::VisibleThenLost | Fate::Errant => {
                format!("; in the end {who}")
            }
        };
        said.push(format!(
            "{} was promoted at {} {without}{last}.",
            words.server(candidate),
            time(at)
        ));
    }
    let graph = Graph::of(&words, life, missing);
    (said, graph)
}

/// Under which rule the OK was given without a copy.
fn why_nobody_waited(words: &Words, life: &Life, answered: Option<Event>) -> Option<String> {
    let (
        at,
        What::Answered {
            outcome: Outcome::Ok,
            ..
        },
    ) = answered?
    else {
        return None;
    };
    let (master, _) = life.origin;
    let variables = &words.plan.cluster.servers[usize::from(master.0)].variables;
    if !variables.semi_sync_master {
        return Some("Replication is asynchronous: the OK waited for nobody.".to_owned());
    }
    let before = life.events.iter().filter(|event| event.0 <= at);
    let ackers: Vec<&str> = before
        .filter_map(|event| {
            let What::Noted(Fact::Acknowledged { replica, .. }) = event.1 else {
                return None;
            };
            Some(words.server(replica))
        })
        .collect();
    Some(match ackers.is_empty() {
        true => "No replica had acknowledged it by then: semi-sync was off.".to_owned(),
        false => format!("{} had acknowledged it.", ackers.join(" and ")),
    })
}

/// Who has the transaction at the end.
fn holders(story: &Story, gtid: Gtid) -> impl Iterator<Item = ServerId> + '_ {
    let servers = story.world.servers.iter();
    servers
        .filter(move |server| server.rows().contains(gtid))
        .map(|server| server.id)
}

/// The delivery that would have saved it: from whom to whom, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// Who would have had to have it.
    pub candidate: ServerId,
    /// What became of the delivery, on the edge's label.
    pub label: String,
}

/// The way of a transaction from its origin to the candidate, until the candidate was promoted.
struct Delivery<'a> {
    story: &'a Story,
    life: &'a Life,
    candidate: ServerId,
    /// What happened from its writing, or from the connection on which it was sent again, until the manager decided: what
    /// comes later is about another master's binlog.
    events: &'a [Event],
    /// The crash or the cut after which the origin could send nothing.
    end: Option<Event>,
}

impl<'a> Delivery<'a> {
    fn to(candidate: ServerId, until: Moment, story: &'a Story, life: &'a Life) -> Delivery<'a> {
        let from = story.events.iter().position(
            |event| matches!(event.1, What::Noted(Fact::Logged { gtid, .. }) if gtid == life.gtid),
        );
        let events = &story.events[from.unwrap_or(0)..];
        let over = events
            .iter()
            .position(|event| matches!(event.1, What::Noted(Fact::Detected)));
        let ends = |event: &&Event| event.0 <= until && is_end(&event.1, life.origin.0);
        let mut delivery = Delivery {
            story,
            life,
            candidate,
            events: &events[..over.unwrap_or(events.len())],
            end: life.events.iter().find(ends).copied(),
        };
        delivery.skip_to_the_last_attempt();
        delivery
    }

    fn skip_to_the_last_attempt(&mut self) {
        let sends = |event: &Event| self.sends(event);
        let connects = |event: &Event| matches!(event.1, What::Noted(Fact::Connected { replica, yes: true }) if replica == self.candidate);
        let last = self.events.iter().rposition(sends).unwrap_or(0);
        let from = self.events[..last].iter().rposition(connects);
        self.events = &self.events[from.unwrap_or(0)..];
    }

    /// Whether the origin gives it to the socket for the candidate, while it can.
    fn sends(&self, event: &Event) -> bool {
        let end = self.end.map_or(Moment::NEVER, |end| end.0);
        event.0 <= end
            && matches!(event.1, What::Noted(Fact::Sent { replica, index, .. })
                if replica == self.candidate && index > self.life.origin.1)
    }

    /// What became of it, and the edge that is missing.
    fn missing(&self, words: &Words) -> (String, Option<Missing>) {
        let received = self.life.events.iter().position(|event| {
            matches!(event.1, What::Noted(Fact::Received { replica, .. }) if replica == self.candidate)
        });
        let (sentence, label) = match (received, self.lost()) {
            (Some(at), _) => match self.forgotten(words, at) {
                (sentence, true) => (sentence, "relay log lost".to_owned()),
                (sentence, false) => return (sentence, None),
            },
            (None, Some(lost)) => self.destroyed(words, lost),
            (None, None) => (self.unsent(words), "not sent".to_owned()),
        };
        let edge = Missing {
            candidate: self.candidate,
            label,
        };
        (sentence, Some(edge))
    }

    /// The candidate had received it: how it lost it again, if it did.
    fn forgotten(&self, words: &Words, received: usize) -> (String, bool) {
        let to = words.server(self.candidate);
        let events = &self.life.events[received..];
        let had = format!("{to} had it in its relay log from {} on", time(events[0].0));
        let Some(died) = events
            .iter()
            .position(|event| is_end(&event.1, self.candidate))
        else {
            return (format!("{had}."), false);
        };
        let restart = events[died..].iter().find(|event| {
            matches!(event.1, What::Noted(Fact::Restarted { server }) if server == self.candidate)
        });
        let variables = &words.plan.cluster.servers[usize::from(self.candidate.0)].variables;
        let how = match (variables.relay_log_recovery, restart) {
            (true, Some((at, _))) => format!(
                "relay_log_recovery threw away what was not applied when it restarted at {}",
                time(*at)
            ),
            _ => format!(
                "it was not applied, and sync_relay_log={} had not synced it",
                variables.sync_relay_log
            ),
        };
        let (at, what) = &events[died];
        let died = format!("{} at {}", words.death(what), time(*at));
        (format!("{had}; {died}, and {how}."), true)
    }

    /// When its events for the candidate were destroyed, when they were sent, and when they would have arrived.
    fn lost(&self) -> Option<(Moment, Moment, Option<Moment>)> {
        self.events.iter().find_map(|event| {
            let What::Lost {
                replica,
                index,
                sent,
                would_arrive,
            } = event.1
            else {
                return None;
            };
            let is_its = replica == self.candidate && index > self.life.origin.1;
            is_its.then_some((event.0, sent, would_arrive))
        })
    }

    /// What destroyed its events on their way: whatever ended one of the two ends last.
    fn destroyed(
        &self,
        words: &Words,
        (lost, sent, arrival): (Moment, Moment, Option<Moment>),
    ) -> (String, String) {
        let (master, _) = self.life.origin;
        let (from, to) = (words.server(master), words.server(self.candidate));
        let ends = |event: &&Event| {
            event.0 <= lost && (is_end(&event.1, master) || is_end(&event.1, self.candidate))
        };
        let cause = self.life.events.iter().rfind(ends);
        let why = cause.map_or_else(
            || format!("the connection of {to} ended at {}", time(lost)),
            |(at, what)| format!("{} at {}", words.death(what), time(*at)),
        );
        let again = match self.end {
            Some((at, what)) if at > lost => format!(
                " {} at {}, and had not sent them again.",
                words.death(&what),
                time(at)
            ),
            _ => String::new(),
        };
        let at_once = cause.is_none_or(|event| event.0 == lost);
        match arrival {
            Some(arrival) => {
                let when = match at_once {
                    true => format!("{} too early", span(arrival - lost)),
                    false => format!("and their connection ended at {}", time(lost)),
                };
                (
                    format!(
                        "Its events left {from} for {to} at {}, were on the wire, and would have arrived at {}: {why}, \
                         {when}.{again}",
                        time(sent),
                        time(arrival),
                    ),
                    format!("would have arrived at {}", time(arrival)),
                )
            }
            None => (
                format!(
                    "Its events for {to} were written to the socket at {} and were still on its host: {why}.{again}",
                    time(sent)
                ),
                "still in the socket buffer".to_owned(),
            ),
        }
    }

    /// It did not reach the candidate, and nothing was destroyed.
    fn unsent(&self, words: &Words) -> String {
        let to = words.server(self.candidate);
        let why = self.why_not(words);
        let other = self.life.events.iter().find_map(|event| {
            let What::Noted(Fact::Received { replica, .. }) = event.1 else {
                return None;
            };
            Some((event.0, replica))
        });
        let sent = self.events.iter().find(|event| self.sends(event));
        match (sent, other) {
            (Some((at, _)), _) => format!(
                "Its events were sent to {to} at {} and were stuck on the way: {why}.",
                time(*at)
            ),
            (None, Some((at, replica))) => format!(
                "{} had it from {} on, and {to} had not been sent it: {why}.",
                words.server(replica),
                time(at)
            ),
            (None, None) => format!("The dump thread for {to} had not sent it yet: {why}."),
        }
    }

    /// Why the candidate could not be sent it: it was dead itself, or its source went.
    fn why_not(&self, words: &Words) -> String {
        let said = |(at, what): &Event| format!("{} at {}", words.death(what), time(*at));
        let end = self.end.map_or(Moment::NEVER, |end| end.0);
        let mut before = self.story.events.iter().filter(|event| event.0 <= end);
        let own = before.rfind(|event| {
            matches!(event.1, What::Noted(Fact::Crashed { server, .. } | Fact::Restarted { server })
                if server == self.candidate)
        });
        let own = own.filter(|event| is_end(&event.1, self.candidate));
        let reasons: Vec<String> = own.into_iter().chain(&self.end).map(said).collect();
        match reasons.is_empty() {
            true => "the network had been cut".to_owned(),
            false => reasons.join(", and "),
        }
    }
}

/// Whether this is where a server dies, or is cut off.
fn is_end(what: &What, of: ServerId) -> bool {
    matches!(what, What::Noted(Fact::Crashed { server, .. } | Fact::Reachable { server, yes: false }) if *server == of)
}
