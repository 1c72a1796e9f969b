//! Tests of `lexer`.

use super::*;

fn read(statement: &str) -> Vec<Token> {
    tokens(statement, |_| true).unwrap()
}

fn text(text: &str) -> Token {
    Token::Text(text.into())
}

fn word(word: &str) -> Token {
    Token::Word(word.into())
}

#[test]
fn quotes_hold_what_would_end_them_elsewhere() {
    let all = read(r"'it''s' `a b` 'c\'d' 'a\nb' '50\%'");
    let name = Token::Name("a b".into());
    let expected = [text("it's"), name, text("c'd"), text("a\nb"), text("50\\%")];
    assert_eq!(all, expected);
    assert_eq!(tokens("'never closed", |_| true), None);
}

#[test]
fn numbers_and_hex_strings_are_what_the_servers_take_them_for() {
    let decimal = |said: &str| Token::Decimal(said.into());
    assert_eq!(
        read("12 1.5 2e3 1e-2 .5"),
        [
            Token::Number(12),
            decimal("1.5"),
            decimal("2e3"),
            decimal("1e-2"),
            decimal(".5"),
        ]
    );
    assert_eq!(
        read("99999999999999999999"),
        [decimal("99999999999999999999")]
    );
    assert_eq!(
        read("0x414243 x'4142' X'' N'n' _utf8mb4'u'"),
        [text("ABC"), text("AB"), text(""), text("n"), text("u"),]
    );
    assert_eq!(
        read("5c d.7"),
        [word("5c"), word("d"), Token::Symbol('.'), Token::Number(7),]
    );
    assert_eq!(read("t1.id").len(), 3);
}

#[test]
fn a_comment_is_executed_by_the_versions_that_it_names() {
    let of = |statement: &str| {
        tokens(statement, |comment| {
            !comment.m && comment.since < Some(80000)
        })
    };
    let read = |statement: &str| of(statement).unwrap();
    assert_eq!(read("a /*!50000 b */ c"), [word("a"), word("b"), word("c")]);
    assert_eq!(read("a /*! b */ c"), [word("a"), word("b"), word("c")]);
    assert_eq!(read("a /*!80013 b */ c"), [word("a"), word("c")]);
    assert_eq!(
        read("a /*M! b */ /*+ hint */ /* x */ c"),
        [word("a"), word("c")]
    );
}
