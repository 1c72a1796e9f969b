//! Tests of verdicts: what holds, what does not, and what is said about it.

#[path = "support/outcomes.rs"]
mod outcomes;

use outcomes::{case, run};
use replsim::estimate::expect::{Verdict, check};
use replsim::estimate::result::CaseResult;
use replsim::spec::expect::{Bound, Expectation, Number};

fn claim(metric: &str, statistic: &str, unit: &'static str, bound: Bound) -> Expectation {
    Expectation {
        claim: "so it is".to_owned(),
        about: Number {
            metric: metric.to_owned(),
            statistic: statistic.to_owned(),
            unit,
        },
        divided_by: None,
        cases: vec![(0, None), (1, None)],
        bounds: vec![bound],
    }
}

fn of_first(mut expectation: Expectation) -> Expectation {
    expectation.cases.truncate(1);
    expectation
}

/// Nothing lost and no failover; something lost and a failover.
fn results() -> [CaseResult; 2] {
    [
        case("safe", &vec![run(0, None, &[]); 400]),
        case(
            "unsafe",
            &[run(3, Some(20), &[2, 4]), run(5, Some(22), &[2, 4])],
        ),
    ]
}

fn says(expectation: &Expectation) -> (bool, String) {
    let Verdict { held, observed, .. } = check(expectation, &results());
    (held, observed)
}

#[test]
fn a_number_that_no_run_had_makes_no_claim_hold() {
    let failover = claim("failover_time", "mean", "s", Bound::AtMost(30.0));
    assert_eq!(
        says(&of_first(failover.clone())),
        (false, "no failover_time in any run [mode=safe]".to_owned())
    );
    let (held, observed) = says(&failover);
    assert!(!held);
    assert_eq!(
        observed,
        "fails in 1 of 2 cases: no failover_time in any run [mode=safe]"
    );
    let latency = claim("commit_latency", "p50", "ms", Bound::AtMost(5.0));
    assert_eq!(
        says(&of_first(latency)),
        (false, "no commit_latency in any run [mode=safe]".to_owned())
    );
}

#[test]
fn zero_losses_are_bounded_and_said_of_each_case_only_if_each_has_none() {
    let nothing = claim(
        "lost_acknowledged",
        "max",
        "transactions",
        Bound::AtMost(0.0),
    );
    assert_eq!(
        says(&of_first(nothing.clone())),
        (
            true,
            "0 in 400 runs; at most 0.746 % of runs (95 %) [mode=safe]".to_owned()
        )
    );
    let both = check(
        &nothing,
        &[
            case("safe", &vec![run(0, None, &[]); 400]),
            case("too", &vec![run(0, None, &[]); 100]),
        ],
    );
    assert_eq!(
        both.observed,
        "0 in 100 runs of each case; at most 2.95 % of runs (95 %)"
    );
    let something = claim(
        "lost_acknowledged",
        "mean",
        "transactions",
        Bound::Above(0.0),
    );
    assert_eq!(
        says(&something),
        (
            false,
            "fails in 1 of 2 cases: 0 in 400 runs; at most 0.746 % of runs (95 %) [mode=safe]"
                .to_owned()
        )
    );
}

#[test]
fn a_ratio_gives_both_numbers_with_their_intervals() {
    let mut ratio = claim("failover_time", "mean", "s", Bound::AtMost(2.0));
    ratio.divided_by = Some(ratio.about.clone());
    ratio.cases = vec![(1, Some(1))];
    let one = "21 s (8.29 to 33.7)";
    assert_eq!(
        says(&ratio),
        (true, format!("1 times: {one} against {one} [mode=unsafe]"))
    );
    ratio.about.metric = "lost_acknowledged".to_owned();
    ratio.divided_by = Some(ratio.about.clone());
    ratio.cases = vec![(1, Some(0))];
    let (held, observed) = says(&ratio);
    assert!(
        !held && observed.starts_with("infinitely many times: 4 "),
        "{observed}"
    );
    ratio.cases = vec![(1, Some(1)), (0, Some(0))];
    assert_eq!(
        says(&ratio),
        (
            false,
            "fails in 1 of 2 cases: 0 against 0 has no ratio [mode=safe]".to_owned()
        )
    );
}

#[test]
fn every_statistic_comes_with_its_uncertainty() {
    let about = |metric: &str, statistic: &str, unit| {
        let mut expectation = claim(metric, statistic, unit, Bound::AtLeast(0.0));
        expectation.cases = vec![(1, None)];
        says(&expectation).1
    };
    assert_eq!(
        about("lost_acknowledged", "affected", ""),
        "in 100 % of runs (15.8 to 100 %) [mode=unsafe]"
    );
    assert_eq!(
        about("commit_latency", "p50", "ms"),
        "p50 2 ms over 2 runs [mode=unsafe]",
        "two equal runs say nothing of the spread"
    );
    assert_eq!(
        about("failover_time", "max", "s"),
        "max 22 s over 2 runs [mode=unsafe]"
    );
}
