//! What the simulation shows after each step, and what of it is compared.

use super::super::comparison::{Comparison, Tolerance};
use super::super::load::{SEED, round_trips};
use super::super::machine::{self, Situation};
use super::super::records::{StepsObserved, StepsSetup};
use super::{Answers, Counters, MASTER, PAUSE, Steps};
use crate::engine::Simulation;
use crate::plan::Plan;
use crate::protocol::effect::Input;
use crate::protocol::ids::Span;
use crate::spec::Error;
use serde_json::{Value, json};

pub(super) fn predict(
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

pub(super) fn plan(setup: &StepsSetup, sets: &[(String, String)]) -> Result<Plan, Error> {
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

pub(super) fn metrics(
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
