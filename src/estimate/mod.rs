//! From outcomes to statements: intervals, case results, and whether claims hold.

pub mod expect;
pub mod exposure;
pub mod interval;
pub mod latency;
pub mod load;
pub mod paired;
pub mod precision;
pub mod ratio;
pub mod reading;
pub mod result;
pub mod results;
pub mod share;
pub mod stored;
pub mod summary;
pub mod yearly;
