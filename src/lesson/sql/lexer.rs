//! The tokens of a statement, as the servers split it.

use std::ops::Range;

/// A token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// A word as it was written.
    Word(String),
    /// A name in backticks, without them.
    Name(String),
    /// A string in quotes, without them.
    Text(String),
    /// A whole number.
    Number(i64),
    /// A number with a point or an exponent, or one that is too large; as it was written.
    Decimal(String),
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
            Token::Word(word) | Token::Decimal(word) => word.clone(),
            Token::Name(name) => format!("`{name}`"),
            Token::Text(text) => format!("'{text}'"),
            Token::Number(number) => number.to_string(),
            Token::Variable(name) => format!("@@{name}"),
            Token::Symbol(symbol) => symbol.to_string(),
        }
    }
}

/// A comment that some servers execute: `/*! */`, `/*!80000 */`, `/*M! */`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Executable {
    /// `/*M!`, which one family alone executes.
    pub m: bool,
    /// From this version on, as in 80023 and 101102.
    pub since: Option<u32>,
}

/// Characters, taken one after the other.
struct Chars<'a> {
    all: &'a [char],
    at: usize,
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

impl Chars<'_> {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.all.get(self.at + ahead).copied()
    }

    fn take(&mut self) -> Option<char> {
        let c = self.peek(0)?;
        self.at += 1;
        Some(c)
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> String {
        let rest = &self.all[self.at..];
        let taken: String = rest.iter().take_while(|c| wanted(**c)).collect();
        self.at += taken.chars().count();
        taken
    }

    /// Up to the closing quote, which is doubled where it stands for itself.
    fn quoted(&mut self, quote: char) -> Option<String> {
        let mut text = String::new();
        loop {
            match self.take()? {
                '\\' if quote != '`' => match self.take()? {
                    'n' => text.push('\n'),
                    't' => text.push('\t'),
                    'r' => text.push('\r'),
                    'b' => text.push('\u{8}'),
                    '0' => text.push('\0'),
                    'Z' => text.push('\u{1a}'),
                    // In a pattern these two are not wild.
                    wild @ ('%' | '_') => text.extend(['\\', wild]),
                    c => text.push(c),
                },
                c if c == quote && self.peek(0) == Some(quote) => {
                    self.at += 1;
                    text.push(quote);
                }
                c if c == quote => return Some(text),
                c => text.push(c),
            }
        }
    }

    /// A number, or a name that begins with a digit.
    fn number(&mut self) -> Token {
        let start = self.at;
        self.take_while(|c| c.is_ascii_digit());
        let mut whole = true;
        if self.peek(0) == Some('.')
            && self
                .peek(1)
                .is_none_or(|c| !is_name(c) || c.is_ascii_digit())
        {
            whole = false;
            self.at += 1;
            self.take_while(|c| c.is_ascii_digit());
        }
        let signed = usize::from(matches!(self.peek(1), Some('+' | '-')));
        let has_exponent = matches!(self.peek(0), Some('e' | 'E'))
            && self.peek(1 + signed).is_some_and(|c| c.is_ascii_digit());
        if has_exponent {
            whole = false;
            self.at += 1 + signed;
            self.take_while(|c| c.is_ascii_digit());
        } else if whole && self.peek(0).is_some_and(is_name) {
            self.take_while(is_name);
            return Token::Word(self.all[start..self.at].iter().collect());
        }
        let said: String = self.all[start..self.at].iter().collect();
        match said.parse() {
            Ok(number) if whole => Token::Number(number),
            _ => Token::Decimal(said),
        }
    }

    /// `0x41`, `x'41'`
    fn hex(&mut self) -> Option<Option<String>> {
        let (digits, behind) = match (self.peek(0)?, self.peek(1)?) {
            ('0', 'x') => (2, 0),
            ('x' | 'X', '\'') => (2, 1),
            _ => return None,
        };
        let rest = &self.all[self.at + digits..];
        let hex: Vec<char> = rest
            .iter()
            .copied()
            .take_while(char::is_ascii_hexdigit)
            .collect();
        let after = rest.get(hex.len());
        match behind {
            0 if hex.is_empty() || after.is_some_and(|c| is_name(*c)) => return None,
            1 if after != Some(&'\'') || hex.len() % 2 == 1 => return Some(None),
            _ => {}
        }
        self.at += digits + hex.len() + behind;
        let padded: Vec<char> = (hex.len() % 2 == 1)
            .then_some('0')
            .into_iter()
            .chain(hex)
            .collect();
        let bytes = padded.chunks(2).map(|pair| {
            let digit = |c: char| c.to_digit(16).unwrap_or(0) as u8;
            digit(pair[0]) << 4 | digit(pair[1])
        });
        Some(Some(
            String::from_utf8_lossy(&bytes.collect::<Vec<u8>>()).into_owned(),
        ))
    }

    /// Behind `/*!`, `/*M!`.
    fn executable(&mut self, m: bool) -> Executable {
        let rest = &self.all[self.at..];
        let digits: String = rest
            .iter()
            .take(6)
            .take_while(|c| c.is_ascii_digit())
            .collect();
        let since = match digits.len() {
            5 | 6 => digits.parse().ok(),
            _ => None,
        };
        if since.is_some() {
            self.at += digits.len();
        }
        Executable { m, since }
    }

    /// Behind a comment.
    fn skip_comment(&mut self) {
        while let Some(c) = self.take() {
            if c == '*' && self.peek(0) == Some('/') {
                self.at += 1;
                return;
            }
        }
    }
}

/// The tokens of a statement; `None` where a quote is never closed.
pub fn tokens(statement: &str, executes: impl Fn(Executable) -> bool) -> Option<Vec<Token>> {
    let placed = placed(statement, executes)?;
    Some(placed.into_iter().map(|(token, _)| token).collect())
}

/// The same, each with its place in the text, in characters.
pub fn placed(
    statement: &str,
    executes: impl Fn(Executable) -> bool,
) -> Option<Vec<(Token, Range<usize>)>> {
    let all: Vec<char> = statement.chars().collect();
    let mut chars = Chars { all: &all, at: 0 };
    let (mut tokens, mut places) = (Vec::new(), Vec::new());
    let (mut in_comment, mut start) = (false, 0);
    while let Some(first) = chars.peek(0) {
        if places.len() < tokens.len() {
            places.push(start..chars.at);
        }
        start = chars.at;
        if let Some(hex) = chars.hex() {
            tokens.push(Token::Text(hex?));
            continue;
        }
        if first.is_ascii_digit() || (first == '.' && begins_decimal(&chars, &tokens)) {
            tokens.push(chars.number());
            continue;
        }
        chars.at += 1;
        match (first, chars.peek(0)) {
            (c, _) if c.is_whitespace() => {}
            ('\'' | '"', _) => tokens.push(Token::Text(chars.quoted(first)?)),
            ('`', _) => tokens.push(Token::Name(chars.quoted(first)?)),
            ('@', Some('@')) => {
                chars.at += 1;
                tokens.push(Token::Variable(
                    chars.take_while(|c| is_name(c) || c == '.'),
                ));
            }
            ('*', Some('/')) if in_comment => {
                chars.at += 1;
                in_comment = false;
            }
            ('/', Some('*')) => {
                chars.at += 1;
                let m = chars.peek(0) == Some('M') && chars.peek(1) == Some('!');
                let executed = m || chars.peek(0) == Some('!');
                chars.at += usize::from(executed) + usize::from(m);
                match executed && executes(chars.executable(m)) {
                    true => in_comment = true,
                    false => chars.skip_comment(),
                }
            }
            (c, _) if is_name(c) => {
                let word = format!("{c}{}", chars.take_while(is_name));
                let quote = matches!(chars.peek(0), Some('\'' | '"'));
                // A character set in front of a string: `N'text'`, `_utf8mb4'text'`.
                let is_introducer = word.eq_ignore_ascii_case("n") || word.starts_with('_');
                if !(quote && is_introducer) {
                    tokens.push(Token::Word(word));
                }
            }
            (symbol, _) => tokens.push(Token::Symbol(symbol)),
        }
    }
    places.push(start..chars.at);
    Some(tokens.into_iter().zip(places).collect())
}

/// `.5`, but not the point of `a.5`.
fn begins_decimal(chars: &Chars, tokens: &[Token]) -> bool {
    let behind_name = matches!(tokens.last(), Some(Token::Word(_) | Token::Name(_)));
    !behind_name && chars.peek(1).is_some_and(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests;
