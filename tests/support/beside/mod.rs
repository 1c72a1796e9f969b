//! What a test needs that types at the lab and at real servers.

pub mod afternoon;
pub mod answer;
pub mod cluster;
pub mod compare;
pub mod server;
pub mod simulated;
pub mod wire;
