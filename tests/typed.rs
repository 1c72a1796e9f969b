//! What people type: statements in every form that a client takes, and what the servers of each flavour answer.

#[path = "support/labs.rs"]
mod labs;

use labs::{SECOND, on, pass};
use replsim::lesson::lab::Lab;
use replsim::lesson::setup::plan_of;
use replsim::plan::Plan;
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
