//! One INSERT at a time, replicas stopped and started in between: every counter after every step.

use super::comparison::{Comparison, Tolerance};
use super::file::{Cell, MeasuredFile};
use super::load::{SEED, round_trips};
use super::machine::{self, Situation};
use super::records::{StepsObserved, StepsSetup};
use crate::engine::{Decider, Moment, Observer, Simulation};
use crate::measure::status;
use crate::plan::Plan;
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
    fn sample(&mut self, _: Moment, _: &World, _: &dyn Fn(usize) -> u64) {}
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

fn predict(
    setup: &StepsSetup,
    repetition: u64,
    sets: &[(String, String)],
) -> Result<Vec<Counters>, Error> {
    let plan = plan(setup, sets)?;
    let replicas = setup.semi_sync_replicas;
    let mut steps = Steps {
        simulation: Simulation::new(&plan, SEED, repetition, Span::seconds(3600)),
        answers: Answers::default(),
        taken: Vec::new(),
    };
    let clients = |steps: &Steps| steps.simulation.world.server(MASTER).semi_sync.clients;
    // The steps of the harness (`seed004_runs`), in its order.
    steps.until(|steps| u64::from(clients(steps)) == u64::from(replicas));
    steps.take();
    steps.insert();
    steps.send_to_replicas(replicas, Input::StopIoThread);
    // A MariaDB master learns it within that time; a MySQL one with its next transaction.
    steps.wait(300);
    steps.take();
    steps.wait(500);
    steps.take();
    steps.insert();
    steps.insert();
    steps.send_to_replicas(replicas, Input::StartIoThread);
    steps.take();
    steps.until(|steps| steps.simulation.world.server(MASTER).semi_sync.on);
    steps.take();
    steps.insert();
    steps.wait(500);
    steps.take();
    Ok(steps.taken)
}

fn plan(setup: &StepsSetup, sets: &[(String, String)]) -> Result<Plan, Error> {
    let mut servers = json!({});
    for replica in ["r1", "r2"]
        .iter()
        .skip(usize::from(setup.semi_sync_replicas))
    {
        servers[replica] = json!({"replicates_from": null});
    }
    let situation = Situation {
        mode: setup.mode,
        rtt: setup.rtt_ms,
        calibration: None,
        model: json!({
            "servers": servers,
            "master": "m",
            "variables": {
                "rpl_semi_sync_master_timeout": setup.timeout_ms,
                "rpl_semi_sync_master_wait_no_slave": setup.wait_no_slave.name(),
            }
        }),
        experiment: json!({
            // Constant, so that the steps lie between the statements; one session cannot fall into step with others.
            "workload": {"sessions": 1, "think_time": format!("{PAUSE} ms"), "ramp": "1 s"},
            "warm_up": "1 s",
            "duration": "1 min",
        }),
    };
    machine::plan(&situation, sets)
}

fn metrics(
    file: &str,
    setup: &StepsSetup,
    repetition: usize,
    seen: &StepsObserved,
    predicted: &[Counters],
) -> Result<Vec<Comparison>, Error> {
    if seen.steps.len() != predicted.len() {
        let problem = format!(
            "expected {} steps, not {}",
            predicted.len(),
            seen.steps.len()
        );
        return Err(Error::at("seed004_runs", problem).in_file(file));
    }
    let record = format!(
        "{}, {}, one INSERT per step, repetition {}",
        setup.mode.name(),
        round_trips(setup.rtt_ms),
        repetition + 1
    );
    Ok(seen
        .steps
        .iter()
        .zip(predicted)
        .map(|(step, predicted)| {
            let counters = step
                .counters
                .iter()
                .filter(|(name, _)| !name.contains("time") || *name == "no_times");
            let counters = counters.filter(|(name, _)| *name != "timefunc_failures");
            let (mut all, mut equal, mut different) = (0, 0, String::new());
            for (name, value) in counters {
                all += 1;
                match predicted.get(name) {
                    Some(said) if said == value => equal += 1,
                    said => {
                        let said = said.map_or("nothing".to_owned(), Value::to_string);
                        different += &format!(", {name} {value} not {said}");
                    }
                }
            }
            Comparison {
                file: file.to_owned(),
                record: record.clone(),
                metric: format!("equal counters after \"{}\"{different}", step.step),
                unit: "counters",
                observed: f64::from(all),
                predicted: f64::from(equal),
                ratio: Some(f64::from(equal) / f64::from(all)),
                tolerance: Tolerance::Equal,
                within: all == equal,
                busy: None,
                busy_predicted: None,
            }
        })
        .collect())
}
