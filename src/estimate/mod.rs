//! From outcomes to statements: intervals, case results, and whether claims hold.

pub mod expect;
pub mod exposure;
pub mod interval;
pub mod paired;
pub mod precision;
pub mod result;
pub mod stored;
pub mod summary;
pub mod yearly;
