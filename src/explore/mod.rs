//! The exhaustive driver: every order of events within bounds, over the same core as the timed engine.
//!
//! What the engine gives a duration, this driver gives an order. It keeps only what physics keeps: messages of one
//! lane arrive in the order in which they were sent, and an fsync covers what was written before it began. Everything
//! else may happen at any moment: a request, a delivery, the end of an fsync, a thread that gets a lock and wakes up, a
//! timer, a fault.
//!
//! **What is run at once** (`Reduction::Local`). Some steps change nothing that another server, a client or a crash
//! could tell from their neighbours; they are run to quiescence right after the event that began them:
//! * executing a statement, the prepare mark and its redo fsync: nothing is in the binlog, a crash rolls back (semantics.md
//!   6.2), and the moment that counts for the order of transactions is when a thread joins a queue, which the
//!   moment of its request decides;
//! * writing the binlog, committing in the engine and answering: each only adds to what a crash can take away, so that
//!   whatever is lost in the middle is lost at the end as well; the fsync between them is an event of its own;
//! * receiving a packet, unless somebody may stop the thread or cut its connection meanwhile, and handling an
//!   acknowledgement: a crash in between is a crash before it arrived;
//! * a packet's way from the socket to the wire: only `host_loss` takes the one and not the other, and so how many packets
//!   had left is chosen when a host is lost;
//! * reading an answer: a client that has read its OK can lose more than one that has not.
//!
//! Applying a transaction, reading the binlog for a replica and every fsync of binlog and relay log stay events.
//! `Reduction::None` runs nothing at once; a test compares both on small bounds.
//!
//! Replicas that are alike are one: states that differ only in which of them is which are the same state. Nothing in the
//! core may then depend on a server's number: whom a manager takes among equals is an action of its own. A test
//! compares every state found with every state that is found without it.

pub mod action;
pub mod bounds;
pub mod canonical;
pub mod check;
mod inputs;
pub mod lanes;
pub mod model;
pub mod narrative;
pub mod pending;
pub mod properties;
pub mod settings;
pub mod state;
pub mod truth;
