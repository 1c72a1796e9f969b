//! What people type: statements in every form that a client takes, and what the servers of each flavour answer.

#[path = "support/labs.rs"]
mod labs;

use labs::{SECOND, field, on, pass};
use replsim::lesson::lab::{Lab, Reply};
use replsim::lesson::setup::plan_of;
use replsim::plan::Plan;
use replsim::protocol::ids::Span;
use replsim::spec::script::model_as_experiment;
use serde_json::{Map, json};
use std::process::{Command, Output};

const FLAVOURS: [&str; 3] = ["mysql-5.7", "mysql-8.0", "mariadb-10.11"];

/// A master `m` and a replica `s`, with what is set for both.
fn cluster(flavour: &str, mode: &str, gtid: bool) -> Plan {
    let positioning = if gtid { "gtid" } else { "file_and_position" };
    let mut variables = json!({"log_slave_updates": "ON", "master_connect_retry": 1});
    if gtid && flavour.starts_with("mysql") {
        variables["gtid_mode"] = json!("ON");
    }
    let model = json!({
        "flavour": flavour, "positioning": positioning, "mode": mode, "variables": variables,
        "servers": {"m": {"host": "a"}, "s": {"host": "b", "replicates_from": "m"}},
        "hosts": {"a": {"site": "x"}, "b": {"site": "x"}},
    });
    let loaded = model_as_experiment("test", "test", "test", &model, &Map::new(), &[]);
    plan_of(&loaded.expect("a model")).expect("a plan")
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
    for flavour in FLAVOURS {
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

/// What hangs behind a commit that waits for an acknowledgement.
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
        match statement.contains("read_only") {
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
            "ERROR 1396 (HY000): Operation DROP USER failed for 'u'@'%','v'@'w'",
        ),
        ("DROP USER IF EXISTS u", "1 warning"),
        ("FLUSH PRIVILEGES", "Query OK, 0 rows affected ("),
    ]);
}
