//! The state of semi-sync on a master (semantics.md 5.1).

use super::ack_container::AckContainer;
use super::commit::Committer;
use super::flavour_rules::Rules;
use super::ids::Position;
use std::collections::VecDeque;

/// A thread that sleeps until its position is acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::protocol) struct Sleeper {
    pub(in crate::protocol) committer: Committer,
    /// The position that it waits for.
    pub(in crate::protocol) position: Position,
    /// The node that wakes it: in MySQL the end of the flush group that holds the position.
    pub(in crate::protocol) node: Position,
}

super::rename::renames!(Sleeper { committer }, [position, node]);

/// How a wait call went on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Wait {
    /// The thread goes on at once.
    Over,
    /// The thread sleeps.
    Sleeps,
}

/// What a change of the state machine means for others.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Change {
    /// Threads to wake, in the order in which they fell asleep.
    pub woken: Vec<Committer>,
    /// The status changed to this.
    pub status: Option<bool>,
}

/// State of one master, under one mutex in the servers (semantics.md 5.1).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SemiSync {
    pub(in crate::protocol) rules: Rules,
    /// `rpl_semi_sync_master_enabled`.
    pub enabled: bool,
    /// `Rpl_semi_sync_master_status`.
    pub on: bool,
    /// `Rpl_semi_sync_master_clients`.
    pub clients: u16,
    pub(in crate::protocol) nodes: VecDeque<Position>,
    pub(in crate::protocol) sleepers: VecDeque<Sleeper>,
    pub(in crate::protocol) reply: Option<Position>,
    /// Lowest position somebody waits for; stays as it was when it becomes unknown.
    pub(in crate::protocol) wait: Position,
    pub(in crate::protocol) wait_known: bool,
    pub(in crate::protocol) commit: Option<Position>,
    pub(in crate::protocol) acks: AckContainer,
    pub(in crate::protocol) wait_for_slave_count: u16,
}

super::rename::renames!(
    SemiSync { sleepers, acks },
    [
        rules,
        enabled,
        on,
        clients,
        nodes,
        reply,
        wait,
        wait_known,
        commit,
        wait_for_slave_count
    ]
);

impl SemiSync {
    /// Not enabled, nobody connected.
    pub fn new(rules: Rules) -> SemiSync {
        SemiSync {
            rules,
            enabled: false,
            on: false,
            clients: 0,
            nodes: VecDeque::new(),
            sleepers: VecDeque::new(),
            reply: None,
            wait: Position::default(),
            wait_known: false,
            commit: None,
            acks: AckContainer::default(),
            wait_for_slave_count: 1,
        }
    }

    /// `Rpl_semi_sync_master_wait_sessions`: threads that sleep now.
    pub fn wait_sessions(&self) -> usize {
        self.sleepers.len()
    }

    /// Highest acknowledged position.
    pub fn reply(&self) -> Option<Position> {
        self.reply
    }
}
