//! Names of files and folders: short, safe on every file system, and none twice in a folder.

use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// The longest name without its ending, in bytes; file systems take 255, beginnings and endings come on top.
const LONGEST: usize = 100;
/// Names that Windows keeps for devices, whatever ending they have.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];

/// A text as a name: letters, digits, dots, dashes and underscores, of a length that every file system takes. Names that
/// are so already stay as they are.
pub fn safe(text: &str) -> String {
    let plain = |c: char| match c.is_alphanumeric() || matches!(c, '.' | '-' | '_') {
        true => c,
        false => '_',
    };
    let mut name: String = text.chars().map(plain).collect();
    // Neither hidden, nor an option, nor the folder above; Windows drops dots at the end.
    let ends = |c: char| matches!(c, '.' | '-');
    let hidden = name.len() - name.trim_start_matches(ends).len();
    name.replace_range(..hidden, &"_".repeat(hidden));
    let open = name.trim_end_matches('.').len();
    name.replace_range(open.., &"_".repeat(name.len() - open));
    if name.is_empty() || is_device(&name) {
        name.insert(0, '_');
    }
    if name.len() > LONGEST {
        let mark = mark(text, 0);
        let mut end = LONGEST - mark.len();
        while !name.is_char_boundary(end) {
            end -= 1;
        }
        name.truncate(end);
        name += &mark;
    }
    name
}

fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().to_lowercase();
    let port = |kind: &str| {
        let number = stem.strip_prefix(kind).unwrap_or_default();
        number.chars().count() == 1 && number.chars().all(char::is_numeric)
    };
    DEVICES.contains(&stem.as_str()) || port("com") || port("lpt")
}

/// What tells apart texts whose names would be the same.
fn mark(of: &str, attempt: u32) -> String {
    let digest = Sha256::digest(format!("{of}\n{attempt}"));
    let hex: String = digest[..4]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("-{hex}")
}

/// The names that are taken in a folder; capitals make no difference, as on some file systems.
#[derive(Debug, Default)]
pub struct Names(BTreeSet<String>);

impl Names {
    /// A name for what this text stands for. The first to ask gets the plain name; others with the same one get a mark
    /// made from all that they stand for (`of`), so that it stays theirs.
    pub fn give(&mut self, text: &str, of: &str) -> String {
        let plain = safe(text);
        let mut name = plain.clone();
        for attempt in 0.. {
            if self.0.insert(name.to_lowercase()) {
                break;
            }
            name = plain.clone() + &mark(of, attempt);
        }
        name
    }
}

#[cfg(test)]
mod tests;
