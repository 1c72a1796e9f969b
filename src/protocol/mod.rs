//! The core: every rule of the servers, without clock, randomness, input or output.
//!
//! One value, [`world::World`], holds everything that a crash can destroy; `World::step` takes an input and appends
//! effects. The timed engine gives the effects durations, other drivers give them an order.

pub mod ack_container;
pub mod acks;
pub mod admin;
pub mod applier;
pub mod client;
pub mod clock;
pub mod commit;
pub mod copies;
pub mod counters;
pub mod crash;
pub mod dump;
pub mod effect;
pub mod exposure;
pub mod fact;
pub mod failover;
pub mod fencing;
pub mod flavour;
#[cfg(test)]
mod flavour_tests;
pub mod gtid;
pub mod guard;
pub mod ids;
pub mod lane;
pub mod link;
pub mod log;
pub mod partition;
pub mod recovery;
pub mod redo;
pub mod rename;
pub mod replica;
pub mod rows;
pub mod rules;
pub mod semi_sync;
pub mod server;
pub mod setup;
pub mod thread;
pub mod variables;
pub mod world;
