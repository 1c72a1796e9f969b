//! What is wrong with a description: which file, where in it, what was expected, and the nearest known name.

use crate::shown::{brief, cut};
use std::fmt;

/// Where in a file something is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The file as a whole.
    Whole,
    /// A place in the text, both from 1: the file is not even JSON.
    Text {
        /// The line.
        line: usize,
        /// The column.
        column: usize,
    },
    /// A dotted path inside the document, such as `servers.mysql-m.host`.
    Path(String),
}

/// A wrong input.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Error {
    /// The file, or the command line argument.
    pub file: String,
    /// Where in it.
    pub place: Place,
    /// What is wrong and what was expected.
    pub problem: String,
    /// The known name nearest to the one that is unknown.
    pub nearest: Option<String>,
}

impl Error {
    /// A problem with a file as a whole.
    pub fn whole(file: impl Into<String>, problem: impl Into<String>) -> Error {
        Error {
            file: file.into(),
            place: Place::Whole,
            problem: problem.into(),
            nearest: None,
        }
    }

    /// A problem at a dotted path; the file is added by `in_file`.
    pub fn at(path: impl Into<String>, problem: impl Into<String>) -> Error {
        Error {
            file: String::new(),
            place: Place::Path(path.into()),
            problem: problem.into(),
            nearest: None,
        }
    }

    /// The same problem, in this file, if the file was not known yet.
    pub fn in_file(mut self, file: &str) -> Error {
        if self.file.is_empty() {
            self.file = file.to_string();
        }
        self
    }

    /// The same problem with the known name that is nearest to `name`, if one is near.
    pub fn near<'a>(
        mut self,
        name: &str,
        known: impl IntoIterator<Item = impl AsRef<str> + 'a>,
    ) -> Error {
        self.nearest = super::names::nearest(name, known);
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.file.is_empty() {
            write!(f, "{}", cut(&self.file))?;
            if let Place::Text { line, column } = self.place {
                write!(f, ":{line}:{column}")?;
            }
            write!(f, ": ")?;
        }
        match &self.place {
            Place::Path(path) if !path.is_empty() && path != "." => write!(f, "{}: ", cut(path))?,
            Place::Whole | Place::Text { .. } | Place::Path(_) => {}
        }
        write!(f, "{}", brief(&self.problem))?;
        if let Some(nearest) = &self.nearest {
            write!(f, "; did you mean `{}`?", cut(nearest))?;
        }
        Ok(())
    }
}
