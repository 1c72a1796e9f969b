//! What a crash at a random moment would cost: what is known at each moment, and its integrals over a run.

mod in_time;
mod totals;
mod watch;

pub use totals::*;
pub use watch::Exposure;
