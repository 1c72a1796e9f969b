//! Statements: the words of a line, and what they say.

mod administer;
mod change;
pub mod lexer;
mod not_modelled;
pub mod parser;
pub mod reader;
pub mod statement;
pub mod words;
