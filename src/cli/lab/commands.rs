//! What is said to the lab itself: other servers, time, deaths, networks, dumps, a file of what was typed.

use super::{HELP, Person};
use crate::lesson::lab::{CONNECTIONS, Network};
use crate::protocol::crash::Crash;
use crate::protocol::ids::{SessionId, Span};
use crate::report::write::Folder;
use crate::spec::{self, input, units};
use serde_json::json;
use std::path::Path;

impl Person<'_> {
    /// Whether this is said to the lab.
    pub(super) fn is_command(&self, words: &[&str]) -> bool {
        match words {
            ["help" | "servers" | "quit" | "exit"]
            | ["advance" | "terminal" | "login" | "save", _, ..] => true,
            ["use" | "kill" | "lose" | "start", name] => self.lab.server(name).is_some(),
            ["cut" | "mend", _, _] | ["dump", _, "into", _] => true,
            _ => false,
        }
    }

    /// What is said to the lab, not to a server.
    pub(super) fn command(&mut self, words: &[&str]) -> Option<Result<String, String>> {
        let server = |name: &str| self.lab.server(name);
        let statements = ["slave", "replica", "transaction"];
        Some(match words {
            ["help" | "\\h" | "?"] => Ok(HELP.to_owned()),
            ["servers"] => Ok(self.servers()),
            ["login", user] => {
                let user = user.trim_matches('\'');
                self.steps
                    .push(json!({"on": self.lab.servers()[usize::from(self.on.0)], "login": user}));
                self.lab.login(self.on, user).map(|()| String::new())
            }
            ["terminal", number] => match number.parse() {
                Ok(number @ 1..=CONNECTIONS) => {
                    self.terminal = Some(number);
                    Ok(String::new())
                }
                _ => Err(format!("expected a terminal from 1 to {CONNECTIONS}")),
            },
            ["use", name] if server(name).is_some() => {
                self.on = server(name).unwrap_or(self.on);
                self.terminal = None;
                Ok(String::new())
            }
            ["advance", rest @ ..] => self.advance(&rest.join(" ")),
            ["kill", name] if server(name).is_some() => self.dies(name, Crash::ProcessKill),
            ["lose", name] if server(name).is_some() => self.dies(name, Crash::HostLoss),
            ["start", name] if server(name).is_some() => self.starts(name),
            ["cut", a, b] => self.network(a, b, Network::IsCut),
            ["mend", a, b] => self.network(a, b, Network::WorksAgain),
            ["dump", of, "into", into] => self.dump(of, into),
            ["save", file] => self.save(file),
            ["kill" | "lose" | "start", name]
                if name.parse::<u32>().is_err() && !statements.contains(name) =>
            {
                Err(format!(
                    "no server `{name}` ({} are there)",
                    self.lab.servers().join(", ")
                ))
            }
            _ => return None,
        })
    }

    fn servers(&self) -> String {
        let world = &self.lab.simulation.world;
        let line = |(name, server): (&String, &crate::protocol::server::Server)| {
            let life = if server.is_up() { "up" } else { "down" };
            let from = match server.replica.upstream {
                Some(id) => format!(
                    ", replicates from {}",
                    self.lab.servers()[usize::from(id.0)]
                ),
                None => String::new(),
            };
            format!("{name}: {life}{from}\n")
        };
        self.lab
            .servers()
            .iter()
            .zip(&world.servers)
            .map(line)
            .collect()
    }

    fn advance(&mut self, text: &str) -> Result<String, String> {
        let span = Span(units::duration(text)?);
        self.lab.has_time_for(span)?;
        let until = self.lab.now() + span;
        self.lab.run_until(until);
        self.steps.push(json!({"wait": text}));
        Ok(self.late())
    }

    /// Answers of statements that hung.
    fn late(&mut self) -> String {
        let sessions = self.lab.seen.connections.len() as u16;
        let answers = (0..sessions).filter_map(|id| self.lab.answer_of(SessionId(id)));
        answers
            .map(|answer| format!("(late answer) {answer}\n"))
            .collect()
    }

    fn dies(&mut self, name: &str, crash: Crash) -> Result<String, String> {
        let id = self.lab.server(name).ok_or("no such server")?;
        if !self.lab.simulation.world.server(id).is_up() {
            return Err(format!("{name} is dead already"));
        }
        self.lab.crash(id, crash);
        self.steps
            .push(json!({"crash": {"server": name, "kind": crash.name()}}));
        let until = self.lab.now() + Span::millis(100);
        self.lab.run_until(until);
        Ok(format!("{name} is dead\n{}", self.late()))
    }

    fn starts(&mut self, name: &str) -> Result<String, String> {
        let id = self.lab.server(name).ok_or("no such server")?;
        if self.lab.simulation.world.server(id).is_up() {
            return Err(format!("{name} runs"));
        }
        let until = self.lab.now() + Span::seconds(1);
        self.lab.run_until(until);
        self.lab.start(id);
        self.steps.push(json!({"start": name}));
        Ok(format!("{name} runs again"))
    }

    fn network(&mut self, a: &str, b: &str, network: Network) -> Result<String, String> {
        let find = |name: &str| {
            let unknown = || format!("no server {name}");
            self.lab.server(name).ok_or_else(unknown)
        };
        let (from, to) = (find(a)?, find(b)?);
        self.lab.network(from, to, network);
        self.steps.push(json!({ (network.key()): [a, b] }));
        Ok(format!(
            "the network between {a} and {b} {}",
            network.words()
        ))
    }

    fn dump(&mut self, of: &str, into: &str) -> Result<String, String> {
        let find = |name: &str| {
            self.lab
                .server(name)
                .ok_or_else(|| format!("no server {name}"))
        };
        let (of_id, into_id) = (find(of)?, find(into)?);
        let (file, position) = self.lab.load_dump(of_id, into_id)?;
        self.steps.push(json!({"dump": {"of": of, "into": into}}));
        Ok(format!(
            "-- CHANGE MASTER TO MASTER_LOG_FILE='{file}', MASTER_LOG_POS={position};"
        ))
    }

    /// What was typed, as a lesson file.
    fn save(&self, file: &str) -> Result<String, String> {
        let mut overrides = json!({});
        for (path, text) in &self.sets {
            spec::merge::set(&mut overrides, path, &spec::merge::parse_value(text))
                .map_err(|error| error.to_string())?;
        }
        let lesson = json!({
            "title": "A lab",
            "model": self.model,
            "overrides": overrides,
            "seed": self.seed,
            "steps": self.steps,
        });
        if file == input::STANDARD_INPUT {
            return Err("`-` is standard input, expected a file".to_owned());
        }
        let path = Path::new(file);
        let name = path
            .file_name()
            .ok_or("expected a file")?
            .to_string_lossy()
            .into_owned();
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        let folder = Folder::open(folder.unwrap_or(Path::new(".")));
        let files = [(name, format!("{lesson:#}\n"))];
        let written = folder.and_then(|folder| folder.write(&files));
        written.map_err(|error| error.to_string())?;
        Ok(format!("{file}: play it with `replsim lesson {file}`"))
    }
}
