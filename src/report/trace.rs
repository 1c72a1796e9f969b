//! A trace as a diagram, as text and as JSON lines; `formats` has those of other programs.

mod formats;

pub use formats::{mermaid, perfetto, shiviz};

use super::spacetime::{self, Bar, Diagram, Lasts, Message, Row};
use crate::observe::trace::{Kind, Step, Trace};
use crate::observe::words::time;
use crate::shown::line;
use serde_json::json;

/// Events of a diagram for people; more are for programs.
pub const FOR_PEOPLE: usize = 250;

/// What was left out of a picture, if anything was.
fn left_out(trace: &Trace) -> String {
    match trace.steps.len().saturating_sub(FOR_PEOPLE) {
        0 => String::new(),
        more => format!("{more} more events do not fit: narrow the time with --at"),
    }
}

/// The first events as a space-time diagram; places where nothing happens have no line.
pub fn diagram(title: &str, trace: &Trace) -> Diagram {
    let steps = &trace.steps[..trace.steps.len().min(FOR_PEOPLE)];
    let used: Vec<usize> = (0..trace.places.len())
        .filter(|place| steps.iter().any(|step| step.place == *place))
        .collect();
    let line = |place: usize| used.iter().position(|known| *known == place).unwrap_or(0);
    let messages = steps.iter().enumerate().filter_map(|(row, step)| {
        let from = step.from?;
        Some(Message {
            from: (from, line(steps[from].place)),
            to: (row, line(step.place)),
            lost: step.kind == Kind::Loss,
        })
    });
    let rows = steps.iter().map(|step| Row {
        line: line(step.place),
        time: time(step.at).trim_end_matches(" s").to_owned(),
        text: step.text.clone(),
        kind: match step.kind {
            Kind::Crash => spacetime::Kind::Crash,
            Kind::Plain | Kind::Loss => spacetime::Kind::Plain,
        },
    });
    let left_out = left_out(trace);
    Diagram {
        title: match left_out.is_empty() {
            true => title.to_owned(),
            false => format!("{title}; {left_out}"),
        },
        lines: used
            .iter()
            .map(|&place| trace.places[place].clone())
            .collect(),
        rows: rows.collect(),
        messages: messages.collect(),
        bars: Vec::new(),
    }
}

/// The same with what lasts: clients that wait, rows that can be read from their engine commit to the end.
pub fn diagram_with_bars(title: &str, trace: &Trace) -> Diagram {
    let mut diagram = diagram(title, trace);
    let steps = &trace.steps[..diagram.rows.len()];
    let last = steps.len().saturating_sub(1);
    let mut bars = Vec::new();
    for (row, step) in steps.iter().enumerate() {
        let until = |ends: &[&str]| {
            let end = steps[row..]
                .iter()
                .position(|later| later.place == step.place && ends.contains(&later.name));
            end.map_or(last, |end| row + end)
        };
        let (kind, to) = match step.name {
            "submit" => (Lasts::Wait, until(&["answer"])),
            "visible" => (Lasts::Visible, until(&["crash"])),
            _ => continue,
        };
        let line = diagram.rows[row].line;
        // A row that can be read stays so: one bar per line.
        if !bars
            .iter()
            .any(|bar: &Bar| bar.line == line && bar.to >= to && bar.from <= row)
        {
            bars.push(Bar {
                line,
                from: row,
                to,
                kind,
            });
        }
    }
    diagram.bars = bars;
    diagram
}

/// For a terminal.
pub fn text(title: &str, trace: &Trace) -> String {
    let diagram = diagram(title, trace);
    format!("{}\n\n{}", line(&diagram.title), diagram.text())
}

/// One JSON object per line; `from` is the line (from 0) on which the message was sent that arrives here.
pub fn jsonl(trace: &Trace) -> String {
    let line = |step: &Step| {
        let mut object = json!({
            "time_ns": step.at.since_start().0, "place": trace.places[step.place], "event": step.name, "text": step.text,
        });
        if let Some(from) = step.from {
            object["from"] = json!(from);
        }
        object.to_string() + "\n"
    };
    trace.steps.iter().map(line).collect()
}
