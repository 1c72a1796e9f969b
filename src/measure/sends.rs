//! When transactions were sent and when their OKs were read: what the loss formula is made of (field.md 6.5).

use super::outcome::SendTiming;
use crate::engine::Moment;
use crate::protocol::by_id::ById;
use crate::protocol::ids::SessionId;

/// When the last bytes of transactions were sent, until their OKs are read.
#[derive(Clone, Debug, Default)]
pub struct Sends {
    /// The sums.
    pub timing: SendTiming,
    /// The farthest that any replica was sent, and when, in order.
    sent: std::collections::VecDeque<(u64, Moment)>,
    reached: u64,
    /// OKs that were read before their transaction was sent: index, and when.
    early: Vec<(u64, Moment)>,
    /// History index by session.
    pub index: ById<SessionId, Option<u64>>,
}

impl Sends {
    /// So many sessions.
    pub fn new(sessions: usize) -> Sends {
        Sends {
            index: vec![None; sessions].into(),
            ..Sends::default()
        }
    }

    /// Everything up to the index was given to a socket.
    pub fn sent(&mut self, now: Moment, index: u64) {
        if index <= self.reached {
            return;
        }
        self.reached = index;
        self.sent.push_back((index, now));
        if self.sent.len() > MOST_SENDS {
            self.sent.pop_front();
        }
        let timing = &mut self.timing;
        self.early.retain(|&(transaction, read)| {
            let still_early = transaction >= index;
            if !still_early {
                timing.add(read, now);
            }
            still_early
        });
    }

    /// An OK was read: how long after the transaction's last byte was sent? Before it, if negative.
    pub fn ok(&mut self, now: Moment, index: u64) {
        let at = self.sent.partition_point(|&(end, _)| end <= index);
        match self.sent.get(at) {
            Some(&(_, sent)) => self.timing.add(now, sent),
            None => self.early.push((index, now)),
        }
    }
}

impl SendTiming {
    fn add(&mut self, read: Moment, sent: Moment) {
        self.count += 1;
        self.sent_to_ok += i128::from(read.since(sent).0) - i128::from(sent.since(read).0);
    }
}

/// Sends that are remembered until their OKs are read.
const MOST_SENDS: usize = 4096;
