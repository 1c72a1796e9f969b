//! Yearly figures against closed forms, and against decades of failures and repairs that are drawn one by one.

mod support;

use replsim::plan::failures::Failure;
use replsim::protocol::effect::Crash;
use replsim::protocol::exposure::ServerSet;
use replsim::protocol::ids::{ServerId, Span};
use replsim::protocol::variables::Flavour;
use replsim::random::Stream;
use replsim::run::years::{away, first_repair, probabilities, years};
use support::{MS, Mode, cluster, fixed, manager, without_noise};

const MASTER: ServerId = ServerId(0);
const YEAR: f64 = 365.25 * 86_400.0;

fn set(ids: &[u8]) -> ServerSet {
    ids.iter().copied().map(ServerId).collect()
}

fn failure(ids: &[u8], crash: Crash, per_year: f64, repair: u64) -> Failure {
    Failure {
        name: format!("{ids:?}"),
        crash,
        servers: set(ids),
        per_year,
        repair: Span::seconds(repair),
    }
}

fn close(what: &str, found: f64, expected: f64, tolerance: f64) {
    assert!(
        (found / expected - 1.0).abs() <= tolerance,
        "{what}: {found} where {expected} was expected (within {tolerance})"
    );
}

#[test]
fn sets_of_servers_are_down_as_often_as_independent_failures_make_them() {
    // Four hosts, each away for 10^-5 of the time: binomial, however rare.
    let each = 1e-5 / (1.0 - 1e-5);
    let failures: Vec<Failure> = (0..5)
        .map(|id| failure(&[id], Crash::HostLoss, each * YEAR / 3_600.0, 3_600))
        .collect();
    close("away", away(&failures[1]), 1e-5, 1e-9);
    let sets = probabilities(&failures, MASTER);
    assert_eq!(sets.len(), 16);
    let of = |count: usize| -> f64 {
        let sets = sets.iter().filter(|(set, _)| set.iter().count() == count);
        sets.map(|(_, probability)| probability).sum()
    };
    for (count, ways) in [(0, 1.0), (1, 4.0), (2, 6.0), (3, 4.0), (4, 1.0)] {
        let expected = ways * 1e-5f64.powi(count) * (1.0 - 1e-5f64).powi(4 - count);
        close("binomial", of(count as usize), expected, 1e-9);
    }
}

#[test]
fn a_decade_drawn_failure_by_failure_loses_what_the_composition_says() {
    let mut draws = Stream::new(3, 0, "test", "failures");
    let mut exponential =
        |mean: f64| -mean * libm::log(1.0 - (draws.next() >> 11) as f64 / (1u64 << 53) as f64);
    // Replicas that are away for a quarter and a third of the time, so that double failures are seen.
    let failures = [
        failure(&[0], Crash::HostLoss, 100.0, 9_000),
        failure(&[1], Crash::HostLoss, YEAR / 30_000.0, 10_000),
        failure(&[2], Crash::HostLoss, YEAR / 40_000.0, 20_000),
    ];
    let both = set(&[1, 2]);
    let (mut first_is_replica, mut age, mut deaths, mut doubles, mut waited) =
        (0u64, 0.0, 0u64, 0u64, 0.0);
    // Each replica's state: up or down until when, and since when.
    let mut until = [0.0, 0.0];
    let mut since = [0.0, 0.0];
    let mut down = [true, true];
    let mut now = 0.0;
    while deaths < 400_000 {
        // The master's deaths sample the replicas at random moments.
        now += exponential(YEAR / failures[0].per_year);
        for at in 0..2 {
            let repair = failures[at + 1].repair.0 as f64 / 1e9;
            let lives = YEAR / failures[at + 1].per_year;
            while until[at] < now {
                since[at] = until[at];
                down[at] = !down[at];
                until[at] += exponential(if down[at] { repair } else { lives });
            }
        }
        deaths += 1;
        if down == [true, true] {
            doubles += 1;
            let repaired = exponential(9_000.0);
            let (first, other) = if until[0] < until[1] { (0, 1) } else { (1, 0) };
            waited += repaired.min(until[first] - now);
            assert!(until[first] <= until[other]);
            if until[first] - now < repaired {
                first_is_replica += 1;
                age += now - since[first];
            }
        }
    }
    let share = doubles as f64 / deaths as f64;
    close(
        "both down",
        share,
        probabilities(&failures, MASTER)[&both],
        0.02,
    );
    let repair = first_repair(&failures, 0, both);
    close(
        "first",
        first_is_replica as f64 / doubles as f64,
        repair.by_replica,
        0.02,
    );
    close("age", age / first_is_replica as f64, repair.age, 0.03);
    close("time", waited / doubles as f64, repair.time, 0.02);
}

#[test]
fn a_loss_that_needs_two_failures_within_milliseconds_has_its_closed_form() {
    // AFTER_SYNC, a replica 0.5 ms away that acknowledges and one 20 ms away: what the first has, the second has 20 ms later.
    let mut plan = cluster(Flavour::Mysql80, Mode::AfterSync, 2, 1, MS);
    without_noise(&mut plan);
    plan.paths[0][2].delay = fixed(20 * MS);
    plan.cluster.manager = Some(manager());
    for server in &mut plan.cluster.servers {
        server.variables.semi_sync_timeout = Span::FOREVER;
    }
    plan.failures = vec![
        failure(&[0], Crash::SiteLoss, 2.0, 3_600),
        failure(&[1], Crash::HostLoss, 0.5, 3_600),
    ];
    let year = years(&plan, 1).expect("rates and a manager");
    let rate = 0.5 / YEAR;
    let cause = |end: &str| {
        let cause = year.causes.iter().find(|cause| cause.cause.ends_with(end));
        cause.map_or(0.0, |cause| cause.per_year / year.master_crashes)
    };
    // The near replica dies, and the master before the far one has everything: between one cycle less and all of 20 ms.
    let at_once = cause("at once");
    assert!((rate * 0.017..rate * 0.021).contains(&at_once), "{at_once}");
    assert!(
        at_once < 1e-9,
        "such a probability takes a billion crashes to see"
    );
    // Or the near replica dies while the manager still decides: always something is only there.
    let before = cause("before the failover");
    let failover = plan.delays.detect_silent.mean() + plan.delays.promote.mean();
    close("failover", before, rate * failover as f64 / 1e9, 0.1);
    close(
        "in all",
        year.loses_any_per_crash.mean,
        at_once + before,
        1e-6,
    );
    assert_eq!(year.master_crashes, 2.0);
}
