//! The cases of an experiment: the product of its axes, in the order of the file.

use super::Plan;
use crate::shown;
use crate::spec::expect::{Expectation, printed};
use crate::spec::merge::{set_axis, strip_nulls};
use crate::spec::{Description, Error, Loaded, complete};
use serde_json::Value;

/// More cases than this are a mistake in `vary`.
const MOST_CASES: usize = 10_000;

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
    let file = loaded.file.clone();
    let mut cases = vec![Case {
        axes: Vec::new(),
        description: loaded.merged.clone(),
        file,
    }];
    for (axis, values) in &loaded.experiment.vary {
        let at = format!("vary.{axis}");
        let values = axis_values(&at, values)?;
        if cases.len().saturating_mul(values.len()) > MOST_CASES {
            return Err(Error::at(
                at,
                format!("the axes make more than {MOST_CASES} cases"),
            ));
        }
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
    for (index, value) in values.iter().enumerate() {
        if values[..index]
            .iter()
            .any(|earlier| printed(earlier) == printed(value))
        {
            return Err(Error::at(
                at,
                format!("the value {} stands twice", shown::value(value)),
            ));
        }
    }
    Ok(values)
}

fn with_axis(case: &Case, axis: &str, value: &Value) -> Result<Case, Error> {
    let mut case = case.clone();
    let of_axis = |error: Error| {
        let inner = match error.place {
            crate::spec::Place::Path(path) if !path.is_empty() => format!("{path}: "),
            _ => String::new(),
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
