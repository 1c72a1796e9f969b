//! Servers that take statements: what always holds, whatever is typed; and the answers that each flavour has its own way of.

#[path = "support/labs.rs"]
mod labs;
#[path = "support/seeds.rs"]
mod seeds;

use labs::{SECOND, field, on, pass};
use proptest::prelude::*;
use replsim::lesson::lab::{Lab, Network, Reply};
use replsim::lesson::show::slave_status::seconds_behind;
use replsim::lesson::sql::parser::parse;
use replsim::plan::Plan;
use replsim::protocol::crash::Crash;
use replsim::protocol::ids::Span;
use serde_json::{Value, json};

const MASTER: &str = "m";
const REPLICA: &str = "r1";

fn cluster(flavour: &str, mode: &str, gtid: bool) -> Plan {
    labs::cluster(flavour, mode, gtid, &[REPLICA, "r2"])
}

fn lab(plan: &Plan) -> Lab<'_> {
    labs::lab(plan, &[])
}

fn table(lab: &mut Lab) {
    on(lab, MASTER, "CREATE DATABASE d");
    on(
        lab,
        MASTER,
        "CREATE TABLE d.t (id INT AUTO_INCREMENT PRIMARY KEY, a INT, b VARCHAR(20))",
    );
    pass(lab, SECOND);
}

#[derive(Clone, Debug)]
enum Move {
    Insert,
    Update(u8),
    Delete(u8),
    AddColumn,
    DropColumn,
    StopIo,
    StartIo,
    StopSql,
    StartSql,
    KillReplica,
    StartReplica,
    KillMaster,
    Pass(u16),
}

fn a_move() -> impl Strategy<Value = Move> {
    prop_oneof![
        6 => Just(Move::Insert),
        2 => (1u8..12).prop_map(Move::Update),
        1 => (1u8..12).prop_map(Move::Delete),
        1 => Just(Move::AddColumn),
        1 => Just(Move::DropColumn),
        1 => Just(Move::StopIo),
        1 => Just(Move::StartIo),
        1 => Just(Move::StopSql),
        1 => Just(Move::StartSql),
        1 => Just(Move::KillReplica),
        1 => Just(Move::StartReplica),
        1 => Just(Move::KillMaster),
        3 => (0u16..2_000).prop_map(Move::Pass),
    ]
}

fn moves(lab: &mut Lab, moves: &[Move]) {
    let (m, r1) = (
        lab.server(MASTER).expect("m"),
        lab.server(REPLICA).expect("r1"),
    );
    for (number, one) in moves.iter().enumerate() {
        match one {
            Move::Insert => {
                on(
                    lab,
                    MASTER,
                    &format!("INSERT INTO d.t(a, b) VALUES ({number}, 'row {number}')"),
                );
            }
            Move::Update(id) => {
                on(
                    lab,
                    MASTER,
                    &format!("UPDATE d.t SET a = a + 1 WHERE id = {id}"),
                );
            }
            Move::Delete(id) => {
                on(lab, MASTER, &format!("DELETE FROM d.t WHERE id = {id}"));
            }
            Move::AddColumn => {
                on(lab, MASTER, "ALTER TABLE d.t ADD COLUMN c INT");
            }
            Move::DropColumn => {
                on(lab, MASTER, "ALTER TABLE d.t DROP COLUMN c");
            }
            Move::StopIo => drop(on(lab, REPLICA, "STOP SLAVE IO_THREAD")),
            Move::StartIo => drop(on(lab, REPLICA, "START SLAVE IO_THREAD")),
            Move::StopSql => drop(on(lab, REPLICA, "STOP SLAVE SQL_THREAD")),
            Move::StartSql => drop(on(lab, REPLICA, "START SLAVE SQL_THREAD")),
            Move::KillReplica => lab.crash(r1, Crash::ProcessKill),
            Move::StartReplica => lab.start(r1),
            Move::KillMaster => {
                lab.crash(m, Crash::ProcessKill);
                pass(lab, SECOND);
                lab.start(m);
            }
            Move::Pass(ms) => pass(lab, u64::from(*ms) * 1_000_000),
        }
        on(lab, REPLICA, "SHOW SLAVE STATUS\\G");
        on(lab, MASTER, "SHOW PROCESSLIST");
    }
}

proptest! {
    #![proptest_config(seeds::cases(96))]

    #[test]
    fn whatever_is_typed_the_replicas_end_with_the_masters_rows_and_at_its_position(
        list in prop::collection::vec(a_move(), 1..40),
        flavour in prop::sample::select(vec!["mysql-5.7", "mysql-8.0", "mariadb-10.11"]),
        mode in prop::sample::select(vec!["async", "after_commit", "after_sync"]),
        gtid in any::<bool>(),
    ) {
        let plan = cluster(flavour, mode, gtid);
        let mut lab = lab(&plan);
        table(&mut lab);
        moves(&mut lab, &list);
        let r1 = lab.server(REPLICA).expect("r1");
        if !lab.simulation.world.server(r1).is_up() {
            lab.start(r1);
        }
        on(&mut lab, REPLICA, "START SLAVE");
        pass(&mut lab, 70 * SECOND);
        let master = on(&mut lab, MASTER, "SHOW MASTER STATUS\\G");
        let rows = on(&mut lab, MASTER, "SELECT * FROM d.t");
        for replica in [REPLICA, "r2"] {
            let status = on(&mut lab, replica, "SHOW SLAVE STATUS\\G");
            prop_assert_eq!(field(&status, "Last_SQL_Errno"), "0", "{}", status);
            prop_assert_eq!(&on(&mut lab, replica, "SELECT * FROM d.t"), &rows, "{}", replica);
            for name in ["Read_Master_Log_Pos", "Exec_Master_Log_Pos"] {
                prop_assert_eq!(field(&status, name), field(&master, "Position"), "{} of {}", name, replica);
            }
            prop_assert_eq!(field(&status, "Seconds_Behind_Master"), "0");
            prop_assert_eq!(field(&status, "Master_Log_File"), field(&master, "File"));
        }
        // The last event ends where the file ends.
        let file = field(&master, "File");
        let listed = on(&mut lab, MASTER, &format!("SHOW BINLOG EVENTS IN '{file}'"));
        let mut ends = listed.lines().filter(|line| line.starts_with('|')).map(|line| line.split('|').nth(5));
        let position = field(&master, "Position");
        prop_assert_eq!(ends.next_back().flatten().map(str::trim), Some(position.as_str()));
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in "\\PC*") {
        let _ = parse(&text);
    }

    #[test]
    fn no_heap_of_known_words_makes_the_parser_panic(
        words in prop::collection::vec(prop::sample::select(vec![
            "SELECT", "*", "FROM", "t", "WHERE", "a", "=", "1", "'x'", "(", ")", ",", "INSERT", "INTO", "VALUES", "UPDATE",
            "SET", "GLOBAL", "SHOW", "SLAVE", "STATUS", "MASTER", "CHANGE", "TO", "CREATE", "TABLE", "INT", "PRIMARY", "KEY",
            "ALTER", "DROP", "ADD", "COLUMN", "-", "@@x", "LIKE", "COUNT", "ORDER", "BY", "LIMIT", "KILL", "`", "\\G", ";",
        ]), 0..14)
    ) {
        let _ = parse(&words.join(" "));
    }
}

/// The number that a client sees first, of an error or in the status of a replica.
fn error(answer: &str) -> String {
    answer.lines().next().unwrap_or_default().to_owned()
}

#[test]
fn every_flavour_has_its_own_texts_of_the_same_errors() {
    let texts = |flavour: &str| -> Vec<String> {
        let plan = cluster(flavour, "async", false);
        let mut lab = lab(&plan);
        table(&mut lab);
        on(&mut lab, MASTER, "INSERT INTO d.t VALUES (1, 1, 'x')");
        pass(&mut lab, SECOND);
        let mut said = Vec::new();
        for line in [
            "INSERT INTO d.t VALUES (1, 1, 'x')",
            "INSERT INTO d.t VALUES (1, 1)",
            "INSERT INTO d.t(nope) VALUES (1)",
            "UPDATE d.t SET a = 1 WHERE nope = 1",
            "ALTER TABLE d.t DROP COLUMN nope",
            "SELECT * FROM d.nope",
            "KILL 99999",
            "SET GLOBAL nope = 1",
            "START SLAVE",
        ] {
            said.push(error(&on(&mut lab, MASTER, line)));
        }
        said.push(error(&on(
            &mut lab,
            REPLICA,
            "CHANGE MASTER TO MASTER_LOG_POS = 4",
        )));
        on(&mut lab, MASTER, "SET GLOBAL read_only = 1");
        lab.login(lab.server(MASTER).expect("m"), "repl")
            .expect("a user");
        said.push(error(&on(
            &mut lab,
            MASTER,
            "INSERT INTO d.t VALUES (2, 1, 'x')",
        )));
        lab.login(lab.server(MASTER).expect("m"), "root")
            .expect("root");
        on(&mut lab, MASTER, "SET GLOBAL read_only = 0");
        for line in ["DELETE FROM d.t WHERE id = 1", "START SLAVE"] {
            on(&mut lab, REPLICA, line);
        }
        on(&mut lab, MASTER, "UPDATE d.t SET a = 7 WHERE id = 1");
        pass(&mut lab, SECOND);
        said.push(field(
            &on(&mut lab, REPLICA, "SHOW SLAVE STATUS\\G"),
            "Last_SQL_Error",
        ));
        on(&mut lab, "r2", "STOP SLAVE");
        on(
            &mut lab,
            "r2",
            "CHANGE MASTER TO MASTER_HOST='m', MASTER_LOG_FILE='mysql-bin.000001', MASTER_LOG_POS=99999",
        );
        on(&mut lab, "r2", "START SLAVE");
        pass(&mut lab, SECOND);
        said.push(field(
            &on(&mut lab, "r2", "SHOW SLAVE STATUS\\G"),
            "Last_IO_Error",
        ));
        let m = lab.server(MASTER).expect("m");
        lab.crash(m, Crash::ProcessKill);
        pass(&mut lab, 3 * SECOND);
        said.push(error(&on(&mut lab, MASTER, "SELECT * FROM d.t")));
        said.push(field(
            &on(&mut lab, REPLICA, "SHOW SLAVE STATUS\\G"),
            "Last_IO_Error",
        ));
        said
    };
    let all: Vec<(&str, Vec<String>)> = ["mysql-5.7", "mysql-8.0", "mariadb-10.11"]
        .iter()
        .map(|name| (*name, texts(name)))
        .collect();
    let mut out = String::new();
    for (flavour, texts) in all {
        out += &format!("{flavour}\n");
        for text in texts {
            out += &format!("  {text}\n");
        }
    }
    insta::with_settings!({snapshot_path => "../snapshots", prepend_module_to_snapshot => false, omit_expression => true}, {
        insta::assert_snapshot!("error-texts", out);
    });
}

/// semantics.md 4.2: a backlog with the IO thread stopped is a number in MySQL and NULL in MariaDB; a master that vanished
/// without a word leaves 0 until `slave_net_timeout`.
#[test]
fn seconds_behind_master_is_null_or_misleads_by_the_rule_of_each_flavour() {
    for (flavour, with_backlog) in [
        ("mysql-8.0", Some(5)),
        ("mysql-5.7", Some(5)),
        ("mariadb-10.11", None),
    ] {
        let plan = cluster(flavour, "async", false);
        let mut lab = lab(&plan);
        table(&mut lab);
        let (m, r1) = (
            lab.server(MASTER).expect("m"),
            lab.server(REPLICA).expect("r1"),
        );
        assert_eq!(seconds_behind(&lab, r1), Some(0), "{flavour}: all is well");
        on(&mut lab, REPLICA, "STOP SLAVE SQL_THREAD");
        on(&mut lab, MASTER, "INSERT INTO d.t(a) VALUES (1)");
        pass(&mut lab, 5 * SECOND);
        assert_eq!(
            seconds_behind(&lab, r1),
            None,
            "{flavour}: the SQL thread does not run"
        );
        on(&mut lab, REPLICA, "STOP SLAVE IO_THREAD");
        let id = lab.server(REPLICA).expect("r1");
        lab.type_statement(id, "START SLAVE SQL_THREAD")
            .expect("a statement");
        // In this very instant the SQL thread has taken the transaction and has not applied it.
        assert_eq!(
            seconds_behind(&lab, r1),
            with_backlog,
            "{flavour}: a backlog, and no IO thread"
        );
        pass(&mut lab, SECOND);
        assert_eq!(
            seconds_behind(&lab, r1),
            None,
            "{flavour}: caught up with what was received, and no IO thread"
        );
        on(&mut lab, REPLICA, "START SLAVE IO_THREAD");
        pass(&mut lab, SECOND);
        lab.crash(m, Crash::HostLoss);
        pass(&mut lab, 20 * SECOND);
        assert_eq!(
            seconds_behind(&lab, r1),
            Some(0),
            "{flavour}: the master is gone and nobody has noticed"
        );
        pass(&mut lab, 60 * SECOND);
        assert_eq!(
            seconds_behind(&lab, r1),
            None,
            "{flavour}: it has been noticed"
        );
    }
}

/// semantics.md 5.5: a killed waiter commits without an acknowledgement in MariaDB, and waits on in MySQL.
#[test]
fn kill_ends_the_wait_in_mariadb_and_only_the_connection_in_mysql() {
    for (flavour, visible) in [("mariadb-10.11", "|  1 |"), ("mysql-8.0", "Empty set")] {
        let plan = cluster(flavour, "after_sync", false);
        let mut lab = lab(&plan);
        table(&mut lab);
        for replica in [REPLICA, "r2"] {
            on(&mut lab, replica, "STOP SLAVE IO_THREAD");
        }
        let m = lab.server(MASTER).expect("m");
        let Ok(Reply::Waits(session)) = lab.type_statement(m, "INSERT INTO d.t(a) VALUES (1)")
        else {
            panic!("it waits");
        };
        pass(&mut lab, SECOND);
        let list = on(&mut lab, MASTER, "SHOW PROCESSLIST");
        let waiting = list
            .lines()
            .find(|line| line.contains("Waiting for semi-sync ACK"))
            .expect("one waits");
        let connection: u32 = waiting
            .split('|')
            .nth(1)
            .expect("an Id")
            .trim()
            .parse()
            .expect("a number");
        assert!(on(&mut lab, MASTER, &format!("KILL {connection}")).starts_with("Query OK"));
        lab.run_until_answer(session, lab.now() + Span(SECOND));
        let answer = lab
            .answer_of(session)
            .expect("the client knows that its connection is gone");
        assert!(answer.starts_with("ERROR 2013"), "{answer}");
        pass(&mut lab, SECOND);
        let seen = on(&mut lab, MASTER, "SELECT id FROM d.t");
        assert!(seen.contains(visible), "{flavour}: {seen}");
    }
}

/// semantics.md 2: a cut that nobody announces. The replica believes that it is connected until `slave_net_timeout`, and
/// the master counts it as a client for as long as TCP tries.
#[test]
fn a_cut_network_is_noticed_by_time_outs_only() {
    for flavour in ["mysql-5.7", "mysql-8.0", "mariadb-10.11"] {
        let plan = cluster(flavour, "after_sync", false);
        let mut lab = lab(&plan);
        table(&mut lab);
        let (m, r1) = (
            lab.server(MASTER).expect("m"),
            lab.server(REPLICA).expect("r1"),
        );
        lab.network(m, r1, Network::IsCut);
        on(&mut lab, MASTER, "INSERT INTO d.t(a) VALUES (1)");
        pass(&mut lab, 10 * SECOND);
        let status = on(&mut lab, REPLICA, "SHOW SLAVE STATUS\\G");
        assert_eq!(field(&status, "Slave_IO_Running"), "Yes", "{flavour}");
        assert_eq!(
            field(&status, "Seconds_Behind_Master"),
            "0",
            "{flavour}: it misleads"
        );
        let clients = on(
            &mut lab,
            MASTER,
            "SHOW STATUS LIKE 'rpl_semi_sync_master_clients'",
        );
        assert!(clients.contains("| 2 "), "{flavour}: {clients}");
        // After slave_net_timeout it tries to connect, for as long again.
        pass(&mut lab, 130 * SECOND);
        let status = on(&mut lab, REPLICA, "SHOW SLAVE STATUS\\G");
        assert_eq!(
            field(&status, "Slave_IO_Running"),
            "Connecting",
            "{flavour}"
        );
        assert_eq!(field(&status, "Last_IO_Errno"), "2003", "{flavour}");
        assert!(
            field(&status, "Last_IO_Error").contains("110") || flavour == "mysql-5.7",
            "{flavour}"
        );
        lab.network(m, r1, Network::WorksAgain);
        pass(&mut lab, 120 * SECOND);
        let rows = on(&mut lab, MASTER, "SELECT * FROM d.t");
        assert_eq!(
            on(&mut lab, REPLICA, "SELECT * FROM d.t"),
            rows,
            "{flavour}"
        );
        let clients = on(
            &mut lab,
            MASTER,
            "SHOW STATUS LIKE 'rpl_semi_sync_master_clients'",
        );
        assert!(
            clients.contains("| 2 "),
            "{flavour}: the old dump thread ended: {clients}"
        );
    }
}

/// semantics.md 5.2: two acknowledgements are wanted and one has come; with one wanted it is enough.
#[test]
fn fewer_acknowledgements_release_who_waits_for_more() {
    let plan = cluster("mysql-8.0", "after_sync", false);
    let mut lab = lab(&plan);
    table(&mut lab);
    on(
        &mut lab,
        MASTER,
        "SET GLOBAL rpl_semi_sync_master_wait_for_slave_count = 2",
    );
    on(&mut lab, "r2", "STOP SLAVE IO_THREAD");
    let m = lab.server(MASTER).expect("m");
    let Ok(Reply::Waits(session)) = lab.type_statement(m, "INSERT INTO d.t(a) VALUES (1)") else {
        panic!("it waits");
    };
    pass(&mut lab, 3 * SECOND);
    assert_eq!(lab.answer_of(session), None, "one acknowledgement of two");
    on(
        &mut lab,
        MASTER,
        "SET GLOBAL rpl_semi_sync_master_wait_for_slave_count = 1",
    );
    pass(&mut lab, SECOND);
    let answer = lab.answer_of(session).expect("an answer");
    assert!(
        answer.starts_with("Query OK") && answer.contains("(3.0"),
        "{answer}"
    );
    let status = on(
        &mut lab,
        MASTER,
        "SHOW STATUS LIKE 'rpl_semi_sync_master_status'",
    );
    assert!(status.contains("| ON "), "{status}");
}

/// semantics.md 8, "Fencing": SET read_only hangs behind a commit that waits for an acknowledgement.
#[test]
fn read_only_hangs_behind_a_commit_that_waits() {
    let plan = cluster("mysql-8.0", "after_sync", false);
    let mut lab = lab(&plan);
    table(&mut lab);
    for replica in [REPLICA, "r2"] {
        on(&mut lab, replica, "STOP SLAVE IO_THREAD");
    }
    let m = lab.server(MASTER).expect("m");
    lab.type_statement(m, "INSERT INTO d.t(a) VALUES (1)")
        .expect("a statement");
    pass(&mut lab, SECOND);
    let before = lab.now();
    on(&mut lab, MASTER, "SET GLOBAL read_only = 1");
    let hung = lab.now() - before;
    assert!(
        (8 * SECOND..10 * SECOND).contains(&hung.0),
        "until the time-out of 10 s: {hung:?}"
    );
    assert!(
        on(&mut lab, MASTER, "INSERT INTO d.t(a) VALUES (2)").starts_with("Query OK"),
        "root has SUPER"
    );
    lab.login(m, "repl").expect("a user");
    assert!(
        error(&on(&mut lab, MASTER, "INSERT INTO d.t(a) VALUES (3)")).starts_with("ERROR 1290")
    );
}

/// semantics.md 8: an event of its own comes home and is dropped; nothing goes round for ever.
#[test]
fn what_two_masters_write_reaches_both_once() {
    for flavour in ["mysql-5.7", "mysql-8.0", "mariadb-10.11"] {
        let plan = cluster(flavour, "after_sync", false);
        let mut lab = lab(&plan);
        let root = |line: &str| line.to_owned();
        table(&mut lab);
        on(&mut lab, REPLICA, &root("SET GLOBAL read_only = 0"));
        let status = on(&mut lab, REPLICA, "SHOW MASTER STATUS\\G");
        let (file, position) = (field(&status, "File"), field(&status, "Position"));
        on(
            &mut lab,
            MASTER,
            &format!(
                "CHANGE MASTER TO MASTER_HOST='r1', MASTER_USER='repl', MASTER_LOG_FILE='{file}', MASTER_LOG_POS={position}"
            ),
        );
        on(&mut lab, MASTER, "START SLAVE");
        pass(&mut lab, SECOND);
        for round in 0..10 {
            on(
                &mut lab,
                MASTER,
                &format!("INSERT INTO d.t(id, a) VALUES ({}, 1)", 2 * round + 1),
            );
            on(
                &mut lab,
                REPLICA,
                &format!("INSERT INTO d.t(id, a) VALUES ({}, 2)", 2 * round + 2),
            );
        }
        pass(&mut lab, 5 * SECOND);
        let counts: Vec<String> = [MASTER, REPLICA, "r2"]
            .iter()
            .map(|server| on(&mut lab, server, "SELECT * FROM d.t"))
            .collect();
        assert!(
            counts[0].contains("20 rows in set") && counts.iter().all(|rows| *rows == counts[0]),
            "{flavour}"
        );
        let before = on(&mut lab, MASTER, "SHOW MASTER STATUS");
        pass(&mut lab, 60 * SECOND);
        assert_eq!(
            on(&mut lab, MASTER, "SHOW MASTER STATUS"),
            before,
            "{flavour}: nothing goes round"
        );
        for server in [MASTER, REPLICA] {
            let status = on(&mut lab, server, "SHOW SLAVE STATUS\\G");
            assert_eq!(field(&status, "Last_SQL_Errno"), "0", "{flavour}");
        }
    }
}

#[test]
fn the_fields_of_show_slave_status_are_those_of_the_document_in_its_order() {
    let document = [
        "Slave_IO_State",
        "Master_Host",
        "Master_User",
        "Master_Port",
        "Connect_Retry",
        "Master_Log_File",
        "Read_Master_Log_Pos",
        "Relay_Log_File",
        "Relay_Log_Pos",
        "Relay_Master_Log_File",
        "Slave_IO_Running",
        "Slave_SQL_Running",
        "Replicate_Do_DB",
        "Replicate_Ignore_DB",
        "Replicate_Do_Table",
        "Replicate_Ignore_Table",
        "Replicate_Wild_Do_Table",
        "Replicate_Wild_Ignore_Table",
        "Last_Errno",
        "Last_Error",
        "Skip_Counter",
        "Exec_Master_Log_Pos",
        "Relay_Log_Space",
        "Until_Condition",
        "Until_Log_File",
        "Until_Log_Pos",
        "Master_SSL_Allowed",
        "Master_SSL_CA_File",
        "Master_SSL_CA_Path",
        "Master_SSL_Cert",
        "Master_SSL_Cipher",
        "Master_SSL_Key",
        "Seconds_Behind_Master",
        "Master_SSL_Verify_Server_Cert",
        "Last_IO_Errno",
        "Last_IO_Error",
        "Last_SQL_Errno",
        "Last_SQL_Error",
        "Replicate_Ignore_Server_Ids",
        "Master_Server_Id",
        "Master_UUID",
        "Master_Info_File",
        "SQL_Delay",
        "SQL_Remaining_Delay",
        "Slave_SQL_Running_State",
        "Master_Retry_Count",
        "Master_Bind",
        "Last_IO_Error_Timestamp",
        "Last_SQL_Error_Timestamp",
        "Master_SSL_Crl",
        "Master_SSL_Crlpath",
        "Retrieved_Gtid_Set",
        "Executed_Gtid_Set",
        "Auto_Position",
        "Replicate_Rewrite_DB",
        "Channel_Name",
        "Master_TLS_Version",
    ];
    let plan = cluster("mysql-5.7", "async", false);
    let mut lab = lab(&plan);
    let status = on(&mut lab, REPLICA, "SHOW SLAVE STATUS\\G");
    let fields: Vec<&str> = status
        .lines()
        .skip(1)
        .filter_map(|line| Some(line.split_once(':')?.0.trim()))
        .collect();
    assert_eq!(fields, document);
    let plan = cluster("mysql-8.0", "async", false);
    let mut lab = self::lab(&plan);
    let new: Value = json!(on(&mut lab, REPLICA, "SHOW REPLICA STATUS\\G"));
    for name in [
        "Replica_IO_State:",
        "Source_Host:",
        "Read_Source_Log_Pos:",
        "Seconds_Behind_Source:",
        "Source_Server_Id:",
    ] {
        assert!(
            new.as_str().is_some_and(|text| text.contains(name)),
            "{name}"
        );
    }
}
