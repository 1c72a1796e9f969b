//! Folds: they turn the facts of a run into numbers.

pub mod outcome;
