//! What clients submit, hear and wait for.

use super::{Found, Law};
use crate::engine::Moment;
use crate::measure::outcome::RunOutcome;
use crate::protocol::by_id::ById;
use crate::protocol::commit::Phase;
use crate::protocol::effect::Input;
use crate::protocol::fact::Outcome;
use crate::protocol::gtid::GtidSet;
use crate::protocol::ids::{Gtid, ServerId, SessionId};
use crate::protocol::world::World;

/// Follows every session twice: by what its client says and hears, and by what the servers know of it.
#[derive(Clone, Debug)]
pub struct Clients {
    /// Whose rows count while nobody serves.
    first_master: ServerId,
    /// Since when each session's transaction is under way for its client.
    since: ById<SessionId, Option<Moment>>,
    submitted: u64,
    acknowledged: u64,
    others: u64,
    /// Sum of the waits that are over.
    waited: u128,
    /// Whether each session is in a transaction for the servers; how many are, and their integral until `until`.
    inside: ById<SessionId, bool>,
    count: u64,
    area: u128,
    until: Moment,
    ok: GtidSet,
    not_ok: GtidSet,
}

/// After an input of its client: the client waits for an answer, or is in a transaction and has the next move.
fn is_inside(world: &World, id: SessionId) -> bool {
    let session = &world.sessions[id];
    let phase = session.commit.phase;
    session.awaited || matches!(phase, Phase::BetweenStatements | Phase::Broken)
}

impl Clients {
    pub(super) fn new(sessions: usize, first_master: ServerId) -> Clients {
        Clients {
            first_master,
            since: vec![None; sessions].into(),
            submitted: 0,
            acknowledged: 0,
            others: 0,
            waited: 0,
            inside: vec![false; sessions].into(),
            count: 0,
            area: 0,
            until: Moment::START,
            ok: GtidSet::default(),
            not_ok: GtidSet::default(),
        }
    }

    pub(super) fn submitted(&mut self, id: SessionId, found: &mut Found) {
        self.submitted += 1;
        let since = &mut self.since[id];
        found.require(Law::OneAnswer, since.is_none(), || {
            format!("{id:?} submits before it has heard of its last transaction")
        });
        *since = Some(found.now);
    }

    pub(super) fn answered(
        &mut self,
        start: Moment,
        id: SessionId,
        outcome: Outcome,
        gtid: Option<Gtid>,
        found: &mut Found,
    ) {
        let since = self.since[id].take();
        found.require(
            Law::OneAnswer,
            since.is_some_and(|since| start <= since),
            || format!("{id:?} hears {outcome:?}; intended at {start:?}, submitted at {since:?}"),
        );
        self.waited += u128::from((found.now - since.unwrap_or(found.now)).0);
        match outcome {
            Outcome::Ok => self.acknowledged += 1,
            Outcome::Refused | Outcome::Error | Outcome::Unknown => self.others += 1,
        }
        let Some(gtid) = gtid else { return };
        let twice = self.ok.contains(gtid) || self.not_ok.contains(gtid);
        found.require(Law::OneAnswer, !twice, || {
            format!("{gtid:?} is answered again, with {outcome:?}")
        });
        let set = match outcome {
            Outcome::Ok => &mut self.ok,
            Outcome::Refused | Outcome::Error | Outcome::Unknown => &mut self.not_ok,
        };
        set.insert(gtid.origin, gtid.number, 1);
    }

    pub(super) fn moved(&mut self, from: SessionId, to: SessionId, found: &mut Found) {
        let open = [from, to].map(|id| self.since[id]);
        found.require(Law::OneAnswer, open == [None; 2], || {
            format!("a client leaves {from:?} for {to:?} before it has heard: {open:?}")
        });
    }

    fn advance(&mut self, now: Moment) {
        self.area += u128::from(self.count) * u128::from((now - self.until).0);
        self.until = now;
    }

    /// A session begins, goes on with or ends a transaction in these inputs only.
    pub(super) fn stepped(&mut self, input: Input, world: &World, found: &mut Found) {
        let (Input::Request(id) | Input::Answered(id) | Input::ClientTimeout(id)) = input else {
            return;
        };
        self.advance(found.now);
        let inside = is_inside(world, id);
        if std::mem::replace(&mut self.inside[id], inside) != inside {
            match inside {
                true => self.count += 1,
                false => self.count -= 1,
            }
        }
    }

    pub(super) fn sample(&self, world: &World, found: &mut Found) {
        let wrong = self.inside.ids().find(|&id| {
            let (inside, awaited) = (self.inside[id], world.sessions[id].awaited);
            // A server may go on with a transaction that its client has given up, not the other way round.
            let known = if inside {
                is_inside(world, id)
            } else {
                !awaited
            };
            !known || self.since[id].is_some() != inside
        });
        found.require(Law::WaitsAreSessionsOverTime, wrong.is_none(), || {
            let since = wrong.and_then(|id| self.since[id]);
            let session = wrong.map(|id| &world.sessions[id]);
            format!("submitted at {since:?} ns, but {session:?}")
        });
    }

    pub(super) fn finish(mut self, outcome: &RunOutcome, world: &World, found: &mut Found) {
        self.advance(found.now);
        let open: Vec<Moment> = self.since.iter().flatten().copied().collect();
        let heard = self.acknowledged + self.others + open.len() as u64;
        let ledger = &outcome.ledger;
        let others = ledger.refused + ledger.errors + ledger.unknown;
        let holds = self.submitted == heard
            && ledger.acknowledged == self.acknowledged
            && others == self.others;
        found.require(Law::EverySubmissionCounts, holds, || {
            let (submitted, ok, others) = (self.submitted, self.acknowledged, self.others);
            format!(
                "{submitted} submitted, {ok} OK, {others} other answers, {} open; {ledger:?}",
                open.len()
            )
        });
        let still = open.iter().map(|since| u128::from((found.now - *since).0));
        let waited = self.waited + still.sum::<u128>();
        found.require(Law::WaitsAreSessionsOverTime, waited == self.area, || {
            format!("{} sessions x ns, and waits of {waited} ns", self.area)
        });
        let serving = world.server(world.serving.unwrap_or(self.first_master));
        let rows = match serving.life.has_disks() {
            true => serving.rows(),
            false => GtidSet::default(),
        };
        let (kept, lost) = (self.ok.count_common(&rows), self.ok.count_without(&rows));
        let holds = kept + lost == self.acknowledged && lost == ledger.lost_acknowledged;
        found.require(Law::KeptOrLost, holds, || {
            let acknowledged = self.acknowledged;
            format!("{acknowledged} acknowledged, {kept} kept, {lost} lost; {ledger:?}")
        });
    }
}
