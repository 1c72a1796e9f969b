//! Every spelling of a flavour, and what an unknown one is answered with.

use super::flavour::Flavour;
use super::flavour_names::{Only, Unknown};
use super::flavour_rules::Skipped;

#[test]
fn every_spelling_of_a_flavour_is_one_value_with_one_name() {
    for (written, name) in [
        ("mysql-5.7", "mysql-5.7"),
        ("5.7.42-log", "mysql-5.7.42"),
        ("MySQL 8.0", "mysql-8.0"),
        ("mysql-8.0.25", "mysql-8.0.25"),
        ("8.0.36", "mysql-8.0.36"),
        ("10.11.19-MariaDB", "mariadb-10.11.19"),
        ("10.11.19-MariaDB-log", "mariadb-10.11.19"),
        ("mariadb 10.11", "mariadb-10.11"),
        ("10.11", "mariadb-10.11"),
        ("8.0.36-28", "mysql-8.0.36"),
        ("8.0.36-28.1-percona", "mysql-8.0.36"),
        ("8.0.36-0ubuntu0.22.04.1", "mysql-8.0.36"),
        ("8.0.35-google", "mysql-8.0.35"),
        ("8.0.mysql_aurora.3.05.2", "mysql-8.0"),
        ("5.7.44-48-log", "mysql-5.7.44"),
        (
            "10.11.6-MariaDB-1:10.11.6+maria~ubu2204-log",
            "mariadb-10.11.6",
        ),
        ("5.5.5-10.11.8-MariaDB", "mariadb-10.11.8"),
        ("8.4.3", "mysql-8.4.3"),
        ("9.7.4-2", "mysql-9.7.4"),
        ("11.4.4-MariaDB-deb12-log", "mariadb-11.4.4"),
        ("11.8", "mariadb-11.8"),
    ] {
        let flavour: Flavour = written.parse().expect(written);
        assert_eq!(flavour.to_string(), name);
        assert_eq!(name.parse(), Ok(flavour));
    }
}

#[test]
fn what_is_no_flavour_is_answered_with_the_known_names() {
    for written in [
        "",
        "mysql",
        "8",
        "8.0.x",
        "8.0.1.2",
        "mysql-mariadb-8.0",
        "log",
        "oracle-8.0",
        "8.0-8.0",
    ] {
        let error = written.parse::<Flavour>().unwrap_err();
        assert_eq!(error, Unknown::Name(written.to_owned()));
        assert!(
            error
                .to_string()
                .ends_with("expected one of `mysql-5.7`, `mysql-8.0`, `mysql-8.4`, `mysql-9.7`, `mariadb-10.11`, `mariadb-11.4`, `mariadb-11.8`")
        );
    }
}

#[test]
fn an_unknown_version_is_answered_with_the_nearest_and_what_its_neighbours_disagree_on() {
    let said = |written: &str| written.parse::<Flavour>().unwrap_err().to_string();
    assert_eq!(
        said("MySQL 8.1.3"),
        "`mysql-8.1.3` is not known; the nearest is `mysql-8.0`; it and `mysql-8.4` differ in retry_count (86400, 10), \
         writeset (false, true)"
    );
    assert_eq!(
        said("5.6"),
        "`mysql-5.6` is not known; the nearest is `mysql-5.7`"
    );
    assert_eq!(
        said("mariadb-5.5"),
        "`mariadb-5.5` is not known; the nearest is `mariadb-10.11`"
    );
    assert_eq!(
        said("mysql-6.0"),
        "`mysql-6.0` is not known; the nearest is `mysql-5.7`; it and `mysql-8.0` differ in group_commit \
         (Stages(LeaderAlone), Stages(Stage)), executed (Binlog, Engine), skipped (Acknowledged, Silent), parallel_type (Database, LogicalClock), commit_order (Any, Preserved), \
         log_slave_updates (false, true), workers (0, 4)"
    );
}

#[test]
fn a_patch_version_has_the_rules_of_its_series_but_for_what_changed_within_it() {
    let skipped = |written: &str| written.parse::<Flavour>().unwrap().rules().skipped;
    assert_eq!(skipped("5.7"), Skipped::Acknowledged);
    assert_eq!(skipped("8.0.30"), Skipped::Acknowledged);
    assert_eq!(skipped("8.0.31"), Skipped::Silent);
    assert_eq!(skipped("8.0"), Skipped::Silent);
    assert_eq!(skipped("8.4.0"), Skipped::Silent);
    assert_eq!(skipped("percona-8.0.33"), Skipped::Silent);
    assert_eq!(skipped("percona-8.0.34"), Skipped::Acknowledged);
    assert_eq!(skipped("percona-8.4"), Skipped::Acknowledged);
    let percona: Flavour = "Percona 8.4.3".parse().unwrap();
    assert_eq!(
        (percona.to_string(), percona.title()),
        ("percona-8.4.3".into(), "Percona Server 8.4.3".into())
    );
    let workers = |written: &str| written.parse::<Flavour>().unwrap().defaults().workers;
    assert_eq!((workers("8.0.26"), workers("8.0.27")), (0, 4));
    assert_eq!((workers("8.0"), workers("8.4.1")), (4, 4));
    let patched: Flavour = "8.0.36".parse().unwrap();
    assert_eq!(patched.rules(), Flavour::MYSQL_80.rules());
    assert!(Only::Series(Flavour::MYSQL_80).has(patched));
    assert!(!Only::Series(Flavour::MYSQL_57).has(patched));
    assert!("mysql".parse::<Only>().unwrap().has(patched));
    assert!(!"mariadb".parse::<Only>().unwrap().has(patched));
}
