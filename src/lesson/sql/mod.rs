//! Statements: the words of a line, and what they say.

mod administer;
mod change;
mod define;
pub mod expression;
pub mod lexer;
mod not_modelled;
pub mod operands;
pub mod parser;
pub mod reader;
pub mod select;
mod set;
pub mod statement;
pub mod threads;
mod uses;
pub mod words;
