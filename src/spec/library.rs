//! Where descriptions are found: a path, `./models` and `./experiments`, then the copies built into the program.

use super::builtin::{EXPERIMENTS, LESSONS, MODELS};
use super::error::Error;
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
    /// Its bare name; of a path, the file's name without `.json`.
    pub name: String,
    /// The file, as errors should name it.
    pub file: String,
    /// The text.
    pub text: String,
}

/// Finds a description by path or bare name; never relative to the file that names it.
pub fn find(shelf: Shelf, name: &str) -> Result<Found, Error> {
    let path = Path::new(name);
    let is_path = (name.contains('/') || name.ends_with(".json")) && path.is_file();
    let local = format!("{}/{name}.json", shelf.directory());
    if is_path {
        let stem = path
            .file_stem()
            .map_or(name.into(), |stem| stem.to_string_lossy());
        return Ok(Found {
            name: stem.into_owned(),
            file: name.to_string(),
            text: text(name)?,
        });
    }
    if Path::new(&local).is_file() {
        return Ok(Found {
            name: name.to_string(),
            text: text(&local)?,
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

fn text(file: &str) -> Result<String, Error> {
    std::fs::read_to_string(file)
        .map_err(|error| Error::whole(file, format!("cannot be read: {error}")))
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
