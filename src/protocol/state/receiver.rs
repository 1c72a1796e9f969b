//! Which replicas the acknowledgement receiver of a MySQL master listens to (semantics.md 14.2, b2).

use super::ids::{Position, ServerId};
use std::collections::VecDeque;

/// The receiver polls the connections of the replicas that it knows of; who comes or goes meanwhile has to wait for the end
/// of the poll, which is the next thing that one of them says, or a second.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Receiver {
    /// It polls; otherwise it sleeps until a replica registers.
    pub polls: bool,
    /// Replicas that have registered since the poll began: it does not hear them.
    pub joining: Vec<ServerId>,
    /// What they have said.
    pub unheard: VecDeque<(ServerId, Position)>,
    /// Replicas whose dump threads wait for its end; till then they count as clients.
    pub leaving: Vec<ServerId>,
}

super::rename::renames!(
    Receiver {
        joining,
        unheard,
        leaving
    },
    [polls]
);

impl Receiver {
    /// Whether somebody waits for the end of the poll.
    pub fn is_awaited(&self) -> bool {
        !self.joining.is_empty() || !self.leaving.is_empty()
    }

    /// A connection is over: what it said and was not heard is lost.
    pub(in crate::protocol) fn forget(&mut self, replica: ServerId) {
        self.joining.retain(|joining| *joining != replica);
        self.unheard.retain(|(from, _)| *from != replica);
    }
}
