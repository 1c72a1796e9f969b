//! What a power loss takes from a quiet server: at most what its last second held, whatever is synced at a commit.

use replsim::{Experiment, Nobody, Options};

/// A commit every few seconds, and a master that loses power and comes back.
const QUIET: &str = r#"{
  "question": "What does a quiet server lose with its power?",
  "model": ["clusters/mysql-8.0", "hardware/io2", "policies/no-manager"],
  "overrides": {"mode": "async", "restart": "3 s", "variables": {"sync_binlog": 0}},
  "workload": {"sessions": 1, "think_time": {"exponential": "5 s"}},
  "faults": [{"kind": "host_loss", "server": "mysql-m", "at": {"uniform": ["60 s", "90 s"]}, "returns": {"after": "2 s"}}],
  "vary": {"innodb_flush_log_at_trx_commit": [1, 2]},
  "runs": 1, "duration": "100 s", "warm_up": "1 s"
}"#;

#[test]
fn a_stricter_setting_does_not_lose_more_of_a_quiet_server() {
    let loaded = replsim::load_text("quiet", "quiet.json", QUIET, &[]).expect("a valid experiment");
    let experiment = Experiment::plan(&loaded).expect("a valid experiment");
    let answer = experiment
        .run(&Options::runs(60), &Nobody)
        .expect("an answer");
    let lost: Vec<f64> = answer
        .results
        .cases
        .iter()
        .map(|case| {
            let lost = case.metrics.get("lost_acknowledged").expect("a metric");
            assert_eq!(case.runs, 60);
            lost.mean
        })
        .collect();
    // One commit in five seconds, and a second in which it is in the log buffer or the page cache only: 0.2 a crash at most.
    let [strict, lax] = lost[..] else {
        panic!("two cases: {lost:?}")
    };
    assert!(strict <= lax, "{lost:?}");
    assert!(lax < 0.3, "{lost:?}");
}
