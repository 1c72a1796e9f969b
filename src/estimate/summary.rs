//! From the outcomes of a case's runs to its result: outcomes are folded in, not kept.

use super::exposure::ExposureBuilder;
use super::interval::Sample;
use super::latency::Latencies;
use super::load::LoadBuilder;
use super::reading::{Gathered, read};
use super::result::{CaseResult, FormulaIntervals, LossFormula, Named, OverRuns, ServerResult};
use crate::measure::outcome::RunOutcome;
use crate::spec::metric::{COMPARED, Metric};
use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

const TRANSACTIONS: &str = "transactions";

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct ServerSamples {
    lag_transactions: Sample,
    lag: Sample,
    cpu: Sample,
    counters: Vec<(Cow<'static, str>, Sample)>,
}

/// What a run is compared with others by.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Compared {
    /// The metrics that are compared, in the order of the results document.
    pub metrics: [f64; COMPARED],
    /// Mean commit latency, ms.
    pub latency: f64,
}

/// Gathers the runs of one case, in the order of their numbers.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CaseBuilder {
    case: Vec<(String, String)>,
    server_names: Vec<String>,
    runs: u64,
    /// By `Metric::ALL`.
    metrics: Vec<Gathered>,
    latency: Latencies,
    servers: Vec<ServerSamples>,
    load: LoadBuilder,
    one_way: Sample,
    sent_to_ok: Sample,
    formula: Sample,
    exposure: ExposureBuilder,
    /// What is compared with other cases, run by run.
    by_run: Vec<Compared>,
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
            metrics: vec![Gathered::default(); Metric::ALL.len()],
            latency: Latencies::default(),
            servers,
            load: LoadBuilder::default(),
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
        let readings = Metric::ALL.map(|metric| read(metric, outcome));
        for (gathered, reading) in self.metrics.iter_mut().zip(readings) {
            gathered.add(reading);
        }
        let compared = Metric::ALL.into_iter().zip(readings);
        let mut compared = compared.filter(|(metric, _)| metric.entry().is_compared);
        // Nothing to divide by, or no failover: as if it were none.
        let mut next = |_| {
            compared
                .next()
                .and_then(|(_, reading)| reading.value())
                .unwrap_or(0.0)
        };
        self.by_run.push(Compared {
            metrics: std::array::from_fn(&mut next),
            latency: outcome.latency.mean() / 1e6,
        });
        if outcome.ledger.lost_acknowledged > 0 {
            self.first_losing_run.get_or_insert(self.runs);
        }
        self.runs += 1;
        self.exposure.add(&outcome.exposed);
        self.latency.add(&outcome.latency);
        self.load.add(&outcome.load);
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
            let rate = readings[Metric::Throughput as usize].value();
            let rate = rate.unwrap_or(0.0);
            self.formula.add(rate * (one_way - sent_to_ok) / 1e3);
        }
    }

    /// What is compared with other cases, run by run.
    pub fn by_run(&self) -> &[Compared] {
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
        let metrics = Metric::ALL.into_iter().zip(&self.metrics);
        let metrics = metrics
            .map(|(metric, gathered)| (metric.entry().name.to_owned(), gathered.finish(metric)));
        let servers =
            self.server_names
                .iter()
                .zip(&self.servers)
                .map(|(name, samples)| {
                    let counters = samples.counters.iter().map(|(name, sample)| {
                        (name.clone().into_owned(), OverRuns::of(sample, ""))
                    });
                    let result = ServerResult {
                        lag_transactions: OverRuns::of(&samples.lag_transactions, TRANSACTIONS),
                        lag: OverRuns::of(&samples.lag, "s"),
                        cpu: OverRuns::of(&samples.cpu, "share"),
                        counters: Named(counters.collect()),
                    };
                    (name.clone(), result)
                });
        CaseResult {
            case: Named(self.case.clone()),
            runs: self.runs,
            metrics: Named(metrics.collect()),
            latency: self.latency.finish(),
            servers: Named(servers.collect()),
            load: self.load.finish(&self.server_names),
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
