//! A counterexample as a space-time diagram.

use super::super::spacetime::{Diagram, Kind, Message, Row};
use super::CaseChecked;
use crate::explore::narrative::Line;
use crate::phrasebook::Place;
use crate::protocol::effect::{Direction, LaneId};

/// A way as a space-time diagram.
pub fn diagram(title: &str, case: &CaseChecked, told: &[Line]) -> Diagram {
    let clients = usize::from(case.bounds.sessions);
    let servers = case.names.len();
    let line_of = |place: Place| match place {
        Place::Client(id) => usize::from(id.0).min(clients - 1),
        Place::Server(id) => clients + usize::from(id.0),
        Place::Manager => clients + servers,
    };
    let mut lines: Vec<String> = (1..=clients)
        .map(|client| format!("client {client}"))
        .collect();
    lines.extend(case.names.iter().cloned());
    lines.push("manager".to_owned());
    let mut rows = Vec::new();
    let mut messages = Vec::new();
    // Who sent what on a lane and is not answered yet: row and line.
    let mut under_way: Vec<(LaneId, (usize, usize))> = Vec::new();
    let receiver = |lane: LaneId, from: usize| match lane.direction {
        Direction::Events => clients + usize::from(lane.replica.0),
        // An acknowledgement goes to whoever serves this replica: the first server that is not the replica itself.
        Direction::Acks => (clients..clients + servers)
            .find(|&line| line != from)
            .unwrap_or(from),
    };
    for (number, line) in told.iter().enumerate() {
        let at = line_of(line.place);
        let mut text = line.event.clone();
        for fact in line.facts.iter().filter(|fact| tells(fact)) {
            text += "; ";
            text += fact;
        }
        rows.push(Row {
            line: at,
            time: String::new(),
            text,
            kind: if line.crash { Kind::Crash } else { Kind::Plain },
        });
        if let Some(lane) = line.arrives
            && let Some(first) = under_way.iter().position(|sent| sent.0 == lane)
        {
            let (_, from) = under_way.remove(first);
            messages.push(Message {
                from,
                to: (number, at),
                lost: false,
            });
        }
        for &(lane, count) in &line.lost {
            for _ in 0..count {
                if let Some(first) = under_way.iter().position(|sent| sent.0 == lane) {
                    let (_, from) = under_way.remove(first);
                    let to = (number, receiver(lane, from.1));
                    messages.push(Message {
                        from,
                        to,
                        lost: true,
                    });
                }
            }
        }
        for &(lane, count) in &line.sent {
            for _ in 0..count {
                under_way.push((lane, (number, at)));
            }
        }
    }
    Diagram {
        title: title.to_owned(),
        lines,
        rows,
        messages,
        bars: Vec::new(),
    }
}

/// Facts that a picture should say.
fn tells(fact: &str) -> bool {
    [
        "OK",
        "waits for",
        "serves writes",
        "can be read",
        "semi-sync",
        "error",
        "refused",
        "recovery",
        "nobody can",
    ]
    .iter()
    .any(|part| fact.contains(part))
}
