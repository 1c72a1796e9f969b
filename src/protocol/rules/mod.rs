//! What changes the state: each file gives its rules to [`World`](super::world::World), or to what it is made of.

mod ack_receiver;
mod admin;
mod client;
mod clock;
mod commit;
mod copies;
mod crash;
mod dump;
mod exposure;
mod failover;
mod fencing;
mod guard;
mod io_thread;
mod link;
mod partition;
mod provision;
mod recovery;
mod rows;
mod semi_sync;
mod shutdown;
mod sql_thread;
mod start;
mod step;
mod typed;
