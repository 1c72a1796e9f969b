//! The interface of the library: what it answers is what the program answers, and a run driven by hand is the experiment's.

use replsim::{Crash, Experiment, Happening, Live, NoServer, Nobody, Options, Span, run_one};

fn sets(sets: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = |(path, value): &(&str, &str)| ((*path).to_owned(), (*value).to_owned());
    sets.iter().map(owned).collect()
}

#[test]
fn a_run_driven_by_hand_ends_as_the_run_of_an_experiment() {
    let loaded = replsim::load("master-crash", &[]).expect("it is built in");
    let experiment = Experiment::plan(&loaded).expect("a valid experiment");
    for plan in &experiment.plans {
        let whole = run_one(plan, 3, 1).ledger;
        assert!(whole.acknowledged > 0);
        let mut live = Live::new(plan, 3, 1);
        let mut moments = 0;
        while live.now() < Span::millis(20) {
            let at = live.step().expect("clients go on");
            assert_eq!(at, live.now());
            moments += 1;
        }
        assert!(moments > 20, "{moments} moments");
        // A fork in which something happens leaves the run as it was.
        let mut fork = live.clone();
        let master = fork.master().expect("somebody serves");
        fork.happen(Happening::Crash(master, Crash::HostLoss))
            .expect("a server");
        assert_ne!(fork.finish().acknowledged, whole.acknowledged);
        assert_eq!(live.finish(), whole);
    }
}

#[test]
fn what_a_crash_now_would_lose_is_what_a_crash_now_loses() {
    let loaded = replsim::load("site-loss", &sets(&[("mode", "async")])).expect("it is built in");
    let experiment = Experiment::plan(&loaded).expect("a valid experiment");
    let plan = &experiment.plans[0];
    let mut lost = 0;
    for run in 0..6 {
        let mut live = Live::new(plan, 1, run);
        live.run_to(Span::millis(400));
        let foreseen = live
            .if_the_master_died(Crash::SiteLoss)
            .expect("somebody serves");
        let master = live.master().expect("somebody serves");
        live.happen(Happening::Crash(master, Crash::SiteLoss))
            .expect("a server");
        assert_eq!(live.finish().lost_acknowledged, foreseen.lost_acknowledged);
        lost += foreseen.lost_acknowledged;
    }
    assert!(lost > 0, "asynchronous replication loses something");
}

#[test]
fn an_experiment_of_the_library_answers_what_the_program_prints() {
    let sets = sets(&[("network.rtt", "3 ms")]);
    let loaded = replsim::load("master-crash", &sets).expect("it is built in");
    let experiment = Experiment::plan(&loaded).expect("a valid experiment");
    let answer = experiment
        .run(&Options::runs(2), &Nobody)
        .expect("an answer");
    let folder = tempfile::tempdir().expect("a folder");
    let printed = std::process::Command::new(env!("CARGO_BIN_EXE_replsim"))
        .args([
            "run",
            "master-crash",
            "--set",
            "network.rtt=3 ms",
            "--runs",
            "2",
        ])
        .args(["--quiet", "--format", "json", "--out"])
        .arg(folder.path())
        .output()
        .expect("the program runs");
    assert_eq!(
        answer.results.json(),
        String::from_utf8_lossy(&printed.stdout)
    );
}

#[test]
fn a_name_that_no_server_has_is_an_error_that_lists_those_that_there_are() {
    let loaded = replsim::load("wait-point", &[]).expect("it is built in");
    let experiment = Experiment::plan(&loaded).expect("a valid experiment");
    let mut live = Live::new(&experiment.plans[0], 1, 0);
    let wrong = live.happen(Happening::StopIoThread("nobody"));
    let NoServer { name, known } = wrong.expect_err("no such server");
    assert_eq!(name, "nobody");
    assert!(known.contains("mysql-m"), "{known}");
}
