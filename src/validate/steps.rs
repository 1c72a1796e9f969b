//! One INSERT at a time, replicas stopped and started in between: every counter after every step.

mod predicted;

use predicted::{metrics, predict};

use super::comparison::Comparison;
use super::file::{Cell, MeasuredFile};
use super::records::{StepsObserved, StepsSetup};
use crate::engine::{Decider, Gauges, Moment, Observer, Simulation};
use crate::measure::status;
use crate::protocol::effect::Input;
use crate::protocol::fact::Outcome;
use crate::protocol::ids::{Gtid, ServerId, SessionId, Span};
use crate::protocol::world::World;
use crate::spec::Error;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The session pauses so long after each answer; the steps in between happen in the pauses.
const PAUSE: u64 = 2_000;
/// Prefix of the names that the files leave away.
const PREFIX: &str = "Rpl_semi_sync_master_";

/// Counters by the names of the files.
type Counters = BTreeMap<String, Value>;

/// The counters of every step of every cell with one semi-sync replica; with two, the order in which their
/// acknowledgements arrive decides what a sampled counter shows.
pub fn compare(
    file: &MeasuredFile,
    cells: &[Cell<StepsSetup, StepsObserved>],
    sets: &[(String, String)],
    progress: &(dyn Fn() + Sync),
) -> Result<Vec<Comparison>, Error> {
    let mut compared = Vec::new();
    for cell in cells {
        for (repetition, (_, seen)) in cell.repetitions.iter().enumerate() {
            if cell.setup.semi_sync_replicas == 1 {
                let predicted = predict(&cell.setup, repetition as u64, sets)?;
                compared.extend(metrics(
                    &file.name,
                    &cell.setup,
                    repetition,
                    seen,
                    &predicted,
                )?);
            }
            progress();
        }
    }
    Ok(compared)
}

/// A driver that looks at the master between inputs.
struct Steps<'plan> {
    simulation: Simulation<'plan>,
    answers: Answers,
    taken: Vec<Counters>,
}

/// Counts the answers that the session got.
#[derive(Default)]
struct Answers(u64);

impl Observer for Answers {
    fn answered(&mut self, _: Moment, _: Moment, _: SessionId, _: Outcome, _: Option<Gtid>) {
        self.0 += 1;
    }
    fn sample(&mut self, _: Moment, _: &World, _: &Gauges) {}
}

impl Decider for Answers {}

const MASTER: ServerId = ServerId(0);

impl Steps<'_> {
    fn wait(&mut self, ms: u64) {
        let until = self.simulation.now() + Span::millis(ms);
        self.simulation.run_until(until, &mut self.answers);
    }

    /// Runs on until something is so, looking every 0.1 ms; at most a minute.
    fn until(&mut self, holds: impl Fn(&Steps) -> bool) {
        let limit = self.simulation.now() + Span::seconds(60);
        while !holds(self) && self.simulation.now() < limit {
            let until = self.simulation.now() + Span::micros(100);
            self.simulation.run_until(until, &mut self.answers);
        }
    }

    fn insert(&mut self) {
        let before = self.answers.0;
        self.until(|steps| steps.answers.0 > before);
        self.take();
    }

    fn send_to_replicas(&mut self, replicas: u16, input: fn(ServerId) -> Input) {
        for replica in 1..=replicas {
            self.simulation
                .input(input(ServerId(replica as u8)), &mut self.answers);
        }
    }

    fn take(&mut self) {
        let (world, out) = (&self.simulation.world, &self.simulation.out);
        let all = status::counters(world.server(MASTER), &out.counters[MASTER]);
        let named = all.into_iter().map(|(name, value)| {
            let short = name.strip_prefix(PREFIX).unwrap_or(name);
            let value = match short {
                "status" => json!(if value > 0 { "ON" } else { "OFF" }),
                _ => json!(value),
            };
            (short.to_owned(), value)
        });
        self.taken.push(named.collect());
    }
}
