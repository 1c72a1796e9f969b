//! Tests of `reader`.

use super::*;

fn texts(text: &str) -> Vec<String> {
    statements(text).into_iter().map(|read| read.text).collect()
}

#[test]
fn statements_end_where_the_client_ends_them() {
    assert_eq!(texts("a; b\\G c\\g d"), ["a", "b", "c", "d"]);
    assert_eq!(texts("a\n  b\nc;"), ["a\n  b\nc"]);
    assert_eq!(texts("a 'x;\\' y' b; c"), ["a 'x;\\' y' b", "c"]);
    assert_eq!(texts("a `x\\`; b"), ["a `x\\`", "b"]);
    assert_eq!(texts("half of it\\c a;"), ["a"]);
    assert_eq!(texts("a\\G;"), ["a", ""]);
    assert_eq!(texts("insert 'two\nlines';"), ["insert 'two\nlines'"]);
    assert_eq!(texts(" \n\n"), [] as [&str; 0]);
}

#[test]
fn comments_are_not_sent_unless_they_are_executed() {
    assert_eq!(texts("a -- b; c\nd;"), ["a \nd"]);
    assert_eq!(texts("a # b; c\nd;"), ["a \nd"]);
    assert_eq!(texts("--b\na;"), ["a"]);
    assert_eq!(texts("SELECT 1--1;"), ["SELECT 1--1"]);
    assert_eq!(texts("a /* b; \n c */ d;"), ["a \n d"]);
    assert_eq!(texts("a /*!40101 b; c */ d;"), ["a /*!40101 b; c */ d"]);
    assert_eq!(texts("a /*M! b */;"), ["a /*M! b */"]);
    assert_eq!(texts("a '-- no # comment /* here */';").len(), 1);
}

#[test]
fn a_statement_knows_how_it_ended_and_where_it_began() {
    let read = statements("\nSELECT\n1\\G\nb &\nc & d;");
    let all: Vec<_> = read
        .iter()
        .map(|read| (read.text.as_str(), read.ending, read.line))
        .collect();
    assert_eq!(
        all,
        [
            ("SELECT\n1", Ending::Vertical, 2),
            ("b", Ending::Background, 4),
            ("c & d", Ending::Plain, 5),
        ]
    );
}
