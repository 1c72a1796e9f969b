//! What people type: statements in every form that a client takes, and what the servers of each flavour answer.

#[path = "support/labs.rs"]
mod labs;

use labs::{SECOND, field, on, pass};
use replsim::lesson::lab::{Lab, Reply};
use replsim::plan::Plan;
use replsim::protocol::crash::Crash;
use replsim::protocol::ids::Span;
use std::process::{Command, Output};

const FLAVOURS: [&str; 3] = ["mysql-5.7", "mysql-8.0", "mariadb-10.11"];

/// A master `m` and a replica `s`, with what is set for both.
fn cluster(flavour: &str, mode: &str, gtid: bool) -> Plan {
    labs::cluster(flavour, mode, gtid, &["s"])
}

/// Types each statement on the master and compares what the answer begins with; `|` parts texts that have to be in it.
fn answers(lab: &mut Lab, flavour: &str, table: &[(&str, &str)]) {
    for (statement, expected) in table {
        let answer = on(lab, "m", statement);
        for part in expected.split(" | ") {
            assert!(
                answer.contains(part),
                "{flavour}: {statement}\nexpected {part:?} in\n{answer}"
            );
        }
    }
}

fn in_every_flavour(table: &[(&str, &str)]) {
    let later = ["mysql-8.4", "mysql-9.7", "mariadb-11.4", "mariadb-11.8"];
    for flavour in FLAVOURS.into_iter().chain(later) {
        let plan = cluster(flavour, "async", true);
        let mut lab = labs::lab(&plan, &[]);
        on(&mut lab, "m", "CREATE DATABASE d");
        answers(&mut lab, flavour, table);
        pass(&mut lab, SECOND);
    }
}

fn script(text: &str, more: &[&str]) -> (Output, String) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("script.sql");
    std::fs::write(&file, text).expect("written");
    let output = Command::new(env!("CARGO_BIN_EXE_replsim"))
        .args(["lab", "clusters/mysql-8.0", "--file"])
        .arg(&file)
        .args(more)
        .output()
        .expect("the program starts");
    let said = String::from_utf8(output.stdout.clone()).expect("text");
    (output, said)
}

#[test]
fn a_script_may_have_comments_and_statements_over_lines_in_any_case() {
    let (output, said) = script(
        "-- the tables\nCREATE DATABASE d; create table d.t (\n  id int primary key, # the key\n  a int /* what;\n it is */\n\
         );\ninsert into d.t values (1, 2); INSERT INTO d.t VALUES\n(2, /*!50000 4 */ /*!99999 , */ );\n\
         select a from d.t where id = 2\\G;\nuse mysql-s-1\nstart slave;\nstop slave\n;\nUSE d\nSELECT COUNT(*) FROM t",
        &[],
    );
    assert!(output.status.success(), "{said}");
    // Without an end: complete, and the next line is about something else.
    let (_, loose) = script(
        "CREATE DATABASE d\nCREATE TABLE d.t (id INT PRIMARY KEY)\nINSERT INTO d.t VALUES (1)\n,(2)\n\nadvance 1 s\nSELECT id FROM d.t\nWHERE id = 2",
        &[],
    );
    for part in ["Query OK, 2 rows affected", "1 row in set"] {
        assert!(loose.contains(part), "{part:?} in {loose}");
    }
    for part in [
        "    -> );\n",
        "a: 4\n1 row in set (0.00 sec)\nERROR: \nNo query specified\n",
        "mysql-s-1> start slave;\nQuery OK",
        "    -> ;\nQuery OK, 0 rows affected",
        "USE d\nDatabase changed",
        "|        2 |",
    ] {
        assert!(said.contains(part), "{part:?} in {said}");
    }
}

#[test]
fn the_first_error_ends_a_script_unless_it_is_forced() {
    let text = "CREATE DATABASE d;\nCREATE DATABASE d;\nSELECT @@server_id;";
    let (output, said) = script(text, &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        said.contains("ERROR 1007 (HY000)") && !said.contains("@@server_id"),
        "{said}"
    );
    assert!(String::from_utf8_lossy(&output.stderr).contains("script.sql:2: "));
    let (output, said) = script(text, &["--force"]);
    assert!(
        output.status.success() && said.contains("1 row in set"),
        "{said}"
    );
}

#[test]
fn names_strings_and_comments_are_read_as_the_servers_read_them() {
    in_every_flavour(&[
        (
            "CREATE TABLE `d`.`a b` (`id` INT PRIMARY KEY, `select` VARCHAR(20))",
            "Query OK",
        ),
        (
            "INSERT INTO d.`a b` VALUES (1, 'it''s'), (2, \"a\\\"b\"), (3, 0x414243), (4, x'44')",
            "Query OK, 4 rows",
        ),
        ("SELECT `select` FROM d.`a b` WHERE id = 1", "| it's"),
        ("SELECT `select` FROM d.`a b` WHERE id = 2", "| a\"b"),
        ("SELECT `select` FROM d.`a b` WHERE id = 3", "| ABC"),
        (
            "select `select` from d.`a b` where `select` = 'D' -- the last",
            "| D ",
        ),
        (
            "CREATE USER `other`@`127.0.0.1` IDENTIFIED BY 'x'",
            "Query OK",
        ),
    ]);
}

#[test]
fn what_the_servers_know_and_the_lab_does_not_is_refused_as_that() {
    for (flavour, server) in [("mysql-8.0", "MySQL"), ("mariadb-10.11", "MariaDB")] {
        let plan = cluster(flavour, "async", true);
        let mut lab = labs::lab(&plan, &[]);
        let m = lab.server("m").expect("m");
        for statement in [
            "ANALYZE TABLE d.t",
            "XA START 'x'",
            "GET DIAGNOSTICS @a = NUMBER",
        ] {
            let problem = lab.type_statement(m, statement).expect_err(statement);
            let expected = format!("is a statement of {server} that the lab does not model");
            assert!(problem.contains(&expected), "{problem}");
        }
        let problem = lab.type_statement(m, "SELEKT 1").expect_err("no statement");
        assert!(problem.starts_with("unknown statement"), "{problem}");
        let table = lab.type_statement(m, "SELECT * FROM performance_schema.events_waits_current");
        let problem = table.expect_err("a table of the server");
        assert!(problem.contains("that the lab does not model"), "{problem}");
        let joined = lab.type_statement(m, "SELECT * FROM d.t JOIN d.u");
        let problem = joined.expect_err("a join");
        assert!(
            problem.starts_with("JOIN is not modelled here"),
            "{problem}"
        );
    }
}

/// The rows of a table as a SELECT prints them, on any server.
fn rows(lab: &mut Lab, server: &str, statement: &str) -> Vec<String> {
    let answer = on(lab, server, statement);
    let lines = answer.lines().filter(|line| line.starts_with('|')).skip(1);
    let cells = |line: &str| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        cells.join(",")
    };
    lines.map(cells).collect()
}

/// Types at the n-th connection of a server, from 1.
fn at(lab: &mut Lab, server: &str, terminal: u16, statement: &str) -> Reply {
    let id = lab.server(server).expect("a server");
    lab.type_at(id, terminal, statement).expect("a statement")
}

fn answered(lab: &mut Lab, reply: Reply) -> String {
    match reply {
        Reply::Answer(answer) => answer,
        Reply::Waits(session) => {
            lab.run_until_answer(session, lab.now() + Span::seconds(3_600));
            lab.answer_of(session).unwrap_or_default()
        }
    }
}

const TABLE: &str = "CREATE TABLE d.t (id INT PRIMARY KEY, a INT)";

#[test]
fn a_transaction_is_one_gtid_with_the_events_of_all_its_statements() {
    for flavour in FLAVOURS {
        let plan = cluster(flavour, "after_sync", true);
        let mut lab = labs::lab(&plan, &[]);
        for statement in ["CREATE DATABASE d", TABLE, "INSERT INTO d.t VALUES (1, 1)"] {
            on(&mut lab, "m", statement);
        }
        pass(&mut lab, SECOND);
        let before = rows(&mut lab, "m", "SHOW BINLOG EVENTS").len();
        answers(
            &mut lab,
            flavour,
            &[
                ("BEGIN", "Query OK, 0 rows affected"),
                (
                    "INSERT INTO d.t VALUES (2, 2), (3, 3)",
                    "Query OK, 2 rows affected",
                ),
                (
                    "UPDATE d.t SET a = 7 WHERE id = 2",
                    "Rows matched: 1  Changed: 1",
                ),
                ("INSERT INTO d.t VALUES (2, 9)", "ERROR 1062 (23000)"),
                ("UPDATE d.t SET a = 7 WHERE id = 99", "Rows matched: 0"),
                ("DELETE FROM d.t WHERE id = 1", "Query OK, 1 row affected"),
                ("SELECT COUNT(*) FROM d.t", "|        2 |"),
            ],
        );
        assert_eq!(
            rows(&mut lab, "s", "SELECT * FROM d.t"),
            ["1,1"],
            "{flavour}"
        );
        answers(
            &mut lab,
            flavour,
            &[("COMMIT", "Query OK, 0 rows affected")],
        );
        pass(&mut lab, SECOND);
        assert_eq!(
            rows(&mut lab, "s", "SELECT * FROM d.t"),
            ["2,7", "3,3"],
            "{flavour}"
        );
        let events = rows(&mut lab, "m", "SHOW BINLOG EVENTS");
        let kinds = events[before..]
            .iter()
            .map(|event| event.split(',').nth(2).expect("a kind"));
        let kinds: Vec<&str> = kinds.collect();
        let maps = [
            "Table_map",
            "Write_rows",
            "Table_map",
            "Update_rows",
            "Table_map",
            "Delete_rows",
        ];
        let expected: Vec<String> = match flavour {
            "mariadb-10.11" => maps
                .chunks(2)
                .fold(vec!["Gtid".to_owned()], |mut all, pair| {
                    all.extend([
                        "Annotate_rows".into(),
                        pair[0].into(),
                        format!("{}_v1", pair[1]),
                    ]);
                    all
                }),
            _ => ["Gtid", "Query"]
                .iter()
                .chain(&maps)
                .map(|kind| (*kind).to_owned())
                .collect(),
        };
        assert_eq!(kinds[..kinds.len() - 1], expected, "{flavour}");
        assert_eq!(kinds.last(), Some(&"Xid"));
        let status = on(&mut lab, "s", "SHOW SLAVE STATUS\\G");
        let master = on(&mut lab, "m", "SHOW MASTER STATUS\\G");
        for name in ["Read_Master_Log_Pos", "Exec_Master_Log_Pos"] {
            assert_eq!(
                field(&status, name),
                field(&master, "Position"),
                "{flavour}"
            );
        }
    }
}

#[test]
fn a_rollback_leaves_nothing_and_what_commits_by_itself_commits_before() {
    in_every_flavour(&[
        (TABLE, "Query OK"),
        ("start transaction", "Query OK"),
        ("INSERT INTO d.t VALUES (1, 1)", "1 row affected"),
        ("ROLLBACK", "Query OK, 0 rows affected"),
        ("SELECT COUNT(*) FROM d.t", "|        0 |"),
        ("SET autocommit=0", "Query OK"),
        ("INSERT INTO d.t VALUES (2, 2)", "1 row affected"),
        ("CREATE DATABASE e", "1 row affected"),
        ("ROLLBACK", "Query OK"),
        ("SELECT COUNT(*) FROM d.t", "|        1 |"),
        ("DELETE FROM d.t", "1 row affected"),
        ("SET autocommit=1", "Query OK"),
        ("SELECT COUNT(*) FROM d.t", "|        0 |"),
        ("BEGIN", "Query OK"),
        ("COMMIT", "Query OK"),
    ]);
}

#[test]
fn a_transaction_keeps_its_locks_until_it_ends() {
    for flavour in FLAVOURS {
        let plan = cluster(flavour, "async", true);
        let mut lab = labs::lab(&plan, &[]);
        for statement in [
            "CREATE DATABASE d",
            TABLE,
            "INSERT INTO d.t VALUES (1, 0), (2, 0)",
        ] {
            on(&mut lab, "m", statement);
        }
        at(&mut lab, "m", 1, "BEGIN");
        let one = at(&mut lab, "m", 1, "UPDATE d.t SET a = a + 1 WHERE id = 1");
        answered(&mut lab, one);
        let other = at(&mut lab, "m", 2, "UPDATE d.t SET a = a + 10 WHERE id = 1");
        pass(&mut lab, 2 * SECOND);
        let Reply::Waits(session) = other else {
            panic!("{flavour}: it waits")
        };
        assert_eq!(lab.answer_of(session), None, "{flavour}");
        let seen = at(&mut lab, "m", 3, "SELECT a FROM d.t WHERE id = 1");
        assert!(
            answered(&mut lab, seen).contains(" 0 |"),
            "{flavour}: nobody sees it"
        );
        let commit = at(&mut lab, "m", 1, "COMMIT");
        assert!(answered(&mut lab, commit).starts_with("Query OK"));
        let said = answered(&mut lab, Reply::Waits(session));
        assert!(
            said.starts_with("Query OK, 1 row affected (2.0"),
            "{flavour}: {said}"
        );
        assert_eq!(
            rows(&mut lab, "m", "SELECT a FROM d.t"),
            ["11", "0"],
            "{flavour}"
        );
        // A lock that does not come.
        at(&mut lab, "m", 1, "BEGIN");
        let one = at(&mut lab, "m", 1, "UPDATE d.t SET a = 5 WHERE id = 1");
        answered(&mut lab, one);
        let began = lab.now();
        let other = at(&mut lab, "m", 2, "UPDATE d.t SET a = 6 WHERE id = 1");
        let said = answered(&mut lab, other);
        let expected = "ERROR 1205 (HY000): Lock wait timeout exceeded; try restarting transaction";
        assert_eq!(said, expected, "{flavour}");
        assert_eq!((lab.now() - began).0 / SECOND, 50, "{flavour}");
        // Two that wait for each other.
        at(&mut lab, "m", 2, "BEGIN");
        let two = at(&mut lab, "m", 2, "UPDATE d.t SET a = 6 WHERE id = 2");
        answered(&mut lab, two);
        let first = at(&mut lab, "m", 1, "UPDATE d.t SET a = 5 WHERE id = 2");
        pass(&mut lab, SECOND);
        let second = at(&mut lab, "m", 2, "UPDATE d.t SET a = 6 WHERE id = 1");
        assert!(answered(&mut lab, second).starts_with("ERROR 1213 (40001): Deadlock found"));
        assert!(
            answered(&mut lab, first).starts_with("Query OK, 1 row"),
            "{flavour}"
        );
        let commit = at(&mut lab, "m", 1, "COMMIT");
        answered(&mut lab, commit);
        assert_eq!(
            rows(&mut lab, "m", "SELECT a FROM d.t"),
            ["5", "5"],
            "{flavour}"
        );
    }
}

/// semantics.md 14.3: what hangs behind a commit that waits for an acknowledgement.
#[test]
fn what_needs_all_commits_waits_behind_one_that_waits_and_later_ones_wait_behind_it() {
    for (flavour, mode, statement, hangs) in [
        (
            "mysql-8.0",
            "after_sync",
            "FLUSH TABLES WITH READ LOCK",
            true,
        ),
        (
            "mysql-8.0",
            "after_commit",
            "FLUSH TABLES WITH READ LOCK",
            true,
        ),
        ("mysql-8.0", "after_sync", "FLUSH BINARY LOGS", true),
        ("mysql-8.0", "after_commit", "FLUSH BINARY LOGS", false),
        (
            "mysql-8.0",
            "after_sync",
            "SET GLOBAL super_read_only = ON",
            true,
        ),
        (
            "mariadb-10.11",
            "after_sync",
            "FLUSH TABLES WITH READ LOCK",
            true,
        ),
        ("mariadb-10.11", "after_sync", "FLUSH LOGS", true),
        (
            "mariadb-10.11",
            "after_sync",
            "SET GLOBAL read_only = ON",
            true,
        ),
    ] {
        let case = format!("{flavour}, {mode}: {statement}");
        let plan = cluster(flavour, mode, true);
        let mut lab = labs::lab(&plan, &[]);
        for statement in ["CREATE DATABASE d", TABLE] {
            on(&mut lab, "m", statement);
        }
        pass(&mut lab, SECOND);
        on(&mut lab, "s", "STOP SLAVE IO_THREAD");
        let first = at(&mut lab, "m", 1, "INSERT INTO d.t VALUES (1, 1)");
        pass(&mut lab, 2 * SECOND);
        let second = at(&mut lab, "m", 2, statement);
        pass(&mut lab, 2 * SECOND);
        let listed = on(&mut lab, "m", "SHOW PROCESSLIST");
        let Reply::Waits(session) = second else {
            assert!(!hangs, "{case}: it hangs");
            continue;
        };
        assert!(hangs, "{case}: it does not hang");
        assert_eq!(lab.answer_of(session), None, "{case}");
        assert!(
            listed.contains(&format!("| {statement} ")),
            "{case}: {listed}"
        );
        let third = at(&mut lab, "m", 3, "INSERT INTO d.t VALUES (3, 3)");
        pass(&mut lab, 2 * SECOND);
        on(&mut lab, "s", "START SLAVE IO_THREAD");
        on(&mut lab, "m", "SET GLOBAL rpl_semi_sync_master_enabled = 0");
        let said = answered(&mut lab, second);
        assert!(
            said.starts_with("Query OK, 0 rows affected (4."),
            "{case}: {said}"
        );
        assert!(answered(&mut lab, first).starts_with("Query OK"), "{case}");
        let Reply::Waits(third) = third else {
            panic!("{case}: it waits")
        };
        pass(&mut lab, SECOND);
        if statement.starts_with("FLUSH TABLES") {
            assert_eq!(lab.answer_of(third), None, "{case}");
            let own = at(&mut lab, "m", 2, "INSERT INTO d.t VALUES (4, 4)");
            assert!(
                answered(&mut lab, own).starts_with("ERROR 1223 (HY000)"),
                "{case}"
            );
            at(&mut lab, "m", 2, "UNLOCK TABLES");
        }
        let said = answered(&mut lab, Reply::Waits(third));
        match statement.contains("super_read_only") {
            true => assert!(said.starts_with("ERROR 1290"), "{case}: {said}"),
            false => assert!(said.starts_with("Query OK, 1 row"), "{case}: {said}"),
        }
    }
}

#[test]
fn binlogs_are_rotated_and_purged_and_replicas_follow() {
    for flavour in FLAVOURS {
        for gtid in [true, false] {
            let plan = cluster(flavour, "async", gtid);
            let mut lab = labs::lab(&plan, &[]);
            for statement in ["CREATE DATABASE d", TABLE, "INSERT INTO d.t VALUES (1, 1)"] {
                on(&mut lab, "m", statement);
            }
            pass(&mut lab, SECOND);
            let end: u64 = field(&on(&mut lab, "m", "SHOW MASTER STATUS\\G"), "Position")
                .parse()
                .expect("a number");
            assert!(on(&mut lab, "m", "FLUSH BINARY LOGS").starts_with("Query OK"));
            let status = on(&mut lab, "s", "SHOW SLAVE STATUS\\G");
            assert_eq!(
                field(&status, "Master_Log_File"),
                "mysql-bin.000002",
                "{flavour}"
            );
            let last = rows(&mut lab, "m", "SHOW BINLOG EVENTS")
                .pop()
                .expect("an event");
            let parts: Vec<&str> = last.split(',').collect();
            assert_eq!(
                parts[2..],
                [
                    "Rotate",
                    "1",
                    &(end + 47).to_string(),
                    "mysql-bin.000002;pos=4"
                ]
            );
            on(&mut lab, "m", "INSERT INTO d.t VALUES (2, 2)");
            on(&mut lab, "s", "STOP SLAVE");
            on(&mut lab, "m", "FLUSH LOGS");
            on(&mut lab, "m", "INSERT INTO d.t VALUES (3, 3)");
            answers(
                &mut lab,
                flavour,
                &[
                    (
                        "PURGE BINARY LOGS TO 'mysql-bin.000009'",
                        "ERROR 1373 (HY000): Target log not found in binlog index",
                    ),
                    (
                        "PURGE MASTER LOGS TO 'mysql-bin.000002'",
                        "Query OK, 0 rows affected",
                    ),
                ],
            );
            let files = rows(&mut lab, "m", "SHOW BINARY LOGS");
            let names: Vec<&str> = files.iter().map(|file| &file[..16]).collect();
            assert_eq!(names, ["mysql-bin.000002", "mysql-bin.000003"], "{flavour}");
            on(&mut lab, "s", "START SLAVE");
            pass(&mut lab, 2 * SECOND);
            assert_eq!(
                rows(&mut lab, "s", "SELECT COUNT(*) FROM d.t"),
                ["3"],
                "{flavour} {gtid}"
            );
            on(&mut lab, "s", "STOP SLAVE");
            on(&mut lab, "m", "INSERT INTO d.t VALUES (4, 4)");
            on(&mut lab, "m", "FLUSH LOGS");
            on(
                &mut lab,
                "m",
                "PURGE BINARY LOGS BEFORE NOW() + 0".trim_end_matches(" + 0"),
            );
            pass(&mut lab, SECOND);
            on(&mut lab, "m", "PURGE BINARY LOGS BEFORE NOW()");
            on(&mut lab, "s", "START SLAVE");
            pass(&mut lab, 2 * SECOND);
            let status = on(&mut lab, "s", "SHOW SLAVE STATUS\\G");
            let expected = match (flavour, gtid) {
                (_, false) => "Could not find first log file name",
                ("mariadb-10.11", true) => "required binlog files have been purged",
                (_, true) => "purged required binary logs",
            };
            let error = field(&status, "Last_IO_Error");
            assert!(error.contains(expected), "{flavour} {gtid}: {error}");
        }
    }
}

#[test]
fn what_is_there_or_is_not_is_a_note_where_it_was_said() {
    in_every_flavour(&[
        (
            "CREATE DATABASE IF NOT EXISTS d",
            "Query OK, 0 rows affected, 1 warning",
        ),
        (
            "SHOW WARNINGS",
            "| Note  | 1007 | Can't create database 'd'; database exists |",
        ),
        ("DROP DATABASE IF EXISTS nope", "1 warning"),
        (
            "SHOW WARNINGS",
            "| Note  | 1008 | Can't drop database 'nope'; database doesn't exist |",
        ),
        (
            "CREATE TABLE IF NOT EXISTS d.t (id INT PRIMARY KEY)",
            "affected (",
        ),
        (
            "CREATE TABLE IF NOT EXISTS d.t (id INT PRIMARY KEY)",
            "1 warning",
        ),
        (
            "SHOW WARNINGS",
            "| Note  | 1050 | Table 't' already exists |",
        ),
        ("SELECT COUNT(*) FROM d.t", "1 row in set"),
        ("SHOW WARNINGS", "Empty set"),
        ("DROP TABLE IF EXISTS d.t, d.x", "1 warning"),
        ("SHOW WARNINGS", "| Note  | 1051 | Unknown table 'd.x' |"),
        (
            "DROP TABLE d.x, d.y",
            "ERROR 1051 (42S02): Unknown table 'd.x,d.y'",
        ),
        (
            "CREATE USER IF NOT EXISTS 'u'@'10.%' IDENTIFIED WITH mysql_native_password BY 'p'",
            "affected (",
        ),
        (
            "CREATE USER 'u'@'10.%'",
            "ERROR 1396 (HY000): Operation CREATE USER failed for 'u'@'10.%'",
        ),
        ("CREATE USER IF NOT EXISTS 'u'@'10.%'", "1 warning"),
        ("DROP USER 'u'@'10.%'", "Query OK, 0 rows affected ("),
        (
            "DROP USER u, 'v'@'w'",
            "ERROR 1396 (HY000): Operation DROP USER failed for 'u'@'%' | 'v'@'w'",
        ),
        ("DROP USER IF EXISTS u", "1 warning"),
        ("FLUSH PRIVILEGES", "Query OK, 0 rows affected"),
    ]);
}

#[test]
fn tables_may_have_any_keys_and_the_usual_types() {
    in_every_flavour(&[
        (
            "CREATE TABLE d.u (a INT, b TEXT, c TIMESTAMP NULL DEFAULT CURRENT_TIMESTAMP, e DECIMAL(10,2) DEFAULT 0, f DATE, g \
             TIME, h CHAR(5), i BOOLEAN DEFAULT TRUE, j INT UNSIGNED, KEY (a), UNIQUE KEY uq (h)) ENGINE=InnoDB DEFAULT \
             CHARSET=utf8mb4 COMMENT='all of them'",
            "Query OK, 0 rows affected",
        ),
        (
            "INSERT INTO d.u VALUES (1, 'abc', '2026-01-02 03:04:05', 12345.675, '2026-01-02', '3:4:5', 'xyz', true, 4000000000)",
            "Query OK, 1 row affected",
        ),
        (
            "INSERT INTO d.u (a) VALUES (2), (2)",
            "Query OK, 2 rows affected",
        ),
        (
            "SELECT e, f, g, h, i, j FROM d.u WHERE a = 1",
            "12345.68 | 2026-01-02 | 03:04:05 | xyz  |    1 | 4000000000 |",
        ),
        (
            "SELECT a, b, c > '2026-01-01', e FROM d.u WHERE b IS NULL LIMIT 1",
            "|    2 | NULL |                1 | 0.00 |",
        ),
        (
            "INSERT INTO d.u (h) VALUES ('xyz')",
            "ERROR 1062 (23000): Duplicate entry 'xyz' for key",
        ),
        (
            "INSERT INTO d.u (h) VALUES ('toolong')",
            "ERROR 1406 (22001): Data too long for column 'h' at row 1",
        ),
        (
            "INSERT INTO d.u (j) VALUES (1), (-1)",
            "ERROR 1264 (22003): Out of range value for column 'j' at row 2",
        ),
        (
            "INSERT INTO d.u (f) VALUES ('2026-02-30')",
            "ERROR 1292 (22007): Incorrect date value: '2026-02-30' for column",
        ),
        (
            "INSERT INTO d.u (e) VALUES ('x')",
            "Incorrect decimal value: 'x' for column",
        ),
        (
            "INSERT INTO d.u (e) VALUES (123456789)",
            "ERROR 1264 (22003): Out of range value for column 'e' at row 1",
        ),
        (
            "UPDATE d.u SET b = 'y' WHERE a = 2",
            "Rows matched: 2  Changed: 2",
        ),
        ("DELETE FROM d.u LIMIT 1", "1 row affected"),
        (
            "CREATE TABLE d.k (a INT, b INT, c VARCHAR(9), PRIMARY KEY (a, b))",
            "Query OK",
        ),
        (
            "INSERT INTO d.k VALUES (1, 2, 'x'), (1, 3, 'y')",
            "2 rows affected",
        ),
        (
            "INSERT INTO d.k VALUES (1, 2, 'z')",
            "ERROR 1062 (23000): Duplicate entry '1-2' for key",
        ),
        (
            "INSERT INTO d.k (a) VALUES (1)",
            "ERROR 1364 (HY000): Field 'b' doesn't have a default value",
        ),
        ("UPDATE d.k SET b = 9 WHERE a = 1 AND b = 2", "Changed: 1"),
        (
            "CREATE TABLE d.x (a INT PRIMARY KEY, b INT PRIMARY KEY)",
            "ERROR 1068 (42000): Multiple primary key defined",
        ),
        (
            "CREATE TABLE d.x (a INT AUTO_INCREMENT)",
            "ERROR 1075 (42000): Incorrect table definition",
        ),
        (
            "CREATE TABLE d.x (a INT, KEY (b), PRIMARY KEY (c))",
            "ERROR 1072 (42000): Key column 'c' doesn't exist in table",
        ),
        ("TRUNCATE TABLE d.k", "Query OK, 0 rows affected"),
        ("SELECT COUNT(*) FROM d.k", "|        0 |"),
    ]);
}

#[test]
fn rows_of_every_type_reach_the_replica_at_the_same_position() {
    for flavour in FLAVOURS {
        let plan = cluster(flavour, "async", true);
        let mut lab = labs::lab(&plan, &[]);
        for statement in [
            "CREATE DATABASE d",
            "CREATE TABLE d.u (a MEDIUMINT, b TEXT, c TIMESTAMP, e DECIMAL(14,4), f DATE, g TIME, h CHAR(5), UNIQUE (h))",
            "INSERT INTO d.u VALUES (1, 'abc', '2026-01-02 03:04:05', -1.5, '2026-01-02', '3:4:5', 'x'), (1, NULL, NULL, 2, NULL, NULL, 'y')",
            "INSERT INTO d.u VALUES (NULL, NULL, NULL, NULL, NULL, NULL, NULL)",
            "UPDATE d.u SET a = a + 1, e = e * 2 WHERE h IN ('x', 'y')",
            "DELETE FROM d.u WHERE h = 'y'",
        ] {
            let said = on(&mut lab, "m", statement);
            assert!(
                said.starts_with("Query OK"),
                "{flavour}: {statement}: {said}"
            );
        }
        pass(&mut lab, SECOND);
        let expected = [
            "2,abc,2026-01-02 03:04:05,-3.0000,2026-01-02,03:04:05,x",
            "NULL,NULL,NULL,NULL,NULL,NULL,NULL",
        ];
        assert_eq!(
            rows(&mut lab, "s", "SELECT * FROM d.u"),
            expected,
            "{flavour}"
        );
        let status = on(&mut lab, "s", "SHOW SLAVE STATUS\\G");
        let master = on(&mut lab, "m", "SHOW MASTER STATUS\\G");
        assert_eq!(
            field(&status, "Exec_Master_Log_Pos"),
            field(&master, "Position"),
            "{flavour}"
        );
    }
}

#[test]
fn a_select_computes_what_it_is_asked_for() {
    in_every_flavour(&[
        (TABLE, "Query OK"),
        (
            "SELECT MIN(id), MAX(id), SUM(a), COUNT(a), AVG(a) FROM d.t",
            "|    NULL |    NULL |   NULL |        0 |   NULL |",
        ),
        ("INSERT INTO d.t VALUES (1, 1), (2, 1), (3, NULL)", "3 rows"),
        (
            "SELECT MIN(id), MAX(id), COUNT(DISTINCT a), SUM(a), AVG(a), COUNT(*) AS n FROM d.t",
            "| MIN(id) | MAX(id) | COUNT(DISTINCT a) | SUM(a) | AVG(a) | n |\n+ | |       1 |       3 |                 1 |      2 | 1.0000 | 3 |",
        ),
        (
            "select id as x, a y from d.t order by a desc, id desc limit 1,2",
            "| x | y    |",
        ),
        (
            "select id as x, a y from d.t order by a desc, id desc limit 1,2",
            "| 1 |    1 |\n| 3 | NULL |",
        ),
        (
            "SELECT id FROM d.t LIMIT 1 OFFSET 1",
            "| id |\n+----+\n|  2 |\n+",
        ),
        (
            "SELECT id+1, a*2, id/2 FROM d.t WHERE id = 3",
            "| id+1 | a*2  | id/2   |\n | |    4 | NULL | 1.5000 |",
        ),
        ("SELECT DISTINCT a FROM d.t", "2 rows in set"),
        (
            "SELECT id FROM d.t WHERE id BETWEEN 2 AND 3 AND NOT a IS NULL OR id IN (1)",
            "2 rows in set",
        ),
        (
            "SELECT 1, 'a' AS b, 2+3, NULL, 7%3",
            "| 1 | b | 2+3 | NULL | 7%3  |",
        ),
        (
            "SELECT CONCAT('a', 1), IFNULL(NULL, 2), UPPER('x'), IF(1 > 2, 'y', 'n')",
            "| a1 ",
        ),
        (
            "SELECT DATABASE(), USER()",
            "| NULL       | root@localhost |",
        ),
        ("USE d", "Database changed"),
        ("SELECT DATABASE()", "| d "),
        (
            "SELECT @@autocommit, @@global.server_id AS id",
            "| @@autocommit | id |\n | |            1 |  1 |",
        ),
        ("SELECT @@hostname", "| m "),
        (
            "SELECT NOW(), CURDATE()",
            "| 2026-01-01 10:0 | | 2026-01-01 |",
        ),
        ("SET @x = 5, @y = @x + 1", "Query OK"),
        (
            "SELECT @x + @y AS sum, @z",
            "|  11 | NULL |".trim_start_matches("|  "),
        ),
    ]);
}

#[test]
fn versions_are_those_of_the_flavour() {
    for (flavour, version) in [
        ("mysql-5.7", "5.7."),
        ("mysql-8.0", "8.0."),
        ("mariadb-10.11", "10.11.19-MariaDB-log"),
    ] {
        let plan = cluster(flavour, "async", true);
        let mut lab = labs::lab(&plan, &[]);
        let version = format!("| {version}");
        answers(
            &mut lab,
            flavour,
            &[
                ("SELECT VERSION()", &version),
                ("SELECT @@version", &version),
                ("SHOW VARIABLES LIKE 'version'", &version),
            ],
        );
    }
}

#[test]
fn a_select_for_update_waits_for_the_rows_that_others_hold() {
    let plan = cluster("mysql-8.0", "after_sync", true);
    let mut lab = labs::lab(&plan, &[]);
    for statement in ["CREATE DATABASE d", TABLE, "INSERT INTO d.t VALUES (1, 1)"] {
        on(&mut lab, "m", statement);
    }
    at(&mut lab, "m", 1, "BEGIN");
    let one = at(
        &mut lab,
        "m",
        1,
        "SELECT * FROM d.t WHERE id = 1 FOR UPDATE",
    );
    assert!(answered(&mut lab, one).contains("1 row in set"));
    let other = at(
        &mut lab,
        "m",
        2,
        "SELECT a FROM d.t WHERE id = 1 FOR UPDATE",
    );
    pass(&mut lab, 3 * SECOND);
    let one = at(&mut lab, "m", 1, "UPDATE d.t SET a = 8");
    answered(&mut lab, one);
    let one = at(&mut lab, "m", 1, "COMMIT");
    answered(&mut lab, one);
    let said = answered(&mut lab, other);
    assert!(
        said.contains("|    8 |") && said.contains("1 row in set (3.0"),
        "{said}"
    );
}

#[test]
fn variables_are_set_for_whom_it_was_said() {
    for flavour in FLAVOURS {
        let plan = cluster(flavour, "async", true);
        let mut lab = labs::lab(&plan, &[]);
        let (session_only, persist) = match flavour {
            "mariadb-10.11" => (
                "ERROR 1238 (HY000): Variable 'sql_log_bin' is a SESSION variable",
                "ERROR 1064 (42000)",
            ),
            "mysql-5.7" => (
                "ERROR 1228 (HY000): Variable 'sql_log_bin' is a SESSION variable and can't be used with SET GLOBAL",
                "ERROR 1064 (42000)",
            ),
            _ => (
                "ERROR 1228 (HY000): Variable 'sql_log_bin' is a SESSION variable and can't be used with SET GLOBAL",
                "Query OK",
            ),
        };
        answers(
            &mut lab,
            flavour,
            &[
                (
                    "SET SESSION read_only = 1",
                    "ERROR 1229 (HY000): Variable 'read_only' is a GLOBAL variable and should be set with SET GLOBAL",
                ),
                ("SET read_only = 1", "ERROR 1229"),
                ("SET GLOBAL sql_log_bin = 0", session_only),
                (
                    "SET GLOBAL nope = 1",
                    "ERROR 1193 (HY000): Unknown system variable 'nope'",
                ),
                (
                    "SET SESSION nope = 1",
                    "ERROR 1193 (HY000): Unknown system variable 'nope'",
                ),
                (
                    "SET SESSION wait_timeout = 60, @@global.sync_binlog = 100",
                    "Query OK",
                ),
                ("SELECT @@wait_timeout, @@global.wait_timeout", "60 |"),
                ("SELECT @@sync_binlog", "100 |"),
                ("SET NAMES utf8mb4", "Query OK"),
                ("SET PERSIST sync_relay_log = 7", persist),
            ],
        );
        // A restart forgets what SET GLOBAL said, and knows what SET PERSIST said.
        let m = lab.server("m").expect("m");
        lab.crash(m, Crash::ProcessKill);
        pass(&mut lab, SECOND);
        lab.start(m);
        pass(&mut lab, SECOND);
        let sync_binlog = if flavour == "mariadb-10.11" { "0" } else { "1" };
        assert_eq!(
            rows(&mut lab, "m", "SELECT @@sync_binlog"),
            [sync_binlog],
            "{flavour}"
        );
        let relay = rows(&mut lab, "m", "SELECT @@sync_relay_log");
        assert_eq!(
            relay == ["7"],
            flavour == "mysql-8.0",
            "{flavour}: {relay:?}"
        );
    }
}

#[test]
fn sets_of_gtids_are_computed_and_waited_for() {
    let one = "3E11FA47-71CA-11E1-9E33-C80AA9429562";
    for flavour in ["mysql-5.7", "mysql-8.0"] {
        let plan = cluster(flavour, "async", true);
        let mut lab = labs::lab(&plan, &[]);
        on(&mut lab, "m", "CREATE DATABASE d");
        pass(&mut lab, SECOND);
        let lower = one.to_lowercase();
        for (statement, expected) in [
            (
                format!("SELECT GTID_SUBTRACT('{one}:1-5', '{one}:2') AS x"),
                format!("| {lower}:1:3-5 |"),
            ),
            (
                format!("SELECT GTID_SUBSET('{one}:2', '{one}:1-5') AS x"),
                "| 1 |".to_owned(),
            ),
            (
                format!("SELECT GTID_SUBSET('{one}:2-6', '{one}:1-5') AS x"),
                "| 0 |".to_owned(),
            ),
            (
                "SELECT GTID_SUBSET('a', 'b')".to_owned(),
                "ERROR 1772 (HY000): Malformed GTID set specification 'a'".to_owned(),
            ),
            (
                "SELECT WAIT_FOR_EXECUTED_GTID_SET(@@gtid_executed) AS x".to_owned(),
                "| 0 |".to_owned(),
            ),
            (
                format!("SELECT WAIT_FOR_EXECUTED_GTID_SET('{one}:1', 2) AS x"),
                "| 1 |\n+---+\n1 row in set (2.0".to_owned(),
            ),
        ] {
            let said = on(&mut lab, "m", &statement);
            assert!(said.contains(&expected), "{flavour}: {statement}: {said}");
        }
        on(&mut lab, "s", "STOP SLAVE SQL_THREAD");
        on(&mut lab, "m", "CREATE DATABASE e");
        let set = rows(&mut lab, "m", "SELECT @@gtid_executed").join("");
        let waits = at(
            &mut lab,
            "s",
            1,
            &format!("SELECT WAIT_FOR_EXECUTED_GTID_SET('{set}', 60) AS x"),
        );
        pass(&mut lab, 3 * SECOND);
        at(&mut lab, "s", 2, "START SLAVE SQL_THREAD");
        let said = answered(&mut lab, waits);
        assert!(
            said.contains("| 0 |") && said.contains("(3.0"),
            "{flavour}: {said}"
        );
    }
    let plan = cluster("mariadb-10.11", "async", true);
    let mut lab = labs::lab(&plan, &[]);
    on(&mut lab, "m", "CREATE DATABASE d");
    pass(&mut lab, SECOND);
    for (statement, expected) in [
        ("SELECT MASTER_GTID_WAIT('0-1-1') AS x", "|  0 |"),
        ("SELECT MASTER_GTID_WAIT('0-1-9', 1) AS x", "| -1 |"),
        (
            "SELECT GTID_SUBSET('a', 'b')",
            "ERROR 1305 (42000): FUNCTION GTID_SUBSET does not exist",
        ),
        (
            "SELECT MASTER_POS_WAIT('mysql-bin.000001', 4, 1) AS x",
            "0 |",
        ),
        (
            "SELECT MASTER_POS_WAIT('mysql-bin.000009', 4, 1) AS x",
            "-1 |",
        ),
    ] {
        let said = on(&mut lab, "s", statement);
        assert!(
            said.contains(expected.trim_start_matches("| ")),
            "{statement}: {said}"
        );
    }
}

#[test]
fn read_only_is_for_those_without_super_and_super_read_only_for_everybody() {
    for flavour in FLAVOURS {
        let plan = cluster(flavour, "async", true);
        let mut lab = labs::lab(&plan, &[]);
        let m = lab.server("m").expect("m");
        for statement in [
            "CREATE DATABASE d",
            TABLE,
            "CREATE USER app IDENTIFIED BY 'x'",
            "CREATE USER dba IDENTIFIED BY 'x'",
        ] {
            on(&mut lab, "m", statement);
        }
        let privilege = if flavour == "mariadb-10.11" {
            "READ_ONLY ADMIN"
        } else {
            "SUPER"
        };
        answers(
            &mut lab,
            flavour,
            &[
                (
                    &format!("GRANT {privilege}, SELECT ON *.* TO dba"),
                    "Query OK",
                ),
                ("GRANT ALL ON d.* TO app", "Query OK"),
                ("SET GLOBAL read_only = ON", "Query OK"),
                ("INSERT INTO d.t VALUES (1, 1)", "Query OK, 1 row affected"),
            ],
        );
        assert!(
            lab.login(m, "nobody")
                .expect_err("no user")
                .starts_with("ERROR 1045 (28000)")
        );
        lab.login(m, "app").expect("a user");
        let refused = "option so it cannot execute this statement";
        answers(
            &mut lab,
            flavour,
            &[
                ("SELECT USER()", "app@localhost"),
                ("SELECT COUNT(*) FROM d.t", "|        1 |"),
                ("INSERT INTO d.t VALUES (2, 2)", refused),
            ],
        );
        lab.login(m, "dba").expect("a user");
        answers(
            &mut lab,
            flavour,
            &[("INSERT INTO d.t VALUES (3, 3)", "Query OK")],
        );
        lab.login(m, "root").expect("root");
        if flavour != "mariadb-10.11" {
            answers(
                &mut lab,
                flavour,
                &[
                    ("SET GLOBAL super_read_only = ON", "Query OK"),
                    (
                        "INSERT INTO d.t VALUES (4, 4)",
                        "running with the --super-read-only option",
                    ),
                    (
                        "SELECT @@read_only, @@super_read_only",
                        "|           1 |                 1 |",
                    ),
                    ("SET GLOBAL read_only = OFF", "Query OK"),
                    (
                        "SELECT @@read_only, @@super_read_only",
                        "|           0 |                 0 |",
                    ),
                    ("INSERT INTO d.t VALUES (4, 4)", "Query OK"),
                ],
            );
        }
    }
}

#[test]
fn lists_show_the_rows_that_are_asked_for() {
    in_every_flavour(&[
        (TABLE, "Query OK"),
        (
            "CREATE DATABASE e DEFAULT CHARACTER SET = utf8mb4 COLLATE utf8mb4_bin",
            "Query OK, 1 row affected",
        ),
        (
            "SHOW VARIABLES WHERE Variable_name = 'server_id'",
            "| server_id     | 1     |",
        ),
        (
            "SHOW GLOBAL VARIABLES WHERE variable_name LIKE 'sync%' AND value > 1",
            "sync_relay_log",
        ),
        ("SHOW SESSION STATUS LIKE 'uptime'", "| Uptime        | "),
        (
            "SHOW STATUS WHERE `Variable_name` IN ('Uptime', 'Threads_connected')",
            "2 rows in set",
        ),
        ("SHOW DATABASES LIKE 'd%'", "| Database (d%) |"),
        ("SHOW TABLES FROM d LIKE 't%'", "| Tables_in_d (t%) |"),
        ("SHOW FULL TABLES FROM d", "| t           | BASE TABLE |"),
        (
            "SELECT user, host FROM mysql.user WHERE user = 'root'",
            "| root | localhost |",
        ),
        (
            "SELECT variable_value FROM performance_schema.global_variables WHERE variable_name = 'x'",
            "",
        ),
    ]);
}

#[test]
fn what_is_said_of_a_connection_is_kept_or_refused_as_not_modelled() {
    for flavour in FLAVOURS {
        let plan = cluster(flavour, "async", true);
        let mut lab = labs::lab(&plan, &[]);
        let s = lab.server("s").expect("s");
        on(&mut lab, "s", "STOP SLAVE");
        let said = on(
            &mut lab,
            "s",
            "CHANGE MASTER TO MASTER_HOST='m', MASTER_CONNECT_RETRY=7, MASTER_HEARTBEAT_PERIOD=2.5, MASTER_SSL=0, MASTER_DELAY=0",
        );
        assert!(said.starts_with("Query OK"), "{flavour}: {said}");
        let status = on(&mut lab, "s", "SHOW SLAVE STATUS\\G");
        assert_eq!(field(&status, "Connect_Retry"), "7", "{flavour}");
        for statement in ["SHOW ENGINE INNODB STATUS", "SHOW CREATE TABLE d.t"] {
            let problem = lab.type_statement(s, statement).expect_err(statement);
            assert!(problem.contains("that the lab does not model"), "{problem}");
        }
    }
}

#[test]
fn a_clean_shutdown_is_typed_and_the_server_is_gone() {
    for flavour in FLAVOURS {
        let plan = cluster(flavour, "async", true);
        let mut lab = labs::lab(&plan, &[]);
        assert!(
            on(&mut lab, "m", "SHUTDOWN").starts_with("Query OK"),
            "{flavour}"
        );
        pass(&mut lab, 30 * SECOND);
        assert!(
            on(&mut lab, "m", "SELECT 1").starts_with("ERROR 2003"),
            "{flavour}"
        );
    }
}

/// semantics.md 8: the way to skip a transaction that cannot be applied.
#[test]
fn an_empty_transaction_with_the_gtid_of_another_skips_it() {
    for flavour in ["mysql-5.7", "mysql-8.0"] {
        let plan = cluster(flavour, "async", true);
        let mut lab = labs::lab(&plan, &[]);
        for statement in ["CREATE DATABASE d", TABLE] {
            on(&mut lab, "m", statement);
        }
        pass(&mut lab, SECOND);
        on(&mut lab, "s", "INSERT INTO d.t VALUES (1, 7)");
        on(&mut lab, "m", "INSERT INTO d.t VALUES (1, 1)");
        on(&mut lab, "m", "INSERT INTO d.t VALUES (2, 2)");
        pass(&mut lab, SECOND);
        let status = on(&mut lab, "s", "SHOW SLAVE STATUS\\G");
        assert_eq!(field(&status, "Slave_SQL_Running"), "No", "{flavour}");
        let uuid = rows(&mut lab, "m", "SELECT @@server_uuid").join("");
        on(&mut lab, "s", "STOP SLAVE");
        for (statement, expected) in [
            (
                "SET gtid_next='x'".to_owned(),
                "ERROR 1774 (HY000): Malformed GTID specification 'x'.",
            ),
            (format!("SET gtid_next='{uuid}:3'"), "Query OK"),
            ("INSERT INTO d.t VALUES (9, 9)".to_owned(), "not modelled"),
            ("BEGIN".to_owned(), "Query OK"),
            (format!("SET gtid_next='{uuid}:4'"), "ERROR 1766 (HY000)"),
            ("COMMIT".to_owned(), "Query OK"),
            (
                "INSERT INTO d.t VALUES (9, 9)".to_owned(),
                "ERROR 1837 (HY000)",
            ),
            ("SET gtid_next='AUTOMATIC'".to_owned(), "Query OK"),
            ("SELECT @@gtid_next".to_owned(), "AUTOMATIC"),
            ("START SLAVE".to_owned(), "Query OK"),
        ] {
            let s = lab.server("s").expect("s");
            let said = match lab.type_statement(s, &statement) {
                Ok(reply) => answered(&mut lab, reply),
                Err(problem) => problem,
            };
            assert!(said.contains(expected), "{flavour}: {statement}: {said}");
        }
        pass(&mut lab, 2 * SECOND);
        assert_eq!(
            rows(&mut lab, "s", "SELECT * FROM d.t"),
            ["1,7", "2,2"],
            "{flavour}"
        );
        let status = on(&mut lab, "s", "SHOW SLAVE STATUS\\G");
        assert_eq!(field(&status, "Slave_SQL_Running"), "Yes", "{flavour}");
        let executed = rows(&mut lab, "s", "SELECT @@gtid_executed").join("");
        assert!(
            executed.contains(&format!("{uuid}:1-4")),
            "{flavour}: {executed}"
        );
    }
}

#[test]
fn what_is_written_without_the_binlog_stays_where_it_was_written() {
    for flavour in FLAVOURS {
        let plan = cluster(flavour, "async", true);
        let mut lab = labs::lab(&plan, &[]);
        for statement in ["CREATE DATABASE d", TABLE] {
            on(&mut lab, "m", statement);
        }
        answers(
            &mut lab,
            flavour,
            &[
                ("SET sql_log_bin=0", "Query OK"),
                ("SELECT @@sql_log_bin", "|             0 |"),
                ("INSERT INTO d.t VALUES (1, 1)", "Query OK, 1 row affected"),
                ("BEGIN", "Query OK"),
                (
                    "SET SESSION sql_log_bin=1",
                    "ERROR 1694 (HY000): Cannot modify @@session.sql_log_bin inside a transaction",
                ),
                ("UPDATE d.t SET a = 2", "Changed: 1"),
                ("COMMIT", "Query OK"),
                ("SET sql_log_bin=1", "Query OK"),
                ("INSERT INTO d.t VALUES (2, 2)", "Query OK"),
            ],
        );
        pass(&mut lab, SECOND);
        assert_eq!(
            rows(&mut lab, "s", "SELECT * FROM d.t"),
            ["2,2"],
            "{flavour}"
        );
        let m = lab.server("m").expect("m");
        lab.crash(m, Crash::ProcessKill);
        pass(&mut lab, SECOND);
        lab.start(m);
        pass(&mut lab, SECOND);
        assert_eq!(
            rows(&mut lab, "m", "SELECT * FROM d.t"),
            ["1,2", "2,2"],
            "{flavour}"
        );
    }
}
