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

#[test]
#[ignore]
fn phases() {
    for run in 0..6 {
        let mut plan = cluster(Flavour::Mariadb1011, Mode::AfterSync, 2, 16, 20 * MS);
        plan.duration = replsim::protocol::ids::Span::seconds(10);
        let o = run_one(&plan, 1, run, false);
        let q = |q| o.latency.value_at_quantile(q) as f64 / 1e6;
        println!(
            "{} tps {:.0} p10 {:.2} p25 {:.2} p50 {:.2} p75 {:.2} p99 {:.2} mean {:.2} group {:.2}",
            run,
            o.window_acknowledged as f64 / o.window.0 as f64 * 1e9,
            q(0.1),
            q(0.25),
            q(0.5),
            q(0.75),
            q(0.99),
            o.latency.mean() / 1e6,
            o.grouped_transactions as f64 / o.groups.max(1) as f64
        );
    }
}

#[test]
#[ignore]
fn loss() {
    for seed in [11, 12, 13] {
        for rtt in [5 * MS, 20 * MS] {
            let mut plan = cluster(Flavour::Mysql80, Mode::Async, 2, 16, rtt);
            plan.cluster.manager = Some(manager());
            plan.clients.timeout = replsim::protocol::ids::Span::seconds(10);
            plan.faults.push(fault(FaultKind::SiteLoss(0)));
            let n = 200;
            let (mut lost, mut one, mut ok, mut tps) = (vec![], 0.0, 0.0, 0.0);
            for run in 0..n {
                let o = run_one(&plan, seed, run, false);
                lost.push(o.ledger.lost_acknowledged as f64);
                one += o.send.one_way as f64 / o.send.packets as f64 / n as f64 / 1e6;
                ok += o.send.sent_to_ok as f64 / o.send.count as f64 / n as f64 / 1e6;
                tps += o.window_acknowledged as f64 / o.window.0 as f64 * 1e9 / n as f64;
            }
            let m = lost.iter().sum::<f64>() / n as f64;
            let sd = (lost.iter().map(|x| (x - m) * (x - m)).sum::<f64>() / n as f64).sqrt();
            println!(
                "rtt {rtt} mean {m:.2} sd {sd:.2} se {:.2} one {one:.4} ok {ok:.4} tps {tps:.0} expected {:.2}",
                sd / (n as f64).sqrt(),
                tps * (one - ok) / 1e3
            );
        }
    }
}

#[test]
#[ignore]
fn loss_trace() {
    use replsim::protocol::fact::*;
    let rtt = 5 * MS;
    let mut tot = (0.0, 0.0, 0.0);
    for seed in 0..20 {
        let plan = cluster(Flavour::Mysql80, Mode::Async, 2, 16, rtt);
        let mut a = Answers::default();
        let mut sim = replsim::engine::Simulation::new(
            &plan,
            seed,
            0,
            replsim::protocol::ids::Span::seconds(1),
        );
        sim.run_until(1_500 * MS, &mut a);
        let mut sess = vec![0u64; 16];
        let mut recv: Vec<Vec<(u64, u64)>> = vec![vec![]; 3];
        let mut sent: Vec<Vec<(u64, u64)>> = vec![vec![]; 3];
        let mut logs: Vec<(u64, u16, u64)> = vec![];
        for (t, f) in &a.facts {
            match f {
                Fact::Logged {
                    index,
                    session: Some(s),
                    ..
                } => {
                    sess[s.0 as usize] = *index;
                    logs.push((*t, s.0, *index));
                }
                Fact::Received { replica, index } => recv[replica.0 as usize].push((*index, *t)),
                Fact::Sent { replica, index } => sent[replica.0 as usize].push((*index, *t)),
                _ => {}
            }
        }
        let find =
            |v: &Vec<(u64, u64)>, i: u64| v.get(v.partition_point(|&(e, _)| e <= i)).map(|x| x.1);
        let (mut sum, mut n, mut sok) = (0.0, 0, 0.0);
        let mut count = 0;
        for (s, _, end, o) in &a.all {
            if *o != Outcome::Ok || *end < 1_000 * MS || *end > 1_450 * MS {
                continue;
            }
            // last log of session before end
            let i = logs
                .iter()
                .rev()
                .find(|l| l.1 == *s && l.0 < *end)
                .unwrap()
                .2;
            let r = find(&recv[1], i).unwrap().min(find(&recv[2], i).unwrap());
            let st = find(&sent[1], i).unwrap().min(find(&sent[2], i).unwrap());
            sum += r as f64 - *end as f64;
            n += 1;
            sok += *end as f64 - st as f64;
            count += 1;
        }
        tot.0 += sum / 450e6;
        tot.1 += sok / n as f64 / 1e6;
        tot.2 += count as f64 / 0.45;
    }
    println!(
        "rtt expected loss from trace (incl receive work) {:.2} sent_to_ok {:.4} tps {:.0}",
        tot.0 / 20.0,
        tot.1 / 20.0,
        tot.2 / 20.0
    );
}
