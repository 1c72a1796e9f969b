//! Whether the numbers that come out of a run fit each other.

use super::{Found, Law};
use crate::measure::exposure::LEVELS;
use crate::measure::outcome::RunOutcome;

pub(super) fn of(outcome: &RunOutcome, found: &mut Found) {
    let ledger = &outcome.ledger;
    let holds = ledger.read_then_lost <= ledger.visible_then_lost
        && ledger.lost_acknowledged <= ledger.visible_then_lost;
    found.require(Law::LostWasVisible, holds, || format!("{ledger:?}"));
    exposure(outcome, found);
    parts(outcome, found);
}

/// By `LEVELS`: acknowledged, visible, read.
fn exposure(outcome: &RunOutcome, found: &mut Found) {
    for kind in &outcome.exposed.kinds {
        let [lost, visible, read, _] = &kind.levels;
        for (level, name) in [(lost, LEVELS[0]), (read, LEVELS[2])] {
            let holds = level.sum <= visible.sum
                && level.time <= visible.time
                && level.most <= visible.most
                && visible.time <= kind.watched;
            found.require(Law::ExposureWasVisible, holds, || {
                let sums = (level.sum, visible.sum);
                let times = (level.time, visible.time, kind.watched);
                format!("{name}: transactions x ns {sums:?}, ns {times:?}")
            });
        }
    }
}

fn parts(outcome: &RunOutcome, found: &mut Found) {
    let (split, kept) = (&outcome.split, &outcome.kept_writes);
    let stretches = [
        outcome.window,
        outcome.write_unavailable,
        outcome.semi_sync_off,
        outcome.failover_time.unwrap_or_default(),
        outcome.catch_up.unwrap_or_default(),
        split.two_masters,
        split.two_unfenced,
        kept.off,
        kept.exposed,
        kept.catching_up,
    ];
    let longest = stretches.into_iter().max().unwrap_or_default();
    let counted = outcome.latency.len() + outcome.latency_after.len();
    let holds = longest <= outcome.simulated
        && split.two_masters <= split.two_unfenced
        && outcome.latency.len() == outcome.window_acknowledged
        && counted <= outcome.ledger.acknowledged
        && outcome.groups <= outcome.grouped_transactions
        && kept.exposed_transactions <= outcome.ledger.acknowledged;
    found.require(Law::PartsFitTheWhole, holds, || {
        format!(
            "{stretches:?} of {:?}; {} + {} of {} acknowledged, {} in the window; {} groups, {} in them; {kept:?}",
            outcome.simulated,
            outcome.latency.len(),
            outcome.latency_after.len(),
            outcome.ledger.acknowledged,
            outcome.window_acknowledged,
            outcome.groups,
            outcome.grouped_transactions,
        )
    });
}
