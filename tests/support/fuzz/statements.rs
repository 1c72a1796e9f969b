//! Statements as they are typed at a server: right ones of every kind that is known, and words exchanged.

use super::source::{Source, Temper};

const TABLES: [&str; 4] = ["d.t", "d.u", "t", "x.y"];
const COLUMNS: [&str; 5] = ["id", "a", "b", "c", "nothing"];

fn value(source: &mut Source) -> String {
    match source.number(0, 8) {
        0 => "NULL".to_owned(),
        1 => "300".to_owned(),
        2 => "'it''s'".to_owned(),
        3 => format!(
            "'{}'",
            "x".repeat(source.number_or(0, 30, &[255, 70_000]) as usize)
        ),
        4 => "'now'".to_owned(),
        5 => format!("-{}", source.number(0, 300)),
        6 => source
            .number_or(0, 70_000, &[u64::MAX, 1 << 63, 1 << 31])
            .to_string(),
        7 => "'2026-01-02 03:04:05'".to_owned(),
        _ => source.number(0, 20).to_string(),
    }
}

fn condition(source: &mut Source) -> String {
    let compare = source.pick(&["=", "<", "<=", ">", ">=", "<>", "!="]);
    let one = format!("{} {compare} {}", source.pick(&COLUMNS), value(source));
    match source.number(0, 4) {
        0 => String::new(),
        1 => format!(" WHERE {one} AND id < {}", source.number(0, 20)),
        _ => format!(" WHERE {one}"),
    }
}

fn change(source: &mut Source) -> String {
    let table = source.pick(&TABLES);
    match source.number(0, 16) {
        0..=5 => {
            let rows: Vec<String> = (0..source.number_or(1, 3, &[40]))
                .map(|_| format!("({}, {})", value(source), value(source)))
                .collect();
            format!("INSERT INTO {table}(a, b) VALUES {}", rows.join(", "))
        }
        6 => format!(
            "INSERT INTO {table} VALUES ({}, {}, {})",
            value(source),
            value(source),
            value(source)
        ),
        7..=8 => format!(
            "UPDATE {table} SET {} = {}{}",
            source.pick(&COLUMNS),
            value(source),
            condition(source)
        ),
        9 => format!(
            "UPDATE {table} SET a = a + {}{}",
            source.number_or(0, 9, &[u64::MAX >> 1]),
            condition(source)
        ),
        10 => format!("DELETE FROM {table}{}", condition(source)),
        11 => "CREATE DATABASE d".to_owned(),
        12 => {
            let types = [
                "INT",
                "BIGINT",
                "TINYINT",
                "SMALLINT",
                "VARCHAR(20)",
                "DATETIME",
                "VARCHAR(70000)",
                "INT",
            ];
            format!(
                "CREATE TABLE {}d.u (id INT AUTO_INCREMENT PRIMARY KEY, a {}, b {} NOT NULL DEFAULT {})",
                "",
                source.pick(&types),
                source.pick(&types),
                value(source)
            )
        }
        13 => format!(
            "ALTER TABLE {table} ADD COLUMN {} INT {}",
            source.pick(&COLUMNS),
            source.pick(&["", "FIRST", "AFTER a", "NOT NULL"])
        ),
        14 => format!("ALTER TABLE {table} DROP COLUMN {}", source.pick(&COLUMNS)),
        15 => format!("DROP TABLE {table}"),
        _ => source
            .pick(&[
                "DROP DATABASE d",
                "CREATE DATABASE IF NOT EXISTS d",
                "DROP TABLE IF EXISTS d.t, d.u",
                "TRUNCATE d.t",
                "DROP USER 'r'@'%'",
                "CREATE USER 'r'@'%' IDENTIFIED BY 'p'",
                "GRANT REPLICATION SLAVE ON *.* TO 'r'@'%'",
            ])
            .to_owned(),
    }
}

fn administer(source: &mut Source) -> String {
    let word = source.pick(&["SLAVE", "REPLICA"]);
    match source.number(0, 29) {
        0..=2 => format!("SHOW {word} STATUS"),
        3..=4 => format!(
            "STOP {word}{}",
            source.pick(&["", " IO_THREAD", " SQL_THREAD"])
        ),
        5..=7 => format!(
            "START {word}{}{}",
            source.pick(&["", " IO_THREAD", " SQL_THREAD"]),
            source.pick(&[
                "",
                "",
                " UNTIL MASTER_LOG_FILE='mysql-bin.000001', MASTER_LOG_POS=700",
                " UNTIL RELAY_LOG_FILE='s1-relay-bin.000002', RELAY_LOG_POS=700",
                " UNTIL SQL_BEFORE_GTIDS='11111111-1111-1111-1111-111111111111:3'",
                " UNTIL SQL_AFTER_GTIDS='11111111-1111-1111-1111-111111111111:1-9'",
                " UNTIL SQL_AFTER_MTS_GAPS",
                " UNTIL master_gtid_pos='0-1-3'",
            ])
        ),
        8 => format!("RESET {word}{}", source.pick(&["", " ALL"])),
        // What a lesson refuses here and now, a prompt says.
        9 | 18..=19 if source.temper == Temper::Ordinary => format!("SHOW {word} STATUS"),
        9 => "RESET MASTER".to_owned(),
        10 => format!(
            "KILL {}{}",
            source.pick(&["", "QUERY ", "CONNECTION "]),
            source.number_or(1, 12, &[u64::MAX])
        ),
        11 => "SHOW PROCESSLIST".to_owned(),
        12 => source
            .pick(&[
                "SHOW MASTER STATUS",
                "SHOW BINARY LOGS",
                "SHOW DATABASES",
                "SHOW TABLES",
                "SHOW SLAVE HOSTS",
            ])
            .to_owned(),
        13 => format!(
            "SHOW {} EVENTS{}",
            source.pick(&["BINLOG", "RELAYLOG"]),
            source.pick(&[
                "",
                " IN 'mysql-bin.000001'",
                " IN 's1-relay-bin.000002'",
                " FROM 4 LIMIT 3",
                " IN 'none'",
                " LIMIT 0",
                " LIMIT 1, 2",
                " FROM 77"
            ])
        ),
        14..=16 => {
            let variables = [
                "rpl_semi_sync_master_enabled",
                "rpl_semi_sync_slave_enabled",
                "rpl_semi_sync_master_timeout",
                "rpl_semi_sync_master_wait_no_slave",
                "rpl_semi_sync_master_wait_for_slave_count",
                "sync_binlog",
                "read_only",
                "super_read_only",
                "sync_relay_log",
                "rpl_semi_sync_master_wait_point",
                "sql_slave_skip_counter",
                "gtid_purged",
                "gtid_slave_pos",
            ];
            let values = [
                "1",
                "0",
                "ON",
                "OFF",
                "2",
                "100",
                "'AFTER_COMMIT'",
                "18446744073709551615",
                "'11111111-1111-1111-1111-111111111111:1-4'",
                "'+22222222-1111-1111-1111-111111111111:1-999999999999999'",
                "'0-1-2'",
                "'0-2-9'",
            ];
            format!(
                "SET GLOBAL {} = {}",
                source.pick(&variables),
                source.pick(&values)
            )
        }
        17 => format!(
            "SHOW {} LIKE '{}'",
            source.pick(&["STATUS", "VARIABLES"]),
            source.pick(&["%", "rpl%", "Rpl_semi%", "_", "%_no_%", ""])
        ),
        18..=19 => {
            let parts = [
                "MASTER_HOST='m'",
                "MASTER_HOST='s1'",
                "MASTER_AUTO_POSITION=1",
                "MASTER_LOG_FILE='mysql-bin.000001'",
                "MASTER_LOG_POS=4",
                "MASTER_LOG_POS=157",
                "MASTER_USE_GTID=slave_pos",
                "MASTER_USER='r'",
                "MASTER_DELAY=5",
                "MASTER_DELAY=0",
            ];
            let parts: Vec<&str> = (0..source.number(1, 3))
                .map(|_| source.pick(&parts))
                .collect();
            format!("CHANGE MASTER TO {}", parts.join(", "))
        }
        20 => format!(
            "SELECT * FROM {}{}{}",
            source.pick(&TABLES),
            condition(source),
            source.pick(&["", " ORDER BY id DESC LIMIT 2", " LIMIT 0"])
        ),
        21 => format!(
            "SELECT COUNT(*) FROM {}{}",
            source.pick(&TABLES),
            condition(source)
        ),
        22 => format!(
            "SELECT @@{}",
            source.pick(&[
                "server_id",
                "gtid_executed",
                "read_only",
                "global.gtid_slave_pos",
                "nothing"
            ])
        ),
        23 => format!("USE {}", source.pick(&["d", "x"])),
        24..=28 => source
            .pick(&[
                "BEGIN",
                "START TRANSACTION WITH CONSISTENT SNAPSHOT",
                "COMMIT",
                "ROLLBACK",
                "SET autocommit=0",
                "SET autocommit=1",
                "FLUSH TABLES WITH READ LOCK",
                "UNLOCK TABLES",
                "FLUSH BINARY LOGS",
                "FLUSH PRIVILEGES",
                "PURGE BINARY LOGS TO 'mysql-bin.000002'",
                "PURGE BINARY LOGS BEFORE NOW() - INTERVAL 1 SECOND",
                "SHOW WARNINGS",
                "UNINSTALL PLUGIN rpl_semi_sync_master",
            ])
            .to_owned(),
        _ => "INSTALL PLUGIN rpl_semi_sync_master SONAME 'semisync_master.so'".to_owned(),
    }
}

/// A statement.
pub fn statement(source: &mut Source) -> String {
    let mut statement = if source.coin() {
        change(source)
    } else {
        administer(source)
    };
    if source.temper == Temper::Broken && source.one_in(3) {
        let mut words: Vec<String> = statement.split(' ').map(str::to_owned).collect();
        let at = source.number(0, words.len() as u64 - 1) as usize;
        let odd = [
            "",
            "SELECT",
            "'",
            "`",
            "\u{0}",
            "(",
            ")",
            ";",
            "999999999999999999999",
            "\\G",
            "é",
            "--",
            "{n}",
            "{position:m}",
        ];
        words[at] = source.pick(&odd).to_owned();
        statement = words.join(" ");
    }
    let end = source.pick(&["", "", ";", "\\G"]);
    statement + end
}
