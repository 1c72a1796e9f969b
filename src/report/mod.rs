//! Words and pictures: the table, the results document, CSV, charts.

pub mod charts;
pub mod check_tables;
pub mod checked;
pub mod csv;
pub mod explained;
pub mod exposure;
pub mod lesson;
mod limits;
mod markdown;
pub mod names;
pub mod numbers;
mod over_axes;
pub mod pictures;
pub mod spacetime;
pub mod table;
pub mod timelines;
pub mod trace;
pub mod validation;
mod way;
pub mod words;
pub mod write;
mod yearly;
