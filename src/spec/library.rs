//! Where descriptions are found: a path, `./models` and `./experiments`, then the copies built into the program.

use super::builtin::{EXPERIMENTS, LESSONS, MODELS};
use super::error::Error;
use super::input;
use std::collections::BTreeSet;
use std::path::Path;

/// Which shelf a description stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shelf {
    /// Models and their parts.
    Models,
    /// Experiments.
    Experiments,
    /// Lessons.
    Lessons,
}

impl Shelf {
    fn directory(self) -> &'static str {
        match self {
            Shelf::Models => "models",
            Shelf::Experiments => "experiments",
            Shelf::Lessons => "lessons",
        }
    }

    /// How deep its directory is looked into; below `experiments/` are measurements.
    fn levels(self) -> u32 {
        match self {
            Shelf::Models => 3,
            Shelf::Experiments | Shelf::Lessons => 0,
        }
    }

    fn thing(self) -> &'static str {
        match self {
            Shelf::Models => "model",
            Shelf::Experiments => "experiment",
            Shelf::Lessons => "lesson",
        }
    }

    fn built_in(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Shelf::Models => &MODELS,
            Shelf::Experiments => &EXPERIMENTS,
            Shelf::Lessons => &LESSONS,
        }
    }
}

/// A description as found.
#[derive(Clone, Debug)]
pub struct Found {
    /// Its bare name; of a path, the file's name without its ending.
    pub name: String,
    /// The file, as errors should name it.
    pub file: String,
    /// The text.
    pub text: String,
}

/// Finds a description by path (`-` is standard input) or bare name; never relative to the file that names it.
pub fn find(shelf: Shelf, name: &str) -> Result<Found, Error> {
    let path = Path::new(name);
    let there = path.exists();
    let is_path = (name.contains('/') || name.ends_with(".json")) && there && !path.is_dir();
    let local = format!("{}/{name}.json", shelf.directory());
    if is_path || name == input::STANDARD_INPUT {
        return at_path(name);
    }
    if Path::new(&local).is_file() {
        return Ok(Found {
            name: name.to_string(),
            text: input::read(&local)?,
            file: local,
        });
    }
    if let Some((_, text)) = shelf.built_in().iter().find(|entry| entry.0 == name) {
        return Ok(Found {
            name: name.to_string(),
            file: local,
            text: (*text).to_string(),
        });
    }
    // Nothing of ours has this name, but something else.
    if there {
        return at_path(name);
    }
    let known = names(shelf);
    // `mysql-8.0` is near to `clusters/mysql-8.0`
    let same_end = known
        .iter()
        .find(|known| known.rsplit('/').next() == name.rsplit('/').next());
    let mut error = Error::whole(
        name,
        format!(
            "no such {}: neither a file nor a name in `{}`",
            shelf.thing(),
            shelf.directory()
        ),
    );
    match same_end {
        Some(near) => error.nearest = Some(near.clone()),
        None => error = error.near(name.trim_end_matches(".json"), &known),
    }
    Err(error)
}

fn at_path(path: &str) -> Result<Found, Error> {
    Ok(Found {
        name: input::stem(path),
        text: input::read(path)?,
        file: path.to_string(),
    })
}

/// The bare names at hand, sorted.
pub fn names(shelf: Shelf) -> Vec<String> {
    let mut names: BTreeSet<String> = shelf
        .built_in()
        .iter()
        .map(|entry| entry.0.to_string())
        .collect();
    gather(Path::new(shelf.directory()), "", shelf.levels(), &mut names);
    names.into_iter().collect()
}

/// Every `.json` below a directory, as a bare name, down to so many levels of directories.
fn gather(directory: &Path, prefix: &str, levels: u32, names: &mut BTreeSet<String>) {
    let Ok(entries) = std::fs::read_dir(directory) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_dir() {
            if levels > 0 {
                gather(
                    &entry.path(),
                    &format!("{prefix}{name}/"),
                    levels - 1,
                    names,
                );
            }
        } else if let Some(stem) = name.strip_suffix(".json") {
            names.insert(format!("{prefix}{stem}"));
        }
    }
}
