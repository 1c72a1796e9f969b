//! From the outcomes of a case's runs to its result: outcomes are folded in, not kept.

use super::exposure::ExposureBuilder;
use super::interval::Sample;
use super::latency::Latencies;
use super::paired;
use super::ratio::Ratio;
use super::result::{CaseResult, FormulaIntervals, LossFormula, Metric, Named, ServerResult};
use crate::measure::outcome::{Ledger, RunOutcome};
use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

const TRANSACTIONS: &str = "transactions";

/// A number of the ledger, by name.
type Count = (&'static str, fn(&Ledger) -> u64);

/// The ledger's numbers in the order of the results document.
const LEDGER: [Count; 10] = [
    ("acknowledged", |ledger| ledger.acknowledged),
    ("lost_acknowledged", |ledger| ledger.lost_acknowledged),
    ("visible_then_lost", |ledger| ledger.visible_then_lost),
    ("read_then_lost", |ledger| ledger.read_then_lost),
    ("errant", |ledger| ledger.errant),
    ("kept_unacknowledged", |ledger| ledger.kept_unacknowledged),
    ("duplicated", |ledger| ledger.duplicated),
    ("refused", |ledger| ledger.refused),
    ("errors", |ledger| ledger.errors),
    ("unknown", |ledger| ledger.unknown),
];

/// A metric of one run: its name, its unit, and its value.
type OfRun = (&'static str, &'static str, fn(&RunOutcome) -> f64);

/// Metrics that every run has.
const OF_RUN: [OfRun; 13] = [
    ("write_unavailable", "s", |run| {
        seconds(run.write_unavailable.0)
    }),
    ("semi_sync_off", "s", |run| seconds(run.semi_sync_off.0)),
    ("two_masters", "s", |run| seconds(run.split.two_masters.0)),
    ("two_unfenced", "s", |run| seconds(run.split.two_unfenced.0)),
    ("diverged_old", TRANSACTIONS, |run| {
        run.split.old_side as f64
    }),
    ("diverged_new", TRANSACTIONS, |run| {
        run.split.new_side as f64
    }),
    ("replicas_stopped", "servers", |run| {
        run.split.replicas_stopped as f64
    }),
    ("replicas_different", "servers", |run| {
        run.split.replicas_different as f64
    }),
    ("writes_off", "s", |run| seconds(run.kept_writes.off.0)),
    ("exposed", "s", |run| seconds(run.kept_writes.exposed.0)),
    ("exposed_transactions", TRANSACTIONS, |run| {
        run.kept_writes.exposed_transactions as f64
    }),
    ("catching_up", "s", |run| {
        seconds(run.kept_writes.catching_up.0)
    }),
    ("not_caught_up", "runs", |run| {
        f64::from(u8::from(run.not_caught_up))
    }),
];

fn seconds(ns: u64) -> f64 {
    ns as f64 / 1e9
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct ServerSamples {
    lag_transactions: Sample,
    lag: Sample,
    cpu: Sample,
    counters: Vec<(Cow<'static, str>, Sample)>,
}

/// Gathers the runs of one case, in the order of their numbers.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CaseBuilder {
    case: Vec<(String, String)>,
    server_names: Vec<String>,
    runs: u64,
    ledger: [Sample; LEDGER.len()],
    of_run: [Sample; OF_RUN.len()],
    failover_time: Sample,
    catch_up_time: Sample,
    lag: Sample,
    longest_commit: Sample,
    throughput: Sample,
    /// Of each run, and over all groups of all runs.
    group_size: (Sample, Ratio),
    latency: Latencies,
    servers: Vec<ServerSamples>,
    one_way: Sample,
    sent_to_ok: Sample,
    formula: Sample,
    exposure: ExposureBuilder,
    /// What is compared with other cases, run by run.
    by_run: Vec<[f64; paired::METRICS.len()]>,
    first_losing_run: Option<u64>,
}

impl CaseBuilder {
    /// A case with these axis values, on servers of these names.
    pub fn new(case: Vec<(String, String)>, server_names: Vec<String>) -> CaseBuilder {
        let servers = vec![ServerSamples::default(); server_names.len()];
        CaseBuilder {
            case,
            server_names,
            runs: 0,
            ledger: Default::default(),
            of_run: Default::default(),
            failover_time: Sample::default(),
            catch_up_time: Sample::default(),
            lag: Sample::default(),
            longest_commit: Sample::default(),
            throughput: Sample::default(),
            group_size: Default::default(),
            latency: Latencies::default(),
            servers,
            one_way: Sample::default(),
            sent_to_ok: Sample::default(),
            formula: Sample::default(),
            exposure: ExposureBuilder::default(),
            by_run: Vec::new(),
            first_losing_run: None,
        }
    }

    /// Takes the next run.
    pub fn add(&mut self, outcome: &RunOutcome) {
        for (sample, (_, count)) in self.ledger.iter_mut().zip(LEDGER) {
            sample.add(count(&outcome.ledger) as f64);
        }
        if outcome.ledger.lost_acknowledged > 0 {
            self.first_losing_run.get_or_insert(self.runs);
        }
        self.runs += 1;
        self.exposure.add(&outcome.exposed);
        for (sample, (_, _, value)) in self.of_run.iter_mut().zip(OF_RUN) {
            sample.add(value(outcome));
        }
        if let Some(time) = outcome.catch_up {
            self.catch_up_time.add(time.0 as f64 / 1e9);
        }
        let lags = outcome.servers.iter().filter_map(|server| server.lag);
        self.lag
            .add(lags.fold(0.0, |most, lag| lag.seconds.max(most)));
        if let Some(time) = outcome.failover_time {
            self.failover_time.add(time.0 as f64 / 1e9);
        }
        let longest = outcome.latency.max().max(outcome.latency_after.max());
        self.longest_commit.add(longest as f64 / 1e9);
        let rate = per(
            outcome.window_acknowledged as f64,
            outcome.window.0 as f64 / 1e9,
        );
        self.throughput.add(rate);
        let ledger = &outcome.ledger;
        self.by_run.push([
            ledger.lost_acknowledged as f64,
            ledger.visible_then_lost as f64,
            ledger.errant as f64,
            ledger.kept_unacknowledged as f64,
            seconds(outcome.write_unavailable.0),
            rate,
            outcome.latency.mean() / 1e6,
        ]);
        if outcome.groups > 0 {
            let (transactions, groups) = (outcome.grouped_transactions, outcome.groups);
            let (transactions, groups) = (transactions as f64, groups as f64);
            self.group_size.0.add(transactions / groups);
            self.group_size.1.add(transactions, groups);
        }
        self.latency.add(&outcome.latency);
        for (samples, server) in self.servers.iter_mut().zip(&outcome.servers) {
            if let Some(lag) = server.lag {
                samples.lag_transactions.add(lag.transactions);
                samples.lag.add(lag.seconds);
            }
            samples.cpu.add(server.cpu);
            samples
                .counters
                .resize_with(server.counters.len(), Default::default);
            for (sample, (name, value)) in samples.counters.iter_mut().zip(&server.counters) {
                sample.0 = Cow::Borrowed(name);
                sample.1.add(*value as f64);
            }
        }
        let send = &outcome.send;
        if send.count > 0 && send.packets > 0 {
            let one_way = send.one_way as f64 / send.packets as f64 / 1e6;
            let sent_to_ok = send.sent_to_ok as f64 / send.count as f64 / 1e6;
            self.one_way.add(one_way);
            self.sent_to_ok.add(sent_to_ok);
            self.formula.add(rate * (one_way - sent_to_ok) / 1e3);
        }
    }

    /// What is compared with other cases, run by run: see `paired::METRICS`.
    pub fn by_run(&self) -> &[[f64; paired::METRICS.len()]] {
        &self.by_run
    }

    /// Runs taken.
    pub fn runs(&self) -> u64 {
        self.runs
    }

    /// Latencies (ns) of all runs together.
    pub fn latency(&self) -> Option<&Histogram<u64>> {
        self.latency.all()
    }

    /// What was exposed, by value.
    pub fn exposure(&self) -> &ExposureBuilder {
        &self.exposure
    }

    /// Number of the first run that lost an acknowledged commit.
    pub fn first_losing_run(&self) -> Option<u64> {
        self.first_losing_run
    }

    /// The result.
    pub fn finish(&self) -> CaseResult {
        let mut metrics: Vec<(String, Metric)> = LEDGER
            .iter()
            .zip(&self.ledger)
            .map(|((name, _), sample)| ((*name).to_owned(), Metric::of(sample, TRANSACTIONS)))
            .collect();
        let mut push = |name: &str, sample: &Sample, unit: &'static str| {
            metrics.push((name.to_owned(), Metric::of(sample, unit)));
        };
        for ((name, unit, _), sample) in OF_RUN.iter().zip(&self.of_run) {
            push(name, sample, unit);
        }
        push("failover_time", &self.failover_time, "s");
        push("catch_up_time", &self.catch_up_time, "s");
        push("lag", &self.lag, "s");
        push("longest_commit", &self.longest_commit, "s");
        push("throughput", &self.throughput, "transactions/s");
        let (of_runs, over_all) = &self.group_size;
        metrics.push((
            "group_size".to_owned(),
            Metric::of(of_runs, TRANSACTIONS).over_all(over_all),
        ));
        let servers = self
            .server_names
            .iter()
            .zip(&self.servers)
            .map(|(name, samples)| {
                let counters = samples
                    .counters
                    .iter()
                    .map(|(name, sample)| (name.clone().into_owned(), Metric::of(sample, "")));
                let result = ServerResult {
                    lag_transactions: Metric::of(&samples.lag_transactions, TRANSACTIONS),
                    lag: Metric::of(&samples.lag, "s"),
                    cpu: Metric::of(&samples.cpu, "share"),
                    counters: Named(counters.collect()),
                };
                (name.clone(), result)
            });
        CaseResult {
            case: Named(self.case.clone()),
            runs: self.runs,
            metrics: Named(metrics),
            latency: self.latency.finish(),
            servers: Named(servers.collect()),
            exposure: self.exposure.finish(),
            yearly: None,
            paired: None,
            loss_formula: (self.formula.count() > 0).then(|| LossFormula {
                one_way_ms: self.one_way.mean(),
                sent_to_ok_ms: self.sent_to_ok.mean(),
                transactions: self.formula.mean(),
                ci95: FormulaIntervals {
                    one_way_ms: self.one_way.interval(),
                    sent_to_ok_ms: self.sent_to_ok.interval(),
                    transactions: self.formula.interval(),
                },
            }),
        }
    }
}

fn per(what: f64, of: f64) -> f64 {
    if of > 0.0 { what / of } else { 0.0 }
}
