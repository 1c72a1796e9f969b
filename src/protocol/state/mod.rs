//! What a cluster is: plain data, and what it says about itself.

pub mod ack_container;
pub mod chain;
pub mod client;
pub mod clock;
pub mod commit;
pub mod counters;
pub mod crash;
pub mod dump;
pub mod effect;
pub mod exposure;
pub mod fact;
pub mod failover;
pub mod flavour;
pub mod flavour_rules;
#[cfg(test)]
mod flavour_tests;
pub mod gtid;
pub mod guard;
pub mod ids;
pub mod lane;
pub mod link;
pub mod lock;
pub mod log;
pub mod partition;
pub mod pipeline;
pub mod redo;
pub mod rename;
pub mod replica;
pub mod rows;
pub mod semi_sync;
pub mod server;
pub mod setup;
pub mod stages;
pub mod task;
pub mod thread;
pub mod variables;
pub mod world;
