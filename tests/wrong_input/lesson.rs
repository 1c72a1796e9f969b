//! What is wrong with a lesson: a step, a server, a statement.

use crate::says;
use replsim::lesson::play::play;
use replsim::spec::lesson::Shown;
use replsim::spec::script::read;
use serde_json::{Value, json};

/// The error of a lesson with one step.
fn step(step: Value) -> String {
    lesson(json!({"title": "x", "model": "clusters/mysql-8.0", "steps": [step]}))
}

fn lesson(document: Value) -> String {
    let script = match read("x", "x.json", &document.to_string(), &[]) {
        Ok(script) => script,
        Err(error) => return error.to_string(),
    };
    let mut runner = |_: &Shown| Ok(String::new());
    play(&script, &mut runner, &|| ())
        .expect_err("something is wrong")
        .to_string()
}

#[test]
fn a_step_does_one_thing_and_names_a_server_that_is_there() {
    says(
        &step(json!({"txt": "x"})),
        &[
            "x.json",
            "steps[0]",
            "unknown key `txt`",
            "did you mean `text`?",
        ],
    );
    says(
        &step(json!({})),
        &["steps[0]", "expected one of text, type"],
    );
    says(
        &step(json!({"text": "x", "wait": "1 s"})),
        &["steps[0]", "one thing at a time, not text and wait"],
    );
    says(
        &step(json!({"type": "SHOW DATABASES"})),
        &["steps[0]", "`type` needs `on`"],
    );
    says(
        &step(json!({"on": "mysql-m", "wait": "1 s"})),
        &["steps[0].on", "`wait` is not done on a server"],
    );
    says(
        &step(json!({"on": "mysql-n", "type": "SHOW DATABASES"})),
        &[
            "steps[0].on",
            "unknown server `mysql-n`",
            "did you mean `mysql-m`?",
        ],
    );
    says(&step(json!({"wait": 5})), &["steps[0].wait", "has no unit"]);
    says(
        &step(json!({"crash": {"server": "x"}})),
        &["steps[0].crash.server", "unknown server `x`"],
    );
    says(
        &step(json!({"until": "later"})),
        &["steps[0].until", "unknown event `later`", "logged, fsync"],
    );
    says(
        &step(json!({"start": "mysql-m"})),
        &["steps[0].start", "`mysql-m` runs"],
    );
    says(
        &step(json!({"counts": {"table": "t", "on": []}})),
        &["steps[0].counts.table", "database.table"],
    );
}

#[test]
fn an_unknown_statement_lists_what_is_known() {
    let typed = |line: &str| step(json!({"on": "mysql-m", "type": line}));
    says(
        &typed("FLSH TABLES"),
        &[
            "steps[0].type",
            "unknown statement \"FLSH TABLES\"",
            "known are: ALTER TABLE",
        ],
    );
    says(
        &typed("SHOW FROBS"),
        &["expected MASTER STATUS, SLAVE STATUS", "not \"FROBS\""],
    );
    says(
        &typed("SHOW GRANTS"),
        &["is a statement of MySQL that the lab does not model"],
    );
    says(
        &typed("CREATE TABLE t (id JSON)"),
        &["the type JSON is not modelled"],
    );
    says(
        &typed("INSERT INTO t VALUES (1"),
        &["expected `)`", "not the end"],
    );
    says(
        &typed("ALTER TABLE t RENAME x"),
        &["expected ADD COLUMN or DROP COLUMN, not \"RENAME\""],
    );
    says(&typed("SELECT 'x"), &["a quote is never closed"]);
    says(&typed("STOP SLAVE NOW"), &["unexpected \"NOW\""]);
    says(
        &typed("CHANGE MASTER TO MASTER_HOST='nowhere'"),
        &[
            "MASTER_HOST 'nowhere' is not a server of this lab",
            "mysql-s-1",
        ],
    );
    says(
        &typed("CHANGE MASTER TO PRIVILEGE_CHECKS_USER='x'"),
        &["PRIVILEGE_CHECKS_USER is an option of the servers that is not modelled"],
    );
    says(
        &typed("SET GLOBAL gtid_mode = ON"),
        &["on a running server is not modelled", "my.cnf"],
    );
}

#[test]
fn names_files_and_my_cnf_are_checked_before_anything_is_played() {
    let with = |servers: Value| {
        lesson(
            json!({"title": "x", "model": "clusters/mysql-8.0", "servers": servers, "steps": []}),
        )
    };
    says(&with(json!({"mysql": {}})), &["unknown server `mysql`"]);
    says(
        &with(json!({"mysql-m": {"binlog": "mysql-bin"}})),
        &["servers.mysql-m.binlog", "mysql-bin.000003"],
    );
    says(
        &with(json!({"mysql-m": {"my_cnf": {"nope": 1}}})),
        &["servers.mysql-m.my_cnf.nope", "unknown variable"],
    );
    says(
        &with(json!({"mysql-m": {"my_cnf": {"binlog_format": "MIXED"}}})),
        &["servers.mysql-m.my_cnf.binlog_format", "ROW or STATEMENT"],
    );
    let clock =
        json!({"title": "x", "model": "clusters/mysql-8.0", "clock": "yesterday", "steps": []});
    says(&lesson(clock), &["clock", "2023-07-05 13:46:00"]);
    says(
        &lesson(json!({"title": "x", "model": "clusters/mysql-9", "steps": []})),
        &["clusters/mysql-9"],
    );
}
