//! Tests of `shown`.

use super::*;

#[test]
fn what_a_terminal_would_obey_is_written_out() {
    assert_eq!(line("a\u{1b}[2Jb\u{9b}c\n"), "a\\u001b[2Jb\\u009bc\\u000a");
    assert_eq!(
        lines("a\tb\r\n\u{202e}c\u{7f}"),
        "a\tb\\u000d\n\\u202ec\\u007f"
    );
    assert_eq!(lines("\u{85}\u{2028}\u{2029}"), "\\u0085\\u2028\\u2029");
    assert_eq!(lines("µs, ±, 北京"), "µs, ±, 北京");
}

#[test]
fn json_stays_the_same_json() {
    let value = serde_json::json!({"a": "\u{1b}\u{9b}\u{202e}\t\n\\"});
    let shown = lines(&format!("{value:#}"));
    assert!(!shown.contains(['\u{9b}', '\u{202e}']));
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(&shown).unwrap(),
        value
    );
}

#[test]
fn a_message_repeats_at_most_a_line_of_a_value() {
    let long = "x".repeat(100_000);
    for quoted in [
        format!("`{long}`"),
        format!("\"{long}\""),
        format!("'{long}'"),
    ] {
        let message = brief(&format!(
            "the server's value {quoted} is no number, expected 1 to 4"
        ));
        assert!(message.chars().count() < 300, "{message}");
        assert!(
            message.ends_with("is no number, expected 1 to 4"),
            "{message}"
        );
    }
    let listed = brief(&format!("expected {long}, b or c"));
    assert!(
        listed.len() < 300 && listed.ends_with(" b or c"),
        "{listed}"
    );
    let cut_twice = cut(&cut(&long));
    assert_eq!(cut_twice, cut(&long));
    assert_eq!(cut(&"x".repeat(VALUE)), "x".repeat(VALUE));
    assert!(cut(&"x".repeat(VALUE + 1)).ends_with("... (41 more characters)"));
    let nested = brief(&format!(
        "the value {} has no unit, as in \"5 ms\"",
        value(&serde_json::json!({"a": long}))
    ));
    assert!(
        nested.ends_with("has no unit, as in \"5 ms\"") && nested.len() < 300,
        "{nested}"
    );
    let hidden = brief(&format!("`{}` is no number", "x`".repeat(100_000)));
    assert!(hidden.chars().count() < 1600 && hidden.ends_with("` is no number"));
    let short = "the commit's time: `a` and \"b\\\"c\" are unknown, as in 'x'";
    assert_eq!(brief(short), short);
}
