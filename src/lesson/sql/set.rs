//! SET.

use super::expression::Expression;
use super::lexer::Token;
use super::operands::expression;
use super::statement::{Scope, Setting, Statement};
use super::words::Words;
use crate::lesson::store::value::Value;

/// A SET, if it is one that is known.
pub(super) fn set(words: &mut Words) -> Result<Option<Statement>, String> {
    for nothing in ["SET NAMES", "SET CHARACTER SET", "SET CHARSET"] {
        if words.take(nothing) {
            words.name_or_text("a character set")?;
            if words.take("COLLATE") {
                words.name_or_text("a collation")?;
            }
            return Ok(Some(Statement::SetNothing));
        }
    }
    let other = [
        "SET PASSWORD",
        "SET ROLE",
        "SET DEFAULT",
        "SET STATEMENT",
        "SET RESOURCE",
        "SET TRANSACTION",
        "SET SESSION TRANSACTION",
        "SET GLOBAL TRANSACTION",
    ];
    if other.iter().any(|other| words.take(other)) {
        return Ok(None);
    }
    words.words("SET")?;
    let mut scope = Scope::Session;
    let settings = words.list(|words| setting(words, &mut scope))?;
    Ok(Some(Statement::Set(settings)))
}

/// One variable; what was said of whose it is holds for those behind it too.
fn setting(words: &mut Words, scope: &mut Scope) -> Result<Setting, String> {
    let scopes = [
        ("GLOBAL", Scope::Global),
        ("SESSION", Scope::Session),
        ("LOCAL", Scope::Session),
        ("PERSIST", Scope::Persist),
        ("PERSIST_ONLY", Scope::PersistOnly),
    ];
    let own = words.take_symbol('@');
    if !own && let Some((_, said)) = scopes.iter().find(|(word, _)| words.take(word)) {
        *scope = *said;
    }
    let (scope, name) = match words.take_next() {
        Some(Token::Word(name) | Token::Name(name) | Token::Text(name)) if own => {
            (Scope::Own, name.to_lowercase())
        }
        Some(Token::Word(name) | Token::Name(name)) => (*scope, name),
        Some(Token::Variable(name)) => match name.split_once('.') {
            Some((said, plain)) => {
                let known = scopes
                    .iter()
                    .find(|(word, _)| word.eq_ignore_ascii_case(said));
                let scope = known
                    .ok_or_else(|| words.expected("@@global or @@session"))?
                    .1;
                (scope, plain.to_owned())
            }
            None => (Scope::Session, name),
        },
        _ => return Err("expected a variable,".to_owned()),
    };
    words.take_symbol(':');
    words.symbol('=')?;
    // Words that are no names of columns elsewhere.
    for word in ["ON", "BINARY"] {
        if words.take(word) {
            let value = Expression::Literal(Value::Text(word.to_owned()));
            return Ok(Setting { scope, name, value });
        }
    }
    let value = expression(words)?;
    Ok(Setting { scope, name, value })
}
