//! `replsim list`: the experiments at hand.

use super::{End, complain, print};
use crate::shown::line;
use crate::spec;
use std::error::Error;

/// Name and question of every experiment; files that cannot be read are named on standard error.
pub fn list() -> Result<End, Box<dyn Error>> {
    let entries = spec::list();
    let readable: Vec<_> = entries.iter().flatten().collect();
    let width = readable
        .iter()
        .map(|entry| entry.name.chars().count())
        .max()
        .unwrap_or(0);
    let mut text = String::new();
    for entry in &readable {
        let what = if entry.question.is_empty() {
            &entry.title
        } else {
            &entry.question
        };
        text += &format!("{:width$}  {}\n", line(&entry.name), line(what));
    }
    print(&text)?;
    for error in entries.iter().filter_map(|entry| entry.as_ref().err()) {
        complain(error);
    }
    Ok(End::Done)
}
