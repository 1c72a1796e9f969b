//! The files people write: what a model and an experiment may say, read with errors that help.
//!
//! A name becomes text (`library`), text becomes JSON (`typed`), parts become one description (`load`, `merge`),
//! and a description becomes types (`model`, `experiment` and what they consist of). The plan is made from the types.

mod builtin;
pub mod catalogue;
pub mod check;
mod digest;
pub mod distribution;
mod error;
pub mod expect;
pub mod experiment;
pub mod failures;
pub mod fault;
pub mod flavour;
mod hardware;
pub mod input;
pub mod lesson;
pub mod library;
pub mod limits;
mod load;
pub mod merge;
pub mod metric;
pub mod model;
mod named;
pub mod names;
pub mod number;
mod once;
mod schema;
pub mod script;
pub mod settings;
mod typed;
pub mod units;
pub mod workload;

pub use digest::{digest, hex_of_hash};
pub use distribution::Distribution;
pub use error::{Error, Place};
pub use load::{Entry, Loaded, complete, list, load, load_text};
pub use named::Named;
pub use schema::schema_of;
pub use typed::{Description, parse};
