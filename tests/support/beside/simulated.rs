//! The lab's side of an afternoon: the same statements, typed at simulated servers.

use super::answer::Answer;
use super::cluster::SERVERS;
use replsim::lesson::lab::{Lab, Reply};
use replsim::lesson::setup::plan_of;
use replsim::plan::Plan;
use replsim::protocol::crash::Crash;
use replsim::protocol::ids::{ServerId, SessionId, Span};
use replsim::spec::script::model_as_experiment;
use serde_json::{Map, json};
use std::collections::BTreeMap;

/// A statement that has no answer after this time hangs. Longer than `innodb_lock_wait_timeout` where an afternoon sets it.
const HANGS: Span = Span::millis(2_500);
/// What replicas need to catch up; an afternoon is shorter than a heartbeat's period.
const CATCH_UP: Span = Span::millis(200);
/// What a server needs to start and its replicas to connect again.
const RESTART: Span = Span::millis(1_500);

/// A master and two replicas that are not told to replicate yet.
pub fn plan(flavour: &str) -> Plan {
    let model = json!({
        "flavour": flavour,
        "positioning": "gtid",
        "variables": {"master_connect_retry": 60, "log_slave_updates": "ON"},
        "servers": {"m": {"host": "a"}, "r1": {"host": "b"}, "r2": {"host": "c"}},
        "hosts": {"a": {"site": "x"}, "b": {"site": "x"}, "c": {"site": "x"}},
        "master": "m",
    });
    let loaded = model_as_experiment("test", "test", "test", &model, &Map::new(), &[]);
    plan_of(&loaded.expect("a model")).expect("a plan")
}

/// The lab, and whose statement hangs.
pub struct Simulated<'plan> {
    lab: Lab<'plan>,
    waiting: BTreeMap<(usize, u16), SessionId>,
}

impl<'plan> Simulated<'plan> {
    /// A lab in which nothing has happened.
    pub fn new(lab: Lab<'plan>) -> Simulated<'plan> {
        Simulated {
            lab,
            waiting: BTreeMap::new(),
        }
    }

    fn server(&self, server: usize) -> ServerId {
        self.lab.server(SERVERS[server]).expect("a server")
    }

    /// Types a statement at a terminal.
    pub fn types(&mut self, server: usize, terminal: u16, sql: &str) -> Answer {
        let shows = ["SELECT", "SHOW"].iter().any(|verb| sql.starts_with(verb));
        let ended = format!("{sql}{}", if shows { "\\G" } else { "" });
        let id = self.server(server);
        match self.lab.type_at(id, terminal, &ended) {
            Err(problem) => Answer::Refused(problem),
            Ok(Reply::Answer(said)) => Answer::of_lab(&said),
            Ok(Reply::Waits(session)) => {
                let until = self.lab.now() + HANGS;
                self.lab.run_until_answer(session, until);
                match self.lab.answer_of(session) {
                    Some(said) => Answer::of_lab(&said),
                    None => {
                        self.waiting.insert((server, terminal), session);
                        Answer::Hangs
                    }
                }
            }
        }
    }

    /// Whether a terminal waits for an answer.
    pub fn waits(&self, server: usize, terminal: u16) -> bool {
        self.waiting.contains_key(&(server, terminal))
    }

    /// The answer of a statement that hung.
    pub fn late(&mut self, server: usize, terminal: u16) -> Option<Answer> {
        let session = *self.waiting.get(&(server, terminal))?;
        let said = self.lab.answer_of(session)?;
        self.waiting.remove(&(server, terminal));
        Some(Answer::of_lab(&said))
    }

    /// The Id of a terminal's connection.
    pub fn id_of(&mut self, server: usize, terminal: u16) -> u32 {
        // It is opened when somebody types there.
        let session = SessionId(server as u16 * replsim::lesson::lab::CONNECTIONS + terminal - 1);
        if self.lab.seen.connections[session].id == 0 {
            self.types(server, terminal, "SELECT 1");
        }
        self.lab.seen.connections[session].id
    }

    /// A server is killed and starts again.
    pub fn restarts(&mut self, server: usize) {
        let id = self.server(server);
        self.lab.crash(id, Crash::ProcessKill);
        self.settles();
        self.lab.start(id);
        self.lab.run_until(self.lab.now() + RESTART);
        self.waiting.retain(|(of, _), _| *of != server);
    }

    /// Time passes.
    pub fn settles(&mut self) {
        self.lab.run_until(self.lab.now() + CATCH_UP);
    }
}
