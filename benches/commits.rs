//! One million committed transactions of the three-server AFTER_SYNC model with 16 sessions, without a trace.

use criterion::{Criterion, criterion_group, criterion_main};
use replsim::plan::{self, Plan};
use replsim::run::run_one;
use replsim::spec;
use std::hint::black_box;
use std::time::Duration;

/// A run of the shipped three-server cluster, long enough for about a million commits.
fn million() -> Plan {
    let text = r#"{
        "title": "a million commits",
        "model": ["clusters/mysql-8.0", "hardware/io2", "policies/no-manager"],
        "overrides": {"mode": "after_sync", "network": {"rtt": {"median": "5 ms", "p99": "5.5 ms"}}},
        "workload": {"sessions": 16},
        "warm_up": "1 s",
        "duration": "470 s"
    }"#;
    let loaded =
        spec::load_text("million", "million.json", text, &[]).expect("a valid description");
    let cases = plan::cases(&loaded).expect("one case");
    plan::compile(&cases[0]).expect("a valid plan")
}

fn commits(criterion: &mut Criterion) {
    let plan = million();
    let outcome = run_one(&plan, 1, 0);
    println!(
        "{} commits, {} events, {:.1} events per commit",
        outcome.ledger.acknowledged,
        outcome.events,
        outcome.events as f64 / outcome.ledger.acknowledged as f64
    );
    let mut group = criterion.benchmark_group("million commits");
    group
        .sample_size(10)
        .measurement_time(Duration::from_secs(15));
    group.bench_function("after_sync, 16 sessions", |bencher| {
        bencher.iter(|| black_box(run_one(&plan, 1, 0)))
    });
    group.finish();
}

criterion_group!(benches, commits);
criterion_main!(benches);
