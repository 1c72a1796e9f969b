//! Who has a line in a diagram: clients, servers or their threads, the manager.

use crate::plan::Plan;
use crate::protocol::ids::{ServerId, SessionId};

/// A server's threads that a diagram may tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Thread {
    /// Sessions of clients: execution and commit.
    Session,
    /// Dump threads.
    Dump,
    /// The thread that handles acknowledgements.
    AckReceiver,
    /// The IO thread.
    Io,
    /// The SQL thread.
    Sql,
}

/// Threads of one server.
const THREADS: [Thread; 5] = [
    Thread::Session,
    Thread::Dump,
    Thread::AckReceiver,
    Thread::Io,
    Thread::Sql,
];

/// The lines of a diagram, and who is connected to whom.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// Number of clients; they come first.
    pub clients: usize,
    servers: usize,
    threads: bool,
    upstream: Vec<Option<ServerId>>,
    homes: Vec<ServerId>,
}

impl Places {
    /// One line per client and per server of a plan, as a run begins.
    pub fn of_servers(plan: &Plan) -> Places {
        Places {
            clients: usize::from(plan.cluster.sessions),
            servers: plan.servers.len(),
            ..Places::default()
        }
    }

    /// One line per client and per thread; who replicates from whom, and where each session is connected.
    pub fn of_threads(
        plan: &Plan,
        upstream: Vec<Option<ServerId>>,
        homes: Vec<ServerId>,
    ) -> Places {
        Places {
            threads: true,
            upstream,
            homes,
            ..Places::of_servers(plan)
        }
    }

    /// The line of a server's thread.
    pub fn of(&self, id: ServerId, thread: Thread) -> usize {
        match self.threads {
            true => self.clients + usize::from(id.0) * THREADS.len() + thread as usize,
            false => self.clients + usize::from(id.0),
        }
    }

    /// The line of the manager.
    pub fn manager(&self) -> usize {
        let each = if self.threads { THREADS.len() } else { 1 };
        self.clients + self.servers * each
    }

    /// Whom a server replicates from, if the diagram knows it.
    pub fn upstream_of(&self, id: ServerId) -> Option<ServerId> {
        self.upstream.get(usize::from(id.0)).copied().flatten()
    }

    /// Where a session is connected, if the diagram knows it.
    pub fn home_of(&self, session: SessionId) -> Option<ServerId> {
        self.homes.get(usize::from(session.0)).copied()
    }

    /// What stands above each line.
    pub fn names(&self, plan: &Plan) -> Vec<String> {
        let first =
            |id: usize| self.homes.get(id) != id.checked_sub(1).and_then(|id| self.homes.get(id));
        let client = |id: usize| match self.homes.get(id) {
            // The first connection to a server is the one at which somebody sits.
            Some(home) if first(id) && *home == plan.cluster.master => "client".to_owned(),
            Some(home) if first(id) => {
                format!("client of {}", plan.servers[usize::from(home.0)].name)
            }
            _ => format!("client-{}", id + 1),
        };
        let mut names: Vec<String> = (0..self.clients).map(client).collect();
        for server in &plan.servers {
            if !self.threads {
                names.push(server.name.clone());
                continue;
            }
            names.extend(THREADS.iter().map(|thread| match thread {
                Thread::Session => server.name.clone(),
                Thread::Dump => format!("{} dump", server.name),
                Thread::AckReceiver => format!("{} acks", server.name),
                Thread::Io => format!("{} IO", server.name),
                Thread::Sql => format!("{} SQL", server.name),
            }));
        }
        names.push("manager".to_owned());
        names
    }
}
