//! Streams of random numbers by entity and purpose, and inverse tables of distributions.

/// placeholder until the tables land
#[derive(Clone, Debug)]
pub struct Table;
