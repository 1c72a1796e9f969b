//! Who is on the network, and who cannot send to whom.

use super::ids::ServerId;
use super::rename::Rename;

/// Somebody on the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum End {
    /// A server.
    Server(ServerId),
    /// The clients of one place.
    Clients(u8),
    /// The failover manager and whoever it tells about the master.
    Manager,
}

/// Who cannot send to whom.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Cuts {
    servers: u8,
    ends: u8,
    /// Cuts in force by sender and receiver; several may lie over each other.
    by_path: Vec<u32>,
}

impl Cuts {
    /// A whole network between so many servers and places of clients.
    pub fn none(servers: usize, places: u8) -> Cuts {
        let ends = servers as u8 + places + 1;
        Cuts {
            servers: servers as u8,
            ends,
            by_path: vec![0; usize::from(ends) * usize::from(ends)],
        }
    }

    fn path(&self, from: End, to: End) -> usize {
        let number = |end| match end {
            End::Server(id) => id.0,
            End::Clients(place) => self.servers + place,
            End::Manager => self.ends - 1,
        };
        usize::from(number(from)) * usize::from(self.ends) + usize::from(number(to))
    }

    /// Whether what one sends reaches the other.
    pub fn carries(&self, from: End, to: End) -> bool {
        self.by_path[self.path(from, to)] == 0
    }

    /// Nothing that one sends reaches the other.
    pub(in crate::protocol) fn cut(&mut self, from: End, to: End) {
        let path = self.path(from, to);
        self.by_path[path] += 1;
    }

    /// One of the cuts between them is over.
    pub(in crate::protocol) fn mend(&mut self, from: End, to: End) {
        let path = self.path(from, to);
        self.by_path[path] -= 1;
    }

    /// Whether each reaches the other: without it there is no conversation over TCP.
    pub fn talk(&self, one: End, other: End) -> bool {
        self.carries(one, other) && self.carries(other, one)
    }
}

impl Rename for End {
    fn rename(&mut self, to: &[ServerId]) {
        if let End::Server(id) = self {
            id.rename(to);
        }
    }
}

impl Rename for Cuts {
    fn rename(&mut self, to: &[ServerId]) {
        let old = self.clone();
        let new = |end: u8| to.get(usize::from(end)).map_or(end, |id| id.0);
        for from in 0..self.ends {
            for into in 0..self.ends {
                let at = |from: u8, into: u8| {
                    usize::from(from) * usize::from(old.ends) + usize::from(into)
                };
                self.by_path[at(new(from), new(into))] = old.by_path[at(from, into)];
            }
        }
    }
}
