//! Words of others within Markdown: they are shown as they are, and stay where they stand.

use crate::shown;

/// A text on one line, without what Markdown would take for HTML, a link or the end of a table's cell.
pub fn plain(text: &str) -> String {
    let mut plain = String::new();
    for c in shown::line(text).chars() {
        match c {
            '&' => plain += "&amp;",
            '<' => plain += "&lt;",
            '|' => plain += "&#124;",
            '[' => plain += "&#91;",
            ']' => plain += "&#93;",
            c => plain.push(c),
        }
    }
    plain
}

/// The marks around blocks of text that is shown as it is: more of them than stand together in any of these texts.
pub fn fence<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let runs = |text: &str| {
        let runs = text.split(|c| c != '`').map(str::len);
        runs.max().unwrap_or(0)
    };
    let longest = texts.into_iter().map(runs).max().unwrap_or(0);
    "`".repeat((longest + 1).max(3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_others_stay_words() {
        assert_eq!(
            plain("<script>a & b</script> | [x](y)\n# c\u{1b}"),
            "&lt;script>a &amp; b&lt;/script> &#124; &#91;x&#93;(y)\\u000a# c\\u001b"
        );
        assert_eq!(fence(["a", "b ``c"]), "```");
        assert_eq!(fence(["a", "b\n````\nc"]), "`````");
    }
}
