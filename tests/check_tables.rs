//! The truth table against the specification's own, the settings table against what a search says now.

use replsim::explore::settings::{choices, judge};
use replsim::explore::truth::{Copy, Left, Mode, Point, Row, truth_table};
use replsim::protocol::flavour::Flavour;
use replsim::report::check_tables::{settings_row, truth};

const FLAVOURS: [(Flavour, &str, &str); 3] = [
    (Flavour::MYSQL_57, "mysql-5.7", "MySQL 5.7"),
    (Flavour::MYSQL_84, "mysql-8.4", "MySQL 8.4"),
    (Flavour::MARIADB_1011, "mariadb-10.11", "MariaDB 10.11"),
];

fn snapshot(name: &str) -> String {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = root.join("snapshots").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn the_truth_table_of_each_flavour_is_as_reviewed() {
    for (flavour, file, name) in FLAVOURS {
        let table = truth(name, &truth_table(flavour));
        assert_eq!(table, snapshot(&format!("truth-table-{file}.md")));
    }
}

#[test]
fn versions_of_a_family_whose_pipelines_are_the_same_have_the_same_truth_table() {
    let same = [
        (Flavour::MYSQL_84, Flavour::MYSQL_97),
        (Flavour::MARIADB_1011, Flavour::MARIADB_118),
    ];
    for (one, other) in same {
        assert_eq!(truth("", &truth_table(one)), truth("", &truth_table(other)));
    }
}

/// A row of semantics.md 7: modes, points, acked, visible before, on the old master after K and after O, on R,
/// anomalies with failover to R after K and after O, and with a restart in place after K.
struct Expected {
    modes: &'static [Mode],
    points: &'static [Point],
    acked: bool,
    visible: bool,
    old: (bool, bool),
    on_replica: bool,
    failover: (&'static [&'static str], &'static [&'static str]),
    in_place: &'static [&'static str],
}

const ANY: &[Mode] = &Mode::ALL;
const DUPLICATE: &[&str] = &["duplicate on retry"];
const ERRANT: &[&str] = &["errant"];

fn section_7() -> Vec<Expected> {
    use Mode::*;
    use Point::*;
    let row = |modes, points, (acked, visible), old, on_replica, failover, in_place| Expected {
        modes,
        points,
        acked,
        visible,
        old,
        on_replica,
        failover,
        in_place,
    };
    const LOST: &[&str] = &["LOST ACKNOWLEDGED", "visible then lost", "errant"];
    const PHANTOM: &[&str] = &["visible then lost", "errant"];
    const NONE: &[&str] = &[];
    const BOTH: (bool, bool) = (true, true);
    vec![
        row(
            ANY,
            &[Prepared],
            (false, false),
            (false, false),
            false,
            (NONE, NONE),
            NONE,
        ),
        row(
            ANY,
            &[Written],
            (false, false),
            (true, false),
            false,
            (ERRANT, NONE),
            DUPLICATE,
        ),
        row(
            ANY,
            &[Synced],
            (false, false),
            BOTH,
            false,
            (ERRANT, ERRANT),
            DUPLICATE,
        ),
        row(
            &[Async],
            &[OkSent],
            (true, true),
            BOTH,
            false,
            (LOST, LOST),
            NONE,
        ),
        row(
            &[Async],
            &[Committed],
            (false, true),
            BOTH,
            false,
            (PHANTOM, PHANTOM),
            DUPLICATE,
        ),
        row(
            &[Async],
            &[OkSent],
            (true, true),
            BOTH,
            true,
            (NONE, NONE),
            NONE,
        ),
        row(
            &[AfterCommit],
            &[Committed],
            (false, true),
            BOTH,
            false,
            (PHANTOM, PHANTOM),
            DUPLICATE,
        ),
        row(
            &[AfterCommit],
            &[Received, Done],
            (false, true),
            BOTH,
            true,
            (DUPLICATE, DUPLICATE),
            DUPLICATE,
        ),
        row(
            &[AfterCommit],
            &[OkSent],
            (true, true),
            BOTH,
            true,
            (NONE, NONE),
            NONE,
        ),
        row(
            &[AfterSync],
            &[Received, Acknowledged],
            (false, false),
            BOTH,
            true,
            (DUPLICATE, DUPLICATE),
            DUPLICATE,
        ),
        row(
            &[AfterSync],
            &[Done],
            (false, true),
            BOTH,
            true,
            (DUPLICATE, DUPLICATE),
            DUPLICATE,
        ),
        row(
            &[AfterSync],
            &[OkSent],
            (true, true),
            BOTH,
            true,
            (NONE, NONE),
            NONE,
        ),
    ]
}

#[test]
fn the_search_finds_section_7_of_the_specification_row_by_row() {
    for (flavour, _, name) in FLAVOURS {
        let rows = truth_table(flavour);
        for expected in section_7() {
            for &mode in expected.modes {
                for &point in expected.points {
                    let copy = if expected.on_replica {
                        Copy::InRelayLog
                    } else {
                        Copy::None
                    };
                    let fits = |row: &&Row| {
                        row.mode == mode
                            && row.point == point
                            && row.copy == copy
                            && row.visible == expected.visible
                    };
                    let found: Vec<&Row> = rows.iter().filter(fits).collect();
                    assert_eq!(found.len(), 1, "{name} {mode:?} {point:?}: one row");
                    let row = found[0];
                    let left = |on_old_master| Left {
                        acknowledged: expected.acked,
                        on_old_master,
                        on_replica: expected.on_replica,
                    };
                    assert_eq!(row.kill, left(expected.old.0), "{name} {mode:?} {point:?}");
                    assert_eq!(
                        row.host_loss,
                        left(expected.old.1),
                        "{name} {mode:?} {point:?}"
                    );
                    let visible = row.visible;
                    assert_eq!(row.kill.after_failover(visible), expected.failover.0);
                    assert_eq!(row.host_loss.after_failover(visible), expected.failover.1);
                    assert_eq!(row.kill.after_restart(), expected.in_place);
                }
            }
        }
    }
}

fn the_settings_table_says_what_a_search_says_now((flavour, file, _): (Flavour, &str, &str)) {
    let table = snapshot(&format!("settings-table-{file}.md"));
    let exists = |count: u16| count == 1 || flavour != Flavour::MARIADB_1011;
    let all: Vec<_> = choices()
        .into_iter()
        .filter(|choice| exists(choice.count))
        .collect();
    assert_eq!(
        table
            .lines()
            .filter(|line| line.contains("received |") || line.contains("executed |"))
            .count(),
        all.len()
    );
    // Every seventeenth choice: all modes, counts and policies are among them.
    for &choice in all.iter().step_by(17) {
        let one = judge(flavour, choice, 1);
        // Two crashes take long where a promise holds; there the first half of the row has to do.
        let row = settings_row(&(choice, one, one));
        let cells: Vec<&str> = row.split(" | ").collect();
        let known = cells[..10].join(" | ");
        assert!(table.contains(&known), "{known}");
    }
    for &choice in all.iter().filter(|choice| choice.mode == Mode::Async) {
        let row = settings_row(&(choice, judge(flavour, choice, 1), judge(flavour, choice, 2)));
        assert!(table.contains(&row), "{row}");
    }
}

// A test for each: two cores.
#[test]
fn the_settings_table_of_mysql_says_what_a_search_says_now() {
    the_settings_table_says_what_a_search_says_now(FLAVOURS[1]);
}

#[test]
fn the_settings_table_of_mariadb_says_what_a_search_says_now() {
    the_settings_table_says_what_a_search_says_now(FLAVOURS[2]);
}
