//! What servers do for client sessions and readers.

use crate::protocol::state::client::Answer;
use crate::protocol::state::commit::{Commit, Committer, Phase};
use crate::protocol::state::commit_lock::CommitLock;
use crate::protocol::state::crash::Crash;
use crate::protocol::state::effect::{Effect, Step, Timer, Worker};
use crate::protocol::state::fact::{Fact, Outcome};
use crate::protocol::state::guard::Keeping;
use crate::protocol::state::ids::{ServerId, SessionId};
use crate::protocol::state::partition::End;
use crate::protocol::state::server::{Life, Stopping};
use crate::protocol::state::world::{Out, World};

impl World {
    /// Requests of one transaction: one with autocommit, else BEGIN, statements, COMMIT.
    pub fn requests_per_transaction(&self) -> u32 {
        if self.shape.statements <= 1 {
            1
        } else {
            self.shape.statements + 2
        }
    }

    pub(super) fn request(&mut self, id: SessionId, out: &mut Out) {
        let place = self.place_of(id);
        let session = &mut self.sessions[id];
        session.awaited = true;
        let server = &self.servers[session.server];
        let starts = session.commit.phase == Phase::Idle;
        if starts {
            session.commit = Commit::default(); // whatever comes of it, it is another transaction than the last
        }
        if !self.cuts.carries(place, End::Server(server.id)) {
            session.request_is_stuck = true;
            return out.effects.push(Effect::StickClient(id));
        }
        if matches!(server.life, Life::Absent | Life::Silent | Life::Destroyed) {
            return; // nobody answers: the client's own time-out ends it
        }
        if session.commit.phase == Phase::Broken {
            session.commit = Commit::default();
            return self.answer(id, Answer::Final(Outcome::Error), out); // 2013
        }
        if server.life == Life::Dead || server.stopping != Stopping::No {
            session.commit = Commit::default();
            return self.answer(id, Answer::Final(Outcome::Refused), out); // 2003
        }
        if starts {
            if server.refuses_writes(session.has_super) {
                return self.answer(id, Answer::Final(Outcome::Refused), out); // 1290
            }
            let guard = self.keeping == Keeping::Setting && self.serving == Some(session.server);
            let locked = server.commit_lock != CommitLock::Free;
            if guard || server.setting_read_only || locked {
                session.commit.phase = Phase::Held;
                return;
            }
            session.requests_done = 0;
            session.commit = Commit {
                phase: Phase::Execute,
                ..Commit::default()
            };
        }
        let last = self.requests_per_transaction() - 1;
        let session = &mut self.sessions[id];
        let done = session.requests_done;
        let (phase, step, amount) = if last > 0 && done == last {
            (Phase::Prepare, Step::Prepare, 1)
        } else {
            let is_begin = last > 0 && done == 0;
            (
                Phase::Execute,
                Step::Statement,
                if is_begin {
                    0
                } else {
                    self.shape.rows_per_statement
                },
            )
        };
        if phase == Phase::Execute && amount > 0 {
            let begin = u32::from(last > 0);
            return self.start_statement(id, done - begin, out);
        }
        session.commit.phase = phase;
        let server = session.server;
        out.effects.push(Effect::Work {
            worker: Worker::Session(id),
            server,
            step,
            amount,
        });
    }

    /// A session's statement was executed: the next request, or the commit.
    pub(super) fn statement_done(&mut self, id: SessionId, out: &mut Out) {
        let requests = self.requests_per_transaction();
        let session = &mut self.sessions[id];
        session.requests_done += 1;
        if session.requests_done >= requests {
            return self.prepared(Committer::Session(id), out);
        }
        session.commit.phase = Phase::BetweenStatements;
        // A thread notices that its client is gone when it has nothing more to execute.
        if !session.awaited || matches!(session.answer, Some(Answer::Final(_))) {
            return self.roll_back(id, out);
        }
        self.answer(id, Answer::Statement, out);
    }

    /// A transaction ends before its COMMIT.
    fn roll_back(&mut self, id: SessionId, out: &mut Out) {
        let session = &mut self.sessions[id];
        session.commit = Commit::default();
        let server = session.server;
        self.unlock_rows(server, id, out);
    }

    /// The session's thread is done with its commit: OK.
    pub(super) fn reply(&mut self, id: SessionId, out: &mut Out) {
        self.sessions[id].commit.phase = Phase::Idle;
        self.answer(id, Answer::Final(Outcome::Ok), out);
    }

    pub(super) fn answer(&mut self, id: SessionId, answer: Answer, out: &mut Out) {
        let session = &mut self.sessions[id];
        // Not for a client that gave up, or one whose connection was closed.
        if !session.awaited || matches!(session.answer, Some(Answer::Final(_))) {
            return;
        }
        session.answer = Some(answer);
        session.request_is_stuck = false;
        let server = End::Server(session.server);
        out.effects.push(Effect::Answer(id));
        if !self.cuts.carries(server, self.place_of(id)) {
            out.effects.push(Effect::StickClient(id));
        }
    }

    pub(super) fn answered(&mut self, id: SessionId, out: &mut Out) {
        let session = &mut self.sessions[id];
        let Some(answer) = session.answer.take() else {
            return;
        };
        session.awaited = false;
        if let Answer::Final(outcome) = answer {
            let gtid = session.commit.gtid;
            if !session.is_busy() {
                // The next transaction has no GTID until it is in the binlog.
                session.commit.gtid = None;
            }
            out.note(Fact::Answered {
                session: id,
                outcome,
                gtid,
            });
        }
    }

    pub(super) fn client_timeout(&mut self, id: SessionId, out: &mut Out) {
        let session = &mut self.sessions[id];
        if !session.awaited {
            return;
        }
        session.awaited = false;
        session.request_is_stuck = false;
        if session.answer.take().is_some() {
            out.effects.push(Effect::LoseAnswer(id));
        }
        out.note(Fact::Answered {
            session: id,
            outcome: Outcome::Unknown,
            gtid: session.commit.gtid,
        });
        // A transaction that the client abandons before COMMIT is rolled back; one in the pipeline goes on.
        if session.is_between_statements() {
            self.roll_back(id, out);
        }
    }

    /// Where this session's client would connect to: the serving master, else what it takes for one.
    pub fn master_for(&self, id: SessionId) -> Option<ServerId> {
        let place = self.place_of(id);
        if let Some(serving) = self.serving.filter(|&id| self.answers_to(place, id)) {
            return Some(serving);
        }
        // Whoever stands on the same side of a cut has not heard of another master.
        let old = self.sessions[id].server;
        let serves = self.server(old).accepts_writes() && self.answers_to(place, old);
        serves.then_some(old)
    }

    pub(super) fn reconnect(&mut self, id: SessionId) {
        if let Some(master) = self.master_for(id) {
            let session = &mut self.sessions[id];
            session.server = master;
            session.commit = Commit::default();
        }
    }

    /// The connections of a server's clients are closed: what was not committed is rolled back, what is in the commit pipeline
    /// goes on.
    pub(super) fn close_clients(&mut self, server: ServerId, out: &mut Out) {
        for id in self.sessions.ids() {
            let session = &self.sessions[id];
            if session.server != server {
                continue;
            }
            if session.is_between_statements() {
                let awaited = session.awaited;
                self.roll_back(id, out);
                if !awaited {
                    // Its client learns it with the next statement.
                    self.sessions[id].commit.phase = Phase::Broken;
                }
            }
            self.answer(id, Answer::Final(Outcome::Error), out);
        }
    }

    /// What a crash of its server means for this session (architecture.md, "Crash kinds").
    pub(super) fn session_loses_server(&mut self, id: SessionId, crash: Crash, out: &mut Out) {
        let server = End::Server(self.sessions[id].server);
        // An answer behind a cut is still in the socket buffer.
        let stuck = !self.cuts.carries(server, self.place_of(id));
        let lost = !crash.keeps_wire() || (stuck && !crash.keeps_socket_buffers());
        let session = &mut self.sessions[id];
        session.keeps_rows = false;
        if session.is_busy() {
            out.effects.push(Effect::Abandon(Worker::Session(id)));
            out.effects
                .push(Effect::Disarm(Timer::SemiSyncWait(Committer::Session(id))));
        }
        session.commit.phase = if session.is_between_statements() && !session.awaited {
            Phase::Broken
        } else {
            Phase::Idle
        };
        if session.answer.is_some() {
            // An OK already sent arrives, unless the wire went too; statement answers are worth nothing now.
            if lost {
                session.answer = None;
                out.effects.push(Effect::LoseAnswer(id));
            } else if session.answer == Some(Answer::Statement) {
                session.answer = Some(Answer::Final(Outcome::Error));
            }
        } else if crash.is_clean() {
            self.answer(id, Answer::Final(Outcome::Error), out);
        }
    }

    pub(super) fn read(&mut self, reader: u16, server: ServerId) {
        let state = self.server(server);
        if state.is_up() {
            self.readers[usize::from(reader)].answer = Some((server, state.committed));
        }
    }

    pub(super) fn read_answered(&mut self, reader: u16, out: &mut Out) {
        if let Some((server, index)) = self.readers[usize::from(reader)].answer.take() {
            out.note(Fact::WasRead { server, index });
        }
    }

    /// Whether an input is a request that the engine should hold back: the session is still at work on the server.
    pub fn can_submit(&self, id: SessionId) -> bool {
        let session = &self.sessions[id];
        !session.awaited && (!session.is_busy() || session.is_between_statements())
    }
}
