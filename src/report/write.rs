//! Output files: whole or not at all, in a folder that was tried before the work began.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A file or folder that could not be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {path}: {source}", path = path.display())]
pub struct Unwritable {
    /// Which.
    pub path: PathBuf,
    /// Why.
    pub source: io::Error,
}

/// Held while files are on their way.
static WRITING: Mutex<()> = Mutex::new(());

/// Waits until no file is half written, and keeps it so: whoever wants to end the program asks here first.
pub fn undisturbed() -> MutexGuard<'static, ()> {
    WRITING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A folder that takes files; if it was made for them and gets none, it goes away again.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    /// What was made for it, from the inside out.
    made: Vec<PathBuf>,
}

impl Folder {
    /// Makes the folder if it is not there, and tries whether it takes a file. What earlier programs left half written
    /// goes away.
    pub fn open(path: &Path) -> Result<Folder, Unwritable> {
        let _whole = undisturbed();
        let missing = |folder: &&Path| !folder.as_os_str().is_empty() && !folder.exists();
        let made = path.ancestors().take_while(missing);
        let folder = Folder {
            path: path.to_owned(),
            made: made.map(Path::to_owned).collect(),
        };
        let tried = fs::create_dir_all(path).and_then(|()| {
            remove_leftovers(path);
            /// A full disk has room for an empty file.
            const BLOCK: [u8; 4096] = [b' '; 4096];
            Part::of(&path.join("try"))?.file.write_all(&BLOCK)
        });
        match tried {
            Ok(()) => Ok(folder),
            Err(source) => Err(Unwritable {
                path: path.to_owned(),
                source,
            }),
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a set of files, name and text. Each appears whole or not at all: it is written under another name, synced,
    /// then renamed.
    pub fn write(&self, files: &[(String, String)]) -> Result<(), Unwritable> {
        let _whole = undisturbed();
        for (name, text) in files {
            let path = self.path.join(name);
            write_whole(&path, text).map_err(|source| Unwritable { path, source })?;
        }
        Ok(())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        for folder in &self.made {
            // One with files in it stays.
            let _ = fs::remove_dir(folder);
        }
    }
}

fn write_whole(path: &Path, text: &str) -> io::Result<()> {
    if fs::metadata(path).is_ok_and(|there| !there.is_file()) {
        return Err(io::Error::other("something is there that is not a file"));
    }
    let mut part = Part::of(path)?;
    part.file.write_all(crate::shown::lines(text).as_bytes())?;
    part.file.sync_all()?;
    fs::rename(&part.path, path)
}

/// A file that is being written, under a name of its own; when it is dropped, that name is gone.
struct Part {
    path: PathBuf,
    file: File,
}

impl Part {
    /// A new file beside `path`: never one that is there, never through a link.
    fn of(path: &Path) -> io::Result<Part> {
        let process = std::process::id();
        let mut number = 0;
        loop {
            let mut name = path.file_name().unwrap_or_default().to_owned();
            name.push(format!(".{process}-{number}.part"));
            let path = path.with_file_name(name);
            match File::create_new(&path) {
                Ok(file) => return Ok(Part { path, file }),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => number += 1,
                Err(error) => return Err(error),
            }
        }
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // After the rename nothing has this name; before it, the first error is the one to tell.
        let _ = fs::remove_file(&self.path);
    }
}

/// Removes what programs left that were killed while they wrote.
fn remove_leftovers(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        if let Some(process) = name.to_str().and_then(writer)
            && is_gone(process, &entry)
        {
            // Whoever cannot remove it can still write beside it.
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// The process that wrote a file of this name, if it is the name of a part.
fn writer(name: &str) -> Option<u32> {
    let (_, numbers) = name.strip_suffix(".part")?.rsplit_once('.')?;
    let (process, number) = numbers.split_once('-')?;
    number.parse::<u32>().ok()?;
    process.parse().ok()
}

/// Whether a process ended; where that cannot be asked, whether its file is older than any writing takes.
fn is_gone(process: u32, file: &fs::DirEntry) -> bool {
    const HOUR: Duration = Duration::from_secs(3600);
    if Path::new("/proc/self").exists() {
        return !Path::new(&format!("/proc/{process}")).exists();
    }
    let modified = file.metadata().and_then(|file| file.modified());
    modified.is_ok_and(|at| at.elapsed().is_ok_and(|age| age > HOUR))
}

#[cfg(test)]
mod tests;
