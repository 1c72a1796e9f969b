//! What a crash at a random moment would cost: the table, and the charts with the numbers behind them.

pub mod chart;
pub(super) mod pages;
pub mod table;
