//! Lines apart into statements, as the servers' own clients read them.

/// How a statement ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// `;`, `\g`, or the end of the input.
    Plain,
    /// `\G`: fields below each other.
    Vertical,
    /// `&` at the end of a line: nobody waits for the answer.
    Background,
}

/// A statement, without what ended it and without comments; empty where there was nothing but an end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// Its text.
    pub text: String,
    /// How it ended.
    pub ending: Ending,
    /// The line on which it began, from 1.
    pub line: usize,
}

/// Where the reader is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Place {
    #[default]
    Code,
    Quote(char),
    /// `/* */`, which the client does not send.
    Comment,
    /// `/*! */` and `/*+ */`, which it does.
    Executed,
}

/// Takes lines, gives statements.
#[derive(Clone, Debug, Default)]
pub struct Reader {
    text: String,
    place: Place,
    line: usize,
    began: usize,
}

impl Reader {
    /// Whether the next line begins a statement.
    pub fn is_between_statements(&self) -> bool {
        self.text.is_empty() && self.place == Place::Code
    }

    /// Whether a quote is open.
    pub fn is_in_quotes(&self) -> bool {
        matches!(self.place, Place::Quote(_))
    }

    /// The statements that end on this line.
    pub fn line(&mut self, line: &str) -> Vec<Read> {
        self.line += 1;
        let mut read = Vec::new();
        let chars: Vec<char> = line.chars().collect();
        let mut at = 0;
        while let Some(&c) = chars.get(at) {
            let next = chars.get(at + 1).copied();
            at += 1;
            match (self.place, c, next) {
                (Place::Quote(quote), '\\', Some(escaped)) if quote != '`' => {
                    self.text.extend([c, escaped]);
                    at += 1;
                    continue;
                }
                (Place::Quote(quote), ..) => {
                    if c == quote {
                        self.place = Place::Code;
                    }
                }
                (Place::Comment | Place::Executed, '*', Some('/')) => {
                    if self.place == Place::Executed {
                        self.text.push_str("*/");
                    }
                    self.place = Place::Code;
                    at += 1;
                    continue;
                }
                (Place::Comment, ..) => continue,
                (Place::Executed, ..) => {}
                (Place::Code, '\'' | '"' | '`', _) => self.place = Place::Quote(c),
                (Place::Code, ';', _) => {
                    read.push(self.ends(Ending::Plain));
                    continue;
                }
                (Place::Code, '\\', Some(command @ ('g' | 'G' | 'c'))) => {
                    at += 1;
                    match command {
                        'c' => self.text.clear(),
                        'G' => read.push(self.ends(Ending::Vertical)),
                        _ => read.push(self.ends(Ending::Plain)),
                    }
                    continue;
                }
                (Place::Code, '#', _) => break,
                (Place::Code, '-', Some('-')) if self.is_comment(chars.get(at + 1)) => break,
                (Place::Code, '/', Some('*')) => {
                    let executed = match (chars.get(at + 1), chars.get(at + 2)) {
                        (Some('!' | '+'), _) | (Some('M'), Some('!')) => true,
                        (Some(_) | None, _) => false,
                    };
                    at += 1;
                    if !executed {
                        self.place = Place::Comment;
                        continue;
                    }
                    self.place = Place::Executed;
                    self.begins();
                    self.text.push_str("/*");
                    continue;
                }
                (Place::Code, ..) if c.is_whitespace() && self.text.is_empty() => continue,
                (Place::Code, ..) => {}
            }
            self.begins();
            self.text.push(c);
        }
        let said = self.text.trim_end();
        if self.place == Place::Code && said.ends_with('&') {
            self.text.truncate(said.len() - 1);
            read.push(self.ends(Ending::Background));
        }
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        read
    }

    /// What was begun and may be complete: no quote and no comment is open.
    pub fn begun(&self) -> Option<&str> {
        (self.place == Place::Code && !self.text.is_empty()).then_some(self.text.trim_end())
    }

    /// A line that was meant for somebody else.
    pub fn skip(&mut self) {
        self.line += 1;
    }

    /// What is left at the end of the input.
    pub fn rest(&mut self) -> Option<Read> {
        let read = self.ends(Ending::Plain);
        (!read.text.is_empty()).then_some(read)
    }

    /// Two dashes begin a comment before a blank, or where a statement would begin.
    fn is_comment(&self, behind: Option<&char>) -> bool {
        behind.is_none_or(|c| c.is_whitespace()) || self.text.is_empty()
    }

    fn begins(&mut self) {
        if self.text.is_empty() {
            self.began = self.line;
        }
    }

    fn ends(&mut self, ending: Ending) -> Read {
        let text = std::mem::take(&mut self.text);
        let line = if text.is_empty() {
            self.line
        } else {
            self.began
        };
        Read {
            text: text.trim_end().to_owned(),
            ending,
            line,
        }
    }
}

/// The statements of a text.
pub fn statements(text: &str) -> Vec<Read> {
    let mut reader = Reader::default();
    let mut read: Vec<Read> = text.lines().flat_map(|line| reader.line(line)).collect();
    read.extend(reader.rest());
    read
}

#[cfg(test)]
mod tests;
