//! The semi-sync state machine alone: who is woken, and what is counted (semantics.md 5.2).

use replsim::protocol::commit::Committer;
use replsim::protocol::counters::Counters;
use replsim::protocol::flavour::Flavour;
use replsim::protocol::ids::{Position, ServerId, SessionId};
use replsim::protocol::semi_sync::{SemiSync, Wait};
use replsim::protocol::variables::Variables;

const FLAVOURS: [Flavour; 3] = [Flavour::MYSQL_57, Flavour::MYSQL_80, Flavour::MARIADB_1011];

fn at(index: u64) -> Position {
    Position { file: 1, index }
}

fn session(number: u16) -> Committer {
    Committer::Session(SessionId(number))
}

/// Enabled, with one replica.
fn master(flavour: Flavour) -> (SemiSync, Variables, Counters) {
    let variables = flavour.defaults();
    let mut semi_sync = SemiSync::new(flavour.rules());
    semi_sync.enable(&variables);
    semi_sync.add_replica(ServerId(1), None);
    assert!(semi_sync.on);
    (semi_sync, variables, Counters::default())
}

#[test]
fn a_thread_that_waits_for_an_earlier_position_is_woken_by_it() {
    for flavour in FLAVOURS {
        let (mut semi_sync, variables, mut counters) = master(flavour);
        for index in [3, 5] {
            semi_sync.register(at(index), &mut counters);
        }
        for (number, index) in [(1, 5), (2, 3)] {
            let wait = semi_sync.begin_wait(session(number), at(index), &variables, &mut counters);
            assert_eq!(wait, Wait::Sleeps);
        }
        assert_eq!(counters.wait_pos_backtraverse, 1, "{flavour:?}");
        let woken = semi_sync.acknowledge(ServerId(1), at(3)).woken;
        assert_eq!(woken, [session(2)], "{flavour:?}");
        let woken = semi_sync.acknowledge(ServerId(1), at(5)).woken;
        assert_eq!(woken, [session(1)], "{flavour:?}");
    }
}

#[test]
fn mysql_counts_every_call_of_switch_off_and_mariadb_the_change() {
    for (flavour, expected) in FLAVOURS.into_iter().zip([2, 2, 1]) {
        let (mut semi_sync, variables, mut counters) = master(flavour);
        semi_sync.register(at(1), &mut counters);
        let wait = semi_sync.begin_wait(session(1), at(1), &variables, &mut counters);
        assert_eq!(wait, Wait::Sleeps);
        let change = semi_sync.time_out(session(1), &mut counters);
        assert_eq!(change.and_then(|change| change.status), Some(false));
        assert_eq!((counters.no_times, counters.no_tx), (1, 1));
        // Off already.
        semi_sync.disable(&mut counters);
        assert_eq!(counters.no_times, expected, "{flavour:?}");
    }
}
