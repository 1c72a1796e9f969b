//! Where text comes from: a file, a pipe, standard input; and what is said of one that is no text.

use super::error::{Error, Place};
use super::limits;
use std::fs::File;
use std::io::{self, BufRead, Read};
use std::path::Path;

/// The path that stands for standard input.
pub const STANDARD_INPUT: &str = "-";
/// Longest file or line, in bytes.
const MOST: u64 = limits::FILE;

/// What a path names, without the folders and the ending: what an answer to it is called.
pub fn stem(path: &str) -> String {
    match path {
        STANDARD_INPUT => "stdin".to_owned(),
        path => Path::new(path)
            .file_stem()
            .map_or(path.into(), |stem| stem.to_string_lossy())
            .into_owned(),
    }
}

/// The text of a file, a pipe or, for `-`, of standard input.
pub fn read(path: &str) -> Result<String, Error> {
    let unreadable = |error: io::Error| Error::whole(path, said(&error));
    let mut bytes = Vec::new();
    if path == STANDARD_INPUT {
        let input = io::stdin().lock();
        input.take(MOST + 1).read_to_end(&mut bytes)
    } else {
        let input = File::open(path).map_err(unreadable)?;
        input.take(MOST + 1).read_to_end(&mut bytes)
    }
    .map_err(unreadable)?;
    if bytes.len() as u64 > MOST {
        return Err(Error::whole(path, too_long()));
    }
    text(path, bytes, 1)
}

fn too_long() -> String {
    format!("is longer than {} MiB (docs/limits.md)", MOST >> 20)
}

#[expect(clippy::wildcard_enum_match_arm, reason = "an open list")]
fn said(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::IsADirectory => "is a directory, expected a file".to_owned(),
        _ => format!("cannot be read: {error}"),
    }
}

/// Lines of standard input, one after the other as they come, each without its end; with an error nothing comes after it.
pub fn lines() -> impl Iterator<Item = Result<String, Error>> {
    const FILE: &str = "standard input";
    let mut number = 0;
    std::iter::from_fn(move || {
        number += 1;
        let mut bytes = Vec::new();
        let mut input = io::stdin().lock().take(MOST + 1);
        match input.read_until(b'\n', &mut bytes) {
            Ok(0) => None,
            Ok(length) if length as u64 > MOST => Some(Err(Error {
                place: Place::Text {
                    line: number,
                    column: 1,
                },
                ..Error::whole(FILE, too_long())
            })),
            Ok(_) => Some(text(FILE, bytes, number).map(|line| {
                let line = line.strip_suffix('\n').unwrap_or(&line);
                line.strip_suffix('\r').unwrap_or(line).to_owned()
            })),
            Err(error) => Some(Err(Error::whole(FILE, said(&error)))),
        }
    })
}

/// Bytes as text, without a byte order mark; `first` is the number of their first line.
fn text(file: &str, bytes: Vec<u8>, first: usize) -> Result<String, Error> {
    // Every text of ours begins with two characters of ASCII: half of them is zero in UTF-16.
    let wide = match bytes.as_slice() {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => true,
        [0, second, ..] => *second != 0,
        [first, 0, ..] => *first != 0,
        _ => false,
    };
    if wide && first == 1 {
        return Err(Error::whole(file, "is UTF-16, expected UTF-8"));
    }
    match String::from_utf8(bytes) {
        Ok(text) if first == 1 => Ok(text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned()),
        Ok(text) => Ok(text),
        Err(error) => {
            let good = error.utf8_error().valid_up_to();
            let bad = error.as_bytes()[good];
            let before = String::from_utf8_lossy(&error.as_bytes()[..good]);
            let line = before.rsplit('\n').next().unwrap_or_default();
            Err(Error {
                file: file.to_owned(),
                place: Place::Text {
                    line: first + before.matches('\n').count(),
                    column: 1 + line.chars().count(),
                },
                problem: format!("the byte 0x{bad:02X} is not UTF-8"),
                nearest: None,
            })
        }
    }
}

#[cfg(test)]
mod tests;
