//! Tests of the table, the results document and CSV, on made-up results.

#[path = "support/outcomes.rs"]
mod outcomes;

use outcomes::{case, run};
use replsim::estimate::expect;
use replsim::estimate::result::{CaseResult, OverRuns};
use replsim::estimate::results::{Asked, Pictured, Results};
use replsim::report::pictures;
use replsim::report::{csv, table};
use replsim::spec::expect::{Bound, Expectation, Number};
use replsim::spec::metric::Metric;
use replsim::spec::number;
use serde_json::Value;

fn results(cases: Vec<CaseResult>) -> Results {
    let nothing_lost = Expectation {
        claim: "the safe mode loses nothing that was acknowledged".to_owned(),
        about: Number {
            metric: "lost_acknowledged".to_owned(),
            statistic: "max".to_owned(),
            unit: "transactions",
        },
        divided_by: None,
        cases: vec![(0, None)],
        bounds: vec![Bound::AtMost(0.0)],
    };
    Results {
        replsim: "0.1.0",
        experiment: Asked {
            name: "made-up".to_owned(),
            title: "Made up".to_owned(),
            question: "What do tests of the table need to see?".to_owned(),
            digest: format!("sha256:{}", "0123456789abcdef".repeat(4)),
        },
        seed: 7,
        expectations: vec![expect::check(&nothing_lost, &cases)],
        cases,
    }
}

/// A case without loss or failover, and one with both.
fn two_cases() -> Vec<CaseResult> {
    let lossy: Vec<_> = (0..400)
        .map(|n| run(50 + n % 15, Some(20), &[2, 4, 8]))
        .collect();
    vec![
        case("safe", &vec![run(0, None, &[20, 21, 25]); 400]),
        case("unsafe", &lossy),
    ]
}

fn widest(text: &str) -> usize {
    text.lines()
        .map(|line| line.chars().count())
        .max()
        .unwrap_or(0)
}

#[test]
fn the_table_shows_intervals_bounds_its_zeros_and_names_what_it_hides() {
    let text = table::table(&results(two_cases()));
    assert!(widest(&text) <= 120);
    insta::with_settings!({snapshot_path => "../snapshots", prepend_module_to_snapshot => false, omit_expression => true}, {
        insta::assert_snapshot!("table-of-made-up-results", text);
    });
}

#[test]
fn every_metric_of_the_catalogue_is_reported_where_it_says_and_can_be_claimed() {
    let results = results(two_cases());
    let document: Value = serde_json::from_str(&results.json()).expect("JSON");
    let reported = document["cases"][1]["metrics"]
        .as_object()
        .expect("an object");
    let names: Vec<&str> = Metric::ALL.map(|metric| metric.entry().name).into();
    let keys: Vec<&str> = reported.keys().map(String::as_str).collect();
    assert_eq!(keys, [&names[..], &["commit_latency"]].concat());
    let (rows, table) = (csv::csv(&results), table::table(&results));
    let columns = Metric::columns();
    for metric in Metric::ALL {
        let entry = metric.entry();
        let (name, unit) = (entry.name, entry.unit.name());
        assert_eq!(reported[name]["unit"], unit, "{name}");
        assert!(rows.contains(&format!(",{name},{unit},")), "{name}");
        assert_eq!(number::unit(name), Ok(unit), "{name}");
        assert!(metric.meaning().ends_with('.'), "{name}");
        let mean = reported[name]["mean"].as_f64().expect("a number");
        let heading = entry.column.map(|column| column.heading.replace('\n', " "));
        if mean > 1.0
            && let Some(heading) = heading
        {
            let first = heading.split(' ').next().expect("a word");
            assert!(table.contains(first), "{name} is a column of\n{table}");
        }
    }
    for pair in columns.windows(2) {
        let place = |at: usize| (pair[at].1.block, pair[at].1.place);
        assert!(place(0) < place(1), "two columns in one place: {pair:?}");
    }
}

#[test]
fn a_table_that_would_be_too_wide_is_shown_in_parts() {
    let mut cases = two_cases();
    for case in &mut cases {
        for (_, metric) in &mut case.metrics.0 {
            let unit = metric.unit;
            *metric = OverRuns {
                unit,
                mean: 123.4,
                ci95: Some([100.1, 146.7]),
                min: 1.0,
                max: 999.0,
                count: 400,
                ..metric.clone()
            };
        }
    }
    let text = table::table(&results(cases));
    assert!(widest(&text) <= 120, "{text}");
    let starts = |word: &str| text.lines().filter(|line| line.starts_with(word)).count();
    assert_eq!(starts("mode "), 3, "{text}");
    assert_eq!(starts("unsafe "), 3, "{text}");
    assert!(!text.contains("Zero everywhere"));
}

#[test]
fn the_document_has_the_keys_of_its_contract_and_six_digits() {
    let results = results(two_cases());
    let text = results.json();
    let document: Value = serde_json::from_str(&text).expect("JSON");
    let again = serde_json::to_string_pretty(&document).expect("JSON") + "\n";
    assert_eq!(text, again, "what is read back is what was written");
    let keys = |value: &Value| -> Vec<String> {
        value
            .as_object()
            .expect("an object")
            .keys()
            .cloned()
            .collect()
    };
    let top = ["replsim", "experiment", "seed", "cases", "expectations"];
    assert_eq!(keys(&document), top);
    let case = &document["cases"][1];
    let parts = [
        "case",
        "runs",
        "metrics",
        "servers",
        "applies",
        "utilisation",
        "limits",
        "loss_formula",
    ];
    assert_eq!(keys(case), parts);
    for name in [
        "acknowledged",
        "lost_acknowledged",
        "visible_then_lost",
        "read_then_lost",
        "errant",
        "kept_unacknowledged",
        "write_unavailable",
        "failover_time",
        "semi_sync_off",
        "throughput",
        "group_size",
    ] {
        let metric = &case["metrics"][name];
        for key in ["unit", "mean", "min", "max", "affected"] {
            assert!(!metric[key].is_null(), "{name}.{key}");
        }
        // Equal numbers do not tell how much they vary.
        let varies = metric["min"] != metric["max"];
        let interval = metric.get("ci95").expect("the key is there");
        assert_eq!(interval.is_array(), varies, "{name}");
        assert!(metric["affected"]["share"].is_number());
        assert_eq!(metric["affected"]["ci95"].as_array().map(Vec::len), Some(2));
    }
    let latency = &case["metrics"]["commit_latency"];
    for key in ["count", "mean", "p50", "p90", "p95", "p99", "p99_9", "max"] {
        assert!(latency[key].is_number(), "commit_latency.{key}");
    }
    assert_eq!(keys(&latency["ci95"]), ["mean", "p50", "p99"]);
    let server = ["lag_transactions", "lag", "cpu", "counters"];
    assert_eq!(keys(&case["servers"]["mysql-m"]), server);
    // 300 commits/s x (10 ms - -0.6 ms).
    assert_eq!(case["loss_formula"]["transactions"], 3.18);
    let cases = document["cases"].to_string();
    for number in cases.split(|c: char| !c.is_ascii_digit() && c != '.') {
        let digits = number
            .trim_start_matches(['0', '.'])
            .trim_end_matches(['0', '.']);
        let digits = digits.chars().filter(char::is_ascii_digit).count();
        assert!(digits <= 6, "{number}");
    }
}

#[test]
fn one_run_has_no_interval_rather_than_a_narrow_one() {
    let results = results(vec![case("safe", &[run(3, None, &[2])])]);
    let document: Value = serde_json::from_str(&results.json()).expect("JSON");
    let metrics = &document["cases"][0]["metrics"];
    assert!(metrics["lost_acknowledged"]["ci95"].is_null());
    assert!(metrics["commit_latency"]["ci95"]["p50"].is_null());
    assert_eq!(metrics["failover_time"]["count"], 0);
}

#[test]
fn csv_has_every_number_of_the_document_and_nothing_for_what_no_run_had() {
    let text = csv::csv(&results(two_cases()));
    let rows: Vec<&str> = text.lines().collect();
    let columns = rows[0].split(',').count();
    assert!(rows.iter().all(|row| row.split(',').count() == columns));
    for start in [
        "safe,400,failover_time,s,,,,,,,,",
        "unsafe,400,failover_time,s,20,,,20,20,1,",
        "unsafe,400,mysql-m.cpu,share,0.25,",
        "unsafe,400,mysql-m.Rpl_semi_sync_master_yes_tx,,900,",
        "unsafe,400,loss_formula.transactions,transactions,3.18,,,",
    ] {
        assert!(
            rows.iter().any(|row| row.starts_with(start)),
            "{start}\n{text}"
        );
    }
}

#[test]
fn many_cases_are_spread_over_panels_of_at_most_twelve_lines() {
    let mut cases = Vec::new();
    for mode in ["async", "after_commit", "after_sync"] {
        for rtt in ["0.2 ms", "1 ms", "10 ms", "100 ms"] {
            for sessions in ["1", "16", "64"] {
                let mut one = case(mode, &[run(0, None, &[2, 4, 8])]);
                one.case.0.push(("rtt".to_owned(), rtt.to_owned()));
                one.case
                    .0
                    .push(("sessions".to_owned(), sessions.to_owned()));
                cases.push(one);
            }
        }
    }
    let pictured: Vec<Pictured> = cases
        .iter()
        .map(|_| Pictured {
            label: String::new(),
            servers: Vec::new(),
            latency: Some(run(0, None, &[2, 4, 8]).latency),
            timeline: None,
            exposed: None,
            exposure: Default::default(),
        })
        .collect();
    let files = pictures::draw(&results(cases), &pictured);
    let (_, svg) = files
        .iter()
        .find(|(name, _)| name == "latency.svg")
        .expect("drawn");
    for sessions in ["sessions 1\n", "sessions 16\n", "sessions 64\n"] {
        assert_eq!(svg.matches(sessions).count(), 1, "{sessions}");
    }
    assert_eq!(svg.matches("commits slower than x").count(), 3);
    assert_eq!(svg.matches("after_sync, 100 ms").count(), 1);
    for (name, _) in files.iter().filter(|(name, _)| name.ends_with(".svg")) {
        let beside = name.replace(".svg", ".csv");
        assert!(files.iter().any(|(name, _)| *name == beside), "{beside}");
    }
}
