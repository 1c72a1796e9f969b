//! What it costs to know at every moment what a crash would lose: the same runs with and without.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use replsim::engine::{Decider, Moment, Observer, Simulation};
use replsim::measure::exposure::{Exposure, Steps};
use replsim::plan::{self, Plan};
use replsim::protocol::effect::Input;
use replsim::protocol::fact::{Fact, Outcome};
use replsim::protocol::ids::{Gtid, SessionId, Span};
use replsim::protocol::world::World;
use replsim::spec;
use std::hint::black_box;

/// Watches the exposure, or nothing.
struct Watch {
    exposure: Option<Exposure>,
}

impl Observer for Watch {
    fn note(&mut self, now: Moment, fact: &Fact, world: &World) {
        if let Some(exposure) = &mut self.exposure {
            exposure.note(now, fact, world);
        }
    }

    fn answered(
        &mut self,
        now: Moment,
        _: Moment,
        id: SessionId,
        outcome: Outcome,
        _: Option<Gtid>,
    ) {
        if let Some(exposure) = &mut self.exposure {
            exposure.answered(now, id, outcome);
        }
    }

    fn input(&mut self, now: Moment, input: Input, world: &World) {
        if let Some(exposure) = &mut self.exposure {
            exposure.input(now, input, world);
        }
    }

    fn stepped(&mut self, now: Moment, input: Input, world: &World) {
        if let Some(exposure) = &mut self.exposure {
            exposure.stepped(now, input, world);
        }
    }
}

impl Decider for Watch {}

/// The shipped three-server cluster, 20 s of it.
fn plan(mode: &str) -> Plan {
    let text = format!(
        r#"{{
        "title": "exposure",
        "model": ["clusters/mysql-8.0", "hardware/io2", "policies/received-first"],
        "overrides": {{"mode": "{mode}", "network": {{"rtt": {{"median": "5 ms", "p99": "5.5 ms"}}}}}},
        "workload": {{"sessions": 16}},
        "warm_up": "1 s",
        "duration": "20 s"
    }}"#
    );
    let loaded =
        spec::load_text("exposure", "exposure.json", &text, &[]).expect("a valid description");
    let cases = plan::cases(&loaded).expect("one case");
    plan::compile(&cases[0]).expect("a valid plan")
}

fn run(plan: &Plan, watched: bool) -> u64 {
    let mut watch = Watch {
        exposure: watched.then(|| Exposure::new(plan, 120, Steps::Dropped)),
    };
    let mut simulation = Simulation::new(plan, 1, 0, Span::seconds(1));
    simulation.run(&mut watch);
    simulation.events()
}

fn exposure(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("exposure");
    group.sample_size(20);
    for mode in ["async", "after_commit", "after_sync"] {
        let plan = plan(mode);
        println!("{mode}: {} events", run(&plan, true));
        for (name, watched) in [("without", false), ("with", true)] {
            group.bench_function(BenchmarkId::new(mode, name), |bencher| {
                bencher.iter(|| black_box(run(&plan, watched)))
            });
        }
    }
    group.finish();
}

criterion_group!(benches, exposure);
criterion_main!(benches);
