//! What real servers answered in random afternoons where the lab said something else (`beside_a_server`), kept for machines
//! without a server: MySQL 9.7.4, MariaDB 11.8.9 and 10.11.19.

#[path = "support/labs.rs"]
mod labs;

use labs::{SECOND, field, on, pass};
use replsim::lesson::lab::Lab;
use replsim::plan::Plan;

/// Those that were asked.
const ASKED: [&str; 3] = ["mysql-9.7", "mariadb-11.8", "mariadb-10.11"];

fn cluster(flavour: &str) -> Plan {
    labs::cluster(flavour, "async", true, &["s"])
}

/// A lab in which all of this was typed on the master.
fn typed<'a>(plan: &'a Plan, statements: &[&str]) -> Lab<'a> {
    let mut lab = labs::lab(plan, &[]);
    for statement in statements {
        on(&mut lab, "m", statement);
    }
    pass(&mut lab, SECOND);
    lab
}

/// Types each statement and compares what the answer begins with.
fn answers(lab: &mut Lab, server: &str, flavour: &str, table: &[(&str, &str)]) {
    for (statement, expected) in table {
        let answer = on(lab, server, statement);
        let found = answer.contains(expected);
        assert!(
            found,
            "{flavour}: {statement}\nexpected {expected:?} in\n{answer}"
        );
    }
}

/// The cells of a table's rows.
fn rows(lab: &mut Lab, server: &str, statement: &str) -> Vec<Vec<String>> {
    let answer = on(lab, server, statement);
    let lines = answer.lines().filter(|line| line.starts_with('|')).skip(1);
    let cells = |line: &str| {
        let cells = line.trim_matches('|').split(" | ");
        cells.map(|cell| cell.trim().to_owned()).collect()
    };
    lines.map(cells).collect()
}

/// Kind, bytes, end and text of each event.
fn events(lab: &mut Lab, server: &str) -> Vec<(String, u64, u64, String)> {
    let all = rows(lab, server, "SHOW BINLOG EVENTS");
    let at = |row: &[String], cell: usize| row[cell].parse::<u64>().expect("a number");
    let mut events = Vec::new();
    for (place, row) in all.iter().enumerate() {
        let end = all.get(place + 1).map_or(at(row, 4), |next| at(next, 1));
        let size = end.saturating_sub(at(row, 1));
        events.push((row[2].clone(), size, at(row, 4), row[5].clone()));
    }
    events
}

#[test]
fn numbers_of_auto_increment_are_reserved_by_statement_and_never_given_back() {
    for flavour in ASKED {
        let plan = cluster(flavour);
        let table =
            "CREATE TABLE d.a (id INT AUTO_INCREMENT PRIMARY KEY, v INT NOT NULL, u INT UNIQUE)";
        let mut lab = typed(&plan, &["CREATE DATABASE d", table]);
        for (statements, expected) in [
            // The row with a number of its own was written before the other one failed.
            ("(20,1,1),(NULL,NULL,2); (NULL,1,1)", "21"),
            ("(NULL,1,1); (NULL,2,2)", "23"),
            // Three were reserved.
            ("(NULL,3,3),(NULL,4,4),(NULL,5,1); (NULL,6,6)", "27"),
            ("(NULL,7,7),(100,8,8),(NULL,9,9)", "28 100 101"),
            ("(NULL,10,10)", "102"),
            ("(200,11,11),(NULL,12,12),(NULL,13,13); (NULL,14,14)", "204"),
            ("(5,15,15),(NULL,16,16); (NULL,17,17)", "207"),
            ("(NULL,24,24),(NULL,NULL,25); (NULL,26,26)", "210"),
            ("(NULL,NULL,27); (NULL,28,28)", "211"),
        ] {
            let before = rows(&mut lab, "m", "SELECT id FROM d.a");
            let (first, last) = statements.split_once("; ").unwrap_or(("", statements));
            if !first.is_empty() {
                on(&mut lab, "m", &format!("INSERT INTO d.a VALUES {first}"));
            }
            let between = rows(&mut lab, "m", "SELECT id FROM d.a");
            let answer = on(&mut lab, "m", &format!("INSERT INTO d.a VALUES {last}"));
            assert!(
                answer.starts_with("Query OK"),
                "{flavour}: {last}: {answer}"
            );
            let known = if first.is_empty() { before } else { between };
            let all = rows(&mut lab, "m", "SELECT id FROM d.a");
            let new = all.into_iter().filter(|row| !known.contains(row));
            let new: Vec<String> = new.flatten().collect();
            assert_eq!(new.join(" "), expected, "{flavour}: {statements}");
        }
        answers(
            &mut lab,
            "m",
            flavour,
            &[
                ("BEGIN", "Query OK"),
                ("INSERT INTO d.a VALUES (NULL,30,30)", "Query OK"),
                ("ROLLBACK", "Query OK"),
                ("INSERT INTO d.a VALUES (NULL,31,31)", "Query OK"),
                ("SELECT id FROM d.a WHERE v = 31", "| 213 |"),
            ],
        );
    }
}

#[test]
fn what_is_cut_off_a_value_is_noted() {
    for flavour in ASKED {
        let plan = cluster(flavour);
        let table = "CREATE TABLE d.p (id INT, v DECIMAL(8,2), d DATE, c VARCHAR(5))";
        let mut lab = typed(&plan, &["CREATE DATABASE d", table]);
        let date = match flavour {
            "mysql-9.7" => {
                "| Note  | 1292 | Incorrect date value: '2021-03-04 05:06:07' for column 'd' at row 1 |"
            }
            _ => "| Note  | 1265 | Data truncated for column 'd' at row 1 |",
        };
        answers(
            &mut lab,
            "m",
            flavour,
            &[
                (
                    "INSERT INTO d.p (v) VALUES (1.10000), ('2.10')",
                    "Duplicates: 0  Warnings: 0",
                ),
                (
                    "INSERT INTO d.p (v) VALUES (1.005)",
                    "Query OK, 1 row affected, 1 warning",
                ),
                (
                    "SHOW WARNINGS",
                    "| Note  | 1265 | Data truncated for column 'v' at row 1 |",
                ),
                (
                    "INSERT INTO d.p (v) VALUES (1.005), (2.345)",
                    "Records: 2  Duplicates: 0  Warnings: 2",
                ),
                (
                    "UPDATE d.p SET v = 1.0049",
                    "Rows matched: 5  Changed: 5  Warnings: 5",
                ),
                (
                    "INSERT INTO d.p (d) VALUES ('2021-03-04 05:06:07')",
                    "Query OK, 1 row affected, 1 warning",
                ),
                ("SHOW WARNINGS", date),
                (
                    "INSERT INTO d.p (c) VALUES ('abc    ')",
                    "Query OK, 1 row affected, 1 warning",
                ),
                (
                    "INSERT INTO d.p (c) VALUES ('abcdef')",
                    "ERROR 1406 (22001)",
                ),
            ],
        );
    }
}

#[test]
fn a_database_that_does_not_exist_is_named_where_the_server_names_it() {
    for flavour in ASKED {
        let plan = cluster(flavour);
        let mut lab = typed(&plan, &["CREATE DATABASE d"]);
        let missing = match flavour {
            "mysql-9.7" => "ERROR 1049 (42000): Unknown database 'no'",
            _ => "ERROR 1146 (42S02): Table 'no.t' doesn't exist",
        };
        answers(
            &mut lab,
            "m",
            flavour,
            &[
                ("SELECT * FROM no.t", missing),
                ("INSERT INTO no.t VALUES (1)", missing),
                ("ALTER TABLE no.t ADD COLUMN b INT", missing),
                (
                    "TRUNCATE TABLE no.t",
                    "ERROR 1146 (42S02): Table 'no.t' doesn't exist",
                ),
                (
                    "DROP TABLE no.t",
                    "ERROR 1051 (42S02): Unknown table 'no.t'",
                ),
                (
                    "SHOW TABLES FROM no",
                    "ERROR 1049 (42000): Unknown database 'no'",
                ),
            ],
        );
        let databases: Vec<String> = rows(&mut lab, "m", "SHOW DATABASES").concat();
        assert_eq!(databases[..2], ["d", "information_schema"], "{flavour}");
    }
}

#[test]
fn mysql_writes_statements_about_users_in_its_own_words() {
    let plan = cluster("mysql-9.7");
    let mut lab = typed(
        &plan,
        &[
            "CREATE USER a@'%'",
            "CREATE USER IF NOT EXISTS a@'%'",
            "GRANT ALL ON *.* TO a@'%'",
            "GRANT INSERT, SELECT ON d.* TO a",
            "DROP USER a",
        ],
    );
    let queries = events(&mut lab, "m")
        .into_iter()
        .filter(|event| event.0 == "Query");
    let shown: Vec<(u64, String)> = queries
        .map(|(_, size, _, info)| {
            (
                size,
                info.split(" /*").next().unwrap_or_default().to_owned(),
            )
        })
        .collect();
    let expected = [
        (
            142,
            "CREATE USER 'a'@'%' IDENTIFIED WITH 'caching_sha2_password'",
        ),
        (
            156,
            "CREATE USER IF NOT EXISTS 'a'@'%' IDENTIFIED WITH 'caching_sha2_password'",
        ),
        (137, "GRANT ALL PRIVILEGES ON *.* TO 'a'@'%'"),
        (141, "GRANT SELECT, INSERT ON `d`.* TO 'a'@'%'"),
        (94, "DROP USER a"),
    ];
    assert_eq!(shown, expected.map(|(size, text)| (size, text.to_owned())));
    let flushed = on(&mut lab, "m", "FLUSH PRIVILEGES");
    assert!(flushed.contains("1 warning"), "{flushed}");
}

#[test]
fn a_statement_that_depends_on_the_time_zone_has_it_in_front_of_its_rows() {
    let plan = cluster("mysql-9.7");
    let table = "CREATE TABLE z.t (id INT PRIMARY KEY, ts TIMESTAMP NULL, dt DATETIME, d DATE)";
    let mut lab = typed(&plan, &["CREATE DATABASE z", table]);
    for (statement, bytes) in [
        ("INSERT INTO z.t VALUES (1, NULL, NULL, NULL)", 71),
        (
            "INSERT INTO z.t VALUES (2, '2021-03-04 05:06:07', NULL, NULL)",
            79,
        ),
        (
            "INSERT INTO z.t VALUES (3, NULL, '2021-03-04 05:06:07', NULL)",
            79,
        ),
        ("INSERT INTO z.t VALUES (4, NULL, NULL, CURDATE())", 79),
        ("INSERT INTO z.t VALUES (5, NULL, NULL, '1999-12-31')", 71),
        ("UPDATE z.t SET id = 20 WHERE id = 2", 80),
        ("UPDATE z.t SET ts = '2001-01-01' WHERE id = 1", 88),
        ("UPDATE z.t SET ts = NULL WHERE id = 1", 80),
        (
            "UPDATE z.t SET id = 30 WHERE ts = '2021-03-04 05:06:07'",
            88,
        ),
        ("DELETE FROM z.t WHERE ts IS NULL AND id = 3", 71),
        ("DELETE FROM z.t WHERE ts = '2021-03-04 05:06:07'", 79),
    ] {
        let answer = on(&mut lab, "m", statement);
        assert!(answer.contains("1 row affected"), "{statement}: {answer}");
        let all = events(&mut lab, "m");
        let begin = all.iter().rev().find(|event| event.3 == "BEGIN");
        assert_eq!(begin.map(|event| event.1), Some(bytes), "{statement}");
    }
}

#[test]
fn what_an_administrator_is_told_can_be_read_again() {
    let plan = cluster("mysql-9.7");
    let mut lab = typed(&plan, &[]);
    answers(
        &mut lab,
        "s",
        "mysql-9.7",
        &[
            ("START REPLICA", "1 warning"),
            (
                "SHOW WARNINGS",
                "| Note  | 3083 | Replication thread(s) for channel '' are already runnning. |",
            ),
            ("STOP REPLICA", "Query OK, 0 rows affected ("),
            ("STOP REPLICA", "1 warning"),
            (
                "SHOW WARNINGS",
                "| Note  | 3084 | Replication thread(s) for channel '' are already stopped. |",
            ),
            ("CHANGE REPLICATION SOURCE TO SOURCE_USER='x'", "2 warnings"),
            (
                "SHOW WARNINGS",
                "| Note  | 1759 | Sending passwords in plain text",
            ),
            ("SELECT @@sql_log_bin", "|             1 |"),
        ],
    );
    for flavour in ["mariadb-11.8", "mariadb-10.11"] {
        let plan = cluster(flavour);
        let mut lab = typed(&plan, &[]);
        let implicit = "| Note  | 4190 | CHANGE MASTER TO is implicitly changing the value of 'Using_Gtid' from 'Slave_Pos' to 'No' |";
        answers(
            &mut lab,
            "s",
            flavour,
            &[
                ("STOP SLAVE", "Query OK"),
                (
                    "CHANGE MASTER TO MASTER_LOG_FILE='mysql-bin.000001', MASTER_LOG_POS=4",
                    "1 warning",
                ),
                // COMMIT uses no table and says nothing.
                ("COMMIT", "Query OK"),
                ("SHOW WARNINGS", implicit),
                ("RESET SLAVE", "1 warning"),
                (
                    "SHOW WARNINGS",
                    "RESET SLAVE is implicitly changing the value of 'Using_Gtid' from 'No' to 'Slave_Pos'",
                ),
                ("SHOW TABLES FROM mysql", "Empty set"),
                ("SHOW WARNINGS", "Empty set"),
                (
                    "SHOW SLAVE STATUS\\G",
                    if flavour == "mariadb-11.8" {
                        "Master_SSL_Allowed: Yes"
                    } else {
                        "Master_SSL_Allowed: No"
                    },
                ),
            ],
        );
    }
}

#[test]
fn a_replica_writes_the_rows_that_its_own_table_has() {
    for flavour in ASKED {
        let plan = cluster(flavour);
        let table = "CREATE TABLE d.t (id INT PRIMARY KEY, name VARCHAR(50), n INT DEFAULT 7)";
        let mut lab = typed(&plan, &["CREATE DATABASE d", table]);
        on(&mut lab, "s", "SET sql_log_bin = 0");
        on(&mut lab, "s", "ALTER TABLE d.t DROP COLUMN n");
        on(&mut lab, "m", "INSERT INTO d.t VALUES (1, 'ann', 5)");
        pass(&mut lab, SECOND);
        let size = |lab: &mut Lab, server: &str, kind: &str| {
            let all = events(lab, server);
            let found = all.iter().rev().find(|event| event.0.starts_with(kind));
            found.map(|event| event.1).expect(kind)
        };
        for (kind, less) in [("Table_map", 1), ("Write_rows", 4)] {
            let (source, replica) = (size(&mut lab, "m", kind), size(&mut lab, "s", kind));
            assert_eq!(source - replica, less, "{flavour}: {kind}");
        }
    }
}

#[test]
fn events_of_mariadb_are_as_long_as_they_were_and_end_where_they_said() {
    for flavour in ["mariadb-11.8", "mariadb-10.11"] {
        let plan = cluster(flavour);
        let mut lab = typed(
            &plan,
            &[
                "CREATE DATABASE y",
                "CREATE TABLE y.types (id INT PRIMARY KEY)",
                "TRUNCATE TABLE y.types",
                "INSERT INTO y.types VALUES (1)",
                "DROP TABLE y.types",
                "DROP DATABASE IF EXISTS y2",
            ],
        );
        let all = events(&mut lab, "m");
        let of = |text: &str| {
            all.iter()
                .find(|event| event.3 == text)
                .map(|event| event.1)
        };
        assert_eq!(of("TRUNCATE TABLE y.types"), Some(85), "{flavour}");
        assert_eq!(
            of("DROP TABLE `y`.`types` /* generated by server */"),
            Some(120),
            "{flavour}"
        );
        assert_eq!(of("DROP DATABASE IF EXISTS y2"), Some(100), "{flavour}");
        let rows = all
            .iter()
            .find(|event| event.0 == "Write_rows_v1")
            .expect("rows");
        // What was written to a cache first does not say where it stands, from 11.4 on.
        assert_eq!(rows.2 == 0, flavour == "mariadb-11.8", "{rows:?}");
    }
}

#[test]
fn reset_replica_ends_the_relay_log_and_keeps_the_sources_number() {
    let plan = cluster("mysql-9.7");
    let mut lab = typed(&plan, &["CREATE DATABASE d"]);
    on(&mut lab, "s", "STOP REPLICA");
    on(&mut lab, "s", "RESET REPLICA");
    let status = on(&mut lab, "s", "SHOW REPLICA STATUS\\G");
    let shown =
        ["Relay_Log_Space", "Source_Server_Id", "Source_UUID"].map(|name| field(&status, name));
    assert_eq!(shown, ["181", "1", ""]);
    let places = [
        "Source_Log_File",
        "Read_Source_Log_Pos",
        "Exec_Source_Log_Pos",
    ];
    let places = places.map(|name| field(&status, name));
    assert_eq!(places, ["", "4", "0"]);
    on(&mut lab, "s", "START REPLICA");
    pass(&mut lab, SECOND);
    let status = on(&mut lab, "s", "SHOW REPLICA STATUS\\G");
    assert_eq!(field(&status, "Relay_Log_File"), "mysql-relay-bin.000003");
}

#[test]
fn the_relay_logs_that_reset_replica_ended_stay_until_the_next_one_is_left() {
    let plan = cluster("mysql-9.7");
    let mut lab = typed(&plan, &["CREATE DATABASE d"]);
    on(&mut lab, "s", "STOP REPLICA");
    on(&mut lab, "s", "RESET REPLICA");
    let events = on(&mut lab, "s", "SHOW RELAYLOG EVENTS");
    assert!(events.starts_with("Empty set"), "{events}");
    on(&mut lab, "s", "START REPLICA");
    pass(&mut lab, SECOND);
    let space = |lab: &mut Lab| {
        let status = on(lab, "s", "SHOW REPLICA STATUS\\G");
        field(&status, "Relay_Log_Space").to_owned()
    };
    let one = on(&mut lab, "s", "SHOW RELAYLOG EVENTS");
    let kinds = ["Format_desc", "Previous_gtids", "Stop"];
    assert!(kinds.iter().all(|kind| one.contains(kind)), "{one}");
    assert!(one.contains("3 rows in set"), "{one}");
    assert_eq!(space(&mut lab), "814");
    on(&mut lab, "s", "STOP REPLICA");
    on(&mut lab, "s", "START REPLICA");
    pass(&mut lab, SECOND);
    let first = on(&mut lab, "s", "SHOW RELAYLOG EVENTS");
    assert!(first.contains("mysql-relay-bin.000003"), "{first}");
    assert_eq!(space(&mut lab), "897");
}
