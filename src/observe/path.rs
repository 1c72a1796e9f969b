//! Where the time of a slow commit went: its session's phases, and for a follower those of who led its group.

use super::story::{Story, What};
use super::words::Words;
use crate::engine::Moment;
use crate::phrasebook::Phrases;
use crate::protocol::commit::Phase;
use crate::protocol::effect::File;
use crate::protocol::fact::{Fact, Outcome};
use crate::protocol::ids::{Gtid, SessionId};

/// A stretch of a commit's way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// When it begins.
    pub from: Moment,
    /// When it ends.
    pub to: Moment,
    /// What was waited for or worked at.
    pub what: String,
}

/// An acknowledged commit: session, when it was wanted, when its OK was read, its name.
pub type Acknowledged = (SessionId, Moment, Moment, Gtid);

fn acknowledged(story: &Story) -> impl Iterator<Item = Acknowledged> + '_ {
    story.events.iter().filter_map(|event| {
        let What::Answered {
            session,
            outcome: Outcome::Ok,
            gtid: Some(gtid),
            start,
        } = event.1
        else {
            return None;
        };
        Some((session, start, event.0, gtid))
    })
}

/// The acknowledged commit that took longest.
pub fn slowest(story: &Story) -> Option<Acknowledged> {
    acknowledged(story).max_by_key(|&(_, start, end, _)| end - start)
}

/// Where a transaction stands in the pipeline, as far as it shows from outside of a queue.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Not in the binlog.
    Before,
    /// In the binlog, and not on its disk.
    Written,
    /// On the disk.
    Synced,
}

/// The way of one commit, from the moment when it was wanted until its OK was read.
#[expect(clippy::wildcard_enum_match_arm, reason = "only these phases matter")]
pub fn way(story: &Story, session: SessionId, start: Moment, end: Moment) -> Vec<Stretch> {
    let mut way: Vec<Stretch> = Vec::new();
    // In an open loop it arrives while its session still has others.
    let before = story.events.iter().filter(|&&(at, what)| {
        let own = matches!(what, What::Answered { session: who, .. } if who == session);
        own && start < at && at < end
    });
    let taken = before.map(|&(at, _)| at).max().unwrap_or(start);
    push(&mut way, start, taken, "no session is free".to_owned());
    let (waited, start) = (way.len(), taken);
    let mut now = start;
    let mut doing = "the request travels".to_owned();
    let mut stage = Stage::Before;
    let sessions = story.world.sessions.len();
    let mut phases = vec![Phase::Idle; sessions];
    let own = usize::from(session.0);
    for &(at, what) in story.events.iter().take_while(|event| event.0 <= end) {
        match what {
            What::Turns(who, turned) => phases[usize::from(who.0)] = turned,
            What::Noted(Fact::Logged {
                session: Some(who), ..
            }) if who == session && at >= start => stage = Stage::Written,
            What::Synced(server, File::Binlog)
                if stage == Stage::Written && server == story.world.sessions[session].server =>
            {
                stage = Stage::Synced
            }
            What::Submitted(_)
            | What::Noted(_)
            | What::Answered { .. }
            | What::Synced(..)
            | What::Lost { .. } => continue,
        }
        if at < start {
            continue;
        }
        let next = match phases[own] {
            Phase::Idle if now == start && way.len() == waited => continue,
            phase => words(phase, ahead(&phases, own, stage)),
        };
        if next != doing {
            push(&mut way, now, at, std::mem::replace(&mut doing, next));
            now = at;
        }
    }
    push(&mut way, now, end, doing);
    way
}

/// What the thread does that holds the lock behind which a follower stands.
fn ahead(phases: &[Phase], own: usize, stage: Stage) -> Option<Phase> {
    use Phase::*;
    let order: &[Phase] = match stage {
        Stage::Before => &[
            GroupDelay,
            WriteBinlog,
            GroupRedoSync,
            BinlogSync,
            SemiSyncWait,
        ],
        Stage::Written => &[GroupDelay, BinlogSync, WriteBinlog, SemiSyncWait],
        Stage::Synced => &[SemiSyncWait, Acknowledged, EngineCommit],
    };
    let others = phases.iter().enumerate().filter(|other| other.0 != own);
    let holds = |wanted: &&Phase| others.clone().any(|other| other.1 == *wanted);
    order.iter().find(holds).copied()
}

fn push(way: &mut Vec<Stretch>, from: Moment, to: Moment, what: String) {
    if to > from {
        way.push(Stretch { from, to, what });
    }
}

/// What a thread does in this phase; in a queue, behind whoever is ahead of it.
pub fn words(phase: Phase, ahead: Option<Phase>) -> String {
    let own = match phase {
        Phase::Idle => "the OK travels and is read",
        Phase::Execute => "the statement is executed",
        Phase::BetweenStatements => "the client's next statement",
        Phase::Broken | Phase::Held => "held back",
        Phase::RowLock => "another transaction has the row lock",
        Phase::Prepare => "prepare",
        Phase::RedoSync | Phase::RedoSynced => "the redo log is synced",
        Phase::RedoAgain | Phase::RedoWrittenAgain => "the redo log is written again",
        Phase::GotLock | Phase::InTurn | Phase::Turn => "wakes up",
        Phase::GroupRedoSync => "the group's redo log is synced",
        Phase::WriteBinlog => "the group is written to the binlog",
        Phase::GroupDelay => "group commit waits for more transactions",
        Phase::BinlogSync => "the binlog is synced",
        Phase::SemiSyncWait => "the acknowledgement of a replica",
        Phase::Acknowledged => "wakes up after the acknowledgement",
        Phase::EngineCommit => "engine commit",
        Phase::Reply => "the OK is written",
        Phase::InQueue => {
            return match ahead {
                // Who wakes up after one acknowledgement mostly begins to wait for the next.
                Some(Phase::Acknowledged) => words(Phase::InQueue, Some(Phase::SemiSyncWait)),
                Some(ahead) => {
                    format!("in a queue of group commit, behind: {}", words(ahead, None))
                }
                None => "in a queue of group commit".to_owned(),
            };
        }
    };
    own.to_owned()
}

/// The session and the moments of this transaction's commit, if its client got an OK.
pub fn of(story: &Story, wanted: Gtid) -> Option<Acknowledged> {
    acknowledged(story).find(|(.., gtid)| *gtid == wanted)
}

/// A transaction by its name: `mysql-m:4711`.
pub fn named(words: &Words, story: &Story, name: &str) -> Option<Gtid> {
    let mut logged = story.events.iter().filter_map(|event| {
        let What::Noted(Fact::Logged { gtid, .. }) = event.1 else {
            return None;
        };
        Some(gtid)
    });
    logged.find(|&gtid| words.gtid(gtid) == name)
}
