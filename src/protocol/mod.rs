//! The core: every rule of the servers, without clock, randomness, input or output.

pub mod effect;
pub mod fact;
pub mod ids;
pub mod setup;
pub mod variables;
