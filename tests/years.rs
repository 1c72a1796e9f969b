//! Yearly figures against closed forms, and against decades of failures and repairs that are drawn one by one.

mod support;

use replsim::estimate::yearly::Yearly;
use replsim::plan::Plan;
use replsim::plan::failures::Failure;
use replsim::protocol::crash::Crash;
use replsim::protocol::exposure::ServerSet;
use replsim::protocol::flavour::Flavour;
use replsim::protocol::ids::{ServerId, Span};
use replsim::random::Stream;
use replsim::run::down::{away, probabilities};
use replsim::run::stretches::Known;
use replsim::run::years::{first_repair, years};
use replsim::run::{Nobody, Progress};
use std::sync::atomic::{AtomicU64, Ordering};
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

/// Draws from an exponential distribution with this mean.
fn exponential(draws: &mut Stream, mean: f64) -> f64 {
    -mean * libm::log(1.0 - (draws.next() >> 11) as f64 / (1u64 << 53) as f64)
}

#[test]
fn replicas_are_down_as_often_as_independent_failures_of_all_servers_make_them() {
    // Five hosts, each away for 10^-5 of the time or for a third of it: binomial, while any is up.
    for share in [1e-5f64, 1.0 / 3.0] {
        let each = share / (1.0 - share);
        let failures: Vec<Failure> = (0..5)
            .map(|id| failure(&[id], Crash::HostLoss, each * YEAR / 3_600.0, 3_600))
            .collect();
        close("away", away(&failures[1]), share, 1e-9);
        let sets = probabilities(&failures, MASTER, 4, 1);
        assert_eq!(sets.len(), 16);
        let of = |count: usize| -> f64 {
            let sets = sets.iter().filter(|(set, _)| set.iter().count() == count);
            sets.map(|(_, probability)| probability).sum()
        };
        let anybody = 1.0 - share.powi(5);
        for (count, ways) in [(0, 1.0), (1, 5.0), (2, 10.0), (3, 10.0), (4, 5.0)] {
            let expected = ways * share.powi(count) * (1.0 - share).powi(5 - count) / anybody;
            close("binomial", of(count as usize), expected, 1e-9);
        }
    }
}

/// What befell the servers of a cluster over many years, drawn failure by failure; any server that is up may serve.
#[derive(Default)]
struct Drawn {
    years: f64,
    /// Seconds with nobody up.
    nobody: f64,
    deaths: u64,
    /// Deaths of the serving master with all others down, seconds until the first repair, how often that was another server's,
    /// and how long that one had been away.
    last: u64,
    waited: f64,
    replica_first: u64,
    age: f64,
}

/// Three servers, each up and down for exponential times with these means (s).
fn decades(up: f64, down: f64, deaths: u64) -> Drawn {
    let mut draws = Stream::new(3, 0, "test", "failures");
    let mut drawn = Drawn::default();
    let mut is_up = [true; 3];
    let mut since = [0.0f64; 3];
    let mut until = [0; 3].map(|_: i32| exponential(&mut draws, up));
    let (mut master, mut now, mut died) = (Some(0), 0.0, None);
    while drawn.deaths < deaths {
        let at = (0..3)
            .min_by(|&one, &other| until[one].total_cmp(&until[other]))
            .expect("three");
        if master.is_none() {
            drawn.nobody += until[at] - now;
        }
        now = until[at];
        is_up[at] = !is_up[at];
        let away = now - since[at];
        since[at] = now;
        until[at] += exponential(&mut draws, if is_up[at] { up } else { down });
        match (is_up[at], master) {
            (true, None) => {
                let (then, who): (f64, usize) = died.take().expect("somebody was the last");
                drawn.waited += now - then;
                if at != who {
                    drawn.replica_first += 1;
                    drawn.age += away - (now - then);
                }
                master = Some(at);
            }
            (false, Some(serving)) if serving == at => {
                drawn.deaths += 1;
                master = (0..3).find(|&other| is_up[other]);
                if master.is_none() {
                    drawn.last += 1;
                    died = Some((now, at));
                }
            }
            (true, Some(_)) | (false, Some(_)) | (false, None) => {}
        }
    }
    drawn.years = now / YEAR;
    drawn
}

#[test]
fn decades_drawn_failure_by_failure_are_what_the_composition_says() {
    // Servers that are down for a quarter of the time, so that all three are down now and then.
    let (up, down) = (30_000.0, 10_000);
    let drawn = decades(up, down as f64, 400_000);
    let failures = [0, 1, 2].map(|id| failure(&[id], Crash::HostLoss, YEAR / up, down));
    let both = set(&[1, 2]);
    let alone = drawn.last as f64 / drawn.deaths as f64;
    close(
        "alone",
        alone,
        probabilities(&failures, MASTER, 2, 1)[&both],
        0.02,
    );
    let repair = first_repair(&failures, 0, both);
    let replica_first = drawn.replica_first as f64 / drawn.last as f64;
    close("first", replica_first, repair.by_replica, 0.02);
    close("time", drawn.waited / drawn.last as f64, repair.time, 0.02);
    close(
        "age",
        drawn.age / drawn.replica_first as f64,
        repair.age,
        0.03,
    );
    // A year of such servers has as many deaths, and as many seconds with nobody up, beside the failovers themselves.
    let mut plan = cluster(Flavour::MYSQL_80, Mode::Async, 2, 1, 10 * MS);
    plan.cluster.manager = Some(manager());
    plan.failures = failures.to_vec();
    let year = figures(&plan);
    close(
        "deaths",
        year.master_crashes,
        drawn.deaths as f64 / drawn.years,
        0.02,
    );
    let failover = (plan.delays.detect_silent.mean() + plan.delays.promote.mean()) as f64 / 1e9;
    let failovers = (drawn.deaths - drawn.last) as f64 * failover;
    let without = (drawn.nobody + failovers) / drawn.years;
    close("without writes", year.without_writes.mean, without, 0.02);
}

fn figures(plan: &Plan) -> Yearly {
    years(plan, 1, &mut Known::default(), &Nobody)
        .expect("failure rates")
        .expect("a manager")
}

#[test]
fn no_year_is_longer_than_a_year_and_no_probability_more_than_one() {
    for per_year in [0.1, 4.0, 400.0] {
        for repair in [8_760, 8_760_000] {
            for quorum in [false, true] {
                let mut plan = cluster(Flavour::MYSQL_80, Mode::Async, 1, 1, 10 * MS);
                let mut manager = manager();
                manager.quorum = quorum;
                plan.cluster.manager = Some(manager);
                plan.duration = Span::millis(700);
                plan.failures = vec![
                    failure(&[0], Crash::HostLoss, per_year, repair * 3_600),
                    failure(&[1], Crash::HostLoss, per_year, repair * 3_600),
                    failure(&[0, 1], Crash::HostLoss, per_year / 10.0, repair * 3_600),
                ];
                let year = figures(&plan);
                let what = format!("{per_year} a year, {repair} h: {year:?}");
                let [low, high] = year.without_writes.ci95.expect("an interval");
                let without = year.without_writes.mean;
                assert!(
                    0.0 <= low && low <= without && without <= high && high <= YEAR,
                    "{what}"
                );
                let [low, high] = year.loses_any_per_crash.ci95.expect("an interval");
                let any = year.loses_any_per_crash.mean;
                assert!(
                    0.0 <= low && low <= any && any <= high && high <= 1.0,
                    "{what}"
                );
                assert!(year.master_crashes <= 1.1 * per_year, "{what}");
            }
        }
    }
}

#[test]
fn failures_that_leave_no_quiet_moment_have_no_yearly_figures_and_say_so() {
    let mut plan = cluster(Flavour::MYSQL_80, Mode::Async, 1, 1, MS);
    plan.failures = vec![failure(&[0], Crash::HostLoss, 1.0, 3_600)];
    let reason = |plan: &Plan| {
        years(plan, 1, &mut Known::default(), &Nobody)
            .expect("failure rates")
            .expect_err("no figures")
    };
    assert!(reason(&plan).contains("no manager"));
    plan.cluster.manager = Some(manager());
    plan.failures[0].per_year = 1e6;
    assert!(reason(&plan).contains("faster than a failover"));
    plan.failures.clear();
    assert!(years(&plan, 1, &mut Known::default(), &Nobody).is_none());
}

#[test]
fn a_loss_that_needs_two_failures_within_milliseconds_has_its_closed_form() {
    // AFTER_SYNC, a replica 0.5 ms away that acknowledges and one 20 ms away: what the first has, the second has 20 ms later.
    let mut plan = cluster(Flavour::MYSQL_80, Mode::AfterSync, 2, 1, MS);
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
    let year = figures(&plan);
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
    close("deaths", year.master_crashes, 2.0, 1e-3);
}

#[test]
fn cases_that_differ_in_rates_and_repairs_share_their_stretches_and_get_the_same_figures() {
    let mut known = Known::default();
    let mut plan = cluster(Flavour::MYSQL_80, Mode::Async, 2, 4, MS);
    plan.cluster.manager = Some(manager());
    let ran = Counted::default();
    for (rate, repair) in [(0.5, 3_600), (4.0, 86_400)] {
        plan.failures = (0..3)
            .map(|id| failure(&[id], Crash::HostLoss, rate, repair))
            .collect();
        let shared = years(&plan, 1, &mut known, &ran);
        let alone = years(&plan, 1, &mut Known::default(), &Nobody);
        let lost = |year: Option<Result<Yearly, String>>| {
            let year = year.expect("there are rates").expect("they are known");
            format!("{year:?}")
        };
        assert_eq!(lost(shared), lost(alone));
    }
    let first = ran.0.load(Ordering::Relaxed);
    plan.cluster.sessions = 5;
    years(&plan, 1, &mut known, &ran);
    let both = ran.0.load(Ordering::Relaxed);
    assert_eq!(
        both,
        2 * first,
        "another number of sessions is another stretch"
    );
}

/// How many runs were done.
#[derive(Default)]
struct Counted(AtomicU64);

impl Progress for Counted {
    fn ran(&self, runs: u64) {
        self.0.fetch_add(runs, Ordering::Relaxed);
    }
}
