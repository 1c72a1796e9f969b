//! One direction of a replication link: packets in order, in the socket buffer or on the wire.

use super::ids::{Gtid, Position, ServerId};
use super::rename::Rename;
use std::collections::VecDeque;

/// What travels between a dump thread and an IO thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Packet {
    /// Whole transactions, consecutive in the upstream's binlog.
    Events {
        /// The first of them.
        first: Gtid,
        /// How many.
        count: u32,
        /// The upstream's position behind the last one.
        end: Position,
        /// The last event carries an acknowledgement request.
        ack: bool,
    },
    /// "I have everything up to here" (semantics.md 2).
    Ack(Position),
    /// The connection is closed.
    Fin,
    /// Error 1236: the upstream cannot send what the replica asks for.
    Fatal1236,
    /// The upstream has sent what the replica asked for: `UNTIL master_gtid_pos`.
    UntilReached,
}

impl Packet {
    /// The sender's history index behind its last transaction.
    pub fn end_of_events(&self) -> Option<u64> {
        match self {
            Packet::Events { end, .. } => Some(end.index),
            Packet::Ack(_) | Packet::Fin | Packet::Fatal1236 | Packet::UntilReached => None,
        }
    }
}

/// What of a lane is destroyed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lost {
    /// What is in the sender's socket buffer.
    SocketBuffer,
    /// That, and what is on the wire.
    SocketBufferAndWire,
}

/// Packets in order: the first `on_wire` are on the wire, the rest in the sender's socket buffer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Lane {
    packets: VecDeque<Packet>,
    on_wire: usize,
}

super::rename::renames!(Lane { packets }, [on_wire]);

impl Lane {
    /// Puts a packet into the socket buffer.
    pub fn push(&mut self, packet: Packet) {
        self.packets.push_back(packet);
    }

    /// The first packet in the socket buffer leaves for the wire.
    pub fn depart(&mut self) {
        debug_assert!(self.on_wire < self.packets.len());
        self.on_wire += 1;
    }

    /// The first packet on the wire arrives.
    pub fn arrive(&mut self) -> Option<Packet> {
        self.on_wire = self.on_wire.checked_sub(1)?;
        self.packets.pop_front()
    }

    /// Loses a part of what it carries.
    pub fn lose(&mut self, lost: Lost) {
        match lost {
            Lost::SocketBuffer => {}
            Lost::SocketBufferAndWire => self.on_wire = 0,
        }
        self.packets.truncate(self.on_wire);
    }

    /// Everything unacknowledged by TCP goes back to the socket buffer: the network carries nothing.
    pub fn stick(&mut self) {
        self.on_wire = 0;
    }

    /// The sender's history index behind the last transaction in the lane.
    pub fn last_transaction(&self) -> Option<u64> {
        self.packets.iter().rev().find_map(Packet::end_of_events)
    }

    /// The sender's history index behind the last transaction on the wire.
    pub fn last_on_wire(&self) -> Option<u64> {
        let mut packets = self.packets.range(..self.on_wire).rev();
        packets.find_map(Packet::end_of_events)
    }

    /// Packets on the wire.
    pub fn on_wire(&self) -> impl Iterator<Item = &Packet> {
        self.packets.iter().take(self.on_wire)
    }

    /// Packets in the socket buffer.
    pub fn in_socket(&self) -> impl Iterator<Item = &Packet> {
        self.packets.iter().skip(self.on_wire)
    }
}

impl Rename for Packet {
    fn rename(&mut self, to: &[ServerId]) {
        match self {
            Packet::Events {
                first,
                count: _,
                end: _,
                ack: _,
            } => first.rename(to),
            Packet::Ack(_) | Packet::Fin | Packet::Fatal1236 | Packet::UntilReached => {}
        }
    }
}
