//! replsim: what a crash loses, how long a commit waits, how long nobody can write.

pub mod engine;
pub mod measure;
pub mod plan;
pub mod protocol;
pub mod random;
pub mod run;
pub mod spec;
