//! A counterexample as an experiment: the same faults in the same order, at moments that show the same loss in time.

mod faults;

use faults::{Faults, faults};

use crate::explore::action::Action;
use crate::explore::bounds::Bounds;
use crate::explore::properties::Property;
use crate::plan::{self, Case, Plan};
use crate::random::Stream;
use crate::run;
use crate::spec::{experiment, load_text};
use serde_json::{Map, Value, json};

/// Moments that are tried before it is given up.
const TRIES: u64 = 600;

/// The metric that shows a property broken in a timed run, and its least value.
fn metric(property: Property) -> Option<(&'static str, Value)> {
    Some(match property {
        Property::NothingAcknowledgedIsLost => ("lost_acknowledged", json!(1)),
        Property::NothingVisibleIsLost => ("visible_then_lost", json!(1)),
        Property::NoErrantTransaction => ("errant", json!(1)),
        Property::OneMaster => ("two_masters", json!("1 ms")),
        Property::NothingAcknowledgedAlone => ("exposed_transactions", json!(1)),
        Property::NoHole
        | Property::AcknowledgementsAreTrue
        | Property::CountersAddUp
        | Property::SomethingAcknowledged
        | Property::FailoverCompletes
        | Property::SemiSyncComesBack => return None,
    })
}

/// An experiment of one run that breaks the property as the way does; `None` if no moments that were tried do.
pub fn replay(
    case: &Case,
    plan: &Plan,
    bounds: &Bounds,
    way: &[Action],
    property: Property,
) -> Option<String> {
    let (metric, least) = metric(property)?;
    (0..TRIES).find_map(|attempt| {
        let mut draws = Stream::new(attempt, 0, "replay", "moments");
        let faults = faults((case, plan), bounds, way, &mut || draws.next());
        let claim = json!({
            "claim": format!("counterexample to: {}", property.name()),
            "metric": metric, "statistic": "max", "at_least": least,
        });
        let experiment = experiment_of(case, plan, faults, attempt + 1, claim);
        let text = serde_json::to_string_pretty(&experiment).ok()? + "\n";
        let loaded = load_text("replay", "replay", &text, &[]).ok()?;
        let plan = plan::cases(&loaded).ok()?.first()?.compile().ok()?;
        let outcome = run::run_one(&plan, attempt + 1, 0);
        let shown = match property {
            Property::NothingAcknowledgedIsLost => outcome.ledger.lost_acknowledged > 0,
            Property::NothingVisibleIsLost => outcome.ledger.visible_then_lost > 0,
            Property::NoErrantTransaction => outcome.ledger.errant > 0,
            Property::OneMaster => outcome.split.two_masters.0 >= 1_000_000,
            Property::NothingAcknowledgedAlone => outcome.kept_writes.exposed_transactions > 0,
            Property::NoHole
            | Property::AcknowledgementsAreTrue
            | Property::CountersAddUp
            | Property::SomethingAcknowledged
            | Property::FailoverCompletes
            | Property::SemiSyncComesBack => false,
        };
        shown.then_some(text)
    })
}

/// The case's own description with other faults, one run, and what it shows as a claim.
fn experiment_of(case: &Case, plan: &Plan, faults: Faults, seed: u64, claim: Value) -> Value {
    let mut model = Map::new();
    let mut experiment = Map::new();
    if let Value::Object(keys) = &case.description {
        for (key, value) in keys {
            match experiment::KEYS.contains(&key.as_str()) {
                true => experiment.insert(key.clone(), value.clone()),
                false => model.insert(key.clone(), value.clone()),
            };
        }
    }
    for key in ["vary", "check", "note"] {
        experiment.shift_remove(key);
    }
    // Recovery takes no longer than it must: what matters is the order.
    model.insert("restart".into(), json!({"median": "0.5 s", "p99": "0.6 s"}));
    if let Some(preferred) = faults.preferred {
        model["manager"]["prefer"] = json!(preferred);
    }
    experiment.insert("model".into(), Value::Object(model));
    experiment.insert("faults".into(), Value::Array(faults.list));
    experiment.insert("seed".into(), json!(seed));
    experiment.insert("runs".into(), json!(1));
    let last = faults.last.max(plan.duration.0);
    experiment.insert("duration".into(), json!(ns(last + 2_000_000_000)));
    experiment.insert("expect".into(), json!([claim]));
    Value::Object(experiment)
}

fn ns(time: u64) -> String {
    format!("{} us", time / 1_000)
}
