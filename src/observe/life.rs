//! A transaction's life in a story: its fate, and every event that has to do with it.

use super::story::{Event, Story, What};
use crate::protocol::effect::File;
use crate::protocol::fact::Fact;
use crate::protocol::ids::{Gtid, ServerId, SessionId};

/// What became of a transaction that nobody should have lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Its client has an OK, the serving master has not the transaction.
    LostAcknowledged,
    /// Others could read it, the serving master has it not.
    VisibleThenLost,
    /// Only an old master has it.
    Errant,
    /// It is where it belongs.
    Kept,
}

impl Fate {
    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Fate::LostAcknowledged => "acknowledged, then lost",
            Fate::VisibleThenLost => "visible, then lost",
            Fate::Errant => "errant on the old master",
            Fate::Kept => "kept",
        }
    }
}

/// The fate of a transaction in a story, the worst one first.
pub fn fate(story: &Story, gtid: Gtid) -> Fate {
    if story.lost.contains(&gtid) {
        Fate::LostAcknowledged
    } else if story.vanished.contains(&gtid) {
        Fate::VisibleThenLost
    } else if story.errant.contains(&gtid) {
        Fate::Errant
    } else {
        Fate::Kept
    }
}

/// The first transaction that somebody will ask about.
pub fn first_loss(story: &Story) -> Option<Gtid> {
    let first = |list: &[Gtid]| list.first().copied();
    first(&story.lost)
        .or_else(|| first(&story.vanished))
        .or_else(|| first(&story.errant))
}

/// Everything in a story that has to do with one transaction.
#[derive(Clone, Debug)]
pub struct Life {
    /// The transaction.
    pub gtid: Gtid,
    /// The server that wrote it first, and its place there.
    pub origin: (ServerId, u64),
    /// The session that submitted it.
    pub session: Option<SessionId>,
    /// The events, in order.
    pub events: Vec<Event>,
}

/// The life of a transaction: from its submission to the end of what could have saved it.
pub fn life(story: &Story, gtid: Gtid) -> Option<Life> {
    let written = story.events.iter().position(
        |event| matches!(event.1, What::Noted(Fact::Logged { gtid: found, .. }) if found == gtid),
    )?;
    let What::Noted(Fact::Logged {
        server,
        index,
        session,
        ..
    }) = story.events[written].1
    else {
        return None;
    };
    let mut events = Vec::new();
    let submitted = story.events[..written].iter().rev().find(|event| {
        matches!((event.1, session), (What::Submitted(who), Some(session)) if who == session)
    });
    events.extend(submitted.copied());
    let servers = story.world.servers.len();
    let mut seen = Seen::new(servers);
    for &(now, what) in &story.events[written..] {
        if seen.concerns(&what, gtid, server, index, session) {
            events.push((now, what));
        }
    }
    // What a crash destroys is destroyed by it, though the network is told first.
    events.sort_by_key(|(now, what)| (*now, matches!(what, What::Lost { .. })));
    Some(Life {
        gtid,
        origin: (server, index),
        session,
        events,
    })
}

/// What was met already: only the first of its kind matters.
struct Seen {
    synced: bool,
    visible: bool,
    answered: bool,
    sent: Vec<bool>,
    received: Vec<bool>,
    acknowledged: Vec<bool>,
    lost: Vec<bool>,
    dead: bool,
    over: bool,
}

impl Seen {
    fn new(servers: usize) -> Seen {
        Seen {
            synced: false,
            visible: false,
            answered: false,
            sent: vec![false; servers],
            received: vec![false; servers],
            acknowledged: vec![false; servers],
            lost: vec![false; servers],
            dead: false,
            over: false,
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "a fold counts only these")]
    fn concerns(
        &mut self,
        what: &What,
        gtid: Gtid,
        origin: ServerId,
        place: u64,
        session: Option<SessionId>,
    ) -> bool {
        let first = |seen: &mut bool, is: bool| is && !std::mem::replace(seen, *seen || is);
        let at = |id: ServerId| usize::from(id.0);
        match *what {
            What::Noted(fact) => match fact {
                Fact::Logged {
                    gtid: found,
                    server,
                    ..
                } => found == gtid && server == origin,
                Fact::Visible { server, index } if server == origin => {
                    first(&mut self.visible, index > place)
                }
                // Positions are the old master's until somebody else serves.
                Fact::Sent { by, replica, index } if by == origin && !self.dead && !self.over => {
                    first(&mut self.sent[at(replica)], index > place)
                }
                Fact::Received { replica, index }
                    if !self.over && (!self.dead || self.sent[at(replica)]) =>
                {
                    first(&mut self.received[at(replica)], index > place)
                }
                Fact::Acknowledged { by, replica, index }
                    if by == origin && !self.dead && !self.over =>
                {
                    first(&mut self.acknowledged[at(replica)], index > place)
                }
                Fact::Crashed { server, .. } => {
                    self.dead |= server == origin;
                    true
                }
                Fact::Reachable { server, yes: false } => {
                    self.dead |= server == origin;
                    server == origin
                }
                Fact::SemiSync { server, .. } => server == origin && !self.dead,
                // The manager stops every IO thread: what comes later is about another master's binlog.
                Fact::Detected => {
                    self.over = true;
                    true
                }
                Fact::Promoted { .. } | Fact::Restarted { .. } => true,
                Fact::Fatal1236 { .. } | Fact::GaveUp { .. } => true,
                Fact::Duplicate1062 { .. } | Fact::FailoverFailed => true,
                _ => false,
            },
            What::Answered {
                session: who,
                gtid: found,
                ..
            } => {
                let is = found == Some(gtid) && Some(who) == session;
                first(&mut self.answered, is)
            }
            What::Synced(server, File::Binlog) if server == origin => first(&mut self.synced, true),
            What::Lost { replica, index, .. } if !self.received[at(replica)] && !self.over => {
                first(&mut self.lost[at(replica)], index > place)
            }
            What::Lost { .. } | What::Submitted(_) | What::Synced(..) | What::Turns(..) => false,
        }
    }
}
