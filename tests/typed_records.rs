//! What was typed at real servers, statement by statement, and typed again in the lab: answers, rows, warnings, status.
//!
//! Each record is a list of steps: what was typed where and what came of it, or fields of SHOW REPLICA STATUS. What a test
//! lists as known to differ is in docs/limits.md, too.

#[allow(dead_code)]
#[path = "support/labs.rs"]
mod labs;
#[path = "support/plain.rs"]
mod plain_texts;

use labs::pass;
use plain_texts::without_numbers;
use replsim::engine::Moment;
use replsim::lesson::lab::identity::Identity;
use replsim::lesson::lab::{Lab, Reply};
use replsim::lesson::setup::{EPOCH, plan_of};
use replsim::protocol::crash::Crash;
use replsim::protocol::ids::{SessionId, Span};
use replsim::spec::script::model_as_experiment;
use serde_json::{Map, Value, json};
use std::collections::HashMap;

/// Whether servers have GTIDs, as a record was taken.
#[derive(Clone, Copy, PartialEq, Eq)]
enum GtidMode {
    On,
    Off,
}

/// A text without what belongs to one build of a server, numbers of tables and transactions.
fn plain(text: &str) -> String {
    let out = text
        .replace("-MariaDB-0+deb12u1-log", "-MariaDB-log")
        .replace("-MariaDB-4 from Debian-log", "-MariaDB-log")
        .replace("table_id: N", "table_id: ")
        .replace("xid=N", "xid=");
    without_numbers(&out, &["table_id: ", "xid="])
}

/// An answer as the records have it: cells, fields, an error, or that it was done.
fn answer(said: &str) -> String {
    if said.starts_with("ERROR") || said.starts_with("Empty set") {
        let said = said.split(" (0.").next().unwrap_or_default();
        return said.replace(" at line 1", "");
    }
    if let Some(done) = said.strip_prefix("Query OK, ") {
        let words: Vec<&str> = done.lines().next().unwrap_or_default().split(' ').collect();
        let warned = words.iter().position(|word| word.starts_with("warning"));
        let rows = match words[0] {
            "0" => String::new(),
            rows => format!(", {rows} affected"),
        };
        let warnings = warned.map(|at| format!(", {} warnings", words[at - 1]));
        return format!("OK{rows}{}", warnings.unwrap_or_default());
    }
    let mut rows = Vec::new();
    let mut row = String::new();
    for line in said
        .lines()
        .filter(|line| !line.starts_with("+--") && !line.contains(" in set"))
    {
        row = if row.is_empty() {
            line.to_owned()
        } else {
            format!("{row}\n{line}")
        };
        if row.ends_with('|') {
            let cells = row.trim_matches('|').split('|').map(str::trim);
            rows.push(cells.collect::<Vec<_>>().join(" | "));
            row.clear();
        }
    }
    plain(&rows.join("\n"))
}

/// A record that is played.
struct Played<'plan> {
    lab: Lab<'plan>,
    uuids: Vec<(String, String)>,
    hang: HashMap<(String, u64), SessionId>,
    connections: HashMap<(String, u64), String>,
    values: usize,
    differ: Vec<String>,
}

impl Played<'_> {
    fn with_uuids(&self, text: &str) -> String {
        let mut pairs = self.uuids.iter();
        pairs
            .try_fold(text.to_owned(), |text, (name, uuid)| {
                Some(text.replace(name, uuid))
            })
            .unwrap_or_default()
    }

    fn same(&mut self, what: String, shown: &str, expected: &str) {
        self.values += 1;
        let expected = self.with_uuids(&plain(expected));
        if shown != expected {
            println!("{what}\n  lab:    {shown:?}\n  server: {expected:?}");
            self.differ.push(what);
        }
    }

    fn step(&mut self, at: usize, step: &Value) {
        let text = |key: &str| step[key].as_str().map(str::to_owned);
        if let Some(seconds) = step["sleep"].as_f64() {
            return pass(&mut self.lab, (seconds * 1e9) as u64);
        }
        if let Some(name) = text("kill").or(text("stop")).or(text("start")) {
            let id = self.lab.server(&name).expect("a server");
            match (text("kill"), text("stop")) {
                (Some(_), _) => self.lab.crash(id, Crash::ProcessKill),
                (_, Some(_)) => self.lab.crash(id, Crash::Shutdown),
                _ => self.lab.start(id),
            }
            return pass(&mut self.lab, 1_000_000_000);
        }
        let on = text("on").expect("a server");
        let id = self.lab.server(&on).expect("a server");
        if let Some(fields) = step["status"].as_object() {
            let status = labs::on(&mut self.lab, &on, "SHOW REPLICA STATUS\\G");
            let shown = fields_of(&status);
            for (name, expected) in fields {
                let field = shown
                    .get(name.as_str())
                    .map_or("?", String::as_str)
                    .to_owned();
                self.same(
                    format!("{at} {on} {name}"),
                    &field,
                    expected.as_str().unwrap_or("?"),
                );
            }
            return;
        }
        let terminal = step["terminal"].as_u64().unwrap_or(1);
        let key = (on.clone(), terminal);
        if !self.connections.contains_key(&key) {
            // So it was found out in the record.
            let said = self
                .lab
                .type_at(id, terminal as u16, "SELECT CONNECTION_ID()");
            let Ok(Reply::Answer(said)) = said else {
                panic!("{said:?}");
            };
            let number = answer(&said).lines().nth(1).expect("a row").to_owned();
            self.connections.insert(key, number);
        }
        if step["answer_of"] == json!(true) {
            let session = self
                .hang
                .remove(&(on.clone(), terminal))
                .expect("a statement that waits");
            let until = self.lab.now() + Span::seconds(60);
            self.lab.run_until_answer(session, until);
            let said = self.lab.answer_of(session);
            let said = said.unwrap_or_else(|| "no answer".to_owned());
            return self.same(
                format!("{at} {on} (answer)"),
                &answer(&said),
                step["answer"].as_str().unwrap_or("?"),
            );
        }
        let typed = self.with_uuids(&text("sql").expect("a statement"));
        let terminals = self
            .connections
            .iter()
            .filter(|((server, _), _)| *server == on);
        let typed = terminals.fold(typed, |typed, ((_, other), number)| {
            typed.replace(&format!("$ID{other}"), number)
        });
        let what = format!("{at} {on} {typed}");
        let reply = self.lab.type_at(id, terminal as u16, &typed);
        let said = match (reply, step["background"] == json!(true)) {
            (Err(problem), _) => format!("not modelled: {problem}"),
            (Ok(Reply::Waits(session)), true) => {
                self.hang.insert((on, terminal), session);
                return pass(&mut self.lab, 300_000_000);
            }
            (Ok(Reply::Answer(said)), true) => format!("at once: {said}"),
            (Ok(Reply::Answer(said)), false) => said,
            (Ok(Reply::Waits(session)), false) => {
                let until = self.lab.now() + Span::seconds(3_600);
                self.lab.run_until_answer(session, until);
                self.lab.answer_of(session).unwrap_or_default()
            }
        };
        let expected = text("answer").unwrap_or_default();
        let shown = match typed.ends_with("\\G") {
            true => said,
            false => answer(&said),
        };
        self.same(what.clone(), &shown, &expected);
        if let Some(expected) = step["warnings"].as_array() {
            let id = self
                .lab
                .server(text("on").as_deref().unwrap_or(""))
                .expect("a server");
            let said = match self.lab.type_at(id, terminal as u16, "SHOW WARNINGS") {
                Ok(Reply::Answer(said)) => answer(&said),
                _ => "?".to_owned(),
            };
            let expected = expected.iter().filter_map(Value::as_str);
            let expected: Vec<&str> = ["Level | Code | Message"]
                .into_iter()
                .chain(expected)
                .collect();
            self.same(format!("{what}: warnings"), &said, &expected.join("\n"));
        }
    }
}

/// Name and value of each field; a value may have several lines.
fn fields_of(status: &str) -> HashMap<&str, String> {
    let mut fields: HashMap<&str, String> = HashMap::new();
    let mut last = "";
    for line in status.lines() {
        match line.trim_start().split_once(':') {
            Some((name, value)) if name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') => {
                last = name;
                fields.insert(name, value.trim().to_owned());
            }
            _ => {
                let value = fields.entry(last).or_default();
                *value = format!("{value}\n{}", line.trim());
            }
        }
    }
    fields
}

/// Plays the record of each of these servers in a lab of its flavour, where nobody replicates yet; nothing differs but this.
fn plays(servers: &[(&str, &str)], name: &str, mode: GtidMode, known: &[&str]) {
    for (flavour, folder) in servers {
        let differ = play(flavour, folder, name, mode);
        assert_eq!(differ, known, "{name}, {flavour}");
    }
}

/// What differs.
fn play(flavour: &str, folder: &str, name: &str, mode: GtidMode) -> Vec<String> {
    let path = format!("tests/servers/{folder}/{name}.json");
    let steps: Vec<Value> =
        serde_json::from_str(&std::fs::read_to_string(&path).expect(&path)).expect("a list");
    let mysql = flavour.starts_with("mysql");
    let gtid = mode == GtidMode::On;
    let mut model = json!({
        "flavour": flavour,
        "positioning": if gtid { "gtid" } else { "file_and_position" },
        "variables": {"master_connect_retry": 1, "log_slave_updates": "ON"},
        "servers": {"m": {"host": "a"}, "s": {"host": "b"}},
        "hosts": {"a": {"site": "x"}, "b": {"site": "x"}},
        "master": "m",
    });
    if mysql {
        model["variables"]["gtid_mode"] = json!(if gtid { "ON" } else { "OFF" });
    }
    let loaded = model_as_experiment("test", "test", "test", &model, &Map::new(), &[]);
    let plan = plan_of(&loaded.expect("a model")).expect("a plan");
    let mut identities = Identity::all(&plan);
    for identity in &mut identities {
        identity.relay_log = "mysql-relay-bin".to_owned();
    }
    let uuids = identities
        .iter()
        .map(|of| (format!("{{{}}}", of.name), of.uuid.clone()));
    let uuids = uuids.collect();
    let mut lab = Lab::new(&plan, identities, EPOCH, 7);
    lab.read_all_my_cnf();
    lab.run_until(Moment::after(Span::seconds(1)));
    let mut played = Played {
        lab,
        uuids,
        hang: HashMap::new(),
        connections: HashMap::new(),
        values: 0,
        differ: Vec::new(),
    };
    for (at, step) in steps.iter().enumerate().skip(1) {
        played.step(at, step);
    }
    println!(
        "{name}, {flavour}: {} values, {} differ",
        played.values,
        played.differ.len()
    );
    played.differ
}

const MYSQL: [(&str, &str); 1] = [("mysql-9.7", "mysql-9.7.4")];
const MARIADB: [(&str, &str); 2] = [
    ("mariadb-10.11", "mariadb-10.11.19"),
    ("mariadb-11.8", "mariadb-11.8.9"),
];

#[test]
fn gtid_purged_is_set_and_refused_and_provisions_a_replica() {
    plays(&MYSQL, "gtid_purged", GtidMode::On, &[]);
}

#[test]
fn gtid_slave_pos_is_set_and_refused_and_provisions_a_replica() {
    plays(&MARIADB, "gtid_slave_pos", GtidMode::On, &[]);
}

#[test]
fn mysql_skips_transactions_as_the_counter_says() {
    plays(&MYSQL, "skip_counter", GtidMode::Off, &[]);
}

#[test]
fn mariadb_skips_transactions_as_the_counter_says() {
    plays(&MARIADB, "skip_counter", GtidMode::Off, &[]);
}

#[test]
fn mysql_skips_nothing_with_gtids() {
    plays(&MYSQL, "skip_counter_with_gtids", GtidMode::On, &[]);
}

#[test]
fn mariadb_skips_with_gtids_too() {
    plays(&MARIADB, "skip_counter_with_gtids", GtidMode::On, &[]);
}

#[test]
fn the_sql_thread_of_mysql_stops_at_positions() {
    plays(&MYSQL, "until", GtidMode::Off, &[]);
}

#[test]
fn the_sql_thread_of_mariadb_stops_at_positions() {
    plays(&MARIADB, "until", GtidMode::Off, &[]);
}

#[test]
fn the_sql_thread_of_mysql_stops_at_gtids() {
    plays(&MYSQL, "until_gtids", GtidMode::On, &[]);
}

#[test]
fn both_threads_of_mariadb_stop_at_a_gtid() {
    plays(&MARIADB, "until_gtids", GtidMode::On, &[]);
}

#[test]
fn kill_query_ends_a_statement() {
    plays(&MYSQL, "kill_query", GtidMode::On, &[]);
    plays(&MARIADB, "kill_query", GtidMode::On, &[]);
}

#[test]
fn kill_query_lets_a_commit_go_on() {
    plays(&MYSQL, "kill_query_in_semi_sync", GtidMode::On, &[]);
    plays(&MARIADB, "kill_query_in_semi_sync", GtidMode::On, &[]);
}

#[test]
fn a_delayed_replica_executes_late_and_says_how_long_it_waits() {
    plays(&MYSQL, "delay", GtidMode::On, &[]);
    plays(&MARIADB, "delay", GtidMode::On, &[]);
}

#[test]
fn events_of_relay_logs_and_binlogs_are_shown_in_part_or_whole() {
    plays(&MYSQL, "relaylog_events", GtidMode::On, &[]);
    plays(&MARIADB, "relaylog_events", GtidMode::On, &[]);
}
