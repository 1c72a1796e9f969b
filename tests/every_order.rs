//! The exhaustive search: what it says of small clusters, that it misses nothing, and what it finds without being told.

mod support;

use replsim::explore::bounds::{Bounds, Reduction};
use replsim::explore::canonical::alike;
use replsim::explore::check::{Checked, Verdict, check, check_only};
use replsim::explore::properties::Property;
use replsim::explore::state::State;
use replsim::plan;
use replsim::protocol::crash::Crash;
use replsim::protocol::flavour::Flavour;
use replsim::protocol::ids::{ServerId, Span};
use replsim::protocol::partition::End;
use replsim::protocol::rename::Rename;
use replsim::protocol::setup::{CandidateBy, Guard, Return, SetReadOnly, Setup};
use replsim::protocol::thread::ThreadKind;
use replsim::protocol::variables::Positioning;
use replsim::run::{self, run_one};
use replsim::spec;
use replsim::spec::check::Check;
use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use support::{MODES, MS, Mode, cluster, manager};

const FLAVOURS: [Flavour; 3] = [Flavour::MYSQL_57, Flavour::MYSQL_80, Flavour::MARIADB_1011];
const ALL_KINDS: [Crash; 3] = [Crash::ProcessKill, Crash::HostLoss, Crash::SiteLoss];

/// A master, two replicas, a manager that promotes by received position; semi-sync waits for ever.
fn setup(flavour: Flavour, mode: Mode) -> Setup {
    let mut setup = cluster(flavour, mode, 2, 2, MS).cluster;
    setup.manager = Some(manager());
    for server in &mut setup.servers {
        server.variables.sync_binlog = 1;
        server.variables.log_slave_updates = true;
        server.variables.positioning = Positioning::Gtid;
        server.variables.workers = 1;
        server.variables.semi_sync_timeout = Span::FOREVER;
    }
    setup
}

/// Two transactions of two sessions, one crash of the master, one failover.
fn bounds(kind: Crash) -> Bounds {
    Bounds {
        crashes: 1,
        kinds: vec![kind],
        victims: vec![vec![ServerId(0)]],
        failovers: 1,
        most_states: 20_000_000,
        ..Bounds::quiet(2, 2)
    }
}

/// One transaction of one session; so many crashes of any server.
fn any_server(crashes: u8, kinds: &[Crash]) -> Bounds {
    Bounds {
        sessions: 1,
        transactions: 1,
        crashes,
        kinds: kinds.to_vec(),
        victims: (0..3).map(|at| vec![ServerId(at)]).collect(),
        restarts: 1,
        ..bounds(Crash::ProcessKill)
    }
}

fn verdict(checked: &Checked, property: Property) -> Verdict {
    checked.of(property).expect("it was asked").verdict
}

/// A guarantee fails, and the shortest way there is as long as this.
fn fails_after(setup: &Setup, bounds: &Bounds, property: Property, events: usize) {
    let checked = check(setup, bounds);
    let finding = checked.of(property).expect("it was asked");
    assert_eq!(
        finding.verdict,
        Verdict::Fails,
        "{} {:?}",
        property.name(),
        checked.states
    );
    let way = finding.way.as_ref().expect("a counterexample");
    assert_eq!(way.len(), events, "{}: {way:?}", property.name());
}

#[test]
fn master_crash_is_searched_whole_and_holds_what_each_mode_promises() {
    use Property::*;
    // States by flavour and mode: one more or one less is another core.
    let mut counted = Vec::new();
    for flavour in FLAVOURS {
        for mode in MODES {
            let checked = check(&setup(flavour, mode), &bounds(Crash::SiteLoss));
            assert!(checked.complete);
            counted.push(checked.states);
            let acknowledged = verdict(&checked, NothingAcknowledgedIsLost);
            let visible = verdict(&checked, NothingVisibleIsLost);
            assert_eq!(
                acknowledged == Verdict::Holds,
                mode != Mode::Async,
                "{mode:?}"
            );
            assert_eq!(
                visible == Verdict::Holds,
                mode == Mode::AfterSync,
                "{mode:?}"
            );
            for property in [NoErrantTransaction, NoHole, OneMaster] {
                assert_eq!(
                    verdict(&checked, property),
                    Verdict::Holds,
                    "{}",
                    property.name()
                );
            }
            for property in [SomethingAcknowledged, FailoverCompletes] {
                assert_eq!(
                    verdict(&checked, property),
                    Verdict::Holds,
                    "{}",
                    property.name()
                );
            }
        }
    }
    assert_eq!(counted, STATES);
}

/// States of `master_crash_is_searched_whole`, flavour by flavour.
const STATES: [usize; 9] = [3768, 11_766, 8628, 3768, 12_421, 8628, 3812, 11_793, 8875];

/// Every state within the bounds, replicas that are alike put into every order: the least fingerprint of each.
fn orbits(setup: &Setup, bounds: &Bounds, alike: &[ServerId]) -> BTreeSet<u64> {
    let fingerprint = |state: &State| {
        let mut hasher = DefaultHasher::new();
        state.hash(&mut hasher);
        hasher.finish()
    };
    let setup = &Setup {
        sessions: bounds.sessions,
        ..setup.clone()
    };
    let swap = [ServerId(0), ServerId(2), ServerId(1)];
    let mut orbits = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let mut open = vec![State::first(setup, bounds)];
    let mut actions = Vec::new();
    while let Some(state) = open.pop() {
        let mut swapped = state.clone();
        swapped.rename(&swap);
        orbits.insert(fingerprint(&state).min(fingerprint(&swapped)));
        swapped.rename(&swap);
        assert_eq!(swapped, state, "renamed twice is what it was");
        state.actions(bounds, &mut actions);
        for action in actions.drain(..) {
            let next = state.after(&action, bounds, &mut |_| {});
            let (next, _) = next.canonical(alike);
            if seen.insert(fingerprint(&next)) {
                open.push(next);
            }
        }
    }
    orbits
}

#[test]
fn replicas_that_are_alike_are_searched_once_and_nothing_is_missed() {
    for flavour in FLAVOURS {
        for mode in MODES {
            let setup = setup(flavour, mode);
            for bounds in [bounds(Crash::SiteLoss), any_server(1, &[Crash::HostLoss])] {
                let alike = alike(&setup, &bounds);
                assert_eq!(alike, [ServerId(1), ServerId(2)]);
                let every = orbits(&setup, &bounds, &[]);
                assert_eq!(orbits(&setup, &bounds, &alike), every);
                // A few states are told apart by more than what puts replicas in order.
                let states = check(&setup, &bounds).states;
                assert!(
                    states < every.len() * 11 / 10,
                    "{states} for {}",
                    every.len()
                );
            }
        }
    }
}

/// With local steps run at once the search says what it says with every step an event of its own, in fewer states.
fn hides_nothing(setup: &Setup, local: &Bounds, what: &str) {
    let every = Bounds {
        reduction: Reduction::None,
        ..local.clone()
    };
    let (local, every) = (check(setup, local), check(setup, &every));
    assert!(local.complete && every.complete);
    assert!(
        every.states > 2 * local.states,
        "{} and {}",
        every.states,
        local.states
    );
    let verdicts = |checked: &Checked| -> Vec<(Property, Verdict)> {
        let found = checked.findings.iter();
        found.map(|found| (found.property, found.verdict)).collect()
    };
    assert_eq!(verdicts(&local), verdicts(&every), "{what}");
}

fn hides_nothing_of(flavour: Flavour, kinds: &[Crash]) {
    for mode in MODES {
        for &kind in kinds {
            let setup = setup(flavour, mode);
            let local = Bounds {
                sessions: 1,
                transactions: 1,
                restarts: 1,
                ..bounds(kind)
            };
            hides_nothing(&setup, &local, &format!("{flavour:?} {mode:?} {kind:?}"));
        }
    }
}

#[test]
fn what_is_run_at_once_hides_nothing_of_mysql() {
    hides_nothing_of(Flavour::MYSQL_80, &[Crash::HostLoss]);
}

#[test]
fn what_is_run_at_once_hides_nothing_of_mariadb() {
    hides_nothing_of(Flavour::MARIADB_1011, &[Crash::HostLoss]);
}

#[test]
#[ignore = "takes a minute"]
fn what_is_run_at_once_hides_nothing_whatever_the_kind_of_crash() {
    for flavour in FLAVOURS {
        hides_nothing_of(flavour, &ALL_KINDS);
    }
}

/// One replica, which syncs its relay log at every event; a transaction is two events.
fn one_synced_replica(flavour: Flavour, mode: Mode) -> Setup {
    let mut setup = setup(flavour, mode);
    setup.servers.truncate(2);
    setup.servers[1].variables.sync_relay_log = 1;
    setup.shape.events_per_transaction = 2;
    setup
}

/// The IO thread of the replica is stopped once and started again, or its connection breaks once.
fn connection_ends(stops: u8, disconnects: u8) -> Bounds {
    Bounds {
        stops,
        stoppable: vec![ThreadKind::Io.of(ServerId(1))],
        disconnects,
        ..bounds(Crash::SiteLoss)
    }
}

#[test]
fn what_is_run_at_once_hides_nothing_when_threads_stop_and_connections_break() {
    for flavour in [Flavour::MYSQL_80, Flavour::MARIADB_1011] {
        for mode in [Mode::Async, Mode::AfterSync] {
            for (stops, disconnects) in [(1, 0), (0, 1)] {
                let setup = one_synced_replica(flavour, mode);
                let local = Bounds {
                    sessions: 1,
                    transactions: 1,
                    ..connection_ends(stops, disconnects)
                };
                hides_nothing(
                    &setup,
                    &local,
                    &format!("{flavour:?} {mode:?} {stops} {disconnects}"),
                );
            }
        }
    }
}

#[test]
fn a_connection_that_ends_while_the_relay_log_is_synced_leaves_no_hole_and_loses_nothing() {
    for flavour in FLAVOURS {
        for (stops, disconnects) in [(1, 0), (0, 1)] {
            let setup = one_synced_replica(flavour, Mode::AfterSync);
            let checked = check(&setup, &connection_ends(stops, disconnects));
            assert!(checked.complete);
            for property in [
                Property::NothingAcknowledgedIsLost,
                Property::NothingVisibleIsLost,
                Property::NoHole,
                Property::AcknowledgementsAreTrue,
            ] {
                let found = checked.of(property).expect("it was asked");
                assert_eq!(
                    found.verdict,
                    Verdict::Holds,
                    "{property:?} {:?}",
                    found.way
                );
            }
        }
    }
}

#[test]
fn after_commit_takes_back_what_others_could_read() {
    for flavour in FLAVOURS {
        let setup = setup(flavour, Mode::AfterCommit);
        fails_after(
            &setup,
            &bounds(Crash::ProcessKill),
            Property::NothingVisibleIsLost,
            5,
        );
    }
}

#[test]
fn after_sync_leaves_an_errant_transaction_on_the_old_master() {
    for flavour in FLAVOURS {
        let bounds = Bounds {
            restarts: 1,
            ..bounds(Crash::ProcessKill)
        };
        let setup = setup(flavour, Mode::AfterSync);
        fails_after(&setup, &bounds, Property::NoErrantTransaction, 5);
    }
}

#[test]
fn a_time_out_that_falls_back_loses_what_was_acknowledged() {
    for flavour in FLAVOURS {
        let mut setup = setup(flavour, Mode::AfterSync);
        setup.servers[0].variables.semi_sync_timeout = Span::seconds(10);
        let bounds = Bounds {
            time_outs: 1,
            ..bounds(Crash::ProcessKill)
        };
        fails_after(&setup, &bounds, Property::NothingAcknowledgedIsLost, 6);
    }
}

#[test]
fn promotion_by_executed_position_loses_what_was_acknowledged() {
    let mut setup = setup(Flavour::MYSQL_80, Mode::AfterSync);
    let executed = |setup: &mut Setup| {
        let manager = setup.manager.as_mut().expect("there is one");
        manager.candidate = CandidateBy::Executed;
    };
    let checked = check(&setup, &bounds(Crash::ProcessKill));
    assert_eq!(
        verdict(&checked, Property::NothingAcknowledgedIsLost),
        Verdict::Holds
    );
    executed(&mut setup);
    let checked = check(&setup, &bounds(Crash::ProcessKill));
    assert_eq!(
        verdict(&checked, Property::NothingAcknowledgedIsLost),
        Verdict::Fails
    );
}

#[test]
fn an_acker_that_restarts_with_relay_log_recovery_forgets() {
    let mut setup = setup(Flavour::MYSQL_80, Mode::AfterSync);
    setup.servers[2].variables.semi_sync_slave = false;
    setup.servers[2].upstream = None;
    let bounds = Bounds {
        failovers: 1,
        ..any_server(2, &[Crash::ProcessKill])
    };
    let checked = check(&setup, &bounds);
    assert_eq!(
        verdict(&checked, Property::NothingAcknowledgedIsLost),
        Verdict::Holds
    );
    for server in &mut setup.servers {
        server.variables.relay_log_recovery = true;
    }
    let checked = check(&setup, &bounds);
    assert_eq!(
        verdict(&checked, Property::NothingAcknowledgedIsLost),
        Verdict::Fails
    );
}

#[test]
fn an_acker_that_loses_its_host_forgets_what_it_did_not_sync() {
    let mut setup = setup(Flavour::MYSQL_80, Mode::AfterSync);
    setup.servers[2].upstream = None;
    setup.servers[2].variables.semi_sync_slave = false;
    setup.shape.events_per_transaction = 1;
    let bounds = any_server(2, &[Crash::HostLoss]);
    for (sync_relay_log, expected) in [(10_000, Verdict::Fails), (1, Verdict::Holds)] {
        for server in &mut setup.servers {
            server.variables.sync_relay_log = sync_relay_log;
        }
        let checked = check(&setup, &bounds);
        let found = verdict(&checked, Property::NothingAcknowledgedIsLost);
        assert_eq!(found, expected, "sync_relay_log={sync_relay_log}");
    }
}

#[test]
fn a_partition_without_fencing_makes_two_masters() {
    let mut setup = setup(Flavour::MYSQL_80, Mode::Async);
    setup.client_places = 2;
    // The master and the first place of clients on one side, everybody else on the other.
    let inside = [End::Server(ServerId(0)), End::Clients(0)];
    let outside = [
        End::Server(ServerId(1)),
        End::Server(ServerId(2)),
        End::Clients(1),
        End::Manager,
    ];
    let mut paths = Vec::new();
    for one in inside {
        for other in outside {
            paths.extend([(one, other), (other, one)]);
        }
    }
    let bounds = Bounds {
        crashes: 0,
        partitions: vec![paths],
        transactions: 1,
        ..bounds(Crash::ProcessKill)
    };
    fails_after(&setup, &bounds, Property::OneMaster, 3);
}

#[test]
fn a_staged_return_acknowledges_alone_and_a_blocked_one_never_does() {
    for (on_return, expected) in [
        (Return::Blocked, Verdict::Holds),
        (Return::Staged { limit: 1 }, Verdict::Fails),
    ] {
        let mut setup = setup(Flavour::MYSQL_80, Mode::AfterSync);
        setup.guard = Some(Guard {
            on_return,
            set_read_only: SetReadOnly::AtOnce,
        });
        setup.servers[2].upstream = None;
        setup.servers[2].variables.semi_sync_slave = false;
        let bounds = Bounds {
            victims: vec![vec![ServerId(1)]],
            ..any_server(1, &[Crash::ProcessKill])
        };
        let checked = check(&setup, &bounds);
        let found = verdict(&checked, Property::NothingAcknowledgedAlone);
        assert_eq!(found, expected, "{on_return:?}");
    }
}

#[test]
fn semi_sync_comes_back_on_and_the_counters_add_up() {
    for flavour in FLAVOURS {
        for mode in [Mode::AfterCommit, Mode::AfterSync] {
            let mut setup = setup(flavour, mode);
            setup.servers[0].variables.semi_sync_timeout = Span::seconds(10);
            setup.servers[2].upstream = None;
            setup.servers[2].variables.semi_sync_slave = false;
            let bounds = Bounds {
                time_outs: 1,
                crashes: 0,
                failovers: 0,
                counters: true,
                ..bounds(Crash::ProcessKill)
            };
            let checked = check(&setup, &bounds);
            assert!(checked.complete);
            for property in [Property::CountersAddUp, Property::SemiSyncComesBack] {
                assert_eq!(
                    verdict(&checked, property),
                    Verdict::Holds,
                    "{}",
                    property.name()
                );
            }
        }
    }
}

#[test]
fn a_search_that_is_stopped_says_that_it_is_not_decided() {
    let bounds = Bounds {
        most_states: 500,
        ..bounds(Crash::SiteLoss)
    };
    let checked = check(&setup(Flavour::MYSQL_80, Mode::AfterSync), &bounds);
    assert!(!checked.complete);
    let found = verdict(&checked, Property::NothingAcknowledgedIsLost);
    assert_eq!(found, Verdict::Undecided);
}

#[test]
fn disks_that_are_gone_for_good_leave_guarantees_undecided_where_nobody_is_left() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/broken/hole/disks_gone_nobody_left.json"
    );
    let loaded = spec::load(path, &[]).expect("it is valid");
    let cases = plan::cases(&loaded).expect("it is valid");
    let plan = plan::compile(&cases[0]).expect("it is valid");
    // No manager, and the master's disks are gone: timed runs count all of it as lost, if a transaction came before.
    let ledgers = (0..20).map(|run| run_one(&plan, loaded.experiment.seed, run).ledger);
    assert!(ledgers.map(|ledger| ledger.lost_acknowledged).sum::<u64>() > 0);
    let (mut bounds, _) = run::bounds::bounds(&plan, &Check::default());
    let verdict = |setup: &Setup, bounds: &Bounds| {
        let asked = vec![Property::NothingAcknowledgedIsLost];
        check_only(setup, bounds, asked).findings[0].verdict
    };
    assert_eq!(verdict(&plan.cluster, &bounds), Verdict::Undecided);
    let named = bounds.not_searched(&plan.cluster);
    assert!(named.iter().any(|what| what.contains("returns: never")));
    bounds.destroyed.clear();
    assert_eq!(verdict(&plan.cluster, &bounds), Verdict::Holds);
    // With a manager a replica takes over, unless both may be gone.
    let mut managed = plan.cluster.clone();
    managed.manager = Some(support::manager());
    bounds.destroyed = vec![ServerId(0)];
    bounds.failovers = 1;
    for (crashes, may) in [(1, false), (2, true)] {
        bounds.crashes = crashes;
        assert_eq!(bounds.may_lose_disks(&managed), may);
    }
    // With a quorum it is enough that too few are left; and a manager that reaches nobody takes nobody.
    bounds.crashes = 1;
    bounds.victims = vec![vec![ServerId(0), ServerId(1)]];
    let mut three = setup(Flavour::MYSQL_80, Mode::AfterSync);
    assert!(!bounds.may_lose_disks(&three));
    three.manager.as_mut().expect("there is one").quorum = true;
    assert!(bounds.may_lose_disks(&three));
    let one = setup(Flavour::MYSQL_80, Mode::AfterSync);
    let cut = (End::Manager, End::Server(ServerId(1)));
    bounds.partitions = vec![vec![cut]];
    assert!(bounds.may_lose_disks(&one));
}
