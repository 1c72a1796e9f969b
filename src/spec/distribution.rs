//! A duration or a distribution of durations: "0.2 ms", {"median": "0.2 ms", "p99": "1 ms"}, ...

use super::{limits, names, units};
use crate::random::{Shape, Table};
use crate::shown;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, Error as _};
use serde_json::{Map, Value, json};
use std::borrow::Cow;

/// The keys that make an object a distribution.
pub const KEYS: [&str; 5] = ["median", "p99", "exponential", "uniform", "quantiles"];

/// A duration (ns) or a distribution of durations.
#[derive(Clone, Debug, PartialEq)]
pub struct Distribution(pub Shape);

impl Distribution {
    /// Lognormal by median and 99th percentile, ns.
    pub const fn lognormal(median: u64, p99: u64) -> Distribution {
        Distribution(Shape::Lognormal { median, p99 })
    }

    /// Reads a distribution, or says what is wrong with it.
    pub fn read(value: &Value) -> Result<Distribution, String> {
        match value {
            Value::String(text) => {
                units::duration(text).map(|ns| Distribution(Shape::Constant(ns)))
            }
            Value::Object(map) => object(map).map(Distribution),
            other @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_)) => {
                Err(format!("{} has no unit, {EXPECTED}", shown::value(&other)))
            }
        }
    }

    /// The same distribution, every duration times `numerator / denominator`.
    pub fn scaled(&self, numerator: u64, denominator: u64) -> Distribution {
        let scale = |ns: u64| {
            let wide = u128::from(ns) * u128::from(numerator) / u128::from(denominator.max(1));
            u64::try_from(wide).unwrap_or(u64::MAX)
        };
        // a lognormal or exponential distribution around 0 is none
        let above_0 = |ns: u64| scale(ns).max(1);
        Distribution(match &self.0 {
            Shape::Constant(ns) => Shape::Constant(scale(*ns)),
            Shape::Lognormal { median, p99 } => Shape::Lognormal {
                median: above_0(*median),
                p99: above_0(*p99),
            },
            Shape::Exponential { mean } => Shape::Exponential {
                mean: above_0(*mean),
            },
            Shape::Uniform { low, high } => Shape::Uniform {
                low: scale(*low),
                high: scale(*high),
            },
            Shape::Quantiles(knots) => Shape::Quantiles(
                knots
                    .iter()
                    .map(|(share, ns)| (*share, scale(*ns)))
                    .collect(),
            ),
        })
    }

    /// The same shape around another median (ns).
    pub fn around(&self, median: u64) -> Distribution {
        match self.median() {
            0 => Distribution(Shape::Constant(median)),
            old => self.scaled(median, old),
        }
    }

    /// The median, ns.
    pub fn median(&self) -> u64 {
        match &self.0 {
            Shape::Constant(ns) => *ns,
            Shape::Lognormal { median, .. } => *median,
            // ln 2 in millionths
            Shape::Exponential { mean } => (u128::from(*mean) * 693_147 / 1_000_000) as u64,
            Shape::Uniform { low, high } => low + (high - low) / 2,
            Shape::Quantiles(knots) => {
                let above = knots
                    .iter()
                    .position(|knot| knot.0 >= 0.5)
                    .unwrap_or(knots.len() - 1);
                let (a, b) = (knots[above.saturating_sub(1)], knots[above]);
                let way = if b.0 > a.0 {
                    ((0.5 - a.0) / (b.0 - a.0)).clamp(0.0, 1.0)
                } else {
                    1.0
                };
                a.1 + ((b.1 - a.1) as f64 * way) as u64
            }
        }
    }

    /// The longest duration that is certain to be reached or passed by no less than one draw in a hundred, ns.
    pub fn p99(&self) -> u64 {
        match &self.0 {
            Shape::Constant(ns) => *ns,
            Shape::Lognormal { p99, .. } => *p99,
            Shape::Exponential { mean } => mean.saturating_mul(5),
            Shape::Uniform { high, .. } => *high,
            Shape::Quantiles(knots) => knots.last().map_or(0, |knot| knot.1),
        }
    }

    /// The distribution as descriptions write it.
    pub fn to_value(&self) -> Value {
        let ns = |n: &u64| format!("{n} ns");
        match &self.0 {
            Shape::Constant(n) => json!(ns(n)),
            Shape::Lognormal { median, p99 } => json!({"median": ns(median), "p99": ns(p99)}),
            Shape::Exponential { mean } => json!({"exponential": ns(mean)}),
            Shape::Uniform { low, high } => json!({"uniform": [ns(low), ns(high)]}),
            Shape::Quantiles(knots) => {
                let knots: Vec<Value> = knots
                    .iter()
                    .map(|(share, n)| json!([share, ns(n)]))
                    .collect();
                json!({ "quantiles": knots })
            }
        }
    }

    /// The sampling table.
    pub fn table(&self) -> Table {
        Table::compile(&self.0)
    }
}

const EXPECTED: &str = "expected a duration such as \"0.2 ms\" or a distribution such as \
                        {\"median\": \"0.2 ms\", \"p99\": \"1 ms\"}";

fn object(map: &Map<String, Value>) -> Result<Shape, String> {
    if let Some(key) = map.keys().find(|key| !KEYS.contains(&key.as_str())) {
        let hint = names::nearest(key, KEYS)
            .map_or(String::new(), |near| format!(" (is `{near}` meant?)"));
        return Err(format!(
            "a distribution has no key `{key}`{hint}, {EXPECTED}"
        ));
    }
    let get = |key: &str| map.get(key);
    match (
        get("median"),
        get("p99"),
        get("exponential"),
        get("uniform"),
        get("quantiles"),
    ) {
        (Some(median), Some(p99), None, None, None) => {
            let (median, p99) = (time(median)?, time(p99)?);
            if median == 0 {
                return Err("the median of a lognormal distribution must be above 0".into());
            }
            ordered(median, p99, "p99 must not be below the median")?;
            Ok(Shape::Lognormal { median, p99 })
        }
        (None, None, Some(mean), None, None) => match time(mean)? {
            0 => Err("the mean of an exponential distribution must be above 0".into()),
            mean => Ok(Shape::Exponential { mean }),
        },
        (None, None, None, Some(Value::Array(ends)), None) if ends.len() == 2 => {
            let (low, high) = (time(&ends[0])?, time(&ends[1])?);
            ordered(
                low,
                high,
                "the second end of `uniform` must not be below the first",
            )?;
            Ok(Shape::Uniform { low, high })
        }
        (None, None, None, Some(_), None) => {
            Err("`uniform` takes two durations, [\"2 s\", \"9 s\"]".into())
        }
        (None, None, None, None, Some(Value::Array(knots))) => quantiles(knots),
        (None, None, None, None, Some(_)) => Err(QUANTILES.into()),
        (Some(_), None, None, None, None) => Err("`median` needs a `p99` beside it".into()),
        (None, Some(_), None, None, None) => Err("`p99` needs a `median` beside it".into()),
        _ => Err(format!(
            "these keys do not make one distribution, {EXPECTED}"
        )),
    }
}

const QUANTILES: &str = "`quantiles` takes pairs in rising order, [[0.01, \"0.12 ms\"], [0.5, \"0.19 ms\"], [0.99, \"0.36 ms\"]]";

fn quantiles(knots: &[Value]) -> Result<Shape, String> {
    if knots.len() > limits::POINTS {
        let (number, most) = (knots.len(), limits::POINTS);
        return Err(format!(
            "{number} quantiles: at most {most} (docs/limits.md)"
        ));
    }
    let mut read: Vec<(f64, u64)> = Vec::new();
    for knot in knots {
        let Some([share, ns]) = knot.as_array().map(Vec::as_slice) else {
            return Err(QUANTILES.into());
        };
        let share = share.as_f64().ok_or(QUANTILES)?;
        let ns = time(ns)?;
        let rises = read
            .last()
            .is_none_or(|last| last.0 < share && last.1 <= ns);
        if !(0.0..=1.0).contains(&share) || !rises {
            return Err(QUANTILES.into());
        }
        read.push((share, ns));
    }
    if read.len() < 2 {
        return Err(format!("at least two quantiles are needed; {QUANTILES}"));
    }
    Ok(Shape::Quantiles(read))
}

fn time(value: &Value) -> Result<u64, String> {
    let without_unit = || {
        format!(
            "{} has no unit, expected a duration such as \"20 ms\"",
            shown::value(value)
        )
    };
    units::duration(value.as_str().ok_or_else(without_unit)?)
}

fn ordered(low: u64, high: u64, otherwise: &str) -> Result<(), String> {
    if high < low {
        Err(otherwise.into())
    } else {
        Ok(())
    }
}

impl<'de> Deserialize<'de> for Distribution {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Distribution::read(&Value::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl JsonSchema for Distribution {
    fn schema_name() -> Cow<'static, str> {
        "Distribution".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let time = generator.subschema_for::<units::Duration>();
        json_schema!({
            "description": "A duration or a distribution of durations",
            "anyOf": [
                time,
                {"type": "object", "properties": {"median": time, "p99": time}, "required": ["median", "p99"], "additionalProperties": false},
                {"type": "object", "properties": {"exponential": time}, "required": ["exponential"], "additionalProperties": false},
                {"type": "object", "properties": {"uniform": {"type": "array", "items": time, "minItems": 2, "maxItems": 2}},
                 "required": ["uniform"], "additionalProperties": false},
                {"type": "object", "properties": {"quantiles": {"type": "array", "minItems": 2,
                    "items": {"type": "array", "minItems": 2, "maxItems": 2, "prefixItems": [{"type": "number", "minimum": 0, "maximum": 1}, time]}}},
                 "required": ["quantiles"], "additionalProperties": false},
            ]
        })
    }
}

#[cfg(test)]
mod tests;
