//! Output files: whole or not at all.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A file or folder that could not be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {path}: {source}", path = path.display())]
pub struct Unwritable {
    /// Which.
    pub path: PathBuf,
    /// Why.
    pub source: io::Error,
}

/// Writes a set of files into a folder, made if it is not there. Each appears whole or not at all: it is written
/// under another name, synced, then renamed.
pub fn write_all(folder: &Path, files: &[(String, String)]) -> Result<(), Unwritable> {
    fs::create_dir_all(folder).map_err(|source| Unwritable {
        path: folder.to_owned(),
        source,
    })?;
    for (name, text) in files {
        let path = folder.join(name);
        write_whole(&path, text).map_err(|source| Unwritable { path, source })?;
    }
    Ok(())
}

fn write_whole(path: &Path, text: &str) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.part", std::process::id()));
    let part = path.with_file_name(name);
    let written = File::create(&part).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()
    });
    match written.and_then(|()| fs::rename(&part, path)) {
        Ok(()) => Ok(()),
        Err(error) => {
            let _ = fs::remove_file(&part); // nothing is left half-written; the first error is the one to tell
            Err(error)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_cannot_be_written_leaves_nothing_behind() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let taken = folder.path().join("results.json");
        fs::create_dir(&taken).expect("a folder in the way");
        fs::write(taken.join("x"), "x").expect("so that it cannot be replaced");
        let error = write_all(
            folder.path(),
            &[("results.json".to_owned(), "{}".to_owned())],
        )
        .expect_err("a folder is in the way");
        assert!(error.to_string().contains("results.json"));
        let left: Vec<_> = fs::read_dir(folder.path()).expect("readable").collect();
        assert_eq!(left.len(), 1, "only what was there before");
    }
}
