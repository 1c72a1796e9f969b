//! How wide text is, and where it breaks.

use crate::shown::is_obeyed;

/// Control characters are not allowed in XML, and nothing turns the direction of writing.
pub(super) fn printable(c: char) -> char {
    if is_obeyed(c) || matches!(c, '\u{fffe}' | '\u{ffff}') {
        ' '
    } else {
        c
    }
}

/// The width of `text` in pixels, for a wide sans-serif font, rounded up.
pub(crate) fn text_width(text: &str, size: i32) -> i32 {
    let ems: f64 = text.chars().map(em).sum();
    libm::ceil(ems * f64::from(size)) as i32
}

fn em(c: char) -> f64 {
    match c {
        'i' | 'j' | 'l' | '.' | ',' | ':' | ';' | '\'' | '|' | ' ' | 'I' => 0.34,
        'f' | 't' | 'r' | '(' | ')' | '/' | '-' | '[' | ']' => 0.42,
        'm' | 'w' | 'M' | 'W' | '%' | '@' | '+' | '=' | '<' | '>' | '~' => 0.98,
        'A'..='Z' | '&' | '#' => 0.78,
        ' '..='~' => 0.65,
        '\u{0}'..='\u{2fff}' => 0.85,
        _ => 1.05,
    }
}

/// `text` in lines of at most `width` pixels, broken at spaces where there are any.
pub(crate) fn wrap(text: &str, size: i32, width: i32) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let joined = |line: &str| match line {
            "" => word.to_owned(),
            line => format!("{line} {word}"),
        };
        let tried = joined(lines.last().map_or("", |line| line.as_str()));
        if text_width(&tried, size) <= width {
            lines.pop();
            lines.push(tried);
            continue;
        }
        if lines.last().is_some_and(|line| !line.is_empty()) {
            lines.push(String::new());
        }
        for c in word.chars() {
            let mut line = lines.pop().unwrap_or_default();
            line.push(c);
            if text_width(&line, size) > width && line.chars().count() > 1 {
                line.pop();
                lines.push(line);
                line = c.to_string();
            }
            lines.push(line);
        }
    }
    lines
}
