//! Statements: the words of a line, and what they say.

mod administer;
mod change;
pub mod lexer;
pub mod parser;
pub mod statement;
pub mod words;
