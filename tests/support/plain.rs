//! Texts of servers without what belongs to one run of theirs.

/// Without the numbers that stand right behind these words.
pub fn without_numbers(text: &str, words: &[&str]) -> String {
    words.iter().fold(text.to_owned(), |text, word| {
        let mut parts = text.split(word);
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |all, part| {
            all + word + part.trim_start_matches(|c: char| c.is_ascii_digit())
        })
    })
}
