//! Lessons: servers with real rows that take statements as they are typed, and scripts of an afternoon with them.
//!
//! The cluster is the one that every experiment runs ([`crate::engine`]); here its transactions have contents. `sql` reads
//! statements, `store` holds the tables of one server, `binlog` measures events, `lab` types, `show` answers as the
//! servers print, `script` plays a lesson file.

mod accounts;
pub mod binlog;
mod happen;
pub mod lab;
mod look;
pub mod part;
pub mod play;
mod query_event;
pub mod setup;
pub mod show;
pub mod sql;
pub mod store;
pub mod tables;
mod typing;
pub mod vocabulary;
