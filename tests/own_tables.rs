//! Tables of the servers themselves: what a SELECT reads of replication, processes and what there is, as real servers answered
//! (MySQL 9.7.4, MariaDB 10.11.19 and 11.8.9).

#[path = "support/labs.rs"]
mod labs;

use labs::{SECOND, field, on, pass};
use replsim::lesson::lab::Lab;

const MYSQL: [&str; 4] = ["mysql-5.7", "mysql-8.0", "mysql-8.4", "mysql-9.7"];
const MARIADB: [&str; 3] = ["mariadb-10.11", "mariadb-11.4", "mariadb-11.8"];

/// A master with a table and a row, and a replica that has them; then what `ask` does on it.
fn with_replica(flavour: &str, ask: impl FnOnce(&mut Lab)) {
    let plan = labs::cluster(flavour, "async", true, &["s"]);
    let mut lab = labs::lab(&plan, &[]);
    on(&mut lab, "m", "CREATE DATABASE d");
    on(&mut lab, "m", "CREATE TABLE d.t (id INT PRIMARY KEY)");
    on(&mut lab, "m", "INSERT INTO d.t VALUES (1)");
    pass(&mut lab, SECOND);
    ask(&mut lab);
}

/// The names of a vertical answer, in their order.
fn names(answer: &str) -> Vec<&str> {
    let lines = answer.lines().filter(|line| line.contains(':'));
    lines
        .filter_map(|line| line.split(':').next())
        .map(str::trim)
        .collect()
}

fn refused(lab: &mut Lab, server: &str, statement: &str) -> String {
    let id = lab.server(server).expect("a server");
    lab.type_statement(id, statement).expect_err(statement)
}

/// The columns of a real MySQL 9.7.4, one table a line.
const COLUMNS_97: [(&str, &str); 6] = [
    (
        "replication_applier_configuration",
        "CHANNEL_NAME DESIRED_DELAY PRIVILEGE_CHECKS_USER REQUIRE_ROW_FORMAT \
     REQUIRE_TABLE_PRIMARY_KEY_CHECK ASSIGN_GTIDS_TO_ANONYMOUS_TRANSACTIONS_TYPE \
     ASSIGN_GTIDS_TO_ANONYMOUS_TRANSACTIONS_VALUE",
    ),
    (
        "replication_applier_status",
        "CHANNEL_NAME SERVICE_STATE REMAINING_DELAY COUNT_TRANSACTIONS_RETRIES",
    ),
    (
        "replication_connection_configuration",
        "CHANNEL_NAME HOST PORT USER NETWORK_INTERFACE AUTO_POSITION SSL_ALLOWED \
     SSL_CA_FILE SSL_CA_PATH SSL_CERTIFICATE SSL_CIPHER SSL_KEY SSL_VERIFY_SERVER_CERTIFICATE SSL_CRL_FILE SSL_CRL_PATH \
     CONNECTION_RETRY_INTERVAL CONNECTION_RETRY_COUNT HEARTBEAT_INTERVAL TLS_VERSION PUBLIC_KEY_PATH GET_PUBLIC_KEY \
     NETWORK_NAMESPACE COMPRESSION_ALGORITHM ZSTD_COMPRESSION_LEVEL TLS_CIPHERSUITES SOURCE_CONNECTION_AUTO_FAILOVER \
     GTID_ONLY",
    ),
    (
        "replication_connection_status",
        "CHANNEL_NAME GROUP_NAME SOURCE_UUID THREAD_ID SERVICE_STATE \
     COUNT_RECEIVED_HEARTBEATS LAST_HEARTBEAT_TIMESTAMP RECEIVED_TRANSACTION_SET LAST_ERROR_NUMBER LAST_ERROR_MESSAGE \
     LAST_ERROR_TIMESTAMP LAST_QUEUED_TRANSACTION LAST_QUEUED_TRANSACTION_ORIGINAL_COMMIT_TIMESTAMP \
     LAST_QUEUED_TRANSACTION_IMMEDIATE_COMMIT_TIMESTAMP LAST_QUEUED_TRANSACTION_START_QUEUE_TIMESTAMP \
     LAST_QUEUED_TRANSACTION_END_QUEUE_TIMESTAMP QUEUEING_TRANSACTION QUEUEING_TRANSACTION_ORIGINAL_COMMIT_TIMESTAMP \
     QUEUEING_TRANSACTION_IMMEDIATE_COMMIT_TIMESTAMP QUEUEING_TRANSACTION_START_QUEUE_TIMESTAMP",
    ),
    (
        "replication_applier_status_by_coordinator",
        "CHANNEL_NAME THREAD_ID SERVICE_STATE LAST_ERROR_NUMBER \
     LAST_ERROR_MESSAGE LAST_ERROR_TIMESTAMP LAST_PROCESSED_TRANSACTION \
     LAST_PROCESSED_TRANSACTION_ORIGINAL_COMMIT_TIMESTAMP LAST_PROCESSED_TRANSACTION_IMMEDIATE_COMMIT_TIMESTAMP \
     LAST_PROCESSED_TRANSACTION_START_BUFFER_TIMESTAMP LAST_PROCESSED_TRANSACTION_END_BUFFER_TIMESTAMP \
     PROCESSING_TRANSACTION PROCESSING_TRANSACTION_ORIGINAL_COMMIT_TIMESTAMP \
     PROCESSING_TRANSACTION_IMMEDIATE_COMMIT_TIMESTAMP PROCESSING_TRANSACTION_START_BUFFER_TIMESTAMP",
    ),
    (
        "processlist",
        "ID USER HOST DB COMMAND TIME STATE INFO EXECUTION_ENGINE",
    ),
];

#[test]
fn tables_of_replication_have_the_columns_of_the_real_server_in_its_order() {
    with_replica("mysql-9.7", |lab| {
        for (table, columns) in COLUMNS_97 {
            let answer = on(
                lab,
                "s",
                &format!("SELECT * FROM performance_schema.{table} LIMIT 1\\G"),
            );
            let expected: Vec<&str> = columns.split_whitespace().collect();
            assert_eq!(names(&answer), expected, "{table}");
        }
        let members = on(
            lab,
            "s",
            "SELECT * FROM performance_schema.replication_group_members",
        );
        assert!(members.starts_with("Empty set"), "{members}");
    });
}

#[test]
fn tables_of_replication_say_what_show_replica_status_says() {
    for flavour in MYSQL {
        with_replica(flavour, |lab| {
            let old = flavour == "mysql-5.7";
            let show = if old {
                "SHOW SLAVE STATUS\\G"
            } else {
                "SHOW REPLICA STATUS\\G"
            };
            let stop = if old { "STOP SLAVE" } else { "STOP REPLICA" };
            let words = if old {
                ("Slave", "Master")
            } else {
                ("Replica", "Source")
            };
            let connection = "SELECT * FROM performance_schema.replication_connection_status\\G";
            let applier = "SELECT * FROM performance_schema.replication_applier_status\\G";
            let (status, seen) = (on(lab, "s", show), on(lab, "s", connection));
            assert_eq!(field(&seen, "SERVICE_STATE"), "ON");
            assert_eq!(
                field(&seen, "SOURCE_UUID"),
                field(&status, &format!("{}_UUID", words.1))
            );
            assert_eq!(
                field(&seen, "RECEIVED_TRANSACTION_SET"),
                field(&status, "Retrieved_Gtid_Set")
            );
            assert_eq!(field(&on(lab, "s", applier), "SERVICE_STATE"), "ON");
            on(lab, "s", stop);
            assert_eq!(field(&on(lab, "s", applier), "SERVICE_STATE"), "OFF");
            let seen = on(lab, "s", connection);
            assert_eq!(field(&seen, "SERVICE_STATE"), "OFF");
            assert_eq!(field(&seen, "THREAD_ID"), "NULL");
            let joined = "SELECT PROCESSLIST_COMMAND FROM performance_schema.threads WHERE NAME LIKE 'thread/sql/%_io'";
            assert!(on(lab, "s", joined).starts_with("Empty set"));
        });
        with_replica(flavour, |lab| {
            let none = on(
                lab,
                "m",
                "SELECT * FROM performance_schema.replication_connection_configuration",
            );
            assert!(none.starts_with("Empty set"), "{none}");
        });
    }
}

#[test]
fn a_worker_that_failed_says_which_transaction_and_why_and_keeps_it_in_its_hands() {
    with_replica("mysql-9.7", |lab| {
        on(lab, "s", "SET sql_log_bin=0");
        on(lab, "s", "INSERT INTO d.t VALUES (5)");
        on(lab, "m", "INSERT INTO d.t VALUES (5)");
        pass(lab, SECOND);
        let workers = "SELECT * FROM performance_schema.replication_applier_status_by_worker WHERE LAST_ERROR_NUMBER <> 0\\G";
        let failed = on(lab, "s", workers);
        let gtid = "11111111-1111-1111-1111-111111111111:4";
        // A real 9.7.4: "Worker 1 failed executing transaction '...' at source log binlog.000001, end_log_pos 2127; Could not
        // execute Write_rows event on table d.t; Duplicate entry '5' for key 't.PRIMARY', Error_code: 1062; handler error
        // HA_ERR_FOUND_DUPP_KEY; the event's source log binlog.000001, end_log_pos 2127".
        let text = field(&failed, "LAST_ERROR_MESSAGE");
        let (first, rest) = text.split_once("; ").expect("a reason");
        assert_eq!(
            first.split(" at ").next(),
            Some(format!("Worker 1 failed executing transaction '{gtid}'").as_str())
        );
        assert!(rest.starts_with("Could not execute Write_rows event on table d.t; Duplicate entry '5' for key 't.PRIMARY', Error_code: 1062; handler error HA_ERR_FOUND_DUPP_KEY; the event's source log "), "{rest}");
        assert_eq!(field(&failed, "SERVICE_STATE"), "OFF");
        assert_eq!(field(&failed, "THREAD_ID"), "NULL");
        assert_eq!(field(&failed, "APPLYING_TRANSACTION"), gtid);
        assert!(failed.contains("1 row in set"), "{failed}");
        let coordinator = on(
            lab,
            "s",
            "SELECT * FROM performance_schema.replication_applier_status_by_coordinator\\G",
        );
        assert!(
            field(&coordinator, "LAST_ERROR_MESSAGE").starts_with("Coordinator stopped because")
        );
        assert_eq!(field(&coordinator, "PROCESSING_TRANSACTION"), gtid);
        assert_eq!(
            field(&coordinator, "LAST_PROCESSED_TRANSACTION"),
            gtid.replace(":4", ":3")
        );
        // A SQL thread that is started begins anew.
        on(lab, "s", "DELETE FROM d.t WHERE id = 5");
        on(lab, "s", "START REPLICA SQL_THREAD");
        pass(lab, SECOND);
        assert!(on(lab, "s", workers).starts_with("Empty set"));
        let applied = on(
            lab,
            "s",
            "SELECT * FROM performance_schema.replication_applier_status_by_worker LIMIT 1\\G",
        );
        assert_eq!(field(&applied, "LAST_APPLIED_TRANSACTION"), gtid);
        assert_eq!(field(&applied, "APPLYING_TRANSACTION"), "");
    });
}

#[test]
fn before_the_sql_thread_was_started_there_is_one_worker_and_no_coordinator() {
    with_replica("mysql-9.7", |lab| {
        on(lab, "s", "STOP REPLICA");
        on(lab, "s", "RESET REPLICA");
        let workers = on(
            lab,
            "s",
            "SELECT WORKER_ID, THREAD_ID FROM performance_schema.replication_applier_status_by_worker\\G",
        );
        assert_eq!(field(&workers, "WORKER_ID"), "0");
        assert_eq!(field(&workers, "THREAD_ID"), "NULL");
        let none = on(
            lab,
            "s",
            "SELECT * FROM performance_schema.replication_applier_status_by_coordinator",
        );
        assert!(none.starts_with("Empty set"), "{none}");
        on(lab, "s", "START REPLICA");
        let four = on(
            lab,
            "s",
            "SELECT COUNT(*) FROM performance_schema.replication_applier_status_by_worker",
        );
        assert!(four.contains("|        4 |"), "{four}");
    });
}

#[test]
fn what_a_version_does_not_have_is_its_own_error_and_what_is_not_modelled_is_refused_as_that() {
    for flavour in MARIADB {
        with_replica(flavour, |lab| {
            for (statement, expected) in [
                (
                    "SELECT * FROM performance_schema.replication_connection_status",
                    "ERROR 1146 (42S02): Table 'performance_schema.replication_connection_status' doesn't exist",
                ),
                (
                    "SELECT * FROM performance_schema.global_variables",
                    "ERROR 1146 (42S02)",
                ),
                (
                    "SELECT * FROM performance_schema.processlist",
                    "ERROR 1146 (42S02)",
                ),
                // performance_schema is OFF.
                (
                    "SELECT * FROM performance_schema.replication_applier_status_by_worker",
                    "Empty set",
                ),
                ("SELECT * FROM performance_schema.threads", "Empty set"),
                (
                    "SELECT * FROM performance_schema.global_status",
                    "Empty set",
                ),
            ] {
                let answer = on(lab, "s", statement);
                assert!(
                    answer.starts_with(expected),
                    "{flavour}: {statement}\n{answer}"
                );
            }
        });
    }
    for flavour in MYSQL {
        with_replica(flavour, |lab| {
            let show = on(lab, "s", "SHOW ALL SLAVES STATUS");
            assert!(
                show.contains("near 'ALL SLAVES STATUS' at line 1"),
                "{show}"
            );
            let rows = refused(
                lab,
                "s",
                "SELECT TABLE_ROWS FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'd'",
            );
            assert_eq!(rows, "information_schema.TABLES.TABLE_ROWS is not modelled");
            let all = refused(lab, "s", "SELECT TABLE_NAME FROM information_schema.tables");
            assert!(all.contains("say in WHERE"), "{all}");
            let unknown = on(
                lab,
                "s",
                "SELECT nosuch FROM performance_schema.replication_applier_status",
            );
            assert!(
                unknown.starts_with("ERROR 1054 (42S22): Unknown column 'nosuch'"),
                "{unknown}"
            );
            let change = refused(lab, "s", "DELETE FROM mysql.user WHERE User = ''");
            assert!(change.contains("are not modelled"), "{change}");
        });
    }
    with_replica("mysql-9.7", |lab| {
        let answer = on(lab, "s", "SELECT * FROM information_schema.global_status");
        assert_eq!(
            answer,
            "ERROR 1109 (42S02): Unknown table 'GLOBAL_STATUS' in information_schema"
        );
    });
    with_replica("mysql-5.7", |lab| {
        let problem = refused(lab, "s", "SELECT * FROM information_schema.global_status");
        assert!(problem.contains("that the lab does not model"), "{problem}");
    });
}

#[test]
fn mariadb_has_slave_status_as_a_table_from_11_6_on() {
    with_replica("mariadb-11.8", |lab| {
        let read = on(lab, "s", "SELECT * FROM information_schema.SLAVE_STATUS\\G");
        let show = on(lab, "s", "SHOW ALL SLAVES STATUS\\G");
        assert_eq!(read, show);
        let last = &names(&show)[names(&show).len() - 4..];
        assert_eq!(
            last,
            [
                "Gtid_Slave_Pos",
                "Master_last_event_time",
                "Slave_last_event_time",
                "Master_Slave_time_diff"
            ]
        );
        let lag = on(
            lab,
            "s",
            "SELECT Slave_IO_Running, Seconds_Behind_Master FROM information_schema.slave_status",
        );
        assert!(
            lag.contains("| Yes              |                     0 |"),
            "{lag}"
        );
    });
    with_replica("mariadb-10.11", |lab| {
        let none = on(lab, "s", "SELECT * FROM information_schema.SLAVE_STATUS");
        assert_eq!(
            none,
            "ERROR 1109 (42S02): Unknown table 'SLAVE_STATUS' in information_schema"
        );
        let show = on(lab, "s", "SHOW ALL SLAVES STATUS\\G");
        assert_eq!(names(&show).last(), Some(&"Gtid_Slave_Pos"));
    });
}

#[test]
fn the_list_of_processes_is_a_table_with_the_statement_that_reads_it() {
    for (flavour, state) in [
        ("mysql-9.7", "executing"),
        ("mariadb-11.8", "Filling schema table"),
    ] {
        with_replica(flavour, |lab| {
            let read =
                "SELECT ID, STATE, INFO FROM information_schema.PROCESSLIST WHERE USER = 'root'\\G";
            let own = on(lab, "s", read);
            assert_eq!(field(&own, "STATE"), state);
            assert_eq!(field(&own, "INFO"), read.trim_end_matches("\\G"));
            let kill = on(
                lab,
                "m",
                "SELECT CONCAT('KILL ', id, ';') FROM information_schema.processlist WHERE user = 'repl'",
            );
            assert!(kill.contains("KILL "), "{kill}");
        });
    }
    with_replica("mysql-9.7", |lab| {
        // Numbers are ordered as numbers.
        let ordered = on(
            lab,
            "s",
            "SELECT ID FROM performance_schema.processlist ORDER BY ID DESC LIMIT 1\\G",
        );
        assert_eq!(field(&ordered, "ID"), "2003");
        let io = on(
            lab,
            "s",
            "SELECT * FROM performance_schema.threads WHERE NAME = 'thread/sql/replica_io'\\G",
        );
        let status = on(
            lab,
            "s",
            "SELECT THREAD_ID FROM performance_schema.replication_connection_status\\G",
        );
        assert_eq!(field(&io, "THREAD_ID"), field(&status, "THREAD_ID"));
        assert_eq!(
            field(&io, "PROCESSLIST_STATE"),
            "Waiting for source to send event"
        );
    });
}

#[test]
fn variables_and_status_are_tables_in_the_words_of_the_server() {
    with_replica("mysql-9.7", |lab| {
        let read = "SELECT variable_name, VARIABLE_VALUE FROM performance_schema.global_variables WHERE variable_name = 'READ_only'";
        let answer = on(lab, "s", read);
        assert!(
            answer.contains("| variable_name | VARIABLE_VALUE |"),
            "{answer}"
        );
        assert!(
            answer.contains("| read_only     | OFF            |"),
            "{answer}"
        );
    });
    with_replica("mariadb-10.11", |lab| {
        let answer = on(
            lab,
            "s",
            "SELECT * FROM information_schema.GLOBAL_VARIABLES WHERE VARIABLE_NAME = 'read_only'",
        );
        assert!(
            answer.contains("| READ_ONLY     | OFF            |"),
            "{answer}"
        );
    });
}

#[test]
fn databases_tables_engines_and_plugins_are_listed_as_far_as_replication_needs_them() {
    with_replica("mysql-9.7", |lab| {
        let tables = "SELECT table_schema, Table_Name, engine FROM information_schema.TABLES WHERE table_schema NOT IN ('mysql', 'sys', 'performance_schema', 'information_schema')";
        let answer = on(lab, "s", tables);
        assert!(
            answer.contains("| TABLE_SCHEMA | TABLE_NAME | ENGINE |"),
            "{answer}"
        );
        assert!(
            answer.contains("| d            | t          | InnoDB |"),
            "{answer}"
        );
        let engine = on(
            lab,
            "s",
            "SELECT ENGINE FROM information_schema.ENGINES WHERE SUPPORT = 'DEFAULT'\\G",
        );
        assert_eq!(field(&engine, "ENGINE"), "InnoDB");
        let semi = "SELECT PLUGIN_NAME, PLUGIN_STATUS FROM information_schema.PLUGINS WHERE PLUGIN_NAME LIKE '%semi%'";
        assert!(on(lab, "m", semi).starts_with("Empty set"));
        on(
            lab,
            "m",
            "INSTALL PLUGIN rpl_semi_sync_source SONAME 'semisync_source.so'",
        );
        let installed = on(lab, "m", semi);
        assert!(
            installed.contains("| rpl_semi_sync_source | ACTIVE        |"),
            "{installed}"
        );
        assert!(
            refused(lab, "m", "SELECT * FROM information_schema.PLUGINS").contains("say in WHERE")
        );
        let used = on(lab, "s", "USE performance_schema");
        assert_eq!(used, "Database changed");
        let answer = on(
            lab,
            "s",
            "SELECT channel_name, service_state AS st FROM replication_applier_status a",
        );
        assert!(answer.contains("| channel_name | st   |"), "{answer}");
    });
}
