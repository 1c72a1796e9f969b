//! A lab: a simulated cluster that takes statements as they are typed.

mod administer;
mod change_master;
pub mod connection;
mod delay;
pub mod feed;
pub mod functions;
pub mod gtid_next;
mod gtids;
pub mod identity;
mod judge;
mod kill;
pub mod machine;
mod positions;
pub mod progress;
mod received;
mod refused;
pub mod relay;
mod reshaped;
mod rotation;
pub mod seen;
mod select;
mod set;
mod set_gtids;
pub mod skip;
mod stop;
mod threads;
mod transaction;
mod typing;
pub mod until;
mod variables;
pub mod waiting;

use crate::engine::{Moment, Simulation};
use crate::lesson::vocabulary::Vocabulary;
use crate::measure::status::SemiSyncTimes;
use crate::observe::story::{Kept, Teller};
use crate::plan::Plan;
use crate::protocol::crash::Crash;
use crate::protocol::effect::{Input, Super};
use crate::protocol::ids::{ServerId, SessionId, Span};
use crate::protocol::partition::End;
use crate::protocol::variables::Variable;
use crate::spec::limits;
use connection::Connection;
use feed::Feed;
use identity::Identity;
use machine::Machine;
use seen::{Seen, StopAt};
use std::collections::{HashMap, HashSet};

/// Connections of clients on each server.
pub const CONNECTIONS: u16 = 40;
/// How often lags are looked at.
const SAMPLE_EVERY: Span = Span::millis(50);

/// What becomes of the network between two servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Network {
    /// It carries nothing.
    IsCut,
    /// It carries everything.
    WorksAgain,
}

impl Network {
    /// As a lesson's step and the lab's command have it.
    pub fn key(self) -> &'static str {
        match self {
            Network::IsCut => "cut",
            Network::WorksAgain => "mend",
        }
    }

    /// What is said of it.
    pub fn words(self) -> &'static str {
        match self {
            Network::IsCut => "is cut",
            Network::WorksAgain => "works again",
        }
    }
}

/// What became of a statement so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// The answer, as the client prints it.
    Answer(String),
    /// It has no answer yet: this session waits for it.
    Waits(SessionId),
}

/// A cluster that takes statements.
pub struct Lab<'plan> {
    plan: &'plan Plan,
    /// The cluster in time.
    pub simulation: Simulation<'plan>,
    /// What it holds.
    pub seen: Seen,
    feeds: Vec<Feed>,
    /// Statements that feeds have typed.
    typed: u64,
}

impl<'plan> Lab<'plan> {
    /// A cluster at time 0; its servers' clocks show `epoch` (s since 1970).
    pub fn new(plan: &'plan Plan, identities: Vec<Identity>, epoch: u64, seed: u64) -> Lab<'plan> {
        let sessions = usize::from(plan.cluster.sessions);
        let mut lab = Lab {
            plan,
            simulation: Simulation::new(plan, seed, 0, SAMPLE_EVERY),
            seen: Seen {
                flavour: plan.cluster.flavour(),
                rules: plan.cluster.flavour().rules(),
                words: Vocabulary::of(plan.cluster.flavour()),
                epoch,
                machines: identities.into_iter().map(Machine::new).collect(),
                connections: vec![Connection::default(); sessions].into(),
                transactions: HashMap::new(),
                seq: HashMap::new(),
                anonymous: HashSet::new(),
                times: SemiSyncTimes::new(plan),
                teller: Teller::new(plan, Kept::ALL),
                stop_at: None,
                stopped: false,
                stop_at_answer: false,
                answered: false,
                poll: false,
                waits: false,
                lags: Vec::new(),
            },
            feeds: Vec::new(),
            typed: 0,
        };
        for id in lab.simulation.world.server_ids().collect::<Vec<_>>() {
            for session in lab.sessions_of(id) {
                lab.simulation
                    .input(Input::Login(session, id), &mut lab.seen);
                lab.simulation
                    .input(Input::Grant(session, Super::Granted), &mut lab.seen);
            }
            // DDL and rows without a key have no writeset: here nothing has, and replicas keep the order.
            let commit_order = Variable::Writeset(false);
            lab.simulation
                .input(Input::Set(id, commit_order), &mut lab.seen);
            if let Some(upstream) = lab.simulation.world.server(id).replica.upstream {
                lab.replicates_from_the_start(id, upstream);
            }
        }
        lab
    }

    /// Simulated time.
    pub fn now(&self) -> Moment {
        self.simulation.now()
    }

    /// A server by its name.
    pub fn server(&self, name: &str) -> Option<ServerId> {
        let names = self.seen.machines.iter();
        let at = names
            .map(|machine| machine.identity.name.as_str())
            .position(|known| known == name)?;
        Some(ServerId(at as u8))
    }

    /// Names of all servers.
    pub fn servers(&self) -> Vec<String> {
        let machines = self.seen.machines.iter();
        machines
            .map(|machine| machine.identity.name.clone())
            .collect()
    }

    /// The sessions of clients that are connected to this server.
    pub(super) fn sessions_of(&self, id: ServerId) -> impl Iterator<Item = SessionId> + use<> {
        let first = u16::from(id.0) * CONNECTIONS;
        (first..first + CONNECTIONS).map(SessionId)
    }

    /// An error if the lab's clock would go further than all that happens is kept.
    pub fn has_time_for(&self, span: Span) -> Result<(), String> {
        let then = (self.now() + span).since_start().0;
        let limit = limits::between("", then, 0, limits::LESSON);
        limit.map_err(|error| format!("the clock would show {}", error.problem))
    }

    /// Lets time pass until then; feeds go on meanwhile.
    pub fn run_until(&mut self, until: Moment) {
        self.advance(until, None);
    }

    /// Lets time pass until this session has its answer, or until then.
    pub fn run_until_answer(&mut self, session: SessionId, until: Moment) {
        self.advance(until, Some(session));
    }

    /// Lets time pass until a feed has so many acknowledgements.
    pub fn run_until_acknowledged(&mut self, feed: usize, wanted: u64, until: Moment) {
        self.seen.stop_at_answer = true;
        while self.fed(feed).acknowledged < wanted
            && !self.fed(feed).is_over()
            && self.now() < until
        {
            self.seen.answered = false;
            self.runs_to_what_is_due(until);
            self.go_on_feeding();
        }
    }

    /// Lets time pass until this event happens next: `logged`, `fsync`, `visible`, `sent`, `received`, `acknowledged`.
    pub fn run_until_event(&mut self, event: &str, until: Moment) -> Result<(), String> {
        let wanted = StopAt::ALL.iter().find(|known| known.name() == event);
        let Some(wanted) = wanted else {
            let names: Vec<&str> = StopAt::ALL.iter().map(|known| known.name()).collect();
            return Err(format!(
                "unknown event `{event}` ({} are known)",
                names.join(", ")
            ));
        };
        self.seen.stop_at = Some(*wanted);
        self.seen.stop_at_answer = false;
        while self.seen.stop_at.is_some() && self.now() < until {
            self.runs_to_what_is_due(until);
        }
        self.seen.stopped = false;
        match self.seen.stop_at.take() {
            None => Ok(()),
            Some(_) => Err(format!("`{event}` did not happen")),
        }
    }

    /// Runs until something is due for a delayed replica, which executes it then, or until this moment.
    fn runs_to_what_is_due(&mut self, until: Moment) {
        let now = self.now();
        let stop = self.next_due().filter(|due| *due > now && *due < until);
        self.simulation
            .run_until(stop.unwrap_or(until), &mut self.seen);
        self.executes_what_is_due();
    }

    fn advance(&mut self, until: Moment, session: Option<SessionId>) {
        self.seen.stop_at_answer = true;
        loop {
            (self.seen.answered, self.seen.poll) = (false, false);
            let stop = self
                .next_time_out()
                .map_or(until, |due| due.clamp(self.now(), until));
            self.simulation.run_until(stop, &mut self.seen);
            let went_on = self.go_on();
            self.go_on_feeding();
            let has_answer = session.is_some_and(|id| self.seen.connections[id].has_answer());
            let happened = went_on || self.seen.answered || self.seen.poll;
            if has_answer || (!happened && self.now() >= until) {
                return;
            }
        }
    }

    /// A server dies, and with its host or its site whoever stands there too.
    pub fn crash(&mut self, id: ServerId, crash: Crash) {
        for victim in self.plan.struck(&self.plan.strikes(crash, id)) {
            self.simulation
                .input(Input::Crash(victim, crash), &mut self.seen);
        }
    }

    /// The network between two servers is cut, or works again.
    pub fn network(&mut self, a: ServerId, b: ServerId, network: Network) {
        let ends = (End::Server(a), End::Server(b));
        for (from, to) in [ends, (ends.1, ends.0)] {
            let input = match network {
                Network::IsCut => Input::Cut(from, to),
                Network::WorksAgain => Input::Mend(from, to),
            };
            self.simulation.input(input, &mut self.seen);
        }
    }

    /// A server that died starts again, with what its my.cnf says.
    pub fn start(&mut self, id: ServerId) {
        self.simulation.out.counters[id] = Default::default();
        self.seen.times.forget(id);
        let semi_sync = self.seen.words.semi_sync;
        self.seen.machine_mut(id).reads_my_cnf(&semi_sync);
        for variable in self.configured(id) {
            self.simulation
                .input(Input::Set(id, variable), &mut self.seen);
        }
        self.simulation.input(Input::Restart(id), &mut self.seen);
    }

    /// A line for a server's my.cnf; it is read when the server starts.
    pub fn configure(&mut self, id: ServerId, name: &str, value: &str) -> Result<(), String> {
        let flavour = self.seen.flavour;
        self.seen.machine_mut(id).my_cnf.line(flavour, name, value)
    }

    /// What stands in every my.cnf is read, before anything has happened.
    pub fn read_all_my_cnf(&mut self) {
        for id in self.simulation.world.server_ids().collect::<Vec<_>>() {
            let semi_sync = self.seen.words.semi_sync;
            self.seen.machine_mut(id).reads_my_cnf(&semi_sync);
            for variable in self.configured(id) {
                self.simulation
                    .input(Input::Set(id, variable), &mut self.seen);
            }
        }
    }

    /// A dump of one server is loaded into a fresh one; the dump's coordinates.
    pub fn load_dump(&mut self, of: ServerId, into: ServerId) -> Result<(String, u64), String> {
        let world = &self.simulation.world;
        for id in [of, into] {
            if let Some(error) = self.cannot_connect(id) {
                return Err(error.printed());
            }
        }
        if world.server(into).history.end() > 0 {
            let name = &self.seen.machine(into).identity.name;
            return Err(format!(
                "{name} has transactions of its own; a dump is loaded into a server that has none (RESET MASTER makes it so)"
            ));
        }
        let store = self.seen.machine(of).store.clone();
        let source = world.server(of);
        let position = source.position(source.committed);
        let coordinates = self.seen.coordinates(of, position, world);
        let (last_seq, end) = (self.seen.machine(of).last_seq, source.committed);
        self.simulation
            .input(Input::LoadDump(into, of), &mut self.seen);
        let machine = self.seen.machine_mut(into);
        machine.loads(store, end);
        machine.slave_pos = last_seq;
        machine.counts_on_from(last_seq);
        Ok(coordinates)
    }
}
