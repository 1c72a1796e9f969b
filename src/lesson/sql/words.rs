//! A statement's tokens, taken one after the other, with errors that say what was expected.

use super::lexer::Token;
use super::statement::TableName;
use std::ops::Range;

/// Tokens and where we are among them.
pub struct Words {
    tokens: Vec<Token>,
    /// Where each stands in the text, in characters.
    places: Vec<Range<usize>>,
    text: Vec<char>,
    at: usize,
}

impl Words {
    /// Before the first token.
    pub fn new(text: &str, tokens: Vec<(Token, Range<usize>)>) -> Words {
        let (tokens, places) = tokens.into_iter().unzip();
        Words {
            tokens,
            places,
            text: text.chars().collect(),
            at: 0,
        }
    }

    /// Where we are.
    pub fn place(&self) -> usize {
        self.at
    }

    /// What was typed from a place on.
    pub fn typed_since(&self, place: usize) -> String {
        let first = self.places.get(place).map_or(0, |range| range.start);
        let last = self.at.checked_sub(1).and_then(|at| self.places.get(at));
        let end = last.map_or(first, |range| range.end).max(first);
        self.text[first..end].iter().collect()
    }

    /// What was typed from a place to the end.
    pub fn typed_from(&self, place: usize) -> String {
        let first = self
            .places
            .get(place)
            .map_or(self.text.len(), |range| range.start);
        self.text[first..].iter().collect()
    }

    /// Whether this character comes so many tokens later.
    pub fn is_next(&self, ahead: usize, symbol: char) -> bool {
        self.tokens.get(self.at + ahead) == Some(&Token::Symbol(symbol))
    }

    /// The next token.
    pub fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    /// Takes the next token.
    pub fn take_next(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        token
    }

    /// Whether everything was read.
    pub fn is_at_end(&self) -> bool {
        self.at >= self.tokens.len()
    }

    /// Takes these words, if they come next.
    pub fn take(&mut self, words: &str) -> bool {
        let mut at = self.at;
        for word in words.split(' ') {
            if !self.tokens.get(at).is_some_and(|token| token.is(word)) {
                return false;
            }
            at += 1;
        }
        self.at = at;
        true
    }

    /// Whether these words were taken last.
    pub fn took(&self, words: &str) -> bool {
        let count = words.split(' ').count();
        let first = self.at.checked_sub(count);
        first.is_some_and(|first| {
            let taken = self.tokens[first..self.at].iter();
            words
                .split(' ')
                .zip(taken)
                .all(|(word, token)| token.is(word))
        })
    }

    /// Takes this character, if it comes next.
    pub fn take_symbol(&mut self, symbol: char) -> bool {
        let found = self.peek() == Some(&Token::Symbol(symbol));
        self.at += usize::from(found);
        found
    }

    /// Takes this character.
    pub fn symbol(&mut self, symbol: char) -> Result<(), String> {
        match self.take_symbol(symbol) {
            true => Ok(()),
            false => Err(self.expected(&format!("`{symbol}`"))),
        }
    }

    /// Takes these words.
    pub fn words(&mut self, words: &str) -> Result<(), String> {
        match self.take(words) {
            true => Ok(()),
            false => Err(self.expected(words)),
        }
    }

    /// Takes a name.
    pub fn name(&mut self, what: &str) -> Result<String, String> {
        match self.peek() {
            Some(Token::Word(name) | Token::Name(name)) => {
                let name = name.clone();
                self.at += 1;
                Ok(name)
            }
            _ => Err(self.expected(what)),
        }
    }

    /// Takes a name or a string.
    pub fn name_or_text(&mut self, what: &str) -> Result<String, String> {
        match self.peek() {
            Some(Token::Word(name) | Token::Name(name) | Token::Text(name)) => {
                let name = name.clone();
                self.at += 1;
                Ok(name)
            }
            _ => Err(self.expected(what)),
        }
    }

    /// Takes a whole number, perhaps with a sign.
    pub fn number(&mut self, what: &str) -> Result<i64, String> {
        let before = self.at;
        let negative = self.take_symbol('-');
        match self.take_next() {
            Some(Token::Number(number)) => Ok(if negative { -number } else { number }),
            _ => {
                self.at = before;
                Err(self.expected(what))
            }
        }
    }

    /// `database.table` or `table`.
    pub fn table(&mut self) -> Result<TableName, String> {
        let first = self.name("a table")?;
        match self.take_symbol('.') {
            true => Ok(TableName {
                table: self.name("a table")?,
                database: Some(first),
            }),
            false => Ok(TableName {
                database: None,
                table: first,
            }),
        }
    }

    /// Items between commas.
    pub fn list<T>(
        &mut self,
        mut item: impl FnMut(&mut Words) -> Result<T, String>,
    ) -> Result<Vec<T>, String> {
        let mut items = vec![item(self)?];
        while self.take_symbol(',') {
            items.push(item(self)?);
        }
        Ok(items)
    }

    /// The next token, quoted for an error.
    pub fn quote(&self) -> String {
        match self.peek() {
            Some(token) => format!("{:?}", token.said()),
            None => "the end".to_owned(),
        }
    }

    /// An error: something else was expected here.
    pub fn expected(&self, what: &str) -> String {
        format!("expected {what}, not {},", self.quote())
    }
}
