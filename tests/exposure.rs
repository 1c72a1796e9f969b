//! What a crash now would cost, in closed form, against forks of the running cluster in which it happens.

use replsim::engine::{Decider, Moment, Observer, Simulation, Submission};
use replsim::measure::exposure::{Exposure, LEVELS, Steps};
use replsim::measure::ledger::Book;
use replsim::plan::{Plan, cases};
use replsim::protocol::crash::Crash;
use replsim::protocol::effect::Input;
use replsim::protocol::fact::{Fact, Outcome};
use replsim::protocol::ids::{Gtid, SessionId, Span};
use replsim::protocol::world::World;
use replsim::random::Stream;
use replsim::run::fork::crash_in_fork;
use replsim::spec::load_text;
use serde_json::{Value, json};

/// The book and the exposure of a run.
struct Watch {
    book: Book,
    exposure: Exposure,
}

impl Observer for Watch {
    fn note(&mut self, now: Moment, fact: &Fact, world: &World) {
        self.book.note(fact, world);
        self.exposure.note(now, fact, world);
    }

    fn answered(
        &mut self,
        now: Moment,
        _: Moment,
        id: SessionId,
        outcome: Outcome,
        gtid: Option<Gtid>,
    ) {
        self.book.answered(id, outcome, gtid);
        self.exposure.answered(now, id, outcome);
    }

    fn submitted(&mut self, _: Moment, session: SessionId, submission: Submission) {
        self.book.submitted(session, submission);
    }

    fn moved(&mut self, from: SessionId, to: SessionId) {
        self.book.moved(from, to);
        self.exposure.moved(from, to);
    }

    fn input(&mut self, now: Moment, input: Input, world: &World) {
        self.exposure.input(now, input, world);
    }

    fn stepped(&mut self, now: Moment, input: Input, world: &World) {
        self.exposure.stepped(now, input, world);
    }
}

impl Decider for Watch {}

/// `site-loss` without its fault, at 5 ms, with a manager that decides soon; changed as asked.
fn plan(mode: &str, change: impl FnOnce(&mut Value)) -> Plan {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(root.join("experiments/site-loss.json")).expect("there");
    let mut experiment: Value = serde_json::from_str(&text).expect("JSON");
    experiment["faults"] = json!([]);
    experiment["duration"] = json!("3600 s");
    // Less than one applier can keep up with: a fork applies its relay log first.
    experiment["workload"]["think_time"] = json!({"exponential": "30 ms"});
    experiment["vary"] = json!({"mode": [mode], "rtt": ["10 ms"]});
    experiment["overrides"]["manager"] = json!({"detect_clean": "0.2 s", "detect_silent": "0.2 s",
        "promote": "0.1 s", "repoint": "0.1 s"});
    experiment
        .as_object_mut()
        .expect("an object")
        .remove("expect");
    experiment["overrides"]["restart"] = json!("0.5 s");
    change(&mut experiment);
    let loaded = load_text("x", "x.json", &experiment.to_string(), &[])
        .unwrap_or_else(|error| panic!("{error}"));
    cases(&loaded).unwrap_or_else(|error| panic!("{error}"))[0]
        .compile()
        .unwrap_or_else(|error| panic!("{error}"))
}

/// At so many random instants of one run, every kind of crash: what the closed form says and what a fork counts.
/// How many of them had something to lose.
fn compare(plan: &Plan, instants: u64, seed: u64, changes: &[u64]) -> [u64; LEVELS.len()] {
    let mut watch = Watch {
        book: Book::new(
            plan.servers.len(),
            usize::from(plan.cluster.sessions + plan.cluster.spare_sessions),
        ),
        exposure: Exposure::new(plan, 100, Steps::Dropped),
    };
    let mut running = Simulation::new(plan, seed, 0, Span::seconds(3600));
    let mut draws = Stream::new(seed, 0, "test", "instants");
    let mut now = plan.warm_up.0;
    let mut something = [0; LEVELS.len()];
    for instant in 0..instants {
        now += draws.next() % 4_000_000;
        running.run_until(Moment::after(Span(now)), &mut watch);
        // What befalls a replica between the master's death and the manager's decision is no part of the instant.
        if (changes.iter()).any(|&at| (now..now + 1_000_000_000).contains(&(at * 1_000_000))) {
            continue;
        }
        for crash in Crash::ALL {
            let dying = watch.exposure.dying(crash);
            let master = plan.cluster.master;
            let ledger = crash_in_fork(&running, &watch.book, master, crash, dying);
            let counted = [
                ledger.lost_acknowledged,
                ledger.visible_then_lost,
                ledger.read_then_lost,
                ledger.errant,
            ];
            let said = watch.exposure.now(crash);
            assert_eq!(
                said, counted,
                "{LEVELS:?}, {crash:?} at {now} ns, instant {instant}"
            );
            for (some, count) in something.iter_mut().zip(counted) {
                *some += u64::from(count > 0);
            }
        }
    }
    something
}

#[test]
fn at_ten_thousand_instants_of_each_mode_a_fork_that_crashes_loses_exactly_what_was_exposed() {
    for mode in ["async", "after_commit", "after_sync"] {
        let plan = plan(mode, |_| {});
        let [lost, visible, read, errant] = compare(&plan, 10_000, 1, &[]);
        assert_eq!(lost > 0, mode == "async", "{mode}: {lost}");
        assert_eq!(visible > 0, mode != "after_sync", "{mode}: {visible}");
        assert_eq!(read > 0, mode != "after_sync", "{mode}: {read}");
        assert!(errant > 1_000, "{mode}: {errant}");
    }
}

/// A name, and values by their paths in the experiment.
type Variant = (&'static str, Vec<(Vec<&'static str>, Value)>);

#[test]
fn it_is_exact_for_other_servers_settings_and_faults_too() {
    let set = |experiment: &mut Value, path: &[&str], value: Value| {
        let mut at = experiment;
        for key in path {
            at = &mut at[*key];
        }
        *at = value;
    };
    let all = |variables: Value| {
        json!({"mysql-m": {"variables": variables}, "mysql-s-1": {"variables": variables},
            "mysql-s-2": {"variables": variables}})
    };
    let variants: Vec<Variant> = vec![
        (
            "mysql 5.7",
            vec![(vec!["overrides", "flavour"], json!("mysql-5.7"))],
        ),
        (
            "mariadb",
            vec![(vec!["overrides", "flavour"], json!("mariadb-10.11"))],
        ),
        (
            "no fsync of the binlog",
            vec![(vec!["overrides", "servers"], all(json!({"sync_binlog": 0})))],
        ),
        (
            "redo in the background",
            vec![(
                vec!["overrides", "servers"],
                all(json!({"innodb_flush_log_at_trx_commit": 0})),
            )],
        ),
        (
            "redo written, binlog seldom synced",
            vec![(
                vec!["overrides", "servers"],
                all(json!({"innodb_flush_log_at_trx_commit": 2, "sync_binlog": 100})),
            )],
        ),
        (
            "a replica beside the master",
            vec![(
                vec!["overrides", "servers"],
                json!({"mysql-s-1": {"host": "host-m"}}),
            )],
        ),
        (
            "a quorum",
            vec![
                (vec!["overrides", "manager", "quorum"], json!(true)),
                (
                    vec!["faults"],
                    json!([{"kind": "process_kill", "server": "mysql-s-2", "at": "1 s",
                        "returns": {"after": "2.5 s"}}]),
                ),
            ],
        ),
        (
            "a replica that stops receiving for a while",
            vec![(
                vec!["faults"],
                json!([{"kind": "stop_io_thread", "server": "mysql-s-1", "at": "1 s", "lasts": "3 s"},
                    {"kind": "stop_io_thread", "server": "mysql-s-2", "at": "2.2 s", "lasts": "3 s"}]),
            )],
        ),
        (
            "replicas that die and come back, a time-out in between",
            vec![
                (
                    vec!["overrides", "servers"],
                    all(json!({"rpl_semi_sync_master_timeout": 300})),
                ),
                (
                    vec!["faults"],
                    json!([{"kind": "host_loss", "server": "mysql-s-1", "at": "1 s",
                            "returns": {"after": "2.5 s"}},
                        {"kind": "process_kill", "server": "mysql-s-2", "at": "2.2 s",
                            "returns": {"after": "2.5 s"}}]),
                ),
            ],
        ),
        (
            "init role slave",
            vec![
                (vec!["overrides", "flavour"], json!("mariadb-10.11")),
                (
                    vec!["overrides", "servers"],
                    all(json!({"init_rpl_role": "SLAVE"})),
                ),
            ],
        ),
        (
            "mariadb flush 2",
            vec![
                (vec!["overrides", "flavour"], json!("mariadb-10.11")),
                (
                    vec!["overrides", "servers"],
                    all(json!({"innodb_flush_log_at_trx_commit": 2, "sync_binlog": 0})),
                ),
            ],
        ),
        (
            "mariadb flush 0",
            vec![
                (vec!["overrides", "flavour"], json!("mariadb-10.11")),
                (
                    vec!["overrides", "servers"],
                    all(json!({"innodb_flush_log_at_trx_commit": 0, "sync_binlog": 0})),
                ),
            ],
        ),
        (
            "init role slave flush 0",
            vec![
                (vec!["overrides", "flavour"], json!("mariadb-10.11")),
                (
                    vec!["overrides", "servers"],
                    all(json!({"init_rpl_role": "SLAVE", "innodb_flush_log_at_trx_commit": 0})),
                ),
            ],
        ),
        (
            "file and position",
            vec![(vec!["overrides", "positioning"], json!("file_and_position"))],
        ),
        (
            "no log_slave_updates",
            vec![(
                vec!["overrides", "servers"],
                all(json!({"log_slave_updates": "OFF"})),
            )],
        ),
        (
            "short writeback, sync 0",
            vec![
                (vec!["overrides", "disk"], json!({"writeback": "100 ms"})),
                (
                    vec!["overrides", "servers"],
                    all(json!({"sync_binlog": 0, "innodb_flush_log_at_trx_commit": 0})),
                ),
            ],
        ),
        (
            "a chain",
            vec![(
                vec!["overrides", "servers"],
                json!({"mysql-s-2": {"replicates_from": "mysql-s-1"}}),
            )],
        ),
        (
            "a chain, the middle beside the master",
            vec![(
                vec!["overrides", "servers"],
                json!({"mysql-s-1": {"host": "host-m"}, "mysql-s-2": {"replicates_from": "mysql-s-1"}}),
            )],
        ),
        (
            "a chain, middle dies",
            vec![
                (
                    vec!["overrides", "servers"],
                    json!({"mysql-s-2": {"replicates_from": "mysql-s-1"}}),
                ),
                (
                    vec!["faults"],
                    json!([{"kind": "process_kill", "server": "mysql-s-1", "at": "1 s", "returns": {"after": "2.5 s"}}]),
                ),
            ],
        ),
        (
            "relay log recovery, host losses",
            vec![
                (
                    vec!["overrides", "servers"],
                    all(json!({"relay_log_recovery": "ON"})),
                ),
                (
                    vec!["faults"],
                    json!([{"kind": "host_loss", "server": "mysql-s-1", "at": "1 s", "returns": {"after": "2.5 s"}},{"kind": "host_loss", "server": "mysql-s-2", "at": "2.2 s", "returns": {"after": "2.5 s"}}]),
                ),
            ],
        ),
        (
            "replicas without durable anything lose hosts",
            vec![
                (
                    vec!["overrides", "servers"],
                    all(json!({"sync_binlog": 0, "innodb_flush_log_at_trx_commit": 0})),
                ),
                (
                    vec!["faults"],
                    json!([{"kind": "host_loss", "server": "mysql-s-1", "at": "1 s", "returns": {"after": "2.5 s"}},{"kind": "host_loss", "server": "mysql-s-2", "at": "2.2 s", "returns": {"after": "2.5 s"}}]),
                ),
            ],
        ),
        (
            "statements in a transaction",
            vec![(vec!["workload", "transaction"], json!({"statements": 3}))],
        ),
        (
            "client timeouts",
            vec![
                (vec!["overrides", "clients", "timeout"], json!("20 ms")),
                (vec!["overrides", "clients", "retry"], json!(true)),
            ],
        ),
    ];
    // Moments of the faults and of their ends, ms, lie among those of the comparison.
    for (name, changes) in variants {
        for mode in ["async", "after_commit", "after_sync"] {
            let plan = plan(mode, |experiment| {
                for (path, value) in &changes {
                    set(experiment, path, value.clone());
                }
            });
            println!("{name}, {mode}");
            compare(&plan, 3_500, 7, &[1_000, 2_200, 4_000, 5_200]);
        }
    }
}
