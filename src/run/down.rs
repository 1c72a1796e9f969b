//! Which servers are down together, with which probability: failures come and go independently (alternating renewal).

use crate::plan::failures::Failure;
use crate::protocol::exposure::ServerSet;
use crate::protocol::ids::{ServerId, Span};
use std::collections::BTreeMap;

/// Seconds of a year.
pub const YEAR: f64 = 365.25 * 86_400.0;

/// A span in seconds.
pub fn seconds(span: Span) -> f64 {
    span.0 as f64 / 1e9
}

/// The share of the time that a failure is under way.
pub fn away(failure: &Failure) -> f64 {
    let load = failure.per_year / YEAR * seconds(failure.repair);
    load / (1.0 + load)
}

/// The probability of each set of the master's replicas that is down, while a server is up to be the master. The first
/// master's place is taken by the first replica that is up, if so many are.
pub fn probabilities(
    failures: &[Failure],
    master: ServerId,
    replicas: usize,
    quorum: usize,
) -> BTreeMap<ServerSet, f64> {
    let mut sets = BTreeMap::from([(ServerSet::default(), 1.0)]);
    for failure in failures {
        let away = away(failure);
        let mut next = BTreeMap::new();
        for (set, probability) in sets {
            *next.entry(set).or_insert(0.0) += probability * (1.0 - away);
            *next.entry(set.union(failure.servers)).or_insert(0.0) += probability * away;
        }
        sets = next;
    }
    let mut seen = BTreeMap::new();
    let (mut anybody, mut nobody) = (0.0, 0.0);
    for (set, probability) in sets {
        let up = (0..=replicas as u8)
            .map(ServerId)
            .filter(|&id| !set.contains(id));
        let up: Vec<ServerId> = up.collect();
        let serves = match up.contains(&master) {
            true => Some(&master),
            false => up.first().filter(|_| up.len() >= quorum),
        };
        let Some(&serves) = serves else {
            nobody += probability;
            continue;
        };
        anybody += probability;
        let places = set.iter().map(|id| if id == master { serves } else { id });
        *seen.entry(places.collect()).or_insert(0.0) += probability;
    }
    debug_assert!((anybody + nobody - 1.0).abs() < 1e-9);
    seen.values_mut()
        .for_each(|probability| *probability /= anybody);
    seen
}
