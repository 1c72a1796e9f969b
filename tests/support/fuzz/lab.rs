//! Lines at the prompt of a lab: the servers answer each, whatever stands in it.

use super::Ran;
use super::lesson::model;
use super::source::{Source, Temper};
use super::statements::statement;
use replsim::engine::Moment;
use replsim::lesson::lab::identity::Identity;
use replsim::lesson::lab::{Lab, Network, Reply};
use replsim::lesson::setup::{EPOCH, plan_of};
use replsim::protocol::crash::Crash;
use replsim::protocol::ids::{SessionId, Span};
use replsim::spec::script::model_as_experiment;
use serde_json::{Map, Value, json};

/// Longest time that an answer is waited for, ns.
const PATIENCE: Span = Span::seconds(600);

/// A model, and the lines that are typed.
pub fn text(source: &mut Source) -> String {
    let model = model(source);
    let mut lines = vec![
        "CREATE DATABASE d".to_owned(),
        "CREATE TABLE d.t (id INT AUTO_INCREMENT PRIMARY KEY, a INT, b VARCHAR(20))".to_owned(),
    ];
    let servers = ["m", "s1", "s2"];
    for _ in 0..source.number(0, 25) {
        let server = source.pick(&servers);
        lines.push(match source.number(0, 11) {
            0 => format!("use {server}"),
            1 => format!("kill {server}"),
            2 => format!("lose {server}"),
            3 => format!("start {server}"),
            4 => format!("cut {server} {}", source.pick(&servers)),
            5 => format!("mend {server} {}", source.pick(&servers)),
            6 => format!("dump m into {server}"),
            7 => format!("advance {}", source.number_or(0, 5_000, &[3_600_000])),
            8 => statement(source) + " &",
            _ => statement(source),
        });
    }
    if source.temper == Temper::Broken && source.one_in(4) {
        lines.push("\u{1b}[2J \u{0} \u{feff}".to_owned());
    }
    json!({"model": model, "lines": lines}).to_string()
}

/// Types the lines.
pub fn run(text: &str) -> Ran {
    let document: Value = serde_json::from_str(text).expect("as `text` makes it");
    let loaded =
        match model_as_experiment("lab", "lab", "A lab", &document["model"], &Map::new(), &[]) {
            Ok(loaded) => loaded,
            Err(error) => return Ran::Refused(error.to_string()),
        };
    let plan = match plan_of(&loaded) {
        Ok(plan) => plan,
        Err(error) => return Ran::Refused(error.to_string()),
    };
    let mut lab = Lab::new(&plan, Identity::all(&plan), EPOCH, 1);
    lab.read_all_my_cnf();
    lab.run_until(Moment::after(Span::seconds(1)));
    let mut on = plan.cluster.master;
    for line in document["lines"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
    {
        let words: Vec<&str> = line.split(' ').collect();
        let server = |at: usize| words.get(at).and_then(|name| lab.server(name));
        match (words[0], server(1), server(2)) {
            ("use", Some(id), None) => on = id,
            ("kill", Some(id), None) if lab.simulation.world.server(id).is_up() => {
                lab.crash(id, Crash::ProcessKill)
            }
            ("lose", Some(id), None) if lab.simulation.world.server(id).is_up() => {
                lab.crash(id, Crash::HostLoss)
            }
            ("start", Some(id), None) if !lab.simulation.world.server(id).is_up() => lab.start(id),
            ("kill" | "lose" | "start", Some(_), None) => {}
            ("cut", Some(a), Some(b)) => lab.network(a, b, Network::IsCut),
            ("mend", Some(a), Some(b)) => lab.network(a, b, Network::WorksAgain),
            ("dump", Some(of), None) => {
                if let Some(into) = words.get(3).and_then(|name| lab.server(name)) {
                    let _ = lab.load_dump(of, into);
                }
            }
            ("advance", None, None) => {
                let ms: u64 = words.get(1).and_then(|ms| ms.parse().ok()).unwrap_or(0);
                lab.run_until(lab.now() + Span::millis(ms));
            }
            _ => {
                lab.run_until(lab.now() + Span::seconds(1));
                let background = line.ends_with('&');
                match lab.type_statement(on, line.trim_end_matches(['&', ' '])) {
                    Ok(Reply::Waits(session)) if !background => {
                        lab.run_until_answer(session, lab.now() + PATIENCE);
                        let _ = lab.answer_of(session);
                    }
                    Ok(Reply::Waits(_) | Reply::Answer(_)) | Err(_) => {}
                }
            }
        }
    }
    let sessions = lab.seen.connections.len() as u16;
    (0..sessions).for_each(|id| drop(lab.answer_of(SessionId(id))));
    Ran::Done
}
