//! Lessons: a cluster and a story of steps of every kind, played to its end.

use super::oracle::in_time;
use super::source::{Source, Temper};
use super::statements::statement;
use super::{Ran, mutate};
use replsim::lesson::play;
use replsim::report::lesson::{Pictures, markdown};
use replsim::spec::Error;
use replsim::spec::lesson::Shown;
use replsim::spec::script::read;
use serde_json::{Value, json};

const SERVERS: [&str; 3] = ["m", "s1", "s2"];

/// A cluster that takes statements.
pub fn model(source: &mut Source) -> Value {
    let flavour = source.pick(&["mysql-8.0", "mysql-5.7", "mariadb-10.11"]);
    let gtid = source.coin();
    let mut variables = json!({"log_slave_updates": source.pick(&["ON", "OFF"]), "master_connect_retry": 1, "sync_binlog": source.number(0, 1)});
    if gtid && flavour.starts_with("mysql") {
        variables["gtid_mode"] = json!("ON");
    }
    let mut servers = json!({"m": {"host": "a"}, "s1": {"host": "b", "replicates_from": "m"}, "s2": {"host": "c", "replicates_from": "m"}});
    if source.one_in(5) {
        servers["s2"]["replicates_from"] = json!("s1");
    }
    json!({
        "flavour": flavour, "positioning": if gtid { "gtid" } else { "file_and_position" },
        "mode": source.pick(&["async", "after_commit", "after_sync"]), "variables": variables, "servers": servers,
        "hosts": {"a": {"site": "x"}, "b": {"site": "y"}, "c": {"site": "z"}},
    })
}

fn wait(source: &mut Source) -> String {
    format!(
        "{} ms",
        source.number_or(0, 4_000, &[3_600_000, 36_000_000])
    )
}

fn step(source: &mut Source, up: &mut [bool; 3]) -> Value {
    let at = source.number(0, 2) as usize;
    let (server, other) = (SERVERS[at], source.pick(&SERVERS));
    match source.number(0, 25) {
        0..=8 => {
            let lines: Vec<String> = (0..source.number(1, 3))
                .map(|_| statement(source))
                .collect();
            json!({"on": source.pick(&["m", "m", server]), "type": lines, "background": source.one_in(5)})
        }
        9 => {
            let row = "INSERT INTO d.t(a, b) VALUES ({n}, 'row {n}')";
            let feed = json!({"type": row, "times": source.number_or(1, 30, &[0, 3_000]), "sessions": source.number(1, 3), "background": source.coin()});
            json!({"on": "m", "feed": feed})
        }
        10..=12 if up[at] => {
            up[at] = false;
            json!({"crash": {"server": server, "kind": source.pick(&["process_kill", "host_loss", "site_loss"])}})
        }
        10..=12 => {
            up[at] = true;
            json!({"start": server})
        }
        13 if up[at] => json!({"restart": server}),
        14 if server != other => json!({source.pick(&["cut", "mend"]): [server, other]}),
        15 => {
            json!({"on": server, "my_cnf": {"sync_binlog": source.number(0, 2), "read_only": source.pick(&["ON", "OFF"])}})
        }
        16 if source.temper != Temper::Ordinary => json!({"dump": {"of": "m", "into": server}}),
        17 if source.temper != Temper::Ordinary => {
            json!({"until": source.pick(&["logged", "fsync", "visible", "sent", "received", "acknowledged"])})
        }
        18 => json!({"wait_for": ["s1"]}),
        19 => json!({"counts": {"table": "d.t", "on": ["m", server], "received": source.coin()}}),
        20 => {
            let kind = source.pick(&["space-time", "data-way", "lag"]);
            json!({"picture": {"kind": kind, "caption": "What is to be seen", "replica": "s1", "last": wait(source)}})
        }
        21 => json!({"text": "And then."}),
        22 => json!({"questions": [{"ask": "Why?", "command": "replsim lesson x"}]}),
        23 if server != other => {
            let change = format!("CHANGE MASTER TO MASTER_HOST='{other}'");
            json!({"on": server, "type": ["STOP SLAVE", change, "START SLAVE"]})
        }
        _ => json!({"wait": wait(source)}),
    }
}

/// The text of a lesson.
pub fn text(source: &mut Source) -> String {
    let mut steps = vec![json!({"on": "m", "type": ["CREATE DATABASE d",
        "CREATE TABLE d.t (id INT AUTO_INCREMENT PRIMARY KEY, a INT, b VARCHAR(20))", "USE d"]})];
    let mut up = [true; 3];
    for _ in 0..source.number(0, 12) {
        steps.push(step(source, &mut up));
    }
    let model = model(source);
    let lesson = json!({"title": "Fuzzed", "parameters": {"rows": 3}, "model": [model], "seed": source.number(0, 9), "steps": steps});
    mutate::text(lesson, source)
}

/// Plays the lesson of this text.
pub fn run(text: &str) -> Ran {
    let script = match read("fuzz", "fuzz.json", text, &[]) {
        Ok(script) => script,
        Err(error) => return Ran::Refused(error.to_string()),
    };
    let mut runner = |_: &Shown| -> Result<String, Error> { Ok(String::new()) };
    match in_time(|| play::play(&script, &mut runner, &|| ())) {
        None => Ran::TooLong,
        Some(Err(error)) => Ran::Refused(error.to_string()),
        Some(Ok(played)) => {
            let (text, pictures) = markdown(&played, "fuzz", Pictures::InFiles);
            assert!(!text.is_empty());
            for (name, picture) in pictures.iter().filter(|(name, _)| name.ends_with(".svg")) {
                assert!(picture.contains("</svg>"), "{name} is no picture");
            }
            Ran::Done
        }
    }
}
