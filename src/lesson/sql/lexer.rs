//! The tokens of a statement, as the servers split it.

/// A token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// A word, or a name in backticks; as it was written.
    Word(String),
    /// A string in quotes, without them.
    Text(String),
    /// A whole number.
    Number(i64),
    /// `@@name`, with `global.` and the like.
    Variable(String),
    /// Any other character.
    Symbol(char),
}

impl Token {
    /// Whether it is this word, in any case.
    pub fn is(&self, word: &str) -> bool {
        matches!(self, Token::Word(said) if said.eq_ignore_ascii_case(word))
    }

    /// As an error quotes it.
    pub fn said(&self) -> String {
        match self {
            Token::Word(word) => word.clone(),
            Token::Text(text) => format!("'{text}'"),
            Token::Number(number) => number.to_string(),
            Token::Variable(name) => format!("@@{name}"),
            Token::Symbol(symbol) => symbol.to_string(),
        }
    }
}

/// The tokens of a statement; `None` where a quote is never closed.
pub fn tokens(statement: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = statement.chars().peekable();
    let is_name = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    while let Some(first) = rest.next() {
        match first {
            c if c.is_whitespace() => {}
            '\'' | '"' => tokens.push(Token::Text(quoted(&mut rest, first)?)),
            '`' => tokens.push(Token::Word(quoted(&mut rest, first)?)),
            '@' if rest.peek() == Some(&'@') => {
                rest.next();
                let mut name = String::new();
                while let Some(c) = rest.next_if(|&c| is_name(c) || c == '.') {
                    name.push(c);
                }
                tokens.push(Token::Variable(name));
            }
            c if c.is_ascii_digit() => {
                let mut digits = String::from(c);
                while let Some(c) = rest.next_if(|c| c.is_ascii_digit()) {
                    digits.push(c);
                }
                tokens.push(Token::Number(digits.parse().ok()?));
            }
            c if is_name(c) => {
                let mut word = String::from(c);
                while let Some(c) = rest.next_if(|&c| is_name(c)) {
                    word.push(c);
                }
                tokens.push(Token::Word(word));
            }
            symbol => tokens.push(Token::Symbol(symbol)),
        }
    }
    Some(tokens)
}

/// Up to the closing quote; a doubled quote and a backslash stand for themselves.
fn quoted(rest: &mut std::iter::Peekable<std::str::Chars>, quote: char) -> Option<String> {
    let mut text = String::new();
    loop {
        match rest.next()? {
            '\\' if quote != '`' => text.push(rest.next()?),
            c if c == quote && rest.peek() == Some(&quote) => {
                rest.next();
                text.push(quote);
            }
            c if c == quote => return Some(text),
            c => text.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_hold_what_would_end_them_elsewhere() {
        let tokens = tokens(r"'it''s' `a b` 'c\'d'").unwrap();
        assert_eq!(
            tokens,
            [
                Token::Text("it's".into()),
                Token::Word("a b".into()),
                Token::Text("c'd".into())
            ]
        );
        assert_eq!(super::tokens("'never closed"), None);
    }
}
