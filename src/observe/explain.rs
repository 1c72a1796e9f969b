//! Why a transaction was lost: the missing edge, in plain sentences.

use super::graph::Graph;
use super::life::{Fate, Life, fate};
use super::story::{Event, Story, What};
use super::words::{Words, span, time};
use crate::plan::Plan;
use crate::protocol::fact::{Fact, Outcome};
use crate::protocol::ids::{Gtid, ServerId};

/// Two or three sentences, with times, and the graph behind them.
pub fn explain(plan: &Plan, story: &Story, life: &Life) -> (Vec<String>, Graph) {
    let words = Words { plan };
    let (master, _) = life.origin;
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
    let crash = noted(&|fact| matches!(fact, Fact::Crashed { server, .. } if *server == master))
        .or_else(|| {
            noted(&|fact| matches!(fact, Fact::Reachable { server, .. } if *server == master))
        });
    let promoted = noted(&|fact| matches!(fact, Fact::Promoted { .. }));
    let candidate = match promoted {
        Some((_, What::Noted(Fact::Promoted { server }))) => Some(server),
        _ => None,
    };
    let mut missing = None;
    if let Some(candidate) = candidate {
        let (sentence, edge) = missing_edge(&words, life, crash, candidate);
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
        .filter_map(|event| match event.1 {
            What::Noted(Fact::Acknowledged { replica, .. }) => Some(words.server(replica)),
            What::Submitted(_)
            | What::Noted(_)
            | What::Answered { .. }
            | What::Synced(..)
            | What::Lost { .. }
            | What::Turns(..) => None,
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

fn missing_edge(
    words: &Words,
    life: &Life,
    crash: Option<Event>,
    candidate: ServerId,
) -> (String, Option<Missing>) {
    let (master, _) = life.origin;
    let (from, to) = (words.server(master), words.server(candidate));
    let received = life.events.iter().find(|event| {
        matches!(event.1, What::Noted(Fact::Received { replica, .. }) if replica == candidate)
    });
    let lost = life.events.iter().find_map(|event| match event.1 {
        What::Lost {
            replica,
            sent,
            would_arrive,
            ..
        } if replica == candidate => Some((event.0, sent, would_arrive)),
        What::Submitted(_)
        | What::Noted(_)
        | What::Answered { .. }
        | What::Synced(..)
        | What::Lost { .. }
        | What::Turns(..) => None,
    });
    let death = crash.map_or("the network had been cut".to_owned(), |(at, what)| {
        format!("{} at {}", words.death(&what), time(at))
    });
    let edge = |label: &str| {
        Some(Missing {
            candidate,
            label: label.to_owned(),
        })
    };
    match (received, lost) {
        (Some((at, _)), _) => {
            let restart = life.events.iter().find(|event| {
                matches!(event.1, What::Noted(Fact::Restarted { server }) if server == candidate)
            });
            let died = life.events.iter().find(|event| {
                matches!(event.1, What::Noted(Fact::Crashed { server, .. }) if server == candidate)
            });
            match (died, restart) {
                (Some((died, what)), _) => {
                    let variables = &words.plan.cluster.servers[usize::from(candidate.0)].variables;
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
                    let sentence = format!(
                        "{to} had it in its relay log from {} on; {} at {}, and {how}.",
                        time(*at),
                        words.death(what),
                        time(*died)
                    );
                    (sentence, edge("relay log lost"))
                }
                _ => (
                    format!("{to} had it in its relay log from {} on.", time(*at)),
                    None,
                ),
            }
        }
        (None, Some((lost, sent, Some(arrival)))) => (
            format!(
                "Its events left {from} for {to} at {}, were on the wire, and would have arrived at {}: {death}, {} too \
                 early.",
                time(sent),
                time(arrival),
                span(arrival - lost)
            ),
            edge(&format!("would have arrived at {}", time(arrival))),
        ),
        (None, Some((_, sent, None))) => (
            format!(
                "Its events for {to} were written to the socket at {} and were still on its host: {death}.",
                time(sent)
            ),
            edge("still in the socket buffer"),
        ),
        (None, None) => {
            let sent = life.events.iter().find(|event| {
                matches!(event.1, What::Noted(Fact::Sent { replica, .. }) if replica == candidate)
            });
            let other = life.events.iter().find_map(|event| match event.1 {
                What::Noted(Fact::Received { replica, .. }) => Some((event.0, replica)),
                What::Submitted(_)
                | What::Noted(_)
                | What::Answered { .. }
                | What::Synced(..)
                | What::Lost { .. }
                | What::Turns(..) => None,
            });
            let sentence = match (sent, other) {
                (Some((at, _)), _) => format!(
                    "Its events were sent to {to} at {} and were stuck on the way: {death}.",
                    time(*at)
                ),
                (None, Some((at, replica))) => format!(
                    "{} had it from {} on, and {to} had not been sent it: {death}.",
                    words.server(replica),
                    time(at)
                ),
                (None, None) => format!("The dump thread for {to} had not sent it yet: {death}."),
            };
            (sentence, edge("not sent"))
        }
    }
}
