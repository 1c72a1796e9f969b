//! replsim: what a crash loses, how long a commit waits, how long nobody can write.
//!
//! Data flows one way through the rooms:
//!
//! | room | what happens there |
//! |---|---|
//! | [`spec`] | the files that people write: parts put together, units, errors with a place |
//! | [`plan`] | one case, checked, flattened, compiled: what the engine runs |
//! | [`protocol`] | the core: every rule of the servers, without clock or randomness; [`protocol::world::World`] |
//! | [`random`] | streams by entity and purpose, inverse tables of distributions |
//! | [`engine`] | the timed driver: gives effects a duration, returns them as inputs; [`engine::Simulation`] |
//! | [`explore`] | the exhaustive driver: every order of events within bounds, over the same core |
//! | [`measure`] | folds: facts become the ledger, latencies, lag, a timeline |
//! | [`observe`] | one run kept whole: its story, what caused what, why a transaction was lost |
//! | [`lesson`] | the same cluster with contents: servers that take statements, scripts of an afternoon with them |
//! | [`run`] | runs of a case in parallel, merged in the order of their numbers |
//! | [`estimate`] | intervals, case results, whether claims hold |
//! | [`report`] | the table, the results document, CSV, charts |
//! | [`validate`] | measurements of a real cluster beside predictions |
//! | [`cli`] | arguments to a command to an exit code |
//! | [`shown`] | what others wrote, fit for a terminal and for one line of a message |

#![deny(clippy::wildcard_enum_match_arm)]

pub mod cli;
pub mod engine;
pub mod estimate;
pub mod explore;
pub mod lesson;
pub mod measure;
pub mod observe;
pub mod plan;
pub mod protocol;
pub mod random;
pub mod report;
pub mod run;
pub mod shown;
pub mod spec;
pub mod validate;
