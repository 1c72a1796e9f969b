//! One run, driven by hand: to the next moment, through faults of one's own, into forks.

use super::SAMPLE_EVERY;
use super::fork::crash_in_fork;
use crate::engine::{Moment, Simulation};
use crate::measure::ledger::Book;
use crate::measure::ledger::Bookkeeper;
use crate::measure::outcome::Ledger;
use crate::plan::Plan;
use crate::protocol::crash::Crash;
use crate::protocol::effect::Input;
use crate::protocol::exposure::ServerSet;
use crate::protocol::ids::{ServerId, Span};
use crate::protocol::partition::End;

/// Something that happens to a running cluster; servers by their names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happening<'a> {
    /// A server dies; with its host or site, so do the others there.
    Crash(&'a str, Crash),
    /// A server that died comes back with its disks.
    Restart(&'a str),
    /// `STOP SLAVE IO_THREAD`.
    StopIoThread(&'a str),
    /// `START SLAVE IO_THREAD`.
    StartIoThread(&'a str),
    /// `STOP SLAVE SQL_THREAD`.
    StopSqlThread(&'a str),
    /// `START SLAVE SQL_THREAD`.
    StartSqlThread(&'a str),
    /// Nothing that the first sends reaches the second.
    Cut(&'a str, &'a str),
    /// It does again.
    Mend(&'a str, &'a str),
}

/// There is no server of this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no server `{name}`, expected {known}")]
pub struct NoServer {
    /// What was asked for.
    pub name: String,
    /// The names that there are.
    pub known: String,
}

/// A run under way. The plan's own faults happen at their times; a clone is a fork, and both go on apart.
#[derive(Clone)]
pub struct Live<'plan> {
    plan: &'plan Plan,
    simulation: Simulation<'plan>,
    keeper: Bookkeeper,
}

impl<'plan> Live<'plan> {
    /// The run of this number and seed, at its beginning: the same as that of an experiment.
    pub fn new(plan: &'plan Plan, seed: u64, run: u64) -> Live<'plan> {
        let simulation = Simulation::new(plan, seed, run, SAMPLE_EVERY);
        let sessions = simulation.world.sessions.len();
        Live {
            plan,
            simulation,
            keeper: Bookkeeper(Book::new(plan.servers.len(), sessions)),
        }
    }

    /// The simulated time.
    pub fn now(&self) -> Span {
        self.simulation.now().since_start()
    }

    /// Goes on to the next moment at which anything happens, and says when that is; nothing where nothing more will.
    pub fn step(&mut self) -> Option<Span> {
        let at = self.simulation.next_at(&mut self.keeper)?;
        self.simulation.run_until(at, &mut self.keeper);
        Some(at.since_start())
    }

    /// Goes on until then.
    pub fn run_to(&mut self, at: Span) {
        self.simulation
            .run_until(Moment::after(at), &mut self.keeper);
    }

    /// Something happens now.
    ///
    /// # Errors
    ///
    /// A name that no server has; nothing happens then.
    pub fn happen(&mut self, what: Happening) -> Result<(), NoServer> {
        let server = |name: &str| self.server(name);
        let inputs = match what {
            Happening::Crash(name, crash) => {
                let dying = self.dying(server(name)?, crash);
                dying.iter().map(|id| Input::Crash(id, crash)).collect()
            }
            Happening::Restart(name) => vec![Input::Restart(server(name)?)],
            Happening::StopIoThread(name) => vec![Input::StopIoThread(server(name)?)],
            Happening::StartIoThread(name) => vec![Input::StartIoThread(server(name)?)],
            Happening::StopSqlThread(name) => vec![Input::StopSqlThread(server(name)?)],
            Happening::StartSqlThread(name) => vec![Input::StartSqlThread(server(name)?)],
            Happening::Cut(from, to) => {
                vec![Input::Cut(
                    End::Server(server(from)?),
                    End::Server(server(to)?),
                )]
            }
            Happening::Mend(from, to) => {
                vec![Input::Mend(
                    End::Server(server(from)?),
                    End::Server(server(to)?),
                )]
            }
        };
        for input in inputs {
            self.simulation.input(input, &mut self.keeper);
        }
        Ok(())
    }

    /// The server that serves writes, if one does.
    pub fn master(&self) -> Option<&'plan str> {
        let serving = self.simulation.world.serving?;
        Some(&self.plan.servers[usize::from(serving.0)].name)
    }

    /// Commits whose OK a client has read so far.
    pub fn acknowledged(&self) -> u64 {
        self.keeper.0.acknowledged()
    }

    /// What would become of the transactions if the serving master died so now: a fork fails over, and its dead come back.
    /// Nothing where nobody serves.
    pub fn if_the_master_died(&self, crash: Crash) -> Option<Ledger> {
        let master = self.simulation.world.serving?;
        let dying = self.dying(master, crash);
        let (running, book) = (&self.simulation, &self.keeper.0);
        Some(crash_in_fork(running, book, master, crash, dying))
    }

    /// Runs to the end of the plan's duration, until a failover under way is over and the dead have returned: what became
    /// of the transactions.
    pub fn finish(mut self) -> Ledger {
        self.simulation.run(&mut self.keeper);
        self.simulation.settle(&mut self.keeper);
        let first = self.plan.cluster.master;
        self.keeper.0.close(&self.simulation.world, first)
    }

    fn server(&self, name: &str) -> Result<ServerId, NoServer> {
        let mut servers = (0u8..).zip(&self.plan.servers);
        let found = servers.find(|(_, server)| server.name == name);
        found.map(|(id, _)| ServerId(id)).ok_or_else(|| {
            let known: Vec<&str> = self
                .plan
                .servers
                .iter()
                .map(|at| at.name.as_str())
                .collect();
            NoServer {
                name: name.to_owned(),
                known: known.join(", "),
            }
        })
    }

    /// Who dies with this server.
    fn dying(&self, id: ServerId, crash: Crash) -> ServerSet {
        let struck = self.plan.strikes(crash, id);
        self.plan.struck(&struck).into_iter().collect()
    }
}
