//! A first look at whole runs.
mod support;
use replsim::plan::FaultKind;
use replsim::protocol::ids::ServerId;
use replsim::protocol::variables::Flavour;
use replsim::run::run_one;
use support::*;

#[test]
#[ignore]
fn look() {
    for flavour in [Flavour::Mysql57, Flavour::Mysql80, Flavour::Mariadb1011] {
        for sessions in [1, 2, 16] {
            for mode in MODES {
                let plan = cluster(flavour, mode, 2, sessions, 20 * MS);
                let t = std::time::Instant::now();
                let o = run_one(&plan, 1, 0, false);
                let s = &o.servers[0].counters;
                println!(
                    "{flavour:?} {sessions} {mode:?} acked {} tps {:.0} p50 {:.2} p99 {:.2} group {:.2} ev {} {:?} lag {:?} {:?}",
                    o.ledger.acknowledged,
                    o.window_acknowledged as f64 / o.window.0 as f64 * 1e9,
                    o.latency.value_at_quantile(0.5) as f64 / 1e6,
                    o.latency.value_at_quantile(0.99) as f64 / 1e6,
                    o.grouped_transactions as f64 / o.groups.max(1) as f64,
                    o.events,
                    t.elapsed(),
                    o.servers
                        .iter()
                        .map(|s| s.lag_transactions)
                        .collect::<Vec<_>>(),
                    s.iter()
                        .filter(|c| c.1 > 0)
                        .map(|c| (c.0.trim_start_matches("Rpl_semi_sync_master_"), c.1))
                        .collect::<Vec<_>>()
                );
            }
        }
    }
    for (name, kind) in [
        ("kill", FaultKind::ProcessKill(vec![ServerId(0)])),
        ("host", FaultKind::HostLoss(0)),
        ("site", FaultKind::SiteLoss(0)),
        ("cut", FaultKind::CutAndKill(vec![ServerId(0)])),
    ] {
        for mode in MODES {
            let mut plan = cluster(Flavour::Mysql80, mode, 2, 16, 5 * MS);
            plan.cluster.manager = Some(manager());
            plan.faults.push(fault(kind.clone()));
            for run in 0..3 {
                let o = run_one(&plan, 1, run, false);
                println!(
                    "{name} {mode:?} {:?} wu {} fo {:?} sim {}",
                    o.ledger,
                    o.write_unavailable.0 as f64 / 1e9,
                    o.failover_time.map(|t| t.0 as f64 / 1e9),
                    o.simulated.0 as f64 / 1e9
                );
            }
        }
    }
}
