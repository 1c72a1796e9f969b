//! What a lab sees of its cluster: it gives transactions their contents and keeps every server's tables.

use super::connection::Connection;
use super::machine::Machine;
use crate::engine::{Decider, Gauges, Moment, Observer, Submission, Verdict};
use crate::lesson::binlog::Transaction;
use crate::lesson::vocabulary::Vocabulary;
use crate::lesson::vocabulary::semi_sync::{Half, Plugin};
use crate::measure::status::SemiSyncTimes;
use crate::observe::story::Teller;
use crate::protocol::by_id::ById;
use crate::protocol::commit::Committer;
use crate::protocol::effect::{Input, LaneId};
use crate::protocol::fact::{Fact, Outcome};
use crate::protocol::flavour::Flavour;
use crate::protocol::flavour_rules::{Gtids, Rules};
use crate::protocol::ids::{Gtid, ServerId, SessionId};
use crate::protocol::world::World;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

pub use super::stop::StopAt;

/// Everything that a lab sees.
pub struct Seen {
    /// The servers' flavour.
    pub flavour: Flavour,
    /// What they do.
    pub rules: Rules,
    /// What they say.
    pub words: Vocabulary,
    /// Simulated time 0 on the servers' clocks, s since 1970.
    pub epoch: u64,
    /// The servers.
    pub machines: ById<ServerId, Machine>,
    /// The connections, by session.
    pub connections: ById<SessionId, Connection>,
    /// Contents of every transaction.
    pub transactions: HashMap<Gtid, Rc<Transaction>>,
    /// Sequence numbers of GTIDs (MariaDB).
    pub seq: HashMap<Gtid, u64>,
    /// Transactions that were executed before GTIDs were switched on (MySQL).
    pub anonymous: HashSet<Gtid>,
    /// Times of semi-sync waits.
    pub times: SemiSyncTimes,
    /// Everything that happened, for pictures.
    pub teller: Teller,
    /// Stop when this happens; then it is `None`.
    pub stop_at: Option<StopAt>,
    /// Stop when a session has its answer.
    pub stop_at_answer: bool,
    /// It happened.
    pub stopped: bool,
    /// An answer came.
    pub answered: bool,
    /// Something happened that a statement may wait for.
    pub poll: bool,
    /// Statements wait for what happens.
    pub waits: bool,
    /// Lag of each replica over time: moment, server, transactions behind.
    pub lags: Vec<(Moment, Vec<u64>)>,
}

impl Seen {
    /// A server.
    pub fn machine(&self, id: ServerId) -> &Machine {
        &self.machines[id]
    }

    /// A server.
    pub fn machine_mut(&mut self, id: ServerId) -> &mut Machine {
        &mut self.machines[id]
    }

    /// A half of semi-sync, if a server has it.
    pub fn semi_sync(&self, id: ServerId, half: Half) -> Option<&'static Plugin> {
        self.words.semi_sync.of(half, &self.machine(id).plugins)
    }

    /// A moment on the servers' clocks, s.
    pub fn seconds(&self, now: Moment) -> u64 {
        self.epoch + now.since_start().whole_seconds()
    }

    /// How long a server has been up, s.
    pub fn uptime(&self, now: Moment, id: ServerId) -> u64 {
        now.since(self.machine(id).started).0 / 1_000_000_000
    }

    fn logged(&mut self, id: ServerId, gtid: Gtid, session: Option<SessionId>) {
        if let Some(session) = session {
            let running = self.connections[session].running.as_mut();
            if let Some(running) = running
                && let Some(transaction) = running.transaction.take()
            {
                let edits = running.executed.edits.clone();
                self.transactions.insert(gtid, Rc::new(transaction));
                self.machine_mut(id).executed(gtid, edits);
            }
            if self.rules.gtids == Gtids::Sets {
                if !self.machine(id).identity.gtid_mode {
                    self.anonymous.insert(gtid);
                }
                return;
            }
            // MariaDB numbers all servers' transactions of a domain in one sequence.
            let next = self.machine(id).last_seq.map_or(1, |(_, seq)| seq + 1);
            self.seq.insert(gtid, next);
        }
        let seq = self.seq.get(&gtid).copied().unwrap_or(gtid.number);
        let machine = self.machine_mut(id);
        machine.counts_on_from(Some((gtid.origin.server, seq)));
    }

    fn visible(&mut self, id: ServerId, index: u64, world: &World) {
        let history = &world.server(id).history;
        let from = self.machine(id).committed_below();
        for gtid in (from..index).filter_map(|at| history.get(at)) {
            if gtid.origin.server == id {
                continue;
            }
            let is_dml = self
                .transactions
                .get(&gtid)
                .is_none_or(|known| known.is_dml);
            let seq = self.seq.get(&gtid).copied().unwrap_or(gtid.number);
            let machine = self.machine_mut(id);
            machine.slave_pos = Some((gtid.origin.server, seq));
            machine.counts_on_from(machine.slave_pos);
            let groups = &mut machine.applied_groups;
            match is_dml {
                true => groups.1 += 1,
                false => groups.0 += 1,
            }
        }
        self.machine_mut(id).committed(index, |at| history.get(at));
    }

    /// Recovery is done: tables, connections, relay logs.
    fn restarted(&mut self, now: Moment, id: ServerId, world: &World) {
        let server = world.server(id);
        let (rows, end) = (server.rows(), server.history.end());
        let history: Vec<Gtid> = (0..end).filter_map(|at| server.history.get(at)).collect();
        let recovers = server.variables.relay_log_recovery;
        if recovers {
            self.machine_mut(id).relay.since = server.replica.relay.end();
        }
        let own = self.relay_head(id, world);
        let machine = self.machine_mut(id);
        machine.recovered(end, |gtid| rows.contains(gtid), history);
        machine.started = now;
        machine.progress.begins_anew();
        if machine.upstream.is_some() {
            // A new relay log file; nothing has closed the last one.
            machine
                .relay
                .begin(own, Vec::new(), server.replica.relay.end(), 0);
            if recovers {
                machine.relay.recovers();
            }
        }
        for (session, connection) in self.connections.ids().zip(&mut self.connections) {
            let hangs = connection.running.is_some() || connection.said.is_some();
            if world.sessions[session].server == id && !hangs {
                *connection = Connection::default();
            }
        }
    }

    /// Where the SQL thread stands decides which relay logs are left.
    fn sql_thread_reads(&mut self, id: ServerId, world: &World) {
        let applied = world.server(id).replica.applied;
        self.machine_mut(id).relay.applied(applied);
    }

    fn connected(&mut self, now: Moment, id: ServerId, yes: bool, world: &World) {
        let server = world.server(id);
        if !yes {
            return self.until_was_reached(id, world);
        }
        if server.replica.upstream.is_none() {
            return;
        }
        let machine = self.machine_mut(id);
        machine.io_trouble = Default::default();
        machine.io_connected = (machine.io_connected.0 + 1, now);
        self.begin_relay_log(id, world);
        if let Some(upstream) = server.replica.upstream {
            let of = self.machine(upstream).identity.clone();
            let machine = self.machine_mut(id);
            if let Some(known) = &mut machine.upstream {
                known.server_id = of.server_id;
                known.uuid = of.uuid;
            }
        }
    }
}

impl Observer for Seen {
    #[expect(clippy::wildcard_enum_match_arm, reason = "a fold counts only these")]
    fn note(&mut self, now: Moment, fact: &Fact, world: &World) {
        self.poll |= self.waits;
        self.times.note(now, fact, world);
        self.teller.note(now, fact, world);
        if self.stop_at.is_some() && self.stop_at == StopAt::of(fact) {
            (self.stop_at, self.stopped) = (None, true);
        }
        match *fact {
            Fact::Logged {
                server,
                gtid,
                session,
                ..
            } => {
                self.machine_mut(server).progress.logged.insert(gtid, now);
                self.logged(server, gtid, session);
            }
            Fact::Group { server, size } if size > 1 => {
                let history = &world.server(server).history;
                let last = history.end();
                let group: Vec<Gtid> = (last - u64::from(size).min(last)..last)
                    .filter_map(|at| history.get(at))
                    .collect();
                self.machine_mut(server).grouped.extend(group);
            }
            Fact::Visible { server, index } => {
                self.visible(server, index, world);
                self.sql_thread_reads(server, world);
            }
            Fact::ApplyFailed { replica } => self.sql_thread_reads(replica, world),
            Fact::Received { replica, index } => {
                self.received(replica, index, world);
                let relay = &world.server(replica).replica.relay;
                let last = relay.end().checked_sub(1).and_then(|at| relay.get(at));
                self.machine_mut(replica).progress.queued = last.map(|gtid| (gtid, now));
            }
            Fact::Connected { replica, yes } => self.connected(now, replica, yes, world),
            Fact::Fatal1236 { replica } => self.refused_at_connect(now, replica, world),
            Fact::Restarted { server } => self.restarted(now, server, world),
            _ => {}
        }
    }

    fn answered(
        &mut self,
        now: Moment,
        start: Moment,
        session: SessionId,
        outcome: Outcome,
        gtid: Option<Gtid>,
    ) {
        self.teller.answered(now, start, session, outcome, gtid);
        let connection = &mut self.connections[session];
        connection.answer = Some((outcome, now));
        connection.since = now;
        self.answered = true;
    }

    fn submitted(&mut self, now: Moment, session: SessionId, submission: Submission) {
        self.teller.submitted(now, session, submission);
    }

    fn sample(&mut self, now: Moment, world: &World, _: &Gauges) {
        let lags = world.servers.iter().map(|server| {
            let relay = &server.replica;
            let upstream = relay.upstream.map(|id| world.server(id).history.end());
            upstream.map_or(0, |end| {
                end.saturating_sub(relay.read_position.index) + (relay.relay.end() - relay.applied)
            })
        });
        let lags: Vec<u64> = lags.collect();
        if self.lags.last().is_none_or(|last| last.1 != lags) {
            self.lags.push((now, lags));
        }
    }

    fn lost(&mut self, now: Moment, lane: LaneId, arrivals: &[Option<Moment>]) {
        self.teller.lost(now, lane, arrivals);
    }

    fn input(&mut self, now: Moment, input: Input, world: &World) {
        self.teller.input(now, input, world);
        let fsync = matches!(
            input,
            Input::Synced(_, crate::protocol::effect::File::Binlog)
        );
        if fsync && self.stop_at == Some(StopAt::Fsync) {
            (self.stop_at, self.stopped) = (None, true);
        }
    }

    fn stepped(&mut self, now: Moment, input: Input, world: &World) {
        self.teller.stepped(now, input, world);
        self.watch_workers(now, world);
    }
}

impl Decider for Seen {
    fn judge(&mut self, now: Moment, who: Committer, world: &World) -> Verdict {
        match who {
            Committer::Session(id) => self.judge_statement(now, id, world),
            Committer::Applier(id, worker) => {
                let replica = &world.server(id).replica;
                let index = replica.workers[usize::from(worker)].index;
                match replica.relay.get(index) {
                    Some(gtid) => self.judge_replicated(now, (id, worker), (index, gtid), world),
                    None => Verdict::Fits,
                }
            }
        }
    }

    fn has_seen_enough(&self) -> bool {
        self.stopped || (self.stop_at_answer && (self.answered || self.poll))
    }
}
