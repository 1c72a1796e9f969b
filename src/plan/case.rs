//! The cases of an experiment: the product of its axes, in the order of the file.

use super::Plan;
use crate::shown;
use crate::spec::expect::{Expectation, printed};
use crate::spec::merge::{set_axis, strip_nulls};
use crate::spec::{Description, Error, Loaded, complete, limits};
use serde_json::Value;
use std::collections::HashSet;

/// One case: what its axes are set to, and the description with them set.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// Axis and printed value, in the order of the file; empty when nothing is varied.
    pub axes: Vec<(String, String)>,
    /// The merged description of this case.
    pub description: Value,
    /// The file, as errors name it.
    pub file: String,
}

impl Case {
    /// `mode=async,rtt=5 ms`; empty when nothing is varied.
    pub fn label(&self) -> String {
        let parts: Vec<String> = self
            .axes
            .iter()
            .map(|(axis, value)| format!("{axis}={value}"))
            .collect();
        parts.join(",")
    }

    /// The plan of this case.
    pub fn compile(&self) -> Result<Plan, Error> {
        super::compile::compile(self)
    }
}

/// The cases of an experiment; the last axis moves fastest.
pub fn cases(loaded: &Loaded) -> Result<Vec<Case>, Error> {
    product(loaded).map_err(|error| error.in_file(&loaded.file))
}

fn product(loaded: &Loaded) -> Result<Vec<Case>, Error> {
    let axes = loaded.experiment.vary.iter();
    let axes = axes
        .map(|(axis, values)| Ok((axis, axis_values(&format!("vary.{axis}"), values)?)))
        .collect::<Result<Vec<_>, Error>>()?;
    let number = axes.iter().map(|(_, values)| values.len());
    let number = number.fold(1, usize::saturating_mul);
    within_memory(loaded, number)?;
    let file = loaded.file.clone();
    let mut cases = vec![Case {
        axes: Vec::new(),
        description: loaded.merged.clone(),
        file,
    }];
    for (axis, values) in axes {
        let mut next = Vec::with_capacity(cases.len() * values.len());
        for case in &cases {
            for value in values {
                next.push(with_axis(case, axis, value)?);
            }
        }
        cases = next;
    }
    for case in &cases {
        Description::read(&case.description)?;
    }
    Ok(cases)
}

/// So many cases, each with the experiment's number of runs, are kept until the last is done.
fn within_memory(loaded: &Loaded, cases: usize) -> Result<(), Error> {
    limits::at_most("vary", cases, limits::CASES, "cases")?;
    let servers = loaded.merged.get("servers").and_then(Value::as_object);
    let servers = servers.map_or(0, |servers| servers.len().min(limits::SERVERS));
    let runs = u64::from(loaded.experiment.runs);
    let each = limits::memory_of_case(servers, runs);
    let all = each.saturating_mul(cases as u64);
    if all > limits::MEMORY {
        let (all, most) = (limits::printed(all), limits::printed(limits::MEMORY));
        let many = match (cases, runs) {
            (1, _) => format!("1 case of {runs} runs needs"),
            (_, 1) => format!("{cases} cases of one run each need"),
            _ => format!("{cases} cases of {runs} runs each need"),
        };
        let problem = format!("{many} about {all} of memory: at most {most} (docs/limits.md)");
        return Err(Error::at(if cases > 1 { "vary" } else { "runs" }, problem));
    }
    Ok(())
}

fn axis_values<'a>(at: &str, values: &'a Value) -> Result<&'a Vec<Value>, Error> {
    let Value::Array(values) = values else {
        return Err(Error::at(
            at,
            format!("expected a list of values, not {}", shown::value(values)),
        ));
    };
    if values.is_empty() {
        return Err(Error::at(at, "an axis needs at least one value"));
    }
    limits::at_most(at, values.len(), limits::CASES, "values")?;
    let mut known = HashSet::new();
    if let Some(twice) = values.iter().find(|value| !known.insert(printed(value))) {
        let twice = shown::value(twice);
        return Err(Error::at(at, format!("the value {twice} stands twice")));
    }
    Ok(values)
}

fn with_axis(case: &Case, axis: &str, value: &Value) -> Result<Case, Error> {
    let mut case = case.clone();
    let of_axis = |error: Error| {
        let inner = match error.place {
            crate::spec::Place::Path(path) if !path.is_empty() => format!("{path}: "),
            crate::spec::Place::Whole
            | crate::spec::Place::Text { .. }
            | crate::spec::Place::Path(_) => String::new(),
        };
        let problem = format!(
            "with the value {}: {inner}{}",
            shown::value(value),
            error.problem
        );
        Error {
            nearest: error.nearest,
            ..Error::at(format!("vary.{axis}"), problem)
        }
    };
    set_axis(&mut case.description, axis, value).map_err(of_axis)?;
    strip_nulls(&mut case.description);
    complete(&mut case.description).map_err(of_axis)?;
    Description::read(&case.description).map_err(of_axis)?;
    case.axes.push((axis.to_string(), printed(value)));
    Ok(case)
}

/// The experiment's claims, checked against its cases.
pub fn expectations(loaded: &Loaded, cases: &[Case]) -> Result<Vec<Expectation>, Error> {
    let axes: Vec<Vec<(String, String)>> = cases.iter().map(|case| case.axes.clone()).collect();
    let clauses = loaded.experiment.expect.iter().enumerate();
    clauses
        .map(|(index, clause)| clause.check(&format!("expect[{index}]"), &axes))
        .collect::<Result<_, _>>()
        .map_err(|error| error.in_file(&loaded.file))
}
