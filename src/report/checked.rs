//! What a check found, as text, as a document, and each way to it as a diagram.

mod diagram;
mod text;

pub use diagram::diagram;
pub use text::text;

use crate::explore::bounds::BoundsSaid;
use crate::explore::check::Checked;
use crate::explore::narrative::Line;
use crate::explore::properties::Property;
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
