//! How busy everything was over the runs of a case, what does not keep up, and what is said about it.

use super::interval::Sample;
use super::result::{Named, OverRuns};
use crate::measure::load::{Flow, Load};
use libm::sqrt;
use serde::{Deserialize, Serialize};

/// A core, a disk, a thread or a link that is busy for a larger share of its time is at its limit.
pub const LIMIT: f64 = 0.9;

/// A flow over all runs.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Sums {
    arrived: u64,
    served: u64,
    seconds: f64,
    /// By run: transactions that were left, and those served per second.
    left: Sample,
    rate: Sample,
}

impl Sums {
    fn add(&mut self, flow: Flow, seconds: f64) {
        self.arrived += flow.arrived;
        self.served += flow.served;
        self.seconds += seconds;
        self.left.add(flow.left as f64);
        if seconds > 0.0 {
            self.rate.add(flow.served as f64 / seconds);
        }
    }

    /// Whether what is left grows as long as the run lasts: by more than one in a hundred that arrive, and by more than
    /// their number varies by chance (three standard deviations of a Poisson stream).
    fn grows(&self) -> bool {
        let arrived = self.arrived as f64;
        let more = arrived - self.served as f64;
        more > arrived / 100.0 && more > 3.0 * sqrt(arrived)
    }

    fn per_second(&self, of: u64) -> f64 {
        of as f64 / self.seconds
    }
}

/// Gathers the runs of one case.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct LoadBuilder {
    busy: Vec<(String, Sample)>,
    queue: Option<Sums>,
    replicas: Vec<Option<Sums>>,
}

/// What a replica applies.
#[derive(Clone, Debug, PartialEq)]
pub struct Applies {
    /// Transactions per second.
    pub rate: OverRuns,
    /// Transactions that the master has committed and it has not applied when the window ends.
    pub backlog: OverRuns,
}

/// What grows as long as the run lasts, so that its mean and quantiles measure the run and nothing else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Grows {
    /// The queue of the open loop, and with it the latency.
    pub queue: bool,
    /// The lag of a replica.
    pub lag: bool,
}

/// How busy a case was.
#[derive(Clone, Debug, PartialEq)]
pub struct LoadResult {
    /// The share of its time that a core, disk, thread or link was busy, by its name.
    pub busy: Named<OverRuns>,
    /// By server.
    pub applies: Vec<Option<Applies>>,
    /// What does not keep up.
    pub grows: Grows,
    /// What is at its limit, in words; empty if nothing is.
    pub limits: Vec<String>,
}

impl LoadBuilder {
    /// Takes the next run.
    pub fn add(&mut self, load: &Load) {
        let seconds = crate::measure::seconds(load.watched);
        self.busy.resize_with(load.busy.len(), Default::default);
        for (known, (name, share)) in self.busy.iter_mut().zip(&load.busy) {
            known.0.clone_from(name);
            known.1.add(*share);
        }
        if let Some(queue) = load.queue {
            let sums = self.queue.get_or_insert_default();
            sums.add(queue, seconds);
        }
        self.replicas
            .resize_with(load.replicas.len(), Default::default);
        for (known, flow) in self.replicas.iter_mut().zip(&load.replicas) {
            if let Some(flow) = flow {
                known.get_or_insert_default().add(*flow, seconds);
            }
        }
    }

    /// The result, for servers of these names.
    pub fn finish(&self, servers: &[String]) -> LoadResult {
        let busy = self.busy.iter();
        let applies = |sums: &Sums| Applies {
            rate: OverRuns::of(&sums.rate, "transactions/s"),
            backlog: OverRuns::of(&sums.left, "transactions"),
        };
        let lagging = || (self.replicas.iter().flatten()).filter(|sums| sums.grows());
        LoadResult {
            busy: Named(
                busy.map(|(name, sample)| (name.clone(), OverRuns::of(sample, "share")))
                    .collect(),
            ),
            applies: (self.replicas.iter())
                .map(|sums| sums.as_ref().map(applies))
                .collect(),
            grows: Grows {
                queue: self.queue.as_ref().is_some_and(Sums::grows),
                lag: lagging().next().is_some(),
            },
            limits: self.limits(servers),
        }
    }

    fn limits(&self, servers: &[String]) -> Vec<String> {
        let mut said = Vec::new();
        let queue = self.queue.as_ref().filter(|queue| queue.grows());
        if let Some(queue) = queue {
            said.push(format!(
                "of {:.0}/s that arrive {:.0}/s are served, and the queue grows",
                queue.per_second(queue.arrived),
                queue.per_second(queue.served)
            ));
        }
        for (name, sums) in servers.iter().zip(&self.replicas) {
            if let Some(sums) = sums.as_ref().filter(|sums| sums.grows()) {
                said.push(format!(
                    "{name} applies {:.0} of {:.0}/s, and its lag grows",
                    sums.per_second(sums.served),
                    sums.per_second(sums.arrived)
                ));
            }
        }
        let busiest = self.busiest();
        let full = busiest.iter().take_while(|(_, share)| *share > LIMIT);
        let full: Vec<String> = full.map(|(name, share)| busy(name, *share)).collect();
        if queue.is_some() && full.is_empty() {
            said.push(match busiest.first() {
                Some((name, share)) => format!(
                    "all sessions are busy, and nothing else is ({}): they wait",
                    busy(name, *share)
                ),
                None => "all sessions are busy".to_owned(),
            });
        }
        said.extend(full);
        said
    }

    /// Everything that can be busy, the busiest first.
    pub fn busiest(&self) -> Vec<(&str, f64)> {
        let all = self.busy.iter();
        let mut all: Vec<(&str, f64)> = all
            .map(|(name, sample)| (name.as_str(), sample.mean()))
            .collect();
        all.sort_by(|one, other| other.1.total_cmp(&one.1));
        all
    }
}

/// How busy something is, as people say it.
pub fn busy(name: &str, share: f64) -> String {
    format!("{name}: {:.0} % busy", share * 100.0)
}

#[cfg(test)]
mod tests;
