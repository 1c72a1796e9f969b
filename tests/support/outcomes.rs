//! Outcomes and cases for tests.

use hdrhistogram::Histogram;
use replsim::engine::Moment;
use replsim::estimate::result::CaseResult;
use replsim::estimate::summary::CaseBuilder;
use replsim::measure::exposure::Exposed;
use replsim::measure::outcome::{Behind, Ledger, RunOutcome, SendTiming, ServerOutcome};
use replsim::protocol::ids::{ServerId, Span};

/// A run in which so many acknowledged commits were lost; a failover of so many seconds, if there was one.
pub fn run(lost: u64, failover: Option<u64>, latencies_ms: &[u64]) -> RunOutcome {
    let mut latency = Histogram::new(3).expect("three digits");
    for ms in latencies_ms {
        latency.record(ms * 1_000_000).expect("it resizes");
    }
    RunOutcome {
        ledger: Ledger {
            acknowledged: 1000,
            lost_acknowledged: lost,
            ..Ledger::default()
        },
        write_unavailable: Span::seconds(failover.unwrap_or(0)),
        failover_time: failover.map(Span::seconds),
        catch_up: None,
        not_caught_up: false,
        kept_writes: Default::default(),
        split: Default::default(),
        semi_sync_off: Span::default(),
        window_acknowledged: 900,
        window: Span::seconds(3),
        load: Default::default(),
        groups: 300,
        grouped_transactions: 900,
        latency,
        latency_after: Histogram::new(3).expect("three digits"),
        servers: vec![ServerOutcome {
            server: ServerId(0),
            lag: Some(Behind {
                transactions: 0.0,
                seconds: 0.0,
            }),
            cpu: 0.25,
            counters: vec![("Rpl_semi_sync_master_yes_tx", 900)],
        }],
        send: SendTiming {
            count: 900,
            sent_to_ok: -900 * 600_000,
            packets: 100,
            one_way: 100 * 10_000_000,
        },
        broken: None,
        exposed: Exposed {
            from: Moment::START,
            piece: 1,
            kinds: Vec::new(),
        },
        timeline: None,
        events: 1,
        simulated: Span::seconds(4),
    }
}

/// A case of one axis, `mode`, with these runs.
pub fn case(mode: &str, runs: &[RunOutcome]) -> CaseResult {
    let axes = vec![("mode".to_owned(), mode.to_owned())];
    let mut builder = CaseBuilder::new(axes, vec!["mysql-m".to_owned()]);
    runs.iter().for_each(|run| builder.add(run));
    builder.finish()
}
