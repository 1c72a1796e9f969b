//! Text that others wrote, fit to be shown: a terminal shows it and does not obey it, and a message stays short.

use std::fmt::{Display, Write};

/// The longest value that a message repeats, in characters.
const VALUE: usize = 200;
/// The longest message, in characters: what is left when a value hides its own end.
const MESSAGE: usize = 1500;

/// Whether a terminal would obey this character instead of showing it: control characters, separators of lines, and those
/// that turn the direction of writing.
pub fn is_obeyed(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A text on one line; what a terminal would obey is written as JSON writes it, `\u001b`.
pub fn line(text: &str) -> String {
    written(text, "")
}

/// The same for a text of several lines: line breaks and tabs stay. JSON stays the same JSON.
pub fn lines(text: &str) -> String {
    written(text, "\n\t")
}

fn written(text: &str, but: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if is_obeyed(c) && !but.contains(c) {
            // Writing into a string does not fail.
            let _ = write!(shown, "\\u{:04x}", u32::from(c));
        } else {
            shown.push(c);
        }
    }
    shown
}

/// A text of which at most a line is left, and how much was cut off.
pub fn cut(text: &str) -> String {
    /// Room for saying so.
    const SAID: usize = 40;
    let mut from_here = text.char_indices().skip(VALUE - SAID).map(|(at, _)| at);
    match (from_here.next(), from_here.nth(SAID - 1)) {
        (Some(end), Some(_)) => {
            let more = text[end..].chars().count();
            format!("{}... ({more} more characters)", &text[..end])
        }
        _ => text.to_owned(),
    }
}

/// A value as a message repeats it: JSON whose quotation marks are in pairs, wherever it is cut.
pub fn value(of: &impl Display) -> String {
    let short = cut(&of.to_string());
    let mark = match short.matches('"').count() % 2 {
        0 => "",
        _ => "\"",
    };
    short + mark
}

/// A message of which each quoted value, and each word, is at most a line.
pub fn brief(message: &str) -> String {
    let mut short = String::new();
    let mut rest = message;
    while let Some((before, mark, after)) = next_quote(rest) {
        short += &words(before);
        short.push(mark);
        let end = end_of_quote(after, mark);
        short += &cut(&after[..end]);
        rest = &after[end..];
        if let Some(after) = rest.strip_prefix(mark) {
            short.push(mark);
            rest = after;
        }
    }
    short += &words(rest);
    let length = short.chars().count();
    if length <= MESSAGE {
        return short;
    }
    let head: String = short.chars().take(MESSAGE - VALUE).collect();
    let tail: String = short.chars().skip(length - VALUE).collect();
    format!("{head}... ({} more characters) ...{tail}", length - MESSAGE)
}

fn words(text: &str) -> String {
    let words: Vec<String> = text.split(' ').map(cut).collect();
    words.join(" ")
}

/// What stands before the next quotation mark, the mark, and what comes after it. An apostrophe within a word is none.
fn next_quote(text: &str) -> Option<(&str, char, &str)> {
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        let opens = matches!(c, '`' | '"') || (c == '\'' && !before.is_alphanumeric());
        if opens {
            return Some((&text[..at], c, &text[at + 1..]));
        }
        before = c;
    }
    None
}

/// Where a quoted value ends: at its mark, unless a backslash stands before that in double quotes.
fn end_of_quote(text: &str, mark: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        if c == mark && !escaped {
            return at;
        }
        escaped = mark == '"' && c == '\\' && !escaped;
    }
    text.len()
}

#[cfg(test)]
mod tests;
