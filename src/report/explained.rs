//! A transaction's life as a space-time diagram.

use super::spacetime::{Diagram, Kind, Message, Row};
use crate::observe::graph::Node;
use crate::observe::life::Life;
use crate::observe::story::What;
use crate::observe::words::{Words, place, time};
use crate::protocol::fact::{Fact, Outcome};

/// The client, every server and the manager; messages from their sending to their arrival or loss.
pub fn diagram(title: &str, words: &Words, life: &Life) -> Diagram {
    let servers = words.plan.servers.len();
    let line = |node: Node| match node {
        Node::Client => 0,
        Node::Server(id) => 1 + usize::from(id.0),
        Node::Manager => 1 + servers,
    };
    let mut lines = vec![
        life.session
            .map_or("client".to_owned(), |id| format!("client {}", id.0 + 1)),
    ];
    lines.extend(words.plan.servers.iter().map(|server| server.name.clone()));
    lines.push("manager".to_owned());
    let rows = life.events.iter().map(|(at, what)| Row {
        line: line(place(life, what)),
        time: time(*at).trim_end_matches(" s").to_owned(),
        text: words.event(what),
        kind: kind(what),
    });
    let mut messages = Vec::new();
    let last = |until: usize, wanted: &dyn Fn(&What) -> bool| {
        life.events[..until]
            .iter()
            .rposition(|event| wanted(&event.1))
    };
    for (row, (_, what)) in life.events.iter().enumerate() {
        let to = line(place(life, what));
        let mut from = |sender: Option<usize>, to: usize, lost: bool| {
            if let Some(sender) = sender {
                let from = (sender, line(place(life, &life.events[sender].1)));
                messages.push(Message {
                    from,
                    to: (row, to),
                    lost,
                });
            }
        };
        match *what {
            What::Noted(Fact::Logged { .. }) => {
                from(
                    last(row, &|what| matches!(what, What::Submitted(_))),
                    to,
                    false,
                );
            }
            What::Noted(Fact::Received { replica, .. }) => {
                let sends = |what: &What| matches!(what, What::Noted(Fact::Sent { replica: to, .. }) if *to == replica);
                from(last(row, &sends), to, false);
            }
            What::Noted(Fact::Acknowledged { replica, .. }) => {
                let received = |what: &What| matches!(what, What::Noted(Fact::Received { replica: of, .. }) if *of == replica);
                from(last(row, &received), to, false);
            }
            What::Lost { replica, .. } => {
                let sends = |what: &What| matches!(what, What::Noted(Fact::Sent { replica: to, .. }) if *to == replica);
                from(last(row, &sends), 1 + usize::from(replica.0), true);
            }
            What::Answered {
                outcome: Outcome::Ok,
                ..
            } => {
                let done = |what: &What| {
                    matches!(
                        what,
                        What::Noted(Fact::Visible { .. } | Fact::Acknowledged { .. })
                    )
                };
                from(last(row, &done), to, false);
            }
            What::Submitted(_)
            | What::Noted(_)
            | What::Answered { .. }
            | What::Synced(..)
            | What::Turns(..) => {}
        }
    }
    Diagram {
        title: title.to_owned(),
        lines,
        rows: rows.collect(),
        messages,
        bars: Vec::new(),
    }
}

fn kind(what: &What) -> Kind {
    match what {
        What::Noted(Fact::Crashed { .. } | Fact::Reachable { .. }) => Kind::Crash,
        What::Answered { .. } | What::Noted(Fact::Visible { .. } | Fact::Promoted { .. }) => {
            Kind::Marked
        }
        What::Submitted(_)
        | What::Noted(_)
        | What::Synced(..)
        | What::Lost { .. }
        | What::Turns(..) => Kind::Plain,
    }
}
