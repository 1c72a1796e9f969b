//! Readers in time: pollers of the newest rows of a server.

use super::Simulation;
use super::network::Carries;
use super::slots::Slot;
use crate::engine::Observer;
use crate::plan::ReadFrom;
use crate::protocol::effect::Input;
use crate::protocol::ids::{ServerId, SessionId, Span};
use crate::protocol::partition::End;
use crate::random::{Stream, Table};

/// What a reader's next moment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Polling {
    /// Its query reaches the server.
    Asks,
    /// The server has executed it.
    Executed(ServerId),
    /// The answer arrives.
    Answered,
}

/// A reader.
#[derive(Clone, Debug)]
pub struct Poller {
    /// What the next moment is.
    stage: Polling,
    pace: Stream,
}

impl Poller {
    /// A reader that is about to ask.
    pub fn new(number: u16, seed: u64, run: u64) -> Poller {
        Poller {
            stage: Polling::Asks,
            pace: Stream::new(seed, run, &format!("reader-{number}"), "pace"),
        }
    }
}

impl Simulation<'_> {
    fn poll_pace(&self) -> Option<&Table> {
        self.plan
            .workload
            .readers
            .as_ref()
            .map(|readers| &readers.every)
    }

    pub(super) fn next_poll(&mut self, reader: u16) {
        let state = &mut self.clients.readers[usize::from(reader)];
        state.stage = Polling::Asks;
        let draw = state.pace.next();
        if let Some(every) = self.poll_pace() {
            let at = self.now + Span(every.sample(draw).max(1));
            self.set(Slot::Reader(reader), at);
        }
    }

    /// A query reaches the server, is executed there, or its answer arrives.
    pub(super) fn reader_moves<O: Observer>(&mut self, reader: u16, slot: usize, observer: &mut O) {
        match self.clients.readers[usize::from(reader)].stage {
            Polling::Asks => self.query(reader, slot, observer),
            Polling::Executed(server) => {
                self.machines.worked(slot, self.now);
                self.answer_query(reader, server);
            }
            Polling::Answered => {
                self.step(Input::ReadAnswered(reader), observer);
                self.next_poll(reader);
            }
        }
    }

    fn query<O: Observer>(&mut self, reader: u16, slot: usize, observer: &mut O) {
        let plan = self.plan;
        let from = plan.workload.readers.as_ref().map(|readers| readers.from);
        let server: Option<ServerId> = match from {
            Some(ReadFrom::Master) => self.world.serving,
            Some(ReadFrom::Server(id)) => Some(id),
            None => None,
        };
        let Some(server) = server.filter(|&id| self.world.answers_to(End::Clients(0), id)) else {
            return self.next_poll(reader);
        };
        self.step(Input::Read(reader, server), observer);
        match &plan.costs.read {
            None => self.answer_query(reader, server),
            Some(cost) => {
                self.clients.readers[usize::from(reader)].stage = Polling::Executed(server);
                let host = plan.servers[usize::from(server.0)].host;
                let (mut desk, machines, ..) = self.parts();
                machines.spend(&mut desk, slot, host, cost, 1);
            }
        }
    }

    fn answer_query(&mut self, reader: u16, server: ServerId) {
        self.clients.readers[usize::from(reader)].stage = Polling::Answered;
        let delay =
            self.network
                .client_delay(self.plan, self.now, SessionId(0), server, Carries::Answer);
        let at = self.now + Span(delay);
        self.set(Slot::Reader(reader), at);
    }
}
