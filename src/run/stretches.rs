//! Stretches of a cluster's life: quiet ones with some replicas down, and the moments after a failure. A year is made of
//! many of the same (`years`).

use super::{Progress, fork};
use crate::engine::{Decider, Moment, Observer, Simulation};
use crate::estimate::interval::Sample;
use crate::measure::exposure::Exposure;
use crate::measure::exposure::{Exposed, LEVELS, Steps, Unknown};
use crate::measure::seconds;
use crate::plan::Plan;
use crate::plan::failures::Failure;
use crate::protocol::crash::Crash;
use crate::protocol::effect::Input;
use crate::protocol::exposure::ServerSet;
use crate::protocol::fact::{Fact, Outcome};
use crate::protocol::ids::{Gtid, ServerId, SessionId, Span};
use crate::protocol::world::World;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Runs of each stretch.
pub const RUNS: u64 = 10;
/// Forks in each run: one failure of each group, at moments spread over the stretch.
const FORKS: u64 = 40;
/// How long after a failure of others the exposure is followed.
const AFTERWARDS: Span = Span::millis(1_500);
/// How long detection, fencing and reconnecting may take until a stretch is quiet.
const SETTLING: Span = Span::seconds(6);

/// The longest time-out that stretches wait for.
const LONGEST_TIME_OUT: Span = Span::seconds(600);

/// Transactions times seconds by `LEVELS`, and the seconds during which anything acknowledged could be lost.
pub const AFTER: usize = LEVELS.len() + 1;

/// Numbers of one way in which the master dies: by level, transactions and the share of the moments with any.
#[derive(Clone, Debug, Default)]
pub struct Cost {
    /// Transactions, by `LEVELS`.
    pub means: [Sample; LEVELS.len()],
    /// The share of the moments with any, by `LEVELS`.
    pub shares: [Sample; LEVELS.len()],
    /// Seconds until somebody else accepts writes, where somebody can.
    pub failover: Sample,
}

/// A quiet stretch.
#[derive(Clone, Debug)]
pub struct Stretch {
    /// Who is down.
    pub down: ServerSet,
    /// Why its costs are not known.
    pub unknown: Option<Unknown>,
    /// Acknowledged commits per second.
    pub rate: Sample,
    /// By group of `groups`.
    pub costs: Vec<Cost>,
    /// What is exposed in the moments after a failure, by failure (of servers that are up, the master not among them), then
    /// by group.
    pub afterwards: Vec<Vec<[Sample; AFTER]>>,
}

/// Stretches that were simulated: how often failures come and how long repairs take makes no difference to them, so cases
/// that differ in nothing else share them.
#[derive(Default)]
pub struct Known(Vec<(Plan, BTreeMap<ServerSet, Stretch>)>);

impl Known {
    pub(super) fn of(&mut self, plan: &Plan) -> &mut BTreeMap<ServerSet, Stretch> {
        let mut alike = plan.clone();
        for failure in &mut alike.failures {
            (failure.per_year, failure.repair) = (0.0, Span(0));
        }
        let at = self.0.iter().position(|(known, _)| *known == alike);
        let at = at.unwrap_or_else(|| {
            self.0.push((alike, BTreeMap::new()));
            self.0.len() - 1
        });
        &mut self.0[at].1
    }
}

/// The groups that kill the master: the failures that do, each alone and with one replica more.
pub fn groups(failures: &[Failure], plan: &Plan) -> Vec<(usize, Option<ServerId>)> {
    let master = plan.cluster.master;
    let mut groups = Vec::new();
    for (at, failure) in failures.iter().enumerate() {
        if !failure.servers.contains(master) {
            continue;
        }
        groups.push((at, None));
        let others = (0..plan.servers.len() as u8).map(ServerId);
        let others = others.filter(|&id| !failure.servers.contains(id));
        groups.extend(others.map(|id| (at, Some(id))));
    }
    groups
}

/// Only exposure and acknowledgements are watched.
#[derive(Clone)]
struct Watch {
    exposure: Exposure,
    window: (Moment, Moment),
    acknowledged: u64,
}

impl Observer for Watch {
    fn note(&mut self, now: Moment, fact: &Fact, world: &World) {
        self.exposure.note(now, fact, world);
    }

    fn answered(
        &mut self,
        now: Moment,
        _: Moment,
        id: SessionId,
        outcome: Outcome,
        _: Option<Gtid>,
    ) {
        self.exposure.answered(now, id, outcome);
        let counts = outcome == Outcome::Ok && now >= self.window.0 && now < self.window.1;
        self.acknowledged += u64::from(counts);
    }

    fn moved(&mut self, from: SessionId, to: SessionId) {
        self.exposure.moved(from, to);
    }

    fn input(&mut self, now: Moment, input: Input, world: &World) {
        self.exposure.input(now, input, world);
    }

    fn stepped(&mut self, now: Moment, input: Input, world: &World) {
        self.exposure.stepped(now, input, world);
    }
}

impl Decider for Watch {}

/// Whether the master's semi-sync time-out is short enough, or infinite: every stretch begins with it.
pub fn can_wait_for_time_outs(plan: &Plan) -> bool {
    let timeout = time_out(plan);
    timeout == Span::FOREVER || timeout <= LONGEST_TIME_OUT
}

/// The time-out of the master's commits; 0 if they do not wait.
fn time_out(plan: &Plan) -> Span {
    let variables = &plan.cluster.servers[usize::from(plan.cluster.master.0)].variables;
    match variables.semi_sync_master {
        true => variables.semi_sync_timeout,
        false => Span(0),
    }
}

/// The plan without its own faults, long enough that what comes of replicas that are down from the beginning is over.
fn quiet(plan: &Plan, down: ServerSet) -> Plan {
    let mut quiet = plan.clone();
    quiet.faults.clear();
    if down.iter().next().is_some() {
        let timeout = match time_out(plan) {
            Span::FOREVER => Span(0),
            timeout => timeout,
        };
        let settling = SETTLING.0 + timeout.0;
        quiet.warm_up = Span(plan.warm_up.0 + settling);
        quiet.duration = Span(plan.duration.0 + settling);
    }
    quiet
}

/// What one run says.
struct Ran {
    exposed: Exposed,
    rate: f64,
    failovers: Vec<Option<f64>>,
    afterwards: Vec<Vec<[f64; AFTER]>>,
}

/// A stretch with these servers down, after `RUNS` runs.
pub fn stretch(plan: &Plan, down: ServerSet, seed: u64, progress: &dyn Progress) -> Stretch {
    let quiet = quiet(plan, down);
    let failures = &plan.failures;
    let groups = groups(failures, plan);
    let dying: Vec<(Crash, ServerSet)> = groups
        .iter()
        .map(|&(failure, more)| {
            let failure = &failures[failure];
            (
                failure.crash,
                more.into_iter()
                    .collect::<ServerSet>()
                    .union(failure.servers),
            )
        })
        .collect();
    let runs: Vec<Ran> = (0..RUNS)
        .into_par_iter()
        .map(|run| {
            let ran = one(&quiet, down, seed, run, &dying);
            progress.ran(1);
            ran
        })
        .collect();
    let mut stretch = Stretch {
        down,
        unknown: None,
        rate: Sample::default(),
        costs: vec![Cost::default(); groups.len()],
        afterwards: vec![vec![Default::default(); groups.len()]; failures.len()],
    };
    for run in &runs {
        stretch.rate.add(run.rate);
        let unknown = run.exposed.kinds.iter().find_map(|kind| kind.unknown);
        stretch.unknown = stretch.unknown.or(unknown);
        for (at, (cost, exposed)) in stretch.costs.iter_mut().zip(&run.exposed.kinds).enumerate() {
            for level in 0..LEVELS.len() {
                cost.means[level].add(exposed.mean(level).unwrap_or(0.0));
                cost.shares[level].add(exposed.share(level).unwrap_or(0.0));
            }
            if let Some(seconds) = run.failovers[at] {
                cost.failover.add(seconds);
            }
        }
        for (samples, seconds) in stretch.afterwards.iter_mut().zip(&run.afterwards) {
            for (sample, seconds) in samples.iter_mut().zip(seconds) {
                for (sample, &seconds) in sample.iter_mut().zip(seconds) {
                    sample.add(seconds);
                }
            }
        }
    }
    stretch
}

fn one(plan: &Plan, down: ServerSet, seed: u64, run: u64, dying: &[(Crash, ServerSet)]) -> Ran {
    let [from, until] = [plan.warm_up, plan.duration].map(Moment::after);
    let mut watch = Watch {
        exposure: Exposure::of_groups(plan, dying, 1, Steps::Dropped),
        window: (from, until),
        acknowledged: 0,
    };
    let mut running = Simulation::new(plan, seed, run, Span::seconds(3_600));
    for id in down.iter() {
        running.input(Input::Crash(id, Crash::HostLoss), &mut watch);
    }
    // Failures of others, in forks at moments spread over the stretch.
    let master = plan.cluster.master;
    let others: Vec<usize> = (0..plan.failures.len())
        .filter(|&at| {
            let failure = &plan.failures[at];
            let all_down = failure.servers.iter().all(|id| down.contains(id));
            !failure.servers.contains(master) && !all_down
        })
        .collect();
    let mut afterwards = vec![vec![[0.0; AFTER]; dying.len()]; plan.failures.len()];
    let mut failovers = vec![None; dying.len()];
    for moment in 0..FORKS {
        let at = from + Span((until - from).0 * (2 * moment + 1) / (2 * FORKS));
        running.run_until(at, &mut watch);
        for &failure in &others {
            let seconds = follow(&running, &watch, &plan.failures[failure]);
            for (sum, seconds) in afterwards[failure].iter_mut().zip(seconds) {
                for (sum, seconds) in sum.iter_mut().zip(seconds) {
                    *sum += seconds / FORKS as f64;
                }
            }
        }
        // One failover of each kind is enough: how long it takes hardly depends on the moment.
        if moment == run % FORKS {
            for (seconds, &(crash, dying)) in failovers.iter_mut().zip(dying) {
                *seconds = fork::failover_time(&running, master, crash, dying)
                    .map(|time| time.0 as f64 / 1e9);
            }
        }
    }
    running.run_until(until, &mut watch);
    Ran {
        rate: watch.acknowledged as f64 / seconds(until - from),
        exposed: watch.exposure.finish(until),
        failovers,
        afterwards,
    }
}

/// These servers fail in a fork: what is exposed afterwards, by group that kills the master.
fn follow(running: &Simulation, watch: &Watch, failure: &Failure) -> Vec<[f64; AFTER]> {
    let mut fork = running.clone();
    let mut watch = watch.clone();
    let (from, until) = (fork.now(), fork.now() + AFTERWARDS);
    watch.exposure.measure_anew(from, until);
    for id in failure.servers.iter() {
        fork.input(Input::Crash(id, failure.crash), &mut watch);
    }
    fork.run_until(until, &mut watch);
    let exposed = watch.exposure.finish(until);
    let kinds = exposed.kinds.iter();
    kinds
        .map(|kind| {
            let mut seconds = [0.0; AFTER];
            for (sum, level) in seconds.iter_mut().zip(&kind.levels) {
                *sum = level.sum as f64 / 1e9;
            }
            seconds[AFTER - 1] = kind.levels[0].time as f64 / 1e9;
            seconds
        })
        .collect()
}

/// How long after a failure the exposure is followed, s.
pub fn afterwards() -> f64 {
    AFTERWARDS.0 as f64 / 1e9
}
