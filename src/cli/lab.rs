//! `replsim lab`: servers that take statements from a prompt.

use super::{End, out::Unwritten, print};
use crate::lesson::lab::identity::Identity;
use crate::lesson::lab::{Lab, Network, Reply};
use crate::lesson::setup;
use crate::lesson::sql::parser::statements;
use crate::measure::seconds;
use crate::protocol::crash::Crash;
use crate::protocol::ids::{ServerId, SessionId, Span};
use crate::report::write::Folder;
use crate::shown;
use crate::spec::library::{self, Shelf};
use crate::spec::script::model_as_experiment;
use crate::spec::{self, input, units};
use rustyline::DefaultEditor;
use rustyline::error::ReadlineError;
use serde_json::{Map, Value, json};
use std::error::Error;
use std::io::IsTerminal;
use std::path::Path;

/// Arguments of `lab`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// A path, or the bare name of a model in models/, such as clusters/mysql-8.0
    model: String,
    /// Seed of all randomness
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Set a value in the model, as in --set network.rtt="5 ms"
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<String>,
}

const HELP: &str = "\
  any statement that a lesson knows      SHOW SLAVE STATUS\\G
  any statement followed by &            do not wait for its answer
  use mysql-s-1                          type on another server
  advance 10 s                           let time pass
  kill mysql-m                           kill -9 of a server
  lose mysql-m                           its host loses power
  start mysql-m                          start it again
  cut mysql-m mysql-s-1                  nothing that one sends reaches the other; `mend` ends it
  dump mysql-m into mysql-s-1            load a dump
  servers                                the servers, and which of them are up
  save FILE.json                         what was typed, as a lesson file
  quit
";
/// How long the prompt waits for an answer before it gives the prompt back.
const PATIENCE: Span = Span::seconds(3_600);

/// A person at a prompt.
struct Person<'plan> {
    lab: Lab<'plan>,
    on: ServerId,
    steps: Vec<Value>,
    model: Value,
    sets: Vec<(String, String)>,
    seed: u64,
}

/// Takes statements until the end of the input.
pub fn lab(arguments: &Arguments) -> Result<End, Box<dyn Error>> {
    let sets = super::run::sets(&arguments.set)?;
    let model = model(&arguments.model)?;
    let loaded = model_as_experiment("lab", &arguments.model, "A lab", &model, &Map::new(), &sets)?;
    let plan = setup::plan_of(&loaded)?;
    let mut lab = Lab::new(&plan, Identity::all(&plan), setup::EPOCH, arguments.seed);
    lab.read_all_my_cnf();
    let mut person = Person {
        lab,
        on: plan.cluster.master,
        steps: Vec::new(),
        model,
        sets,
        seed: arguments.seed,
    };
    let connected = person.lab.now() + Span::seconds(1);
    person.lab.run_until(connected);
    if std::io::stdin().is_terminal() {
        print(&format!(
            "Servers: {}. `help` lists what can be typed.\n",
            person.lab.servers().join(", ")
        ))?;
        let mut editor = DefaultEditor::new()?;
        loop {
            match editor.readline(&shown::line(&person.prompt())) {
                Ok(line) => {
                    let _ = editor.add_history_entry(&line);
                    if !person.takes(&line)? {
                        break;
                    }
                }
                Err(ReadlineError::Interrupted) => {}
                Err(ReadlineError::Eof) => break,
                Err(error) => return Err(error.into()),
            }
        }
    } else {
        for line in input::lines() {
            let line = line?;
            print(&format!("{}{line}\n", person.prompt()))?;
            if !person.takes(&line)? {
                break;
            }
        }
    }
    Ok(End::Done)
}

/// The model as a lesson can name it later: what came through a pipe is not there any more.
fn model(said: &str) -> Result<Value, spec::Error> {
    let found = library::find(Shelf::Models, said)?;
    let path = Path::new(said);
    let stays = said != input::STANDARD_INPUT && (path.is_file() || !path.exists());
    match stays {
        true => Ok(Value::String(said.to_owned())),
        false => spec::parse(&found.file, &found.text),
    }
}

impl Person<'_> {
    fn prompt(&self) -> String {
        let seconds = seconds(self.lab.now().since_start());
        format!(
            "[{seconds:.3} s] {}> ",
            self.lab.servers()[usize::from(self.on.0)]
        )
    }

    /// One line; false ends the lab.
    fn takes(&mut self, line: &str) -> Result<bool, Unwritten> {
        let line = line.trim();
        let words: Vec<&str> = line.trim_end_matches(';').split_whitespace().collect();
        let server = |name: &str| self.lab.server(name);
        let said = match words.as_slice() {
            [] => return Ok(true),
            ["quit" | "exit" | "\\q"] => return Ok(false),
            ["help" | "\\h" | "?"] => Ok(HELP.to_owned()),
            ["servers"] => Ok(self.servers()),
            ["use", name] if server(name).is_some() => {
                self.on = server(name).unwrap_or(self.on);
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
            ["kill" | "lose" | "start", name] if name.parse::<u32>().is_err() => Err(format!(
                "no server `{name}` ({} are there)",
                self.lab.servers().join(", ")
            )),
            _ => {
                // Several on one line, as clients take them; an error ends the line.
                let mut said = Vec::new();
                for statement in statements(line) {
                    match self.statement(statement) {
                        Ok(text) => said.push(text),
                        Err(problem) => {
                            said.push(format!("? {}", shown::brief(&problem)));
                            break;
                        }
                    }
                }
                Ok(said.join("\n"))
            }
        };
        match said {
            Ok(text) if text.is_empty() => {}
            Ok(text) => print(&(text.trim_end().to_owned() + "\n"))?,
            Err(problem) => print(&format!("? {}\n", shown::brief(&problem)))?,
        }
        Ok(true)
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

    fn statement(&mut self, line: &str) -> Result<String, String> {
        let name = self.lab.servers()[usize::from(self.on.0)].clone();
        self.lab.has_time_for(Span(0))?;
        // A person needs a moment.
        let until = self.lab.now() + Span::seconds(1);
        self.lab.run_until(until);
        let (line, background) = match line.trim_end_matches(';').trim_end().strip_suffix('&') {
            Some(line) => (line.trim_end(), true),
            None => (line, false),
        };
        let reply = self.lab.type_statement(self.on, line)?;
        let mut step = json!({"on": name, "type": line});
        if background {
            step["background"] = json!(true);
        }
        self.steps.push(step);
        match reply {
            Reply::Answer(answer) => Ok(answer),
            Reply::Waits(_) if background => Ok("(in the background)".to_owned()),
            Reply::Waits(session) => {
                let until = self.lab.now() + PATIENCE;
                self.lab.run_until_answer(session, until);
                let answer = self.lab.answer_of(session);
                Ok(answer.unwrap_or_else(|| "(no answer after an hour: it hangs)".to_owned()))
            }
        }
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
