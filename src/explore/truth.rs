//! The truth table: a crash at each point of the commit pipeline, and what becomes of the transaction (semantics.md 7).

use super::bounds::{Bounds, Reduction};
use super::state::State;
use crate::protocol::crash::Crash;
use crate::protocol::effect::Input;
use crate::protocol::flavour::Flavour;
use crate::protocol::ids::{ServerId, SessionId, Span};
use crate::protocol::setup::{ServerSetup, Setup, Shape};
use crate::protocol::variables::{Positioning, WaitPoint};
use std::collections::{BTreeMap, HashSet};

/// How commits replicate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mode {
    /// Nobody waits.
    Async,
    /// Semi-sync, waiting after the engine commit.
    AfterCommit,
    /// Semi-sync, waiting before it.
    AfterSync,
}

impl Mode {
    /// Every mode.
    pub const ALL: [Mode; 3] = [Mode::Async, Mode::AfterCommit, Mode::AfterSync];

    /// As descriptions say it.
    pub fn name(self) -> &'static str {
        match self {
            Mode::Async => "async",
            Mode::AfterCommit => "AFTER_COMMIT",
            Mode::AfterSync => "AFTER_SYNC",
        }
    }
}

/// Where the transaction is when the master dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Point {
    /// P1: not in the binlog.
    Prepared,
    /// P2: in the binlog's page cache.
    Written,
    /// P3: in the binlog on the disk, in no relay log.
    Synced,
    /// P4: committed in the engine, in no relay log.
    Committed,
    /// P5: in the replica's relay log, not acknowledged.
    Received,
    /// P6: acknowledged, not committed in the engine.
    Acknowledged,
    /// P7: acknowledged and committed, the OK is not sent.
    Done,
    /// P8: the OK is sent.
    OkSent,
}

impl Point {
    /// `P1` to `P8`, as the specification numbers them.
    pub fn name(self) -> &'static str {
        ["P1", "P2", "P3", "P4", "P5", "P6", "P7", "P8"][self as usize]
    }
}

/// How far the transaction's events are on their way to the replica.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Copy {
    /// Not sent.
    None,
    /// In the master's socket buffer.
    InSocket,
    /// On the wire.
    OnWire,
    /// In the relay log.
    InRelayLog,
}

impl Copy {
    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Copy::None => "not sent",
            Copy::InSocket => "in the socket",
            Copy::OnWire => "on the wire",
            Copy::InRelayLog => "in the relay log",
        }
    }
}

/// What a crash leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Left {
    /// The client has, or gets, its OK.
    pub acknowledged: bool,
    /// The old master has the transaction after its recovery.
    pub on_old_master: bool,
    /// The replica has it.
    pub on_replica: bool,
}

/// One row: a moment, and what each kind of crash leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Row {
    /// The mode.
    pub mode: Mode,
    /// The point.
    pub point: Point,
    /// The copy.
    pub copy: Copy,
    /// Others could read it on the master.
    pub visible: bool,
    /// After a kill of the process (K).
    pub kill: Left,
    /// After a loss of the host (O).
    pub host_loss: Left,
}

impl Left {
    /// What goes wrong when the replica is promoted.
    pub fn after_failover(self, visible: bool) -> Vec<&'static str> {
        let mut wrong = Vec::new();
        if self.acknowledged && !self.on_replica {
            wrong.push("LOST ACKNOWLEDGED");
        }
        if visible && !self.on_replica {
            wrong.push("visible then lost");
        }
        if self.on_old_master && !self.on_replica {
            wrong.push("errant");
        }
        if self.on_replica && !self.acknowledged {
            wrong.push("duplicate on retry");
        }
        wrong
    }

    /// What goes wrong when the old master is restarted in place.
    pub fn after_restart(self) -> Vec<&'static str> {
        match (self.acknowledged, self.on_old_master) {
            (true, false) => vec!["LOST ACKNOWLEDGED"],
            (false, true) => vec!["duplicate on retry"],
            _ => Vec::new(),
        }
    }
}

/// Every moment of one transaction's life, in each mode, of a master with one replica: durable, semi-sync ON.
pub fn truth_table(flavour: Flavour) -> Vec<Row> {
    let mut rows = BTreeMap::new();
    for mode in Mode::ALL {
        let setup = setup(flavour, mode);
        for state in lives(&setup) {
            if let Some(row) = row(mode, &state) {
                rows.insert(row, ());
            }
        }
    }
    rows.into_keys().collect()
}

fn setup(flavour: Flavour, mode: Mode) -> Setup {
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

const MASTER: ServerId = ServerId(0);
const REPLICA: ServerId = ServerId(1);
const CLIENT: SessionId = SessionId(0);

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

fn bounds() -> Bounds {
    Bounds {
        sessions: 1,
        transactions: 1,
        crashes: 0,
        kinds: Vec::new(),
        victims: Vec::new(),
        restarts: 0,
        time_outs: 0,
        failovers: 0,
        partitions: Vec::new(),
        write_backs: 0,
        stops: 0,
        stoppable: Vec::new(),
        disconnects: 0,
        destroyed: Vec::new(),
        most_states: usize::MAX,
        reduction: Reduction::None,
        counters: false,
    }
}

/// Every state in which the transaction is under way or done, nothing run at once.
fn lives(setup: &Setup) -> Vec<State> {
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

fn row(mode: Mode, state: &State) -> Option<Row> {
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

fn copy(state: &State) -> Copy {
    let replica = &state.world.server(REPLICA).replica;
    let events = &state.world.link(REPLICA).events;
    if replica.relay.end() > 0 {
        Copy::InRelayLog
    } else if events.on_wire().next().is_some() || replica.is_receiving() {
        Copy::OnWire
    } else if events.in_socket().next().is_some() {
        Copy::InSocket
    } else {
        Copy::None
    }
}

/// The crash, everything that is still delivered, and the old master's recovery.
fn left(state: &State, crash: Crash) -> Left {
    let bounds = bounds();
    let mut after = state.clone();
    after.feed(Input::Crash(MASTER, crash), &bounds, &mut |_| {});
    while let Some(input) = delivery(&after) {
        after.feed(input, &bounds, &mut |_| {});
    }
    let all = |server: ServerId| after.world.server(server).received().count() > 0;
    let on_replica = all(REPLICA);
    after.feed(Input::Restart(MASTER), &bounds, &mut |_| {});
    Left {
        acknowledged: after.known.acknowledged.count() > 0,
        on_old_master: after.world.server(MASTER).rows().count() > 0,
        on_replica,
    }
}

/// What still happens when the master is gone: deliveries, and what the replica does with them.
fn delivery(state: &State) -> Option<Input> {
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
