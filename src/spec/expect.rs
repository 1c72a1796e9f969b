//! What is expected of the answer: claims with a metric, the cases they are about, and bounds.

use super::error::Error;
use super::{names, number};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

/// A claim as written.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub struct Clause {
    /// The claim in plain words.
    pub claim: String,
    /// What it is about, by its name in the results document.
    pub metric: String,
    /// Which number of it: mean, min, max or affected over the runs; p50, p90, ... over commits; any over moments.
    pub statistic: String,
    /// The cases it is about: axis to value, or to several values; all cases without it.
    #[serde(default, rename = "where")]
    pub cases: Map<String, Value>,
    /// Bound the ratio to another case (or metric) instead of the number itself.
    pub compared_with: Option<ComparedWith>,
    /// At least this.
    pub at_least: Option<Value>,
    /// At most this.
    pub at_most: Option<Value>,
    /// More than this.
    pub above: Option<Value>,
    /// Less than this.
    pub below: Option<Value>,
}

/// What a number is divided by.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub struct ComparedWith {
    /// Axes in which the other case differs; in all others it is the same case.
    #[serde(default, rename = "where")]
    pub cases: Map<String, Value>,
    /// The other metric; the same one without it.
    pub metric: Option<String>,
    /// The other statistic; the same one without it.
    pub statistic: Option<String>,
}

/// A claim, checked: it holds if every number (or ratio) that it is about is within all bounds.
#[derive(Clone, Debug, PartialEq)]
pub struct Expectation {
    /// The claim in plain words.
    pub claim: String,
    /// The number.
    pub about: Number,
    /// The number it is divided by, if the bounds are on a ratio.
    pub divided_by: Option<Number>,
    /// The cases it is about, by place in the list of cases: the case, and the one it is compared with.
    pub cases: Vec<(usize, Option<usize>)>,
    /// The bounds, in the unit of the metric; of a ratio or a share, plain numbers.
    pub bounds: Vec<Bound>,
}

/// A number of the results document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number {
    /// Name of the metric.
    pub metric: String,
    /// Name of the statistic.
    pub statistic: String,
    /// Unit of the number; empty for a share.
    pub unit: &'static str,
}

/// A bound on a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Bound {
    /// At least this.
    AtLeast(f64),
    /// At most this.
    AtMost(f64),
    /// More than this.
    Above(f64),
    /// Less than this.
    Below(f64),
}

impl Bound {
    /// Whether a number is within the bound; what is not a number never is.
    pub fn holds(self, number: f64) -> bool {
        match self {
            Bound::AtLeast(bound) => number >= bound,
            Bound::AtMost(bound) => number <= bound,
            Bound::Above(bound) => number > bound,
            Bound::Below(bound) => number < bound,
        }
    }
}

/// A value of an axis as the results print it: text as it is, everything else as JSON.
pub fn printed(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

impl Clause {
    /// The clause checked against the cases (axes and printed values) of its experiment.
    pub fn check(&self, path: &str, cases: &[Vec<(String, String)>]) -> Result<Expectation, Error> {
        let about = number(path, &self.metric, &self.statistic)?;
        let divided_by = match &self.compared_with {
            Some(other) => Some(number(
                &format!("{path}.compared_with"),
                other.metric.as_ref().unwrap_or(&self.metric),
                other.statistic.as_ref().unwrap_or(&self.statistic),
            )?),
            None => None,
        };
        let unit = if divided_by.is_some() { "" } else { about.unit };
        let bounds = self.bounds(path, unit)?;
        let wanted = axes(&format!("{path}.where"), &self.cases, cases)?;
        let other = match &self.compared_with {
            Some(other) => Some(axes(
                &format!("{path}.compared_with.where"),
                &other.cases,
                cases,
            )?),
            None => None,
        };
        let mut pairs = Vec::new();
        for (index, case) in cases
            .iter()
            .enumerate()
            .filter(|(_, case)| matches(case, &wanted))
        {
            let partner = match &other {
                None => None,
                Some(other) => Some(partner(case, other, cases).ok_or_else(|| {
                    Error::at(
                        format!("{path}.compared_with.where"),
                        "names several values, or no case that exists",
                    )
                })?),
            };
            pairs.push((index, partner));
        }
        if pairs.is_empty() {
            return Err(Error::at(
                format!("{path}.where"),
                "matches no case of the experiment",
            ));
        }
        Ok(Expectation {
            claim: self.claim.clone(),
            about,
            divided_by,
            cases: pairs,
            bounds,
        })
    }

    fn bounds(&self, path: &str, unit: &str) -> Result<Vec<Bound>, Error> {
        type Make = fn(f64) -> Bound;
        let written: [(&str, &Option<Value>, Make); 4] = [
            ("at_least", &self.at_least, Bound::AtLeast),
            ("at_most", &self.at_most, Bound::AtMost),
            ("above", &self.above, Bound::Above),
            ("below", &self.below, Bound::Below),
        ];
        let mut bounds = Vec::new();
        for (name, value, make) in written {
            if let Some(value) = value {
                let bound = number::bound(value, unit)
                    .map_err(|why| Error::at(format!("{path}.{name}"), why))?;
                bounds.push(make(bound));
            }
        }
        if bounds.is_empty() {
            return Err(Error::at(
                path,
                "a claim needs a bound: at_least, at_most, above or below",
            ));
        }
        Ok(bounds)
    }
}

fn number(path: &str, metric: &str, statistic: &str) -> Result<Number, Error> {
    let unit = number::unit(metric).map_err(|(problem, nearest)| {
        let mut error = Error::at(format!("{path}.metric"), problem);
        error.nearest = nearest;
        error
    })?;
    let known = number::statistics(metric);
    if !known.contains(&statistic) {
        let problem = format!(
            "`{metric}` has no statistic `{statistic}`, expected {}",
            names::listed(known)
        );
        return Err(Error::at(format!("{path}.statistic"), problem).near(statistic, known));
    }
    let unit = if matches!(statistic, "affected" | "any") {
        ""
    } else {
        unit
    };
    Ok(Number {
        metric: metric.to_string(),
        statistic: statistic.to_string(),
        unit,
    })
}

/// Wanted values by axis, each checked to exist.
fn axes(
    path: &str,
    wanted: &Map<String, Value>,
    cases: &[Vec<(String, String)>],
) -> Result<Vec<(String, Vec<String>)>, Error> {
    let mut checked = Vec::new();
    for (axis, value) in wanted {
        let at = format!("{path}.{axis}");
        let known: Vec<&str> = cases
            .iter()
            .flatten()
            .filter(|pair| pair.0 == *axis)
            .map(|pair| pair.1.as_str())
            .collect();
        if known.is_empty() {
            let names = cases.iter().flatten().map(|pair| pair.0.as_str());
            return Err(
                Error::at(at, format!("the experiment varies no `{axis}`")).near(axis, names)
            );
        }
        let values: Vec<String> = match value.as_array() {
            Some(several) => several.iter().map(printed).collect(),
            None => vec![printed(value)],
        };
        if let Some(unknown) = values.iter().find(|value| !known.contains(&value.as_str())) {
            return Err(
                Error::at(at, format!("`{axis}` never has the value `{unknown}`"))
                    .near(unknown, known),
            );
        }
        checked.push((axis.clone(), values));
    }
    Ok(checked)
}

fn matches(case: &[(String, String)], wanted: &[(String, Vec<String>)]) -> bool {
    wanted.iter().all(|(axis, values)| {
        case.iter()
            .any(|pair| pair.0 == *axis && values.contains(&pair.1))
    })
}

/// The case that differs from `case` only in the axes of `other`.
fn partner(
    case: &[(String, String)],
    other: &[(String, Vec<String>)],
    cases: &[Vec<(String, String)>],
) -> Option<usize> {
    let mut wanted = case.to_vec();
    for (axis, values) in other {
        let [value] = values.as_slice() else {
            return None;
        };
        for pair in wanted.iter_mut().filter(|pair| pair.0 == *axis) {
            pair.1.clone_from(value);
        }
    }
    cases.iter().position(|candidate| *candidate == wanted)
}
