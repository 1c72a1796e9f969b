//! What happened in one run, kept whole because somebody asks why: facts with their moments, and what caused what.

pub mod explain;
pub mod graph;
pub mod life;
pub mod path;
pub mod places;
pub mod story;
pub mod trace;
mod trace_facts;
pub mod words;
