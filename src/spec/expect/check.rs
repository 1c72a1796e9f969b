//! Whether a clause makes sense: its bounds and its metric are known.

use super::super::error::Error;
use super::super::{names, number};
use super::cases::{axes, matches, partner};
use super::{Bound, Clause, Expectation, Number};
use serde_json::Value;

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

pub(super) fn number(path: &str, metric: &str, statistic: &str) -> Result<Number, Error> {
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
