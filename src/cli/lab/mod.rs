//! `replsim lab`: servers that take statements from a prompt.

mod commands;

use super::out::{Unwritten, say};
use super::{End, print};
use crate::lesson::lab::identity::Identity;
use crate::lesson::lab::{Lab, Reply};
use crate::lesson::setup;
use crate::lesson::sql::parser::begins_another;
use crate::lesson::sql::reader::{Ending, Read, Reader};
use crate::measure::seconds;
use crate::protocol::ids::{ServerId, Span};
use crate::shown;
use crate::spec::library::{self, Shelf};
use crate::spec::script::model_as_experiment;
use crate::spec::{self, input};
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
    /// Type the lines of a script (`-`: standard input); the first error ends it, as `mysql < FILE` ends
    #[arg(long, value_name = "FILE")]
    file: Option<String>,
    /// Go on after an error in the script, as `mysql --force` does
    #[arg(long, requires = "file")]
    force: bool,
}

const HELP: &str = "\
  any statement, over several lines      SHOW SLAVE STATUS\\G
    until ; or \\G
  any statement followed by &            do not wait for its answer
  use mysql-s-1                          type on another server
  terminal 2                             type at another connection to it
  login app                              be another user there; `login root` ends it
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

/// What became of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Took {
    /// There may be more.
    All,
    /// Something in it was answered with an error.
    Failed,
    /// It ends the lab.
    Quit,
}

/// A person at a prompt.
struct Person<'plan> {
    lab: Lab<'plan>,
    on: ServerId,
    /// Which of several connections; without it the first one that does not wait.
    terminal: Option<u16>,
    reader: Reader,
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
        terminal: None,
        reader: Reader::default(),
        steps: Vec::new(),
        model,
        sets,
        seed: arguments.seed,
    };
    let connected = person.lab.now() + Span::seconds(1);
    person.lab.run_until(connected);
    match &arguments.file {
        Some(file) => return person.runs(file, arguments.force),
        None if std::io::stdin().is_terminal() => person.sits_at_terminal()?,
        None => {
            for line in input::lines() {
                match line {
                    Ok(line) if person.echoes(&line)? == Took::Quit => return Ok(End::Done),
                    Ok(_) => {}
                    // What was said before it was said.
                    Err(error) => {
                        person.ends()?;
                        return Err(error.into());
                    }
                }
            }
            person.ends()?;
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
        if !self.reader.is_between_statements() {
            return if self.reader.is_in_quotes() {
                "    '> "
            } else {
                "    -> "
            }
            .to_owned();
        }
        let seconds = seconds(self.lab.now().since_start());
        format!(
            "[{seconds:.3} s] {}> ",
            self.lab.servers()[usize::from(self.on.0)]
        )
    }

    fn sits_at_terminal(&mut self) -> Result<(), Box<dyn Error>> {
        print(&format!(
            "Servers: {}. `help` lists what can be typed.\n",
            self.lab.servers().join(", ")
        ))?;
        let mut editor = DefaultEditor::new()?;
        loop {
            match editor.readline(&shown::line(&self.prompt())) {
                Ok(line) => {
                    let _ = editor.add_history_entry(&line);
                    self.ends_before(&line)?;
                    if self.takes(&line)? == Took::Quit {
                        return Ok(());
                    }
                }
                // What was begun is given up.
                Err(ReadlineError::Interrupted) => self.reader = Reader::default(),
                Err(ReadlineError::Eof) => return Ok(()),
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// A script.
    fn runs(&mut self, file: &str, force: bool) -> Result<End, Box<dyn Error>> {
        let mut failed = false;
        for (line, number) in input::read(file)?.lines().zip(1..) {
            match self.echoes(line)? {
                Took::All => {}
                Took::Quit => return Ok(End::Done),
                Took::Failed if force => failed = true,
                Took::Failed => {
                    say(format!(
                        "{file}:{number}: an error ends the script; --force goes on"
                    ));
                    return Ok(End::DidNotHold);
                }
            }
        }
        failed |= self.ends()? == Took::Failed;
        match failed && !force {
            true => Ok(End::DidNotHold),
            false => Ok(End::Done),
        }
    }

    /// A line that nobody sees being typed.
    fn echoes(&mut self, line: &str) -> Result<Took, Unwritten> {
        let before = self.ends_before(line)?;
        print(&format!("{}{line}\n", self.prompt()))?;
        let took = self.takes(line)?;
        Ok(if took == Took::All { before } else { took })
    }

    /// A statement without an end is complete, and this line is not about it.
    fn ends_before(&mut self, line: &str) -> Result<Took, Unwritten> {
        let Some(begun) = self.reader.begun() else {
            return Ok(Took::All);
        };
        let words: Vec<&str> = line
            .trim()
            .trim_end_matches(';')
            .split_whitespace()
            .collect();
        match self.is_command(&words) || begins_another(begun, line) {
            true => self.ends(),
            false => Ok(Took::All),
        }
    }

    /// The input ends, perhaps in a statement.
    fn ends(&mut self) -> Result<Took, Unwritten> {
        match self.reader.rest() {
            Some(read) => self.types(vec![read]),
            None => Ok(Took::All),
        }
    }

    /// One line.
    fn takes(&mut self, line: &str) -> Result<Took, Unwritten> {
        if self.reader.is_between_statements() {
            let words: Vec<&str> = line
                .trim()
                .trim_end_matches(';')
                .split_whitespace()
                .collect();
            match words.as_slice() {
                [] if line.trim().is_empty() => return Ok(Took::All),
                ["quit" | "exit" | "\\q"] => return Ok(Took::Quit),
                // The client's own: it needs no end.
                [verb, name]
                    if verb.eq_ignore_ascii_case("use") && self.lab.server(name).is_none() =>
                {
                    let ended = format!("USE {name};");
                    let read = self.reader.line(&ended);
                    return self.types(read);
                }
                words => {
                    if let Some(said) = self.command(words) {
                        self.reader.skip();
                        return says(said);
                    }
                }
            }
        }
        let read = self.reader.line(line);
        self.types(read)
    }

    /// Statements of one line; one that is not understood ends it.
    fn types(&mut self, all: Vec<Read>) -> Result<Took, Unwritten> {
        let mut took = Took::All;
        for read in all {
            let words: Vec<&str> = read.text.split_whitespace().collect();
            let (said, goes_on) = match words.as_slice() {
                [] => (Ok(self.lab.seen.words.errors.no_query.to_owned()), true),
                words => match self.command(words) {
                    Some(said) => (said, true),
                    None => {
                        let said = self.statement(&read);
                        let goes_on = said.is_ok();
                        (said, goes_on)
                    }
                },
            };
            if says(said)? == Took::Failed {
                took = Took::Failed;
            }
            if !goes_on {
                break;
            }
        }
        Ok(took)
    }

    fn statement(&mut self, read: &Read) -> Result<String, String> {
        let name = self.lab.servers()[usize::from(self.on.0)].clone();
        self.lab.has_time_for(Span(0))?;
        // A person needs a moment.
        let until = self.lab.now() + Span::seconds(1);
        self.lab.run_until(until);
        let line = match read.ending {
            Ending::Vertical => format!("{}\\G", read.text),
            Ending::Plain | Ending::Background => read.text.clone(),
        };
        let background = read.ending == Ending::Background;
        let mut step = json!({"on": name, "type": line});
        let reply = match self.terminal {
            None => self.lab.type_statement(self.on, &line)?,
            Some(terminal) => {
                step["terminal"] = json!(terminal);
                self.lab.type_at(self.on, terminal, &line)?
            }
        };
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
}

/// Prints what was answered.
fn says(said: Result<String, String>) -> Result<Took, Unwritten> {
    match said {
        Ok(text) => {
            if !text.is_empty() {
                print(&(text.trim_end().to_owned() + "\n"))?;
            }
            // `ERROR: No query specified` is the client's own, and ends no script.
            Ok(if text.starts_with("ERROR ") {
                Took::Failed
            } else {
                Took::All
            })
        }
        Err(problem) => {
            print(&format!("? {}\n", shown::brief(&problem)))?;
            Ok(Took::Failed)
        }
    }
}
