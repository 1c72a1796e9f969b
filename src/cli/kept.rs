//! The progress of a sweep, kept in the folder of its answers until it is done: that of one sweep, never of two.

use crate::report::write::Folder;
use crate::run::sweep::FILE;
use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

/// Where a sweep keeps its progress.
pub struct Kept<'a> {
    folder: &'a Folder,
    /// The file that is there is this sweep's.
    ours: AtomicBool,
    /// It was said that nothing can be kept.
    said: AtomicBool,
}

impl<'a> Kept<'a> {
    /// In this folder; an error where another sweep's progress is, unless this one goes on with it.
    pub fn beside(folder: &'a Folder, resumes: bool) -> Result<Kept<'a>, String> {
        let kept = Kept {
            folder,
            ours: AtomicBool::new(resumes),
            said: AtomicBool::new(false),
        };
        match !resumes && kept.is_taken() {
            true => Err(format!(
                "{}: a sweep was interrupted here, or is still running: --resume goes on with it, --out takes another \
                 folder; without this file the next one begins anew",
                kept.file().display()
            )),
            false => Ok(kept),
        }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join(FILE)
    }

    fn is_taken(&self) -> bool {
        fs::symlink_metadata(self.file()).is_ok()
    }

    /// Keeps the progress so far. If that fails, the sweep goes on without: what is to be said of it, once.
    pub fn keep(&self, text: String) -> Option<String> {
        let problem = if !self.ours.load(Ordering::Relaxed) && self.is_taken() {
            "another sweep keeps its own in this folder".to_owned()
        } else {
            match self.folder.write(&[(FILE.to_owned(), text)]) {
                Ok(()) => {
                    self.ours.store(true, Ordering::Relaxed);
                    return None;
                }
                Err(error) => error.to_string(),
            }
        };
        let first = !self.said.swap(true, Ordering::Relaxed);
        first.then(|| format!("note: the progress of this sweep is not kept: {problem}"))
    }

    /// The answers are written: nothing is left to go on with.
    pub fn done(&self) {
        if self.ours.load(Ordering::Relaxed) {
            // A file that is left behind refuses the next sweep, and says why.
            let _ = fs::remove_file(self.file());
        }
    }
}
