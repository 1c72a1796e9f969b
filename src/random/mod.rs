//! Streams of random numbers by entity and purpose, and inverse tables of distributions.

mod normal;
mod shape;
mod stream;
#[cfg(test)]
mod stream_tests;
mod table;
#[cfg(test)]
mod table_tests;

pub use shape::{LONGEST, Shape};
pub use stream::{Stream, Weather};
pub use table::Table;
