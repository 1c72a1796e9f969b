//! Every interval of the results document covers the truth as often as it says: simulated clusters, 1,000 fixed seeds.

mod support;

use rayon::prelude::*;
use replsim::estimate::summary::CaseBuilder;
use replsim::plan::{FaultKind, FaultPlan, Plan, ReadFrom, Readers, Returns, Struck};
use replsim::protocol::crash::Crash;
use replsim::protocol::flavour::Flavour;
use replsim::protocol::ids::{ServerId, Span};
use replsim::random::{Shape, Table};
use replsim::run::run_one;
use serde_json::Value;
use std::collections::BTreeMap;
use support::{MS, Mode, cluster, manager, spread};

/// Runs of a result.
const SIZES: [u64; 3] = [10, 30, 200];
/// The truth is from so many times the runs of all results, of other seeds: its own error is a tenth of what is judged.
const TRUTH_SEEDS: u64 = 1_000_000;

/// Every number of a case with its interval, by its path in the document.
type Numbers = BTreeMap<String, (f64, Option<[f64; 2]>)>;

fn numbers(at: &Value, path: &str, all: &mut Numbers) {
    let ends = |value: &Value| Some([value[0].as_f64()?, value[1].as_f64()?]);
    let Value::Object(map) = at else { return };
    match map.get("ci95") {
        Some(Value::Object(several)) => {
            for (name, one) in several {
                let value = map[name].as_f64().expect("a number");
                all.insert(format!("{path}.{name}"), (value, ends(one)));
            }
        }
        Some(one) => {
            let named = ["mean", "share"].iter();
            let mut named = named.filter_map(|name| Some((name, map.get(*name)?.as_f64()?)));
            let (name, value) = named.next().expect("a mean or a share");
            all.insert(format!("{path}.{name}"), (value, ends(one)));
        }
        None => {}
    }
    for (key, value) in map {
        numbers(value, &format!("{path}.{key}"), all);
    }
}

/// The numbers of a plan's first runs of one seed, at each of these sizes.
fn results(plan: &Plan, seed: u64, sizes: &[u64]) -> Vec<Numbers> {
    let names = plan.servers.iter().map(|server| server.name.clone());
    let mut builder = CaseBuilder::new(Vec::new(), names.collect());
    let mut all = Vec::new();
    for run in 0..*sizes.last().expect("a size") {
        builder.add(&run_one(plan, seed, run));
        if sizes.contains(&(run + 1)) {
            let case = serde_json::to_value(builder.finish()).expect("plain data becomes JSON");
            let mut found = Numbers::new();
            numbers(&case, "", &mut found);
            all.push(found);
        }
    }
    all
}

/// How often an interval covers, of those that there are.
#[derive(Clone, Copy, Default)]
struct Covers {
    yes: u32,
    of: u32,
}

impl Covers {
    fn share(self) -> f64 {
        f64::from(self.yes) / f64::from(self.of)
    }
}

/// Kinds of numbers: what the issue of their intervals is.
fn kind(path: &str) -> &'static str {
    let ends = |end: &str| path.ends_with(end);
    if ends("affected.share") {
        "shares of runs"
    } else if path.starts_with(".exposure") {
        if ends("any.share") {
            "exposure, any"
        } else {
            "exposure, mean"
        }
    } else if ends("commit_latency.p50") || ends("commit_latency.p99") {
        "quantiles"
    } else if ends("commit_latency.mean") || ends("group_size.mean") {
        "ratios"
    } else {
        "means"
    }
}

/// Coverage of every number of a plan by path and size.
fn coverage(plan: &Plan, seeds: u64) -> BTreeMap<(String, u64), Covers> {
    let found: Vec<Vec<Numbers>> = (1..=seeds)
        .into_par_iter()
        .map(|seed| results(plan, seed, &SIZES))
        .collect();
    let most = SIZES[SIZES.len() - 1];
    let truths: Vec<Numbers> = (0..16)
        .into_par_iter()
        .flat_map(|part| results(plan, TRUTH_SEEDS + part, &[seeds * most / 50]))
        .collect();
    let mut all = BTreeMap::new();
    for path in truths[0].keys() {
        let truth = truths.iter().map(|truth| truth[path].0).sum::<f64>() / truths.len() as f64;
        // Digits that the document leaves out.
        let slack = 2e-5 * truth.abs();
        for (at, size) in SIZES.iter().enumerate() {
            let mut covers = Covers::default();
            for found in &found {
                if let Some((_, Some([low, high]))) = found[at].get(path) {
                    covers.of += 1;
                    covers.yes += u32::from(low - slack <= truth && truth <= high + slack);
                }
            }
            // A number that is the same in most results has too few intervals to be judged.
            if u64::from(covers.of) > seeds / 2 {
                all.insert((path.clone(), *size), covers);
            }
        }
    }
    all
}

/// A small cluster with a failover, whose runs take milliseconds.
fn small(mode: Mode, kind: FaultKind) -> Plan {
    let mut plan = cluster(Flavour::MYSQL_80, mode, 2, 6, 4 * MS);
    plan.cluster.manager = Some(manager());
    plan.warm_up = Span::millis(30);
    plan.duration = Span::millis(400);
    plan.delays.detect_clean = spread(30 * MS, 50 * MS);
    plan.delays.detect_silent = spread(60 * MS, 120 * MS);
    plan.delays.promote = spread(20 * MS, 40 * MS);
    plan.delays.repoint = spread(15 * MS, 30 * MS);
    plan.delays.restart = spread(40 * MS, 60 * MS);
    plan.clients.timeout = Span::millis(100);
    plan.cluster.readers = 2;
    plan.workload.readers = Some(Readers {
        from: ReadFrom::Master,
        every: spread(2 * MS, 5 * MS),
    });
    plan.faults = vec![FaultPlan {
        kind,
        at: Table::compile(&Shape::Uniform {
            low: 60 * MS,
            high: 160 * MS,
        }),
        lasts: None,
        returns: Returns::AfterTheRun,
    }];
    plan
}

fn master() -> FaultKind {
    FaultKind::Crash(Crash::ProcessKill, Struck::Servers(vec![ServerId(0)]))
}

/// Fails if a kind of number is outside of these bounds on average, or one number is below what is asked at its size: what
/// only one run in ten has is not in every sample of ten.
fn check(plan: &Plan, seeds: u64, average: [f64; 2], each: [f64; 3]) {
    let found = coverage(plan, seeds);
    let mut kinds: BTreeMap<(&str, u64), Vec<f64>> = BTreeMap::new();
    let mut wrong = Vec::new();
    let within = |of: [f64; 2], share: f64| of[0] <= share && share <= of[1];
    for ((path, size), covers) in &found {
        let kind = kind(path);
        kinds.entry((kind, *size)).or_default().push(covers.share());
        let least = SIZES.iter().zip(each).find(|(of, _)| *of == size);
        if covers.share() < least.expect("one of the sizes").1 {
            wrong.push(format!("{path}, {size} runs: {:.3}", covers.share()));
        }
    }
    for ((kind, size), shares) in &kinds {
        let mean = shares.iter().sum::<f64>() / shares.len() as f64;
        println!(
            "{kind}, {size} runs: {mean:.3} over {} numbers",
            shares.len()
        );
        let bounds = match *kind {
            // Exact bounds may cover more, those of a share that is 0 in most runs among them.
            "shares of runs" | "exposure, any" => [0.94, 1.0],
            _ => average,
        };
        if !within(bounds, mean) {
            wrong.push(format!("{kind}, {size} runs: {mean:.3} on average"));
        }
    }
    assert!(kinds.len() == 6 * SIZES.len(), "every kind is there");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
#[ignore = "simulates 260,000 runs of each of three clusters: a quarter of an hour"]
fn every_interval_covers_the_truth_in_93_to_97_percent_of_a_thousand_seeds() {
    for (mode, kind) in [
        (
            Mode::Async,
            FaultKind::Crash(Crash::SiteLoss, Struck::Site(0)),
        ),
        (
            Mode::AfterCommit,
            FaultKind::Crash(Crash::SiteLoss, Struck::Site(0)),
        ),
        (Mode::AfterSync, master()),
    ] {
        println!("{mode:?}, {kind:?}");
        check(&small(mode, kind), 1_000, [0.93, 0.97], [0.85, 0.89, 0.90]);
    }
}

#[test]
fn intervals_are_not_grossly_wrong_at_forty_seeds() {
    let plan = small(
        Mode::AfterCommit,
        FaultKind::Crash(Crash::SiteLoss, Struck::Site(0)),
    );
    // The standard error of a coverage over 40 seeds is 3.4 %: three of them, and more for one number of many.
    check(&plan, 40, [0.85, 1.0], [0.70; 3]);
}
