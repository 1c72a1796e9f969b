//! Folds: they turn the facts of a run into numbers.

mod catch_up;
pub mod ledger;
pub mod levels;
pub mod names;
pub mod outcome;
pub mod recorder;
pub mod sides;
pub mod status;
mod writes;
