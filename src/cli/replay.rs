//! A counterexample as an experiment: the same faults in the same order, at moments that show the same loss in time.

use crate::explore::action::Action;
use crate::explore::bounds::Bounds;
use crate::explore::properties::Property;
use crate::plan::{self, Case, Plan};
use crate::protocol::ids::ServerId;
use crate::protocol::thread::Thread;
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

/// Faults with their moments.
struct Faults {
    list: Vec<Value>,
    /// Whom the manager takes among equals.
    preferred: Option<String>,
    /// The last moment.
    last: u64,
}

/// The faults of a way in its order, at drawn moments; and what brings about what only takes time: a SQL thread that
/// has not applied, replicas that do not answer until a time-out.
#[expect(clippy::wildcard_enum_match_arm, reason = "only these actions matter")]
fn faults(
    (case, plan): (&Case, &Plan),
    bounds: &Bounds,
    way: &[Action],
    draw: &mut dyn FnMut() -> u64,
) -> Faults {
    let mut share = || (draw() >> 11) as f64 / (1u64 << 53) as f64;
    let name = |id: ServerId| plan.servers[usize::from(id.0)].name.clone();
    let second = 1_000_000_000.0;
    let mut now = plan.warm_up.0 + (0.8 * second * share()) as u64 + 50_000_000;
    let mut list: Vec<Value> = Vec::new();
    let replica_dies = way.iter().any(|action| match action {
        Action::Crash(group, ..) => {
            let victims = &bounds.victims[usize::from(*group)];
            !victims.contains(&plan.cluster.master)
        }
        _ => false,
    });
    if replica_dies {
        // What it acknowledged is not applied.
        let at = ns(now - 40_000_000);
        list.push(
            json!({"kind": "stop_sql_thread", "servers": "replicas", "at": at, "lasts": "3 s"}),
        );
        now += (0.3 * second * share()) as u64;
    }
    // Where each crashed server stands in the list, and when it crashed.
    let mut preferred = None;
    let mut crashed: Vec<(ServerId, usize, u64)> = Vec::new();
    let mut stopped: Vec<(Thread, usize, u64)> = Vec::new();
    for action in way {
        match *action {
            Action::TimesOut(_) => {
                let timeout = plan.cluster.servers[usize::from(plan.cluster.master.0)]
                    .variables
                    .semi_sync_timeout;
                let at = ns(now);
                list.push(json!({"kind": "stop_io_thread", "servers": "replicas", "at": at, "lasts": "600 s"}));
                now += timeout.0.min(60_000_000_000) + (0.5 * second * share()) as u64;
            }
            Action::Crash(group, crash, _) => {
                for &id in &bounds.victims[usize::from(group)] {
                    crashed.push((id, list.len(), now));
                    list.push(json!({"kind": crash.name(), "server": name(id), "at": ns(now)}));
                }
                now += gap(&mut share);
            }
            Action::Restart(id) => {
                // After the run, unless something comes after it that needs it.
                if let Some(&(_, at, when)) = crashed.iter().rev().find(|dead| dead.0 == id)
                    && id != plan.cluster.master
                {
                    list[at]["returns"] = json!({"after": ns(now - when)});
                    now += (1.2 * second * share()) as u64;
                }
            }
            Action::Stops(thread) => {
                let (kind, server) = (thread.kind.fault(), name(thread.replica));
                stopped.push((thread, list.len(), now));
                list.push(json!({"kind": kind, "server": server, "at": ns(now)}));
                now += gap(&mut share);
            }
            Action::StartsAgain(thread) => {
                if let Some(&(_, at, when)) = stopped.iter().rev().find(|(of, ..)| *of == thread) {
                    list[at]["lasts"] = json!(ns(now - when));
                    now += gap(&mut share);
                }
            }
            Action::Detects(_, Some(id)) => preferred = Some(name(id)),
            Action::Cut(which) => {
                if let Some(mut cut) = partition(case, which) {
                    cut.insert("at".into(), json!(ns(now)));
                    list.push(Value::Object(cut));
                }
            }
            _ => {}
        }
    }
    Faults {
        list,
        preferred,
        last: now,
    }
}

/// A gap between two faults: from a millisecond to a second, equally likely on a logarithmic scale.
fn gap(share: &mut dyn FnMut() -> f64) -> u64 {
    (1_000_000.0 * libm::pow(10.0, 3.0 * share())) as u64
}

/// The experiment's own partition of that number, without its moment.
fn partition(case: &Case, which: u8) -> Option<Map<String, Value>> {
    let faults = case.description.get("faults")?.as_array()?.iter();
    let mut partitions = faults.filter(|fault| fault["kind"] == "partition");
    let mut fault = partitions.nth(usize::from(which))?.as_object()?.clone();
    fault.shift_remove("at");
    Some(fault)
}
