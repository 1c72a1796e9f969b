//! The lives of one transaction under a mode, moment by moment.

use super::super::bounds::{Bounds, Reduction};
use super::super::state::State;
use super::Mode;
use crate::protocol::flavour::Flavour;
use crate::protocol::ids::{ServerId, SessionId, Span};
use crate::protocol::setup::{ServerSetup, Setup, Shape};
use crate::protocol::variables::{Positioning, WaitPoint};
use std::collections::HashSet;

pub(super) fn setup(flavour: Flavour, mode: Mode) -> Setup {
    let server = |upstream: Option<ServerId>| {
        let mut variables = flavour.defaults();
        variables.sync_binlog = 1;
        variables.positioning = Positioning::Gtid;
        variables.workers = 1;
        variables.semi_sync_master = mode != Mode::Async && upstream.is_none();
        variables.semi_sync_slave = mode != Mode::Async;
        variables.semi_sync_timeout = Span::FOREVER;
        variables.wait_point = match mode {
            Mode::AfterCommit => WaitPoint::AfterCommit,
            Mode::Async | Mode::AfterSync => WaitPoint::AfterSync,
        };
        ServerSetup {
            flavour,
            variables,
            upstream,
        }
    };
    Setup {
        servers: vec![server(None), server(Some(MASTER))],
        master: MASTER,
        sessions: 1,
        spare_sessions: 0,
        client_places: 1,
        readers: 0,
        manager: None,
        guard: None,
        shape: shape(),
    }
}

pub(super) const MASTER: ServerId = ServerId(0);

pub(super) const REPLICA: ServerId = ServerId(1);

pub(super) const CLIENT: SessionId = SessionId(0);

/// Small transactions of one statement.
pub fn shape() -> Shape {
    Shape {
        events_per_transaction: 5,
        bytes_per_transaction: 400,
        statements: 1,
        rows_per_statement: 1,
        auto_increment: false,
        socket_bytes: 4 << 20,
        net_buffer: 16 << 10,
    }
}

/// Every step of one transaction is an event.
pub(super) fn bounds() -> Bounds {
    Bounds {
        reduction: Reduction::None,
        ..Bounds::quiet(1, 1)
    }
}

/// Every state in which the transaction is under way or done, nothing run at once.
pub(super) fn lives(setup: &Setup) -> Vec<State> {
    let bounds = bounds();
    let mut seen = HashSet::new();
    let mut open = vec![State::first(setup, &bounds)];
    // At rest: what connecting began is over.
    while let Some(state) = open.pop() {
        let mut actions = Vec::new();
        state.actions(&bounds, &mut actions);
        for action in &actions {
            let next = state.after(action, &bounds, &mut |_| {});
            if seen.insert(next.clone()) {
                open.push(next);
            }
        }
    }
    let mut lives: Vec<State> = seen.into_iter().collect();
    lives.retain(|state| state.left.transactions == 0);
    lives
}
