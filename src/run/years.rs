//! Years of a cluster from its stretches: how often it is in which, what each costs, and what comes between them.
//!
//! Groups of servers that fail together come and go independently, each away for the share l t / (1 + l t) of the time (l its
//! rate, t its mean repair; alternating renewal, whatever the distributions): the probability of each set of servers that
//! is down is a sum of products. Whoever serves is called the master: where the first master is down, the replica that took
//! over has its place, and its own place is the one that is empty. A death of the master strikes a cluster in one of these
//! stretches at a random moment, where its cost is the exposure. Losses that need two failures in a row add what is exposed
//! in the moments between them. A master dies only while one serves: the time without any is taken off the year.

use super::Progress;
use super::down::{YEAR, away, probabilities, seconds};
use super::stretches::{self, Cost, Known, Stretch};
use crate::estimate::interval::Sample;
use crate::estimate::yearly::{ASSUMES, Cause, Total, Yearly};
use crate::measure::exposure::LEVELS;
use crate::plan::Plan;
use crate::plan::failures::Failure;
use crate::protocol::exposure::ServerSet;
use crate::protocol::ids::{ServerId, Span};
use std::collections::BTreeMap;

/// More replicas than this have too many sets that can be down.
const MOST_REPLICAS: usize = 4;

/// Levels by number.
const LOST: usize = 0;
const VISIBLE: usize = 1;
const ERRANT: usize = 3;

/// Failures that follow each other so fast that more than this share of the time is between a failure and its end leave no
/// quiet stretch to make a year of.
const MOST_UNREST: f64 = 0.05;

/// Yearly figures of a plan with failure rates, or why there are none; nothing without rates.
pub fn years(
    plan: &Plan,
    seed: u64,
    known: &mut Known,
    progress: &dyn Progress,
) -> Option<Result<Yearly, String>> {
    let replicas = plan.servers.len() - 1;
    if plan.failures.is_empty() {
        return None;
    }
    if plan.cluster.manager.is_none() {
        return Some(Err("there is no manager: nobody takes over".to_owned()));
    }
    if replicas > MOST_REPLICAS {
        let problem =
            format!("there are {replicas} replicas: figures are made for up to {MOST_REPLICAS}");
        return Some(Err(problem));
    }
    let rates = plan.failures.iter().map(|failure| failure.per_year);
    let unrest = rates.sum::<f64>() / YEAR * (seconds(failover(plan)) + stretches::afterwards());
    if unrest > MOST_UNREST {
        let problem = "failures follow each other faster than a failover takes: no moment is quiet";
        return Some(Err(problem.to_owned()));
    }
    if !stretches::can_wait_for_time_outs(plan) {
        return Some(Err(
            "the semi-sync time-out is too long to be simulated in a stretch".to_owned(),
        ));
    }
    let down = probabilities(
        &plan.failures,
        plan.cluster.master,
        replicas,
        plan.cluster.quorum(),
    );
    let known = known.of(plan);
    let new: Vec<ServerSet> = down
        .keys()
        .copied()
        .filter(|set| !known.contains_key(set))
        .collect();
    progress.expects(new.len() as u64 * stretches::RUNS);
    for down in new {
        known.insert(down, stretches::stretch(plan, down, seed, progress));
    }
    let stretches: Vec<Stretch> = down.keys().map(|down| known[down].clone()).collect();
    let unknown = stretches.iter().find_map(|stretch| stretch.unknown);
    Some(match unknown {
        Some(unknown) => Err(unknown.to_string()),
        None => Ok(compose(plan, &down, &stretches)),
    })
}

/// About how long a failover takes without a backlog.
fn failover(plan: &Plan) -> Span {
    Span(plan.delays.detect_silent.mean() + plan.delays.promote.mean())
}

fn half(sample: &Sample) -> f64 {
    sample.half_width().unwrap_or(0.0)
}

/// Numbers with half their intervals: transactions by level, and the share or the time with anything acknowledged.
struct Costs {
    levels: [(f64, f64); LEVELS.len()],
    any: (f64, f64),
}

fn number(sample: &Sample) -> (f64, f64) {
    (sample.mean(), half(sample))
}

impl Costs {
    fn of(cost: &Cost) -> Costs {
        Costs {
            levels: std::array::from_fn(|level| number(&cost.means[level])),
            any: number(&cost.shares[LOST]),
        }
    }

    /// What comes on top of what is counted already, so many times.
    fn beyond(self, usual: &Cost, times: f64) -> Costs {
        let usual = Costs::of(usual);
        let beyond =
            |one: (f64, f64), other: (f64, f64)| ((one.0 - times * other.0).max(0.0), one.1);
        Costs {
            levels: std::array::from_fn(|level| beyond(self.levels[level], usual.levels[level])),
            any: beyond(self.any, usual.any),
        }
    }
}

/// Sums over a year.
struct Year<'a> {
    plan: &'a Plan,
    /// The ways in which the master dies.
    groups: Vec<(usize, Option<ServerId>)>,
    levels: [Total; LEVELS.len()],
    any: Total,
    /// Seconds without a master that can be written to, per year of one that is up.
    outages: Total,
    /// The share of its time in which a master that is up takes no writes.
    refused: f64,
    causes: BTreeMap<String, (f64, f64)>,
}

fn compose(plan: &Plan, down: &BTreeMap<ServerSet, f64>, stretches: &[Stretch]) -> Yearly {
    let mut year = Year {
        plan,
        groups: stretches::groups(&plan.failures, plan),
        levels: Default::default(),
        any: Total::default(),
        outages: Total::default(),
        refused: 0.0,
        causes: BTreeMap::new(),
    };
    for stretch in stretches {
        let share = down[&stretch.down];
        if stretch.rate.mean() == 0.0 {
            year.refused += share;
        }
        year.master_dies(stretch, share);
        for before in 0..plan.failures.len() {
            let then = stretch.down.union(plan.failures[before].servers);
            let later = stretches.iter().find(|one| one.down == then);
            if let Some(later) = later.filter(|_| then != stretch.down && !year.kills(before)) {
                year.others_die(stretch, share, before, later);
            }
        }
    }
    year.finish()
}

impl Year<'_> {
    fn kills(&self, failure: usize) -> bool {
        let servers = self.plan.failures[failure].servers;
        servers.contains(self.plan.cluster.master)
    }

    fn name(&self, id: ServerId) -> &str {
        &self.plan.servers[usize::from(id.0)].name
    }

    /// Who is down already, as an addition to what happens then.
    fn with(&self, stretch: &Stretch) -> String {
        let down: Vec<&str> = stretch.down.iter().map(|id| self.name(id)).collect();
        match down.is_empty() {
            true => String::new(),
            false => format!(", {} down", down.join(" and ")),
        }
    }

    /// So many times a year it costs this.
    fn cost(&mut self, cause: &str, times: f64, costs: &Costs) {
        for (total, (mean, half)) in self.levels.iter_mut().zip(costs.levels) {
            total.add(times, mean, half);
        }
        self.any.add(times, costs.any.0, costs.any.1);
        if costs.any.0 > 0.0 {
            let sums = self.causes.entry(cause.to_owned()).or_default();
            sums.0 += times * costs.any.0;
            sums.1 += times * costs.levels[LOST].0;
        }
    }

    /// Every way in which the master dies in a stretch, during this share of the time.
    fn master_dies(&mut self, stretch: &Stretch, share: f64) {
        let failures = &self.plan.failures;
        let with = self.with(stretch);
        for (at, (failure, more)) in self.groups.clone().into_iter().enumerate() {
            let times = failures[failure].per_year * share;
            let cause = format!("{}{with}", failures[failure].name);
            let alone = self
                .groups
                .iter()
                .position(|group| *group == (failure, None));
            let alone = &stretch.costs[alone.unwrap_or(at)];
            let cost = &stretch.costs[at];
            match more {
                None if cost.failover.count() > 0 => {
                    self.cost(&cause, times, &Costs::of(cost));
                    let (mean, half) = number(&cost.failover);
                    self.outages.add(times, mean, half);
                }
                None => {
                    let first = self.nobody_takes_over(stretch, failure, times, &cause);
                    self.cost(&cause, times * (1.0 - first), &Costs::of(cost));
                }
                // The replica dies while the manager still decides.
                Some(id) if !stretch.down.contains(id) => {
                    let times = times * self.rate_of(id) * alone.failover.mean();
                    let cause = format!("{cause}, then {} before the failover", self.name(id));
                    self.cost(&cause, times, &Costs::of(cost).beyond(alone, 1.0));
                }
                Some(_) => {}
            }
        }
    }

    /// How often a server goes away, per second.
    fn rate_of(&self, id: ServerId) -> f64 {
        let failures = self.plan.failures.iter();
        let strikes = failures.filter(|one| one.servers.contains(id));
        strikes.map(|one| one.per_year).sum::<f64>() / YEAR
    }

    /// Whoever is repaired first serves; with a quorum, only who has everything. The probability that it is a replica that
    /// lacks what was acknowledged since it went away: what that costs is counted.
    fn nobody_takes_over(
        &mut self,
        stretch: &Stretch,
        failure: usize,
        times: f64,
        cause: &str,
    ) -> f64 {
        let repair = first_repair(&self.plan.failures, failure, stretch.down);
        self.outages.add(times, repair.time, 0.0);
        let manager = self.plan.cluster.manager.as_ref();
        if manager.is_some_and(|manager| manager.quorum) {
            return 0.0;
        }
        let away = (repair.age - timeout(self.plan)).max(0.0);
        let lost = (stretch.rate.mean() * away, 0.0);
        let mut levels = [(0.0, 0.0); LEVELS.len()];
        for level in [LOST, VISIBLE, ERRANT] {
            levels[level] = lost;
        }
        let any = (f64::from(u8::from(lost.0 > 0.0)), 0.0);
        let cause = format!("{cause}, a replica is back first");
        self.cost(&cause, times * repair.by_replica, &Costs { levels, any });
        repair.by_replica
    }

    /// Other servers fail, and the master dies right after: what they acknowledged may be nowhere else.
    fn others_die(&mut self, stretch: &Stretch, share: f64, before: usize, later: &Stretch) {
        let failures = &self.plan.failures;
        let (first, often) = (&failures[before].name, failures[before].per_year * share);
        let with = self.with(stretch);
        for (at, (failure, more)) in self.groups.clone().into_iter().enumerate() {
            if more.is_some() {
                continue;
            }
            let samples = &stretch.afterwards[before][at];
            let costs = Costs {
                levels: std::array::from_fn(|level| number(&samples[level])),
                any: number(&samples[stretches::AFTER - 1]),
            };
            // What its own stretch is exposed to anyway is counted there.
            let costs = costs.beyond(&later.costs[at], stretches::afterwards());
            let times = often * failures[failure].per_year / YEAR;
            let cause = format!("{first}{with}, then {} at once", failures[failure].name);
            self.cost(&cause, times, &costs);
        }
        let blocked = blocked_by(self.plan, stretch, later);
        self.outages.add(often, blocked, 0.0);
    }

    fn finish(self) -> Yearly {
        let kill = (0..self.plan.failures.len()).filter(|&at| self.kills(at));
        let deaths: f64 = kill.map(|at| self.plan.failures[at].per_year).sum();
        // A master that is up is followed by an outage, and so on: alternating renewal.
        let serving = 1.0 / (1.0 + self.outages.mean() / YEAR);
        let causes = self.causes.into_iter();
        let mut causes: Vec<Cause> = causes
            .map(|(cause, (per_year, lost_acknowledged))| Cause {
                cause,
                per_year: per_year * serving,
                lost_acknowledged: lost_acknowledged * serving,
            })
            .collect();
        causes.sort_by(|one, other| other.lost_acknowledged.total_cmp(&one.lost_acknowledged));
        let per_year = |total: Total| total.times(serving, f64::INFINITY);
        let mut without_writes = self.outages;
        without_writes.add(self.refused, YEAR, 0.0);
        Yearly {
            master_crashes: deaths * serving,
            lost_acknowledged: per_year(self.levels[LOST]),
            visible_then_lost: per_year(self.levels[VISIBLE]),
            errant: per_year(self.levels[ERRANT]),
            without_writes: without_writes.times(serving, YEAR),
            loses_any_per_crash: self.any.times(1.0 / deaths.max(f64::MIN_POSITIVE), 1.0),
            causes,
            assumes: ASSUMES,
        }
    }
}

/// How long commits hang before the master goes on alone, s; 0 if it never hangs, or never goes on.
fn timeout(plan: &Plan) -> f64 {
    let variables = &plan.cluster.servers[usize::from(plan.cluster.master.0)].variables;
    match variables.semi_sync_timeout {
        timeout if variables.semi_sync_master && timeout != Span::FOREVER => seconds(timeout),
        _ => 0.0,
    }
}

/// Commits hang once when a failure leaves too few that acknowledge and there is a time-out, s.
fn blocked_by(plan: &Plan, before: &Stretch, after: &Stretch) -> f64 {
    let variables = &plan.cluster.servers[usize::from(plan.cluster.master.0)].variables;
    let acknowledge = |down: ServerSet| {
        let servers = plan.cluster.servers.iter().zip(0u8..);
        let count = servers.filter(|(server, id)| {
            server.variables.semi_sync_slave
                && server.upstream.is_some()
                && !down.contains(ServerId(*id))
        });
        count.count()
    };
    let needed = usize::from(variables.wait_for_slave_count);
    let falls = acknowledge(before.down) >= needed && acknowledge(after.down) < needed;
    f64::from(u8::from(falls)) * timeout(plan)
}

/// Who is repaired first when nobody can take over.
pub struct FirstRepair {
    /// Until then, s.
    pub time: f64,
    /// The probability that it is a replica.
    pub by_replica: f64,
    /// How long the replica that is back first had been away when the master died, s.
    pub age: f64,
}

/// The master and these replicas are down, each with its own exponential repair.
pub fn first_repair(failures: &[Failure], failure: usize, down: ServerSet) -> FirstRepair {
    let master = 1.0 / seconds(failures[failure].repair).max(1e-9);
    let also = failures.iter().enumerate().filter(|(at, other)| {
        *at != failure && other.servers.iter().any(|id| down.contains(id)) && away(other) > 0.0
    });
    // A server that is down is most probably so for what keeps it longest.
    let mut replicas: BTreeMap<u8, (f64, f64)> = BTreeMap::new();
    for (_, other) in also {
        for id in other.servers.iter().filter(|&id| down.contains(id)) {
            let known = replicas.entry(id.0).or_default();
            if away(other) > known.0 {
                *known = (away(other), seconds(other.repair));
            }
        }
    }
    let all: f64 = replicas
        .values()
        .map(|(_, repair)| 1.0 / repair.max(1e-9))
        .sum();
    FirstRepair {
        time: 1.0 / (master + all),
        by_replica: all / (master + all),
        // Who is back first has been away for its own repair time on average; so weighted, that is their number by their rates.
        age: if all > 0.0 {
            replicas.len() as f64 / all
        } else {
            0.0
        },
    }
}
