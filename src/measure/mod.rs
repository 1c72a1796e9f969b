//! Folds: they turn the facts of a run into numbers.

pub mod answers;
mod catch_up;
pub mod exposure;
pub mod laws;
pub mod ledger;
pub mod levels;
pub mod load;
pub mod outcome;
pub mod recorder;
mod sends;
pub mod sides;
pub mod status;
mod writes;

use crate::protocol::ids::Span;

/// A span in seconds, as reports have it.
pub fn seconds(span: Span) -> f64 {
    span.0 as f64 / 1e9
}
