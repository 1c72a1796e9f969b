//! The exhaustive search: what it says of small clusters, and that it misses nothing.

mod support;

use replsim::explore::bounds::{Bounds, Reduction};
use replsim::explore::check::check;
use replsim::protocol::effect::Crash;
use replsim::protocol::ids::ServerId;
use replsim::protocol::variables::Flavour;
use support::{MS, Mode, cluster, manager};

fn bounds() -> Bounds {
    Bounds {
        sessions: 2,
        transactions: 2,
        crashes: 1,
        kinds: vec![Crash::ProcessKill],
        victims: vec![vec![ServerId(0)]],
        restarts: 0,
        time_outs: 0,
        failovers: 1,
        partitions: Vec::new(),
        most_states: 3_000_000,
        reduction: Reduction::Local,
        counters: false,
    }
}

#[test]
fn trial() {
    for kind in [
        vec![Crash::ProcessKill],
        vec![Crash::HostLoss],
        vec![Crash::SiteLoss],
        vec![Crash::ProcessKill, Crash::HostLoss, Crash::SiteLoss],
    ] {
        for mode in support::MODES {
            for flavour in [Flavour::Mysql80, Flavour::Mariadb1011] {
                let mut plan = cluster(flavour, mode, 2, 2, MS);
                plan.cluster.manager = Some(manager());
                let bounds = Bounds {
                    kinds: kind.clone(),
                    restarts: 1,
                    ..bounds()
                };
                let begun = std::time::Instant::now();
                let checked = check(&plan.cluster, &bounds);
                println!(
                    "{kind:?} {mode:?} {flavour:?} {} states, depth {}, {} {:?}",
                    checked.states,
                    checked.depth,
                    checked.complete,
                    begun.elapsed()
                );
                for found in &checked.findings {
                    println!(
                        "   {} {:?} {}",
                        found.property.name(),
                        found.verdict,
                        found.way.as_ref().map_or(0, Vec::len)
                    );
                }
            }
        }
    }
}
#[test]
fn trial_two() {
    for (crashes, restarts, failovers, time_outs) in
        [(1u8, 1u8, 1u8, 1u8), (2, 1, 1, 1), (2, 2, 2, 1)]
    {
        for mode in support::MODES {
            for flavour in [Flavour::Mysql80] {
                let mut plan = cluster(flavour, mode, 2, 1, MS);
                plan.cluster.manager = Some(manager());
                let bounds = Bounds {
                    kinds: vec![Crash::ProcessKill, Crash::HostLoss, Crash::SiteLoss],
                    restarts,
                    failovers,
                    crashes,
                    time_outs,
                    sessions: 1,
                    transactions: 1,
                    victims: (0..3).map(|at| vec![ServerId(at)]).collect(),
                    ..bounds()
                };
                let begun = std::time::Instant::now();
                let checked = check(&plan.cluster, &bounds);
                println!(
                    "{crashes} {mode:?} {flavour:?} {} states, depth {}, {} {:?}",
                    checked.states,
                    checked.depth,
                    checked.complete,
                    begun.elapsed()
                );
                for found in &checked.findings {
                    println!(
                        "   {} {:?} {}",
                        found.property.name(),
                        found.verdict,
                        found.way.as_ref().map_or(0, Vec::len)
                    );
                }
            }
        }
    }
}

#[test]
fn trial_truth() {
    use replsim::explore::truth::truth_table;
    for flavour in [Flavour::Mysql80, Flavour::Mariadb1011] {
        for row in truth_table(flavour) {
            println!(
                "{:12} {} {:16} vis {:5} K: ack {:5} old {:5} R {:5} {:?}   O: ack {:5} old {:5} R {:5} {:?}",
                row.mode.name(),
                row.point.name(),
                row.copy.name(),
                row.visible,
                row.kill.acknowledged,
                row.kill.on_old_master,
                row.kill.on_replica,
                row.kill.after_failover(row.visible),
                row.host_loss.acknowledged,
                row.host_loss.on_old_master,
                row.host_loss.on_replica,
                row.host_loss.after_failover(row.visible)
            );
        }
    }
}
