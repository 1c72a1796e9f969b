//! What is expected of the answer: claims with a metric, the cases they are about, and bounds.

mod cases;
mod check;

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
