//! The truth table: a crash at each point of the commit pipeline, and what becomes of the transaction (semantics.md 7).

mod copies;
mod moments;
mod rows;

pub use copies::{Copy, Left};
pub use moments::shape;
use moments::{lives, setup};
use rows::row;

use crate::protocol::flavour::Flavour;
use std::collections::BTreeMap;

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
