//! Tests of `names`.

use super::*;

#[test]
fn a_name_is_short_and_neither_hidden_nor_an_option_nor_a_device_nor_a_way_out() {
    for (text, name) in [
        ("after_sync-5_ms", "after_sync-5_ms"),
        ("..", "__"),
        ("", "_"),
        (".json", "_json"),
        ("--out", "__out"),
        ("../mine", "___mine"),
        ("/etc/passwd", "_etc_passwd"),
        ("a\\b:c*?", "a_b_c__"),
        ("NUL", "_NUL"),
        ("com1.x", "_com1.x"),
        ("COM¹", "_COM¹"),
        ("comx", "comx"),
        ("übung 3.", "übung_3_"),
        ("a\u{1b}[2J\u{202e}", "a__2J_"),
    ] {
        assert_eq!(safe(text), name, "{text:?}");
    }
    for long in ["x".repeat(300), "北".repeat(300)] {
        let name = safe(&long);
        assert!(name.len() <= LONGEST && name.len() > 80, "{name}");
        assert_ne!(name, safe(&format!("{long}y")));
    }
}

#[test]
fn no_name_is_given_twice() {
    let mut names = Names::default();
    let mut given = BTreeSet::new();
    let mut ask = |text: &str, of: &str| {
        let name = names.give(text, of);
        assert!(given.insert(name.to_lowercase()), "{name} twice");
        name
    };
    assert_eq!(ask("a_b", "a b"), "a_b");
    let other = ask("a_b", "a_b");
    assert!(other.starts_with("a_b-") && other.len() == 12, "{other}");
    ask("a/b", "a/b");
    ask("A_B", "A_B");
    // One who knows the marks gains nothing.
    ask(&other, &other);
    ask("a_b", "a_b");
}
