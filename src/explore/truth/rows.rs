//! One row of the table from one moment.

use super::super::state::State;
use super::copies::{Copy, copy, left};
use super::moments::{CLIENT, MASTER};
use super::{Mode, Point, Row};
use crate::protocol::crash::Crash;
use crate::protocol::effect::Input;
use crate::protocol::ids::SessionId;

pub(super) fn row(mode: Mode, state: &State) -> Option<Row> {
    let master = state.world.server(MASTER);
    let session = &state.world.sessions[SessionId(0)];
    let ok_sent = session.answer.is_some() || state.known.acknowledged.count() > 0;
    let copy = copy(state);
    let visible = master.committed > 0;
    let acknowledged = master
        .semi_sync
        .reply()
        .is_some_and(|position| position.index > 0);
    let point = if ok_sent {
        Point::OkSent
    } else if master.history.end() == 0 {
        Point::Prepared
    } else if master.binlog_synced == 0 {
        Point::Written
    } else if mode != Mode::Async && acknowledged {
        if visible {
            Point::Done
        } else {
            Point::Acknowledged
        }
    } else if copy == Copy::InRelayLog {
        Point::Received
    } else if visible {
        Point::Committed
    } else {
        Point::Synced
    };
    Some(Row {
        mode,
        point,
        copy,
        visible,
        kill: left(state, Crash::ProcessKill),
        host_loss: left(state, Crash::HostLoss),
    })
}

/// What still happens when the master is gone: deliveries, and what the replica does with them.
pub(super) fn delivery(state: &State) -> Option<Input> {
    if state.answer_of(CLIENT).is_some() {
        return Some(Input::Answered(CLIENT));
    }
    if let Some(&(worker, _)) = state.pending.works.first() {
        return Some(Input::Worked(worker));
    }
    if let Some(&(server, file)) = state.pending.syncs.first() {
        return Some(Input::Synced(server, file));
    }
    let arrives = state.lanes().find(|&lane| state.may_arrive(lane));
    let departs = || state.lanes().find(|&lane| state.may_depart(lane));
    arrives
        .map(Input::Arrived)
        .or_else(|| departs().map(Input::Departed))
}
