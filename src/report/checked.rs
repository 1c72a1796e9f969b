//! What a check found, as text, as a document, and each way to it as a diagram.

use super::spacetime::{Diagram, Kind, Message, Row};
use crate::explore::bounds::BoundsSaid;
use crate::explore::check::{Checked, Verdict};
use crate::explore::narrative::Line;
use crate::explore::properties::Property;
use crate::phrasebook::Place;
use crate::protocol::effect::{Direction, LaneId};
use crate::shown::line;
use serde_json::{Map, Value, json};

/// One case's check.
#[derive(Clone, Debug)]
pub struct CaseChecked {
    /// Its axes.
    pub axes: Vec<(String, String)>,
    /// Its bounds.
    pub bounds: BoundsSaid,
    /// What was found.
    pub checked: Checked,
    /// The ways of the findings, told, in their order.
    pub told: Vec<Option<Vec<Line>>>,
    /// The servers' names.
    pub names: Vec<String>,
    /// What the files about each finding are called, without their ending.
    pub stems: Vec<String>,
    /// Experiments that replay a counterexample in timed simulation: property, text.
    pub replays: Vec<(Property, String)>,
    /// Whether such experiments were asked for.
    pub wants_replay: bool,
}

impl CaseChecked {
    /// `mode=async, crash=site_loss`.
    pub fn label(&self) -> String {
        let parts = self
            .axes
            .iter()
            .map(|(axis, value)| format!("{axis}={value}"));
        parts.collect::<Vec<_>>().join(", ")
    }

    /// What the files about this property are called, without their ending.
    pub fn stem(&self, property: Property) -> &str {
        let mut stems = self.checked.findings.iter().zip(&self.stems);
        let found = stems.find(|(finding, _)| finding.property == property);
        found.map_or(property.name(), |(_, stem)| stem)
    }

    /// What the experiment that replays a counterexample is called.
    pub fn replay_file(&self, property: Property) -> String {
        format!("{}.json", self.stem(property))
    }

    fn has_replay(&self, property: Property) -> bool {
        self.replays.iter().any(|replay| replay.0 == property)
    }
}

/// For people: the bounds, a verdict per property, and every counterexample.
pub fn text(title: &str, cases: &[CaseChecked]) -> String {
    let mut out = format!("{}: every order of events\n", line(title));
    for case in cases {
        let bounds = &case.bounds;
        out += &format!(
            "\n{}\n{} servers, {} sessions, {} transactions; crashes {} ({} of {}), restarts {}, time-outs {}, failovers {}, write-backs {}, partitions {}, stops {}{}, broken connections {}\n",
            line(&case.label()),
            bounds.servers,
            bounds.sessions,
            bounds.transactions,
            bounds.crashes,
            bounds.kinds.join(" or "),
            line(&bounds.victims.join(" or ")),
            bounds.restarts,
            bounds.time_outs,
            bounds.failovers,
            bounds.write_backs,
            bounds.partitions,
            bounds.stops,
            match bounds.stops {
                0 => String::new(),
                _ => format!(" ({})", bounds.stoppable.join(" or ")),
            },
            bounds.disconnects,
        );
        if !bounds.not_searched.is_empty() {
            out += &format!("not searched: {}\n", bounds.not_searched.join("; "));
        }
        let checked = &case.checked;
        let whole = match checked.complete {
            true => "all were searched",
            false => "not all were searched: the limit on states was reached first",
        };
        out += &format!(
            "{} states, the farthest {} events from the start; {whole}\n\n",
            checked.states,
            checked.depth - 1
        );
        for finding in &checked.findings {
            let always = if finding.property.is_always() {
                "always"
            } else {
                "sometimes"
            };
            let way = finding
                .way
                .as_ref()
                .map_or(String::new(), |way| match finding.verdict {
                    Verdict::Fails => format!(", in {} events", way.len()),
                    Verdict::Holds | Verdict::Undecided => {
                        format!(", first after {} events", way.len())
                    }
                });
            out += &format!(
                "  {:<10} {always:<9} {}{way}\n",
                finding.verdict.name(),
                finding.property.name()
            );
        }
        for (finding, told) in checked.findings.iter().zip(&case.told) {
            if let (Verdict::Fails, Some(told)) = (finding.verdict, told) {
                out += &format!("\n  Counterexample to: {}\n", finding.property.name());
                out += &steps(told);
                if case.has_replay(finding.property) {
                    let file = case.replay_file(finding.property);
                    out += &format!("       replayed in timed simulation by {file}\n");
                } else if case.wants_replay {
                    out += "       not reproduced in timed simulation: with these durations, none of the moments that were tried leads to this order\n";
                }
            }
        }
    }
    out
}

fn steps(told: &[Line]) -> String {
    let mut out = String::new();
    for (number, line) in told.iter().enumerate() {
        out += &format!("  {:>3}. {}\n", number + 1, line.event);
        for fact in &line.facts {
            out += &format!("         {fact}\n");
        }
    }
    out
}

/// The same as JSON.
pub fn json(cases: &[CaseChecked]) -> String {
    let cases: Vec<Value> = cases.iter().map(case_json).collect();
    let document = json!({"replsim": env!("CARGO_PKG_VERSION"), "bounds": cases.first().map(|case| case["bounds"].clone()), "cases": cases});
    let mut text = serde_json::to_string_pretty(&document)
        .unwrap_or_else(|error| unreachable!("plain data becomes JSON: {error}"));
    text.push('\n');
    text
}

fn case_json(case: &CaseChecked) -> Value {
    let axes: Map<String, Value> = case
        .axes
        .iter()
        .map(|(axis, value)| (axis.clone(), value.clone().into()))
        .collect();
    let properties = case.checked.findings.iter().zip(&case.told);
    let properties: Vec<Value> = properties
        .map(|(finding, told)| {
            let property = finding.property;
            let mut said = json!({
                "name": property.name(),
                "kind": if property.is_always() { "always" } else { "sometimes" },
                "verdict": finding.verdict.name(),
            });
            if let Some(told) = told {
                let trace = told
                    .iter()
                    .map(|line| json!({"event": line.event, "facts": line.facts}));
                said["trace"] = trace.collect();
            }
            if case.has_replay(property) {
                said["replay"] = case.replay_file(property).into();
            }
            said
        })
        .collect();
    let bounds = serde_json::to_value(&case.bounds)
        .unwrap_or_else(|error| unreachable!("plain data becomes JSON: {error}"));
    json!({"case": axes, "bounds": bounds, "states": case.checked.states, "complete": case.checked.complete, "properties": properties})
}

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
