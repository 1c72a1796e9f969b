//! From outcomes to statements: intervals, case results, and whether claims hold.

pub mod expect;
#[cfg(test)]
mod expect_tests;
pub mod interval;
pub mod result;
#[cfg(test)]
pub(crate) mod samples;
pub mod summary;
