//! The whole cluster as one value, and what a step of it produces.

use super::by_id::ById;
use super::client::{Reader, Session};
use super::commit::{Commit, Committer};
use super::counters::Counters;
use super::effect::Effect;
use super::fact::Fact;
use super::failover::Failover;
use super::guard::Keeping;
use super::ids::{ServerId, SessionId};
use super::link::Link;
use super::partition::Cuts;
use super::rename::Rename;
use super::server::Server;
use super::setup::{Guard, Manager, Shape};

/// What a step produces: effects and facts to handle, counters to keep.
#[derive(Clone, Debug, Default)]
pub struct Out {
    /// What the core asks for, in order. The driver empties it.
    pub effects: Vec<Effect>,
    /// Status counters by server; they only grow (until `RESET MASTER`).
    pub counters: ById<ServerId, Counters>,
}

impl Out {
    /// Room for the counters of so many servers.
    pub fn new(servers: usize) -> Out {
        Out {
            effects: Vec::with_capacity(64),
            counters: vec![Counters::default(); servers].into(),
        }
    }

    pub(in crate::protocol) fn note(&mut self, fact: Fact) {
        self.effects.push(Effect::Note(fact));
    }

    pub(in crate::protocol) fn counters(&mut self, server: ServerId) -> &mut Counters {
        &mut self.counters[server]
    }
}

/// A cluster, its clients and its failover manager. Plain data: clone it to fork a run.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct World {
    /// Sizes.
    pub shape: Shape,
    /// Servers by id.
    pub servers: ById<ServerId, Server>,
    /// Replication links by the replica's id.
    pub links: ById<ServerId, Link>,
    /// Client sessions: one connection of each client, then spare ones for clients that have to leave one behind.
    pub sessions: ById<SessionId, Session>,
    /// Number of clients, and of the places where they stand, in turn.
    pub clients: u16,
    /// See `clients`.
    pub client_places: u8,
    /// Who cannot send to whom.
    pub cuts: Cuts,
    /// Readers.
    pub readers: Vec<Reader>,
    /// Where clients write; nobody while no master is known.
    pub serving: Option<ServerId>,
    /// The manager's policy.
    pub manager: Option<Manager>,
    /// What the manager is doing.
    pub failover: Failover,
    /// The guard.
    pub guard: Option<Guard>,
    /// What it has done.
    pub keeping: Keeping,
    /// Some replica applies in parallel: sources write logical clocks.
    pub clocks: bool,
    /// `SET read_only` hangs on some server.
    pub setting_read_only: bool,
    /// `FLUSH` waits for commits on some server.
    pub commit_locks: bool,
}

impl World {
    /// Every server's id.
    pub fn server_ids(&self) -> impl Iterator<Item = ServerId> + use<> {
        self.servers.ids()
    }

    /// A server.
    pub fn server(&self, id: ServerId) -> &Server {
        &self.servers[id]
    }

    pub(in crate::protocol) fn server_mut(&mut self, id: ServerId) -> &mut Server {
        &mut self.servers[id]
    }

    /// The replication link of a replica.
    pub fn link(&self, replica: ServerId) -> &Link {
        &self.links[replica]
    }

    pub(in crate::protocol) fn link_mut(&mut self, replica: ServerId) -> &mut Link {
        &mut self.links[replica]
    }

    /// The transaction that a thread commits.
    pub fn commit(&self, who: Committer) -> Commit {
        match who {
            Committer::Session(id) => self.sessions[id].commit,
            Committer::Applier(server, worker) => {
                self.server(server).replica.workers[usize::from(worker)].commit
            }
        }
    }

    pub(in crate::protocol) fn commit_mut(&mut self, who: Committer) -> &mut Commit {
        match who {
            Committer::Session(id) => &mut self.sessions[id].commit,
            Committer::Applier(server, worker) => {
                &mut self.server_mut(server).replica.workers[usize::from(worker)].commit
            }
        }
    }

    /// The server on which a thread commits.
    pub fn server_of(&self, who: Committer) -> ServerId {
        match who {
            Committer::Session(id) => self.sessions[id].server,
            Committer::Applier(server, _) => server,
        }
    }
}

/// What stands at a server's number moves to its new one.
fn reorder<T: Clone>(list: &mut [T], to: &[ServerId]) {
    let old = list.to_vec();
    for (one, new) in old.into_iter().zip(to) {
        list[usize::from(new.0)] = one;
    }
}

impl Rename for World {
    fn rename(&mut self, to: &[ServerId]) {
        let World {
            shape: _,
            servers,
            links,
            sessions,
            clients: _,
            client_places: _,
            cuts,
            readers,
            serving,
            manager,
            failover,
            guard: _,
            keeping: _,
            clocks: _,
            setting_read_only: _,
            commit_locks: _,
        } = self;
        reorder(servers, to);
        reorder(links, to);
        servers.rename(to);
        links.rename(to);
        sessions.rename(to);
        readers.rename(to);
        serving.rename(to);
        failover.rename(to);
        cuts.rename(to);
        if let Some(manager) = manager {
            manager.prefer.rename(to);
        }
    }
}
