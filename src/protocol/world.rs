//! The whole cluster as one value, and its only door: `step`.

use super::client::{Commit, Phase, Reader, Session};
use super::counters::Counters;
use super::effect::{Committer, Effect, File, Input, Timer, Worker};
use super::fact::Fact;
use super::failover::Failover;
use super::guard::Keeping;
use super::ids::{ServerId, SessionId, Span};
use super::link::Link;
use super::partition::Cuts;
use super::rows::Rows;
use super::rules::Rules;
use super::server::Server;
use super::setup::{Guard, Manager, Setup, Shape};

/// What a step produces: effects and facts to handle, counters to keep.
#[derive(Clone, Debug, Default)]
pub struct Out {
    /// What the core asks for, in order. The driver empties it.
    pub effects: Vec<Effect>,
    /// Status counters by server; they only grow (until `RESET MASTER`).
    pub counters: Vec<Counters>,
}

impl Out {
    /// Room for the counters of so many servers.
    pub fn new(servers: usize) -> Out {
        Out {
            effects: Vec::with_capacity(64),
            counters: vec![Counters::default(); servers],
        }
    }

    pub(super) fn note(&mut self, fact: Fact) {
        self.effects.push(Effect::Note(fact));
    }

    pub(super) fn counters(&mut self, server: ServerId) -> &mut Counters {
        &mut self.counters[usize::from(server.0)]
    }
}

/// A cluster, its clients and its failover manager. Plain data: clone it to fork a run.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct World {
    /// What all its servers do as their flavour does.
    pub rules: Rules,
    /// Sizes.
    pub shape: Shape,
    /// Servers by id.
    pub servers: Vec<Server>,
    /// Replication links by the replica's id.
    pub links: Vec<Link>,
    /// Client sessions: one connection of each client, then spare ones for clients that have to leave one behind.
    pub sessions: Vec<Session>,
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
}

impl World {
    /// A cluster at rest: all servers up, nothing connected yet. `start` connects it.
    pub fn new(setup: &Setup) -> World {
        let servers = setup.servers.iter().zip(0u8..);
        let rules = setup.flavour.rules();
        World {
            rules,
            shape: setup.shape.clone(),
            servers: servers
                .map(|(server, id)| Server::new(ServerId(id), rules, server))
                .collect(),
            links: setup.servers.iter().map(|_| Link::default()).collect(),
            clients: setup.sessions,
            client_places: setup.client_places,
            cuts: Cuts::none(setup.servers.len(), setup.client_places),
            sessions: (0..setup.sessions + setup.spare_sessions)
                .map(|_| Session {
                    server: setup.master,
                    commit: Commit::default(),
                    requests_done: 0,
                    rows: Rows::default(),
                    rows_wanted: 0,
                    rows_locked: 0,
                    answer: None,
                    awaited: false,
                    request_is_stuck: false,
                })
                .collect(),
            readers: vec![Reader::default(); usize::from(setup.readers)],
            serving: Some(setup.master),
            manager: setup.manager.clone(),
            failover: Failover::Watching,
            guard: setup.guard,
            keeping: Keeping::Open,
            clocks: setup
                .servers
                .iter()
                .any(|server| server.variables.workers > 1),
            setting_read_only: false,
        }
    }

    /// Connects every replica that has an upstream, and starts the servers' background threads.
    pub fn start(&mut self, out: &mut Out) {
        if let Some(master) = self.serving {
            self.server_mut(master).was_master = true;
        }
        for id in self.server_ids() {
            self.start_background(id, out);
            if self.server(id).replica.upstream.is_some() {
                self.start_io_thread(id, out);
                self.server_mut(id).replica.sql_running = true;
            }
        }
    }

    /// Handles one input; what follows from it is appended to `out`.
    pub fn step(&mut self, input: Input, out: &mut Out) {
        match input {
            Input::Writes(session, rows) => self.sessions[usize::from(session.0)].writes(rows),
            Input::Request(session) => self.request(session, out),
            Input::Answered(session) => self.answered(session, out),
            Input::ClientTimeout(session) => self.client_timeout(session, out),
            Input::Reconnect(session) => self.reconnect(session),
            Input::Read(reader, server) => self.read(reader, server),
            Input::ReadAnswered(reader) => self.read_answered(reader, out),
            Input::Worked(worker) => self.worked(worker, out),
            Input::Synced(server, File::Redo) => self.redo_synced(server, out),
            Input::Synced(server, File::Binlog) => self.binlog_synced(server, out),
            Input::Synced(server, File::RelayLog) => self.relay_log_synced(server, out),
            Input::Departed(lane) => self.departed(lane, out),
            Input::Arrived(lane) => self.arrived(lane, out),
            Input::Fired(timer) => self.fired(timer, out),
            Input::Writeback(server) => self.wrote_back(server),
            Input::Crash(server, crash) => self.crash(server, crash, out),
            Input::Restart(server) => self.restart(server, out),
            Input::Destroy(server) => self.destroy(server),
            Input::Cut(from, to) => self.cut(from, to, out),
            Input::Mend(from, to) => self.mend(from, to, out),
            Input::Stuck(lane) => self.lane_is_stuck(lane, out),
            Input::StopIoThread(server) => self.stop_io_thread(server, out),
            Input::StartIoThread(server) => self.start_io_thread(server, out),
            Input::StopSqlThread(server) => self.server_mut(server).replica.sql_running = false,
            Input::StartSqlThread(server) => self.start_sql_thread(server, out),
            Input::ApplyFails(server, worker) => self.apply_fails(server, worker, out),
            Input::EndStatement(session, outcome) => self.end_statement(session, outcome, out),
            Input::Login(session, server) => self.login(session, server),
            Input::ChangeMaster(id, upstream, from) => self.change_master(id, upstream, from),
            Input::ResetSlave(server, all) => self.reset_slave(server, all),
            Input::ResetMaster(server) => self.reset_master(server, out),
            Input::LoadDump(into, of) => self.load_dump(into, of),
            Input::Set(server, variable) => self.set_global(server, variable, out),
            Input::Kill(session) => self.kill(session, out),
            Input::KillDump(replica) => self.kill_dump(replica, out),
        }
        if self.guard.is_some() {
            self.keep_writes(out);
        }
        if self.setting_read_only {
            self.settings_of_read_only(out);
        }
    }

    fn worked(&mut self, worker: Worker, out: &mut Out) {
        match worker {
            Worker::Session(id) => self.committer_worked(Committer::Session(id), out),
            Worker::Applier(server, worker) => {
                self.committer_worked(Committer::Applier(server, worker), out)
            }
            Worker::Io(server) => self.io_worked(server, out),
            Worker::Dump(replica) => self.dump_worked(replica, out),
            Worker::AckReceiver(server) => self.acks_handled(server, out),
        }
    }

    fn committer_worked(&mut self, who: Committer, out: &mut Out) {
        match (self.commit(who).phase, who) {
            (Phase::Execute, Committer::Session(id)) => self.statement_done(id, out),
            (Phase::Execute, Committer::Applier(server, worker)) => {
                self.executed(server, worker, out)
            }
            (Phase::Prepare, _) => self.prepared(who, out),
            (Phase::Turn, Committer::Applier(server, _)) => self.enter_commit(server, who, out),
            (Phase::Reply, Committer::Session(id)) => self.reply(id, out),
            (Phase::Reply, Committer::Applier(server, worker)) => self.applied(server, worker, out),
            _ => self.leader_worked(who, out),
        }
    }

    fn fired(&mut self, timer: Timer, out: &mut Out) {
        match timer {
            Timer::SemiSyncWait(who) => self.semi_sync_timed_out(who, out),
            Timer::GroupDelay(server) => self.group_delay_over(server, out),
            Timer::Connect(replica) => self.connect(replica, out),
            Timer::NetTimeout(replica) => self.io_thread_hears_nothing(replica, out),
            Timer::RedoBackground(server) => self.redo_background(server, out),
            Timer::Detect { .. } => self.master_found_dead(out),
            Timer::Compare => self.nobody_is_leaving(out),
            Timer::Promote => self.promote(out),
            Timer::Repoint(replica) => self.repoint(replica, out),
            Timer::CatchUp => self.candidate_did_not_catch_up(out),
            Timer::NoReplica => self.no_replica_is_left(out),
            Timer::Heartbeat(replica) => self.heartbeat_to_nobody(replica, out),
            Timer::Fence(id) => self.fences_itself(id, out),
        }
    }

    /// Every server's id.
    pub fn server_ids(&self) -> impl Iterator<Item = ServerId> + use<> {
        (0..self.servers.len() as u8).map(ServerId)
    }

    /// A server.
    pub fn server(&self, id: ServerId) -> &Server {
        &self.servers[usize::from(id.0)]
    }

    pub(super) fn server_mut(&mut self, id: ServerId) -> &mut Server {
        &mut self.servers[usize::from(id.0)]
    }

    /// The replication link of a replica.
    pub fn link(&self, replica: ServerId) -> &Link {
        &self.links[usize::from(replica.0)]
    }

    pub(super) fn link_mut(&mut self, replica: ServerId) -> &mut Link {
        &mut self.links[usize::from(replica.0)]
    }

    /// The transaction that a thread commits.
    pub fn commit(&self, who: Committer) -> Commit {
        match who {
            Committer::Session(SessionId(id)) => self.sessions[usize::from(id)].commit,
            Committer::Applier(server, worker) => {
                self.server(server).replica.workers[usize::from(worker)].commit
            }
        }
    }

    pub(super) fn commit_mut(&mut self, who: Committer) -> &mut Commit {
        match who {
            Committer::Session(SessionId(id)) => &mut self.sessions[usize::from(id)].commit,
            Committer::Applier(server, worker) => {
                &mut self.server_mut(server).replica.workers[usize::from(worker)].commit
            }
        }
    }

    /// The server on which a thread commits.
    pub fn server_of(&self, who: Committer) -> ServerId {
        match who {
            Committer::Session(SessionId(id)) => self.sessions[usize::from(id)].server,
            Committer::Applier(server, _) => server,
        }
    }

    pub(super) fn start_background(&mut self, id: ServerId, out: &mut Out) {
        if self.server(id).depends_on_background_flush() {
            out.effects
                .push(Effect::Arm(Timer::RedoBackground(id), Span::seconds(1)));
        }
    }
}
