//! A trace in the formats of other programs: Mermaid, Chrome's trace events, ShiViz.

use super::{FOR_PEOPLE, left_out};
use crate::observe::trace::{Kind, Step, Trace};
use crate::observe::words::time;
use crate::protocol::ids::Span;
use crate::shown::line;
use serde_json::{Value, json};

/// A Mermaid sequence diagram.
pub fn mermaid(title: &str, trace: &Trace) -> String {
    // A semicolon ends a statement, `#` begins an entity, `%%{` a directive; what is left is markup of HTML.
    let plain = |text: &str| {
        let text = line(text).replace([';', '#'], ",").replace("%{", "% {");
        text.replace('<', "#lt;").replace('>', "#gt;")
    };
    let steps = &trace.steps[..trace.steps.len().min(FOR_PEOPLE)];
    let mut out = format!("---\ntitle: {}\n---\nsequenceDiagram\n", json!(title));
    for (at, place) in trace.places.iter().enumerate() {
        if steps.iter().any(|step| step.place == at) {
            out += &format!("    participant P{at} as {}\n", plain(place));
        }
    }
    for step in steps {
        let to = step.place;
        let said = format!("{} {}", time(step.at), plain(&step.text));
        out += &match (step.from, step.kind) {
            (Some(from), Kind::Loss) => format!("    P{}-xP{to}: {said}\n", steps[from].place),
            (Some(from), _) => format!("    P{}->>P{to}: {said}\n", steps[from].place),
            (None, _) => format!("    Note over P{to}: {said}\n"),
        };
    }
    let left_out = left_out(trace);
    if !left_out.is_empty() {
        let first = steps.first().map_or(0, |step| step.place);
        out += &format!("    Note over P{first}: {left_out}\n");
    }
    out
}

/// Chrome's trace events, which ui.perfetto.dev opens: commits as slices of their clients, steps as instants, messages as
/// flows.
pub fn perfetto(trace: &Trace) -> String {
    let us = |span: Span| span.0 as f64 / 1e3;
    // As texts: a million JSON objects take gigabytes.
    let mut events = Events(r#"{"displayTimeUnit":"ms","traceEvents":["#.to_owned());
    for (at, place) in trace.places.iter().enumerate() {
        let pid = if at < trace.clients { 1 } else { 2 };
        events.push(&json!({"ph": "M", "name": "thread_name", "pid": pid, "tid": at, "args": {"name": place}}));
    }
    for (pid, name) in [(1, "clients"), (2, "servers")] {
        events.push(&json!({"ph": "M", "name": "process_name", "pid": pid, "tid": 0, "args": {"name": name}}));
    }
    let pid = |place: usize| if place < trace.clients { 1 } else { 2 };
    for (client, start, end, name) in &trace.commits {
        events.push(
            &json!({"ph": "X", "name": name, "cat": "commit", "pid": 1, "tid": client,
            "ts": us(start.since_start()), "dur": us(*end - *start)}),
        );
    }
    for (id, step) in trace.steps.iter().enumerate() {
        let place = |step: &Step| (pid(step.place), step.place);
        let (pid, tid) = place(step);
        events.push(&json!({"ph": "i", "s": "t", "name": step.name, "pid": pid, "tid": tid, "ts": us(step.at.since_start()),
            "args": {"text": step.text}}));
        if let Some(from) = step.from {
            let sender = &trace.steps[from];
            let (from_pid, from_tid) = place(sender);
            let name = if step.kind == Kind::Loss {
                "lost"
            } else {
                "message"
            };
            events.push(&json!({"ph": "s", "id": id, "name": name, "cat": "message", "pid": from_pid, "tid": from_tid,
                "ts": us(sender.at.since_start())}));
            events.push(&json!({"ph": "f", "bp": "e", "id": id, "name": name, "cat": "message", "pid": pid, "tid": tid,
                "ts": us(step.at.since_start())}));
        }
    }
    events.0.pop(); // the last comma
    events.0 + "]}\n"
}

/// The beginning of a document, with a list of events that goes on.
pub(super) struct Events(String);

impl Events {
    fn push(&mut self, event: &Value) {
        self.0 += &event.to_string();
        self.0.push(',');
    }
}

/// A log with vector clocks for ShiViz (the parser's default expression: event, then host and clock).
pub fn shiviz(trace: &Trace) -> String {
    // A host is one word there.
    let word = |place: &String| line(place).replace(char::is_whitespace, "_");
    let hosts: Vec<String> = trace.places.iter().map(word).collect();
    let mut clocks = vec![vec![0u64; hosts.len()]; hosts.len()];
    let mut sent: Vec<Vec<u64>> = Vec::new();
    let mut out = String::new();
    for step in &trace.steps {
        if let Some(from) = step.from {
            let before = sent[from].clone();
            for (mine, theirs) in clocks[step.place].iter_mut().zip(before) {
                *mine = (*mine).max(theirs);
            }
        }
        clocks[step.place][step.place] += 1;
        let clock = &clocks[step.place];
        sent.push(clock.clone());
        let known = clock.iter().enumerate().filter(|(_, count)| **count > 0);
        let known: Vec<String> = known
            .map(|(at, count)| format!("{}:{count}", json!(hosts[at])))
            .collect();
        let host = &hosts[step.place];
        out += &format!(
            "{} {}\n{host} {{{}}}\n",
            time(step.at),
            line(&step.text),
            known.join(", ")
        );
    }
    out
}
