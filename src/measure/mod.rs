//! Folds: they turn the facts of a run into numbers.

pub mod answers;
mod catch_up;
pub mod exposure;
pub mod laws;
pub mod ledger;
pub mod levels;
pub mod outcome;
pub mod recorder;
mod sends;
pub mod sides;
pub mod status;
mod writes;
