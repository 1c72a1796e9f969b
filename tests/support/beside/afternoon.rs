//! Random afternoons: what people type at a master and its replicas, from a seed.

use super::server::Family;

/// What happens at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Somebody types a statement: on which server, at which terminal.
    Types(usize, u16, String),
    /// A server is killed and started again.
    Restarts(usize),
}

/// SplitMix64.
pub struct Dice(u64);

impl Dice {
    /// Of a seed.
    pub fn new(seed: u64) -> Dice {
        Dice(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// 0 to `below`, without it.
    pub fn below(&mut self, below: usize) -> usize {
        (self.next() % below as u64) as usize
    }

    /// One in so many times.
    pub fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// One of them.
    pub fn one<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.below(all.len())]
    }
}

/// Name, definition, and columns.
type Table = (&'static str, &'static str, &'static [(&'static str, Kind)]);

/// Tables: name, definition, and columns with what kind of values they take.
const TABLES: [Table; 6] = [
    (
        "t",
        "id INT PRIMARY KEY, a INT, b VARCHAR(20)",
        &[("id", Kind::Key), ("a", Kind::Small), ("b", Kind::Word)],
    ),
    (
        "auto",
        "id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(50) NOT NULL, n INT DEFAULT 7",
        &[("id", Kind::Auto), ("name", Kind::Word), ("n", Kind::Small)],
    ),
    (
        "nokey",
        "a INT, b VARCHAR(10)",
        &[("a", Kind::Small), ("b", Kind::Word)],
    ),
    (
        "pair",
        "x INT, y SMALLINT UNSIGNED, v DECIMAL(8,2), PRIMARY KEY (x, y)",
        &[("x", Kind::Key), ("y", Kind::Small), ("v", Kind::Decimal)],
    ),
    (
        "types",
        "id BIGINT PRIMARY KEY, d DATE, at DATETIME, tx TEXT, c CHAR(5), n TINYINT NOT NULL DEFAULT 1",
        &[
            ("id", Kind::Key),
            ("d", Kind::Date),
            ("at", Kind::Moment),
            ("tx", Kind::Word),
            ("c", Kind::Word),
            ("n", Kind::Small),
        ],
    ),
    (
        "mail",
        "id INT PRIMARY KEY, email VARCHAR(30) UNIQUE, ts TIMESTAMP NULL",
        &[
            ("id", Kind::Key),
            ("email", Kind::Word),
            ("ts", Kind::Moment),
        ],
    ),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Key,
    Auto,
    Small,
    Word,
    Decimal,
    Date,
    Moment,
}

/// Somebody who makes up an afternoon.
pub struct Author {
    dice: Dice,
    family: Family,
    steps: Vec<Step>,
    tables: Vec<usize>,
    semi_sync: bool,
}

/// The words of a family.
struct Words {
    replica: &'static str,
    status: &'static str,
    replica_status: &'static str,
    forget: &'static str,
}

impl Author {
    /// An afternoon of a seed.
    pub fn afternoon(family: Family, seed: u64) -> Vec<Step> {
        let mut author = Author {
            dice: Dice::new(seed),
            family,
            steps: Vec::new(),
            tables: Vec::new(),
            semi_sync: false,
        };
        author.begins();
        let count = 15 + author.dice.below(26);
        while author.steps.len() < count {
            author.goes_on();
        }
        author.looks();
        author.steps
    }

    fn words(&self) -> Words {
        match self.family {
            Family::Mysql => Words {
                replica: "REPLICA",
                status: "SHOW BINARY LOG STATUS",
                replica_status: "SHOW REPLICA STATUS",
                forget: "RESET BINARY LOGS AND GTIDS",
            },
            Family::Mariadb => Words {
                replica: "SLAVE",
                status: "SHOW MASTER STATUS",
                replica_status: "SHOW SLAVE STATUS",
                forget: "RESET MASTER",
            },
        }
    }

    fn types(&mut self, server: usize, terminal: u16, sql: impl Into<String>) {
        self.steps.push(Step::Types(server, terminal, sql.into()));
    }

    /// The cluster is put together.
    fn begins(&mut self) {
        self.types(0, 1, "CREATE USER 'repl'@'%'");
        if self.dice.once_in(2) {
            self.types(0, 1, "GRANT REPLICATION SLAVE ON *.* TO 'repl'@'%'");
        } else {
            self.types(0, 1, "GRANT ALL ON *.* TO 'repl'@'%'");
        }
        self.types(0, 1, "CREATE DATABASE d");
        self.creates();
        for replica in [1, 2] {
            if replica == 1 || !self.dice.once_in(3) {
                self.joins(replica);
            }
        }
    }

    /// A replica is told its source.
    fn joins(&mut self, replica: usize) {
        let file = "mysql-bin.000001";
        let by_gtid = !self.dice.once_in(3);
        let change = match (self.family, by_gtid) {
            (Family::Mysql, true) => "CHANGE REPLICATION SOURCE TO {source}, SOURCE_USER='repl', SOURCE_CONNECT_RETRY=1, SOURCE_RETRY_COUNT=1000, SOURCE_AUTO_POSITION=1".to_owned(),
            (Family::Mysql, false) => format!("CHANGE REPLICATION SOURCE TO {{source}}, SOURCE_USER='repl', SOURCE_CONNECT_RETRY=1, SOURCE_RETRY_COUNT=1000, SOURCE_AUTO_POSITION=0, SOURCE_LOG_FILE='{file}', SOURCE_LOG_POS=4"),
            (Family::Mariadb, true) => "CHANGE MASTER TO {source}, MASTER_USER='repl', MASTER_CONNECT_RETRY=1, MASTER_USE_GTID=slave_pos".to_owned(),
            (Family::Mariadb, false) => format!("CHANGE MASTER TO {{source}}, MASTER_USER='repl', MASTER_CONNECT_RETRY=1, MASTER_LOG_FILE='{file}', MASTER_LOG_POS=4"),
        };
        self.types(replica, 1, change);
        let words = self.words();
        self.types(replica, 1, format!("START {}", words.replica));
    }

    fn creates(&mut self) {
        let table = self.dice.below(TABLES.len());
        let (name, columns, _) = TABLES[table];
        let unless = if self.dice.once_in(5) {
            "IF NOT EXISTS "
        } else {
            ""
        };
        self.types(0, 1, format!("CREATE TABLE {unless}d.{name} ({columns})"));
        if !self.tables.contains(&table) {
            self.tables.push(table);
        }
    }

    fn table(&mut self) -> usize {
        match self.dice.once_in(25) {
            true => self.dice.below(TABLES.len()),
            false => self.tables[self.dice.below(self.tables.len())],
        }
    }

    /// The master mostly.
    fn writer(&mut self) -> (usize, u16) {
        let server = if self.dice.once_in(15) { 1 } else { 0 };
        (server, self.terminal())
    }

    fn terminal(&mut self) -> u16 {
        if self.dice.once_in(8) { 2 } else { 1 }
    }

    fn anywhere(&mut self) -> (usize, u16) {
        (self.dice.below(3), self.terminal())
    }

    fn replica(&mut self) -> usize {
        if self.dice.once_in(4) { 2 } else { 1 }
    }

    fn goes_on(&mut self) {
        match self.dice.below(100) {
            0..=34 => self.changes_rows(),
            35..=42 => self.ends_or_begins(),
            43..=50 => self.reads(),
            51..=57 => self.looks_at_binlogs(),
            58..=64 => self.looks_at_replica(),
            65..=70 => self.commands_replica(),
            71..=75 => self.defines(),
            76..=79 => self.errs(),
            80..=82 => self.drifts(),
            83..=85 => self.rotates(),
            86..=89 => self.semi_sync(),
            90..=91 => self.read_only(),
            92..=93 => self.users(),
            94..=96 => self.variables(),
            97 => self.gtids(),
            98 => self.kills(),
            _ => self.restarts(),
        }
        if self.dice.once_in(12)
            && let Some(Step::Types(server, terminal, _)) = self.steps.last().cloned()
        {
            self.types(server, terminal, "SHOW WARNINGS");
        }
    }

    fn value(&mut self, kind: Kind) -> String {
        if kind != Kind::Key && self.dice.once_in(15) {
            return "NULL".to_owned();
        }
        match kind {
            Kind::Key => (1 + self.dice.below(9)).to_string(),
            Kind::Auto => match self.dice.once_in(3) {
                true => (1 + self.dice.below(20)).to_string(),
                false => "NULL".to_owned(),
            },
            Kind::Small => match self.dice.below(20) {
                0 => "'7'".to_owned(),
                1 => "-3".to_owned(),
                2 => "70000".to_owned(),
                3 => "'x'".to_owned(),
                4 => "2 + 3".to_owned(),
                _ => self.dice.below(100).to_string(),
            },
            Kind::Word => match self.dice.below(12) {
                0 => "''".to_owned(),
                1 => "'it''s'".to_owned(),
                2 => "'longer than five'".to_owned(),
                3 => "12".to_owned(),
                _ => format!(
                    "'{}'",
                    self.dice.one(&["ann", "bob", "eve", "joe", "kim", "zoe"])
                ),
            },
            Kind::Decimal => self
                .dice
                .one(&["1.5", "2", "-0.01", "999999.99", "1.005", "'3.3'"])
                .to_owned(),
            Kind::Date => self
                .dice
                .one(&["'2021-03-04'", "CURDATE()", "'1999-12-31'"])
                .to_owned(),
            Kind::Moment => self
                .dice
                .one(&["'2021-03-04 05:06:07'", "NOW()", "'2001-01-01'"])
                .to_owned(),
        }
    }

    /// A value of its kind: a text that is no number is not compared with numbers.
    fn compared(&mut self, kind: Kind) -> String {
        match kind {
            Kind::Small => self.dice.below(100).to_string(),
            Kind::Word => format!("'{}'", self.dice.one(&["ann", "bob", "eve", ""])),
            Kind::Key | Kind::Auto | Kind::Decimal | Kind::Date | Kind::Moment => self.value(kind),
        }
    }

    fn condition(&mut self, table: usize) -> String {
        let columns = TABLES[table].2;
        let (first, kind) = columns[0];
        match self.dice.below(10) {
            0 => String::new(),
            1 => {
                let (name, kind) = columns[self.dice.below(columns.len())];
                let value = self.compared(kind);
                format!(" WHERE {name} = {value}")
            }
            2 => format!(" WHERE {first} > {}", self.dice.below(9)),
            3 => format!(" WHERE {first} IN (1, 2, {})", self.dice.below(9)),
            4 => format!(" WHERE {first} BETWEEN 2 AND {}", self.dice.below(9)),
            _ => {
                let kind = if kind == Kind::Auto { Kind::Key } else { kind };
                let value = self.compared(kind);
                format!(" WHERE {first} = {value}")
            }
        }
    }

    fn row(&mut self, table: usize, said: &[usize]) -> String {
        let columns = TABLES[table].2;
        let values: Vec<String> = said.iter().map(|at| self.value(columns[*at].1)).collect();
        format!("({})", values.join(", "))
    }

    fn changes_rows(&mut self) {
        let (server, terminal) = self.writer();
        let sql = self.change();
        self.types(server, terminal, sql);
    }

    fn change(&mut self) -> String {
        let table = self.table();
        let (name, _, columns) = TABLES[table];
        match self.dice.below(10) {
            0..=5 => {
                let all: Vec<usize> = (0..columns.len()).collect();
                let some: Vec<usize> = match self.dice.once_in(3) {
                    true => all
                        .iter()
                        .copied()
                        .filter(|at| *at == 0 || !self.dice.once_in(3))
                        .collect(),
                    false => all.clone(),
                };
                let rows = if self.dice.once_in(3) {
                    2 + self.dice.below(3)
                } else {
                    1
                };
                let rows: Vec<String> = (0..rows).map(|_| self.row(table, &some)).collect();
                let names: Vec<&str> = some.iter().map(|at| columns[*at].0).collect();
                let names = match some == all && self.dice.once_in(2) {
                    true => String::new(),
                    false => format!(" ({})", names.join(", ")),
                };
                format!("INSERT INTO d.{name}{names} VALUES {}", rows.join(", "))
            }
            6..=7 => {
                let (column, kind) = columns[self.dice.below(columns.len())];
                let kind = if kind == Kind::Auto { Kind::Key } else { kind };
                let value = match (kind, self.dice.once_in(3)) {
                    (Kind::Small, true) => format!("{column} + 1"),
                    _ => self.value(kind),
                };
                let condition = self.condition(table);
                let limit = if self.dice.once_in(10) {
                    " LIMIT 2"
                } else {
                    ""
                };
                format!("UPDATE d.{name} SET {column} = {value}{condition}{limit}")
            }
            _ => {
                let condition = self.condition(table);
                format!("DELETE FROM d.{name}{condition}")
            }
        }
    }

    fn ends_or_begins(&mut self) {
        let terminal = self.terminal();
        let begin = self.dice.one(&["BEGIN", "START TRANSACTION"]);
        self.types(0, terminal, begin);
        for _ in 0..=self.dice.below(4) {
            let sql = match self.dice.once_in(5) {
                true => self.select(),
                false => self.change(),
            };
            self.types(0, terminal, sql);
            if self.dice.once_in(8) {
                self.reads();
            }
        }
        let end = self.dice.one(&["COMMIT", "COMMIT", "COMMIT", "ROLLBACK"]);
        self.types(0, terminal, end);
    }

    fn select(&mut self) -> String {
        let table = self.table();
        let (name, _, columns) = TABLES[table];
        let order = match name {
            "pair" => " ORDER BY x, y",
            "nokey" => "",
            _ => " ORDER BY id",
        };
        match self.dice.below(5) {
            0 => format!("SELECT COUNT(*) FROM d.{name}"),
            1 => format!(
                "SELECT {}, {} FROM d.{name}{order}",
                columns[0].0, columns[1].0
            ),
            2 => format!(
                "SELECT COUNT(*), MIN({0}), MAX({0}) FROM d.{name}",
                columns[0].0
            ),
            3 => {
                let condition = self.condition(table);
                format!("SELECT * FROM d.{name}{condition}{order}")
            }
            _ => format!("SELECT * FROM d.{name}{order}"),
        }
    }

    fn reads(&mut self) {
        let (server, terminal) = self.anywhere();
        let sql = match self.dice.below(8) {
            0 => "SHOW TABLES FROM d".to_owned(),
            1 => "SHOW DATABASES".to_owned(),
            2 => "SELECT DATABASE(), LAST_INSERT_ID()".to_owned(),
            3 => {
                let database = self.dice.one(&["d", "d", "d2", "nowhere"]);
                self.types(server, terminal, format!("USE {database}"));
                "SHOW TABLES".to_owned()
            }
            _ => self.select(),
        };
        self.types(server, terminal, sql);
    }

    fn looks_at_binlogs(&mut self) {
        let (server, terminal) = self.anywhere();
        let words = self.words();
        let sql = match self.dice.below(6) {
            0 | 1 => words.status.to_owned(),
            2 => "SHOW BINARY LOGS".to_owned(),
            3 => "SHOW BINLOG EVENTS".to_owned(),
            4 => format!(
                "SHOW BINLOG EVENTS IN 'mysql-bin.00000{}'",
                1 + self.dice.below(3)
            ),
            _ => format!("SHOW BINLOG EVENTS FROM 4 LIMIT {}", 1 + self.dice.below(9)),
        };
        self.types(server, terminal, sql);
    }

    fn looks_at_replica(&mut self) {
        let server = if self.dice.once_in(9) {
            0
        } else {
            self.replica()
        };
        let terminal = self.terminal();
        let words = self.words();
        let replicas = match self.family {
            Family::Mysql => "SHOW REPLICAS",
            Family::Mariadb => "SHOW SLAVE HOSTS",
        };
        match self.dice.below(8) {
            0 => self.types(0, terminal, replicas),
            1 => self.types(server, terminal, "SHOW PROCESSLIST"),
            _ => self.types(server, terminal, words.replica_status),
        }
    }

    fn commands_replica(&mut self) {
        let replica = self.replica();
        let words = self.words();
        let word = words.replica;
        match self.dice.below(12) {
            0..=2 => {
                let threads = self.dice.one(&["", "", " IO_THREAD", " SQL_THREAD"]);
                self.types(replica, 1, format!("STOP {word}{threads}"));
            }
            3..=5 => {
                let threads = self.dice.one(&["", "", "", " IO_THREAD", " SQL_THREAD"]);
                self.types(replica, 1, format!("START {word}{threads}"));
            }
            6..=7 => {
                self.types(replica, 1, format!("STOP {word}"));
                self.changes_rows();
                self.types(replica, 1, format!("START {word}"));
            }
            8 => {
                self.types(replica, 1, format!("RESET {word}"));
            }
            9 => {
                self.types(replica, 1, format!("STOP {word}"));
                let all = self.dice.one(&["", " ALL"]);
                self.types(replica, 1, format!("RESET {word}{all}"));
            }
            10 => {
                self.types(replica, 1, format!("STOP {word}"));
                self.joins(replica);
            }
            _ => {
                self.types(replica, 1, format!("STOP {word}"));
                self.types(replica, 1, format!("RESET {word} ALL"));
                self.types(replica, 1, words.forget);
            }
        }
    }

    fn defines(&mut self) {
        let terminal = self.terminal();
        let table = self.table();
        let name = TABLES[table].0;
        let last = TABLES[table].2.last().map_or("a", |(name, _)| *name);
        let sql = match self.dice.below(12) {
            0..=3 => return self.creates(),
            4 => format!("ALTER TABLE d.{name} ADD COLUMN extra INT"),
            5 => format!("ALTER TABLE d.{name} ADD COLUMN note VARCHAR(10) DEFAULT 'none' FIRST"),
            6 => format!("ALTER TABLE d.{name} DROP COLUMN {last}"),
            7 => format!("TRUNCATE TABLE d.{name}"),
            8 => format!("DROP TABLE d.{name}"),
            9 => format!("DROP TABLE IF EXISTS d.{name}"),
            10 => self
                .dice
                .one(&[
                    "CREATE DATABASE d2",
                    "CREATE DATABASE IF NOT EXISTS d2",
                    "CREATE DATABASE d",
                ])
                .to_owned(),
            _ => self
                .dice
                .one(&["DROP DATABASE d2", "DROP DATABASE IF EXISTS d2"])
                .to_owned(),
        };
        self.types(0, terminal, sql);
    }

    fn errs(&mut self) {
        let (server, terminal) = self.writer();
        let table = self.table();
        let name = TABLES[table].0;
        let sql = match self.dice.below(9) {
            0 => "SELECT * FROM d.missing".to_owned(),
            1 => "INSERT INTO d.missing VALUES (1)".to_owned(),
            2 => format!("SELECT wrong FROM d.{name}"),
            3 => format!("INSERT INTO d.{name} (wrong) VALUES (1)"),
            4 => format!("UPDATE d.{name} SET wrong = 1"),
            5 => format!("INSERT INTO d.{name} VALUES (1)"),
            6 => "SELECT * FROM missing".to_owned(),
            7 => format!("DELETE FROM d.{name} WHERE wrong = 1"),
            _ => "USE nowhere".to_owned(),
        };
        self.types(server, terminal, sql);
    }

    /// A replica is written to, and its binlog does not have it.
    fn drifts(&mut self) {
        let replica = self.replica();
        self.types(replica, 2, "SET sql_log_bin = 0");
        let table = self.table();
        let name = TABLES[table].0;
        let last = TABLES[table].2.last().map_or("a", |(name, _)| *name);
        let sql = match self.dice.below(6) {
            0 => format!("DELETE FROM d.{name}"),
            1 => format!("ALTER TABLE d.{name} DROP COLUMN {last}"),
            2 => format!("DROP TABLE d.{name}"),
            _ => self.change(),
        };
        self.types(replica, 2, sql);
        self.types(replica, 2, "SET sql_log_bin = 1");
    }

    fn rotates(&mut self) {
        let server = if self.dice.once_in(4) {
            self.replica()
        } else {
            0
        };
        let terminal = self.terminal();
        let sql = match self.dice.below(6) {
            0..=2 => "FLUSH BINARY LOGS".to_owned(),
            3 => "FLUSH LOGS".to_owned(),
            4 => format!(
                "PURGE BINARY LOGS TO 'mysql-bin.00000{}'",
                1 + self.dice.below(3)
            ),
            _ => "SHOW BINARY LOGS".to_owned(),
        };
        self.types(server, terminal, sql);
    }

    fn semi_sync(&mut self) {
        let words = self.words();
        let (source, replica) = match self.family {
            Family::Mysql => ("source", "replica"),
            Family::Mariadb => ("master", "slave"),
        };
        if !self.semi_sync {
            self.semi_sync = true;
            if self.family == Family::Mysql {
                self.types(
                    0,
                    1,
                    "INSTALL PLUGIN rpl_semi_sync_source SONAME 'semisync_source.so'",
                );
                self.types(
                    1,
                    1,
                    "INSTALL PLUGIN rpl_semi_sync_replica SONAME 'semisync_replica.so'",
                );
            }
            self.types(
                0,
                1,
                format!("SET GLOBAL rpl_semi_sync_{source}_timeout = 100"),
            );
            self.types(
                0,
                1,
                format!("SET GLOBAL rpl_semi_sync_{source}_enabled = 1"),
            );
            self.types(
                1,
                1,
                format!("SET GLOBAL rpl_semi_sync_{replica}_enabled = 1"),
            );
            self.types(1, 1, format!("STOP {} IO_THREAD", words.replica));
            self.types(1, 1, format!("START {} IO_THREAD", words.replica));
            return;
        }
        let shown = "SHOW GLOBAL STATUS LIKE 'Rpl_semi_sync%'".to_owned();
        let sql = match self.dice.below(8) {
            0 => format!(
                "SET GLOBAL rpl_semi_sync_{source}_enabled = {}",
                self.dice.below(2)
            ),
            1 => format!(
                "SET GLOBAL rpl_semi_sync_{source}_wait_point = {}",
                self.dice.one(&["AFTER_COMMIT", "AFTER_SYNC"])
            ),
            2 => format!("SHOW VARIABLES LIKE 'rpl_semi_sync_{source}%'"),
            3 => {
                let shown = shown.clone();
                self.types(1, 1, shown);
                return;
            }
            _ => shown,
        };
        self.types(0, 1, sql);
    }

    fn read_only(&mut self) {
        let (server, terminal) = self.anywhere();
        let on = self.dice.one(&["ON", "ON", "OFF"]);
        let variable = match self.family {
            Family::Mysql => self.dice.one(&["read_only", "super_read_only"]),
            Family::Mariadb => "read_only",
        };
        let server = if server == 0 && self.dice.once_in(2) {
            1
        } else {
            server
        };
        self.types(server, terminal, format!("SET GLOBAL {variable} = {on}"));
        self.types(server, terminal, "SHOW VARIABLES LIKE '%read_only'");
        if server == 0 {
            self.changes_rows();
            self.types(0, terminal, "SET GLOBAL read_only = OFF");
        }
    }

    fn users(&mut self) {
        let (server, terminal) = self.writer();
        let sql = match self.dice.below(7) {
            0 => "CREATE USER 'app'@'%'",
            1 => "CREATE USER IF NOT EXISTS 'app'@'%'",
            2 => "GRANT SELECT, INSERT ON d.* TO 'app'@'%'",
            3 => "DROP USER 'app'@'%'",
            4 => "DROP USER IF EXISTS 'app'@'%'",
            5 => "FLUSH PRIVILEGES",
            _ => "GRANT SELECT ON *.* TO 'nobody'@'%'",
        };
        self.types(server, terminal, sql);
    }

    fn variables(&mut self) {
        let (server, terminal) = self.anywhere();
        let sql = match self.dice.below(12) {
            0 => "SHOW VARIABLES LIKE 'sync_binlog'",
            1 => "SHOW GLOBAL VARIABLES LIKE 'gtid%'",
            2 => "SELECT @@server_id, @@read_only",
            3 => "SET SESSION autocommit = 0",
            4 => "SET autocommit = 1",
            5 => "SELECT @@autocommit, @@GLOBAL.sync_binlog",
            6 => "SET GLOBAL sync_binlog = 100",
            7 => "SHOW VARIABLES LIKE 'binlog_format'",
            8 => "SET GLOBAL wrong_name = 1",
            9 => "SELECT @@wrong_name",
            10 => "SET @a = 5",
            _ => "SELECT @a, @a + 1",
        };
        self.types(server, terminal, sql);
    }

    fn gtids(&mut self) {
        let (server, terminal) = self.anywhere();
        let sql = match self.family {
            Family::Mysql => self.dice.one(&[
                "SELECT @@GLOBAL.gtid_executed",
                "SELECT @@GLOBAL.gtid_purged",
                "SELECT GTID_SUBSET('11111111-1111-1111-1111-111111111111:1-3', @@GLOBAL.gtid_executed)",
                "SELECT GTID_SUBTRACT(@@GLOBAL.gtid_executed, '11111111-1111-1111-1111-111111111111:1-3')",
            ]),
            Family::Mariadb => self.dice.one(&[
                "SELECT @@gtid_binlog_pos, @@gtid_current_pos, @@gtid_slave_pos",
                "SELECT @@gtid_slave_pos",
                "SELECT BINLOG_GTID_POS('mysql-bin.000001', 4)",
            ]),
        };
        self.types(server, terminal, sql);
    }

    fn kills(&mut self) {
        let server = self.dice.below(2);
        let killed = 2 - self.dice.below(2);
        let sql = match self.dice.once_in(4) {
            true => "KILL 99999".to_owned(),
            false => format!("KILL {{id:{server}:{killed}}}"),
        };
        self.types(server, 3, sql);
    }

    fn restarts(&mut self) {
        let server = self.dice.below(3);
        self.steps.push(Step::Restarts(server));
    }

    /// Whoever goes home looks once more.
    fn looks(&mut self) {
        let words = self.words();
        self.types(0, 1, words.status);
        self.types(1, 1, words.replica_status);
        self.types(1, 1, "SHOW BINLOG EVENTS");
        for table in self.tables.clone() {
            let (name, ..) = TABLES[table];
            for server in [0, 1] {
                let order = match name {
                    "pair" => " ORDER BY x, y",
                    "nokey" => "",
                    _ => " ORDER BY id",
                };
                self.types(server, 1, format!("SELECT * FROM d.{name}{order}"));
            }
        }
    }
}
