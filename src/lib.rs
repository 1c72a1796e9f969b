//! replsim: what a crash loses, how long a commit waits, how long nobody can write.

pub mod cli;
pub mod engine;
pub mod estimate;
pub mod measure;
pub mod plan;
pub mod protocol;
pub mod random;
pub mod report;
pub mod run;
pub mod spec;
