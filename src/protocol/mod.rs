//! The core: every rule of the servers, without clock, randomness, input or output.
//!
//! One value, [`world::World`], holds everything that a crash can destroy; `World::step` takes an input and appends
//! effects. The timed engine gives the effects durations, other drivers give them an order.
//!
//! `state` says what things are, `rules` what changes them; `state` knows nothing of `rules`.

mod rules;
mod state;

pub use state::*;
