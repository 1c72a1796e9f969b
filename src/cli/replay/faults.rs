//! The faults of a counterexample as an experiment writes them.

use super::ns;
use crate::explore::action::Action;
use crate::explore::bounds::Bounds;
use crate::plan::{Case, Plan};
use crate::protocol::ids::ServerId;
use crate::protocol::thread::Thread;
use serde_json::{Map, Value, json};

/// Faults with their moments.
pub(super) struct Faults {
    pub(super) list: Vec<Value>,
    /// Whom the manager takes among equals.
    pub(super) preferred: Option<String>,
    /// The last moment.
    pub(super) last: u64,
}

/// The faults of a way in its order, at drawn moments; and what brings about what only takes time: a SQL thread that
/// has not applied, replicas that do not answer until a time-out.
#[expect(clippy::wildcard_enum_match_arm, reason = "only these actions matter")]
pub(super) fn faults(
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
